// A Next app: built, rendered on its server, hydrated in a browser, walled by the README's `useWall`.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { install, launch, otherWall, PASS, reader, root, run, toolFile, WALL } from "./harness.mjs";

const next = toolFile("next/dist/bin/next");
let app;
let server;
let origin;
let browser;

before(async () => {
  app = await install("next");
  await run(next, ["build"], { cwd: app });
  server = spawn(process.execPath, [next, "start", "--port", "0", "--hostname", "localhost"], { cwd: app });
  [origin, browser] = await Promise.all([address(server), launch()]);
});

after(async () => {
  await browser?.close();
  if (server) {
    const ended = new Promise((done) => server.once("exit", done));
    server.kill();
    await ended;
  }
});

// The address at which the server says that it listens.
async function address({ stdout, stderr }) {
  let said = "";
  stderr.on("data", (text) => (said += text));
  for await (const text of stdout) {
    said += text;
    const found = /http:\/\/localhost:\d+/.exec(said);
    if (found && /ready/i.test(said)) return (stdout.resume(), found[0]);
  }
  throw new Error(`next start ended: ${said}`);
}

const textOf = (page, id) => page.$eval(`#${id}`, (element) => element.textContent);
const reads = (page, id, text) =>
  page.waitForFunction((name, wanted) => document.getElementById(name)?.textContent == wanted, {}, id, text);

test("the recipe is the README's", () => {
  const readme = readFileSync(join(root, "pkg-template/README.md"), "utf8");
  const recipe = readFileSync(join(app, "app/use-wall.js"), "utf8");
  assert.ok(
    readme.includes(recipe),
    "pkg-template/README.md shows another useWall than tests/consumers/next/app/use-wall.js",
  );
});

test("the server renders an undecided wall", async () => {
  const html = await (await fetch(origin)).text();
  const paragraphs = html.match(/<p id=.*?<\/p>/g);
  assert.deepEqual(paragraphs, [
    '<p id="server">true</p>',
    '<p id="first-wall-1">One moment…</p>',
    '<p id="BBBB2222">One moment…</p>',
  ]);
});

test("each wall decides for itself once the page is hydrated", async () => {
  const page = await reader(browser, [PASS]);
  await page.goto(origin);
  await reads(page, "first-wall-1", "Subscribe to read on (wrongpaywall).");
  await reads(page, "BBBB2222", "Subscribe to read on (wrongpaywall).");
  await page.click("#other");
  await reads(page, "n8fsoupukhv3", "The whole article.");
  assert.equal(await textOf(page, "first-wall-1"), "Subscribe to read on (wrongpaywall).");
  assert.deepEqual(page.complaints, [otherWall(WALL, "first-wall-1"), otherWall(WALL, "BBBB2222")]);
});

test("a wall hears of what comes later, and not any more when its component is gone", async () => {
  const page = await reader(browser);
  await page.goto(origin);
  await page.click("#other");
  await reads(page, "n8fsoupukhv3", "Subscribe to read on (nopass).");
  // Another tab's log-in is seen when the reader comes back to the page.
  await page.evaluate(([name, value]) => {
    document.cookie = `${name}=${value}; path=/`;
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  }, PASS);
  await reads(page, "n8fsoupukhv3", "The whole article.");
  const calls = () => page.evaluate(() => globalThis[Symbol.for("iteras.1")].iteras.calls.length);
  assert.equal(await calls(), 2);
  await page.click("#none");
  await page.waitForFunction(() => !document.getElementById("n8fsoupukhv3"));
  assert.equal(await calls(), 1);
  assert.deepEqual(page.complaints, [otherWall(WALL, "first-wall-1")]);
});

test("elements work in React: attributes, properties, changes, events", async () => {
  const html = await (await fetch(`${origin}/elements`)).text();
  assert.deepEqual(html.match(/<iteras-.*?>/g), [
    '<iteras-wall paywallid="BBBB2222,n8fsoupukhv3">',
    '<iteras-order profile="lumen" orderingid="1" prefill-products="12MPro" title="Subscribe">',
  ]);

  const page = await reader(browser);
  await page.goto(`${origin}/elements`);
  const src = () => page.$eval("iteras-order iframe", (frame) => frame.src);
  await page.waitForSelector('iteras-order iframe[title=Subscribe][style*="height: 321px"]');
  assert.match(await src(), /\/lumen\/order\/1\/\?iframe=1&prefill\.products=12MPro&/);
  await page.click("#other");
  await page.waitForSelector('iteras-order iframe[src*="/order/2/"]');
  // React sets properties anew when it renders anew: a server can't send an object.
  assert.match(await src(), /&prefill\.products=12MPro&prefill\.copies=2&/);
  await reads(page, "told", "nopass");
  assert.deepEqual(await page.$$eval("[data-when]", (parts) => parts.map((part) => part.hidden)), [true, false]);
  assert.deepEqual(page.complaints, []);

  const subscriber = await reader(browser, [PASS]);
  await subscriber.goto(`${origin}/elements`);
  await subscriber.waitForSelector("#open", { visible: true });
  assert.deepEqual(subscriber.complaints, []);
});
