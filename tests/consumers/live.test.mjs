// The package against the stand-in of the service: an app's reader logs in, comes back and logs out.
import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { after, before, test } from "node:test";

import { install, root, start, tool } from "./harness.mjs";

let world;
before(async () => {
  const app = await install("vite");
  const { build } = await tool("vite");
  await build({
    root: app,
    logLevel: "warn",
    build: { outDir: "pages", rollupOptions: { input: join(app, "live.html") } },
  });
  world = await start({ site: relative(root, join(app, "pages")) });
});
after(() => world?.stop());

test("a reader logs in through an element's frame, comes back and logs out", async () => {
  const page = await world.page();
  await page.goto(`${world.site}/live.html`);
  const frame = await page.waitForFrame(
    (frame) => frame.url().startsWith(world.service) && frame.url().includes("/paywall/"),
  );
  await frame.waitForSelector("[name=password]", { visible: true });
  await frame.type("[name=who]:not([type=hidden])", "anna@example.com");
  await frame.type("[name=password]", "lumen");
  await page.evaluate(() =>
    document.addEventListener("iteras-login", ({ target }) => (window.loggedIn = target.localName)),
  );
  await frame.$eval("button[value=login]", (button) => button.form.requestSubmit(button));
  await page.waitForSelector("iteras-wall[data-state=open] [data-when=open]", { visible: true });
  assert.equal(await page.evaluate(() => window.loggedIn), "iteras-login");

  await page.reload();
  await page.waitForSelector("iteras-wall[data-state=open]");
  await Promise.all([page.waitForNavigation(), page.click("#log-out")]);
  await page.waitForSelector("iteras-wall[data-state=closed] iteras-login iframe", { visible: true });
  assert.deepEqual(page.errors, []);
});
