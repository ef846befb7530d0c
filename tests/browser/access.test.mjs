// Who can use the page: axe, keyboard alone, narrow and magnified screens, paper, no script.
import assert from "node:assert/strict";
import test from "node:test";
import AxeBuilder from "@axe-core/playwright";
import { address, overflow, text, visit } from "./browser.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const STATE = "#v=1&s=papageorgiou-equal&d=CHN-RUS&p=1996-1999&w=3,1,1&i=1,1;1,1;1,1&a=arithmetic,arithmetic&m=strict,0.5&c=s:political-first";

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 320]) {
    test(`axe finds nothing in ${colorScheme} at ${width} pixels`, () =>
      visit(address("shipped", width === 320 ? STATE : ""), { colorScheme, viewport: { width, height: 800 } }, async (page) => {
        await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
        const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
        assert.deepEqual(violations.map((v) => [v.id, v.nodes.map((n) => n.html)]), []);
      }));
  }
}

for (const name of ["shipped", "annual", "hostile"]) {
  test(`${name}: nothing sticks out at 320 pixels, which is 1280 at 400 %`, () =>
    visit(address(name), { viewport: { width: 320, height: 600 } }, async (page) => {
      assert.equal(await overflow(page), 0);
      await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
      assert.equal(await overflow(page), 0);
    }));
  test(`${name}: nothing sticks out at 200 %`, () =>
    visit(address(name), { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }, async (page) => {
      await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
      assert.equal(await overflow(page), 0);
    }));
}

test("everything can be done with the keyboard, in the order of reading", () =>
  visit(address("shipped"), {}, async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await text(page, ":focus"), "Skip to the result");
    const tops = [];
    const named = [];
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => {
        const focused = document.activeElement;
        const outline = getComputedStyle(focused).outlineStyle;
        const name = focused.ariaLabel || focused.labels?.[0]?.textContent || focused.textContent || focused.getAttribute("aria-labelledby");
        const order = [...document.querySelectorAll("*")].indexOf(focused);
        return { tag: focused.tagName, name, outline, order };
      });
      if (at.tag === "BODY") break;
      assert.ok(at.name, `${at.tag} has a name`);
      assert.notEqual(at.outline, "none", at.name);
      tops.push(at.order);
      named.push(at.name);
    }
    assert.deepEqual(tops, [...tops].sort((a, b) => a - b));
    assert.ok(named.includes("Weight of trade in economic") && named.includes("Weights as YAML"));

    await page.getByLabel("Weight of military", { exact: true }).focus();
    const before = await text(page, "#sentence");
    await page.keyboard.press("ArrowRight");
    assert.notEqual(await text(page, "#sentence"), before);
    assert.match(await page.getByLabel("Weight of military", { exact: true }).getAttribute("aria-valuetext"), /^1\.1 points, 35%$/);
    await page.waitForFunction(() => document.getElementById("spoken").textContent === document.getElementById("sentence").textContent);
  }));

test("targets are 24 pixels or more", () =>
  visit(address("shipped"), {}, async (page) => {
    const small = await page.evaluate(() => [...document.querySelectorAll("button, select, input, summary")]
      .filter((e) => e.offsetParent).map((e) => [e.id || e.ariaLabel || e.textContent, Math.round(e.getBoundingClientRect().height)])
      .filter(([, height]) => height < 24));
    assert.deepEqual(small, []);
  }));

test("without a script the same scores are there to read", async () => {
  let withScript;
  await visit(address("shipped"), {}, async (page) => (withScript = await page.locator("#strip").innerText()));
  await visit(address("shipped"), { javaScriptEnabled: false }, async (page) => {
    assert.equal(await page.locator("#strip").innerText(), withScript);
    assert.equal(await page.locator("#weights").isVisible(), false);
    assert.match(await text(page, "#sentence"), /^China and Russia, 2016-2019: index 0\.648, enhanced\./);
  });
});

test("without a script every dyad has its table, missing data too", () =>
  visit(address("many"), { javaScriptEnabled: false }, async (page) => {
    assert.equal(await page.locator("table.strip").count(), 3);
  }));

test("what the page shows first is what was printed into it, for missing data too", async () => {
  for (const name of ["annual", "bounds", "many"]) {
    let printed;
    await visit(address(name), { javaScriptEnabled: false }, async (page) => (printed = await page.locator("#strip").innerText()));
    await visit(address(name), {}, async (page) => assert.equal(await page.locator("#strip").innerText(), printed));
  }
});

test("bands and lines survive forced colours, and nothing moves", () =>
  visit(address("shipped"), { forcedColors: "active", reducedMotion: "reduce" }, async (page) => {
    assert.match(await text(page, "#strip tbody tr:first-child td:nth-child(2)"), /limited/);
    const moving = await page.evaluate(() => [...document.querySelectorAll("*")].filter((e) => {
      const style = getComputedStyle(e);
      return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
    }).length);
    assert.equal(moving, 0);
  }));

test("it prints, with the weights and the sources", () =>
  visit(address("shipped"), {}, async (page) => {
    const pdf = await page.pdf({ format: "A4" });
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
    assert.ok(pages >= 3 && pages < 60, String(pages));
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("#weights").isVisible(), true);
    assert.equal(await page.locator("#export").isVisible(), false);
    assert.equal(await overflow(page), 0);
  }));
