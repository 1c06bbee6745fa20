// The weather station: wind and sight by slider, what falls by choice, and what the house made of it.
import { el } from "./parts.js";
import { FAULTS, faultList, newSlider, showFault, showSlider } from "./devices.js";

const boxes = new Map();

function newBox(station, post) {
  const sliders = station.sliders.map((one) => ({ ...newSlider(one, post), means: el("span", { className: "means" }) }));
  const word = el("span", { className: "word" }), heard = el("span", { className: "heard" });
  const falls = el("select", { ariaLabel: `${station.id} 降水`, onchange: (event) => post("device", { device: station.id, falls: event.target.value }) },
    station.sorts.map((one) => el("option", { value: one.id, textContent: one.text })));
  const faults = faultList(station.id, station.name, FAULTS, post);
  const box = el("li", { id: `station-${station.id}`, className: "station" },
    el("div", { className: "what" }, el("b", { textContent: station.name }), el("span", { textContent: `${station.id} · ${station.place}` }), word),
    el("div", { className: "pair" }, sliders.map((one, i) => el("label", { className: "slide" }, el("span", { textContent: station.sliders[i].name }), one.slider, el("span", {}, one.set, ` ${station.sliders[i].unit} `, one.means)))),
    el("div", { className: "acts" }, falls, faults, heard));
  return { box, sliders, word, heard, falls, faults };
}

export function stations(shown, post) {
  for (const station of shown) {
    let one = boxes.get(station.id);
    if (!one) {
      one = newBox(station, post);
      boxes.set(station.id, one);
      document.getElementById("instruments").append(one.box);
    }
    station.sliders.forEach((slider, i) => {
      showSlider(one.sliders[i], slider.value);
      one.sliders[i].means.textContent = slider.means;
    });
    if (document.activeElement !== one.falls) one.falls.value = station.falls;
    one.falls.className = station.falls === "none" ? "" : "on";
    one.word.textContent = station.word;
    one.word.className = station.good ? "word" : "word bad";
    one.heard.textContent = station.age ? `收到 ${station.heard}，${station.age}` : "还没有收到过";
    one.heard.title = one.heard.textContent;
    showFault(one.faults, station.fault);
  }
}
