// The cells of a table by the names of its columns, in the roles that its chart gives them.

// One name a role; questions speak of label and value, pictures of x and y.
const ROLES = { label: ["label", "x"], value: ["value", "y"] };
const NEEDED = {
  bar: ["label", "value"],
  pie: ["label", "value"],
  heatmap: ["x", "y", "value"],
  graph: ["source", "target"],
};

export function readTable(table, asked) {
  const names = [...table.tHead.rows[table.tHead.rows.length - 1].cells].map((cell) => cell.dataset.column);
  const column = (role) => {
    const asking = asked.type === "bar" || asked.type === "pie" ? (ROLES[role] ?? [role]) : [role];
    return names.indexOf(asking.map((name) => asked[name]).find(Boolean));
  };
  const roles = [...(NEEDED[asked.type] ?? []), ...(asked.type === "graph" && asked.value ? ["value"] : [])];
  const places = Object.fromEntries(roles.map((role) => [role, column(role)]));
  if (!roles.length || Object.values(places).includes(-1)) return [];
  return [...table.tBodies].flatMap((body) =>
    [...body.rows].map((row) =>
      Object.fromEntries(roles.map((role) => [role, role === "value" ? number(row.cells[places[role]]) : text(row.cells[places[role]])])),
    ),
  );
}

const text = (cell) => cell?.dataset.value ?? cell?.textContent.trim() ?? "";

function number(cell) {
  const value = Number(text(cell).replaceAll(",", ""));
  return Number.isFinite(value) ? value : 0;
}
