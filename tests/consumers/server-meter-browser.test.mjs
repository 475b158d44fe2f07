// Free pages in a real browser, in front of a real server: what it prefetches and renders ahead, back and forth, and the
// wall in the page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";

import { dist, launch } from "./harness.mjs";
import { entries, KEY, WALL } from "./server-helpers.mjs";

const meter = { key: "a key that is for meters only", free: 2, days: 30 };
const RULES = [{ path: "/articles/*", meter: true }];
const SCRIPTS = ["iteras.meter.js", "iteras.js"];

let browser, server, origin, site;
const asked = [];
let heard = () => {};

/** Waits for a request of which `look` makes something. */
const hears = (look) =>
  new Promise((done) => {
    heard = () => {
      const found = asked.find(look);
      if (found) done(found);
    };
    heard();
  });

/** An article with a wall of its own behind it, which has a meter, too: it must neither close nor count. */
const article = (path) => `<!doctype html><title>${path}</title>
${SCRIPTS.map((name) => `<script src="/${name}"></script>`).join("")}
<p id="text">whole article ${path}</p>
<script>
  window.verdict = Iteras.wall({ paywallid: "${WALL}", meter: "1/30", unauthorized: () => (window.isShut = true) });
</script>`;

function answer(request) {
  const { pathname } = new URL(request.url);
  const script = SCRIPTS.find((name) => pathname == `/${name}`);
  if (script) {
    const headers = { "content-type": "text/javascript" };
    return new Response(readFileSync(join(dist, script)), { headers });
  }
  return new Response(pathname.startsWith("/articles/") ? article(pathname) : "<!doctype html><title>home</title>", {
    headers: { "content-type": "text/html", "cache-control": "public, max-age=600", etag: '"1"' },
  });
}

before(async () => {
  const { folder, require: required } = await entries();
  const { createGate, mark } = required;
  const { teaser } = createRequire(join(folder, "package.json"))("iteras/teaser");
  const gate = createGate({
    keys: [KEY],
    paywallid: WALL,
    default: "open",
    rules: RULES,
    meter,
    mark,
    teaser: teaser({ gated: "#text", characters: 5 }),
    landing: "/subscribe",
  });
  server = createServer(async (req, res) => {
    const request = new Request(`http://${req.headers.host}${req.url}`, { method: req.method, headers: req.headers });
    const response = await gate.handle(request, answer);
    asked.push({ path: req.url, purpose: req.headers["sec-purpose"] ?? "", status: response.status });
    heard();
    res.writeHead(response.status, [...response.headers].flat());
    if (response.body) Readable.fromWeb(response.body).pipe(res);
    else res.end();
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  await new Promise((closed) => server?.close(closed));
});

/** A page of a new reader. */
async function reader() {
  asked.length = 0;
  site = await browser.createBrowserContext();
  return site.newPage();
}

const shows = (page) =>
  page.evaluate(() => {
    const { dataset } = document.querySelector('meta[name="iteras-gate"]') ?? { dataset: {} };
    return {
      whole: document.body.innerText.includes("whole article"),
      used: dataset.used ?? null,
      isShut: window.isShut ?? false,
      stored: localStorage.getItem("iteras.meter"),
      cookie: document.cookie,
    };
  });
const OPEN = { whole: true, isShut: false, stored: null, cookie: "" };

test("two pages open, a third is shut, and going back opens what was opened", async () => {
  const page = await reader();
  await page.goto(`${origin}/articles/1`);
  assert.deepEqual(await shows(page), { ...OPEN, used: "1" });
  await page.reload();
  assert.deepEqual(await shows(page), { ...OPEN, used: "1" });
  await page.goto(`${origin}/articles/2`);
  assert.deepEqual(await shows(page), { ...OPEN, used: "2" });
  await page.goto(`${origin}/articles/3`);
  assert.deepEqual(await shows(page), { ...OPEN, whole: false, used: null, isShut: true });
  await page.goBack();
  assert.deepEqual(await shows(page), { ...OPEN, used: "2" });
  await page.goForward();
  assert.equal((await shows(page)).whole, false);
  const [cookie] = await site.cookies();
  assert.deepEqual([cookie.name, cookie.httpOnly, cookie.sameSite], ["iterasmeter", true, "Lax"]);
  await site.close();
});

for (const kind of ["prerender", "prefetch"]) {
  test(`a page of which a browser makes a ${kind} is dropped, and comes when the reader does`, async () => {
    const page = await reader();
    await page.goto(`${origin}/`);
    await page.evaluate((kind) => {
      const rules = document.createElement("script");
      rules.type = "speculationrules";
      rules.textContent = JSON.stringify({ [kind]: [{ urls: ["/articles/1"], eagerness: "immediate" }] });
      document.head.append(rules);
    }, kind);
    const ahead = await hears(({ path, purpose }) => path == "/articles/1" && purpose);
    assert.equal(ahead.status, 401);
    assert.deepEqual(await site.cookies(), [], "nothing is counted");
    await Promise.all([page.waitForNavigation(), page.evaluate(() => void (location.href = "/articles/1"))]);
    assert.deepEqual(await shows(page), { ...OPEN, used: "1" });
    assert.deepEqual(
      asked.filter(({ path }) => path == "/articles/1").map(({ status }) => status),
      [401, 200],
    );
    await site.close();
  });
}
