// The camera over the tanks: what is wrong with it, and what it last answered. Its pictures stand on the permit's page.
import { el } from "./parts.js";
import { faultList, showFault } from "./devices.js";

const MANNERS = [["good", "没有毛病"], ["black", "黑屏"], ["deaf", "不答话"]];
const boxes = new Map();

function newBox(camera, post) {
  const word = el("span", { className: "word" }), heard = el("span", { className: "heard" });
  const manners = faultList(camera.id, camera.name, MANNERS, post);
  const box = el("li", { id: `camera-${camera.id}`, className: "camera" },
    el("div", { className: "what" }, el("b", { textContent: camera.name }), word),
    el("div", { className: "drives" }, manners),
    el("div", { className: "acts" }, heard));
  return { box, word, heard, manners };
}

export function cameras(shown, post) {
  for (const camera of shown) {
    let one = boxes.get(camera.id);
    if (!one) {
      one = newBox(camera, post);
      boxes.set(camera.id, one);
      document.getElementById("instruments").append(one.box);
    }
    one.word.textContent = camera.word;
    one.word.className = camera.good ? "word" : "word bad";
    one.heard.textContent = `${camera.id} · ${camera.heard}`;
    showFault(one.manners, camera.fault === "good" ? "none" : camera.fault);
    if (document.activeElement !== one.manners) one.manners.value = camera.fault;
  }
}
