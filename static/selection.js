// The rows of a list that are checked, on all its pages. With Shift a whole range
// follows the last. Each row's box is in the page and sends itself without script;
// only lists that have such boxes load this.

const find = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

const rowBoxes = () => all("#list tbody .ck input");
const checked = new Set(); // what the boxes stand for
let lastBox = null;
let listed = {}; // the list that was counted last

// countChecked checks what was checked before the page was turned. Another search
// begins anew, and what was here and is gone is not selected any more.
function countChecked() {
  const form = find("#selection");
  const page = form ? form.action : "";
  const list = page.replace(/(?<=[?&])(page|sort)=[^&]*&?/g, "").replace(/[?&]$/, "");
  if (list !== listed.list) checked.clear();
  const ids = rowBoxes().map((box) => box.value);
  if (page === listed.page) for (const id of listed.ids) if (!ids.includes(id)) checked.delete(id);
  listed = { list, page, ids };
  for (const box of rowBoxes()) box.checked = checked.has(box.value);
  tellChecked();
}

function hidden(id) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name: "id", value: id });
  return input;
}

function tellChecked() {
  const boxes = rowBoxes();
  for (const box of boxes) checked[box.checked ? "add" : "delete"](box.value);
  const n = boxes.filter((box) => box.checked).length;
  const every = find("#list [data-check-all]");
  if (every) {
    every.checked = n > 0 && n === boxes.length;
    every.indeterminate = n > 0 && n < boxes.length;
  }
  const words = find("#selection [data-checked]");
  if (!words) return;
  const others = [...checked].filter((id) => !listed.ids.includes(id));
  find("#selection .kept").replaceChildren(...others.map(hidden));
  const where = others.length ? `, ${others.length} on other pages` : "";
  words.textContent = find("#selection [name=all]")?.checked ? "All selected" : `${checked.size} selected${where}`;
}

document.addEventListener("click", (event) => {
  const box = event.target;
  if (box.matches("[data-check-all]")) for (const other of rowBoxes()) other.checked = box.checked;
  else if (box.matches("#list tbody .ck input")) {
    const boxes = rowBoxes();
    const [from, to] = [boxes.indexOf(lastBox), boxes.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) for (const other of boxes.slice(from, to + 1)) other.checked = box.checked;
    lastBox = box;
  } else if (box.matches("[data-clear]")) {
    checked.clear();
    for (const other of all(":checked", box.form).concat(rowBoxes())) other.checked = false;
    find("#list [data-check-all]").focus();
  } else if (!box.matches("#selection [name=all]")) return;
  tellChecked();
});

document.body.addEventListener("htmx:afterSettle", ({ target }) => {
  if (["list", "detail", "main"].includes(target.id)) countChecked();
});

countChecked();
