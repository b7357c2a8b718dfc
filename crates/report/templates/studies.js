/* Charts of studies: estimates with their intervals, a response over a parameter, a response over two. */

/* Rows: what is chosen, label, estimate, lower, upper. */
PLOTS.forest = (chart, width, choice) => {
  const narrow = width < 480;
  const rows = drawnRows(chart, choice);
  const columns = chart.columns;
  const tint = colour(columns[2].colour);
  return {
    ...base(),
    grid: { left: 0, right: 18, top: 6, bottom: 26, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    yAxis: categoryAxis(rows.map((row) => row[1]), {
      inverse: true, axisLine: { show: false },
      axisLabel: { ...rowLabels(), formatter: (text) => rowName(chart, text, width) },
    }),
    xAxis: valueAxis(chart.options.axis, { nameLocation: "middle", nameGap: 28, splitNumber: narrow ? 3 : 6, ...chart.options.ends }),
    tooltip: {
      ...base().tooltip, trigger: "item",
      formatter: (p) => {
        const row = rows[p.dataIndex];
        return tip(meaning(chart, row[1]), columns.slice(2).map((column, n) => [column.label, number(row[n + 2], column.decimals)]));
      },
    },
    series: [
      {
        type: "custom", silent: true, data: rows.map((row, n) => [row[3], row[4], n]), encode: { x: [0, 1], y: 2 },
        renderItem: (_, api) => {
          const from = api.coord([api.value(0), api.value(2)]), to = api.coord([api.value(1), api.value(2)]);
          if (Number.isNaN(api.value(0)) || Number.isNaN(api.value(1))) return null;
          const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: tint, lineWidth: 2 } });
          return { type: "group", children: [
            line(from[0], from[1], to[0], to[1]),
            line(from[0], from[1] - 4, from[0], from[1] + 4), line(to[0], to[1] - 4, to[0], to[1] + 4),
          ] };
        },
      },
      {
        type: "scatter", symbolSize: 8, color: tint, data: rows.map((row, n) => [row[2], n]), emphasis: { disabled: true },
        markLine: {
          silent: true, symbol: "none", data: [{ xAxis: chart.options.at || 0 }],
          lineStyle: { color: style("--muted"), type: "solid", width: 1 }, label: { show: false },
        },
      },
    ],
  };
};

/* Of what is chosen the axes: that of the answer, then those of the parameters. */
const axesOf = (chart, choice) => chart.options.axes[choice];

/* Rows: what is chosen, x, mean, lower, upper. */
PLOTS.dependence = (chart, width, choice) => {
  const rows = chosenRows(chart, choice);
  const columns = chart.columns;
  const tint = colour(columns[2].colour);
  const [answer, across] = axesOf(chart, choice);
  /* Values of a list have places, and the axis says which they are. */
  const listed = across.values.length ? { min: 0.5, max: across.values.length + 0.5, interval: 0.5, axisTick: { show: false } } : { scale: true };
  const place = across.values.length ? (at) => across.values[at - 1] || "" : tick;
  return {
    ...base(),
    grid: { left: 0, right: 18, top: 24, bottom: 26, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: valueAxis(across.name, { ...listed, nameLocation: "middle", nameGap: 28, splitLine: { show: false }, axisLabel: { color: style("--muted"), formatter: place, fontSize: 12, hideOverlap: true } }),
    yAxis: valueAxis(answer.name, { scale: true, nameGap: 10, nameTextStyle: { color: style("--muted"), fontSize: 12, align: "left", padding: [0, 0, 0, -14] } }),
    tooltip: {
      ...base().tooltip, trigger: "axis",
      formatter: (points) => {
        const row = rows[points[0].dataIndex];
        return tip(row[0], columns.slice(1).map((column, n) => [column.label, number(row[n + 1], column.decimals)]));
      },
    },
    series: [
      {
        /* The band is drawn once, with the first of its points; all have a place on the axes. */
        type: "custom", silent: true, data: rows.map((row) => [row[1], row[3], row[4]]), encode: { x: 0, y: [1, 2] }, tooltip: { show: false },
        renderItem: (item, api) => item.dataIndex > 0 ? null : ({
          type: "polygon",
          shape: { points: [...rows.map((row) => api.coord([row[1], row[4]])), ...rows.map((row) => api.coord([row[1], row[3]])).reverse()] },
          style: { fill: tint, opacity: 0.18 },
        }),
      },
      { type: "line", data: rows.map((row) => [row[1], row[2]]), color: tint, symbol: "circle", symbolSize: 5, lineStyle: { width: 2.2 }, emphasis: { disabled: true } },
    ],
  };
};

/* Rows: what is chosen, x, y, value. */
PLOTS.heat = (chart, width, choice) => {
  const rows = chosenRows(chart, choice);
  const places = (n) => [...new Set(rows.map((row) => row[n]))].sort((a, b) => a - b);
  const xs = places(1), ys = places(2);
  const values = rows.map((row) => row[3]).filter((value) => value !== null);
  const least = Math.min(...values), greatest = Math.max(...values);
  const [, across, up] = axesOf(chart, choice);
  const placed = (axis) => (at) => axis.values[at - 1] || String(at);
  const named = (name) => ({ name, nameTextStyle: { color: style("--muted"), fontSize: 12 } });
  return {
    ...base(),
    grid: { left: 0, right: 18, top: 26, bottom: 78, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: categoryAxis(xs.map(placed(across)), { ...named(across.name), nameLocation: "middle", nameGap: 28 }),
    yAxis: categoryAxis(ys.map(placed(up)), { ...named(up.name), nameTextStyle: { ...named(up.name).nameTextStyle, align: "left" } }),
    visualMap: {
      min: least, max: greatest, orient: "horizontal", left: 0, bottom: 0, itemHeight: 120, precision: 3,
      text: [tick(greatest), tick(least)],
      inRange: { color: ["#f3efe4", "#c9a86a", "#b5472d", "#4a150b"] }, textStyle: { color: style("--muted") },
    },
    tooltip: {
      ...base().tooltip, trigger: "item",
      formatter: (p) => tip(choice, chart.columns.slice(1).map((column, n) => [column.label, number([xs[p.value[0]], ys[p.value[1]], p.value[2]][n], column.decimals)])),
    },
    series: [{ type: "heatmap", data: rows.map((row) => [xs.indexOf(row[1]), ys.indexOf(row[2]), row[3]]), emphasis: { disabled: true } }],
  };
};
