// A Next app: the very example in examples/next and pages of our own in it, built, rendered on its server, hydrated in
// a browser.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { EXPIRED_PASS, install, launch, otherWall, PASS, reader, root, run, toolFile, WALL } from "./harness.mjs";
import { KEY } from "./server-helpers.mjs";

const next = toolFile("next/dist/bin/next");
let app;
let server;
let origin;
let browser;

before(async () => {
  app = await install("next", join(root, "examples/next"));
  cpSync(join(root, "tests/consumers/next"), app, { recursive: true });
  await run(next, ["build"], { cwd: app });
  server = start({ ITERAS_KEY: KEY });
  [origin, browser] = await Promise.all([address(server), launch()]);
});

after(async () => {
  await browser?.close();
  if (server) await end(server);
});

/** The example's server with these settings. */
const start = (settings) =>
  spawn(process.execPath, [next, "start", "--port", "0", "--hostname", "localhost"], {
    cwd: app,
    env: { ...process.env, ITERAS_KEY: undefined, ...settings },
  });

async function end(server) {
  const ended = new Promise((done) => server.once("exit", done));
  server.kill();
  await ended;
}

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

const shown = (page, id) => page.waitForSelector(`#${id}`, { visible: true });
const ask = async (cookie) => {
  const response = await fetch(`${origin}/articles/light`, { headers: cookie ? { cookie: cookie.join("=") } : {} });
  return { html: await response.text(), cache: response.headers.get("cache-control") };
};

test("the example's server sends the rest of an article to those who have a pass, and to nobody else", async () => {
  const { html, cache } = await ask(PASS);
  assert.match(html, /<p id="rest">Nothing is faster\.<\/p>/);
  assert.match(cache, /private, no-cache, no-store/);
  for (const [cookie, reason] of [
    [null, "nopass"],
    [EXPIRED_PASS, "expired"],
    [[PASS[0], `${PASS[1].slice(0, -1)}0`], "signature"],
  ]) {
    const { html } = await ask(cookie);
    assert.ok(!html.includes("Nothing is faster"), reason);
    assert.match(html, new RegExp(`<p id="offer" data-reason="${reason}">`));
  }
});

test("without its key the example's server sends no article, and its log names the setting", async () => {
  const closed = start({});
  try {
    let log = "";
    closed.stderr.on("data", (text) => (log += text));
    const response = await fetch(`${await address(closed)}/articles/light`, { headers: { cookie: PASS.join("=") } });
    assert.equal(response.status, 500);
    assert.ok(!(await response.text()).includes("Nothing is faster"));
    assert.match(log, /createGate: keys/);
  } finally {
    await end(closed);
  }
});

test("the browser goes on from the server's verdict: log-in and log-out show in place", async () => {
  const page = await reader(browser);
  await page.goto(`${origin}/articles/light`);
  await shown(page, "offer");
  await page.evaluate(([name, value]) => {
    window.isSamePage = true;
    document.cookie = `${name}=${value}; path=/`;
    document.dispatchEvent(new Event("visibilitychange"));
  }, PASS);
  await shown(page, "rest");
  await page.evaluate(() => {
    document.cookie = "iteraspass=; path=/; max-age=0";
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await shown(page, "offer");
  await page.waitForFunction(() => !document.getElementById("rest"));
  assert.equal(await page.evaluate(() => window.isSamePage), true);
  assert.deepEqual(page.complaints, []);
});

test("what the server has sent stands from the first moment on, and what it refuses stays refused", async () => {
  const page = await reader(browser, [PASS]);
  await page.evaluateOnNewDocument(() => {
    window.seen = new Set();
    new MutationObserver(() => {
      for (const id of ["rest", "offer"]) if (document.getElementById(id)) window.seen.add(id);
    }).observe(document, { childList: true, subtree: true });
  });
  const decided = () =>
    page.waitForFunction(() => globalThis[Symbol.for("iteras.1")]?.iteras.calls[0]?.shown !== undefined);
  await page.goto(`${origin}/articles/light`);
  await decided();
  assert.deepEqual(await page.evaluate(() => [...window.seen]), ["rest"]);
  assert.deepEqual(page.complaints, []);

  const forged = await reader(browser, [[PASS[0], `${PASS[1].slice(0, -1)}0`]]);
  const asked = [];
  const isRefresh = (request) => request.url().includes("/articles/light?_rsc=");
  forged.on("request", (request) => isRefresh(request) && asked.push(request.url()));
  // Next ends an answer by itself once it has read what it needs, which then counts as failed.
  const answered = new Promise((done) => {
    for (const end of ["requestfinished", "requestfailed"]) forged.on(end, (request) => isRefresh(request) && done());
  });
  await forged.goto(`${origin}/articles/light`);
  await answered;
  await forged.evaluate(() => new Promise((rendered) => requestIdleCallback(rendered)));
  await shown(forged, "offer");
  assert.deepEqual([await forged.$("#rest"), asked.length], [null, 1]);
  assert.deepEqual(forged.complaints, []);
});

test("the example's frames are those of its account, and lead back to the article", async () => {
  const page = await reader(browser);
  await page.goto(`${origin}/subscribe?iterasnext=%2Farticles%2Flight&iterasaccess=sub`);
  await page.waitForSelector('iteras-login iframe[src*="/lumen/paywall/n8fsoupukhv3/"][src*="iterasnext="]');
  await page.waitForSelector('iteras-order iframe[src*="/lumen/order/lumen-order/"][src*="iterasnext="]');
  assert.deepEqual(page.complaints, []);
});

test("the server renders a wall without a verdict as undecided", async () => {
  const html = await (await fetch(`${origin}/hooks`)).text();
  const paragraphs = html.match(/<p id=.*?<\/p>/g);
  assert.deepEqual(paragraphs, [
    '<p id="server">true</p>',
    '<p id="first-wall-1">One moment…</p>',
    '<p id="BBBB2222">One moment…</p>',
  ]);
});

test("a server component renders a wall, which the browser opens", async () => {
  const html = await (await fetch(`${origin}/wall`)).text();
  assert.match(html, /<p id="fallback">/);
  assert.doesNotMatch(html, /<p id="article">/);
  for (const [cookies, id] of [
    [[PASS], "article"],
    [[], "fallback"],
  ]) {
    const page = await reader(browser, cookies);
    await page.goto(`${origin}/wall`);
    await shown(page, id);
    assert.equal((await page.$$("#article, #fallback")).length, 1);
    assert.deepEqual(page.complaints, []);
  }
});

test("each wall decides for itself once the page is hydrated", async () => {
  const page = await reader(browser, [PASS]);
  await page.goto(`${origin}/hooks`);
  await reads(page, "first-wall-1", "Subscribe to read on (wrongpaywall).");
  await reads(page, "BBBB2222", "Subscribe to read on (wrongpaywall).");
  await page.click("#other");
  await reads(page, "n8fsoupukhv3", "The whole article.");
  assert.equal(await textOf(page, "first-wall-1"), "Subscribe to read on (wrongpaywall).");
  assert.deepEqual(page.complaints, [otherWall(WALL, "first-wall-1"), otherWall(WALL, "BBBB2222")]);
});

test("a wall hears of what comes later, and not any more when its component is gone", async () => {
  const page = await reader(browser);
  await page.goto(`${origin}/hooks`);
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
