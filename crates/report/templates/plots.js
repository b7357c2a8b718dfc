/* One function a kind of chart: from its rows to what the library draws. */

const PLOTS = {
  lines(chart, width) {
    const { axis, log, strip, marks, category } = chart.options;
    const columns = chart.columns.slice(1);
    const names = columns.map((column) => column.label);
    const top = legendHeight(names, width) + (marks ? 40 : 26);
    const below = columns.map((column) => (strip && column.key === strip.key ? 1 : 0));
    const parted = below.includes(1);
    const years = chart.rows.map((row) => row[0]);
    const outer = { left: 0, right: category ? 36 : 14, outerBoundsMode: "same", outerBoundsContain: "axisLabel" };
    const title = { nameGap: marks ? 22 : 10, nameTextStyle: { color: style("--muted"), fontSize: 12, align: "left", padding: [0, 0, 0, -14] } };
    /* Nothing has no place on a logarithmic axis: the line is broken there. */
    const values = valueAxis(axis, log ? { ...title, type: "log", min: 1 } : title);
    /* A mark is named above the plot, where the name of one before it leaves room. */
    const room = (width - 58) / Math.max(1, years.length - 1);
    let named = -Infinity;
    const marked = marks && marks.years.length && {
      silent: true, symbol: "none", lineStyle: { color: style("--muted"), type: "solid", width: 1 },
      label: { position: "end", rotate: 0, distance: 2, color: style("--muted"), fontSize: 11, formatter: marks.label },
      data: marks.years.map((year) => {
        const at = room * years.indexOf(year);
        const show = at - named > textWidth(marks.label, 11) + 6;
        if (show) named = at;
        /* Near the axis it begins at its line, and leaves the numbers free. */
        return { xAxis: year, label: { show, align: at < textWidth(marks.label, 11) ? "left" : "center" } };
      }),
    };
    return {
      ...base(),
      legend: legend(names),
      grid: parted
        ? [{ ...outer, left: 44, top, bottom: STRIP + 34, outerBoundsMode: "none" }, { ...outer, left: 44, height: STRIP - 30, bottom: 22, outerBoundsMode: "none" }]
        : { ...outer, top, bottom: category ? 24 : 0 },
      xAxis: parted
        ? [categoryAxis(years, { boundaryGap: false, axisLabel: { show: false } }), categoryAxis(years, { boundaryGap: false, gridIndex: 1 })]
        : categoryAxis(years, { boundaryGap: false, name: category, nameLocation: "middle", nameGap: 28, nameTextStyle: { color: style("--muted"), fontSize: 12 } }),
      yAxis: parted ? [values, valueAxis(strip.axis, { ...title, nameGap: 10, gridIndex: 1, splitNumber: 2, minInterval: 1 })] : values,
      axisPointer: parted ? { link: [{ xAxisIndex: "all" }] } : undefined,
      tooltip: {
        ...base().tooltip, trigger: "axis",
        formatter: (points) => tip(points[0].name, points.map((p) => [p.seriesName, number(chart.rows[p.dataIndex][p.seriesIndex + 1], columns[p.seriesIndex].decimals), p.color])),
      },
      series: columns.map((column, n) => ({
        type: "line", name: column.label, data: chart.rows.map((row) => (log && row[n + 1] === 0 ? null : row[n + 1])),
        xAxisIndex: below[n], yAxisIndex: below[n], step: below[n] ? "middle" : undefined, areaStyle: below[n] ? { opacity: 0.25 } : undefined,
        /* A year alone between years of nothing is a dot. */
        showSymbol: Boolean(log || chart.options.points), symbol: "circle", symbolSize: log ? 4 : 5, color: colour(column.colour),
        lineStyle: { width: 2.2, type: DASHES[n % DASHES.length] }, emphasis: { disabled: true },
        markLine: n === 0 && marked ? marked : undefined,
      })),
    };
  },

  bars(chart, width) {
    const { horizontal, percent, category, axis } = chart.options;
    const columns = chart.columns.slice(1);
    const names = columns.map((column) => column.label);
    const narrow = width < 480;
    const rowLabel = rowLabels();
    const title = horizontal ? 0 : 22;
    const top = legendHeight(names, width, "rect") + 6 + title;
    const labels = chart.rows.map((row) => row[0]);
    const sums = chart.rows.map((row) => row.slice(1).reduce((sum, value) => sum + (value || 0), 0) || 1);
    const categories = categoryAxis(labels, horizontal
      ? { inverse: true, axisLine: { show: false }, axisLabel: { ...rowLabel, formatter: (text) => wrapped(text, narrow ? 16 : width < 700 ? 22 : 40) } }
      : { name: category, nameLocation: "middle", nameGap: 28, nameTextStyle: { color: style("--muted"), fontSize: 12 } });
    const values = horizontal
      ? valueAxis(axis, { nameLocation: "middle", nameGap: 28, max: percent ? 100 : undefined, interval: percent ? 25 : undefined, splitNumber: narrow ? 3 : 5, axisLabel: { color: style("--muted"), hideOverlap: true, formatter: percent ? (v) => `${v} %` : tick } })
      : valueAxis(axis, { nameGap: 10, nameTextStyle: { color: style("--muted"), fontSize: 12, align: "left", padding: [0, 0, 0, -14] } });
    return {
      ...base(),
      legend: legend(names, "rect"),
      grid: { left: 0, right: 18, top, bottom: category || horizontal ? 24 : 0, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: horizontal ? values : categories,
      yAxis: horizontal ? categories : values,
      tooltip: {
        ...base().tooltip, trigger: "axis", axisPointer: { type: "shadow" },
        formatter: (points) => {
          const row = chart.rows[points[0].dataIndex];
          const lines = columns.map((column, n) => [column.label, row[n + 1], column]).filter(([, value]) => value);
          const share = (value) => (percent ? ` (${number((100 * value) / sums[points[0].dataIndex], 1)} %)` : "");
          return tip(row[0], lines.map(([name, value, column]) => [name, number(value, column.decimals) + share(value), colour(column.colour)]));
        },
      },
      series: columns.map((column, n) => ({
        type: "bar", stack: "all", name: column.label, color: colour(column.colour),
        data: chart.rows.map((row, r) => (percent ? (100 * (row[n + 1] || 0)) / sums[r] : row[n + 1] || null)),
        barCategoryGap: chart.options.time ? "12%" : horizontal ? "34%" : "18%",
        itemStyle: { borderColor: style("--card"), borderWidth: 0.6 },
        label: chart.options.apart
          ? { show: true, position: "right", color: style("--ink"), fontSize: 12, formatter: (p) => (p.value ? short.format(p.value) : "") }
          : undefined,
        emphasis: { disabled: true },
      })),
    };
  },

  boxes(chart, width) {
    const narrow = width < 480;
    const rowLabel = rowLabels();
    const rows = chart.rows.filter((row) => row[1] > 0);
    const colours = chart.options.colours;
    const at = (row) => colours[chart.rows.indexOf(row) % colours.length];
    return {
      ...base(),
      grid: { left: 0, right: 18, top: 6, bottom: 24, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      yAxis: categoryAxis(rows.map((row) => row[0]), {
        inverse: true, axisLine: { show: false },
        axisLabel: { ...rowLabel, formatter: (text) => rowName(chart, text, width) },
      }),
      xAxis: valueAxis(chart.options.axis, { nameLocation: "middle", nameGap: 28, scale: true, max: chart.options.max, interval: chart.options.max ? chart.options.max / 4 : undefined, splitNumber: narrow ? 3 : 5 }),
      tooltip: {
        ...base().tooltip, trigger: "item",
        formatter: (p) => {
          const row = rows[p.dataIndex];
          const lines = chart.columns.slice(1).map((column, n) => [column.label, number(row[n + 1], column.decimals)]);
          return tip(meaning(chart, row[0]), lines);
        },
      },
      series: [{
        type: "boxplot", layout: "horizontal", boxWidth: [10, 22],
        data: rows.map((row) => ({
          value: row.slice(2),
          itemStyle: { color: `${colour(at(row))}40`, borderColor: colour(at(row)), borderWidth: 1.8 },
        })),
        emphasis: { disabled: true },
      }],
    };
  },

  survival(chart, width) {
    const narrow = width < 560;
    const last = chart.options.years;
    const names = [...new Set(chart.rows.map((row) => row[0]))];
    const curves = names.map((name) => chart.rows.filter((row) => row[0] === name));
    const left = narrow ? 44 : 128;
    const risk = 20 * names.length;
    const every = last > 6 ? (narrow ? 3 : 1) : narrow ? 2 : 1;
    const top = legendHeight(names, width) + 26;
    const band = (rows, fill) => ({
      type: "custom", silent: true, data: [0], z: 1, clip: true, tooltip: { show: false },
      renderItem: (_, api) => {
        /* The limits go in the steps of their curve: each holds until the next point. */
        const limit = (of) => rows.flatMap((row, n) => [...(n ? [[row[1], 100 * rows[n - 1][of]]] : []), [row[1], 100 * row[of]]]).map((at) => api.coord(at));
        const [upper, lower] = [limit(5), limit(4)];
        return { type: "polygon", shape: { points: [...upper, ...lower.reverse()] }, style: { fill, opacity: 0.16 } };
      },
    });
    return {
      ...base(),
      legend: legend(names),
      title: { text: narrow ? "At risk" : "Number at risk", left: 0, bottom: risk + 6, padding: 0, textStyle: { fontSize: 12, fontWeight: 600, color: style("--muted"), fontFamily: FONT } },
      grid: [
        { left, right: 22, top, bottom: risk + 70 },
        { left, right: 22, height: risk, bottom: 0 },
      ],
      xAxis: [
        valueAxis(chart.options.axis || `years since the ${names[0].toLowerCase().includes("donation") ? "donation" : "operation"}`, {
          min: 0, max: last, interval: every, nameLocation: "middle", nameGap: 26,
          axisLabel: { color: style("--muted") }, splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: style("--muted") } },
        }),
        { type: "value", gridIndex: 1, min: 0, max: last, show: false },
      ],
      yAxis: [
        valueAxis(chart.options.share || "alive", { min: 0, max: 100, interval: 25, axisLabel: { color: style("--muted"), formatter: "{value} %" }, nameGap: 10, nameTextStyle: { color: style("--muted"), fontSize: 12, align: "right", padding: [0, 8, 0, 0] } }),
        categoryAxis(narrow ? names.map((_, n) => `${n + 1}`) : names, { gridIndex: 1, inverse: true, axisLine: { show: false }, axisLabel: { color: style("--ink"), fontSize: 12, interval: 0, margin: narrow ? 26 : 30 } }),
      ],
      tooltip: {
        ...base().tooltip, trigger: "axis", axisPointer: { type: "line", snap: true },
        formatter: (points) => {
          /* At time 0 a curve has two points: the later one stands. */
          const lines = [...new Map(points.filter((p) => p.seriesType === "line").map((p) => [p.seriesName, p])).values()];
          if (!lines.length) return "";
          return tip(`${number(lines[0].value[0], 1)} years after`, lines.map((p) => {
            const row = p.data.row;
            return [`${p.seriesName} (${number(row[2])} at risk)`, `${number(100 * row[3], 1)} % (${number(100 * row[4], 1)}–${number(100 * row[5], 1)})`, p.color];
          }));
        },
      },
      series: [
        ...curves.map((rows, n) => ({
          type: "line", name: names[n], step: "end", showSymbol: false, symbol: "circle", z: 3,
          color: colour(chart.options.colours[n]), lineStyle: { width: 2.4, type: DASHES[n % DASHES.length] },
          /* Every curve starts with everyone: deaths at the operation itself are its first step. */
          data: [{ value: [0, 100], row: rows[0] }, ...rows.map((row) => ({ value: [row[1], 100 * row[3]], row }))], emphasis: { disabled: true },
        })),
        ...curves.map((rows, n) => band(rows, colour(chart.options.colours[n]))),
        {
          type: "scatter", xAxisIndex: 1, yAxisIndex: 1, symbolSize: 0.1, silent: true, tooltip: { show: false },
          label: { show: true, position: "inside", color: style("--ink"), fontSize: narrow ? 11 : 12, formatter: (p) => p.value[2] },
          data: curves.flatMap((rows, n) => rows.filter((row) => Number.isInteger(row[1]) && row[1] % every === 0)
            .map((row) => [row[1], n, narrow ? short.format(row[2]) : number(row[2])])),
        },
      ],
    };
  },

  flow(chart, width) {
    const narrow = width < 560;
    const small = width < 800;
    const nodes = new Map(chart.options.nodes.map((node) => [node.name, { ...node, into: 0, out: 0 }]));
    for (const [from, to, people] of chart.rows) {
      nodes.get(from).out += people;
      nodes.get(to).into += people;
    }
    const order = new Map(chart.options.nodes.map((node, n) => [node.name, n]));
    const people = (node) => Math.max(node.into, node.out);
    /* On a narrow page names stand right of their nodes, but above where another node follows. */
    const sharesLevel = (node) => {
      const next = chart.options.nodes[order.get(node.name) + 1];
      return next && next.colour === node.colour;
    };
    const label = (node) => {
      const leaf = node.out === 0;
      const size = small ? 11 : 12.5;
      const gap = leaf || narrow ? "  " : "\n";
      const text = {
        color: style("--ink"), fontSize: size, lineHeight: small ? 13 : 15, fontFamily: FONT,
        formatter: () => `${node.name}${gap}{n|${number(people(node))}}`,
        rich: { n: { color: style("--muted"), fontSize: size - 0.5, lineHeight: small ? 13 : 15 } },
      };
      if (!narrow) return { ...text, position: "right" };
      return leaf
        ? { ...text, position: "bottom", rotate: -90, align: "left", verticalAlign: "middle", distance: 6 }
        : sharesLevel(node)
          ? { ...text, position: [0, -16], align: "left" }
          : { ...text, position: "right", distance: 6 };
    };
    return {
      ...base(),
      tooltip: {
        ...base().tooltip, trigger: "item",
        formatter: (p) => (p.dataType === "edge"
          ? tip(`${p.data.source} → ${p.data.target}`, [["people", number(p.data.value)]])
          : tip(p.name, [["people", number(people(nodes.get(p.name)))]])),
      },
      series: [{
        type: "sankey", orient: narrow ? "vertical" : "horizontal", draggable: false,
        left: narrow ? 10 : 2, right: narrow ? 14 : small ? 214 : 242, top: narrow ? 10 : 16, bottom: narrow ? 206 : 12,
        nodeWidth: 14, nodeGap: narrow ? 18 : 16, nodeAlign: "justify",
        /* Nodes stay in the order of the life course; links that start later lie above those that started before. */
        layoutIterations: 0,
        data: [...nodes.values()].map((node) => ({ name: node.name, itemStyle: { color: colour(node.colour), borderWidth: 0 }, label: label(node) })),
        links: [...chart.rows].sort((a, b) => order.get(b[0]) - order.get(a[0]) || order.get(a[1]) - order.get(b[1])).map(([source, target, value]) => ({ source, target, value, lineStyle: { color: colour(nodes.get(target).colour), opacity: 0.32 } })),
        lineStyle: { curveness: 0.5 }, emphasis: { focus: "adjacency" },
      }],
    };
  },
};
