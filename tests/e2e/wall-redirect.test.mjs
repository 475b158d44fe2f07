// The address that `Iteras.wall` sends an unauthorized reader to, its parameters, and the cases in which nobody is
// sent (documented surface, section 2.1).
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import { WALL, happened, holds, hook, open, order, quiet, setUp, address } from "./helpers.mjs";

const scene = await setUp();

/** Calls `wall` with these options in the head of that page; where the reader ends up, without the origin. */
async function sent(page, path, options) {
  await hook(page, new URL(path, page.site).pathname, (o) => void Iteras.wall(o), { args: [options] });
  const left = page.waitForNavigation({ waitUntil: "load" });
  await page.goto(page.site + path);
  await left;
  return page.url().replace(page.site, "");
}

const next = (url) => new URL(url, "http://x").searchParams.get("iterasnext");

test("an unauthorized reader lands with where to return to and the level asked for", async () => {
  for (const [path, options, url] of [
    ["/article", { redirect: "/landing" }, "/landing?iterasnext=%2Farticle"],
    ["/article", { redirect: "/landing", access: "sub" }, "/landing?iterasnext=%2Farticle&iterasaccess=sub"],
    ["/article", { redirect: "landing", access: "user" }, "/landing?iterasnext=%2Farticle&iterasaccess=user"],
    ["/article#part", { redirect: "/landing" }, "/landing?iterasnext=%2Farticle"],
    ["/article", { redirect: "/landing?a=1&b=%20#offers" }, "/landing?a=1&b=%20&iterasnext=%2Farticle#offers"],
    ["/article", { redirect: "/landing?#offers" }, "/landing?iterasnext=%2Farticle#offers"],
    ["/article?p=1", { redirect: "/?page_id=1" }, "/?page_id=1&iterasnext=%2Farticle%3Fp%3D1"],
    [
      "/article?iteraspreauth=1:2:3&q=a&iterasgift=9",
      { redirect: "/landing" },
      "/landing?iterasnext=%2Farticle%3Fq%3Da",
    ],
    ["/article?iteraspreauth=1:2:3", { redirect: "/landing" }, "/landing?iterasnext=%2Farticle"],
  ]) {
    assert.equal(await sent(await scene.reader(), path, options), url);
  }
});

test("iterasnext keeps the bytes of path and query and is form-encoded", async () => {
  for (const path of [
    "/article?q=%C3%A6+b%20c&x=1&x=2&y",
    "/article?a=%2b+%00%ff'\"()*~",
    "/article?æ=ø",
    "/article?next=http://x/?y&z",
  ]) {
    const page = await scene.reader();
    const url = await sent(page, path, { redirect: "/landing" });
    const { pathname, search } = new URL(path, page.site);
    assert.equal(next(url), pathname + search);
    assert.doesNotMatch(url.slice(url.indexOf("=")), /[ &?/#"']/);
  }
});

test("C52 over 1500 bytes the query is left out", async () => {
  const short = `/article?q=${"x".repeat(1500 - "/article?q=".length)}`;
  assert.equal(next(await sent(await scene.reader(), short, { redirect: "/landing" })), short);
  assert.equal(next(await sent(await scene.reader(), `${short}x`, { redirect: "/landing" })), "/article");
  const huge = `/article?iterasnext=${"%2Fa".repeat(2560)}`;
  assert.equal(next(await sent(await scene.reader(), huge, { redirect: "/landing" })), "/article");
});

test("a redirect may name another host", async () => {
  const page = await scene.reader();
  const url = await sent(page, "/article", { redirect: `${scene.service}/?campaign=1` });
  assert.equal(url, `${scene.service}/?campaign=1&iterasnext=%2Farticle`);
});

test("the article leaves no trace in the history", async () => {
  const page = await scene.reader();
  await page.goto(`${page.site}/landing2`);
  const before = await page.evaluate(() => history.length);
  await sent(page, "/article", { redirect: "/landing" });
  assert.equal(await page.evaluate(() => history.length), before + 1);
  await page.goBack();
  assert.equal(new URL(page.url()).pathname, "/landing2");
});

test("a wall in the head redirects before anything of the body is parsed or painted", async () => {
  const page = await scene.reader();
  // However long the landing page takes.
  let answer;
  const asked = new Promise((seen) => {
    page.on("request", async (request) => {
      if (!request.url().includes("/landing?")) return request.continue();
      answer = () => request.respond({ contentType: "text/html", body: "<h1>Subscribe" });
      return seen();
    });
  });
  await page.setRequestInterception(true);
  await page.evaluateOnNewDocument(() => {
    if (location.pathname != "/article") return;
    const tell = (what) => console.log(what);
    window.inHead = () => {
      tell("head");
      Iteras.wall({ redirect: "/landing" });
    };
    window.inBody = () => tell("body script");
    new MutationObserver(() => document.body && tell("body")).observe(document, { childList: true, subtree: true });
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => tell(entry.name))).observe({
      type: "paint",
    });
  });
  const arrived = page.goto(`${page.site}/article`);
  await asked;
  // Long enough for a parser that goes on and for two frames.
  await new Promise((over) => setTimeout(over, 300));
  await answer();
  await arrived;
  assert.equal(next(page.url()), "/article");
  assert.deepEqual(page.lines, ["head"]);
});

test("C53 an empty redirect is none", async () => {
  for (const redirect of ["", null, undefined]) {
    const page = await scene.reader();
    assert.equal((await open(page, "/article", (o) => Iteras.wall(o), { redirect })).reason, "nopass");
    await quiet(page);
    assert.equal(new URL(page.url()).pathname, "/article");
    assert.deepEqual(await order(page), ["unauthorized nopass"]);
  }
});

test("a second call that redirects, too, changes nothing", async () => {
  const page = await scene.reader();
  await hook(page, "/article", () => {
    Iteras.wall({ redirect: "/landing" });
    Iteras.wall({ unauthorized: note });
    Iteras.wall({ redirect: "/landing", access: "sub" });
  });
  await page.goto(`${page.site}/article`);
  await holds(page, () => location.pathname == "/landing");
  assert.equal(next(await address(page)), "/article");
});

test("F25 a landing page that calls wall itself does not go round in circles", async () => {
  const page = await scene.reader();
  await hook(page, "/landing", () => void Iteras.wall({ redirect: "/landing" }));
  await sent(page, "/article", { redirect: "/landing" });
  await happened(page, "error redirect_loop");
  assert.equal(page.url(), `${page.site}/landing?iterasnext=%2Farticle`);
  assert.deepEqual(await order(page), ["unauthorized nopass", "error redirect_loop"]);
  const message = await page.evaluate(() => seen.find(([type]) => type == "error")[1].message);
  assert.ok(message.length > 10);
});

test("F25 /paywall and /paywall/ are one page", async () => {
  for (const [from, to] of [
    ["/paywall", "/paywall/"],
    ["/paywall/", "/paywall"],
    ["/paywall/", "/paywall/?utm_source=x#now"],
  ]) {
    const page = await scene.reader();
    await open(page, from, (redirect) => void Iteras.wall({ redirect }), to);
    await happened(page, "error redirect_loop");
    assert.equal(page.url(), page.site + from);
  }
});

test("F25 two walled landing pages come to rest, and nothing is stored", async () => {
  const page = await scene.reader();
  await hook(page, "/landing", () => void Iteras.wall({ redirect: "/landing2" }));
  await hook(page, "/landing2", () => void Iteras.wall({ redirect: "/landing" }));
  const visited = [];
  page.on("framenavigated", (frame) => visited.push(new URL(frame.url()).pathname));
  await hook(page, "/article", () => void Iteras.wall({ redirect: "/landing" }));
  await page.goto(`${page.site}/article`);
  await holds(page, () => window.order?.includes("error redirect_loop"));
  assert.ok(visited.length <= 5, visited.join(" "));
  // The reader finds the way back to the article, through the nested addresses.
  assert.match(decodeURIComponent(decodeURIComponent(decodeURIComponent(page.url()))), /iterasnext=\/article/);
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [
    0,
    0,
    "",
  ]);
});

test("F25 a landing page on another host that comes back is the publisher's own circle, not ours", async () => {
  // The same path on another origin is another page.
  const page = await scene.reader();
  const url = await sent(page, "/article", { redirect: `${scene.service}/article` });
  assert.equal(url, `${scene.service}/article?iterasnext=%2Farticle`);
});

test("C52 of two iterasnext the first counts, and nested ones do not grow without end", async () => {
  const page = await scene.reader();
  await open(
    page,
    "/landing?iterasnext=%2Flanding%3Fiterasnext%3D%252Flanding2&iterasnext=%2Fother",
    () => void Iteras.wall({ redirect: "/landing2" }),
  );
  await happened(page, "error redirect_loop");

  const second = await scene.reader();
  const url = await sent(second, "/landing?iterasnext=%2Fother&iterasnext=%2Flanding%3Fiterasnext%3D%252Flanding2", {
    redirect: "/landing2",
  });
  assert.equal(new URL(url, "http://x").pathname, "/landing2");
});

test("a reader with a pass stays", async () => {
  const page = await scene.reader({ pass: {} });
  assert.equal(
    await open(page, "/article", (id) => Iteras.wall({ paywallid: id, redirect: "/landing" }).authorized, WALL),
    true,
  );
  await quiet(page);
  assert.equal(page.url(), `${page.site}/article`);
});

test("a page with a base element resolves the redirect against it", async () => {
  const url = scene.publish(
    "/based",
    `
    <base href="/folder/"><script src="${scene.service}/static/api/iteras.js"></script>
    <script>Iteras.wall({ redirect: "../landing" })</script>`,
  );
  scene.publish("/landing", "<h1>Subscribe</h1>");
  const page = await scene.reader();
  await page.goto(url);
  await holds(page, () => location.pathname == "/landing");
  assert.equal(next(await address(page)), "/based");
});
