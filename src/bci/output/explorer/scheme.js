// A scheme on its way out and in: the YAML that bci reads, the table as CSV, and the address that restores it.

const ADDRESS_VERSION = "1";
const LONGEST_ADDRESS = 8000;
const [LEAST, MOST] = [1e-30, 1e30]; // weights other than 0 lie between, as bci.model.definitions has it
const RULES = ["reweight", "strict", "bounds"];
const NUMBER = /^-?\d{1,31}(\.\d{1,20})?(e[+-]?\d{1,2})?$/i;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

const label = ([start, end]) => (start === end ? `${start}` : `${start}-${end}`);
const usable = (weight) => Number.isFinite(weight) && (weight === 0 || (weight >= LEAST && weight <= MOST));

// JSON is YAML, but for characters that YAML takes for line ends or does not print.
const quoted = (value) =>
  JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

// Points as they were given, not shares of one: rounding would break the way back.
function yamlOf(scheme) {
  const flow = (value) =>
    Array.isArray(value) ? `[${value.map(flow).join(", ")}]`
    : value && typeof value === "object"
      ? `{${Object.entries(value).map(([key, each]) => `${quoted(key)}: ${flow(each)}`).join(", ")}}`
      : quoted(value);
  const lines = Object.entries(scheme).flatMap(([key, value]) =>
    key === "dimensions"
      ? ["dimensions:", ...Object.entries(value).map(([name, each]) => `  ${name}: ${flow(each)}`)]
      : [`${key}: ${flow(value)}`],
  );
  return `${lines.join("\n")}\n`;
}

// The rows of bci score: one a period and name, unrounded, empty where missing.
function csvOf(plan, code, periods, rows) {
  const bounds = plan.missing.rule === "bounds";
  const shown = (x) => (absent(x) ? "" : String(x));
  const heads = "iso3_a,iso3_b,period_start,period_end,level,name,score,band,coverage".split(",");
  const lines = rows.flatMap((row, p) =>
    named(plan, row).map((n) => [
      ...code.split("-"), ...periods[p], n.level, n.name, shown(n.score),
      plan.words[band(n.score, plan.edges)] ?? "", shown(n.coverage), ...(bounds ? [n.low, n.high] : []),
    ]),
  );
  return [[...heads, ...(bounds ? ["low", "high"] : [])], ...lines].map((line) => `${line.join(",")}\n`).join("");
}

const methodWord = (given) => String(methodOf(given));

function addressOf(data, state) {
  const { scheme } = state;
  const preset = data.presets[state.preset];
  const dimensions = Object.values(scheme.dimensions);
  return new URLSearchParams({
    v: ADDRESS_VERSION,
    s: preset.scheme.name,
    d: data.dyads[state.dyad].code,
    p: label(preset.periods[state.period]),
    w: dimensions.map((d) => d.weight).join(),
    i: dimensions.map((d) => Object.values(d.indicators).join()).join(";"),
    a: [methodWord(scheme.aggregation.indicators), methodWord(scheme.aggregation.dimensions)].join(),
    m: [scheme.missing.rule, scheme.missing.minimum_coverage].join(),
    ...(state.compare ? { c: state.compare } : {}),
  }).toString();
}

// The state at first: a preset as it is, on its last period.
function fresh(data, preset = 0, dyad = 0) {
  const { scheme, periods } = data.presets[preset];
  return { preset, dyad, period: periods.length - 1, scheme: structuredClone(scheme), compare: "" };
}

// The state that an address describes, or the first one and what was wrong.
function stateOf(data, text) {
  try {
    return { state: read(data, text), problem: "" };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { state: fresh(data), problem: `The address was not followed: ${error.message}.` };
  }
}

function read(data, text) {
  const refuse = (what) => {
    throw new RangeError(what);
  };
  const place = (list, what) => {
    const found = list();
    return found < 0 ? refuse(`it names ${what} that is not on this page`) : found;
  };
  const numbers = (given, count, what) => {
    const parts = given.split(",");
    if (parts.length !== count) refuse(`it gives ${parts.length} ${what} where there are ${count}`);
    return parts.map((part) => {
      const number = NUMBER.test(part) ? Number(part) : NaN;
      return usable(number) ? number : refuse(`one of the ${what} is no weight`);
    });
  };
  if (text.length > LONGEST_ADDRESS) refuse("it is too long");
  const given = new URLSearchParams(text);
  if (given.get("v") !== ADDRESS_VERSION) refuse("it is of another version");

  const preset = place(() => data.presets.findIndex((p) => p.scheme.name === given.get("s")), "a scheme");
  const state = fresh(data, preset);
  const { scheme } = state;
  state.dyad = place(() => data.dyads.findIndex((d) => d.code === given.get("d")), "a dyad");
  state.period = place(() => data.presets[preset].periods.findIndex((p) => label(p) === given.get("p")), "a period");

  const dimensions = Object.values(scheme.dimensions);
  const outer = numbers(given.get("w") ?? "", dimensions.length, "dimension weights");
  const inner = (given.get("i") ?? "").split(";");
  if (inner.length !== dimensions.length) refuse("it gives indicator weights of other dimensions");
  dimensions.forEach((dimension, d) => {
    const ids = Object.keys(dimension.indicators);
    const weights = numbers(inner[d], ids.length, "indicator weights");
    dimension.weight = outer[d];
    ids.forEach((id, i) => (dimension.indicators[id] = weights[i]));
    const lacking = ids.find((id) => data.presets[preset].columns[id] === null && dimension.indicators[id]);
    if (lacking) refuse("it weighs an indicator without data");
  });
  const wrong = faults(scheme);
  if (wrong.length) refuse("all of some weights are zero");

  const methods = (given.get("a") ?? "").split(",");
  if (methods.length !== 2) refuse("it does not give two means");
  [scheme.aggregation.indicators, scheme.aggregation.dimensions] = methods.map((m) => {
    if (Object.hasOwn(MEANS, m)) return m;
    const exponent = NUMBER.test(m) ? Number(m) : NaN;
    return Math.abs(exponent) <= MOST ? { power: exponent } : refuse("it names no mean");
  });
  const [rule, minimum] = (given.get("m") ?? "").split(",");
  if (!RULES.includes(rule)) refuse("it names no missing rule");
  if (!NUMBER.test(minimum ?? "") || !(minimum >= 0 && minimum <= 1)) refuse("its minimum coverage is not from 0 to 1");
  scheme.missing = { rule, minimum_coverage: Number(minimum) };

  state.compare = given.get("c") ?? "";
  if (state.compare) place(() => comparable(data).findIndex(({ value }) => value === state.compare), "a comparison");
  return state;
}

// What the page can be compared with: every scheme as it is, and every other dyad under the same weights.
function comparable(data) {
  return [
    ...data.presets.map((p, preset) => ({ value: `s:${p.scheme.name}`, text: p.scheme.name, preset })),
    ...data.dyads.map((d, dyad) => ({ value: `d:${d.code}`, text: d.name, dyad })),
  ];
}
