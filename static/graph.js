// The graph: what lies on the ways through a box is lit, keys go from box to box, and
// the picture can be moved and made larger. Without it every box is a link, the
// picture scrolls, and all of it stands below in words.

const all = (selector, from = document) => [...from.querySelectorAll(selector)];

const least = 0.1;
const most = 3;
const step = 1.25;

// A picture is started once; htmx may bring another one.
function start() {
  for (const svg of all("svg.dag:not([data-started])")) {
    svg.dataset.started = "";
    new Picture(svg);
  }
}

class Picture {
  constructor(svg) {
    this.svg = svg;
    this.pane = svg.parentElement;
    this.width = svg.viewBox.baseVal.width;
    this.height = svg.viewBox.baseVal.height;
    this.boxes = new Map(all(".v", svg).map((box) => [box.id, box]));
    this.lines = all(".e", svg);
    this.card = svg.closest(".graph");
    this.listen();
    this.begin();
  }

  listen() {
    const { svg, pane } = this;
    for (const box of this.boxes.values()) {
      box.addEventListener("mouseenter", () => this.light(box));
      box.addEventListener("mouseleave", () => this.light(svg.contains(document.activeElement) ? document.activeElement : null));
      box.addEventListener("focus", () => this.focused(box));
      box.addEventListener("blur", () => this.light(null));
      box.addEventListener("dragstart", (event) => event.preventDefault());
    }
    svg.addEventListener("keydown", (event) => this.key(event));
    this.card.addEventListener("click", (event) => {
      const by = event.target.closest("[data-zoom]")?.dataset.zoom;
      if (by) this.zoomBy(by);
    });
    pane.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.dragging();
  }

  // begin shows the box in focus, in its own size: what is drawn must not move.
  begin() {
    this.centre(this.boxes.values().next().value);
  }

  // --- Light: everything on a way through a box, upwards and downwards.

  light(box) {
    this.svg.classList.toggle("lit", Boolean(box));
    const way = box ? new Set([...this.reach(box, "above"), ...this.reach(box, "below")]) : new Set();
    for (const other of this.boxes.values()) other.classList.toggle("on", way.has(other.id));
    const up = box ? this.reach(box, "above") : way;
    const down = box ? this.reach(box, "below") : way;
    for (const line of this.lines) {
      const { from, to } = line.dataset;
      line.classList.toggle("on", (up.has(from) && up.has(to)) || (down.has(from) && down.has(to)));
    }
    // Lines share a part of their way: none that is dimmed lies over one that is lit.
    const lit = this.lines.filter((line) => line.classList.contains("on"));
    lit[0]?.parentElement.append(...lit);
  }

  reach(box, side) {
    const found = new Set([box.id]);
    for (const id of found) {
      for (const next of this.beside(this.boxes.get(id), side)) found.add(next.id);
    }
    return found;
  }

  beside(box, side) {
    return box.dataset[side].split(" ").filter(Boolean).map((id) => this.boxes.get(id));
  }

  // --- Keys. One box can be reached with Tab; arrows go on from there.

  focused(box) {
    for (const other of this.boxes.values()) other.setAttribute("tabindex", other === box ? "0" : "-1");
    this.light(box);
  }

  key(event) {
    const box = event.target.closest(".v");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const zoom = { "+": "in", "=": "in", "-": "out", 0: "fit" }[event.key];
    const next = box && this.next(box, event.key);
    if (!zoom && !next) return;
    event.preventDefault();
    if (zoom) return this.zoomBy(zoom);
    next.focus();
    this.show(next);
  }

  next(box, key) {
    const list = [...this.boxes.values()];
    switch (key) {
      case "ArrowUp": return this.nearest(box, this.beside(box, "above"));
      case "ArrowDown": return this.nearest(box, this.beside(box, "below"));
      case "ArrowLeft": return this.sibling(box, -1);
      case "ArrowRight": return this.sibling(box, 1);
      case "Home": return list[0];
      case "End": return list.at(-1);
    }
  }

  place(box) {
    const { e, f } = box.transform.baseVal[0].matrix;
    return { x: e + box.querySelector("rect").width.baseVal.value / 2, y: f };
  }

  nearest(box, others) {
    const at = this.place(box);
    const far = (other) => Math.hypot(this.place(other).x - at.x, this.place(other).y - at.y);
    return others.filter((other) => other !== box).sort((a, b) => far(a) - far(b))[0];
  }

  // sibling is the box beside this one among all that share something above or below.
  sibling(box, way) {
    const shared = new Set([box]);
    for (const [side, back] of [["above", "below"], ["below", "above"]]) {
      for (const tie of this.beside(box, side)) this.beside(tie, back).forEach((other) => shared.add(other));
    }
    const order = [...shared].sort((a, b) => this.place(a).y - this.place(b).y || this.place(a).x - this.place(b).x);
    return order[order.indexOf(box) + way];
  }

  // --- Zoom and move. The picture's size changes; the pane scrolls.

  get scale() { return Number(this.svg.getAttribute("width")) / this.width; }

  zoom(scale, at = this.middle()) {
    const before = this.scale;
    const now = Math.min(Math.max(scale, least), most);
    this.svg.setAttribute("width", this.width * now);
    this.svg.setAttribute("height", this.height * now);
    this.pane.scrollLeft = (this.pane.scrollLeft + at.x) * (now / before) - at.x;
    this.pane.scrollTop = (this.pane.scrollTop + at.y) * (now / before) - at.y;
  }

  middle() { return { x: this.pane.clientWidth / 2, y: this.pane.clientHeight / 2 }; }

  fit() { this.zoom(Math.min(this.pane.clientWidth / this.width, this.pane.clientHeight / this.height, 1)); }

  zoomBy(how) {
    if (how === "fit") return this.fit();
    this.zoom(this.scale * (how === "in" ? step : 1 / step));
    if (this.svg.contains(document.activeElement)) this.show(document.activeElement);
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const pane = this.pane.getBoundingClientRect();
    this.zoom(this.scale * Math.exp(-event.deltaY / 200), { x: event.clientX - pane.left, y: event.clientY - pane.top });
  }

  centre(box) {
    const at = this.place(box);
    this.pane.scrollLeft = at.x * this.scale - this.pane.clientWidth / 2;
    this.pane.scrollTop = at.y * this.scale - this.pane.clientHeight / 2;
  }

  // show moves the pane only when the box is outside of it.
  show(box) {
    const inner = box.getBoundingClientRect();
    const outer = this.pane.getBoundingClientRect();
    if (inner.left < outer.left || inner.right > outer.right || inner.top < outer.top || inner.bottom > outer.bottom) this.centre(box);
  }

  // dragging moves with one pointer and zooms with two. A drag is no click.
  dragging() {
    const { pane } = this;
    const held = new Map();
    let moved = false;
    pane.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse" && event.button !== 0) return;
      if (held.size === 0) moved = false;
      held.set(event.pointerId, event);
    });
    window.addEventListener("pointermove", (event) => {
      const last = held.get(event.pointerId);
      if (!last || !pane.isConnected) return;
      if (held.size === 2) this.pinch(held, event);
      if (held.size === 1 && event.pointerType === "mouse") {
        moved ||= Math.hypot(event.clientX - last.clientX, event.clientY - last.clientY) > 4;
        if (!moved) return;
        pane.scrollLeft -= event.clientX - last.clientX;
        pane.scrollTop -= event.clientY - last.clientY;
      }
      held.set(event.pointerId, event);
    });
    for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, (event) => held.delete(event.pointerId));
    pane.addEventListener("click", (event) => {
      if (moved) event.preventDefault();
      moved = false;
    }, true);
  }

  pinch(held, event) {
    const [other] = [...held.values()].filter((p) => p.pointerId !== event.pointerId);
    const last = held.get(event.pointerId);
    const apart = (p) => Math.hypot(p.clientX - other.clientX, p.clientY - other.clientY);
    const pane = this.pane.getBoundingClientRect();
    this.zoom(this.scale * (apart(event) / Math.max(apart(last), 1)), {
      x: (event.clientX + other.clientX) / 2 - pane.left,
      y: (event.clientY + other.clientY) / 2 - pane.top,
    });
  }
}

// --- Files. The picture as an image of dots is made here, from the one of lines.

async function png(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const scale = Math.min(2, 16000 / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(image.width * scale);
  canvas.height = Math.ceil(image.height * scale);
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = "graph.png";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

document.addEventListener("click", (event) => {
  const address = event.target.closest("[data-png]")?.dataset.png;
  if (address) png(address);
  if (event.target.closest("[data-print]")) window.print();
});

document.body.addEventListener("htmx:afterSettle", start);
start();
