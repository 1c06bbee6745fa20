"use strict";
// The pages at the place. Whatever may wait is kept on the phone and sent until it has arrived, under an id of its own, so
// that sending it twice does nothing twice. What is true only now (being there, starting) is never kept for later.
(() => {
  const page = document.body, told = page.dataset, phrases = JSON.parse(told.phrases), here = "/site/" + told.board;
  const store = window.ptwStore(told.who), piece = Number(told.piece);
  const $ = (what, within) => (within || document).querySelector(what);
  const $$ = (what, within) => [...(within || document).querySelectorAll(what)];
  const say = (key, more) => phrases[key].replace(/\{(\w+)\}/g, (_, name) => (more || {})[name]);
  const id = () => [...crypto.getRandomValues(new Uint8Array(16))].map(one => one.toString(16).padStart(2, "0")).join("");
  const pause = time => new Promise(resolve => setTimeout(resolve, time));
  const gone = new Set();

  class No extends Error { constructor(status, text) { super(text); this.status = status; } }

  const post = async (path, body, type, patience, more) => {
    const end = new AbortController(), clock = setTimeout(() => end.abort(), patience);
    try {
      const answer = await fetch(here + path, { method: "POST", credentials: "same-origin", signal: end.signal, body,
        headers: { "Content-Type": type, "X-Form": told.form, ...more } });
      const found = await answer.json();
      if (!answer.ok || !found.ok) throw new No(answer.status, found.text || "");
      return found;
    } finally { clearTimeout(clock); }
  };
  const send = act => post("/do", JSON.stringify(act), "application/json", 20000);
  // Who signed in here once may call a stop for days; nothing else goes that way.
  const cryStop = act => post("/do", JSON.stringify(act), "application/json", 8000, { "X-Stop": told.cry });
  const passing = trouble => !(trouble instanceof No) || trouble.status >= 500 || trouble.status === 429;
  const login = trouble => trouble instanceof No && (trouble.status === 401 || trouble.status === 403);

  // --- saying it

  const line = (text, bad) => {
    const shown = document.createElement("p");
    shown.textContent = text;
    shown.className = bad ? "bad" : "fine";
    return shown;
  };
  const show = (...lines) => { const place = $("#told"); if (place) { place.replaceChildren(...lines); place.scrollIntoView({ block: "nearest" }); } };
  const asked = question => {
    const shown = [line(question.text, false)];
    for (const one of question.buttons) {
      const button = document.createElement("button");
      button.className = "big";
      button.textContent = one.text;
      button.dataset.tap = one.token;
      shown.push(button);
    }
    return shown;
  };
  const result = found => show(...found.said.map(one => line(one.text, one.bad)), ...found.asks.flatMap(asked));

  // --- drawing anew, without losing what was typed

  const redraw = async () => {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const kept = new Map($$("[data-keep]").map(one => [one.dataset.keep, one.value]));
      const words = $("#told").childNodes, said = [...words];
      const live = $("#live", fresh);
      if (!live) return;
      $("#live").replaceWith(live);
      const head = $("header", fresh);
      if (head) $("header").replaceWith(head);
      for (const one of $$("[data-keep]")) if (kept.get(one.dataset.keep) && !gone.has(one.dataset.keep)) one.value = kept.get(one.dataset.keep);
      gone.clear();
      $("#told").replaceChildren(...said);
      waiting();
    } catch (offline) { /* the page stays as it was */ }
  };

  // --- what waits

  let percent = 0;
  const waiting = () => {
    const entries = store.all(), box = $("#net");
    if (!box) return;
    box.hidden = !entries.length && navigator.onLine;
    $("b", box).textContent = say(navigator.onLine ? "waiting" : entries.length ? "offline" : "alone", { n: entries.length })
      + (percent ? " · " + say("sending", { done: percent }) : "");
    $("ul", box).replaceChildren(...entries.map(entry => {
      const item = document.createElement("li");
      item.textContent = entry.label + (entry.why ? "：" + entry.why : "");
      if (entry.why) {
        const drop = document.createElement("button");
        drop.textContent = phrases.drop;
        drop.addEventListener("click", () => { store.drop(entry.id); waiting(); });
        item.append(" ", drop);
      }
      return item;
    }));
  };

  const upload = async entry => {
    const photo = await store.photo(entry.id);
    if (!photo) throw new No(410, say("refused", { text: entry.label }));
    let have = (await post("/up/" + entry.id + "?at=-1&of=" + photo.size, "", "application/octet-stream", 15000)).have;
    while (have < photo.size) {
      const part = photo.slice(have, have + piece);
      have = (await post("/up/" + entry.id + "?at=" + have + "&of=" + photo.size, part, "application/octet-stream", 45000)).have;
      percent = Math.floor(100 * have / photo.size);
      waiting();
    }
    percent = 0;
  };
  const looked = async act => {
    for (let wait = 400; ; wait = Math.min(wait * 2, 5000)) {
      const found = await send(act);
      if (!found.fetching) return found;
      show(line(phrases.looking, false));
      await pause(wait);
    }
  };
  const deliver = async entry => {
    const act = { ...entry.act, id: entry.id, held: Math.max(0, (Date.now() - entry.at) / 1000) };
    if (act.kind === "stop") return cryStop(act);
    if (act.kind !== "photo") return send(act);
    if (!entry.up) { await upload(entry); entry.up = true; store.save(); }
    return looked(act);
  };

  // A stop goes before everything else. What was refused is not sent again by itself.
  const first = () => store.all().find(one => one.act.kind === "stop" && !one.why) || store.all().find(one => !one.why);

  let flushing = false, again = 1000;
  const flush = async () => {
    if (flushing) return;
    flushing = true;
    try {
      for (let next; (next = first()); ) {
        try {
          const found = await deliver(next);
          store.drop(next.id);
          again = 1000;
          result(found);
          await redraw();
        } catch (trouble) {
          percent = 0;
          if (passing(trouble) || login(trouble)) {
            if (login(trouble)) show(line(say("login", { n: store.all().length }), true));
            else { setTimeout(flush, again); again = Math.min(again * 2, 30000); }
            break;
          }
          next.why = say("refused", { text: trouble.message });
          store.save();
          show(line(next.label + "：" + next.why, true));
        }
        waiting();
      }
    } finally { flushing = false; waiting(); }
  };
  const keep = (label, act) => {
    const same = JSON.stringify(act);
    if (store.all().some(entry => JSON.stringify(entry.act) === same)) return flush(); // a second tap on what still waits
    store.add({ id: act.id || id(), at: Date.now(), label, act });
    waiting();
    if (!navigator.onLine) show(line(phrases.kept, false));
    return flush();
  };

  // --- what is true only now

  const ids = new WeakMap();
  const now = async (button, act) => {
    if (button.disabled) return;
    if (!ids.has(button)) ids.set(button, id());
    button.disabled = true;
    try {
      const found = await send({ ...act, id: ids.get(button) });
      ids.delete(button);
      result(found);
      await redraw();
    } catch (trouble) {
      if (!passing(trouble)) ids.delete(button);
      show(line(passing(trouble) ? phrases.not_queued : trouble.message, true));
    } finally { button.disabled = false; }
  };

  // --- stopping

  const stop = async form => {
    const bar = form.closest("details"), loud = $(".loud", bar);
    if (form.dataset.going) return;
    form.dataset.going = "1";
    const act = { kind: "stop", id: form.elements.id.value, permit: form.elements.permit.value };
    const cry = text => {
      loud.hidden = false;
      loud.classList.remove("arrived");
      loud.replaceChildren(document.createTextNode(text));
      if (told.phone) {
        const call = document.createElement("a");
        call.href = "tel:" + told.phone;
        call.textContent = " ☎ " + told.phone;
        loud.append(call);
      }
    };
    loud.hidden = false;
    loud.classList.remove("arrived");
    loud.textContent = phrases.stopping;
    for (let tries = 0; ; tries += 1) {
      try {
        const found = await cryStop(act);
        store.drop(act.id);
        loud.classList.add("arrived");
        loud.textContent = found.heard.length ? say(found.waiting ? "stopped" : "stopped_all", { names: found.heard.join("、") }) : phrases.stopped_none;
        result(found);
        if (!found.waiting || tries > 8) break;
        await pause(1500);
        continue;
      } catch (trouble) {
        store.add({ id: act.id, at: Date.now(), label: "停工", act });
        waiting();
        if (login(trouble)) { cry(say("login_stop", { number: "" })); break; }
        cry(say("unsent", { number: "" }));
        if (navigator.vibrate) navigator.vibrate([300, 100, 300]);
        await Promise.race([pause(Math.min(1000 * 2 ** tries, 8000)), new Promise(resolve => addEventListener("online", resolve, { once: true }))]);
        tries = Math.min(tries, 6);
      }
    }
    delete form.dataset.going;
    form.elements.id.value = id();
    await redraw();
  };

  // --- photos

  const LONGEST = 4096, MOST = 18 << 20;
  const smaller = async photo => {
    if (photo.size <= MOST) return photo;
    const picture = await createImageBitmap(photo), share = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const sheet = document.createElement("canvas");
    sheet.width = Math.round(picture.width * share);
    sheet.height = Math.round(picture.height * share);
    sheet.getContext("2d").drawImage(picture, 0, 0, sheet.width, sheet.height);
    return new Promise(resolve => sheet.toBlob(made => resolve(made || photo), "image/jpeg", 0.88));
  };
  const shot = async input => {
    const photo = input.files[0];
    if (!photo) return;
    const name = id(), act = { kind: "photo", id: name, permit: told.permit, purpose: input.dataset.photo };
    const label = "照片 " + input.dataset.label;
    await store.keepPhoto(name, await smaller(photo));
    input.value = "";
    await keep(label, act);
  };

  // --- gas

  let measured = -Infinity;
  const gas = form => {
    const wrong = $(".wrong", form), point = form.elements.point;
    const no = (text, where) => { wrong.hidden = false; wrong.textContent = text; where.focus(); };
    const rows = $$("fieldset", form).map(one => ({ name: one.dataset.reading, value: $("input", one), unit: $("select", one) }));
    const given = rows.filter(one => one.value.value.trim());
    wrong.hidden = true;
    if (!given.length && performance.now() - measured < 800) return undefined; // the second tap of two
    if (point && !point.value) return no(phrases.no_point, point);
    if (!given.length) return no(phrases.no_value, rows[0].value);
    const lacking = given.find(one => !one.unit.value);
    if (lacking) return no(lacking.name + "：" + phrases.no_unit, lacking.unit);
    const values = given.map(one => [one.name, one.value.value.trim().replace(",", "."), one.unit.value]);
    const act = { kind: "gas", permit: told.permit, point: point ? point.value : "", values };
    for (const one of given) one.value.value = "";
    if (point) point.value = "";
    measured = performance.now();
    return keep("气体 " + values.map(one => one.join(" ")).join("，"), act);
  };

  // --- being there

  const signed = async () => {
    try { return await post("/sdk", JSON.stringify({ url: location.href.split("#")[0] }), "application/json", 8000); } catch (none) { return null; }
  };
  const place = window.ptwPlace(told.sdk, signed);
  const checkIn = async button => {
    if (button.disabled) return;
    const digits = $("#digits"), given = digits ? digits.value.trim() : "";
    if (button.dataset.checkin === "scan" && given && !/^[0-9]{6}$/.test(given)) return show(line(phrases.digits, true));
    button.disabled = true;
    show(line(phrases.locating, false));
    const fix = await place();
    button.disabled = false;
    if (button.dataset.checkin === "scan") {
      gone.add("digits");
      return now(button, { kind: "scan", fix, now: given });
    }
    if (!fix) return show(line(phrases.no_fix, true));
    if (!fix.mocked && fix.accuracy === null) return show(line(phrases.vague, true));
    return now(button, { kind: "where", fix });
  };

  const scanned = /^[0-9]{6}$/.exec(new URLSearchParams(location.search).get("now") || "");
  if (scanned && $("#digits")) $("#digits").value = scanned[0];

  // --- the checklist

  const row = from => from.closest(".measure").dataset.no;
  const answer = button => {
    const no = row(button), chosen = button.dataset.answer === "in" ? { one: [no], measures: [no] } : { one: [no] };
    return keep(no + " " + button.textContent.slice(2), { kind: "tap", token: $("#answer").value, chosen });
  };
  const confirm = button => {
    const detail = $("[data-detail]", button.closest(".measure")), chosen = detail && detail.value.trim() ? { detail: [detail.value.trim()] } : {};
    if (detail) gone.add(detail.dataset.keep);
    button.disabled = true;
    return keep(row(button) + " 已落实", { kind: "tap", token: button.dataset.confirm, chosen }).finally(() => { button.disabled = false; });
  };

  document.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.tap) now(button, { kind: "tap", token: button.dataset.tap });
    else if (button.dataset.checkin) checkIn(button);
    else if (button.dataset.answer) answer(button);
    else if (button.dataset.confirm) confirm(button);
  });
  document.addEventListener("change", event => { if (event.target.dataset.photo) shot(event.target); });
  document.addEventListener("submit", event => {
    const form = event.target;
    event.preventDefault();
    if ("stop" in form.dataset) stop(form);
    else if ("gas" in form.dataset) gas(form);
    else if ("say" in form.dataset) { gone.add("say"); now($("button", form), { kind: "text", text: form.elements.text.value }); }
  });
  addEventListener("online", () => { again = 1000; waiting(); flush(); });
  addEventListener("offline", waiting);
  waiting();
  flush();
})();
