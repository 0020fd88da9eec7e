// The dashboard's script. Every page works without it; it only makes things
// quicker: dialogs in place of pages, toasts, keys, and focus that stays put.
// No eval and no inline styles, so that the strictest content policy holds.

const find = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

// --- Theme. The server reads the cookie too, so a page arrives in its colours.

function setTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const button of all("#theme-menu [name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `theme=${theme};path=/;max-age=31536000;samesite=lax${secure}`;
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button?.name !== "theme") return;
  event.preventDefault();
  setTheme(button.value);
  if (button.closest("dialog")) return button.closest("dialog").close();
  button.closest("[popover]")?.hidePopover();
  find("#theme-button").focus();
});

// --- Dialogs. htmx puts a <dialog> into #dialog; a link there is what opened it.

// opener is the control that opened the dialog, and its place among the actions
// of the list: when the dialog is done, it may be gone with its row.
let opener = null;

const rowActions = () => all("#list .act :is(a, button)");

// An item of a menu is hidden with its menu, so what opened the menu counts.
function remember(item) {
  const control = (item.closest("#row-menu") && find("[data-menu][aria-expanded]")) || item;
  opener = { control, place: rowActions().indexOf(control) };
}

function openDialog() {
  const dialog = find("#dialog dialog");
  if (!dialog || dialog.open) return;
  dialog.showModal();
  (find("[aria-invalid]", dialog) ?? find("[autofocus]", dialog))?.focus();
  dialog.addEventListener("close", () => {
    dialog.remove();
    returnFocus();
  });
}

// returnFocus goes back to what opened the dialog, or to what took its place, so
// that a keyboard or a screen reader goes on from there.
function returnFocus() {
  if (!opener || find("dialog[open]") || document.activeElement !== document.body) return;
  const { control, place } = opener;
  const actions = rowActions();
  const same = control.isConnected ? control : control.id && document.getElementById(control.id);
  const next = actions[Math.min(place, actions.length - 1)];
  (same || next || find("#list [tabindex]") || find("h1")).focus();
  opener = null;
}

document.body.addEventListener("dialogDone", () => find("#dialog dialog")?.close());

document.addEventListener("click", (event) => {
  const dialog = event.target.closest("dialog");
  if (!dialog) return;
  const close = event.target.closest("[data-close]");
  if (!close && !isBackdrop(event, dialog)) return;
  event.preventDefault();
  dialog.close();
});

// A click on the backdrop is a click on the dialog, outside its box. One without
// a place came from the keyboard.
function isBackdrop(event, dialog) {
  if (event.target !== dialog || event.detail === 0) return false;
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

// --- Toasts. The server sends HX-Trigger: {"toast": {"title", "text", "kind"}}.

function toast(title, text = "", kind = "good") {
  const box = document.createElement("div");
  box.className = "toast";
  if (kind === "bad" || kind === "warn") box.classList.add(kind);
  const words = document.createElement("div");
  for (const [tag, content] of [["b", title], ["p", text]]) {
    if (!content) continue;
    const line = document.createElement(tag);
    line.textContent = content;
    words.append(line);
  }
  box.append(words);
  find("#toasts").append(box);
  setTimeout(() => box.remove(), kind === "good" ? 6000 : 12000);
}

document.body.addEventListener("toast", ({ detail }) => toast(detail.title, detail.text, detail.kind));

// --- htmx. What it swaps is announced, opened or focused here.

document.body.addEventListener("htmx:afterSettle", (event) => {
  const part = event.target;
  if (part.id === "dialog" || part.closest("#dialog")) openDialog();
  if (part.id === "notice") showNoticeInDialog();
  if (part.id === "choices") countChosen(part);
  // What a form would do has a place of its own: a search is told beside it.
  if (part.dataset?.status) say(part.dataset.status, (part.id === "impact" && find("dialog[open] [data-foretold]")) || undefined);
  else if (part.id === "detail") say(find("#list", part)?.dataset.status ?? ""); // what was said was about another list
});

// say tells a screen reader. Behind a dialog nothing is read out, so there it is
// said in the dialog. What was said is not said again while a job goes on.
function say(words, place = find("dialog[open] [data-said]") ?? find("#status")) {
  if (place.textContent !== words) place.textContent = words;
}

document.body.addEventListener("htmx:beforeRequest", (event) => {
  document.body.classList.add("busy");
  if (event.detail.target?.id === "dialog" && !event.target.closest("dialog")) remember(event.target);
});

document.body.addEventListener("htmx:afterRequest", () => document.body.classList.remove("busy"));

// A page that is on its way shows the bar too, until it is there. A file that a
// form brings leaves this page where it is.
let brings = false;
document.addEventListener("submit", ({ submitter }) => { brings = submitter?.value === "export"; });
addEventListener("beforeunload", () => document.body.classList.toggle("busy", !brings));
addEventListener("pageshow", () => document.body.classList.remove("busy"));

// A control that is gone with what it swapped says in data-next where to go on.
let next = "";

document.body.addEventListener("htmx:beforeRequest", (event) => {
  next = event.target.dataset?.next ?? "";
});

document.body.addEventListener("htmx:afterSettle", () => {
  if (next && document.activeElement === document.body) document.getElementById(next)?.focus();
  next = "";
});

for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(failure, () => {
    toast("No answer", "The dashboard could not be reached. Nothing was changed on this page; try again.", "bad");
    if (document.activeElement === document.body) find("dialog[open] .go")?.focus();
  });
}

// An error about a form in a dialog is said there, and only there: the page
// behind it is inert. The focus goes to it, as the button that had it was
// disabled meanwhile.
function showNoticeInDialog() {
  const place = find("dialog[open] [data-notice]");
  const lines = all("#notice > *");
  if (!place || !lines.length) return;
  place.replaceChildren(...lines);
  if (!document.activeElement?.matches("#find, #palette-input")) place.focus(); // a search goes on
}

// --- The navigation. It replaces the content of the page, and the frame stays. A
// page of another version comes whole, with its script and style.

const assets = all("head :is(script, [rel=stylesheet])").map((asset) => asset.getAttribute("src") ?? asset.getAttribute("href"));

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { target, boosted, pathInfo, serverResponse } = event.detail;
  if (!boosted || target.id !== "main") return;
  if (!assets.every((asset) => serverResponse.includes(asset))) {
    event.detail.shouldSwap = false;
    location.assign(pathInfo.requestPath);
  } else if (find("#side:popover-open")) find("#side").hidePopover();
});

document.body.addEventListener("htmx:afterSettle", ({ detail, target }) => {
  if (!detail.boosted || target.id !== "main") return;
  for (const item of all("#side .item")) {
    if (item.pathname === detail.requestConfig.elt.pathname) item.ariaCurrent = "page";
    else item.removeAttribute("aria-current");
  }
  say("");
  find("h1").focus({ preventScroll: true });
});

// --- A search that was typed and not yet sent. The links beside it take it along,
// and the address has it for whoever comes back.

const typed = () => find("#list-search [name=q]");

function searched(address) {
  const url = new URL(address, location.href);
  if (typed().value.trim()) url.searchParams.set("q", typed().value.trim());
  else url.searchParams.delete("q");
  url.searchParams.delete("page");
  url.searchParams.sort(); // as the server writes them: one state has one address
  return url.pathname + url.search;
}

const besideSearch = (link) => typed() && (link.id === "export" || link.closest(".tools:has(#list-search)"));

// leaving is the search of a list that is about to be another one: an answer to it
// would come too late.
let leaving = null;

document.body.addEventListener("htmx:configRequest", (event) => {
  const { elt, path } = event.detail;
  if (elt === leaving) event.preventDefault();
  if (!elt.matches("a")) return;
  if (besideSearch(elt)) event.detail.path = searched(path);
  if (typed() && ["detail", "main"].includes(event.detail.target?.id)) {
    leaving = typed().form;
    htmx.trigger(leaving, "htmx:abort");
  }
});

document.body.addEventListener("htmx:afterRequest", ({ target }) => {
  if (target.matches("a")) leaving = null;
});

document.addEventListener("click", ({ target }) => {
  const link = target.closest(":is(#main, #side) a[href]");
  if (!link || !typed() || link.closest("#list nav, #list thead")) return;
  const sent = new URL(location.href).searchParams.get("q") ?? "";
  if (besideSearch(link)) link.href = searched(link.getAttribute("href"));
  if (typed().value.trim() !== sent) history.replaceState(history.state, "", searched(location.href));
}, { capture: true });

// A list whose rows can be checked has a script of its own. A whole page brings it;
// htmx takes scripts out of what it swaps.
document.body.addEventListener("htmx:afterSettle", () => {
  const form = find("#selection");
  if (form) import(form.dataset.script);
});

// --- Tabs. On a narrow screen their line scrolls; the current one is to be seen.

function showTab() {
  const tab = find(".tabs [aria-current]");
  if (!tab) return;
  const [bar, box] = [tab.parentElement.getBoundingClientRect(), tab.getBoundingClientRect()];
  tab.parentElement.scrollLeft += box.left - bar.left - (bar.width - box.width) / 2;
}

showTab();
document.body.addEventListener("htmx:afterSettle", showTab);

// --- Times. The server knows no time zone but its own; here the exact time, which
// a pointer shows, becomes that of the reader.

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "long" });

function localTimes(part) {
  for (const time of all("time[datetime]", part)) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.getTime())) time.title = exact.format(moment);
  }
}

localTimes(document);
document.body.addEventListener("htmx:afterSettle", (event) => localTimes(event.target));

// --- The box that searches everything. The focus stays in its input; the option
// that Enter takes is marked.

const options = () => all("#found [role=option]");

let takeFirst = false; // Enter was quicker than the answer

function openPalette() {
  const palette = find("#palette");
  if (!palette || find("dialog[open]")) return;
  palette.showModal();
  find("input", palette).focus();
  find("form", palette).dispatchEvent(new Event("opened"));
}

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  const input = find("#palette-input");
  input.setAttribute("aria-expanded", String(Boolean(option)));
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function move(event) {
  const list = options();
  const at = list.findIndex((option) => option.ariaSelected === "true");
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined || !list.length) return;
  event.preventDefault();
  choose(list.at(to % list.length));
}

function take(option) {
  if (option?.ariaDisabled === "true") find("#palette-status").textContent = find(".end", option).textContent;
  else option?.click();
}

find("#palette-input")?.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key !== "Enter") return move(event);
  const current = find("#found").dataset.query === event.target.value.trim();
  if (current && !options().length) return; // the page of the search says more
  event.preventDefault();
  if (current) take(find("#found [aria-selected=true]"));
  else takeFirst = true;
});

find("#palette-input")?.addEventListener("input", () => { takeFirst = false; });

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "found") return;
  if (!find("#palette").open) return event.target.replaceChildren(); // it was closed meanwhile
  find("#palette [data-notice]").replaceChildren();
  choose(options()[0]);
  find("#palette-status").textContent = event.target.dataset.found ?? "";
  if (event.target.dataset.query !== find("#palette-input").value.trim()) return; // what was typed since is to come
  if (takeFirst) take(options()[0]);
  takeFirst = false;
});

// Nothing of a search stays in the page.
find("#palette")?.addEventListener("close", (event) => {
  takeFirst = false;
  find("form", event.target).reset();
  find("#found").replaceChildren();
  find("[data-notice]", event.target).replaceChildren();
  find("#palette-status").textContent = "";
  choose();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("#find-all") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openPalette();
});

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (find("#palette")?.open) find("#palette").close();
  else openPalette();
});

// --- The menu of a row. All rows of a list share one, whose items get the row's id.

let shut = null; // whose menu a press of the pointer has just closed

function openRowMenu(link, menu) {
  for (const item of all("[data-to]", menu)) {
    item.href = item.dataset.to.replace("-id-", encodeURIComponent(link.dataset.menu));
    item.setAttribute("hx-get", item.href);
  }
  htmx.process(menu);
  link.ariaExpanded = "true"; // the menu stands beside it
  menu.showPopover({ source: link });
}

document.addEventListener("toggle", ({ target, newState }) => {
  if (target.id === "row-menu" && newState === "closed") find("[data-menu][aria-expanded]")?.removeAttribute("aria-expanded");
}, { capture: true });

document.addEventListener("pointerdown", () => { shut = find("[data-menu][aria-expanded]"); }, { capture: true });

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-menu]");
  const menu = find("#row-menu");
  if (!link || !menu || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (menu.matches(":popover-open")) menu.hidePopover();
  else if (event.detail === 0 || link !== shut) openRowMenu(link, menu);
});

// The keyboard leads out of the menu into the rows, which it would cover.
document.addEventListener("focusin", ({ target }) => {
  if (!target.closest("#row-menu, [aria-expanded]")) find("#row-menu:popover-open")?.hidePopover();
});

// --- Keys and small things.

function countChosen(choices) {
  const n = all(":checked:not(:disabled)", choices).length + Number(choices.dataset.others ?? 0);
  const words = find(".df .left", choices.closest("form"));
  if (words) words.textContent = n ? `${n.toLocaleString("en")} chosen` : "None chosen";
}

document.addEventListener("change", (event) => {
  const choices = event.target.closest("#choices");
  if (!choices) return;
  countChosen(choices);
  say(find(".df .left", choices.closest("form"))?.textContent ?? "");
  find("#impact")?.dispatchEvent(new Event("chosen"));
  // An answer that is on its way does not know of this choice: ask anew.
  if (find("#find.htmx-request, #show-more.htmx-request")) searchAgain();
});

const searchAgain = () => find("#find").dispatchEvent(new Event("again"));

// Enter in the search of a picker searches at once, and sends nothing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("#find[hx-post]")) return;
  event.preventDefault();
  searchAgain();
});

// A choice that has the focus keeps it when the choices are drawn anew.
let focused = "";

document.body.addEventListener("htmx:beforeSwap", ({ target }) => {
  if (target.id === "choices") focused = find("input:focus", target)?.value ?? "";
});

document.body.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id !== "choices" || !focused) return;
  all("input:not([type=hidden])", target).find((box) => box.value === focused)?.focus();
  focused = "";
});

// Arrows lead from the search of a picker into its choices, through them and back.
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const form = event.target.closest("form:has(#find)");
  if (!step || !form || event.target.type === "radio") return;
  const stops = [find("#find", form), ...all("#choices :is(input:enabled:not([type=hidden]), a.choice)", form)];
  const at = stops.indexOf(event.target);
  if (at < 0 || !stops[at + step]) return;
  event.preventDefault();
  stops[at + step].focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]") || find("dialog[open]")) return;
  const search = find("#search");
  event.preventDefault();
  if (!search) return openPalette();
  search.focus();
  search.select();
});

// A control that may not be used says why when it is tried: a title alone is
// seen by a mouse only.
document.addEventListener("click", (event) => {
  const refused = event.target.closest("[aria-disabled=true][title]");
  if (refused) toast("Not allowed", refused.title, "warn");
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    const tell = !("secret" in button.dataset || "long" in button.dataset);
    toast("Copied", tell ? button.dataset.copy : "");
  } catch {
    toast("Not copied", "The browser did not allow it. Select the text and copy it.", "warn");
  }
});
