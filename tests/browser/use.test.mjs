// What the page does: weights, schemes, files, addresses, frames; and what it refuses.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import test from "node:test";
import { address, kept, text, visit } from "./browser.mjs";
import { opened } from "./page.mjs";

const DEFAULT = /^China and Russia, 2016-2019: index 0\.648, enhanced\. 69% of all weightings agree on the band\. Weights within 50% of these give 0\.49-0\.82, any weights 0\.29-1\.00\. It is comprehensive when 14% of the weight moves\./;
const points = (page, name) => page.getByLabel(`Weight of ${name}, points`, { exact: true });

async function downloaded(page, button, name) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator(button).click()]);
  await file.saveAs(kept(name));
  return file.suggestedFilename();
}

test("the sentence says what bci sensitivity says", () =>
  visit(address("shipped"), {}, async (page) => assert.match(await text(page, "#sentence"), DEFAULT)));

test("changed weights go to a file, a table, a drawing and an address, and come back from it", () =>
  visit(address("shipped"), { acceptDownloads: true }, async (page) => {
    await points(page, "military").fill("2.7182818284590452");
    await points(page, "trade in economic").fill("1e-7");
    await points(page, "un_voting in political").fill("0");
    await page.locator("#rules summary").click();
    await page.getByLabel("Mean of dimensions").selectOption("power");
    await page.getByLabel("Exponent for dimensions").fill("-1.5");
    assert.equal(await downloaded(page, "#save-yaml", "page.yaml"), "papageorgiou-equal-edited.yaml");
    await downloaded(page, "#save-csv", "page.csv");
    await downloaded(page, "#save-svg", "page.svg");
    assert.match(readFileSync(kept("page.svg"), "utf8"), /^<svg [^]*fill="rgb/);
    assert.equal(await page.locator("#yaml").inputValue(), readFileSync(kept("page.yaml"), "utf8"));
    const told = await text(page, "#sentence");
    const link = await page.locator("#link").inputValue();
    assert.equal(link, page.url());
    writeFileSync(kept("link.txt"), link);
    await visit(link, {}, async (again) => {
      assert.equal(await text(again, "#sentence"), told);
      assert.equal(await points(again, "military").inputValue(), "2.718281828459045");
    });
    await page.locator("#reset").click();
    assert.match(await text(page, "#sentence"), DEFAULT);
  }));

test("shares are those of the points, sliders and numbers agree", () =>
  visit(address("shipped"), {}, async (page) => {
    await page.getByLabel("Weight of military", { exact: true }).fill("3");
    assert.equal(await points(page, "military").inputValue(), "3");
    assert.deepEqual(await page.locator(".field:first-of-type .share").allTextContents(), ["60%", "20%", "20%"]);
    await page.locator("#equal").click();
    assert.deepEqual(await page.locator(".field:first-of-type .share").allTextContents(), ["33%", "33%", "33%"]);
  }));

test("weights that cannot be used are refused with words, and the numbers stay", () =>
  visit(address("shipped"), {}, async (page) => {
    for (const wrong of ["-1", "1e31", "1e-31", ""]) {
      await points(page, "military").fill(wrong);
      assert.match(await text(page, "#problem"), /Weight of military must be 0, or from 1e-30 to 1e\+30/);
      assert.equal(await points(page, "military").getAttribute("aria-invalid"), "true");
      assert.match(await text(page, "#sentence"), DEFAULT);
    }
    for (const name of ["military", "economic", "political"]) await points(page, name).fill("0");
    assert.match(await text(page, "#problem"), /All dimension weights are zero/);
    await points(page, "military").fill("1");
    assert.equal(await text(page, "#problem"), "");
    assert.match(await text(page, "#sentence"), /index 0\.484, moderate/);
  }));

test("every scheme of the page gives the numbers the package has for it", () =>
  visit(address("shipped"), {}, async (page) => {
    const expected = JSON.parse(readFileSync(kept("expected.json"), "utf8"));
    for (const [number, scheme] of Object.keys(expected).entries()) {
      await page.locator("#preset").selectOption(String(number));
      const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#save-csv").click()]);
      const lines = readFileSync(await file.path(), "utf8").trim().split("\n").slice(1).map((line) => line.split(","));
      assert.equal(lines.length, expected[scheme].length, scheme);
      lines.forEach(([a, b, start, end, level, name, score, band, coverage], i) => {
        const [name_, score_, band_, coverage_] = expected[scheme][i];
        assert.equal(name, name_);
        assert.equal(band, band_ ?? "");
        assert.equal(score === "", score_ === null);
        assert.ok(score === "" || Math.abs(score - score_) <= 1e-12, `${scheme} ${name} ${start}: ${score} ${score_}`);
        assert.ok(Math.abs(coverage - coverage_) <= 1e-12);
      });
    }
  }));

test("schemes and dyads are compared where they share periods", () =>
  visit(address("many"), {}, async (page) => {
    await page.locator("#compare").selectOption("s:political-first");
    assert.match(await text(page, "#compared thead"), /papageorgiou-equal.*political-first/);
    await page.locator("#compare").selectOption("d:FRA-USA");
    assert.match(await text(page, "#compared thead"), /China and Russia.*France and United States/);
    await page.locator("#dyad").selectOption({ label: "France and United States" });
    assert.match(await text(page, "#sentence"), /^France and United States/);
    assert.equal(await page.locator("#comparison").isVisible(), false);
  }));

test("contributions add up to the index that is shown", () =>
  visit(address("shipped"), {}, async (page) => {
    const cells = await page.locator("#contributions tbody tr td:nth-child(4)").allTextContents();
    const index = Number(await text(page, "#contributions tfoot td:nth-child(4)"));
    assert.equal(index, 0.648);
    assert.ok(Math.abs(cells.map(Number).reduce((a, b) => a + b) - index) < 0.0005 * (cells.length + 1));
  }));

test("whatever stands in the address, the page says so or follows it, and stays whole", async () => {
  const good = "v=1&s=papageorgiou-equal&d=CHN-RUS&p=2016-2019&w=1,1,1&i=1,1;1,1;1,1&a=arithmetic,arithmetic&m=reweight,0.5";
  const bad = [
    "", "v=1", good.replace("v=1", "v=2"), good.replace("1,1,1&i", "1,1&i"), good.replace("w=1", "w=-1"), good.replace("w=1", "w=Infinity"),
    good.replace("w=1,1,1", "w=0,0,0"), good.replace("w=1", "w=1e999"), good.replace("w=1", "w=0x10"), good.replace("w=1", "w= 1"),
    good.replace("CHN-RUS", "<img src=x onerror=alert(1)>"), good.replace("2016-2019", "__proto__"), good.replace("reweight", "constructor"),
    good.replace("arithmetic", "javascript:alert(1)"), good.replace("0.5", "7"), `${good}&c=s:toString`, good.replace("papageorgiou-equal", "%00%ff%"),
    `${good}${"&x=1".repeat(3000)}`, good.replace("i=1,1;1,1;1,1", "i=1,1;1,1"), good.replace("i=1,1", "i=0,0"), "%E0%A4%A", "v=1&v=1&s=%3Cscript%3E",
  ];
  await visit(address("shipped", `#${good}`), {}, async (page) => {
    assert.equal(await text(page, "#problem"), "");
    for (const hash of bad) {
      await page.evaluate((h) => { location.hash = h ? `#${h}` : "#"; }, hash);
      await page.evaluate(() => new Promise((done) => setTimeout(done)));
      assert.match(await text(page, "#sentence"), DEFAULT, hash);
      if (hash) assert.match(await text(page, "#problem"), /^The address was not followed: /, hash);
      assert.equal(await page.locator("img").count(), 0);
    }
  });
});

test("garbled addresses never break the reading of them", () => {
  const { data, addressOf, stateOf } = opened(kept("shipped.html"));
  const first = addressOf(data, stateOf(data, "").state);
  let seed = 7;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  const signs = "0123456789,;=&.-+e%<>\"'abc\u0000\u202e😀";
  for (let i = 0; i < 5000; i++) {
    let garbled = first;
    for (let k = 0; k <= random(4); k++) {
      const at = random(garbled.length);
      garbled = garbled.slice(0, at) + [...signs][random([...signs].length)].repeat(random(3)) + garbled.slice(at + random(3));
    }
    const { state, problem } = stateOf(data, garbled);
    const again = stateOf(data, addressOf(data, state));
    assert.equal(again.problem, "", garbled);
    assert.deepEqual(JSON.parse(JSON.stringify(again.state)), JSON.parse(JSON.stringify(state)), problem);
  }
});

test("labels cannot break out of the page", () =>
  visit(address("hostile"), {}, async (page) => {
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.locator("script").count(), 2);
    assert.equal(await page.title(), "</title><script>alert(1)</script>");
    assert.match(await text(page, "#contributions"), /<img src=x onerror=alert\(1\)>/);
  }));

test("in a frame of a notebook, where the address cannot be set, everything else works", () =>
  visit(address("shipped"), {}, async (page) => {
    await page.evaluate((html) => {
      const frame = document.createElement("iframe");
      Object.assign(frame, { srcdoc: html, id: "inner", width: 1000, height: 800 });
      document.body.append(frame);
    }, readFileSync(kept("shipped.html"), "utf8"));
    const inner = page.frameLocator("#inner");
    await inner.getByLabel("Weight of military, points").fill("2");
    assert.match(await inner.locator("#sentence").textContent(), /index 0\.6/);
    assert.match(await inner.locator("#link").inputValue(), /w=2%2C1%2C1/);
  }));

test("32 periods are computed anew at every move of a slider", () =>
  visit(address("annual"), {}, async (page) => {
    const slider = page.getByLabel("Weight of military", { exact: true });
    const took = await slider.evaluate((input) => {
      const times = [];
      for (let i = 0; i < 40; i++) {
        input.value = (i % 20) / 5 + 0.1;
        const began = performance.now();
        input.dispatchEvent(new Event("input"));
        times.push(performance.now() - began);
      }
      return times.sort((a, b) => a - b);
    });
    console.log(`# recalculation of 32 periods: median ${took[20].toFixed(1)} ms, slowest ${took[39].toFixed(1)} ms`);
    assert.equal(await page.locator("#strip thead th").count(), 33);
    assert.equal(await page.locator("#shares tbody tr").count(), 32);
  }));
