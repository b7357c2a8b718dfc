/* Charts of who and what came from whom: the descent of a story, the ties around a person. */

/* The width of a text: near 6.4 px a letter at 12 px. */
const textWidth = (text, size = 12) => Math.max(...text.split("\n").map((line) => line.length)) * size * 0.54;

/* A hidden axis in pixels. */
const pixels = (extra) => ({ type: "value", min: 0, show: false, ...extra });

Object.assign(PLOTS, {
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
      xAxis: {
        type: "time", min: first, max: last > first ? last : first + 1, splitNumber: narrow ? 3 : 6,
        axisLabel: { color: style("--muted"), fontSize: 12, hideOverlap: true, formatter: "{yyyy}" }, minInterval: 365.25 * 86400000,
        axisLine: { onZero: false, lineStyle: { color: style("--muted") } }, splitLine: { show: true, lineStyle: { color: style("--grid") } },
      },
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

  /* The person in the middle, the others around: those who are loved first, clockwise from the top. */
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
    const radius = [Math.min(width / 2 - (narrow ? 92 : 150), 330), (height - top) / 2 - 34];
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
