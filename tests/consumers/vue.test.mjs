// The elements in a Vue app: attributes, properties, events, and what Vue changes later.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { OTHER_PASS, install, launch, otherWall, reader, serve, tool } from "./harness.mjs";

let app;
let site;
let browser;
before(async () => {
  app = await install("vite");
  const { build } = await tool("vite");
  await build({
    root: app,
    logLevel: "warn",
    build: { outDir: "pages", rollupOptions: { input: join(app, "vue.html") } },
  });
  [site, browser] = [await serve(join(app, "pages")), await launch()];
});
after(async () => {
  await browser?.close();
  await site?.close();
});

test("elements work in Vue", async () => {
  const page = await reader(browser, [OTHER_PASS]);
  await page.goto(`${site.origin}/vue.html`);
  await page.waitForSelector("iteras-wall[data-state=open]");
  assert.equal(await page.$eval("b", (watched) => watched.textContent), "true");
  await page.evaluate(() => (state.paywallid = "n8fsoupukhv3,CEru2uMu"));
  await page.waitForSelector("iteras-wall[data-state=closed] iteras-order", { visible: true });
  await page.waitForSelector('iframe[src*="/order/1/?iframe=1&prefill.products=12MPro&"]');
  await page.evaluate(() => Object.assign(state, { order: "2", prefill: { copies: 2 } }));
  await page.waitForSelector('iframe[src*="/order/2/?iframe=1&prefill.copies=2&"]');
  await page.evaluate(() => (state.order = ""));
  await page.waitForFunction(() => !document.querySelector("iframe"));
  assert.equal(await page.$eval("output", (output) => output.textContent), "open wrongpaywall");
  assert.equal(await page.$eval("b", (watched) => watched.textContent), "false");
  assert.deepEqual(page.complaints, [otherWall("AAAA1111,BBBB2222", "n8fsoupukhv3,CEru2uMu")]);
});
