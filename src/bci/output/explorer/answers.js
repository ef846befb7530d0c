// What other weights could make of a row of scores, and what each weight adds: the answers of
// bci.sensitivity_analysis.summary, bci.sensitivity_analysis.one_at_a_time and bci.scoring.explanation.

const WITHIN = 0.5; // half-width of the box around each weight, relative to its share
const MOST_INDICATORS = 16; // two to this power mixtures are scored where a mean is not arithmetic

const additive = (plan) => plan.within === "arithmetic" && plan.across === "arithmetic";

// Scores of the indicators as the index sees them: nothing of a dimension, or of all, that has no score.
const seenBelow = (row) =>
  row.indicators.map((own, d) => own.map((m) => (absent(row.dimensions[d].score) ? NaN : m.score)));

// The ends over all weights (whatever the means), and over the box around the weights (arithmetic means).
function ends(plan, row) {
  const inside = seenBelow(row);
  const span = (scores) => {
    const there = scores.filter((s) => !absent(s));
    return { low: there.length ? lowest(there) : NaN, high: there.length ? highest(there) : NaN };
  };
  const boxed = additive(plan) ? inside.map((own, d) => reach(own, ...box(plan.inside[d], WITHIN))) : [];
  const dimensions = inside.map((own, d) => {
    const [lowWithin, highWithin] = boxed[d] ?? [NaN, NaN];
    return { ...span(own), lowWithin, highWithin };
  });
  if (absent(row.index.score)) {
    return { index: { low: NaN, high: NaN, lowWithin: NaN, highWithin: NaN }, dimensions };
  }
  // More of a dimension's score never lowers the index, so its ends are reached through theirs.
  const own = box(plan.weights, WITHIN);
  const index = {
    ...span(inside.flat()),
    lowWithin: boxed.length ? reach(boxed.map((b) => b[0]), ...own)[0] : NaN,
    highWithin: boxed.length ? reach(boxed.map((b) => b[1]), ...own)[1] : NaN,
  };
  return { index, dimensions };
}

// Share of all weightings in each band, for the index on two levels and for each dimension.
function shares(plan, row) {
  if (!additive(plan)) return null;
  const inside = seenBelow(row);
  const none = plan.edges.map(() => NaN);
  return {
    index: absent(row.index.score) ? none : nestedBandShares(inside, plan.edges),
    dimensions: inside.map((own) => bandShares(own, plan.edges)),
  };
}

// The share that lies in the band the row has.
const agreeing = (byBand, score, edges) => byBand?.[band(score, edges)] ?? NaN;

// Shares of one of the indicators in the index, of what is there, by dimension.
function effective(plan, inside) {
  const parts = inside.map((own, d) => {
    const held = own.map((s, i) => (absent(s) ? 0 : plan.inside[d][i]));
    const all = sum(held);
    return held.map((w) => (all > 0 ? (plan.weights[d] * w) / all : 0));
  });
  const total = sum(parts.flat());
  return parts.map((own) => own.map((w) => (total > 0 ? w / total : NaN)));
}

// The nearest other band of the index.
function nearest(plan, row) {
  if (!additive(plan) || absent(row.index.score)) return { distance: NaN, band: NO_BAND };
  const inside = seenBelow(row);
  return tipping(inside.flat(), effective(plan, inside).flat(), plan.edges);
}

// The index with one weight halved and doubled, for every weight that can move it, the largest swing first.
// What is refused under the scheme stays so.
function tornado(plan, row) {
  if (absent(row.index.score)) return [];
  const scores = row.dimensions.map((d) => d.score);
  const found = [];
  const add = (level, name, at) => {
    const [halved, doubled] = [at(0.5), at(2)];
    const swing = Math.abs(doubled - halved);
    if (!absent(swing)) found.push({ level, name, halved, doubled, swing });
  };
  const scaled = (weights, i, factor) => weights.map((w, j) => (i === j ? factor * w : w));
  plan.dimensions.forEach((dimension, d) => {
    if (scores.length > 1 && !absent(scores[d])) {
      add("dimension", dimension.name, (factor) => mean(scores, scaled(plan.weights, d, factor), plan.across));
    }
  });
  plan.dimensions.forEach((dimension, d) => {
    const own = row.indicators[d].map((m) => m.score);
    dimension.members.forEach((member, i) => {
      if (own.length < 2 || absent(own[i]) || absent(scores[d])) return;
      add("indicator", member.name, (factor) => {
        const moved_ = mean(own, scaled(plan.inside[d], i, factor), plan.within);
        return mean(scores.map((s, j) => (j === d ? moved_ : s)), plan.weights, plan.across);
      });
    });
  });
  return found.sort((a, b) => b.swing - a.swing);
}

// What each indicator adds to the index: its weight times its score under arithmetic means, else its effect
// averaged over every order in which the indicators could rise from 0 (Shapley). They add up to the index.
function contributions(plan, row) {
  const inside = seenBelow(row);
  const weights = effective(plan, inside);
  const members = plan.dimensions.flatMap((dimension, d) =>
    dimension.members.map((member, i) => ({
      name: member.name,
      dimension: dimension.name,
      score: inside[d][i],
      weight: absent(inside[d][i]) ? 0 : weights[d][i],
    })),
  );
  const index = row.index.score;
  if (absent(index)) return members.map((m) => ({ ...m, weight: NaN, contribution: NaN }));
  const added = additive(plan)
    ? members.map((m) => (absent(m.score) ? 0 : m.weight * m.score))
    : shapley(plan, inside);
  return members.map((m, i) => ({ ...m, contribution: added[i] }));
}

function shapley(plan, inside) {
  const after = inside.flat();
  const there = after.flatMap((s, i) => (absent(s) ? [] : [i]));
  const count = there.length;
  if (count > MOST_INDICATORS) return after.map(() => NaN);
  const sizes = inside.map((own) => own.length);
  const worths = Array.from({ length: 2 ** count }, (_, moved_) => {
    const mixture = after.map((s, i) => (absent(s) || (moved_ >> there.indexOf(i)) & 1 ? s : 0));
    let first = 0;
    return indexOf(plan, sizes.map((size) => mixture.slice(first, (first += size))));
  });
  const factorial = (n) => (n < 2 ? 1 : n * factorial(n - 1));
  const bits = (n) => (n ? (n & 1) + bits(n >> 1) : 0);
  const added = after.map(() => 0);
  there.forEach((member, i) => {
    added[member] = sum(
      worths.map((worth, moved_) => {
        if ((moved_ >> i) & 1) return 0;
        const others = bits(moved_);
        return factorial(others) * factorial(count - others - 1) * (worths[moved_ + 2 ** i] - worth);
      }),
    ) / factorial(count);
  });
  return added;
}
