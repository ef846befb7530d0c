// The script and the data of a page, run without a browser: everything but what touches the document.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const NAMES = `({ mean, band, planOf, scoreRow, named, figures, faults, decoded, ends, shares, agreeing, nearest,
  tornado, contributions, percent, yamlOf, addressOf, stateOf, csvOf })`;

export function opened(path) {
  const html = readFileSync(path, "utf8");
  const block = (pattern) => html.match(pattern)[1];
  const data = JSON.parse(block(/<script type="application\/json" id="data">([\s\S]*?)<\/script>/));
  const script = block(/<script>([\s\S]*?)<\/script>/);
  const context = vm.createContext({ atob, structuredClone, URLSearchParams });
  return { data, ...vm.runInContext(`${script}\n;${NAMES}`, context) };
}
