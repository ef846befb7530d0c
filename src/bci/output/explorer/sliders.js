// The fields of the weights and of the rules. Every slider has a number field beside it.

const words = (x) => String(Number(x.toPrecision(6)));

function sliders(form, data, state, edited) {
  const { columns } = data.presets[state.preset];
  form.replaceChildren(...Object.entries(state.scheme.dimensions).map(([name, dimension]) => {
    const outer = Object.values(state.scheme.dimensions).map((d) => d.weight);
    const inner = Object.values(dimension.indicators);
    return el("fieldset", {}, el("legend", {}, name),
      field("dimension", `Weight of ${name}`, outer, () => dimension.weight, (w) => (dimension.weight = w), edited, false),
      Object.keys(dimension.indicators).map((id) =>
        field(id, `Weight of ${id} in ${name}`, inner, () => dimension.indicators[id],
          (w) => (dimension.indicators[id] = w), edited, columns[id] === null)));
  }));
  form.onsubmit = (event) => event.preventDefault();
}

function field(name, title, siblings, read_, write, edited, lacking) {
  const most = Math.max(5, 2 * highest(siblings));
  const slider = el("input", { type: "range", min: 0, max: most, step: most / 50, "aria-label": title, disabled: lacking });
  const number = el("input", { type: "number", min: 0, step: "any", "aria-label": `${title}, points`, disabled: lacking });
  const share = el("span", { class: "share" });
  slider.value = number.value = read_();
  slider.addEventListener("input", () => {
    number.value = slider.value;
    number.setAttribute("aria-invalid", "false");
    write(Number(slider.value));
    edited();
  });
  number.addEventListener("input", () => {
    const weight = number.value.trim() === "" ? NaN : Number(number.value);
    number.setAttribute("aria-invalid", !usable(weight));
    if (!usable(weight)) return edited(`${title} must be 0, or from ${LEAST} to ${MOST}.`);
    slider.value = weight;
    write(weight);
    edited();
  });
  const row = el("div", { class: "field" }, el("span", { class: "named" }, lacking ? `${name} (no data)` : name), share, slider, number);
  row.update = (part) => {
    share.textContent = percent(part);
    slider.setAttribute("aria-valuetext", `${words(read_())} points, ${percent(part)}`);
  };
  return row;
}

// Shares beside the fields: of the index for a dimension, of its dimension for an indicator.
function outputs(form, scheme) {
  const dimensions = Object.values(scheme.dimensions);
  const total = sum(dimensions.map((d) => d.weight));
  [...form.children].forEach((fieldset, d) => {
    const rows = fieldset.querySelectorAll(".field");
    const inner = Object.values(dimensions[d].indicators);
    rows[0].update(dimensions[d].weight / total);
    inner.forEach((w, i) => rows[i + 1].update(w / sum(inner)));
  });
}

function rules(form, scheme, edited) {
  const choose = (text, list, chosen, act) => {
    const select = el("select", {}, list.map((value) => el("option", { value, selected: value === chosen }, value)));
    select.addEventListener("change", () => act(select.value));
    return el("label", {}, `${text} `, select);
  };
  const typed = (text, value, test, act, wrong) => {
    const input = el("input", { type: "number", step: "any", value });
    input.addEventListener("input", () => {
      const number = input.value.trim() === "" ? NaN : Number(input.value);
      input.setAttribute("aria-invalid", !test(number));
      if (!test(number)) return edited(wrong);
      act(number);
      edited();
    });
    return el("label", {}, `${text} `, input);
  };
  const redo = () => {
    rules(form, scheme, edited);
    edited();
  };
  const means = [["indicators", "Mean of indicators"], ["dimensions", "Mean of dimensions"]].flatMap(([level, text]) => {
    const given = scheme.aggregation[level];
    const powered = typeof given === "object";
    return [
      choose(text, [...Object.keys(MEANS), "power"], powered ? "power" : given, (value) => {
        scheme.aggregation[level] = value === "power" ? { power: 2 } : value;
        redo();
        form.querySelectorAll("select")[level === "indicators" ? 0 : 1].focus();
      }),
      powered ? typed(`Exponent for ${level}`, given.power, (x) => Math.abs(x) <= MOST,
        (x) => (scheme.aggregation[level] = { power: x }), "The exponent must be a number.") : [],
    ].flat();
  });
  form.replaceChildren(...means,
    choose("Missing data", RULES, scheme.missing.rule, (rule) => {
      scheme.missing = { ...scheme.missing, rule };
      edited();
    }),
    typed("Minimum coverage", scheme.missing.minimum_coverage, (x) => x >= 0 && x <= 1,
      (x) => (scheme.missing = { ...scheme.missing, minimum_coverage: x }), "The minimum coverage must lie from 0 to 1."));
  form.onsubmit = (event) => event.preventDefault();
}
