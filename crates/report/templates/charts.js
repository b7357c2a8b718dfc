"use strict";
/* The parts that all charts share: colours of the page's theme, axes, legends, tooltips. */

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const colour = (name) => style(`--c-${name}`) || style("--c-other");
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
/* Lines differ in dashes as well as in colour. */
const DASHES = ["solid", [7, 3], [2, 2], [10, 3, 2, 3], [4, 4], [1, 3]];

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });
/* Marks of an axis are round but may lie close together: 595.5 beside 596, 10.05K beside 10.1K. */
const shortMark = new Intl.NumberFormat("en-GB", { notation: "compact", maximumSignificantDigits: 5 });
const mark = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 5 });
const number = (value, decimals = 0) =>
  value === null || value === undefined
    ? "–"
    : value.toLocaleString("en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
const fine = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 3 });
const tick = (value) => {
  const size = Math.abs(value);
  if (size >= 10000) return shortMark.format(value);
  return (Number.isInteger(value) ? whole : size >= 100 ? mark : fine).format(value);
};
const escaped = (text) =>
  String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

function base() {
  return {
    animation: false,
    backgroundColor: "transparent",
    textStyle: { fontFamily: FONT, fontSize: 12, color: style("--ink") },
    tooltip: {
      confine: true,
      backgroundColor: style("--card"),
      borderColor: style("--line"),
      textStyle: { color: style("--ink"), fontSize: 13, fontFamily: FONT },
      extraCssText: "box-shadow:0 2px 10px rgba(0,0,0,.15);max-width:320px;white-space:normal",
    },
  };
}

function legend(names, icon) {
  return {
    data: names.map((name) => (icon ? { name, icon } : { name })),
    type: "plain", left: 0, top: 0, padding: 0, itemGap: 12, itemWidth: icon ? 11 : 24, itemHeight: 11,
    textStyle: { color: style("--ink"), fontSize: 12.5, fontFamily: FONT },
    inactiveColor: style("--line"),
  };
}

/* The height a legend of these names takes at a width: text is near 6.7 px a letter. */
function legendHeight(names, width, icon) {
  let rows = 1, used = 0;
  for (const name of names) {
    const item = name.length * 6.7 + (icon ? 11 : 24) + 18;
    if (used > 0 && used + item > width) { rows += 1; used = 0; }
    used += item;
  }
  return rows * 22;
}

/* The height of a small plot beneath another of the same years. */
const STRIP = 96;

/* Of a chart that shows one of several things at a time, the rows of the one that is chosen. */
const choices = (chart) => (chart.options && chart.options.choose ? [...new Set(chart.rows.map((row) => row[0]))] : []);
const chosenRows = (chart, choice) => (choice === undefined ? chart.rows : chart.rows.filter((row) => row[0] === choice));

/* What a label means, in a sentence, where the chart says so. */
const meaning = (chart, label) => ((chart.options && chart.options.means) || {})[label] || label;

/* The label of a row, in lines: what it means where there is room, else its name. */
const rowName = (chart, label, width) => (width < 560 ? wrapped(label, 18) : wrapped(meaning(chart, label), width < 800 ? 30 : 46));

/* The height of a row that has such a label. */
function rowHeight(chart, labels, width) {
  const lines = Math.max(1, ...labels.map((label) => rowName(chart, label, width).split("\n").length));
  return Math.max(width < 480 ? 42 : 32, 14 * lines + 8);
}

/* Rows of a forest: label, estimate, lower, upper, after what is chosen. */
const drawnRows = (chart, choice) => chosenRows(chart, choice).filter((row) => row[2] !== null);

/* The height a chart needs for its rows and legend; on paper it is lower. */
function plotHeight(chart, width, printing, choice) {
  const names = chart.columns.slice(1).map((column) => column.label);
  const row = width < 480 ? 42 : 32;
  if (chart.kind === "boxes") return chart.rows.length * rowHeight(chart, chart.rows.map((of) => of[0]), width) + 60;
  if (chart.kind === "bars" && chart.options.horizontal) return chart.rows.length * row + legendHeight(names, width, "rect") + 60;
  if (chart.kind === "bars") return 260 + legendHeight(names, width, "rect");
  if (chart.kind === "lines") return 260 + legendHeight(names, width) + (chart.options.strip ? STRIP : 0);
  if (chart.kind === "tree") return chosenRows(chart, choice).length * (width < 560 ? 38 : 27) + 44;
  if (chart.kind === "life") return LIFE.lines(width) + LIFE.gap + chart.rows.filter((row) => row[0] === "beside").length * LIFE.row(width) + 30;
  if (chart.kind === "forest") {
    const rows = drawnRows(chart, choice);
    return rows.length * rowHeight(chart, rows.map((of) => of[1]), width) + 60;
  }
  if (chart.kind === "dependence") return 300;
  if (chart.kind === "heat") return 380;
  if (chart.kind === "network") return width < 560 ? 524 : 494;
  if (chart.kind === "flow" && width < 560) return 600;
  return printing ? 370 : 470;
}

function valueAxis(name, extra = {}) {
  return {
    type: "value",
    axisLabel: { color: style("--muted"), formatter: tick, fontSize: 12, hideOverlap: true },
    axisLine: { show: false }, axisTick: { show: false },
    splitLine: { lineStyle: { color: style("--grid") } },
    name, nameTextStyle: { color: style("--muted"), fontSize: 12 },
    ...extra,
  };
}

function categoryAxis(data, extra = {}) {
  return {
    type: "category", data,
    axisLabel: { color: style("--muted"), fontSize: 12, hideOverlap: true },
    axisLine: { lineStyle: { color: style("--muted") } }, axisTick: { show: false },
    ...extra,
  };
}

/* Labels of rows beside a chart, in as many lines as they need. */
const rowLabels = () => ({ color: style("--ink"), fontSize: 12.5, lineHeight: 14, interval: 0 });

/* A tooltip: a heading, then lines of name and value. */
function tip(heading, lines) {
  const rows = lines.map(([name, value, dot]) =>
    `<div style="display:flex;justify-content:space-between;gap:18px"><span>${dot ? `<span style="color:${dot}">■</span> ` : ""}${escaped(name)}</span><b>${escaped(value)}</b></div>`);
  return `<div style="font-weight:600;margin-bottom:2px">${escaped(heading)}</div>${rows.join("")}`;
}

/* Text cut into lines of at most so many letters, at spaces. */
function wrapped(text, letters) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last && last.length + word.length + 1 > letters) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines.join("\n");
}
