// A results tab that draws the first column of words against the first column of numbers.

const english = document.documentElement.lang === "en";
const NUMBER = /(integer|decimal|double|float|int|long)$/;

export class ResultChart {
  priority = 1;
  label = english ? "Chart" : "图";

  constructor(yasr) {
    this.yasr = yasr;
  }

  columns() {
    const rows = this.yasr.results?.getBindings() ?? [];
    const names = this.yasr.results?.getVariables() ?? [];
    const isNumber = (name) => rows.some((row) => NUMBER.test(row[name]?.datatype ?? ""));
    return {
      rows,
      value: names.find(isNumber),
      label: names.find((name) => !isNumber(name) && rows.some((row) => row[name]?.type.includes("literal"))),
    };
  }

  canHandleResults() {
    const { rows, label, value } = this.columns();
    return rows.length > 1 && label !== undefined && value !== undefined;
  }

  async draw() {
    const { rows, label, value } = this.columns();
    const { drawRows } = await import(document.querySelector("form[data-editor]").dataset.charts);
    const shown = rows.map((row) => ({ label: row[label]?.value ?? "", value: Number(row[value]?.value ?? 0) }));
    this.yasr.resultsEl.replaceChildren();
    drawRows(this.yasr.resultsEl, "bar", shown, `${label} · ${value}`);
  }

  getIcon() {
    return undefined;
  }
}
