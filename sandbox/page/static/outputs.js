// The siren and the work box: what each does, what it reports, what it waits for, and what is wrong with it.
import { el } from "./parts.js";
import { faultList, showFault } from "./devices.js";

const FAULTS = [["none", "没有毛病"], ["stuck", "触点卡死"], ["silent", "断线"]];
const boxes = new Map();

function newBox(output, post) {
  const does = el("b", { className: "does" }), word = el("span", { className: "word" }), read = el("span", { className: "heard" });
  const faults = faultList(output.id, output.name, FAULTS, post);
  const badge = output.badge ? el("button", { type: "button", textContent: "作业人亮码", onclick: () => post("device", { device: output.id, badge: true }) }) : "";
  const box = el("li", { id: `output-${output.id}`, className: "output" },
    el("div", { className: "what" }, el("b", { textContent: output.name }), el("span", { textContent: output.id, title: output.place }), word),
    el("div", { className: "drives" }, does, badge),
    el("div", { className: "acts" }, faults, read));
  return { box, does, word, read, faults };
}

export function outputs(shown, post) {
  for (const output of shown) {
    let one = boxes.get(output.id);
    if (!one) {
      one = newBox(output, post);
      boxes.set(output.id, one);
      document.getElementById("instruments").append(one.box);
    }
    one.does.textContent = output.does;
    one.box.classList.toggle("sounding", output.alarm);
    one.word.textContent = output.word;
    one.word.className = output.good && !output.alarm ? "word" : "word bad";
    one.read.textContent = output.lacks ? `缺：${output.lacks}` : output.read;
    one.read.title = output.read;
    showFault(one.faults, output.fault);
  }
}
