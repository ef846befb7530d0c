// Every number of every case by the script of a page: node parity.mjs page.html cases.json > answers.json
import { readFileSync } from "node:fs";
import { opened } from "./page.mjs";

const [page, cases] = process.argv.slice(2);
const js = opened(page);
const plain = (value) => JSON.parse(JSON.stringify(value, (_, x) => (Number.isNaN(x) ? null : x)));

function answer({ data, scheme, preset: number }) {
  const preset = data.presets[number];
  const plan = js.planOf(scheme ?? preset.scheme);
  return data.dyads.flatMap((_, dyad) => {
    const cell = js.figures(data, preset, dyad);
    return preset.periods.map((_, p) => {
      const row = js.scoreRow(plan, (name) => cell(p, name));
      const byBand = js.shares(plan, row);
      return {
        named: js.named(plan, row).map((n) => ({ ...n, band: js.band(n.score, plan.edges) })),
        ends: js.ends(plan, row),
        shares: byBand,
        agree: js.agreeing(byBand?.index, row.index.score, plan.edges),
        nearest: js.nearest(plan, row),
        tornado: js.tornado(plan, row),
        contributions: js.contributions(plan, row),
      };
    });
  });
}

process.stdout.write(JSON.stringify(plain(JSON.parse(readFileSync(cases, "utf8")).map(answer))));
