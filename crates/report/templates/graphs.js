/* Charts of who and what came from whom: the descent of a story, the ties around a person. */

/* The width of a text: near 6.4 px a letter at 12 px. */
const textWidth = (text, size = 12) => Math.max(...text.split("\n").map((line) => line.length)) * size * 0.54;

/* From the middle of a disc of a network to the end of its name, which may have two lines. */
const NAME = 46;

/* A hidden axis in pixels. */
const pixels = (extra) => ({ type: "value", min: 0, show: false, ...extra });

/* Heights of the parts of a life: above and below its line, between the parts, one who walked beside (of whom a
   narrow page has the name in two lines), the name of a phase. */
const LIFE = { lines: (width) => (width < 560 ? 400 : 340), gap: 26, row: (width) => (width < 560 ? 32 : 20), phase: 15 };

/* First days of years between two times, as many as there is room for with their labels. */
function yearMarks(min, max, room) {
  const year = (time) => new Date(time).getUTCFullYear();
  const step = [1, 2, 5, 10, 20, 50].find((years) => ((year(max) - year(min)) / years) * 48 <= room) || 100;
  const marks = [];
  for (let at = Math.ceil(year(min) / step) * step; at <= year(max); at += step) marks.push(Date.UTC(at, 0, 1));
  return marks.filter((time) => time >= min && time <= max);
}

/* An axis of time with a line and a label at each of these marks, and nowhere else. */
const timeAxis = (marks, extra) => ({
  type: "time",
  axisTick: { show: false, customValues: marks },
  splitLine: { show: true, lineStyle: { color: style("--grid") } },
  ...extra,
  axisLabel: {
    color: style("--muted"), fontSize: 12, hideOverlap: true, customValues: marks,
    formatter: (time) => String(new Date(time).getUTCFullYear()), ...extra.axisLabel,
  },
});

Object.assign(PLOTS, {
  /* Above the line of time what is remembered, the surer the higher, where it is told to have been; below it
     what happened, the more it stood out the lower. Under these, who walked beside. */
  life(chart, width) {
    const narrow = width < 560;
    const time = (text) => Date.parse(text);
    const of = (part) => chart.rows.filter((row) => row[0] === part);
    const [remembered, forgotten, beside] = ["remembered", "forgotten", "beside"].map(of);
    const phases = chart.options.phases;
    const all = [...chart.rows.flatMap((row) => [row[1], row[2]]), chart.options.told, ...phases.map((phase) => phase[1])];
    const times = all.filter(Boolean).map(time);
    const [min, max] = [Math.min(...times), Math.max(...times)];
    const names = ["Remembered: where it is told to have been", "What happened and is remembered", "Forgotten, or left untold"];
    /* The names of those beside stand whole: the widest of them says where the drawing begins. */
    const called = (row) => (narrow ? wrapped(row[5].replace("(d. ", "(d.\u00a0"), 19) : row[5]);
    const left = Math.min(width * 0.4, Math.max(narrow ? 78 : 132, ...beside.map((row) => textWidth(called(row), 11.5) * 1.2 + 14)));
    const room = width - left - 14;
    const marks = yearMarks(min, max, room);
    const axis = (grid, shown) => timeAxis(marks, {
      gridIndex: grid, min, max, position: "bottom", axisLabel: { show: shown },
      axisLine: { show: grid === 0, onZero: true, lineStyle: { color: style("--ink"), width: 1.4 } },
    });
    /* Each phase has its name above where it begins, on the lowest row where it ends before a later one stands: so
       no line from a name to its phase goes through another. */
    const starts = [];
    const named = [...phases].reverse().map(([name, from]) => {
      const at = left + (max > min ? (time(from) - min) / (max - min) : 0) * room;
      const needs = textWidth(name, 11.5) * 1.2;
      const x = Math.max(0, Math.min(at, width - needs));
      let row = starts.findIndex((start) => x + needs + 8 <= start);
      if (row < 0) row = starts.length;
      starts[row] = x;
      return { name, at, x, row };
    });
    const top = legendHeight(names, width) + 10 + starts.length * LIFE.phase;
    const above = named.flatMap(({ name, at, x, row }) => [
      { type: "text", silent: true, x, y: top - 3 - LIFE.phase * (row + 1), style: { text: name, fill: style("--muted"), font: `11.5px ${FONT}` } },
      ...(row ? [{ type: "line", silent: true, shape: { x1: at, x2: at, y1: top - 2 - LIFE.phase * row, y2: top }, style: { stroke: style("--muted"), lineDash: [3, 3], lineWidth: 1 } }] : []),
    ]);
    const point = (row, above) => ({
      value: above ? [time(row[2]), row[4]] : [time(row[1]), -row[3]], row,
    });
    const moved = remembered.filter((row) => row[2] && Math.abs(time(row[2]) - time(row[1])) > 90 * 86400000);
    const dot = (name, ink, data, extra) => ({
      type: "scatter", name, data, symbolSize: narrow ? 4 : 5, cursor: "default", color: colour(ink), itemStyle: { opacity: 0.6, ...extra },
    });
    const below = LIFE.lines(width) + LIFE.gap;
    return {
      ...base(),
      legend: legend(names),
      graphic: above,
      grid: [
        { left, right: 14, top, height: LIFE.lines(width) - top },
        { left, right: 14, top: below, height: Math.max(1, beside.length) * LIFE.row(width) },
      ],
      xAxis: [axis(0, false), axis(1, true)],
      yAxis: [
        {
          type: "value", min: -100, max: 100, interval: 100, axisLine: { show: false }, splitLine: { show: false },
          axisLabel: {
            color: style("--muted"), fontSize: 11.5, lineHeight: 13,
            formatter: (value) => (value > 0 ? "told for certain" : value < 0 ? "stood out most" : ""),
            width: left - 12, overflow: "break",
          },
        },
        {
          type: "category", gridIndex: 1, inverse: true, data: beside.map((row, n) => n), axisTick: { show: false }, axisLine: { show: false },
          axisLabel: { color: style("--ink"), fontSize: 11.5, lineHeight: 13, interval: 0, formatter: (_, n) => called(beside[n]) },
        },
      ],
      tooltip: {
        ...base().tooltip, trigger: "item",
        formatter: (p) => {
          const row = p.data.row;
          if (!row) return "";
          if (row[0] === "beside") return tip(row[5], [["first", row[1]], ["last", row[2]], ["records shared", number(row[3])]]);
          const lines = [["happened", row[1]]];
          if (row[2]) lines.push(["told as", row[2]], ["certainty", `${number(row[4])} %`]);
          return tip(wrapped(row[5], 60), lines);
        },
        extraCssText: "white-space: pre-line; max-width: 420px",
      },
      series: [
        dot(names[0], "carer", remembered.filter((row) => row[2]).map((row) => point(row, true))),
        dot(names[1], "school", remembered.map((row) => point(row, false))),
        dot(names[2], "other", forgotten.map((row) => point(row, false)), { opacity: 0.35 }),
        {
          type: "line", silent: true, symbol: "none", tooltip: { show: false }, emphasis: { disabled: true }, connectNulls: false, z: 1,
          lineStyle: { color: colour("carer"), width: 0.6, opacity: 0.3 },
          data: moved.flatMap((row) => [[time(row[2]), row[4]], [time(row[1]), 0], [null, null]]),
          markLine: {
            silent: true, symbol: "none", animation: false,
            label: { show: false },
            lineStyle: { color: style("--muted"), type: [3, 3], width: 1 },
            data: phases.map(([, from]) => ({ xAxis: time(from) })),
          },
        },
        ...beside.map((row, n) => ({
          type: "line", xAxisIndex: 1, yAxisIndex: 1, symbol: "circle", symbolSize: 5, cursor: "default", color: colour("between"),
          lineStyle: { width: 5, opacity: 0.75, cap: "round" },
          data: [{ value: [time(row[1]), n], row }, { value: [time(row[2]), n], row }],
        })),
      ],
    };
  },

  /* Time runs to the right, a version a row. A label never meets a line: what stands right of a version
     on its row comes from it. */
  tree(chart, width, choice) {
    const narrow = width < 560;
    const rows = chosenRows(chart, choice);
    const at = new Map(rows.map((row, n) => [row[1], { row, n, time: Date.parse(row[5]) }]));
    const most = Math.max(1, ...rows.map((row) => row[6]));
    const size = (row) => 6 + 22 * Math.sqrt(row[6] / most);
    const times = [...at.values()].map((node) => node.time);
    const [first, last] = [Math.min(...times), Math.max(...times)];
    const left = 16;
    const label = (row) => {
      const text = row[2] ? row[3] : row[4];
      return wrapped(text, narrow ? (row[2] ? 22 : 44) : 90);
    };
    const count = (row) => `  ${number(row[6])}`;
    /* Room at the right, so that every label ends inside. */
    const right = Math.min(width * 0.6, Math.max(12, ...[...at.values()].map(({ row, time }) => {
      const share = last > first ? (time - first) / (last - first) : 0;
      const needs = size(row) / 2 + 10 + textWidth(label(row) + count(row));
      return share > 0 ? width - left - (width - left - needs) / share : 0;
    })));
    return {
      ...base(),
      grid: { left, right, top: 8, bottom: 26 },
      xAxis: timeAxis(yearMarks(first, last, width - left - right), {
        min: first, max: last > first ? last : first + 1, axisLine: { onZero: false, lineStyle: { color: style("--muted") } },
      }),
      yAxis: pixels({ min: -0.7, max: rows.length - 0.3, inverse: true }),
      tooltip: {
        ...base().tooltip, trigger: "item",
        formatter: (p) => {
          const row = rows[p.dataIndex];
          return tip(row[4], [["first told", row[5]], ["adopted by", number(row[6])], ["held at the end by", number(row[7])]]);
        },
      },
      series: [
        ...rows.filter((row) => at.has(row[2])).map((row) => {
          const [from, to] = [at.get(row[2]), at.get(row[1])];
          return {
            type: "line", silent: true, symbol: "none", z: 1, tooltip: { show: false }, emphasis: { disabled: true },
            lineStyle: { color: style("--muted"), width: 1.2, type: "solid" },
            data: [[from.time, from.n], [from.time, to.n], [to.time, to.n]],
          };
        }),
        {
          type: "scatter", z: 3, cursor: "default", emphasis: { disabled: true },
          data: rows.map((row, n) => ({
            value: [at.get(row[1]).time, n], symbolSize: size(row),
            itemStyle: { color: row[7] ? colour("donor") : style("--card"), borderColor: colour("donor"), borderWidth: 1.6 },
          })),
          label: {
            show: true, position: "right", distance: 6, color: style("--ink"), fontSize: 12, lineHeight: 13, fontFamily: FONT,
            formatter: (p) => `${label(rows[p.dataIndex])}{n|${count(rows[p.dataIndex])}}`,
            rich: { n: { color: style("--muted"), fontSize: 11.5 } },
          },
        },
      ],
    };
  },

  /* The person in the middle, the others around: those who are loved first, clockwise from the top. Above the highest
     and below the lowest there is room for a name and a year of death. */
  network(chart, width, choice) {
    const narrow = width < 560;
    const height = plotHeight(chart, width, false, choice);
    const rows = chosenRows(chart, choice);
    const members = chart.options.members;
    const KINDS = { love: ["Love", "between"], friends: ["Friends", "carer"], "grown apart": ["Grown apart", "other"] };
    const trouble = ["A wrong, or somebody between them", "lost"];
    const names = [...Object.values(KINDS).map(([name]) => name), trouble[0]];
    const top = legendHeight(names, width) + 4;
    const own = rows.filter((row) => row[1] === choice);
    const order = Object.keys(KINDS);
    own.sort((a, b) => order.indexOf(a[3]) - order.indexOf(b[3]) || b[4] - a[4]);
    const middle = [width / 2, top + (height - top) / 2];
    const radius = [Math.min(width / 2 - (narrow ? 92 : 150), 330), (height - top) / 2 - NAME];
    const place = new Map([[choice, { x: middle[0], y: middle[1], angle: null }]]);
    own.forEach((row, n) => {
      const angle = (2 * Math.PI * (n + 0.5)) / own.length - Math.PI / 2;
      place.set(row[2], { x: middle[0] + radius[0] * Math.cos(angle), y: middle[1] + radius[1] * Math.sin(angle), angle });
    });
    const side = (angle) => {
      if (angle === null) return "bottom";
      if (Math.abs(Math.cos(angle)) < (narrow ? 0.1 : 0.3)) return Math.sin(angle) < 0 ? "top" : "bottom";
      return Math.cos(angle) > 0 ? "right" : "left";
    };
    const known = rows.filter((row) => place.has(row[1]) && place.has(row[2]));
    const link = (row, look) => ({ source: row[1], target: row[2], row, lineStyle: look });
    const centred = (row) => row[1] === choice;
    return {
      ...base(),
      legend: legend(names),
      grid: { left: 0, right: 0, top: 0, bottom: 0 },
      xAxis: pixels({ max: width }),
      yAxis: pixels({ max: height, inverse: true }),
      tooltip: {
        ...base().tooltip, trigger: "item",
        formatter: (p) => {
          if (p.dataType === "node") return tip(members[p.data.id].name, [[members[p.data.id].life, ""]]);
          const row = p.data.row;
          const lines = [["tie", row[3]], ["friendship", `${number(row[4])} %`]];
          return tip(`${members[row[1]].name}, ${members[row[2]].name}`, row[5] ? [...lines, ["between them", row[5]]] : lines);
        },
      },
      series: [
        {
          type: "graph", coordinateSystem: "cartesian2d", layout: "none", z: 3, cursor: "default", emphasis: { disabled: true },
          data: [...place].map(([id, at]) => {
            const ink = at.angle === null ? "donor" : "school";
            return {
              id, name: id, value: [at.x, at.y], symbolSize: at.angle === null ? 24 : 15,
              itemStyle: { color: members[id].died ? style("--card") : colour(ink), borderColor: colour(ink), borderWidth: 2 },
              label: {
                show: true, position: side(at.angle), distance: 6, color: style("--ink"), fontSize: 12, lineHeight: 14, fontFamily: FONT,
                fontWeight: at.angle === null ? 600 : 400, textBorderColor: style("--card"), textBorderWidth: 3,
                formatter: members[id].name + (members[id].died ? `\n{n|d. ${members[id].died}}` : ""),
                rich: { n: { color: style("--muted"), fontSize: 11, lineHeight: 13, textBorderColor: style("--card"), textBorderWidth: 3 } },
                /* Lines go out from the middle to all sides, and would cross what stands there. */
                ...(at.angle === null ? { backgroundColor: style("--card"), padding: [1, 4], borderRadius: 3 } : {}),
              },
            };
          }),
          links: [
            ...known.map((row) => link(row, {
              color: colour(KINDS[row[3]][1]), width: 1 + row[4] * 0.07, opacity: centred(row) ? 0.9 : 0.3, curveness: centred(row) ? 0 : 0.25,
            })),
            ...known.filter((row) => row[5]).map((row) => link(row, {
              color: colour(trouble[1]), width: 1.6, type: [4, 3], opacity: centred(row) ? 1 : 0.45, curveness: centred(row) ? 0.12 : 0.33,
            })),
          ],
        },
        ...[...Object.values(KINDS), trouble].map(([name, ink]) => ({
          type: "line", name, data: [], symbol: "none", color: colour(ink), lineStyle: { width: 2.4, type: ink === trouble[1] ? [4, 3] : "solid" },
        })),
      ],
    };
  },
});
