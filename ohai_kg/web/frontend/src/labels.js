// YASR speaks English only: its fixed labels are replaced as they appear, text node by text node; some names are mended.

const LABELS = {
  Table: "表",
  Response: "原始结果",
  "Simple view": "简明",
  Ellipse: "截短",
  "Filter query results": "筛选",
  "Page size: ": "每页 ",
  "Download result": "下载结果",
  "Download not supported": "不能下载",
  Boolean: "是或否",
  Error: "错误",
  All: "全部",
};
const TITLES = ["title", "aria-label", "placeholder"];

export function translate(root, english) {
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      if (english) return;
      const said = LABELS[node.data] ?? LABELS[node.data.trim()];
      const counted = /^(\d+) results? in ([\d.]+) seconds?$/.exec(node.data.trim());
      if (said && node.data !== said) node.data = said;
      if (counted) node.data = `${counted[1]} 条，${counted[2]} 秒`;
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches("td")) return;
    // Its names for tabs differ from what stands on them; without one the words themselves are the name.
    if (node.getAttribute("aria-label")?.startsWith("Shows ")) node.removeAttribute("aria-label");
    for (const name of english ? [] : TITLES) {
      const said = LABELS[node.getAttribute(name)];
      if (said) node.setAttribute(name, said);
    }
    node.childNodes.forEach(walk);
  };
  new MutationObserver((changes) => changes.forEach(({ addedNodes, target, type }) => (type === "characterData" ? walk(target) : addedNodes.forEach(walk))))
    .observe(root, { childList: true, subtree: true, characterData: true });
  walk(root);
}
