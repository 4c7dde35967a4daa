// What the reader does: theme, filters, pointing, keys, source, and the table of
// slack.

const $ = id => document.getElementById(id);
const chart = new Chart($("scroller"), $("space"), $("chart"));

// --- theme

const dark = () => (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const nameTheme = () => { $("theme").textContent = dark() ? "Light" : "Dark"; $("theme").setAttribute("aria-label", `switch to a ${dark() ? "light" : "dark"} page`); };
$("theme").addEventListener("click", () => { document.documentElement.dataset.theme = dark() ? "light" : "dark"; nameTheme(); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameTheme);
nameTheme();

// --- which rows are shown

const onPath = new Set(data.path.map(s => s.row));
for (const bar of data.bars) if (bar.critical) onPath.add(bar.row);

// A node of one component is one row, unless its program waits on the critical path or for
// ever; a row without bars is none.
const components = new Map(); // by node, its rows
data.rows.forEach((row, i) => { if (!row.program) components.set(row.node, [...(components.get(row.node) || []), i]); });
const idle = i => chart.barsOf[i].length === 0 ||
  data.rows[i].program && components.get(data.rows[i].node)?.length === 1 && !chart.barsOf[i].some(b => b.critical || b.open);

// Rows of one type are folded into a few where there are many: those on the critical path
// or that wait for ever, the first, and a row that says how many more there are.
const MANY = 40, FEW = 3;
const kindOf = i => data.rows[i].type || "program of " + (components.get(data.rows[i].node) || []).map(k => data.rows[k].type).join(", ");
const unfolded = new Set();

function folded(rows) {
  const groups = new Map();
  for (const i of rows) groups.set(kindOf(i), [...(groups.get(kindOf(i)) || []), i]);
  const out = [];
  for (const [kind, members] of groups) {
    if (members.length <= FEW || unfolded.has(kind)) { out.push(...members); continue; }
    const shown = [...members.filter(i => onPath.has(i) || chart.barsOf[i].some(b => b.open)).slice(0, FEW)];
    for (const i of members) if (shown.length < FEW && !shown.includes(i)) shown.push(i);
    shown.sort((a, b) => a - b);
    out.push(...shown, chart.summary(kind, members.length - shown.length, members.find(i => !shown.includes(i))));
  }
  return out;
}

function filter() {
  const words = $("search").value.toLowerCase(), node = $("node").value;
  let rows = [];
  const found = new Set();
  data.rows.forEach((row, i) => {
    if (row.summary || idle(i)) return;
    if (node !== "" && row.node !== Number(node)) return;
    if ($("only-critical").checked && !onPath.has(i)) return;
    if (!$("programs").checked && row.program) return;
    if (words) {
      const bars = chart.barsOf[i].filter(b => b.text.toLowerCase().includes(words));
      for (const b of bars) found.add(b.index);
      if (!bars.length && !row.name.toLowerCase().includes(words) && !(row.type || "").toLowerCase().includes(words)) return;
    }
    rows.push(i);
  });
  const all = rows.length;
  $("fold-label").hidden = all <= MANY;
  if (all > MANY && $("fold").checked && !words) rows = folded(rows);
  chart.found = found;
  chart.show(rows);
  $("found").textContent = words ? `${all} ${all === 1 ? "row" : "rows"}, ${found.size} ${found.size === 1 ? "bar" : "bars"}` : "";
  if (rows.length === 0) $("detail").replaceChildren(paragraph("No match", "faint"));
}
for (const id of ["search", "node", "only-critical", "programs", "fold"]) $(id).addEventListener("input", filter);
$("chart").addEventListener("click", e => {
  const g = e.target.closest("[data-kind]");
  if (g) { unfolded.add(g.dataset.kind); filter(); }
});
filter();
$("arrows").addEventListener("input", () => { chart.arrows = $("arrows").checked; chart.later(); });

// --- details of a bar, and its lines in the source

function paragraph(text, name) {
  const p = document.createElement("p");
  p.textContent = text;
  if (name) p.className = name;
  return p;
}

function detail(bar) {
  const [what, ...rest] = describe(bar);
  const h = document.createElement("h3");
  h.textContent = what;
  const links = document.createElement("p");
  for (const p of bar.places || []) links.append(linkTo(...data.places[p]), " ");
  $("detail").replaceChildren(h, paragraph(rest.join(" · ")), links);
}

const files = [...document.querySelectorAll("#source details")];
const lines = new Map(); // "file:line" -> its element
for (const f of files) for (const e of f.querySelectorAll(".line")) lines.set(f.dataset.file + ":" + e.dataset.line, e);
const barsAt = new Map(); // "file:line" -> the bars that are written there
for (const bar of data.bars) for (const p of bar.places || []) {
  const key = data.places[p].join(":");
  if (!barsAt.has(key)) barsAt.set(key, []);
  barsAt.get(key).push(bar.index);
}
for (const [key] of barsAt) if (lines.has(key)) { lines.get(key).classList.add("has"); lines.get(key).tabIndex = -1; }
const written = [...lines.entries()].filter(([key]) => barsAt.has(key)); // the lines that can be pointed at
if (written.length) written[0][1].tabIndex = 0;

function linkTo(file, line) {
  const b = document.createElement("button");
  Object.assign(b, { type: "button", className: "link", textContent: `${files[file].querySelector("summary").textContent}:${line}` });
  b.dataset.file = file;
  b.dataset.line = line;
  return b;
}

// A link to a section unfolds it.
for (const a of document.querySelectorAll(".badge")) a.addEventListener("click", () => { const section = $(a.hash.slice(1)); if (section) section.open = true; });

if (matchMedia("(max-width: 600px)").matches) for (const f of files) f.open = false;

let marked = [];
// mark marks lines, and brings the first of them into sight.
function mark(keys, jump) {
  for (const e of marked) e.classList.remove("on");
  marked = keys.map(k => lines.get(k)).filter(Boolean);
  for (const e of marked) e.classList.add("on");
  const e = marked[0], panel = $("source");
  if (!e || !panel) return;
  if (jump) e.closest("details").open = true;
  const box = e.getBoundingClientRect(), frame = panel.getBoundingClientRect();
  if (box.height && (box.top < frame.top + 30 || box.bottom > frame.bottom)) panel.scrollTop += box.top - frame.top - frame.height / 2;
}
const keysOf = bar => (bar.places || []).map(p => data.places[p].join(":"));

// --- pointing

const barAt = e => { const g = e.target.closest && e.target.closest("[data-bar]"); return g ? data.bars[g.dataset.bar] : null; };

function hover(bar) {
  if (bar === chart.hovered) return;
  chart.hovered = bar;
  if (bar) mark(keysOf(bar)); else mark(chart.chosen ? keysOf(chart.chosen) : []);
  chart.later();
}

$("chart").addEventListener("pointermove", e => {
  const bar = barAt(e);
  hover(bar);
  $("tip").hidden = !bar || e.pointerType === "touch";
  if (!bar) return;
  $("tip").replaceChildren(...describe(bar).map(text => paragraph(text)));
  $("tip").style.left = Math.max(4, Math.min(e.clientX + 14, innerWidth - $("tip").offsetWidth - 8)) + "px";
  $("tip").style.top = (e.clientY + 18 + $("tip").offsetHeight > innerHeight ? e.clientY - $("tip").offsetHeight - 10 : e.clientY + 18) + "px";
});
$("chart").addEventListener("pointerleave", () => { hover(null); $("tip").hidden = true; });
$("chart").addEventListener("click", e => { const bar = barAt(e); if (bar) choose(bar); });
$("scroller").addEventListener("scroll", () => { $("tip").hidden = true; });
$("scroller").addEventListener("wheel", e => {
  if (!e.ctrlKey && !e.metaKey) return;
  e.preventDefault();
  chart.zoom(Math.exp(-e.deltaY / 300), e.clientX - $("scroller").getBoundingClientRect().left);
}, { passive: false });

// choose makes a bar the one that the keys start from.
function choose(bar) {
  chart.chosen = bar;
  chart.linked.clear();
  detail(bar);
  mark(keysOf(bar), true);
  chart.reveal(bar);
  chart.draw();
  $("scroller").setAttribute("aria-activedescendant", "bar-" + bar.index);
}

// --- keys

function neighbour(bar, step) {
  const row = chart.barsOf[bar.row];
  return row[row.indexOf(bar) + step];
}

// beside is the bar of the next row that has any, nearest in time.
function beside(bar, step) {
  for (let k = chart.rows.indexOf(bar.row) + step; k >= 0 && k < chart.rows.length; k += step) {
    const bars = chart.barsOf[chart.rows[k]];
    if (bars.length) return bars.reduce((a, b) => Math.abs(b.start - bar.start) < Math.abs(a.start - bar.start) ? b : a);
  }
}

const critical = data.bars.filter(b => b.critical).sort((a, b) => a.start - b.start || a.end - b.end);
function alongPath(step) {
  const at = critical.indexOf(chart.chosen);
  const next = critical[at < 0 ? (step > 0 ? 0 : critical.length - 1) : at + step];
  if (!next) return;
  chart.near(next);
  choose(next);
}

function key(e) {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const bar = chart.chosen || (chart.rows.length && chart.barsOf[chart.rows.find(i => chart.barsOf[i].length)]?.[0]);
  const go = to => { if (to) choose(to); };
  const actions = {
    ArrowRight: () => go(chart.chosen ? neighbour(bar, 1) : bar), ArrowLeft: () => go(neighbour(bar, -1)),
    ArrowDown: () => go(chart.chosen ? beside(bar, 1) : bar), ArrowUp: () => go(beside(bar, -1)),
    Home: () => go(chart.barsOf[bar.row][0]), End: () => go(chart.barsOf[bar.row].at(-1)),
    n: () => alongPath(1), p: () => alongPath(-1),
    "+": () => chart.zoom(1.5), "=": () => chart.zoom(1.5), "-": () => chart.zoom(1 / 1.5), 0: () => chart.fit(),
    Enter: () => { mark(keysOf(bar), true); marked[0]?.focus(); },
    Escape: () => { chart.chosen = null; chart.linked.clear(); mark([]); chart.later(); },
  };
  if (!bar || !actions[e.key]) return;
  e.preventDefault();
  actions[e.key]();
}
$("scroller").addEventListener("keydown", key);
$("zoom-in").addEventListener("click", () => chart.zoom(1.5));
$("zoom-out").addEventListener("click", () => chart.zoom(1 / 1.5));
$("zoom-fit").addEventListener("click", () => chart.fit());
$("path-on").addEventListener("click", () => alongPath(1));
$("path-back").addEventListener("click", () => alongPath(-1));

// --- from the source to the bars

function keyOfLine(e) {
  const line = e.target.closest(".line.has");
  return line ? line.closest("details").dataset.file + ":" + line.dataset.line : null;
}
function link(key) {
  chart.linked = new Set(key ? barsAt.get(key) : []);
  if (key) mark([key]);
  chart.later();
}
// chooseAt chooses the first bar of a line, or the one after that which is chosen.
function chooseAt(key) {
  const bars = barsAt.get(key);
  if (!bars) return;
  const at = chart.chosen ? bars.indexOf(chart.chosen.index) : -1;
  choose(data.bars[bars[(at + 1) % bars.length]]);
  link(key);
}
const source = $("source");
if (source) {
  source.addEventListener("pointerover", e => { const k = keyOfLine(e); if (k) link(k); });
  source.addEventListener("pointerleave", () => link(null));
  source.addEventListener("focusin", e => { const k = keyOfLine(e); if (k) link(k); });
  source.addEventListener("click", e => { const k = keyOfLine(e); if (k) chooseAt(k); });
  source.addEventListener("keydown", e => {
    const at = written.findIndex(([, line]) => line === e.target);
    if (at < 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (e.key === "Enter") chooseAt(written[at][0]);
    else if (step && written[at + step]) {
      e.target.tabIndex = -1;
      written[at + step][1].tabIndex = 0;
      written[at + step][1].focus();
    } else return;
    e.preventDefault();
  });
}

document.addEventListener("click", e => {
  const b = e.target.closest("button.link");
  if (!b) return;
  if (b.dataset.step !== undefined) {
    const s = data.path[b.dataset.step];
    const bar = chart.barsOf[s.row].find(k => k.critical && k.start <= s.start && s.end <= k.end) || chart.barsOf[s.row].find(k => touches(k, s.row, s.end));
    if (bar) { choose(bar); $("scroller").scrollIntoView({ block: "nearest" }); }
  } else if (b.dataset.line !== undefined) {
    mark([b.dataset.file + ":" + b.dataset.line], true);
    source.scrollIntoView({ block: "nearest" });
  }
});

// --- the table of slack

const columns = [
  ["slack", "slack", r => (r.atLeast ? "≥ " : "") + time(r.slack)],
  ["share", "criticality", r => r.share === undefined ? "" : (100 * r.share).toFixed(1) + " %"],
  ["own", "own", r => time(r.own)], ["ends", "ends", r => time(r.ends)], ["what", "what", r => r.what], ["node", "node", r => r.node], ["where", "where", r => r.where],
].filter(([key]) => data.slack.some(r => r[key] !== undefined));
const numeric = key => !["what", "node", "where"].includes(key);
let order = "slack", rising = true, limit = 30;

function slackTable() {
  const table = $("slack-table");
  if (!table) return;
  table.tHead.rows[0].replaceChildren(...columns.map(([key, name]) => {
    const th = document.createElement("th"), b = document.createElement("button");
    Object.assign(th, { scope: "col", className: numeric(key) ? "n" : "" });
    Object.assign(b, { type: "button", textContent: name + (key === order ? (rising ? " ▲" : " ▼") : "") });
    if (key === order) th.setAttribute("aria-sort", rising ? "ascending" : "descending");
    b.addEventListener("click", () => { rising = key === order ? !rising : !["share", "own"].includes(key); order = key; slackTable(); $("slack-table").tHead.rows[0].cells[columns.findIndex(c => c[0] === key)].firstChild.focus(); });
    th.append(b);
    return th;
  }));
  const words = $("slack-search").value.toLowerCase();
  const rows = data.slack.filter(r => !words || (r.what + " " + r.node + " " + r.where).toLowerCase().includes(words));
  const compare = (a, b) => numeric(order) ? (a[order] ?? -1) - (b[order] ?? -1) : a[order] < b[order] ? -1 : a[order] > b[order] ? 1 : 0;
  rows.sort((a, b) => rising ? compare(a, b) : compare(b, a));
  table.tBodies[0].replaceChildren(...rows.slice(0, limit).map(r => {
    const tr = document.createElement("tr");
    if (r.critical) { tr.className = "on-path"; tr.title = "on the critical path to the upper bound"; }
    for (const [key, , text] of columns) {
      const td = tr.insertCell();
      if (numeric(key)) td.className = "n";
      if (key === "where" && r.place >= 0) { td.append(linkTo(...data.places[r.place])); td.firstChild.textContent = r.where; } else td.textContent = text(r);
    }
    return tr;
  }));
  $("slack-count").textContent = `${Math.min(limit, rows.length)} of ${rows.length}`;
  $("slack-more").hidden = rows.length <= limit;
}
if ($("slack-table")) {
  $("slack-search").addEventListener("input", slackTable);
  $("slack-more").addEventListener("click", () => { limit += 200; slackTable(); });
  slackTable();
}
