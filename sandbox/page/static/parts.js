// Small parts that every file of the page uses.
export const el = (tag, attrs = {}, ...kids) => {
  const node = Object.assign(document.createElement(tag), attrs);
  for (const kid of kids.flat()) if (kid !== null && kid !== undefined && kid !== "") node.append(kid);
  return node;
};

// A permit's page, as it opens on this phone.
export const pageLink = (phone, path, text = "看整张票") =>
  path ? el("button", { type: "button", className: "s4", textContent: text, onclick: () => window.open(`as/${phone}${path}`) }) : null;

export function choose(title, rows, then) {
  const sheet = document.getElementById("sheet");
  sheet.firstElementChild.replaceChildren(el("b", { textContent: title }),
    ...rows.map((row) => el("button", { type: "button", textContent: row.text, onclick: () => { sheet.close(); then(row.id); } })),
    el("button", { textContent: "算了" }));
  sheet.showModal();
}
