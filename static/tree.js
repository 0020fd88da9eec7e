// The tree of groups. Every row is in the page with its buttons and links; here it
// gets the keys of a tree grid, rows that come when they are asked for, an address
// that follows, and groups that can be dragged.

const find = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const grid = () => find("[role=treegrid]");
const list = () => find("#list");
const rows = () => all("tbody [role=row]", grid() ?? document.createElement("table"));
const shown = () => rows().filter((row) => !row.hidden);
const level = (row) => Number(row.ariaLevel);
const isOpen = (row) => row.ariaExpanded === "true";
const nameOf = (row) => find("a.row, button.btn, .trunc", row)?.textContent.trim().toLowerCase() ?? "";

// above is the row that a row stands below, or undefined at the top.
function above(row) {
  let other = row.previousElementSibling;
  while (other && level(other) >= level(row)) other = other.previousElementSibling;
  return other ?? undefined;
}

// below is every row below one, shown or not.
function below(row) {
  const out = [];
  for (let next = row.nextElementSibling; next && level(next) > level(row); next = next.nextElementSibling) out.push(next);
  return out;
}

const beside = (row) => rows().filter((other) => level(other) === level(row) && above(other) === above(row));

// way is the ids of the groups down to a row.
function way(row) {
  const ids = [];
  for (let at = row; at; at = above(at)) if (at.dataset.id) ids.unshift(at.dataset.id);
  return ids.join("~");
}

// --- The focus. One row is a tab stop, with the controls in it.

const controls = (row) => all("a, button", row).filter((control) => !control.matches(".tgl"));

function settle(current) {
  for (const row of rows()) {
    row.tabIndex = row === current ? 0 : -1;
    for (const control of controls(row)) control.tabIndex = row === current && !control.matches("a.row") ? 0 : -1;
    for (const toggle of all(".tgl", row)) toggle.tabIndex = -1;
  }
}

function goTo(row) {
  if (!row) return;
  settle(row);
  row.focus();
  row.scrollIntoView({ block: "nearest" });
  noteSoon();
}

// --- Opening and closing.

function reveal(row) {
  // What is below an open row is shown, down to the rows that are closed.
  let closed = Infinity;
  for (const other of below(row)) {
    if (level(other) <= closed) closed = Infinity;
    other.hidden = !isOpen(row) || level(other) > closed;
    if (other.ariaExpanded === "false" && closed === Infinity) closed = level(other);
  }
}

function say(row, open) {
  row.ariaExpanded = String(open);
  const toggle = find("button.tgl", row);
  if (!toggle) return;
  const words = `${open ? "Close" : "Open"} ${find("a.row", row).textContent.trim()}`;
  toggle.ariaLabel = words;
  toggle.title = words;
}

async function open(row) {
  if (!row || row.ariaExpanded !== "false") return;
  say(row, true);
  if (below(row).length) reveal(row);
  else {
    row.ariaBusy = "true";
    await fetchRows(row, { way: way(row) }, "afterend");
    row.ariaBusy = null;
    if (!below(row).length) say(row, false); // the answer did not come
  }
  settle(find("[tabindex='0'][role=row]") ?? row);
  noteSoon();
}

function close(row) {
  if (!row || !isOpen(row)) return;
  if (below(row).includes(document.activeElement?.closest("[role=row]"))) goTo(row);
  say(row, false);
  reveal(row);
  noteSoon();
}

async function more(row) {
  const page = Number(row.dataset.page);
  const last = row.previousElementSibling;
  const outer = above(row);
  await fetchRows(row, { way: outer ? way(outer) : "", page, q: page > 1 ? searched() : "" }, "outerHTML");
  // A group that had been shown out of turn is now where it belongs.
  const seen = new Set();
  for (const other of rows()) {
    if (other.id && seen.has(other.id)) {
      for (const gone of below(other)) gone.remove();
      other.remove();
    }
    seen.add(other.id);
  }
  goTo(last?.isConnected ? last.nextElementSibling ?? last : shown()[0]);
}

const searched = () => find("#list-search [name=q]")?.value.trim() ?? "";

function fetchRows(row, query, swap) {
  const given = Object.entries({ root: list().dataset.root, ...query }).filter(([, value]) => value);
  return htmx.ajax("GET", `${list().dataset.rows}?${new URLSearchParams(given)}`, { source: row, target: row, swap });
}

// --- The address. It names what is open and where the person is, so that it can be
// kept, sent and come back to.

const pageSize = 50;

function opened() {
  let words = "";
  let last = 0;
  for (const row of shown()) {
    if (!isOpen(row)) continue;
    const at = level(row);
    words += last === 0 ? "" : at > last ? "~" : ".".repeat(last - at + 1);
    const n = below(row).filter((other) => level(other) === at + 1 && other.dataset.id).length;
    words += row.dataset.id + (n > pageSize ? `*${Math.ceil(n / pageSize)}` : "");
    last = at;
  }
  return words;
}

let timer = 0;

function noteSoon() {
  clearTimeout(timer);
  timer = setTimeout(note, 200);
}

// note writes the state into the address, and into the forms that carry it. While
// a search decides what is open, that before it stays.
function note() {
  if (!grid()) return;
  const url = new URL(location);
  const current = find("[tabindex='0'][role=row]");
  const top = rows().filter((row) => level(row) === 1 && row.dataset.id).length;
  const state = { focus: current ? way(current) : "" };
  if (!searched()) {
    state.open = opened();
    state.pages = top > pageSize ? String(Math.ceil(top / pageSize)) : "";
  }
  for (const [name, value] of Object.entries(state)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
    for (const form of ["list-search", "tree-turn"]) carry(form, name, value);
  }
  url.search = url.searchParams.toString().replaceAll("%7E", "~"); // as the server words it
  url.hash = "";
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

function carry(form, name, value) {
  let input = find(`#list input[type=hidden][name=${name}][form=${form}], #${form} input[type=hidden][name=${name}]`);
  if (!input && value && name !== "focus") {
    input = document.createElement("input");
    Object.assign(input, { type: "hidden", name });
    input.setAttribute("form", form);
    list().append(input);
  }
  if (input) input.value = value;
}

// --- Keys.

let typed = "";
let typedAt = 0;

function jump(letter, from) {
  const now = Date.now();
  typed = now - typedAt < 700 ? typed + letter : letter;
  typedAt = now;
  const list = shown();
  const again = [...typed].every((other) => other === letter); // the same letter goes on to the next
  const start = list.indexOf(from) + (typed.length === 1 || again ? 1 : 0);
  const begins = again ? letter : typed;
  for (let i = 0; i < list.length; i++) {
    const row = list[(start + i) % list.length];
    if (nameOf(row).startsWith(begins)) return goTo(row);
  }
}

const keys = {
  ArrowDown: (row, list) => goTo(list[list.indexOf(row) + 1]),
  ArrowUp: (row, list) => goTo(list[list.indexOf(row) - 1]),
  Home: (row, list) => goTo(list[0]),
  End: (row, list) => goTo(list.at(-1)),
  ArrowRight: (row) => (isOpen(row) ? goTo(below(row)[0]) : open(row)),
  ArrowLeft: (row) => (isOpen(row) ? close(row) : goTo(above(row))),
  "*": async (row) => { for (const other of beside(row)) await open(other); },
  Enter: (row) => (row.matches(".more") ? more(row) : find("a.row", row)?.click()),
};

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("[role=treegrid] tbody [role=row]");
  if (!row || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const inside = event.target !== row;
  if (inside && event.key === "Escape") return goTo(row);
  if (inside && !/^(Arrow(Up|Down)|Home|End)$/.test(event.key)) return;
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key](row, shown());
  } else if (event.key === "ContextMenu" || event.key === "F10" && event.shiftKey) {
    event.preventDefault();
    find(".act :is(a, button)", row)?.click();
  } else if (event.key.length === 1 && event.key !== " " && event.key !== "/") {
    event.preventDefault();
    jump(event.key.toLowerCase(), row);
  }
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[role=treegrid] tbody [role=row]");
  if (row && row.tabIndex !== 0) settle(row);
  if (row) noteSoon();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[role=treegrid] button[name=turn]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest("[role=row]");
  if (row.matches(".more")) return more(row);
  goTo(row);
  if (isOpen(row)) close(row);
  else open(row);
});

// --- Dragging. What a drop would change is shown before it is done.

let dragged = null;

const movable = () => list()?.dataset.move;

document.addEventListener("dragstart", (event) => {
  const row = event.target.closest?.("[role=treegrid] tbody [data-id]");
  if (!row || !movable()) return;
  dragged = row;
  event.dataTransfer.effectAllowed = "copyMove";
  event.dataTransfer.setData("text/plain", find("a.row", row).textContent.trim());
});

function dropPlace(event) {
  const row = event.target.closest?.("[role=treegrid] tbody [data-id]");
  return dragged && row && row.dataset.id !== dragged.dataset.id && row !== above(dragged) ? row : null;
}

document.addEventListener("dragover", (event) => {
  const row = dropPlace(event);
  for (const other of all(".tree .over")) if (other !== row) other.classList.remove("over");
  if (!row) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = event.ctrlKey || !above(dragged) ? "copy" : "move";
  row.classList.add("over");
});

document.addEventListener("drop", (event) => {
  const row = dropPlace(event);
  if (!row) return;
  event.preventDefault();
  const plain = (from) => (from ? decodeURIComponent(from.dataset.id) : "");
  const from = event.ctrlKey ? "" : plain(above(dragged)) || list().dataset.root;
  const query = Object.entries({ group: plain(dragged), from, to: plain(row) }).filter(([, value]) => value);
  htmx.ajax("GET", `${movable()}?${new URLSearchParams(query)}`, { source: dragged, target: "#dialog", swap: "innerHTML" });
});

document.addEventListener("dragend", () => {
  dragged = null;
  for (const other of all(".tree .over")) other.classList.remove("over");
});

// --- What the server sends.

let drawn = null;

function begin(take) {
  if (!grid() || drawn === list()) return dress();
  drawn = list();
  const focus = find("[data-focus]", grid());
  dress();
  settle(focus ?? shown()[0]);
  if (focus && take) goTo(focus);
}

function dress() {
  if (movable()) for (const row of rows()) if (row.dataset.id) row.draggable = true;
}

document.body.addEventListener("htmx:afterSettle", () => {
  begin(false);
  if (grid()) noteSoon();
});

// After a change the place of the group has the focus: the dialog is closed by then.
document.body.addEventListener("dialogDone", () => setTimeout(() => {
  const focus = grid() && find("[data-focus]", grid());
  if (focus && !find("dialog[open]")) goTo(focus);
}));

begin(true);
