// The demo page. It shows what the platforms' twins show on each phone and does what a thumb could do there; nothing else.
import { choose, el, pageLink } from "./parts.js";
import { dingCard, dingItem, todoStrip } from "./dingtalk.js";
import { cameras } from "./cameras.js";
import { devices } from "./devices.js";
import { outputs } from "./outputs.js";
import { stations } from "./stations.js";
import { tags } from "./tags.js";

const $ = (id) => document.getElementById(id);
const seen = new Map();
let state = null;
let asking = false;
let again = false;
let storyTold = "";

async function post(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const said = await answer.json().catch(() => ({}));
  tell(answer.ok ? said.told || "" : said.error || "这一步没成功", !answer.ok);
  return answer.ok;
}
const act = (phone, what, extra = {}) => post("act", { phone, do: what, ...extra });
function tell(text, warn = false) { $("told").textContent = text; $("told").className = warn ? "warn" : ""; }

function buttons(phone, item, card, read) {
  const rows = (card.button_list || []).map((b) =>
    el("button", { type: "button", className: `s${b.style || 1}`, textContent: b.text, disabled: !item.pressable,
      onclick: () => b.type === 1 ? window.open(b.url) : act(phone, "press", { message: item.id, key: b.key, chosen: read() }) }));
  if (card.submit_button) rows.push(el("button", { type: "button", className: "s1", textContent: card.submit_button.text, disabled: !item.pressable,
    onclick: () => act(phone, "press", { message: item.id, key: card.submit_button.key, chosen: read() }) }));
  return rows;
}

function cardView(phone, item) {
  const card = item.card;
  const picks = [];
  const title = card.main_title || {};
  const lines = (card.horizontal_content_list || []).flatMap((row) => [el("dt", { textContent: row.keyname }), el("dd", { textContent: row.value || "" })]);
  const selects = [...(card.button_selection ? [card.button_selection] : []), ...(card.select_list || [])].map((one) => {
    const box = el("select", { ariaLabel: one.title || "" }, one.option_list.map((o) => el("option", { value: o.id, textContent: o.text, selected: o.id === one.selected_id })));
    picks.push(() => [one.question_key, [box.value]]);
    return el("div", {}, one.title ? el("div", { className: "sub", textContent: one.title }) : "", box);
  });
  let checks = "";
  if (card.checkbox) {
    const many = card.checkbox.mode === 1;
    const boxes = card.checkbox.option_list.map((o) => el("input", { type: many ? "checkbox" : "radio", name: item.id, value: o.id, checked: !!o.is_checked }));
    checks = el("div", { className: "opts" }, boxes.map((box, i) => el("label", {}, box, card.checkbox.option_list[i].text)));
    picks.push(() => [card.checkbox.question_key, boxes.filter((b) => b.checked).map((b) => b.value)]);
  }
  const read = () => Object.fromEntries(picks.map((pick) => pick()));
  const source = card.source || {};
  const acts = [...buttons(phone, item, card, read), pageLink(phone, item.page)].filter(Boolean);
  return el("div", { className: "card" },
    el("div", { className: "in" },
      source.desc ? el("div", { className: `src c${source.desc_color || 0}`, textContent: source.desc }) : "",
      title.title ? el("h4", { textContent: title.title }) : "",
      title.desc ? el("div", { className: "sub", textContent: title.desc }) : "",
      card.quote_area && card.quote_area.quote_text ? el("div", { className: `quote c${source.desc_color || 0}`, textContent: card.quote_area.quote_text }) : "",
      lines.length ? el("dl", {}, lines) : "",
      card.sub_title_text ? el("div", { className: "body", textContent: card.sub_title_text }) : "",
      checks, selects),
    card.replace_text ? el("div", { className: "dead", textContent: card.replace_text }) : acts.length ? el("div", { className: "btns" }, acts) : "");
}

// A group has no phone of its own: a link in it is shown, and opened on the phone of whoever taps it.
const textLink = (phone, piece) => phone
  ? el("a", { href: `as/${phone}${piece.page}`, target: "_blank", rel: "noopener", textContent: piece.text })
  : el("span", { className: "link", textContent: piece.text });

function itemView(phone, item) {
  if (item.recalled) return el("div", { className: "said gone", textContent: item.times > 1 ? `（已撤回 ${item.times} 条）` : "（已撤回）" });
  if (item.kind === "card") return cardView(phone, item);
  if (item.kind === "dcard") return dingCard(phone, item, act);
  if (item.kind === "ding") return dingItem(item);
  const bubble = el("div", { className: `said${item.mine ? " mine" : ""}` });
  if (item.media) bubble.append(el("img", { src: `media/${encodeURIComponent(item.media)}`, alt: "照片" }));
  if (item.picture) bubble.append(el("img", { className: "whole", src: item.picture, alt: "图片" }));
  if (item.pieces) bubble.append(...item.pieces.map((piece) => piece.url ? el("a", { href: piece.url, target: "_blank", rel: "noopener", textContent: piece.text }) : piece.page ? textLink(phone, piece) : piece.text));
  else if (item.text) bubble.append(item.text);
  if (item.file) bubble.append(el("a", { href: `media/${encodeURIComponent(item.file.id)}`, download: item.file.name, textContent: item.file.name }));
  return bubble;
}

// Messages taken back one after the other are one line.
function gathered(items) {
  const shown = [];
  for (const item of items) {
    const last = shown.at(-1);
    if (item.recalled && last && last.recalled) last.times += 1;
    else shown.push(item.recalled ? { ...item, times: 1 } : item);
  }
  return shown;
}

// The end of the talk, as a chat opens; but a stop that is longer than the screen shows its beginning, where it says why.
function toTheEnd(screen) {
  const last = screen.lastElementChild;
  const stop = last && (last.classList.contains("dingmsg") || last.querySelector(".quote.c2"));
  screen.scrollTop = stop ? last.offsetTop - 6 : screen.scrollHeight;
}

function fill(screen, key, phone, items) {
  const stamp = JSON.stringify(items);
  if (seen.get(key) === stamp) return false;
  const fresh = seen.has(key);
  seen.set(key, stamp);
  screen.replaceChildren(...gathered(items).map((item) => itemView(phone, item)));
  for (const picture of screen.querySelectorAll("img")) picture.onload = () => toTheEnd(screen);
  toTheEnd(screen);
  return fresh;
}

const PLATFORM = { wecom: "企业微信", dingtalk: "钉钉" };
const badge = (platform) => el("i", { className: "badge", textContent: PLATFORM[platform] });

function newPhone(phone) {
  const text = el("input", { placeholder: "说一句话…", ariaLabel: `${phone.name}说的话` });
  const send = () => { if (text.value.trim()) { act(phone.id, "text", { text: text.value }); text.value = ""; } };
  text.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) send(); });
  const menu = phone.platform === "wecom" ? el("div", { className: "menu" }, (state.menu || []).map((entry) => menuButton(phone, entry))) : "";
  return el("article", { className: `phone ${phone.platform}`, id: `phone-${phone.id}` },
    el("div", { className: "bar" }, el("b", { textContent: phone.name }), el("span", { textContent: phone.caption }), badge(phone.platform)),
    el("div", { className: "todos" }),
    screenOf("还没有消息"), menu,
    el("div", { className: "foot" }, text, el("button", { type: "button", textContent: "发送", onclick: send }),
      el("button", { type: "button", textContent: "＋", title: "照片、位置、语音、群", onclick: () => more(phone, text) })));
}

function screenOf(empty) {
  const screen = el("div", { className: "screen" });
  screen.dataset.empty = empty;
  return screen;
}

// Where to begin, on the phone of whoever begins: a line to try, sent by the visitor.
function beginning(box, phone) {
  const screen = box.querySelector(".screen");
  if (phone.screen.length || state.story.practice || state.story.running || screen.children.length) return;
  const input = box.querySelector(".foot input");
  screen.append(el("div", { className: "try" }, "点「演示一遍」看全程，或者自己申请一张票，试这一句：",
    el("button", { type: "button", textContent: state.story.line, onclick: () => { input.value = state.story.line; input.focus(); } })));
}

// On a narrow screen the phones lie side by side: a story turns to the one where something happened.
function turnTo(box) {
  const all = $("phones");
  if (state.story.running && all.scrollWidth > all.clientWidth) all.scrollTo({ left: box.offsetLeft - (all.clientWidth - box.clientWidth) / 2, behavior: "smooth" });
}

function menuButton(phone, entry) {
  const kids = entry.sub_button || [];
  if (!kids.length) return el("button", { type: "button", textContent: entry.name, onclick: () => pressMenu(phone, entry) });
  const holder = el("button", { type: "button", textContent: `${entry.name} ▴` });
  holder.addEventListener("click", () => {
    const open = holder.parentElement.querySelector(".pop");
    if (open) { open.remove(); return; }
    const pop = el("div", { className: "pop" }, kids.map((kid) => el("button", { type: "button", textContent: kid.name, onclick: () => { pop.remove(); pressMenu(phone, kid); } })));
    pop.style.right = "0";
    holder.parentElement.append(pop);
  });
  return holder;
}

function pressMenu(phone, entry) {
  if (entry.type === "scancode_waitmsg" || entry.type === "scancode_push") { choose(`${phone.name} 扫哪个码？`, state.codes, (code) => act(phone.id, "scan", { code })); return; }
  if (entry.type.startsWith("pic_")) { act(phone.id, "camera"); return; }
  if (entry.type === "location_select") { choose("站在哪里？", state.places, (place) => act(phone.id, "location", { place })); return; }
  act(phone.id, "menu", { key: entry.key });
}

// What hides behind ＋. DingTalk's chat has no menu of the app's, so a check-in is typed and a photo needs the page's code in it.
const MORE = {
  wecom: [["photo", "发一张相册照片"], ["voice", "发一段语音"], ["location", "发送位置"], ["group_text", "把输入框里的话发到安全群"]],
  dingtalk: [["scan", "签到：打现场牌上的码"], ["camera", "拍照，同伴手机上的验证码一起入镜"], ["photo", "发一张相册照片"], ["voice", "发一段语音"],
    ["location", "发送位置"], ["group_text", "在安全群里@机器人，说输入框里的话"], ["group_photo", "在安全群里发照片"], ["group_voice", "在安全群里发语音"]],
};
function more(phone, input) {
  choose(`${phone.name} · ${PLATFORM[phone.platform]}`, MORE[phone.platform].map(([id, text]) => ({ id, text })), (what) => {
    if (what === "location") choose("站在哪里？", state.places, (place) => act(phone.id, "location", { place }));
    else if (what === "scan") choose("现场牌在哪里？", state.codes.filter((code) => code.id.startsWith("PTB1:")), (code) => act(phone.id, "scan", { code }));
    else if (what !== "group_text") act(phone.id, what);
    else if (!input.value.trim()) tell("先在输入框里写一句话", true);
    else { act(phone.id, what, { text: input.value }); input.value = ""; }
  });
}

function draw() {
  $("plant").textContent = state.plant;
  if (state.board) { $("board").href = state.board; $("board").hidden = false; }
  $("now").textContent = state.clock.text;
  $("speed").textContent = state.clock.speed === 1 ? "实时" : `×${state.clock.speed}`;
  $("next").textContent = state.clock.next ? `（${state.clock.next}）` : "";
  $("story").textContent = state.story.running ? "停止演示" : "演示一遍";
  $("hazard").disabled = state.story.running;
  if (state.story.told !== storyTold) { storyTold = state.story.told; tell(storyTold, state.story.failed); }
  keepOnly("phones", "phone", state.phones);
  let turnedTo = false;
  for (const phone of state.phones) {
    let box = $(`phone-${phone.id}`);
    if (!box) { box = newPhone(phone); $("phones").append(box); }
    todoStrip(box.querySelector(".todos"), phone, act);
    if (fill(box.querySelector(".screen"), phone.id, phone.id, phone.screen)) {
      if (!turnedTo) turnTo(box);
      turnedTo = true;
      box.classList.add("lit");
      setTimeout(() => box.classList.remove("lit"), 900);
    }
  }
  beginning($(`phone-${state.phones[0].id}`), state.phones[0]);
  for (const group of state.groups) {
    let box = $(`group-${group.id}`);
    if (!box) {
      box = el("article", { className: `group ${group.platform}`, id: `group-${group.id}` },
        el("div", { className: "bar" }, el("b", { textContent: group.name }), el("span", { textContent: "群" }), badge(group.platform)), screenOf("还没有消息"));
      $("groups").append(box);
    }
    fill(box.querySelector(".screen"), `g${group.id}`, null, group.screen);
  }
  practice(state.story.practice);
  mixes();
  switches();
  devices(state.devices, post);
  tags(state.tags, post);
  stations(state.stations, post);
  outputs(state.outputs, post);
  cameras(state.cameras, post);
  strip();
  const books = [...state.permits, ...state.hazards];
  const picked = journalOf() || $("permit").value;
  $("permit").disabled = !books.length;
  $("permit").replaceChildren(...books.length ? [] : [el("option", { value: "", textContent: "还没有作业票" })], ...books.map((p) => el("option", { value: p.id, textContent: `${p.id} ${p.status}`, selected: p.id === picked })));
  journal();
}

// Phones whose people went to another platform leave the page; the others keep their places and what is typed on them.
function keepOnly(holder, kind, shown) {
  const wanted = shown.map((one) => `${kind}-${one.id}`);
  for (const box of [...$(holder).children]) if (!wanted.includes(box.id)) { seen.delete(box.id.slice(kind.length + 1)); box.remove(); }
  const order = [...$(holder).children].map((box) => box.id);
  if (order.length && order.join() !== wanted.filter((id) => order.includes(id)).join()) for (const id of wanted) if ($(id)) $(holder).append($(id));
}

// The practice of a new worker: only his own phone, what to do next, and 「练习」 across everything.
function practice(lesson) {
  document.body.classList.toggle("practice", !!lesson);
  $("practice").hidden = !lesson;
  if (!lesson) return;
  document.title = "练习 · 作业票机器人";
  $("lesson").textContent = lesson.done ? "全部练完" : `${lesson.step} / ${lesson.of}`;
  $("todo").textContent = lesson.do;
  $("copy").hidden = !lesson.line;
  for (const box of $("phones").children) box.classList.toggle("learner", box.id.endsWith(`-${lesson.who}`));
  $("copy").onclick = () => {
    const input = document.querySelector(".phone.learner .foot input");
    input.value = lesson.line;
    input.focus();
  };
}

// The strip of devices: folded it leaves the phones its room and says in one line how it is at the place.
const HOW = "拖动改变现场的空气和天气；右边的标签是系统怎么看它";
function strip() {
  const all = [...state.devices, ...state.tags, ...state.stations, ...state.outputs, ...state.cameras];
  const amiss = all.filter((one) => !one.good || one.alarm).map((one) => `${one.name}${one.word}`);
  $("amiss").textContent = amiss.length ? `注意：${amiss.join("、")}` : "";
  const air = state.devices.map((one) => `${one.name} ${one.value}${one.unit}`);
  const sky = state.stations.flatMap((one) => one.sliders.map((each) => `${each.name} ${each.value}${each.unit}`));
  const rest = [...state.tags.map((one) => `监护人${one.word}`), ...state.outputs.map((one) => `${one.name}${one.does}`)];
  $("strip").textContent = $("devices").classList.contains("folded") ? [...air, ...sky, ...rest].join(" · ") : HOW;
}

function fold(folded) {
  $("devices").classList.toggle("folded", folded);
  $("fold").textContent = folded ? "展开：拖一拖试试" : "收起";
  $("fold").ariaExpanded = String(!folded);
  if (state) strip();
}

let mixStamp = "";
function mixes() {
  const stamp = JSON.stringify(state.mixes);
  if (stamp === mixStamp) return;
  mixStamp = stamp;
  $("mix").hidden = state.mixes.length < 2;
  $("mix").replaceChildren(...state.mixes.map((one) => el("option", { value: one.id, textContent: one.text, selected: one.now })));
}

// The equipment system's switches: what each vessel reports. The reports themselves are made and signed on the server.
let switchStamp = "";
function switches() {
  const stamp = JSON.stringify(state.vessels);
  if (stamp === switchStamp) return;
  switchStamp = stamp;
  $("switches").replaceChildren(...state.vessels.map((vessel) => {
    const box = el("select", { ariaLabel: `${vessel.name}的状态`, id: `vessel-${vessel.id}` },
      state.says.map((one) => el("option", { value: one.id, textContent: one.text, selected: one.id === vessel.says })));
    box.onchange = () => post("equipment", { vessel: vessel.id, says: box.value });
    return el("li", {}, el("b", { textContent: vessel.name }), box, el("time", { textContent: vessel.sent || "没报过" }));
  }));
}

// A story that begins a permit or a hazard turns the journal to it, once; after that the visitor's choice stands.
let turned = null;
function journalOf() {
  if (!state.story.running) { turned = null; return ""; }
  const [newest] = state.story.of === "hazard" ? state.hazards : state.permits;
  const id = newest ? newest.id : "";
  const begins = turned !== null && turned !== id;
  turned = id;
  return begins ? id : "";
}

let journalStamp = "";
async function journal() {
  const permit = $("permit").value;
  if (!permit) { $("records").replaceChildren(); $("chain").textContent = ""; return; }
  const answer = await fetch(`journal?permit=${encodeURIComponent(permit)}`);
  if (!answer.ok) return;
  const book = await answer.json();
  const stamp = JSON.stringify(book);
  if (stamp === journalStamp) return;
  journalStamp = stamp;
  $("chain").textContent = book.verified ? "链完整" : "链断了";
  $("chain").className = book.verified ? "" : "bad";
  $("records").replaceChildren(...book.records.map((r) => el("li", {}, el("time", { textContent: r.at }), el("span", { textContent: r.text }), el("code", { textContent: `${r.version} ${r.hash}` }))));
  $("records").scrollTop = $("records").scrollHeight;
}

async function look() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    const answer = await fetch("state");
    if (answer.ok) { state = await answer.json(); draw(); }
  } finally {
    asking = false;
    if (again) { again = false; look(); }
  }
}

$("slow").onclick = () => post("clock", { speed: 1 });
$("fast").onclick = () => post("clock", { speed: 60 });
$("jump").onclick = () => post("clock", { jump: "next" });
$("story").onclick = () => post("story", { play: !(state && state.story.running) });
$("hazard").onclick = () => post("story", { play: true, of: "hazard" });
$("mix").onchange = () => post("mix", { mix: $("mix").value }).then(look);
$("permit").onchange = journal;
$("fold").onclick = () => fold(!$("devices").classList.contains("folded"));
fold(innerWidth > 1100 && innerHeight < 1000);
// The strip lies over the foot of the page while there is room for both: the phones leave its height free.
new ResizeObserver(() => {
  const over = getComputedStyle($("devices")).position === "sticky";
  document.documentElement.style.setProperty("--strip", `${over ? $("devices").offsetHeight : 0}px`);
  document.querySelectorAll(".screen").forEach(toTheEnd);
}).observe($("devices"));
setInterval(() => { if (state) look(); }, 2000);
const news = new EventSource("changes");
let soon = null;
news.onmessage = () => { if (!soon) soon = setTimeout(() => { soon = null; look(); }, 120); };
look();
