// The Gantt chart: an SVG as large as its frame, in which only what is in sight is
// drawn. The frame scrolls over an empty box of the chart's full size.

const NS = "http://www.w3.org/2000/svg";
const HEAD = 26, STRIP = 14, LANE = 16, GAP = 6, GLYPH = 6.2, MOST_PIXELS = 8e6;

const data = JSON.parse(document.getElementById("data").textContent);

// make makes an SVG element with attributes and a text.
function make(name, attributes, text) {
  const e = document.createElementNS(NS, name);
  for (const key in attributes) e.setAttribute(key, attributes[key]);
  if (text !== undefined) e.textContent = text;
  return e;
}

// time writes nanoseconds in the unit of the page, with three decimals.
function time(ns) {
  return (Math.round(ns / (data.unit / 1000)) / 1000).toFixed(3);
}

function cut(text, width) {
  const n = Math.floor(width / GLYPH);
  if (text.length <= n) return text;
  return n < 3 ? "" : [...text].slice(0, n - 1).join("") + "…";
}

// label is the text in a bar: without the component, which the row names.
function label(bar) {
  return bar.kind === "work" ? bar.text.slice(bar.text.lastIndexOf(".") + 1) : bar.text;
}

class Chart {
  constructor(scroller, space, svg) {
    Object.assign(this, { scroller, space, svg });
    this.barsOf = data.rows.map(() => []);
    data.bars.forEach((bar, i) => { bar.index = i; this.barsOf[bar.row].push(bar); });
    this.linked = new Set();
    this.found = new Set(); // bars that are searched for
    this.summaries = new Map(); // rows that stand for others, by what they are
    this.chosen = null; // a bar
    this.hovered = null;
    this.arrows = true;
    this.end = Math.max(data.end, 1);
    this.show(data.rows.map((_, i) => i));
    this.fit();
    scroller.addEventListener("scroll", () => this.later());
    new ResizeObserver(() => this.later()).observe(scroller);
  }

  // show chooses the rows, by index.
  show(rows) {
    this.rows = rows;
    this.at = new Array(data.rows.length).fill(-1); // top of each row, -1 if it is not shown
    this.tops = [];
    let y = 0, widest = 0;
    for (const i of rows) {
      this.at[i] = y;
      this.tops.push(y);
      y += this.height(i) + GAP;
      widest = Math.max(widest, data.rows[i].name.length);
    }
    this.total = y;
    this.longest = widest;
    this.resize();
  }

  // summary is a row that stands for others, which it tells the number of.
  summary(kind, more, like) {
    if (!this.summaries.has(kind)) {
      this.summaries.set(kind, data.rows.length);
      data.rows.push({ summary: kind, node: data.rows[like].node, program: true, lanes: 1 });
      this.barsOf.push([]);
    }
    const i = this.summaries.get(kind);
    data.rows[i].name = `▸ ${more} more ${kind}`;
    return i;
  }

  // near zooms so that a bar has a width that can be seen.
  near(bar) {
    const wide = Math.max(bar.end - bar.start, this.end / 2000) * this.scale, room = this.scroller.clientWidth - this.gutter;
    if (wide < room / 12) this.zoom(room / 6 / wide);
  }

  height(i) { return (data.rows[i].program ? 0 : STRIP) + data.rows[i].lanes * LANE; }
  laneTop(i, lane) { return (data.rows[i].program ? 0 : STRIP) + lane * LANE; }
  middle(i) { return this.at[i] + this.laneTop(i, 0) + LANE / 2 - 1; }

  // resize adapts the scrolled box to the zoom and the rows.
  resize() {
    const width = this.scroller.clientWidth;
    this.gutter = Math.min(Math.max(this.longest * GLYPH + 24, 56), Math.max(90, width * 0.28));
    if (!this.scale) return;
    this.space.style.width = this.gutter + this.end * this.scale + 24 + "px";
    this.space.style.height = HEAD + this.total + 8 + "px";
    this.scroller.style.height = HEAD + this.total + 28 + "px"; // as far as the style lets it
    this.later();
  }

  // zoom multiplies the scale and keeps the time under the pixel x.
  zoom(factor, x = (this.scroller.clientWidth + this.gutter) / 2) {
    const t = this.timeAt(x);
    const least = this.fitting();
    this.fitted = this.scale * factor <= least;
    this.scale = Math.min(Math.max(this.scale * factor, least), Math.max(least, MOST_PIXELS / this.end));
    this.resize();
    this.scroller.scrollLeft = this.gutter + t * this.scale - x;
  }

  fitting() { return Math.max(this.scroller.clientWidth - this.gutter - 24, 50) / this.end; }
  fit() {
    this.fitted = true;
    this.resize();
    this.scale = this.fitting();
    this.resize();
  }

  x(t) { return this.gutter + t * this.scale - this.scroller.scrollLeft; }
  timeAt(x) { return (x + this.scroller.scrollLeft - this.gutter) / this.scale; }

  // adapt follows a change of the frame's width.
  adapt() {
    if (this.scroller.clientWidth === this.width) return;
    this.width = this.scroller.clientWidth;
    if (this.fitted) this.fit(); else this.resize();
  }

  // later draws before the next frame.
  later() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.draw(); });
  }

  draw() {
    this.adapt();
    const width = this.width, height = this.scroller.clientHeight;
    this.top = this.scroller.scrollTop;
    const svg = make("g", {});
    const clip = make("clipPath", { id: "plot" });
    clip.append(make("rect", { x: this.gutter, y: HEAD, width: Math.max(width - this.gutter, 0), height }));
    const hatch = make("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
    hatch.append(make("rect", { class: "paper", width: 6, height: 6 }), make("line", { class: "line", y1: 0, y2: 6 }));
    const tip = make("marker", { id: "tip-of-arrow", viewBox: "0 0 6 6", refX: 6, refY: 3, markerWidth: 6, markerHeight: 6, orient: "auto" });
    tip.append(make("path", { class: "head", d: "M0 0L6 3L0 6z" }));
    const defs = make("defs", {});
    defs.append(clip, hatch, tip);

    const first = this.rowAt(this.top), last = this.rowAt(this.top + height);
    const bands = make("g", {}), plot = make("g", { "clip-path": "url(#plot)" }), names = make("g", {});
    for (let k = first; k <= last && k < this.rows.length; k++) this.drawRow(this.rows[k], bands, plot, names);
    this.drawAxis(bands, names, height);
    if (this.arrows) this.drawArrows(plot, height);
    this.drawPath(plot);
    svg.append(bands, plot, names);
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", height);
    this.svg.replaceChildren(defs, svg);
    this.drawOverview();
  }

  // drawOverview draws the whole schedule in a strip: how much works at a time, the
  // critical path below it, and a frame around what is in sight.
  drawOverview() {
    const strip = document.getElementById("overview"), width = this.width, height = 34, ground = 26;
    if (this.stripWidth !== width) {
      this.stripWidth = width;
      const columns = new Array(Math.max(1, Math.floor(width / 3))).fill(0);
      for (const b of data.bars) {
        if (b.kind !== "work") continue;
        const from = Math.floor(b.start / this.end * columns.length), to = Math.min(columns.length - 1, Math.floor(b.end / this.end * columns.length));
        for (let k = from; k <= to; k++) columns[k]++;
      }
      const most = Math.max(1, ...columns);
      const area = `M0 ${ground}` + columns.map((n, k) => `V${ground - n / most * (ground - 4)}H${(k + 1) * width / columns.length}`).join("") + `V${ground}z`;
      const parts = [make("path", { class: "work", d: area })];
      for (const b of data.bars) if (b.critical) parts.push(make("rect", { class: "route", x: b.start / this.end * width, y: ground + 2, width: Math.max(1, (b.end - b.start) / this.end * width), height: 3 }));
      parts.push(make("rect", { class: "frame", y: 0.75, height: height - 1.5, rx: 3 }));
      strip.setAttribute("width", width);
      strip.setAttribute("height", height);
      strip.replaceChildren(...parts);
      strip.onpointerdown = strip.onpointermove = e => {
        if (e.type === "pointermove" && !e.buttons) return;
        const t = (e.clientX - strip.getBoundingClientRect().left) / width * this.end;
        this.scroller.scrollLeft = t * this.scale - (this.scroller.clientWidth - this.gutter) / 2;
      };
    }
    const from = Math.max(0, this.timeAt(this.gutter)) / this.end, to = Math.min(1, this.timeAt(width) / this.end);
    const frame = strip.lastChild;
    frame.setAttribute("x", from * width);
    frame.setAttribute("width", Math.max(4, (to - from) * width));
  }

  // rowAt is the place in this.rows of the row at a height of the whole chart.
  rowAt(y) {
    let low = 0, high = this.tops.length - 1;
    while (low < high) {
      const k = (low + high + 1) >> 1;
      if (this.tops[k] <= y) low = k; else high = k - 1;
    }
    return Math.max(low, 0);
  }

  y(inside) { return HEAD + inside - this.top; }

  drawRow(i, bands, plot, names) {
    const row = data.rows[i], y = this.y(this.at[i]);
    if (row.program) bands.append(make("rect", { class: "band program", x: 0, y, width: this.width, height: this.height(i) }));
    const indent = row.program ? 6 : 14;
    const name = make("text", { class: row.summary ? "summary" : row.program ? "program" : "component", x: indent, y: y + 12 }, cut(row.name, this.gutter - indent));
    if (row.summary) {
      const g = make("g", { "data-kind": row.summary });
      g.append(make("rect", { x: 0, y: y - 2, width: this.width, height: LANE + 4, opacity: 0 }), name);
      names.append(g);
      return;
    }
    names.append(name);
    const drawn = [];
    for (const bar of this.barsOf[i]) {
      const left = this.x(bar.start), right = this.x(bar.end);
      if (right < this.gutter || left > this.width) continue;
      const lane = bar.kind === "behaviour" ? -1 : bar.lane;
      const special = bar === this.chosen || bar === this.hovered || this.linked.has(bar.index);
      if (right - left < 1 && right < drawn[lane] + 1 && !special) continue; // there is a bar in this pixel
      drawn[lane] = right;
      plot.append(this.drawBar(bar, left, right, y));
    }
  }

  drawBar(bar, left, right, y) {
    const x = Math.max(left, this.gutter - 6), width = Math.max(Math.min(right, this.width + 6) - x, 1);
    const strip = bar.kind === "behaviour";
    const classes = [bar === this.chosen && "chosen", bar === this.hovered && "hover", this.linked.has(bar.index) && "linked", this.found.has(bar.index) && "found"].filter(Boolean);
    const g = make("g", { id: "bar-" + bar.index, "data-bar": bar.index, class: classes.join(" "), role: "option", "aria-selected": bar === this.chosen, "aria-label": describe(bar).join(", ") });
    const top = strip ? y : y + this.laneTop(bar.row, bar.lane);
    g.append(make("rect", { class: bar.kind + (bar.critical ? " on-path" : ""), x, y: top, width, height: strip ? STRIP - 1 : LANE - 2 }));
    const text = strip || bar.kind === "work" ? cut(label(bar), width - 6) : "";
    if (text) g.append(make("text", { class: "in " + bar.kind, x: x + 3 + Math.max(this.gutter - x, 0), y: top + 11 }, text));
    return g;
  }

  drawAxis(bands, names, height) {
    names.append(make("rect", { class: "rule", x: 0, y: 0, width: this.width, height: HEAD - 1 }));
    const step = round(90 / this.scale);
    const first = Math.max(Math.ceil(this.timeAt(this.gutter) / step), 0);
    for (let k = first; k * step <= this.timeAt(this.width) && k - first < 200; k++) {
      const x = this.x(k * step);
      bands.append(make("path", { class: "grid", d: `M${x} ${HEAD - 4}V${height}` }));
      if (k * step <= this.end * 1.02) names.append(make("text", { class: "tick", x, y: 16 }, String(Number((k * step / data.unit).toPrecision(12)))));
    }
    names.append(make("text", { class: "component", x: 6, y: 16 }, "in " + data.unitName));
  }

  drawArrows(plot, height) {
    for (const a of data.arrows) {
      if (this.at[a.from] < 0 || this.at[a.to] < 0) continue;
      const y0 = this.y(this.middle(a.from)), y1 = this.y(this.middle(a.to));
      if (Math.max(y0, y1) < 0 || Math.min(y0, y1) > height) continue;
      const x0 = this.x(a.sent), x1 = this.x(a.received);
      if (x1 < this.gutter || x0 > this.width) continue;
      const lit = this.hovered && (touches(this.hovered, a.from, a.sent) || touches(this.hovered, a.to, a.received));
      plot.append(make("path", { class: "arrow" + (a.critical ? " on-path" : "") + (lit ? " lit" : ""), d: `M${x0} ${y0}L${x1} ${y1}`, "marker-end": "url(#tip-of-arrow)" }));
    }
  }

  // drawPath draws the critical path, with a gap where it passes through rows
  // that are not shown.
  drawPath(plot) {
    let d = "", at = null;
    for (const s of data.path) {
      if (this.at[s.row] < 0) { at = null; continue; }
      const y = this.y(this.at[s.row] + this.laneTop(s.row, s.lane) + LANE - 2);
      if (at === null) d += `M${this.x(s.start)} ${y}`;
      else if (at !== y) d += `V${y}`;
      if (s.end > s.start) d += `H${this.x(s.end)}`;
      at = y;
    }
    if (d) plot.append(make("path", { class: "critical", d }));
  }

  // reveal scrolls so that a bar is in sight.
  reveal(bar) {
    const s = this.scroller;
    if (this.at[bar.row] < 0) this.show(data.rows.map((_, i) => i));
    const top = this.at[bar.row], bottom = top + this.height(bar.row);
    if (top < s.scrollTop) s.scrollTop = top;
    else if (HEAD + bottom > s.scrollTop + s.clientHeight) s.scrollTop = HEAD + bottom - s.clientHeight + 8;
    const left = this.x(bar.start), right = this.x(bar.end);
    if (left > s.clientWidth - 20 || right < this.gutter + 20) s.scrollLeft += left - (this.gutter + s.clientWidth) / 2;
    this.later();
  }
}

function touches(bar, row, t) { return bar.row === row && bar.start <= t && t <= bar.end; }

// round is the least step that is round and at least as long as given.
function round(least) {
  const power = Math.pow(10, Math.floor(Math.log10(least)));
  return [1, 2, 5, 10].map(k => k * power).find(step => step >= least);
}

// describe says what a bar is, in lines.
function describe(bar) {
  const kind = { behaviour: "behaviour", work: "transition", waiting: "waiting", network: "on its way", executor: "executor", pause: "pause", start: "not started", asleep: "node asleep" }[bar.kind];
  const out = [bar.text, `${kind} in ${data.rows[bar.row].name}` + (bar.behaviour && bar.kind !== "behaviour" ? ` (${bar.behaviour})` : "")];
  out.push(bar.open ? `from ${time(bar.start)} ${data.unitName} on, never ends`
    : `${time(bar.start)} to ${time(bar.end)} ${data.unitName}, takes ${time(bar.end - bar.start)} ${data.unitName}`);
  if (bar.critical) out.push("on the critical path");
  else if (bar.slack !== undefined) out.push(`slack ${bar.atLeast ? "at least " : ""}${time(bar.slack)} ${data.unitName}`);
  return out;
}
