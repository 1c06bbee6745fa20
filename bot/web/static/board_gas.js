"use strict";
// Draws the gas curves of a permit. Numbers are made of the exact values here, and for drawing only.
(() => {
  const place = document.getElementById("curves"), note = document.getElementById("gasnote");
  const plots = [];

  function element(kind, text, kindOf) {
    const made = document.createElement(kind);
    if (text) made.textContent = text;
    if (kindOf) made.className = kindOf;
    return made;
  }

  function line(points, value, stroke) {
    return value === null ? [] : [{ data: points.map(() => Number(value)), stroke }];
  }

  function draw(curve, zone, span) {
    const figure = element("figure", "", "curve");
    figure.append(element("figcaption", `${curve.title}（${curve.unit}）`));
    place.append(figure);
    const values = curve.values.map((value) => (value === null ? null : Number(value)));
    const limits = [...line(curve.at, curve.low, "#b3261e"), ...line(curve.at, curve.high, "#b3261e")];
    const dots = { show: curve.typed || values.length < 60, size: 6 };
    const options = {
      width: figure.clientWidth, height: 220, cursor: { drag: { x: false, y: false } }, legend: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), zone),
      scales: { x: { time: true, range: () => span } }, // one window for all, so that silence at its end is seen
      axes: [{ values: [[3600 * 24, "{MM}-{DD}"], [3600, "{HH}:{mm}"], [60, "{HH}:{mm}"], [1, "{HH}:{mm}:{ss}"]]
        .map(([step, text]) => [step, text, null, null, null, null, null, null, 1]) }, { size: 60 }],
      series: [{}, { stroke: "#1b4f9c", width: curve.typed ? 0 : 2, points: dots, spanGaps: false },
        ...limits.map((one) => ({ stroke: one.stroke, width: 1.5, dash: [8, 4], points: { show: false } }))],
    };
    plots.push([new uPlot(options, [curve.at, values, ...limits.map((one) => one.data)], figure), figure]);
    for (const text of curve.lines) figure.append(element("p", text, "small"));
  }

  addEventListener("resize", () => {
    for (const [plot, figure] of plots) plot.setSize({ width: figure.clientWidth, height: 220 });
  });

  fetch(place.dataset.gas, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .then((told) => {
      note.textContent = told.curves.length ? told.note : place.dataset.none;
      for (const curve of told.curves) draw(curve, told.zone, told.span);
    })
    .catch(() => { note.textContent = place.dataset.busy; });
})();
