// Companion mode, step 1: which functions are official, in whatever order and shape the scripts come.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { failed, give, heard, open, order, setUp, settled, stored, waitFor } from "./companion-helpers.mjs";
import { test } from "./driver/test.mjs";
import { start } from "./harness.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

const scene = setUp();

// The global as the page finds it: whose functions, and whether members of others are there.
const whose = (page) =>
  page.evaluate(() => {
    const { Iteras } = window;
    const verdict = Iteras.wall({ paywallid: WALL_ID, unauthorized() {} });
    return { verdict: verdict && verdict.reason, mine: Iteras.mine, version: typeof Iteras.version };
  });

for (const [name, tags] of [
  ["official first, as documented", {}],
  ["ours first", { first: "ours" }],
  ["official frozen", { switches: "global=frozen" }],
  ["official frozen, ours first", { first: "ours", switches: "global=frozen" }],
  ["official puts an object of its own over the global", { switches: "global=replaced" }],
  ["the same, ours first", { first: "ours", switches: "global=replaced" }],
  ["the same, frozen", { first: "ours", switches: "global=replaced,frozen" }],
  ["official async", { how: "async", switches: "script=late&ms=100" }],
  ["official deferred, ours first", { how: "defer", first: "ours" }],
]) {
  test(`F43: ${name}: ours decide, the official one is asked, and log-out is both`, async () => {
    const page = await scene.reader({ ...tags, pass: { expires_in: 86400 } });
    await page.evaluateOnNewDocument(() => (window.Iteras = { mine: 1 }));
    await page.goto(`${scene.site}/article`);
    const found = await whose(page);
    assert.equal(found.verdict, null);
    assert.equal(found.version, "string");
    await waitFor(async () => (await scene.checks()).length == 1, "the official wall");
    await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
    assert.equal(await stored(page), null);
    assert.deepEqual(
      (await order(page)).filter((what) => /logout|error/.test(what)),
      ["logout nopass"],
    );
    const frame = await page.evaluate(() => Iteras.paywalliframe({ profile: "lumen", paywallid: WALL_ID }));
    assert.match(frame, /official\/embed\?what=login/);
    assert.deepEqual(page.errors, []);
  });
}

test("F43: members that ours does not know stay, and so do ours that the page had defined", async () => {
  for (const first of ["official", "ours"]) {
    const page = await scene.reader({ first });
    await page.evaluateOnNewDocument(() => (window.Iteras = { mine: 1, pass: "theirs" }));
    const found = await open(page, "/article", () => [Iteras.mine, Iteras.pass, typeof Iteras.carry]);
    assert.deepEqual(found, [1, "theirs", "function"]);
  }
});

test("F43: ours first, an inline script right after the official tag finds ours", async () => {
  for (const switches of ["", "global=replaced", "global=frozen"]) {
    const page = await scene.reader({ first: "ours", switches, pass: {} });
    const verdict = await scene.wall(page, { paywallid: "BBBB2222" });
    assert.equal(verdict.reason, "wrongpaywall", switches);
  }
});

test("F43: what can't be replaced stays as it is, with one event and one line", async () => {
  for (const first of ["official", "ours"]) {
    const page = await scene.reader({ first, switches: "global=fixed", pass: {} });
    await page.goto(`${scene.site}/article`);
    await page.evaluate(() => Iteras.wall({ paywallid: WALL_ID, unauthorized: note }));
    await waitFor(async () => (await scene.checks()).length == 1, "the official wall itself");
    const errors = (await order(page)).filter((what) => what.startsWith("error"));
    assert.deepEqual(errors, ["error official_frozen"], first);
    assert.equal(page.lines.filter((line) => /can't be stood beside/.test(line)).length, 1, first);
    assert.deepEqual(page.errors, []);
    await scene.world.control("DELETE", "/requests");
  }
});

test("F43: official functions keep the object on which they were found", async () => {
  for (const frozen of [false, true]) {
    const page = await scene.reader({ official: false });
    await page.evaluateOnNewDocument((frozen) => {
      const found = {
        mine: 1,
        selfserviceiframe() {
          return String(this === found);
        },
      };
      window.Iteras = frozen ? Object.freeze(found) : found;
    }, frozen);
    assert.equal(await open(page, "/article", () => Iteras.selfserviceiframe({ profile: "lumen" })), "true");
  }
});

test("F43: a script that comes after a consent is taken up, and asked about the pass", async () => {
  const page = await scene.reader({ official: false, pass: {} });
  const verdict = await scene.wall(page);
  assert.equal(verdict.authorized, true);
  await failed(page, "official_missing");
  await page.evaluate(
    (src) =>
      new Promise((done) => {
        const script = document.createElement("script");
        Object.assign(script, { src, onload: done });
        document.head.append(script);
      }),
    `${scene.service}/official/static/api/iteras.js`,
  );
  await waitFor(async () => (await scene.checks()).length == 1, "the official wall");
  assert.equal(await page.evaluate(() => Iteras.wall({ paywallid: "BBBB2222" }).reason), "wrongpaywall");
  assert.deepEqual(page.errors, []);
});

test("F43: without the official script the wall decides all the same; it is missed when it is called", async () => {
  for (const tags of [{ switches: "script=missing" }, { official: false }]) {
    const page = await scene.reader(tags);
    const verdict = await scene.wall(page, { access: "sub" });
    assert.equal(verdict.reason, "nopass");
    await settled(page);
    assert.deepEqual(await order(page), ["unauthorized nopass", "handler nopass"]);
    for (const name of ["selfserviceiframe", "orderingiframe", "signupiframe", "paywalliframe", "logoutFromWall"]) {
      const thrown = await page.evaluate((name) => {
        try {
          Iteras[name]({ profile: "lumen" });
        } catch (error) {
          return [error instanceof Error, error.code];
        }
      }, name);
      assert.deepEqual(thrown, [true, "official_missing"], name);
    }
    const errors = (await order(page)).filter((what) => what.startsWith("error"));
    assert.deepEqual(errors, ["error official_missing"]);
    assert.deepEqual(page.errors, []);
  }
});

test("F43: a missing script locks no subscriber out, and log-out deletes without it", async () => {
  const page = await scene.reader({ switches: "script=missing", pass: {} });
  assert.equal((await scene.wall(page)).authorized, true);
  await failed(page, "official_missing");
  const code = await page.evaluate(() => {
    try {
      Iteras.logoutFromWall({ redirect: null });
    } catch (error) {
      return error.code;
    }
  });
  assert.equal(code, "official_missing");
  assert.equal(await stored(page), null);
  assert.deepEqual(await order(page), ["authorized", "error official_missing", "logout nopass"]);
});

test("F43: calls made before ours started stay official", async () => {
  const page = await scene.reader({ pass: {} });
  await page.setRequestInterception(true);
  page.on("request", (request) => request.continue());
  await page.goto(`${scene.site}/plain`);
  const before = await page.evaluate(
    async ([official, ours]) => {
      const load = (src) =>
        new Promise((done) => {
          const script = document.createElement("script");
          Object.assign(script, { src, onload: done });
          document.head.append(script);
        });
      await load(official);
      const returned = Iteras.wall({ paywallid: WALL_ID, unauthorized: note });
      await load(ours);
      return typeof returned;
    },
    [`${scene.service}/official/static/api/iteras.js`, `${scene.service}/static/api/iteras.companion.js`],
  );
  assert.equal(before, "undefined");
  await waitFor(async () => (await scene.checks()).length == 1, "the official wall");
  await settled(page);
  // A pass that it renews is told by whoever sees it, when it comes.
  assert.deepEqual(await heard(page), []);
});

test("F43: the page of the guide: subscribers read on, others are sent to the landing page", async (t) => {
  const guide = readFileSync(join(root, "docs/guides/with-the-real-service.md"), "utf8");
  const article = /^```html\n(.*?)^```/ms
    .exec(guide)[1]
    .replace("https://app.iteras.dk", "http://127.0.0.1:4802/official")
    .replace("/js/iteras.companion.js", "http://127.0.0.1:4802/static/api/iteras.companion.js");
  const folder = "target/guide";
  mkdirSync(join(root, folder, "articles"), { recursive: true });
  writeFileSync(join(root, folder, "articles/1.html"), article);
  writeFileSync(join(root, folder, "subscribe.html"), "<!doctype html><title>Subscribe</title><h1>Subscribe</h1>");
  const world = await start({ site: folder });
  t.after(() => world.stop());
  for (const [pass, path] of [
    [{ expires_in: 86400 }, "/articles/1"],
    [{ account: "31169" }, "/subscribe?iterasnext=%2Farticles%2F1&iterasaccess=sub"],
    [null, "/subscribe?iterasnext=%2Farticles%2F1&iterasaccess=sub"],
  ]) {
    const page = await world.page();
    if (pass) await give(page, await world.control("POST", "/pass", { account: "31168", ...pass }));
    await page.goto(`${world.site}/articles/1`).catch((error) => assert.match(error.message, /abort|context/i));
    await waitFor(() => page.url() == world.site + path, path);
    if (path == "/articles/1") {
      const events = () => page.evaluate(() => window.seen.map(([type]) => type).join());
      await waitFor(async () => (await events()) == "authorized,renewed", "the renewal");
    }
    assert.deepEqual(page.errors, []);
    await page.browserContext().close();
  }
});
