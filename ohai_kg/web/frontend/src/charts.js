// Draws the chart a table asks for in its data-chart, after it, from the table's own cells.
import { drawing } from "./drawing.js";
import { readTable } from "./table.js";
import * as echarts from "echarts/core";
import { BarChart, GraphChart, HeatmapChart, PieChart } from "echarts/charts";
import { GridComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, GraphChart, HeatmapChart, PieChart, GridComponent, TooltipComponent, VisualMapComponent, SVGRenderer]);

const english = document.documentElement.lang === "en";

function draw(table) {
  const asked = JSON.parse(table.dataset.chart);
  const rows = readTable(table, asked);
  if (!rows.length) return;
  const shell = document.createElement("div");
  (table.closest(".wide") ?? table).after(shell);
  drawRows(shell, asked.type, rows, document.querySelector("h1")?.textContent.trim() ?? "");
}

export function drawRows(shell, type, rows, title) {
  const figure = document.createElement("figure");
  figure.className = "chart";
  const place = document.createElement("div");
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", (english ? "Chart of the table above: " : "上表的图示：") + title);
  figure.append(place);
  shell.append(figure);

  const fit = () => drawing(type, rows, place.clientWidth, english);
  const first = fit();
  place.style.height = `${first.height}px`;
  const chart = echarts.init(place, null, { renderer: "svg" });
  chart.setOption(first.option);
  figure.append(caption(first.note, () => save(chart, first, title)));

  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    const next = fit();
    place.style.height = `${next.height}px`;
    chart.resize();
    chart.setOption(next.option, true);
  }).observe(place);
}

function caption(note, onSave) {
  const line = document.createElement("figcaption");
  if (note) line.append(`${note} `);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = english ? "Download the chart (SVG)" : "下载图（SVG）";
  button.addEventListener("click", onSave);
  line.append(button);
  return line;
}

function save(chart, { height }, title) {
  const svg = new Blob([chart.renderToSVGString({ useViewBox: true })], { type: "image/svg+xml" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(svg);
  link.download = `${title || "chart"}.svg`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

document.querySelectorAll("table[data-chart]").forEach(draw);
