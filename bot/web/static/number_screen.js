// The changing number of a place. Shown as long as it is the one of now by the server's word; then the next, or none.
"use strict";
(() => {
  const $ = id => document.getElementById(id);
  const phrases = JSON.parse($("phrases").textContent), PATIENCE = 8000;
  let step = $("screen").dataset.step, until = performance.now() + Number($("screen").dataset.left), asking = false;

  const hide = why => {
    $("number").textContent = "–– ––";
    $("picture").hidden = true;
    $("left").value = 0;
    $("trouble").textContent = why;
    $("trouble").hidden = false;
  };
  const show = told => {
    until = performance.now() + told.left;
    $("number").textContent = told.number;
    $("trouble").hidden = true;
    if (String(told.step) !== step || $("picture").hidden) $("picture").src = "/plate/picture?" + told.step;
    step = String(told.step);
    $("picture").hidden = false;
  };
  const ask = async () => {
    asking = true;
    try {
      const answer = await fetch("/plate/now", { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (answer.ok) show(await answer.json());
      else hide(answer.status === 403 ? phrases.over : phrases.away);
    } catch (none) {
      hide(phrases.away);
    } finally {
      asking = false;
    }
  };
  setInterval(() => {
    const left = until - performance.now();
    $("left").value = Math.max(0, left);
    if (left > 0 || asking) return;
    if ($("trouble").hidden) $("number").textContent = "–– ––";
    ask();
  }, 1000);
})();
