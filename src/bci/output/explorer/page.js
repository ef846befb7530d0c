// The state of the page and what changes it. Everything shown is computed from the state.

const at = (id) => document.getElementById(id);
const CACHE = new Map();

// Shares of all weightings do not depend on the weights but on what is there: computed once.
function sharesOnce(plan, row) {
  const key = JSON.stringify([seenBelow(row), row.dimensions.map((d) => d.score === d.score), row.index.score === row.index.score, plan.edges, additive(plan)]);
  if (!CACHE.has(key)) {
    if (CACHE.size > 5000) CACHE.clear();
    CACHE.set(key, shares(plan, row));
  }
  return CACHE.get(key);
}

// Scores of every period of a dyad under a scheme, and what other weights could make of them.
function computed(data, preset, scheme, dyad, title = "") {
  const plan = planOf(scheme);
  // Weights that are no scheme have no scores, whatever the data.
  const bad = faults(scheme).length > 0;
  if (bad) plan.missing = { rule: "strict", minimum_coverage: 0 };
  const figure = bad ? () => ({ mean: NaN, coverage: 0 }) : figures(data, preset, dyad);
  const rows = preset.periods.map((_, p) => scoreRow(plan, (name) => figure(p, name)));
  const around = rows.map((row) => ({ ends: ends(plan, row), shares: sharesOnce(plan, row) }));
  return { data, preset, plan, rows, around, title };
}

function other(data, state) {
  const chosen = comparable(data).find(({ value }) => value === state.compare);
  if (!chosen) return null;
  return chosen.preset === undefined
    ? computed(data, data.presets[state.preset], state.scheme, chosen.dyad, chosen.text)
    : computed(data, data.presets[chosen.preset], data.presets[chosen.preset].scheme, state.dyad, chosen.text);
}

const presetOf = (data, state) => data.presets[state.preset];
const changed = (data, state) => JSON.stringify(state.scheme) !== JSON.stringify(presetOf(data, state).scheme);
const show = () => ({ within: at("show-within").checked, any: at("show-any").checked });

function start() {
  const data = JSON.parse(at("data").textContent);
  let { state, problem } = location.hash.length > 1 && !at(location.hash.slice(1)) ? stateOf(data, location.hash.slice(1)) : { state: fresh(data), problem: "" };
  let [typed, stuck, spoken, here, there, width] = ["", false, 0, null, null, 640];

  const options = (select, list, chosen) =>
    select.replaceChildren(...list.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));

  function choices() {
    const preset = presetOf(data, state);
    options(at("dyad"), data.dyads.map((d, i) => [String(i), d.name]), String(state.dyad));
    options(at("period"), preset.periods.map((p, i) => [String(i), label(p)]), String(state.period));
    options(at("preset"), data.presets.map((p, i) => [String(i), p.scheme.name]), String(state.preset));
    const rest = comparable(data).filter((c) => c.dyad !== state.dyad);
    options(at("compare"), [["", "nothing"], ...rest.map((c) => [c.value, c.text])], state.compare);
    sliders(at("sliders"), data, state, edited);
    rules(at("method"), state.scheme, edited);
  }

  // A number that cannot be used is said and leaves the figures as they were; weights that are no scheme have
  // none. Nothing leaves the page before that is mended.
  function edited(wrong = "") {
    const marked_ = wrong || (at("weights").querySelector("[aria-invalid=true]") ? "A number that is marked cannot be used." : "");
    const found = [marked_ && `${marked_} It is left out of what is shown.`, ...faults(state.scheme)].filter(Boolean);
    at("problem").textContent = found.join(" ");
    stuck = found.length > 0;
    if (wrong) exports_();
    else render();
  }

  function render() {
    const preset = presetOf(data, state);
    here = computed(data, preset, state.scheme, state.dyad, changed(data, state) ? "these weights" : preset.scheme.name);
    there = other(data, state);
    if (there && state.compare.startsWith("d:")) here.title = data.dyads[state.dyad].name;
    const told = sentence(here, state);
    at("sentence").textContent = told;
    clearTimeout(spoken);
    spoken = setTimeout(() => (at("spoken").textContent = told), 250);
    outputs(at("sliders"), state.scheme);
    chart();
    stripTable(at("strip"), here);
    contributionTable(at("contributions"), here, state.period);
    const now = label(preset.periods[state.period]);
    const how = additive(here.plan)
      ? "its weight times its score"
      : "its effect averaged over every order in which the indicators could rise from 0 (Shapley)";
    at("parts-note").textContent = `${now}. What an indicator adds is ${how}; the sum is the index.`;
    tornadoTable(at("tornado"), here, state.period);
    at("sure-note").textContent = sureNote(here, state.period);
    sharesTable(at("shares"), here);
    at("comparison").hidden = !there;
    if (there) {
      const common = comparisonTable(at("compared"), here, there);
      at("compare-note").textContent = common ? "Difference: the second less the first." : "The two have no period in common.";
    }
    exports_();
  }

  function chart() {
    at("chart").replaceChildren(timeChart(width, here, there, state.period, show()));
    at("legend").textContent = legendOf(width, here, there, show());
  }

  function outgoing() {
    const { scheme, version, digest } = { version: data.version, ...presetOf(data, state) };
    if (!changed(data, state)) return { ...scheme, name: typed || scheme.name };
    const description = `Changed from ${scheme.name} version ${scheme.version} (${digest.slice(0, 12)}) with bci explore ${version}.`;
    return { ...state.scheme, name: typed || `${scheme.name}-edited`, version: 1, description };
  }

  function exports_() {
    const scheme = outgoing();
    const unnamed = !NAME.test(scheme.name);
    const bad = unnamed || stuck;
    at("name").setAttribute("aria-invalid", unnamed);
    for (const id of ["save-yaml", "save-csv", "save-svg"]) at(id).disabled = bad;
    at("copy").disabled = stuck;
    if (!typed) at("name").value = scheme.name;
    at("yaml").value = bad ? "" : yamlOf(scheme);
    const { code } = data.dyads[state.dyad];
    at("command").textContent = bad ? ""
      : data.options === null ? `bci.score(values, "${scheme.name}.yaml")`
      : `bci score --weights ${scheme.name}.yaml --dyad ${code} ${data.options}`.trim();
    // An address describes a scheme; where there is none, it says nothing.
    const address = faults(state.scheme).length ? "" : addressOf(data, state);
    at("link").value = stuck ? "" : `${location.href.split("#")[0]}#${address}`;
    try {
      history.replaceState(null, "", `#${address}`);
    } catch {
      // Inside a notebook the address cannot be set; the link stands in its field.
    }
  }

  function save(name, kind, text) {
    const url = URL.createObjectURL(new Blob([text], { type: kind }));
    el("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
    at("said").textContent = `Saved ${name}.`;
  }

  const on = (id, event, act) => at(id).addEventListener(event, act);
  const anew = () => {
    choices();
    edited();
  };
  const picked = (id, act) => on(id, "change", () => {
    act(at(id).value);
    anew();
  });
  picked("dyad", (value) => {
    state.dyad = Number(value);
    if (state.compare === `d:${data.dyads[state.dyad].code}`) state.compare = "";
  });
  picked("period", (value) => (state.period = Number(value)));
  picked("compare", (value) => (state.compare = value));
  picked("preset", (value) => {
    const now = label(presetOf(data, state).periods[state.period]);
    state = { ...fresh(data, Number(value), state.dyad), compare: state.compare };
    const same = presetOf(data, state).periods.findIndex((p) => label(p) === now);
    if (same >= 0) state.period = same;
    typed = "";
  });
  on("reset", "click", () => {
    state.scheme = structuredClone(presetOf(data, state).scheme);
    anew();
  });
  on("equal", "click", () => {
    const { columns } = presetOf(data, state);
    for (const dimension of Object.values(state.scheme.dimensions)) {
      const ids = Object.keys(dimension.indicators);
      ids.forEach((id) => (dimension.indicators[id] = columns[id] === null ? 0 : 1));
      dimension.weight = ids.some((id) => dimension.indicators[id]) ? 1 : 0;
    }
    anew();
  });
  for (const id of ["show-within", "show-any"]) on(id, "change", chart);
  on("name", "input", () => {
    typed = at("name").value;
    exports_();
  });
  on("save-yaml", "click", () => save(`${outgoing().name}.yaml`, "text/yaml", yamlOf(outgoing())));
  on("save-csv", "click", () => {
    const { code } = data.dyads[state.dyad];
    save(`${code}-${outgoing().name}.csv`, "text/csv", csvOf(here.plan, code, here.preset.periods, here.rows));
  });
  on("save-svg", "click", () => {
    const scheme = outgoing();
    const { code, name } = data.dyads[state.dyad];
    const about = [`Scheme ${scheme.name}, version ${scheme.version}. ${scheme.description}`, at("legend").textContent];
    save(`${code}-${scheme.name}.svg`, "image/svg+xml",
      svgFile(at("chart").firstElementChild, `${name}: cooperation index`, about, yamlOf(scheme)));
  });
  on("copy", "click", async () => {
    try {
      await navigator.clipboard.writeText(at("link").value);
      at("said").textContent = "The link is copied.";
    } catch {
      at("said").textContent = "The link cannot be copied from here; it stands below as text.";
      at("link").closest("details").open = true;
      at("link").select();
    }
  });
  addEventListener("hashchange", () => {
    // The name of a place on the page is no address of a state: the state stays, and so does its address.
    if (at(location.hash.slice(1))) return exports_();
    stuck = false;
    ({ state, problem } = stateOf(data, location.hash.slice(1)));
    typed = "";
    choices();
    render();
    at("problem").textContent = problem;
  });
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((d) => (d.open = true));
    paperTables(at("paper"), here);
  });

  for (const id of ["choice", "weights", "time", "parts", "sure", "export"]) at(id).hidden = false;
  choices();
  render();
  at("problem").textContent = problem;
  // Asking for the width at every change would lay the whole page out every time.
  new ResizeObserver(([{ contentRect }]) => {
    width = Math.max(240, Math.floor(contentRect.width));
    chart();
  }).observe(at("chart"));
}

if (typeof document !== "undefined") start();
