"use strict";
// The gate's page: fetches how permits stand while there is a network, and checks codes with or without one.
(() => {
  const { said, labels, page, zone } = JSON.parse(document.getElementById("words").textContent);
  const at = id => document.getElementById(id), law = globalThis.gateLaw, KEPT = "permitbot.gate";
  const EMPTY = { site: "", keys: [], list: "", offset: 0, seen: { number: 0, issued: 0, latest: 0 } };
  let kept = EMPTY, list = null, able = false, reached = false, watching = null;
  try { kept = { ...EMPTY, ...JSON.parse(localStorage.getItem(KEPT) || "{}") }; } catch (odd) { kept = EMPTY; }
  const keep = () => localStorage.setItem(KEPT, JSON.stringify(kept));
  // The server's clock, as of the last list: clocks at gates are often wrong.
  const now = () => Date.now() / 1000 + kept.offset;
  const filled = (words, given) => words.replace(/\{(\w+)\}/g, (_, name) => given[name]);

  const asked = async (path, options) => {
    const answer = await fetch(path, { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(5000), ...options });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  const held = async () => {
    list = null;
    try {
      if (able) [, list = null] = await law.checked(law.opened(kept.list), kept.site, kept.keys);
    } catch (none) { list = null; }
  };
  const taken = async told => {
    if (!able) return;
    const [wrong, list] = await law.checked(law.opened(told.list), told.site, told.keys);
    if (wrong || law.older(list, kept.seen)) { at("note").textContent = page.refused; return; }
    at("note").textContent = "";
    // The very list that is held is no news, and its time is not the present one.
    if (told.list === kept.list) return;
    const seen = { number: list.number, issued: list.issued, latest: list.issued };
    kept = { site: told.site, keys: told.keys, list: told.list, offset: list.issued - Date.now() / 1000, seen };
    keep();
    await held();
  };
  const renew = async () => {
    try {
      const told = await asked("/gate/status");
      reached = true;
      await taken(told);
    } catch (away) { reached = false; }
    tell();
  };

  const span = seconds => seconds < 60 ? filled(page.seconds, { count: Math.floor(seconds) })
    : seconds < 3600 ? filled(page.minutes, { count: Math.floor(seconds / 60) })
      : filled(page.hours, { count: Math.floor(seconds / 3600) });
  const tell = () => {
    at("net").textContent = reached ? page.online : page.offline;
    const line = at("age"), age = list ? Math.max(0, now() - list.issued) : 0, fresh = list && now() < list.expires;
    line.dataset.tone = fresh ? "good" : "warn";
    line.textContent = !able ? page.unable : !list ? page.none
      : !fresh ? filled(page.old, { age: span(age) }) : age < 5 ? page.now : filled(page.fresh, { age: span(age) });
  };

  const moment = seconds => new Date(seconds * 1000).toLocaleString("zh-CN",
    { timeZone: zone, month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
  const show = (verdict, shown) => {
    const [tone, sign, word, todo] = said[verdict];
    at("result").dataset.tone = tone;
    at("result").dataset.verdict = verdict;
    at("sign").textContent = sign; at("word").textContent = word; at("todo").textContent = todo;
    const facts = at("facts");
    facts.replaceChildren();
    // What a false code says is not shown: it would look true.
    facts.hidden = !shown || verdict === "forged" || verdict === "foreign";
    if (facts.hidden) return;
    const told = { number: shown.number, work: shown.work, place: shown.place, window: `${moment(shown.start)} – ${moment(shown.end)}`,
      guardian: shown.guardian, people: filled(page.people, { count: shown.people }), issued: moment(shown.issued) };
    for (const [name, words] of labels) {
      const label = document.createElement("dt"), value = document.createElement("dd");
      label.textContent = words; value.textContent = told[name];
      facts.append(label, value);
    }
  };

  const check = async code => {
    if (!list || now() - list.issued > 20) await renew();
    if (!able) { show(...await elsewhere(code)); return; }
    let wrong, shown;
    try {
      const found = law.opened(code);
      if (found.list) throw new Error("a list");
      [wrong, shown] = await law.checked(found, kept.site, kept.keys);
    } catch (none) { show("unreadable"); return; }
    if (wrong) { show(kept.keys.length ? wrong : "no_status"); return; }
    const verdict = await law.judge(now(), shown, list, kept.seen);
    if (verdict !== "clock") { kept.seen = { ...kept.seen, latest: Math.max(kept.seen.latest, Math.floor(now())) }; keep(); }
    show(verdict, shown);
    tell();
  };
  // A browser that knows no Ed25519 has the system check, as long as there is a network.
  const elsewhere = async code => {
    try {
      const told = await asked("/gate/check", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ code }) });
      return [told.verdict, told.pass];
    } catch (away) { return ["cannot"]; }
  };

  const smaller = async file => {
    const picture = await createImageBitmap(file), scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale); canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return new Promise(done => canvas.toBlob(done, "image/jpeg", 0.9));
  };
  const detector = () => "BarcodeDetector" in window ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  const photographed = async file => {
    at("note").textContent = page.reading;
    let code = "";
    try {
      const eye = detector(), seen = eye ? await eye.detect(await createImageBitmap(file)) : [];
      code = seen.length ? seen[0].rawValue : (await asked("/gate/read", { method: "POST", body: await smaller(file) })).code;
    } catch (away) { code = ""; }
    at("note").textContent = "";
    await check(code);
  };
  const watch = async () => {
    const view = at("view");
    const stop = () => { clearInterval(watching); watching = null; view.hidden = true; for (const track of (view.srcObject || { getTracks: () => [] }).getTracks()) track.stop(); };
    if (watching) { stop(); return; }
    view.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    view.hidden = false;
    await view.play();
    const eye = detector();
    watching = setInterval(async () => {
      const [seen] = await eye.detect(view).catch(() => []);
      if (seen && watching) { stop(); await check(seen.rawValue); }
    }, 300);
  };

  at("typed").addEventListener("submit", event => {
    event.preventDefault();
    const code = at("code").value;
    at("code").value = "";
    at("code").focus();
    check(code);
  });
  at("picture").addEventListener("change", event => { if (event.target.files[0]) photographed(event.target.files[0]); event.target.value = ""; });
  at("camera").addEventListener("click", () => watch().catch(() => show("unreadable")));
  if ("BarcodeDetector" in window && navigator.mediaDevices) BarcodeDetector.getSupportedFormats()
    .then(known => { at("camera").hidden = !known.includes("qr_code"); }).catch(() => {});
  window.addEventListener("online", renew);
  window.addEventListener("offline", () => { reached = false; tell(); });
  setInterval(tell, 5000);
  setInterval(renew, 60000);
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/gate/worker.js", { scope: "/gate" }).catch(() => {});
  law.able().then(async yes => { able = yes; await held(); await renew(); document.body.dataset.ready = "yes"; });
})();
