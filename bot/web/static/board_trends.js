"use strict";
// Draws the weeks of every figure. A week without a case is a hole.
(() => {
  const trends = JSON.parse(document.getElementById("trends").textContent), HEIGHT = 180, AROUND = 3 * 86400;
  for (const place of document.querySelectorAll(".trend")) {
    const one = trends[Number(place.dataset.number)];
    const values = one.values.map((value) => (value === null ? null : Number(value)));
    const plot = new uPlot({
      width: place.clientWidth, height: HEIGHT, legend: { show: false }, cursor: { drag: { x: false, y: false } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), one.zone),
      scales: {
        x: { time: true, range: () => [one.at[0] - AROUND, one.at.at(-1) + AROUND] },
        y: { range: (_, low, high) => [0, one.unit === "%" ? 100 : high > 0 ? high * 1.1 : 1] },
      },
      axes: [
        { splits: () => one.at, values: [[1, "{MM}-{DD}", null, null, null, null, null, null, 1]] },
        { size: 60, label: one.unit },
      ],
      series: [{}, { stroke: "#1b4f9c", width: 2, points: { show: true, size: 7 }, spanGaps: false }],
    }, [one.at, values], place);
    addEventListener("resize", () => plot.setSize({ width: place.clientWidth, height: HEIGHT }));
  }
})();
