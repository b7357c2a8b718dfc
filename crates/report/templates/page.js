/* Wires the page: draws the charts, follows the theme and the width, offers the data as files. */

(function () {
  const { file, charts } = JSON.parse(document.getElementById("data").textContent);
  const byId = new Map(charts.map((chart) => [chart.id, chart]));
  const root = document.documentElement;
  const drawn = [];

  /* On paper a chart has the width of its column on A4, whatever the window was. */
  const PAPER = 680, PAPER_COLUMN = 330;
  let printing = false;
  const available = (plot) =>
    printing ? (plot.element.closest(".pair") ? PAPER_COLUMN : PAPER) : plot.element.clientWidth;

  function draw(plot) {
    const width = available(plot);
    const height = plotHeight(plot.chart, width, printing, plot.choice);
    plot.element.style.height = `${height}px`;
    plot.instance.resize({ width, height });
    plot.instance.setOption(PLOTS[plot.chart.kind](plot.chart, width, plot.choice), { notMerge: true });
    plot.width = width;
  }
  const redraw = () => drawn.forEach(draw);

  /* Theme: the reader's choice, else the system's. */
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const asked = /[#&]theme=(dark|light)/.exec(location.hash);
  let chosen = asked ? asked[1] : null;
  try { chosen = chosen || localStorage.getItem("hailsham-theme"); } catch { /* storage may be closed to files */ }
  function theme() { return chosen || (system.matches ? "dark" : "light"); }
  function show(name) {
    root.dataset.theme = name;
    button.textContent = name === "dark" ? "Light" : "Dark";
  }
  button.addEventListener("click", () => {
    chosen = theme() === "dark" ? "light" : "dark";
    try { localStorage.setItem("hailsham-theme", chosen); } catch { /* the choice lasts for this page */ }
    show(chosen);
    redraw();
  });
  system.addEventListener("change", () => { show(theme()); redraw(); });
  show(theme());

  for (const element of document.querySelectorAll("[data-chart]")) {
    const chart = byId.get(element.dataset.chart);
    const instance = echarts.init(element, null, { renderer: "svg" });
    const plot = { element, chart, instance, width: 0, choice: choices(chart)[0] };
    drawn.push(plot);
    const select = document.querySelector(`[data-choose="${chart.id}"]`);
    if (select) {
      select.append(...choices(chart).map((choice) => new Option(meaning(chart, choice), choice)));
      select.addEventListener("change", () => { plot.choice = select.value; draw(plot); });
    }
    draw(plot);
  }
  new ResizeObserver(() => {
    for (const plot of drawn) {
      if (!printing && plot.element.clientWidth !== plot.width) draw(plot);
    }
  }).observe(document.querySelector("main"));

  /* Paper is light. */
  addEventListener("beforeprint", () => { printing = true; show("light"); redraw(); });
  addEventListener("afterprint", () => { printing = false; show(theme()); redraw(); });

  /* CSV as in RFC 4180. */
  const field = (value) => {
    const text = value === null ? "" : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  for (const button of document.querySelectorAll("[data-csv]")) {
    button.addEventListener("click", () => {
      const chart = byId.get(button.dataset.csv);
      const rows = [chart.columns.map((column) => column.key), ...chart.rows];
      const text = rows.map((row) => row.map(field).join(",")).join("\r\n") + "\r\n";
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
      link.download = `${file}-${chart.id}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  }
})();
