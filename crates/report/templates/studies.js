/* Charts of studies: estimates with their intervals, a response over a parameter, a response over two. */

/* Rows: what is chosen, label, estimate, lower, upper. */
PLOTS.forest = (chart, width, choice) => {
  const narrow = width < 480;
  const rows = chosenRows(chart, choice).filter((row) => row[2] !== null);
  const columns = chart.columns;
  const tint = colour(columns[2].colour);
  return {
    ...base(),
    grid: { left: 0, right: 18, top: 6, bottom: 26, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    yAxis: categoryAxis(rows.map((row) => row[1]), {
      inverse: true, axisLine: { show: false },
      axisLabel: { ...rowLabels(), formatter: (text) => wrapped(text, narrow ? 18 : 34) },
    }),
    xAxis: valueAxis(chart.options.axis, { nameLocation: "middle", nameGap: 28, splitNumber: narrow ? 3 : 6 }),
    tooltip: {
      ...base().tooltip, trigger: "item",
      formatter: (p) => {
        const row = rows[p.dataIndex];
        return tip(row[1], columns.slice(2).map((column, n) => [column.label, number(row[n + 2], column.decimals)]));
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

/* Rows: what is chosen, x, mean, lower, upper. */
PLOTS.dependence = (chart, width, choice) => {
  const rows = chosenRows(chart, choice);
  const columns = chart.columns;
  const tint = colour(columns[2].colour);
  return {
    ...base(),
    grid: { left: 0, right: 18, top: 24, bottom: 6, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: valueAxis("", { scale: true, splitLine: { show: false }, axisLabel: { color: style("--muted"), fontSize: 12, hideOverlap: true } }),
    yAxis: valueAxis("", { scale: true, axisLabel: { color: style("--muted"), fontSize: 12, hideOverlap: true } }),
    tooltip: {
      ...base().tooltip, trigger: "axis",
      formatter: (points) => {
        const row = rows[points[0].dataIndex];
        return tip(row[0], columns.slice(1).map((column, n) => [column.label, number(row[n + 1], column.decimals)]));
      },
    },
    series: [
      {
        type: "custom", silent: true, data: [0], tooltip: { show: false },
        renderItem: (_, api) => ({
          type: "polygon",
          shape: { points: [...rows.map((row) => api.coord([row[1], row[4]])), ...rows.map((row) => api.coord([row[1], row[3]])).reverse()] },
          style: { fill: tint, opacity: 0.18 },
        }),
      },
      { type: "line", data: rows.map((row) => [row[1], row[2]]), color: tint, symbol: "circle", symbolSize: 5, lineStyle: { width: 2.2 }, emphasis: { disabled: true } },
      /* The band's ends have a place on the axis. */
      { type: "scatter", silent: true, symbolSize: 0, data: rows.flatMap((row) => [[row[1], row[3]], [row[1], row[4]]]), tooltip: { show: false } },
    ],
  };
};

/* Rows: what is chosen, x, y, value. */
PLOTS.heat = (chart, width, choice) => {
  const rows = chosenRows(chart, choice);
  const places = (n) => [...new Set(rows.map((row) => row[n]))].sort((a, b) => a - b);
  const xs = places(1), ys = places(2);
  const values = rows.map((row) => row[3]).filter((value) => value !== null);
  return {
    ...base(),
    grid: { left: 0, right: 18, top: 6, bottom: 64, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: categoryAxis(xs.map(String)),
    yAxis: categoryAxis(ys.map(String)),
    visualMap: {
      min: Math.min(...values), max: Math.max(...values), orient: "horizontal", left: 0, bottom: 0, itemHeight: 120, precision: 3,
      inRange: { color: ["#f3efe4", "#c9a86a", "#b5472d", "#4a150b"] }, textStyle: { color: style("--muted") },
    },
    tooltip: {
      ...base().tooltip, trigger: "item",
      formatter: (p) => tip(choice, chart.columns.slice(1).map((column, n) => [column.label, number([xs[p.value[0]], ys[p.value[1]], p.value[2]][n], column.decimals)])),
    },
    series: [{ type: "heatmap", data: rows.map((row) => [xs.indexOf(row[1]), ys.indexOf(row[2]), row[3]]), emphasis: { disabled: true } }],
  };
};
