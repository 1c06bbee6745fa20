"use strict";
// The board: takes what the server pushes, and never lets an old picture pass for the present.
(() => {
  const fresh = document.getElementById("fresh");
  const say = JSON.parse(document.getElementById("phrases").textContent);
  const SILENT = 20, BLIND = 45, LONGEST = 60; // seconds
  let clock = fresh.dataset.clock, age = 0, heard = null, ended = false, wait = 1, source = null;

  // A phone that sleeps may stop one of the two clocks; the one that ran further is right.
  const mark = () => [performance.now(), Date.now()];
  const begun = mark();
  const since = (then) => { const now = mark(); return Math.max(now[0] - then[0], now[1] - then[1]) / 1000; };
  const fill = (text, seconds) => text.replace("{clock}", clock).replace("{seconds}", Math.round(seconds));

  function tell() {
    const silent = since(heard ?? begun);
    const seconds = silent + age;
    let word = "live";
    if (ended) word = "ended";
    else if (silent > SILENT) word = "lost";
    else if (heard === null) word = "connecting";
    else if (seconds > BLIND) word = "blind";
    const text = fill(say[word], seconds);
    if (fresh.textContent !== text) fresh.textContent = text;
    document.body.classList.toggle("stale", word !== "live");
  }

  function put(parts) {
    for (const [id, html] of Object.entries(parts)) {
      const place = document.getElementById(id);
      if (place === null || place.dataset.shown === html) continue;
      const open = new Set([...place.querySelectorAll("details[open]")].map((one) => one.id));
      const focus = document.activeElement !== null && place.contains(document.activeElement)
        ? document.activeElement.getAttribute("href") : null;
      place.innerHTML = html; // made by our own templates, which escape; the policy of the page runs no script in it
      place.dataset.shown = html;
      for (const one of place.querySelectorAll("details")) one.open = open.has(one.id);
      if (focus !== null) [...place.querySelectorAll("a")].find((one) => one.getAttribute("href") === focus)?.focus();
    }
  }

  function take(event) {
    const news = JSON.parse(event.data);
    heard = mark(); age = news.age; clock = news.clock; wait = 1;
    if (news.parts) put(news.parts);
    tell();
  }

  function connect() {
    source = new EventSource(fresh.dataset.changes);
    source.addEventListener("board", take);
    source.addEventListener("beat", take);
    source.addEventListener("ended", () => { ended = true; source.close(); tell(); });
    source.addEventListener("error", () => {
      source.close();
      if (ended) return;
      setTimeout(connect, wait * (750 + Math.random() * 500));
      wait = Math.min(LONGEST, wait * 2);
    });
  }

  document.addEventListener("visibilitychange", tell);
  setInterval(tell, 1000);
  tell();
  connect();
})();
