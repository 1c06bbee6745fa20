"use strict";
// Begins a confirmation by somebody outside the house, and asks our server what came of it. Nothing is decided here.
(() => {
  const act = document.querySelector("[data-rung]");
  const [told, go, ask] = ["told", "go", "ask"].map(id => document.getElementById(id));
  const say = (words, tone) => { told.textContent = words; act.dataset.tone = tone || ""; };

  const post = async step => {
    const answer = await fetch(act.dataset.rung + "/" + step, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: "{}", credentials: "omit",
    });
    return answer.json();
  };
  const busy = async run => {
    go.disabled = ask.disabled = true;
    say(act.dataset.waiting);
    try { await run(); } catch (broken) { say(act.dataset.trouble, "danger"); } finally { go.disabled = ask.disabled = false; }
  };

  // The chat's own check; whatever it reports, our server asks the chat itself. A client that refuses the page says so.
  const check = call => new Promise(done => {
    if (typeof dd === "undefined") { done(); return; }
    dd.error(done);
    dd.config(call.config);
    dd.ready(() => dd.exclusiveLiveCheck({ ...call.given, success: done, fail: done }));
  });

  const finish = async () => {
    const ended = await post("finish");
    say(ended.text, ended.ok ? "good" : ended.again ? "warn" : "danger");
    ask.hidden = !ended.again;
    go.hidden = true;
  };
  const begin = async () => {
    const begun = await post("begin");
    if (!begun.ok) { say(begun.text, begun.again ? "warn" : "danger"); go.hidden = !begun.again; return; }
    if (begun.go) { location.assign(begun.go); return; }
    await check(begun.call);
    await finish();
  };

  go.addEventListener("click", () => busy(begin));
  ask.addEventListener("click", () => busy(finish));
  if (act.dataset.back) busy(finish);
})();
