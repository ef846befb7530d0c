// Numbers as words and tables. Text goes in as text: nothing here can become markup.

// An element; attributes by name, children elements or text.
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat());
  return made;
}

// Rounded as Python prints it: a tie goes to the even digit.
function fixed(x, digits) {
  const [whole, rest] = Math.abs(x).toFixed(60).split(".");
  const last = digits ? rest[digits - 1] : whole[whole.length - 1];
  const tie = /^50*$/.test(rest.slice(digits)) && last % 2 === 0;
  const down = digits ? `${whole}.${rest.slice(0, digits)}` : whole;
  return (x < 0 ? "-" : "") + (tie ? down : Math.abs(x).toFixed(digits));
}

const shown = (x, digits = 3) => (absent(x) ? "n/a" : fixed(x, digits));

// A share in per cent, never rounded to all or nothing unless it is: bci.numbers.percent.
function percent(x) {
  if (absent(x)) return "n/a";
  const part = Number(x.toFixed(12));
  if (part <= 0 || part === 1 || (part > 0.005 && part < 0.995)) return `${fixed(100 * part, 0)}%`;
  if (part > 0.0005 && part < 0.9995) return `${fixed(100 * part, 1)}%`;
  return part < 0.5 ? "under 0.1%" : "over 99.9%";
}
const signed = (x) => (absent(x) ? "n/a" : `${x < 0 ? "" : "+"}${fixed(x, 3)}`);
const range = (low, high, digits = 2) => (absent(low) ? "n/a" : `${shown(low, digits)}-${shown(high, digits)}`);
const colour = (number, of) => Math.floor((number * 3) / Math.max(of - 1, 1) + 0.5);

const DRAWN = () => el("span", { class: "unseen" }, "Drawn");
const head = (cells) =>
  el("thead", {}, el("tr", {}, cells.map((cell) => el("th", { scope: "col" }, cell))));

function fill(table, heads, rows) {
  table.replaceChildren(head(heads), el("tbody", {}, rows));
}

const line = (first, cells, attributes = {}) =>
  el("tr", attributes, el("th", { scope: "row" }, first), cells.map((cell) =>
    cell instanceof Node && cell.tagName === "TD" ? cell : el("td", {}, cell)));

// A score with its band, or what stands in its place; the same text as the table without a script.
function cell(plan, { score, coverage, low, high }) {
  if (absent(score)) {
    const bounds = plan.missing.rule === "bounds";
    return el("td", { class: "missing" }, bounds ? range(low, high) : coverage > 0 ? "too little data" : "n/a");
  }
  const number = band(score, plan.edges);
  const mark = coverage > 1 - HAIR ? "" : "*";
  return el("td", { class: `band${colour(number, plan.words.length)}` },
    `${fixed(score, 3)}${mark} `, el("span", {}, plan.words[number]));
}

const marked = (name, preset) => (preset.calibrated[name] === undefined ? name : `${name}†`);

function stripTable(table, { plan, rows, preset }, from = 0, to = rows.length) {
  const all = rows.slice(from, to).map((row) => named(plan, row));
  fill(table, ["Name", ...preset.periods.slice(from, to).map(label)],
    all[0].map((n, i) => line(marked(n.name, preset), all.map((row) => cell(plan, row[i])), { class: n.level })));
}

// The same in blocks that fit on paper, where one would not.
const ON_PAPER = 7;
function paperTables(place, here) {
  const starts = here.rows.flatMap((_, p) => (p % ON_PAPER || here.rows.length <= ON_PAPER ? [] : [p]));
  place.replaceChildren(...starts.map((from) => {
    const table = el("table", { class: "strip" });
    stripTable(table, here, from, from + ON_PAPER);
    return table;
  }));
}

// A thin bar from one place to another of 0..1, with a tick; the numbers stand beside it.
function bar(from, to, tick = NaN) {
  const drawing = draw("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", class: "bar", "aria-hidden": "true" });
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  if (high > low) drawing.append(draw("rect", { x: 100 * low, y: 1, width: 100 * (high - low), height: 8 }));
  if (!absent(tick)) drawing.append(draw("line", { x1: 100 * tick, x2: 100 * tick, y1: 0, y2: 10 }));
  return el("td", { class: "drawn" }, drawing);
}

function contributionTable(table, { plan, rows, preset, data }, period) {
  const row = rows[period];
  const parts = contributions(plan, row).sort((a, b) => b.contribution - a.contribution);
  const index = row.index.score;
  const most = highest(parts.map((p) => p.contribution));
  fill(table, ["Indicator", "Score", "Weight", "Adds", "Share", DRAWN()],
    parts.map((p) => line(
      [`${marked(p.name, preset)} `, el("small", {}, data.titles[p.name] ?? "")],
      absent(p.score) ? ["n/a", "n/a", "n/a", "n/a", ""] : [shown(p.score), percent(p.weight), shown(p.contribution),
        index > 0 ? percent(p.contribution / index) : "n/a", bar(0, most > 0 ? p.contribution / most : 0)],
    )));
  table.append(el("tfoot", {}, line("Index", [shown(index), absent(index) ? "n/a" : "100%", shown(index), "", ""])));
}

function tornadoTable(table, { plan, rows }, period) {
  const found = tornado(plan, rows[period]);
  const ends_ = found.flatMap((t) => [t.halved, t.doubled]);
  const [low, high] = [lowest(ends_), highest(ends_)];
  const at = (x) => (high > low ? (x - low) / (high - low) : 0.5);
  fill(table, ["Weight", "Halved", "Doubled", "Swing", DRAWN()],
    found.map((t) => line([`${t.name} `, el("small", {}, t.level)],
      [shown(t.halved), shown(t.doubled), shown(t.swing), bar(at(t.halved), at(t.doubled), at(rows[period].index.score))])));
  table.parentElement.hidden = !found.length;
}

function sharesTable(table, { plan, rows, preset, around }) {
  fill(table, ["Period", "Index", `Weights within ${100 * WITHIN}%`, "Any weights", ...plan.words.map((w) => `% ${w}`)],
    rows.map((row, p) => {
      const { index } = around[p].ends;
      const byBand = around[p].shares?.index ?? plan.words.map(() => NaN);
      return line(label(preset.periods[p]), [cell(plan, row.index), range(index.lowWithin, index.highWithin),
        range(index.low, index.high), ...byBand.map(percent)]);
    }));
  table.parentElement.hidden = rows.every((row) => absent(row.index.score));
}

// What the two tables above say, and under which reading of what is missing.
const STAYS = "Which data count stays as under these weights";
function sureNote({ plan, rows, preset }, period) {
  const scored = rows.filter((row) => !absent(row.index.score)).length;
  const halved = `${label(preset.periods[period])}: ${absent(rows[period].index.score) ? "no index" : "the index with one weight halved and doubled"}`;
  const told = !scored ? "No period has an index."
    : additive(plan) ? `${halved}, then every period under other weights. Exact: shares are of all weightings on both levels.`
    : `${halved}. Shares and the reach within ${100 * WITHIN}% are exact for arithmetic means only; for these, bci sensitivity draws weights.`;
  const missing = plan.missing.rule === "bounds"
    ? scored < rows.length && "By bounds, exact answers exist only where nothing is missing; elsewhere a bar in the chart runs from the lowest to the highest index that the missing data could lead to."
    : rows.some((row) => row.index.coverage > 0 && partial(plan, row)) && `${STAYS}: what these refuse for missing data, no weighting brings back, and what they accept, none refuses.`;
  return [told, missing].filter(Boolean).join(" ");
}

function comparisonTable(table, here, there) {
  const at = new Map(there.preset.periods.map((span, p) => [label(span), p]));
  const common = here.preset.periods.flatMap((span, p) => (at.has(label(span)) ? [[p, at.get(label(span))]] : []));
  fill(table, ["Period", here.title, there.title, "Difference", "Band"],
    common.map(([p, q]) => {
      const [a, b] = [here.rows[p].index, there.rows[q].index];
      const bands = [[here, a], [there, b]].map(([side, { score }]) => side.plan.words[band(score, side.plan.edges)]);
      const changed = bands.includes(undefined) ? "n/a" : bands[0] === bands[1] ? "same" : `${bands[0]} to ${bands[1]}`;
      return line(label(here.preset.periods[p]),
        [cell(here.plan, a), cell(there.plan, b), signed(b.score - a.score), changed]);
    }));
  return common.length;
}

// The result in words; every number from what was computed.
function sentence({ plan, rows, preset, around, data }, state) {
  const { index } = rows[state.period];
  const { ends: { index: span }, shares: byBand } = around[state.period];
  const where = `${data.dyads[state.dyad].name}, ${label(preset.periods[state.period])}`;
  const rest = `Data stand behind ${percent(index.coverage)} of the weight.`;
  if (faults(state.scheme).length) return `${where}: n/a.`;
  if (absent(index.score)) {
    const bounds = plan.missing.rule === "bounds";
    const found = bounds ? `index between ${shown(index.low)} and ${shown(index.high)}` : "no index, too little data";
    return `${where}: ${found}. ${rest}`;
  }
  const parts = [`${where}: index ${shown(index.score)}, ${plan.words[band(index.score, plan.edges)]}.`];
  if (byBand) {
    parts.push(`${percent(agreeing(byBand.index, index.score, plan.edges))} of all weightings agree on the band.`);
    parts.push(`Weights within ${100 * WITHIN}% of these give ${range(span.lowWithin, span.highWithin)}, any weights ${range(span.low, span.high)}.`);
    const tip = nearest(plan, rows[state.period]);
    if (tip.band !== NO_BAND) parts.push(`It is ${plan.words[tip.band]} when ${percent(Math.max(tip.distance, 1e-6))} of the weight moves.`);
  } else {
    parts.push(`Any weights give ${range(span.low, span.high)}.`);
  }
  if (partial(plan, rows[state.period])) parts.push(`${STAYS}.`);
  return [...parts, rest].join(" ");
}
