// The strip of field devices: a slider each for what it measures, what is wrong with it, and what the house says of it.
import { el } from "./parts.js";

export const FAULTS = [["none", "没有毛病"], ["silent", "静默"], ["stuck", "卡死"], ["drift", "漂移"], ["unit", "错单位"]];
const boxes = new Map();

export const faultList = (id, name, rows, post) => el("select", { ariaLabel: `${id} ${name}的毛病`, onchange: (event) => post("device", { device: id, fault: event.target.value }) },
  rows.map(([value, text]) => el("option", { value, textContent: text })));

export function showFault(list, fault) {
  if (document.activeElement !== list) list.value = fault;
  list.className = fault === "none" ? "" : "on";
}

// A slider and the figure it is set to; the figure follows the thumb, the device hears of it when the thumb lets go.
export function newSlider(device, post) {
  const slider = el("input", { type: "range", min: device.low, max: device.high, step: device.step, value: device.value, ariaLabel: `${device.id.split("/")[0]} ${device.name}` });
  const set = el("output", { textContent: device.value });
  slider.oninput = () => { set.textContent = slider.value; };
  slider.onchange = () => post("device", { device: device.id, value: slider.value });
  return { slider, set };
}

export function showSlider(one, value) {
  if (document.activeElement === one.slider) return;
  one.slider.value = value;
  one.set.textContent = value;
}

function newBox(device, post) {
  const { slider, set } = newSlider(device, post);
  const faults = faultList(device.id, device.name, FAULTS, post);
  const word = el("span", { className: "word" }), heard = el("span", { className: "heard" });
  const box = el("li", { id: `device-${device.id}` },
    el("div", { className: "what" }, el("b", { textContent: device.name }), el("span", { textContent: device.id, title: device.place }), word),
    el("div", { className: "slide" }, slider, el("span", {}, set, ` ${device.unit}`)),
    el("div", { className: "acts" }, faults, heard));
  return { box, slider, set, word, heard, faults };
}

export function devices(shown, post) {
  document.getElementById("devices").hidden = !shown.length;
  for (const device of shown) {
    let one = boxes.get(device.id);
    if (!one) {
      one = newBox(device, post);
      boxes.set(device.id, one);
      document.getElementById("instruments").append(one.box);
    }
    showSlider(one, device.value);
    one.word.textContent = device.word;
    one.word.className = device.good ? "word" : "word bad";
    one.heard.textContent = device.heard ? `收到 ${device.heard}，${device.age}` : "还没有收到过";
    showFault(one.faults, device.fault);
  }
}
