// What the page must not say: figures under another name, numbers that were not computed, words that hide a limit.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import test from "node:test";
import { address, kept, overflow, text, visit } from "./browser.mjs";

const points = (page, name) => page.getByLabel(`Weight of ${name}, points`, { exact: true });
const EXPORTS = ["#save-yaml", "#save-csv", "#save-svg", "#copy"];
const enabled = (page) => page.evaluate((ids) => ids.map((id) => !document.querySelector(id).disabled), EXPORTS);
const PARTIAL = "#v=1&s=papageorgiou-equal&d=CHN-RUS&p=1992-1995&w=1,1,1&i=1,1;1,1;1,1&a=arithmetic,arithmetic&m=reweight,0.5";

async function saved(page, button, name) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator(button).click()]);
  await file.saveAs(kept(name));
  return file.suggestedFilename();
}

test("weights that are no scheme have no figures, whatever is chosen, and leave the page in no form", () =>
  visit(address("many"), { acceptDownloads: true }, async (page) => {
    const whole = page.url();
    await points(page, "un_voting in political").fill("0");
    await points(page, "official_visits in political").fill("0");
    assert.match(await text(page, "#problem"), /^All indicator weights of political are zero/);
    for (const [dyad, period] of [["China and Russia", "2016-2019"], ["France and United States", "2000-2003"]]) {
      await page.locator("#dyad").selectOption({ label: dyad });
      await page.locator("#period").selectOption({ label: period });
      assert.equal(await text(page, "#sentence"), `${dyad}, ${period}: n/a.`);
      assert.match(await text(page, "#problem"), /^All indicator weights of political are zero/);
      for (const table of ["#strip", "#contributions"]) {
        const cells = await page.locator(`${table} tbody td:not(.drawn)`).allTextContents();
        assert.deepEqual([...new Set(cells)].filter(Boolean), ["n/a"], table);
      }
      assert.equal(await page.locator("#chart circle").count(), 0);
      assert.equal(await page.locator("#shares").isVisible(), false);
      assert.deepEqual(await enabled(page), [false, false, false, false]);
      for (const field of ["#link", "#yaml"]) assert.equal(await page.locator(field).inputValue(), "");
      assert.equal(await text(page, "#command"), "");
      assert.equal(page.url(), `${whole.split("#")[0]}#`);
    }
    await page.locator("#reset").click();
    assert.match(await text(page, "#sentence"), /^France and United States, 2000-2003: (index 0|no index)/);
    assert.equal(await text(page, "#problem"), "");
    assert.deepEqual(await enabled(page), [true, true, true, true]);
    assert.match(await saved(page, "#save-csv", "mended.csv"), /^FRA-USA-/);
    const dyads = readFileSync(kept("mended.csv"), "utf8").trim().split("\n").slice(1).map((line) => line.slice(0, 8));
    assert.deepEqual([...new Set(dyads)], ["FRA,USA,"]);
  }));

test("a number that cannot be used keeps everything on the page until it is mended", () =>
  visit(address("shipped"), {}, async (page) => {
    await points(page, "military").fill("-1");
    assert.deepEqual(await enabled(page), [false, false, false, false]);
    await points(page, "economic").fill("2");
    assert.match(await text(page, "#problem"), /^A number that is marked cannot be used/);
    assert.deepEqual(await enabled(page), [false, false, false, false]);
    await points(page, "military").fill("1");
    assert.equal(await text(page, "#problem"), "");
    assert.deepEqual(await enabled(page), [true, true, true, true]);
    await page.locator("#name").fill("../x");
    assert.deepEqual(await enabled(page), [false, false, false, true]);
  }));

test("the skip link leads to the result and leaves weights, address and words alone", () =>
  visit(address("shipped"), {}, async (page) => {
    await points(page, "military").fill("3");
    const [told, url] = [await text(page, "#sentence"), page.url()];
    await page.locator(".skip").focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.id === "result");
    await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
    assert.equal(await text(page, "#sentence"), told);
    assert.equal(await text(page, "#problem"), "");
    assert.equal(page.url(), url);
    await visit(address("shipped", "#result"), {}, async (again) => assert.equal(await text(again, "#problem"), ""));
  }));

test("where data are partial, it is said which data count under other weights", () =>
  visit(address("shipped"), {}, async (page) => {
    assert.doesNotMatch(await text(page, "#sentence"), /Which data count/);
    await page.locator("#period").selectOption({ label: "1992-1995" });
    assert.match(await text(page, "#sentence"), /any weights 0\.00-0\.42\..* Which data count stays as under these weights\. Data stand behind 88%/);
    for (const place of ["#sure-note", "#legend"]) assert.match(await text(page, place), /Which data count stays as under these weights/);
    const cells = await page.locator("#contributions tbody tr", { hasText: "energy_trade" }).locator("td").allTextContents();
    assert.equal(cells.includes("n/a"), false);
    await page.locator("#equal").click();
    for (const name of ["trade", "energy_trade"]) await points(page, `${name} in economic`).fill(name === "trade" ? "0" : "1");
    assert.match(await text(page, "#sure-note"), /what these refuse for missing data, no weighting brings back/);
  }));

test("a member without data adds no number, and a share is never rounded to nothing", () =>
  visit(address("annual"), {}, async (page) => {
    await page.locator("#period").selectOption({ label: "1992" });
    const cells = await page.locator("#contributions tbody tr", { hasText: "energy_trade" }).locator("td").allTextContents();
    assert.deepEqual(cells, ["n/a", "n/a", "n/a", "n/a", ""]);
    assert.doesNotMatch(await text(page, "#sentence"), /[^\d.]0% of the weight moves/);
    await page.locator("#period").selectOption({ label: "2019" });
    await points(page, "arms_trade in military").fill("0.0001");
    assert.match(await page.locator(".field", { hasText: "arms_trade" }).locator(".share").textContent(), /^under 0\.1%$/);
  }));

test("under bounds only what is drawn is named, and why there is no answer is said", () =>
  visit(address("bounds"), {}, async (page) => {
    assert.match(await text(page, "#sure-note"), /By bounds, exact answers exist only where nothing is missing; elsewhere a bar in the chart/);
    assert.match(await text(page, "#legend"), /Bars: the index that the missing data could lead to\./);
    await visit(address("gaps"), {}, async (gaps) => {
      assert.equal(await gaps.locator("#chart .any, #chart .within").count(), 0);
      assert.doesNotMatch(await text(gaps, "#legend"), /ribbon/);
      assert.equal(await gaps.locator("#shares").isVisible(), false);
      assert.match(await text(gaps, "#sure-note"), /^No period has an index\. By bounds/);
    });
  }));

test("words of bands stand beside the drawing where they fit, else below it, whole", async () => {
  const inside = (page) => page.evaluate(() => {
    const box = document.querySelector("#chart svg").getBoundingClientRect();
    return [...document.querySelectorAll("#chart .word")].map((word) => word.getBoundingClientRect().right <= box.right);
  });
  await visit(address("shipped"), {}, async (page) => {
    assert.deepEqual(await inside(page), [true, true, true, true]);
    assert.doesNotMatch(await text(page, "#legend"), /Bands, from below/);
  });
  await visit(address("shipped"), { viewport: { width: 320, height: 700 } }, async (page) => {
    await page.waitForFunction(() => !document.querySelector("#chart .word"));
    assert.match(await text(page, "#legend"), /Bands, from below: limited, moderate from 0\.25, enhanced from 0\.5, comprehensive from 0\.75\.$/);
  });
  await visit(address("words"), {}, async (page) => {
    assert.deepEqual(await inside(page), []);
    assert.match(await text(page, "#legend"), /low, a_word_that_goes_on_and_on_and_on_and_on_and_on_and_on from 0\.25, high from 1\.$/);
  });
});

test("the drawing as a file shows what the page shows, and says what it is", () =>
  visit(address("shipped", PARTIAL), { acceptDownloads: true }, async (page) => {
    await points(page, "military").fill("2");
    assert.equal(await saved(page, "#save-svg", "chart.svg"), "CHN-RUS-papageorgiou-equal-edited.svg");
    const scheme = await page.locator("#yaml").inputValue();
    const legend = await text(page, "#legend");
    // Every property of drawing in the style sheet, as computed for each part.
    const parts = await page.evaluate(() => {
      const sheet = document.querySelector("style").textContent;
      const names = [...new Set([...sheet.matchAll(/[{;]\s*((?:fill|stroke|paint)[a-z-]*):/g)].map((m) => m[1]))];
      return [...document.querySelectorAll("#chart svg > *")].map((part) =>
        [part.outerHTML.match(/class="([^"]*)"/)?.[1] ?? "", Object.fromEntries(names.map((name) => [name, getComputedStyle(part)[name]]))]);
    });
    assert.ok("paintOrder" in parts[0][1] || "paint-order" in parts[0][1]);
    const file = await page.context().newPage();
    await file.goto(`file://${kept("chart.svg")}`);
    const found = await file.evaluate((names) => ({
      parts: [...document.querySelectorAll("g > *")].map((part) =>
        [part.getAttribute("class") ?? "", Object.fromEntries(names.map((name) => [name, getComputedStyle(part)[name]]))]),
      lines: [...document.querySelectorAll("svg > text")].map((line) => line.textContent),
      title: document.querySelector("title").textContent,
      scheme: document.querySelector("desc").textContent,
    }), Object.keys(parts[0][1]));
    assert.deepEqual(found.parts, parts);
    assert.equal(found.title, "China and Russia: cooperation index");
    assert.equal(found.lines[0], found.title);
    assert.equal(found.scheme, scheme);
    const below = found.lines.slice(1).join(" ");
    assert.match(below, /^Scheme papageorgiou-equal-edited, version 1\. Changed from papageorgiou-equal version 1 \(/);
    assert.ok(below.endsWith(legend), below);
  }));

test("on a sheet of A4 every period stands in full, however many there are", () =>
  visit(address("annual"), { viewport: { width: 718, height: 1000 } }, async (page) => {
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    const cells = await page.evaluate(() => [...document.querySelectorAll("#paper th[scope=col], #paper td")].map((cell) => {
      const box = cell.getBoundingClientRect();
      return [cell.textContent, box.left >= 0 && box.right <= innerWidth && cell.scrollWidth <= Math.ceil(box.width)];
    }));
    assert.deepEqual(cells.filter(([, whole]) => !whole), []);
    const periods = cells.map(([word]) => word).filter((word) => /^\d{4}$/.test(word));
    assert.deepEqual(periods, Array.from({ length: 32 }, (_, i) => String(1992 + i)));
    assert.equal(await page.locator("#strip").isVisible(), false);
    assert.equal(await overflow(page), 0);
    assert.equal(await page.evaluate(() => [...document.querySelectorAll("dl")].some((dl) => getComputedStyle(dl).breakInside === "avoid")), false);
  }));

test("the command under the page makes the scores of the page", () =>
  visit(address("other"), { acceptDownloads: true }, async (page) => {
    await page.locator("#dyad").selectOption({ label: "France and United States" });
    await points(page, "military").fill("3");
    await saved(page, "#save-yaml", "papageorgiou-equal-edited.yaml");
    await saved(page, "#save-csv", "other.csv");
    writeFileSync(kept("command.txt"), await text(page, "#command"));
  }));
