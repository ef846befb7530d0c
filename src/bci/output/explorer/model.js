// Weights -> scores. The formulas of bci.model.means, bci.model.bands and bci.scoring.levels, a row at a time; NaN is missing.

const HAIR = 1e-12; // what rounding may take from a score that lies on an edge
const NO_BAND = -1;

const absent = Number.isNaN;
const sum = (numbers) => numbers.reduce((total, x) => total + x, 0);
const dot = (a, b) => a.reduce((total, x, i) => total + x * b[i], 0);
const lowest = (numbers) => numbers.reduce((least, x) => (x < least ? x : least), Infinity);
const highest = (numbers) => numbers.reduce((most, x) => (x > most ? x : most), -Infinity);

// The weighted mean of what is present and weighs anything; method is a name or the exponent of a power mean.
// bci.model.means.mean, and MEANS is its table: the exponent of each name.
function mean(scores, weights, method) {
  const exponent = MEANS[method] ?? method;
  const present = scores.flatMap((s, i) => (!absent(s) && weights[i] > 0 ? [i] : []));
  if (!present.length) return NaN;
  const s = present.map((i) => scores[i]);
  const w = present.map((i) => weights[i]);
  if (exponent === 1) return dot(s, w) / sum(w);
  if (exponent === -Infinity) return lowest(s);
  if (exponent === 0) return Math.exp(dot(s.map(Math.log), w) / sum(w));
  return power(s, w, exponent);
}

// bci.model.means.power. Measured from the score that decides in the end: no power overflows, and none is lost in rounding.
function power(scores, weights, exponent) {
  const deciding = exponent > 0 ? highest(scores) : lowest(scores);
  if (deciding === 0) return 0;
  const powers = scores.map((s) => Math.expm1(exponent * Math.log(s / deciding)));
  return deciding * Math.exp(Math.log1p(dot(powers, weights) / sum(weights)) / exponent);
}

const covered = (coverages, weights) => dot(coverages, weights) / sum(weights);

// bci.scoring.levels: a parent of its members, each {score, coverage, low, high}, and what the missing rule makes of it.
function parent(members, weights, method, missing) {
  const scores = members.map((m) => m.score);
  const merged = mean(scores, weights, method);
  const gaps = scores.some(absent);
  if (missing.rule === "bounds") {
    return {
      score: gaps ? NaN : merged,
      coverage: covered(members.map((m) => m.coverage), weights),
      low: mean(members.map((m) => m.low), weights, method),
      high: mean(members.map((m) => m.high), weights, method),
    };
  }
  // What has no score of its own adds nothing to its parent, so the parent does not rest on it either.
  const coverage = covered(members.map((m) => (absent(m.score) ? 0 : m.coverage)), weights);
  const refused = coverage < missing.minimum_coverage - HAIR || (missing.rule === "strict" && gaps);
  return { score: refused ? NaN : merged, coverage };
}

// An indicator in a period, from the mean of its years with data and their share of all years.
function indicator(mean_, coverage, missing) {
  if (missing.rule !== "bounds") return { score: mean_, coverage };
  const known = coverage > 0 ? mean_ * coverage : 0;
  return { score: coverage === 1 ? mean_ : NaN, coverage, low: known, high: known + (1 - coverage) };
}

// bci.model.bands.band.
function band(score, edges) {
  if (absent(score)) return NO_BAND;
  return edges.filter((edge) => edge - HAIR <= score).length - 1;
}

const methodOf = (given) => (typeof given === "object" ? given.power : given);

// What weighs anything, as [{name, weight, members: [{name, weight}]}], and how it is put together.
function planOf(scheme) {
  const dimensions = Object.entries(scheme.dimensions)
    .map(([name, { weight, indicators }]) => ({
      name,
      weight,
      members: Object.entries(indicators).flatMap(([id, w]) => (w > 0 ? [{ name: id, weight: w }] : [])),
    }))
    .filter((dimension) => dimension.weight > 0);
  return {
    dimensions,
    weights: dimensions.map((d) => d.weight),
    inside: dimensions.map((d) => d.members.map((m) => m.weight)),
    within: methodOf(scheme.aggregation.indicators),
    across: methodOf(scheme.aggregation.dimensions),
    missing: scheme.missing,
    edges: Object.values(scheme.bands),
    words: Object.keys(scheme.bands),
  };
}

// Whether the scores of a row rest on less than all data, or are refused.
const partial = (plan, row) => named(plan, row).some(({ coverage }) => coverage < 1 - HAIR);

// One dyad-period: {index, dimensions, indicators}, the last by dimension. cell(name) -> {mean, coverage}.
function scoreRow(plan, cell) {
  const indicators = plan.dimensions.map((d) =>
    d.members.map(({ name }) => {
      const { mean: mean_, coverage } = cell(name);
      return indicator(mean_, coverage, plan.missing);
    }),
  );
  const dimensions = indicators.map((own, d) => parent(own, plan.inside[d], plan.within, plan.missing));
  return { index: parent(dimensions, plan.weights, plan.across, plan.missing), dimensions, indicators };
}

// The index from scores of indicators, by dimension; what is missing is left out.
function indexOf(plan, indicators, weights = plan.weights, inside = plan.inside) {
  return mean(indicators.map((own, d) => mean(own, inside[d], plan.within)), weights, plan.across);
}

// Every name of a row in the order of the tables: the index, each dimension, its indicators below it.
function named(plan, row) {
  const below = plan.dimensions.flatMap((d, i) => [
    { level: "dimension", name: d.name, dimension: i, ...row.dimensions[i] },
    ...d.members.map((m, j) => ({ level: "indicator", name: m.name, dimension: i, ...row.indicators[i][j] })),
  ]);
  return [{ level: "index", name: "index", dimension: -1, ...row.index }, ...below];
}

// What is wrong with the weights of a scheme, in words; nothing where it can be used.
function faults(scheme) {
  const dimensions = Object.entries(scheme.dimensions);
  const found = dimensions
    .filter(([, d]) => !Object.values(d.indicators).some((w) => w > 0))
    .map(([name]) => `All indicator weights of ${name} are zero: give at least one more than 0.`);
  if (!dimensions.some(([, d]) => d.weight > 0)) {
    found.push("All dimension weights are zero: give at least one more than 0.");
  }
  return found;
}

// Means and coverages as Python wrote them: little-endian numbers in base64.
function decoded(text, width) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const count = bytes.length / width;
  return Array.from({ length: count }, (_, i) =>
    width === 8 ? view.getFloat64(8 * i, true) : view.getUint16(2 * i, true),
  );
}

// The figures of one dyad under a preset: cell(period, name) -> {mean, coverage}.
function figures(data, preset, dyad) {
  const { periods, columns } = preset;
  return (p, name) => {
    const column = data.columns[columns[name]];
    if (!column) return { mean: NaN, coverage: 0 };
    column.means ??= decoded(column.mean, 8);
    column.known ??= decoded(column.years, 2);
    const row = dyad * periods.length + p;
    return { mean: column.means[row], coverage: column.known[row] / (periods[p][1] - periods[p][0] + 1) };
  };
}
