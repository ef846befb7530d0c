// The index over time as a drawing: bands behind it, what other weights could make of it around it.

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 280;

function draw(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const path = (points) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");

// Runs of neighbours without a gap.
function runs(points) {
  const found = [[]];
  for (const point of points) {
    if (point.slice(1).some(absent)) found.push([]);
    else found[found.length - 1].push(point);
  }
  return found.filter((run) => run.length);
}

// Room for the words of the bands beside the drawing; 0 where they do not fit and stand in the legend.
function textWidth(text) {
  const pen = (textWidth.pen ??= document.createElement("canvas").getContext("2d"));
  pen.font = "12px system-ui, sans-serif";
  return pen.measureText(text).width;
}

function wordRoom({ edges, words }, width) {
  const room = Math.ceil(highest(words.map(textWidth))) + 16;
  const least = lowest([...edges.slice(1), 1].map((top, i) => top - edges[i]));
  return width >= 480 && room <= width / 3 && least * (HEIGHT - 34) >= 14 ? room : 0;
}

// What is drawn, and nothing that is not.
function legendOf(width, here, there, show) {
  const { plan, rows, around } = here;
  const drawn = (end) => around.some(({ ends: { index } }) => !absent(index[end]));
  const [within, any] = [show.within && drawn("lowWithin"), show.any && drawn("low")];
  return [
    `Solid: ${here.title}.`, there && `Dotted: ${there.title}.`,
    within && `Inner ribbon: weights within ${100 * WITHIN}%.`, any && "Outer ribbon: any weights.",
    (within || any) && rows.some((row) => !absent(row.index.score) && partial(plan, row)) && `${STAYS}.`,
    rows.some(({ index }) => absent(index.score) && index.low !== undefined) && "Bars: the index that the missing data could lead to.",
    !wordRoom(plan, width) && `Bands, from below: ${plan.words.map((word, i) => (i ? `${word} from ${words(plan.edges[i])}` : word)).join(", ")}.`,
  ].filter(Boolean).join(" ");
}

// here and there: {plan, rows, preset, around, title}; show: {within, any}.
function timeChart(width, here, there, period, show) {
  const room = wordRoom(here.plan, width);
  const box_ = { left: 34, right: width - (room || 8), top: 8, bottom: HEIGHT - 26 };
  const spans = [...here.preset.periods, ...(there?.preset.periods ?? [])];
  const [first, last] = [lowest(spans.map((s) => s[0])), highest(spans.map((s) => s[1] + 1))];
  const x = (year) => box_.left + ((box_.right - box_.left) * (year - first)) / (last - first);
  const y = (score) => box_.bottom - (box_.bottom - box_.top) * score;
  const middle = ([start, end]) => x((start + end + 1) / 2);
  const drawing = draw("svg", {
    viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", class: "time",
    "aria-label": `Index from ${first} to ${last - 1}: ${here.rows.map((r, p) => `${label(here.preset.periods[p])} ${shown(r.index.score)}`).join(", ")}`,
  });
  drawing.append(...bandsBehind(here.plan, box_, y, room), ...scale(here, box_, x, y));

  const around = (low, high) => here.around.map(({ ends: { index } }, p) => [middle(here.preset.periods[p]), index[low], index[high]]);
  const ribbon = (points, name) => runs(points).map((run) => {
    const outline = [...run.map(([a, low]) => [a, y(low)]), ...run.map(([a, , high]) => [a, y(high)]).reverse()];
    return draw("path", { d: `${path(outline)}Z`, class: name });
  });
  if (show.any) drawing.append(...ribbon(around("low", "high"), "any"));
  if (show.within) drawing.append(...ribbon(around("lowWithin", "highWithin"), "within"));
  if (there) drawing.append(...course(there, middle, y, "other"));
  const now = middle(here.preset.periods[period]);
  drawing.append(draw("line", { x1: now, x2: now, y1: box_.top, y2: box_.bottom, class: "now" }));
  drawing.append(...course(here, middle, y, "line"));
  drawing.append(...gaps(here, x, y));
  return drawing;
}

// Where there is no index: the reach of what is missing under bounds, else the words, once a run of periods.
function gaps({ rows, preset: { periods } }, x, y) {
  const parts = [];
  rows.forEach(({ index }, p) => {
    if (!absent(index.score)) return;
    const at = x((periods[p][0] + periods[p][1] + 1) / 2);
    if (index.low !== undefined) {
      parts.push(draw("line", { x1: at, x2: at, y1: y(index.low), y2: y(index.high), class: "bounds" }));
    } else if (!p || !absent(rows[p - 1].index.score)) {
      const after = rows.findIndex((row, q) => q > p && !absent(row.index.score));
      const last = periods[(after < 0 ? rows.length : after) - 1][1];
      parts.push(draw("text", { x: x((periods[p][0] + last + 1) / 2), y: y(0) - 5, "text-anchor": "middle" }, "n/a"));
    }
  });
  return parts;
}

function bandsBehind(plan, { left, right }, y, room) {
  const tops = [...plan.edges.slice(1), 1];
  return plan.words.flatMap((word, i) => {
    const [top, bottom] = [y(tops[i]), y(plan.edges[i])];
    const name = `back${colour(i, plan.words.length)}`;
    return [
      draw("rect", { x: left, y: top, width: right - left, height: bottom - top, class: name }),
      room ? draw("text", { x: right + 8, y: (top + bottom) / 2 + 4, class: "word" }, word) : [],
    ].flat();
  });
}

function scale({ preset }, { left, right, bottom }, x, y) {
  const parts = [0, 0.25, 0.5, 0.75, 1].map((score) =>
    draw("text", { x: left - 6, y: y(score) + 4, "text-anchor": "end" }, String(score)));
  const room = (right - left) / preset.periods.length;
  const long = room > 66;
  const each = Math.ceil((long ? 66 : 34) / room);
  preset.periods.forEach((span, p) => {
    if (p % each) return;
    const at = x((span[0] + span[1] + 1) / 2);
    parts.push(draw("text", { x: at, y: bottom + 18, "text-anchor": "middle" }, long ? label(span) : String(span[0])));
  });
  return parts;
}

function course({ rows, preset }, middle, y, name) {
  const points = rows.map(({ index }, p) => [middle(preset.periods[p]), y(index.score)]);
  return [
    ...runs(points).filter((run) => run.length > 1).map((run) => draw("path", { d: path(run), class: name })),
    ...runs(points).flat().map(([a, b]) => draw("circle", { cx: a, cy: b, r: 3.5, class: `${name} dot` })),
  ];
}

// The drawing as a file: what the style sheet says is written into it, and a title, lines below and the scheme.
const STYLES = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "paint-order",
  "font-family", "font-size", "font-weight",
];

function wrapped(text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (textWidth(longer) > width && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function svgFile(drawing, title, about, scheme) {
  const parts = [...drawing.children].map((part) => {
    const copy = part.cloneNode(true);
    const style = getComputedStyle(part);
    STYLES.forEach((name) => copy.setAttribute(name, style.getPropertyValue(name)));
    return copy;
  });
  const own = Number(drawing.getAttribute("width"));
  const lines = about.flatMap((text) => wrapped(text, own - 16));
  const width = Math.ceil(highest([own, ...[title, ...lines].map((text) => 1.2 * textWidth(text) + 16)]));
  const height = HEIGHT + 40 + 16 * lines.length;
  const page = getComputedStyle(document.body);
  const text = (words_, y, size) => draw("text", { x: 8, y, fill: page.color, "font-family": page.fontFamily, "font-size": size }, words_);
  return new XMLSerializer().serializeToString(draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height },
    draw("title", {}, title), draw("desc", {}, scheme),
    draw("rect", { width: "100%", height: "100%", fill: page.backgroundColor }), text(title, 19, 14),
    draw("g", { transform: "translate(0 28)" }, ...parts), ...lines.map((line_, i) => text(line_, HEIGHT + 44 + 16 * i, 12))));
}
