// Values that a frame takes from the page that embeds it, and the pages that may embed it (protocol, "URLs").
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { test } from "./driver/test.mjs";
import { PUBLISHER, WALL, publisher, relay } from "./frame-helpers.mjs";
import { shown, start } from "./harness.mjs";

const TOKEN = "31168:1893456000:f00+b/r=";

let world;
before(async () => (world = await start({ site: "tests/e2e/pages/frames" })));
after(() => world.stop());

// The parameters behind `iframe=1` and before `frame=…`, as they stand.
const carried = (src) => src.match(/\?iframe=1(.*)&frame=[0-9a-f]{32}$/)[1];
const srcOf = (page, options = {}) =>
  page.evaluate(
    (wall, options) => {
      const box = document.createElement("div");
      box.innerHTML = Iteras.paywalliframe({ profile: "lumen", paywallid: wall, ...options });
      return box.firstChild.getAttribute("src");
    },
    WALL,
    options,
  );

test("every iteras* parameter of the page is carried as it stands, iterasgift is dropped", async () => {
  for (const [query, expected] of [
    ["", ""],
    ["?a=1&b=iterasnext", ""],
    ["?iterasnext=%2Fa+b%3Fc%3D%C3%A6&x=1&iterasaccess=sub", "&iterasnext=%2Fa+b%3Fc%3D%C3%A6&iterasaccess=sub"],
    ["?iterasnext=1&iterasnext=2&iterasnext", "&iterasnext=1&iterasnext=2&iterasnext"],
    ["?iteras=1&iterasFoo=%zz&&iteras%6eext=%2F", "&iteras=1&iterasFoo=%zz&iteras%6eext=%2F"],
    ["?Iterasnext=1&xiteras=2&%20iteras=3", ""],
    ["?iterasgift=abc&iteras%67ift=def&iterasnext=1", "&iterasnext=1"],
    ["?iterasnext='\"<>`", "&iterasnext=%27%22%3C%3E`"],
    ["#iterasnext=1", ""],
    ["?x#?iterasnext=1", ""],
  ]) {
    const page = await publisher(world, { url: `${PUBLISHER}/page${query}` });
    assert.equal(carried(await srcOf(page)), expected, query);
    // They come after what the call itself says.
    assert.equal(
      carried(await srcOf(page, { next: "/n", access: "user" })),
      `&next=%2Fn&access=user${expected}`,
      query,
    );
    await page.browserContext().close();
  }
});

test("C57 iteraspreauth becomes preauth of every frame and is gone from the address bar", async () => {
  const query = `a=1&iteraspreauth=${encodeURIComponent(TOKEN)}&b=%C3%A6&iterasnext=%2Fx&iteras%70reauth=second`;
  const page = await publisher(world, { url: `${PUBLISHER}/page?${query}#part` });
  const found = await page.evaluate((wall) => {
    history.replaceState({ kept: [1] }, "", location.href);
    const entries = history.length;
    const parts = (element) => [
      element.getAttribute("src").replace(/^.*?iframe=1|&frame=.*/g, ""),
      element.getAttribute("referrerpolicy"),
    ];
    const box = document.createElement("div");
    box.innerHTML = Iteras.paywalliframe({ profile: "lumen", paywallid: wall });
    const address = location.href;
    const second = Iteras.frame("selfservice", { profile: "lumen" });
    const own = Iteras.frame("paywall", { profile: "lumen", paywallid: wall, preauth: "own" });
    return {
      address,
      later: location.href,
      state: history.state,
      added: history.length - entries,
      frames: [parts(box.firstChild), parts(second), parts(own)],
      stored: [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, document.referrer],
    };
  }, WALL);
  const clean = `${PUBLISHER}/page?a=1&b=%C3%A6&iterasnext=%2Fx#part`;
  const given = `&preauth=${encodeURIComponent(TOKEN)}&iterasnext=%2Fx`;
  assert.deepEqual(found, {
    address: clean,
    later: clean,
    state: { kept: [1] },
    added: 0,
    frames: [
      [given, "no-referrer"],
      [given, "no-referrer"],
      ["&preauth=own&iterasnext=%2Fx", "no-referrer"],
    ],
    stored: ["{}", "{}", "", ""],
  });
  assert.deepEqual(page.errors, []);
});

test("C57 a preauth option wins over the page's, which is gone all the same; an empty one is none", async () => {
  const page = await publisher(world, { url: `${PUBLISHER}/page?iteraspreauth=page` });
  assert.equal(carried(await srcOf(page, { preauth: "own" })), "&preauth=own");
  assert.equal(page.url(), `${PUBLISHER}/page`);
  assert.equal(carried(await srcOf(page)), "&preauth=page");

  const empty = await publisher(world, { url: `${PUBLISHER}/page?iteraspreauth=&a=1` });
  assert.equal(carried(await srcOf(empty)), "");
  assert.equal(empty.url(), `${PUBLISHER}/page?a=1`);
});

test("C57 where the address can't be changed the frame works all the same", async () => {
  const prepare = () =>
    (history.replaceState = () => {
      throw new Error("not here");
    });
  const page = await publisher(world, { url: `${PUBLISHER}/page?iteraspreauth=t`, prepare });
  assert.deepEqual([carried(await srcOf(page)), carried(await srcOf(page))], ["&preauth=t", "&preauth=t"]);
  assert.deepEqual(page.errors, []);
});

test("C57 not in iterasnext, landing URLs and carried links, before and after a frame was made", async () => {
  for (const withFrame of [false, true]) {
    const page = await publisher(world, {
      url: `${PUBLISHER}/page?iteraspreauth=${encodeURIComponent(TOKEN)}&x=1&iterasaccess=sub&iterasgift=g`,
    });
    const found = await page.evaluate(
      async (wall, withFrame) => {
        document.body.innerHTML = `<a data-iteras-carry href="/log-in?y=2#here">1</a><a href="/buy">2</a>`;
        if (withFrame) Iteras.paywalliframe({ profile: "lumen", paywallid: wall });
        Iteras.carry();
        Iteras.carry("/buy");
        Iteras.wall({ paywallid: wall, redirect: "/landing" });
        await painted();
        return [...[...document.links].map((link) => link.href), ...went.map(([, url]) => url)];
      },
      WALL,
      withFrame,
    );
    assert.deepEqual(found, [
      `${PUBLISHER}/log-in?y=2&iterasaccess=sub#here`,
      `${PUBLISHER}/buy?iterasaccess=sub`,
      `${PUBLISHER}/landing?iterasnext=%2Fpage%3Fx%3D1%26iterasaccess%3Dsub&iterasneeds=${WALL}`,
    ]);
    await page.browserContext().close();
  }
});

test("C57 a real log-in token: the frame logs in by itself, and its referrer tells nobody the token", async () => {
  const form = new URLSearchParams({ email: "anna@example.com", password: "lumen", preauthseconds: "60" });
  const answer = await fetch(`${world.service}/api/authenticatecustomer/`, {
    method: "POST",
    body: form,
    headers: { "X-Iteras-Key": "lumen-api-key-for-development" },
  });
  const { preauth } = await answer.json();
  const page = await world.page();
  const referrers = [];
  page.on("request", (request) => {
    if (request.url().includes("/lumen/paywall/")) referrers.push(request.headers().referer);
  });
  await page.goto(
    `${world.site}/publisher.html?iteraspreauth=${encodeURIComponent(preauth)}&iterasnext=%2Fpublisher.html%3Fdone`,
  );
  const address = await page.evaluate((wall) => {
    document.body.innerHTML = Iteras.paywalliframe({ profile: "lumen", paywallid: wall });
    return location.search;
  }, WALL);
  assert.equal(address, "?iterasnext=%2Fpublisher.html%3Fdone");
  await page.waitForFunction(() => location.search == "?done");
  assert.match(await page.evaluate("document.cookie"), /^iteraspass=sub\|/);
  assert.deepEqual(referrers, [undefined]);
});

test("without a token the frame learns the page's origin and no more", async () => {
  const page = await world.page();
  const asked = page.waitForRequest((request) => request.url().includes("/lumen/paywall/"));
  await page.goto(`${world.site}/publisher.html?secret=1`);
  await page.evaluate(
    (wall) => (document.body.innerHTML = Iteras.paywalliframe({ profile: "lumen", paywallid: wall })),
    WALL,
  );
  assert.equal((await asked).headers().referer, `${world.site}/`);
});

test("C56 a foreign site can't frame the log-in page, nor frame a page that frames it", async () => {
  const foreign = world.site.replace("localhost", "127.0.0.1");
  const blocked = async (page) => {
    const refused = new Promise((done) =>
      page.on("console", (line) => /frame-ancestors/.test(line.text()) && done(line.text())),
    );
    await page.evaluateOnNewDocument(relay);
    return refused;
  };
  const page = await world.page();
  let refused = blocked(page);
  await page.goto(`${foreign}/publisher.html`);
  await page.evaluate((wall) => insert(Iteras.paywalliframe({ profile: "lumen", paywallid: wall })), WALL);
  assert.ok((await refused).includes(world.site), "the policy names the registered site");
  // No log-in form, and so no message, no size and no pass.
  const forms = await Promise.all(page.frames().map((frame) => frame.$("#who")));
  assert.deepEqual(forms, [null, null]);
  assert.equal(await page.evaluate(() => document.querySelector("iframe").getAttribute("style")), null);

  const around = await world.page();
  refused = blocked(around);
  await around.goto(`${foreign}/publisher.html`);
  await around.evaluate((site) => insert(`<iframe src="${site}/publisher.html"></iframe>`), world.site);
  const inner = around.frames().find((frame) => frame.url().startsWith(world.site));
  await inner.evaluate(
    (wall) => (document.body.innerHTML = Iteras.paywalliframe({ profile: "lumen", paywallid: wall })),
    WALL,
  );
  assert.ok(await refused);

  // The registered site may.
  const own = await world.page();
  await own.goto(`${world.site}/publisher.html`);
  await own.evaluate(
    (wall) => (document.body.innerHTML = Iteras.paywalliframe({ profile: "lumen", paywallid: wall })),
    WALL,
  );
  const frame = await own.waitForFrame((frame) => frame.url().includes("/lumen/paywall/"));
  assert.ok(await shown(frame, "#who"));
});
