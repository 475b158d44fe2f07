// Companion mode and anonymous readers: compared with the same page without companion, nothing more is asked or stored.
import assert from "node:assert/strict";

import { cookies, open, setUp } from "./companion-helpers.mjs";
import { test } from "./driver/test.mjs";

const scene = setUp();

// Requests and stored bytes of a page view: the scripts of ours and the pages apart.
async function traces(page) {
  await page.evaluate(() => new Promise((over) => setTimeout(over, 300)));
  const kept = await page.evaluate(() => [Object.entries({ ...localStorage }), Object.entries({ ...sessionStorage })]);
  const asked = page.asked.filter((line) => !/iteras\.companion(\.fallback)?\.js$/.test(line));
  const names = /double-[a-z0-9]+-/g;
  return { asked: asked.map((line) => line.replace(names, "double-")).sort(), kept, cookies: await cookies(page) };
}

for (const [name, path, work] of [
  ["an article with a handler", "/article", () => void Iteras.wall({ paywallid: WALL_ID, unauthorized() {} })],
  ["an article without a wall", "/article", null],
  ["a stump", "/stump", () => void Iteras.wall({ paywallid: WALL_ID, unauthorized() {} })],
  ["a landing page with a log-in", "/landing?iterasnext=%2Farticle", null],
  ["an order form", "/order", null],
  ["self-service", "/account", null],
]) {
  test(`F43: anonymous readers of ${name}: not one request or stored byte more than without companion`, async () => {
    for (const switches of ["", "renewal=always", "callback=later"]) {
      const found = [];
      for (const ours of [false, true]) {
        const page = await scene.reader({ switches, ours });
        await open(page, path, work);
        if (/landing|order|account/.test(path)) await scene.frame(page);
        found.push(await traces(page));
        assert.deepEqual(page.errors, []);
      }
      assert.deepEqual(found[1], found[0], switches);
    }
  });
}
