// DingTalk's look: what the card template draws from top to bottom, a DING, the list of todos.
import { el, pageLink } from "./parts.js";

const COLOUR = { extended_green8_color: "good", extended_orange8_color: "warn", common_red1_color: "danger" };
const MANY = ["MULTI_SELECT", "MULTI_CHECKBOX_GROUP"];

const line = (one) => el("div", { className: `t ${one.size || "middle"}${one.bold ? " bold" : ""} ${COLOUR[one.color] || ""}`, textContent: one.text });

// The form's fields, and what reads them. Every choice travels as a list.
function fieldsOf(item) {
  const reads = [];
  const boxes = item.form.map((field) => {
    const chosen = field.defaultValue ? [field.defaultValue.value ?? field.defaultValue].flat().map(String) : [];
    if (!MANY.includes(field.type)) {
      const box = el("select", { ariaLabel: field.label || "" }, field.options.map((o) => el("option", { value: o.value, textContent: o.text, selected: chosen.includes(String(o.value)) })));
      reads.push(() => [field.name, [box.value]]);
      return el("label", { className: "field" }, el("span", { textContent: field.label || "" }), box);
    }
    const ticks = field.options.map((o) => el("input", { type: "checkbox", value: o.value, checked: chosen.includes(String(o.value)) }));
    reads.push(() => [field.name, ticks.filter((tick) => tick.checked).map((tick) => tick.value)]);
    return el("div", { className: "field" }, el("span", { textContent: field.label || "" }),
      el("div", { className: "opts" }, ticks.map((tick, i) => el("label", {}, tick, field.options[i].text))));
  });
  return { boxes, read: () => Object.fromEntries(reads.map((one) => one())) };
}

export function dingCard(phone, item, act) {
  const { boxes, read } = fieldsOf(item);
  const press = (button) => act(phone, "press", { message: item.id, key: button.key, chosen: button.key === "form" ? read() : {} });
  const submit = item.buttons.find((button) => button.key === "form");
  const buttons = item.buttons.filter((button) => button !== submit).map((button) => el("button", { type: "button", className: `s${button.style}`, textContent: button.text, disabled: item.click === "waiting", onclick: () => press(button) }));
  const sends = submit ? el("button", { type: "button", className: "send", textContent: submit.text, disabled: item.click === "waiting", onclick: () => press(submit) }) : "";
  return el("div", { className: "dcard" },
    el("div", { className: "in" }, item.texts.map(line), boxes, sends),
    buttons.length || item.links.length || item.done ? el("div", { className: "dbtns" }, buttons,
      item.links.map((link) => pageLink(phone, link.page, link.text)),
      item.done ? el("button", { type: "button", className: "over", disabled: true, textContent: item.done }) : "") : "",
    item.click === "failed" ? el("div", { className: "dead", textContent: "操作失败，请重试" }) : "");
}

export const dingItem = (item) => el("div", { className: "dingmsg" }, el("b", { textContent: "DING" }), el("div", { textContent: item.text }));

export function todoStrip(box, phone, act) {
  const stamp = JSON.stringify(phone.todos);
  if (box.dataset.stamp === stamp) return;
  box.dataset.stamp = stamp;
  box.replaceChildren(...phone.todos.map((todo) => el("div", { className: "todo" }, el("span", { textContent: `待办 · ${todo.text}` }),
    el("button", { type: "button", textContent: "完成", onclick: () => act(phone.id, "todo", { todo: todo.id }) }))));
}
