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

// A Han character is about as wide as two letters.
const breadth = (text) => [...text].reduce((sum, char) => sum + (char > "\u2e80" ? 13 : 7), 0);
const widest = (texts) => Math.max(0, ...texts.map(breadth));
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

function bar(rows, width, english) {
  const shown = rows.slice(0, MOST_BARS);
  const labels = shown.map((row) => row.label);
  const room = Math.min(widest(labels), Math.floor(width * 0.4)) + 4;
  const option = {
    ...common(),
    grid: { left: room + 8, right: 48, top: 8, bottom: 28, outerBoundsMode: "none" },
    xAxis: axis({ type: "value", minInterval: 1, splitLine: { show: true, lineStyle: { color: "#eeeeee" } }, axisLabel: { color: SOFT } }),
    yAxis: axis({ type: "category", data: labels, inverse: true, axisLabel: { interval: 0, width: room, overflow: "truncate" } }),
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
  const note = more > 0 ? (english ? `The first ${MOST_BARS} of ${rows.length} rows.` : `前 ${MOST_BARS} 行，全表 ${rows.length} 行。`) : "";
  return { option, height: shown.length * 26 + 44, note };
}

function pie(rows, width, english) {
  const sorted = [...rows].filter((row) => row.value > 0);
  const shown = sorted.slice(0, sorted.length > MOST_SLICES ? MOST_SLICES - 1 : MOST_SLICES);
  const rest = sorted.slice(shown.length).reduce((sum, row) => sum + row.value, 0);
  const slices = shown.map(({ label, value }) => ({ name: label, value }));
  if (rest) slices.push({ name: english ? "others" : "其余", value: rest });
  const radius = Math.min(120, Math.floor(width / 4));
  const option = {
    ...common(),
    color: SLICES,
    series: [{
      type: "pie",
      radius,
      data: slices,
      itemStyle: { borderColor: "#ffffff", borderWidth: 2 },
      label: { formatter: "{b} {c}（{d}%）".replace(/[（）]/g, (mark) => (english ? { "（": " (", "）": ")" }[mark] : mark)), color: INK },
      labelLine: { lineStyle: { color: SOFT } },
      emphasis: { disabled: true },
    }],
  };
  return { option, height: radius * 2 + 96, note: "" };
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

// Two kinds of thing stand in two columns, in the order of the table; things of one kind stand in a ring.
function graph(rows, width) {
  const left = unique(rows.map((row) => row.source));
  const right = unique(rows.map((row) => row.target));
  const one = left.some((name) => right.includes(name));
  const names = unique([...left, ...right]);
  const longest = Math.max(left.length, right.length);
  const height = one ? Math.min(width, 720) : longest * 24 + 16;
  const most = Math.max(1, ...rows.map((row) => row.value ?? 1));
  const room = Math.floor(width * 0.36);
  const node = (name) => {
    if (one) return { name };
    const isLeft = left.includes(name);
    const side = isLeft ? left : right;
    const y = 8 + ((side.indexOf(name) + 0.5) * (height - 16)) / side.length;
    return { name, x: isLeft ? room : width - room, y, label: { position: isLeft ? "left" : "right", width: room - 12, overflow: "truncate" } };
  };
  const option = {
    ...common(),
    series: [{
      type: "graph",
      layout: one ? "circular" : "none",
      circular: { rotateLabel: true },
      ...(one ? { left: room / 2, right: room / 2, top: room / 2, bottom: room / 2 } : { left: room, right: room, top: 16, bottom: 16 }),
      symbolSize: 8,
      silent: false,
      roam: false,
      data: names.map(node),
      links: rows.map((row) => ({
        source: row.source,
        target: row.target,
        value: row.value ?? 1,
        lineStyle: { width: 1 + (5 * (row.value ?? 1)) / most },
      })),
      itemStyle: { color: TEAL },
      lineStyle: { color: SOFT, opacity: 0.35, curveness: one ? 0.2 : 0 },
      label: { show: true, position: "right", color: INK, fontSize: 12 },
      emphasis: { disabled: true },
    }],
  };
  return { option, height, note: "" };
}
