// What the browser tests share: one Debian chromium, pages by name, and what a page must never do.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { chromium } from "playwright-core";

const { BCI_PAGES, BCI_CHROMIUM } = process.env;
export const address = (name, hash = "") => `file://${BCI_PAGES}/${name}.html${hash}`;
export const kept = (name) => `${BCI_PAGES}/${name}`;

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: BCI_CHROMIUM });
});
after(() => browser.close());

// Open a page, do something, and see that nothing went wrong on the way: no error, no dialog, one request.
export async function visit(url, options, act) {
  const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const [wrong, requests] = [[], []];
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  page.on("dialog", (dialog) => wrong.push(dialog.message()) && dialog.dismiss());
  page.on("request", (request) => /^(blob|data):/.test(request.url()) || requests.push(request.url()));
  await page.goto(url);
  try {
    await act(page);
    assert.deepEqual(wrong, []);
    assert.equal(new Set(requests.map((u) => u.split("#")[0])).size, requests.length ? 1 : 0, requests.join(" "));
    assert.equal(requests.length, 1);
  } finally {
    await context.close();
  }
}

export const text = (page, selector) => page.locator(selector).textContent();
export const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
