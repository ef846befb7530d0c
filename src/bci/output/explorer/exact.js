// All weightings at once: the algorithms of bci.sensitivity_analysis.exact, nested and tipping, a row at a time.

// The lowest and the highest mean over the weights of a box, whose sum is 1.
function reach(scores, lowestWeight, highestWeight) {
  const mirrored = highestMean(scores.map((s) => -s), lowestWeight, highestWeight);
  return [0 - mirrored, highestMean(scores, lowestWeight, highestWeight)];
}

// Greedy: all at their lowest, and what remains to the highest scores first. With members missing, the best
// of the totals that may fall to the present ones; a concave function over a linear one has a single peak.
function highestMean(scores, low, high) {
  const order = scores.map((_, i) => i).filter((i) => !absent(scores[i]));
  order.sort((i, j) => scores[j] - scores[i]);
  const s = order.map((i) => scores[i]);
  const floor = order.map((i) => low[i]);
  const room = order.map((i) => high[i] - low[i]);
  const missing = scores.flatMap((x, i) => (absent(x) ? [i] : []));
  const restFloor = sum(missing.map((i) => low[i]));
  const restRoom = sum(missing.map((i) => high[i] - low[i]));

  const bottom = sum(floor);
  const totals = [bottom];
  const sums = [dot(floor, s)];
  const filled = [];
  room.forEach((r, i) => {
    filled.push((filled[i - 1] ?? 0) + r);
    totals.push(bottom + filled[i]);
    sums.push(sums[i] + r * s[i]);
  });
  const means = sums.map((n, i) => (totals[i] > 0 ? n / totals[i] : -Infinity));
  const least = Math.max(bottom, 1 - restFloor - restRoom);
  const most = Math.min(totals[totals.length - 1], 1 - restFloor);
  const total = Math.min(Math.max(totals[means.indexOf(highest(means))], least), most);
  const held = floor.map(
    (f, i) => f + Math.min(Math.max(total - bottom - (filled[i] - room[i]), 0), room[i]),
  );
  return sum(held) > 0 ? dot(held, s) / sum(held) : NaN;
}

// The box of weights whose shares lie within a part of themselves.
function box(weights, within) {
  const own = weights.map((w) => w / sum(weights));
  return [own.map((w) => Math.max(w * (1 - within), 0)), own.map((w) => Math.min(w * (1 + within), 1))];
}

const fromEdge = (score, edge) => (score < edge && score >= edge - HAIR ? 0 : score - edge);

// Share of all weightings, flat on the simplex of what is present, under which the mean is below an edge.
function shareBelow(scores, edge) {
  const differences = scores.filter((s) => !absent(s)).map((s) => fromEdge(s, edge)).sort((a, b) => a - b);
  if (!differences.length) return NaN;
  const below = differences.filter((d) => d < 0).map((d) => -d);
  const above = differences.filter((d) => d > 0);
  if (!below.length) return 0;
  const shares = [1, ...above.map(() => 0)];
  for (const x of below) {
    above.forEach((y, k) => {
      shares[k + 1] = (x * shares[k] + y * shares[k + 1]) / (x + y);
    });
  }
  return shares[above.length];
}

const steps = (shares) => shares.slice(1).map((share, i) => share - shares[i]);

// Share of all weightings in each band.
function bandShares(scores, edges) {
  const below = [0, ...edges.slice(1).map((edge) => shareBelow(scores, edge)), 1];
  if (!scores.some((s) => !absent(s))) return edges.map(() => NaN);
  below.forEach((share, i) => {
    if (i) below[i] = Math.max(share, below[i - 1]);
  });
  return steps(below);
}

const nestedBandShares = (groups, edges) =>
  steps([0, ...edges.slice(1).map((edge) => nestedShareBelow(groups, edge)), 1]);

// The same on two levels, flat over the dimensions and flat inside each: the integral of Gil-Pelaez on a
// logarithmic axis by the trapezoidal rule. See the docstring of bci.sensitivity_analysis.nested.
const STEP = 1 / 6;
const START = 2 ** -22;
const LAST_NODE = 400;
const NEGLIGIBLE = 1e-16;
const LOOK = 8;
const RATIO = Math.exp(-STEP);
const GAUSS = [
  [-0.9324695142031519, 0.17132449237917027], [-0.6612093864662645, 0.3607615730481387],
  [-0.2386191860831969, 0.46791393457269104], [0.2386191860831969, 0.46791393457269104],
  [0.6612093864662645, 0.3607615730481387], [0.9324695142031519, 0.17132449237917027],
];
const NODES = [...GAUSS.map(([x]) => (1 + RATIO + (1 - RATIO) * x) / 2), 1];
const WIDTHS = GAUSS.map(([, w]) => ((1 - RATIO) / 2) * w);

function nestedShareBelow(groups, edge) {
  const present = groups
    .map((group) => group.filter((s) => !absent(s)).map((s) => fromEdge(s, edge)))
    .filter((group) => group.length);
  const all = present.flat();
  if (!all.length) return NaN;
  const [low, high] = [lowest(all), highest(all)];
  if (low >= 0) return 0;
  if (high <= 0) return 1;
  const unit = Math.max(-low, high);
  return integral(present.map((group) => group.map((v) => v / unit)));
}

function integral(groups) {
  const rules = groups.map((group) => carriedRule(group.length));
  const slope = START * sum(groups.map((group) => sum(group) / group.length));
  let levels = groups.map(firstLevels);
  let total = slope / Math.expm1(STEP);
  for (let number = 0; number < LAST_NODE; number++) {
    if (number) {
      const theta = START * Math.exp(number * STEP);
      levels = levels.map((level, d) => nextLevels(level, groups[d], theta, rules[d]));
    }
    let re = 1;
    let im = 0;
    for (const level of levels) {
      const last = level.re.length - 1;
      const real = re * level.re[last] - im * level.im[last];
      im = re * level.im[last] + im * level.re[last];
      re = real;
    }
    total += im;
    if (number % LOOK === 0 && Math.hypot(re, im) <= NEGLIGIBLE) break;
  }
  return Math.min(Math.max(0.5 - (STEP / Math.PI) * total, 0), 1);
}

function binomial(n, k) {
  let chosen = 1;
  for (let i = 1; i <= k; i++) chosen = (chosen * (n - k + i)) / i;
  return chosen;
}

// Row r: the weights of the levels one step before, and those of the nodes between.
function carriedRule(members) {
  return Array.from({ length: members }, (_, r) => ({
    old: Array.from({ length: members }, (_, j) =>
      j >= 1 && j <= r ? binomial(r, j) * RATIO ** j * (1 - RATIO) ** (r - j) : 0,
    ),
    fresh: NODES.map((q, n) => (n === WIDTHS.length ? (r ? 0 : 1) : r ? r * (1 - q) ** (r - 1) * WIDTHS[n] : 0)),
  }));
}

const firstLevels = (group) => ({
  re: group.map(() => 1),
  im: group.map((_, r) => (START / (r + 1)) * sum(group)),
});

// Plain loops: this is where the time goes.
function nextLevels(levels, group, theta, rule) {
  const size = group.length;
  const next = { re: new Array(size).fill(0), im: new Array(size).fill(0) };
  for (let n = size > 1 ? 0 : WIDTHS.length; n < NODES.length; n++) {
    // Product of 1 / (1 - i theta v) over the members.
    let re = 1;
    let im = 0;
    for (let i = 0; i < size; i++) {
      const b = -theta * NODES[n] * group[i];
      const real = (re + im * b) / (1 + b * b);
      im = (im - re * b) / (1 + b * b);
      re = real;
    }
    for (let r = 0; r < size; r++) {
      next.re[r] += rule[r].fresh[n] * re;
      next.im[r] += rule[r].fresh[n] * im;
    }
  }
  for (let r = 1; r < size; r++) {
    for (let j = 1; j <= r; j++) {
      next.re[r] += rule[r].old[j] * levels.re[j];
      next.im[r] += rule[r].old[j] * levels.im[j];
    }
  }
  return next;
}

// The smallest share of the weight that must move before the mean is in another band, and that band.
function tipping(scores, weights, edges) {
  const here = scores.flatMap((s, i) => (absent(s) ? [] : [i])).sort((i, j) => scores[i] - scores[j]);
  const none = { distance: NaN, band: NO_BAND };
  if (!here.length) return none;
  const s = here.map((i) => scores[i]);
  const total = sum(here.map((i) => weights[i]));
  const w = here.map((i) => weights[i] / total);
  const score = dot(s, w);
  const own = band(score, edges);
  const above = edges[own + 1] ?? Infinity;
  const below = own > 0 ? edges[own] : -Infinity;
  const top = s[s.length - 1];
  const up = top >= above - HAIR ? moved(s, w, Math.max(Math.min(above, top) - score, 0)) : Infinity;
  const mirrored = [...s].reverse().map((x) => -x);
  const down = s[0] < below - HAIR ? moved(mirrored, [...w].reverse(), Math.max(score - below, 0)) : Infinity;
  if (up === Infinity && down === Infinity) return none;
  return down < up ? { distance: down, band: own - 1 } : { distance: up, band: own + 1 };
}

// Weight that must move to lift the mean by a gap: from the lowest scores first, all they have.
function moved(scores, weights, gap) {
  let [left, shifted] = [gap, 0];
  scores.forEach((s, i) => {
    const lifted = scores[scores.length - 1] - s;
    const taken = Math.min(weights[i], lifted > 0 ? left / lifted : 0);
    left = Math.max(left - taken * lifted, 0);
    shifted += taken;
  });
  return shifted;
}
