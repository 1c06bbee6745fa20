// The guardian's tag: where its wearer goes, and where the house sees it against the fence.
import { el } from "./parts.js";
import { faultList, showFault } from "./devices.js";

const STANDS = [["here", "在现场"], ["away", "走出作业区"], ["silent", "没有信号"], ["vague", "定位很不准"]];
const boxes = new Map();

function newBox(tag, post) {
  const word = el("span", { className: "word" }), stands = faultList(tag.id, tag.name, STANDS, post);
  const box = el("li", { id: `tag-${tag.id}` },
    el("div", { className: "what" }, el("b", { textContent: tag.name }), word),
    el("div", { className: "drives" }, stands),
    el("div", { className: "acts" }, el("span", { className: "heard", textContent: `${tag.id} · 围栏：${tag.place}` })));
  return { box, word, stands };
}

export function tags(shown, post) {
  for (const tag of shown) {
    let one = boxes.get(tag.id);
    if (!one) {
      one = newBox(tag, post);
      boxes.set(tag.id, one);
      document.getElementById("instruments").append(one.box);
    }
    one.word.textContent = tag.word;
    one.word.className = tag.good ? "word" : "word bad";
    showFault(one.stands, tag.stand === "here" ? "none" : tag.stand);
    if (document.activeElement !== one.stands) one.stands.value = tag.stand;
  }
}
