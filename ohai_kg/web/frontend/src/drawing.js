// What each type of chart looks like: quiet, readable Han labels, nothing that moves.

const INK = "#1a1a1a";
const SOFT = "#555555";
const LINE = "#d5d5d5";
const TEAL = "#2b6f6a";
const SCALE = ["#f1f3f3", "#dbe7e6", "#b9d6d3", "#8fc1bc"];
const SLICES = ["#2b6f6a", "#8fc1bc", "#6b7f8c", "#c3ccd1", "#a38f6d", "#d9cfbb", "#4d5a63", "#b9d6d3"];
const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const MOST_BARS = 30;
const MOST_SLICES = 8;
const MOST_PAIRS = 10;
const NARROW = 600;
const LINE_HEIGHT = 16;

// A Han character is about as wide as two letters.
const breadth = (text) => [...text].reduce((sum, char) => sum + (char > "\u2e80" ? 13 : 7), 0);
const widest = (texts) => Math.max(0, ...texts.map(breadth));
// How many lines a text takes when it breaks in this width; words rarely fill a line.
const lines = (texts, room) => Math.ceil(widest(texts) / (widest(texts) > room ? room * 0.75 : room));
const unique = (items) => [...new Set(items)];

const common = () => ({
  animation: false,
  textStyle: { fontFamily: FONT, fontSize: 13, color: INK },
  tooltip: { renderMode: "richText", confine: true, borderColor: SOFT, borderWidth: 1, textStyle: { fontSize: 13, color: INK } },
});

const axis = (extra) => ({
  axisLine: { lineStyle: { color: SOFT } },
  axisTick: { show: false },
  splitLine: { show: false },
  ...extra,
  axisLabel: { color: INK, fontSize: 13, ...extra.axisLabel },
});

export function drawing(type, rows, width, english) {
  return { bar, pie, heatmap, graph }[type](rows, width, english);
}

function bar(rows, width, english, most = MOST_BARS) {
  const shown = rows.slice(0, most);
  const labels = shown.map((row) => row.label);
  const room = Math.min(widest(labels), Math.floor(width * 0.4)) + 4;
  const step = Math.max(26, lines(labels, room) * LINE_HEIGHT + 8);
  const option = {
    ...common(),
    grid: { left: room + 8, right: 48, top: 8, bottom: 28, outerBoundsMode: "none" },
    xAxis: axis({ type: "value", minInterval: 1, splitLine: { show: true, lineStyle: { color: "#eeeeee" } }, axisLabel: { color: SOFT } }),
    yAxis: axis({ type: "category", data: labels, inverse: true, axisLabel: { interval: 0, width: room, overflow: "break", lineHeight: LINE_HEIGHT } }),
    series: [{
      type: "bar",
      data: shown.map((row) => row.value),
      barMaxWidth: 18,
      itemStyle: { color: TEAL },
      label: { show: true, position: "right", color: INK },
      emphasis: { disabled: true },
    }],
  };
  const more = rows.length - shown.length;
  const note = more > 0 ? (english ? `The first ${most} of ${rows.length} rows.` : `前 ${most} 行，全表 ${rows.length} 行。`) : "";
  return { option, height: shown.length * step + 44, note };
}

function pie(rows, width, english) {
  const sorted = [...rows].filter((row) => row.value > 0);
  const shown = sorted.slice(0, sorted.length > MOST_SLICES ? MOST_SLICES - 1 : MOST_SLICES);
  const rest = sorted.slice(shown.length).reduce((sum, row) => sum + row.value, 0);
  const slices = shown.map(({ label, value }) => ({ name: label, value }));
  if (rest) slices.push({ name: english ? "others" : "其余", value: rest });
  const radius = Math.min(120, Math.floor(width / 5));
  const room = Math.max(64, Math.floor(width / 2 - radius - 36));
  const told = english ? "{b}\n{c} ({d}%)" : "{b}\n{c}（{d}%）";
  const option = {
    ...common(),
    color: SLICES,
    series: [{
      type: "pie",
      radius,
      data: slices,
      itemStyle: { borderColor: "#ffffff", borderWidth: 2 },
      label: { formatter: told, width: room, overflow: "break", lineHeight: LINE_HEIGHT, color: INK },
      labelLine: { lineStyle: { color: SOFT } },
      emphasis: { disabled: true },
    }],
  };
  return { option, height: radius * 2 + 128, note: "" };
}

function heatmap(rows, width, english) {
  const xs = unique(rows.map((row) => row.x));
  const ys = unique(rows.map((row) => row.y));
  const most = Math.max(1, ...rows.map((row) => row.value));
  const room = Math.min(widest(ys), Math.floor(width * 0.36)) + 4;
  const column = (width - room - 24) / xs.length;
  const turned = widest(xs) > column - 8;
  const foot = turned ? Math.min(widest(xs) + 16, 140) : 32;
  const option = {
    ...common(),
    grid: { left: room + 8, right: 16, top: 8, bottom: foot, outerBoundsMode: "none" },
    xAxis: axis({ type: "category", data: xs, axisLabel: { interval: 0, rotate: turned ? 60 : 0, width: 132, overflow: "truncate" } }),
    yAxis: axis({ type: "category", data: ys, inverse: true, axisLabel: { interval: 0, width: room, overflow: "break" } }),
    visualMap: { show: false, min: 0, max: most, inRange: { color: SCALE } },
    series: [{
      type: "heatmap",
      data: rows.map((row) => [xs.indexOf(row.x), ys.indexOf(row.y), row.value]),
      label: { show: column > 24, color: INK, fontSize: 13 },
      itemStyle: { borderColor: "#ffffff", borderWidth: 2 },
      emphasis: { disabled: true },
    }],
    tooltip: { ...common().tooltip, formatter: ({ value }) => `${ys[value[1]]} · ${xs[value[0]]}${english ? ": " : "："}${value[2]}` },
  };
  return { option, height: ys.length * 36 + foot + 8, note: "" };
}

// Two kinds of thing stand in two columns, in the order of the table; things of one kind stand in a ring,
// for which a phone is too narrow: there the pairs are bars.
function graph(rows, width, english) {
  const left = unique(rows.map((row) => row.source));
  const right = unique(rows.map((row) => row.target));
  if (left.some((name) => right.includes(name))) {
    if (width >= NARROW) return ring(rows, unique([...left, ...right]), width);
    return bar(rows.map((row) => ({ label: `${row.source} — ${row.target}`, value: row.value ?? 1 })), width, english, MOST_PAIRS);
  }
  const room = Math.floor(width * 0.38);
  const label = { width: room - 12, overflow: "break", lineHeight: LINE_HEIGHT };
  const tall = (name) => lines([name], label.width) * LINE_HEIGHT + 8;
  const total = (names) => names.reduce((sum, name) => sum + tall(name), 0);
  const height = Math.max(total(left), total(right)) + 32;
  const column = (names, x, position) => {
    const scale = (height - 32) / total(names);
    let end = 16;
    return names.map((name) => {
      end += tall(name) * scale;
      return { name, x, y: end - (tall(name) * scale) / 2, label: { ...label, position } };
    });
  };
  const data = [...column(left, room, "left"), ...column(right, width - room, "right")];
  const heights = data.map((node) => node.y);
  // The box that the places fill, so that they stay what they are.
  const box = { left: room, right: room, top: Math.min(...heights), bottom: height - Math.max(...heights) };
  const series = { ...links(rows, 0), layout: "none", ...box, data };
  return { option: { ...common(), series: [series] }, height, note: "" };
}

function ring(rows, names, width) {
  const height = Math.min(width, 760);
  const room = Math.min(widest(names), Math.floor(height * 0.28)) + 12;
  const series = {
    ...links(rows, 0.2),
    layout: "circular",
    circular: { rotateLabel: true },
    left: room,
    right: room,
    top: room,
    bottom: room,
    data: names.map((name) => ({ name })),
  };
  series.label = { ...series.label, width: room - 12, overflow: "truncate" };
  return { option: { ...common(), series: [series] }, height, note: "" };
}

const links = (rows, curveness) => {
  const most = Math.max(1, ...rows.map((row) => row.value ?? 1));
  return {
    type: "graph",
    symbolSize: 8,
    roam: false,
    links: rows.map((row) => ({
      source: row.source,
      target: row.target,
      value: row.value ?? 1,
      lineStyle: { width: 1 + (5 * (row.value ?? 1)) / most },
    })),
    itemStyle: { color: TEAL },
    lineStyle: { color: SOFT, opacity: 0.35, curveness },
    label: { show: true, position: "right", color: INK, fontSize: 12 },
    emphasis: { disabled: true },
  };
};
