// A pass that comes from a frame: who may send one, how it is kept, what follows (protocol, "Messages"
// and "The cookie we set").
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { test } from "./driver/test.mjs";
import { OTHER_PASS, PASS, PUBLISHER, USER_PASS, WALL, publisher } from "./frame-helpers.mjs";
import { seen, start } from "./harness.mjs";

const DAY = 86400;

let world;
before(async () => (world = await start({ site: "tests/e2e/pages/frames" })));
after(() => world.stop());

// The page's cookies after a frame made by `method` has sent `pass`.
const afterPass = (page, method, options, pass) =>
  page.evaluate(
    async (method, options, pass) => {
      const frame = await insert(Iteras[method](options));
      await say(frame, { iteras: 1, frame: idOf(frame), type: "pass", pass });
      return document.cookie;
    },
    method,
    options,
    pass,
  );

async function cookies(page) {
  const cookies = await page.browserContext().cookies();
  return cookies.map(({ name, value, domain, path, secure, httpOnly, sameSite, expires }) => ({
    name,
    value,
    domain,
    path,
    secure,
    httpOnly,
    sameSite,
    days: Math.round(((expires - Date.now() / 1000) / DAY) * 100) / 100,
  }));
}

test("C48 a pass logs in from a paywall frame with one of its ids, from an order and a sign-up, never from self-service", async () => {
  const logIn = (paywallid) => ["paywalliframe", { profile: "lumen", paywallid }];
  for (const [call, pass, stored] of [
    [logIn(WALL), PASS, true],
    [logIn([WALL]), USER_PASS, true],
    [logIn(["ZZZZ9999", WALL]), PASS, true],
    [logIn("AAAA1111"), OTHER_PASS, true],
    [logIn("BBBB2222"), OTHER_PASS, true],
    [logIn(["ZZZZ9999", "CCCC3333"]), OTHER_PASS, false],
    [logIn(WALL), OTHER_PASS, false],
    [logIn(WALL.toUpperCase()), PASS, false],
    // One id, not a list of two; and a part of an id is none.
    [logIn(`AAAA1111,${WALL}`), PASS, false],
    [logIn(WALL.slice(0, 8)), PASS, false],
    [["orderingiframe", { profile: "lumen", orderingid: "lumen-order" }], OTHER_PASS, true],
    [["signupiframe", { profile: "lumen", signupid: "lumen-signup" }], OTHER_PASS, true],
    [["selfserviceiframe", { profile: "lumen" }], PASS, false],
  ]) {
    const page = await publisher(world);
    assert.equal(await afterPass(page, ...call, pass), stored ? `iteraspass=${pass}` : "", JSON.stringify(call));
    assert.deepEqual(await seen(page), stored ? ["login"] : []);
    await page.browserContext().close();
  }
});

test("the cookie is for the whole site, 30 days, Lax, and Secure on https", async () => {
  const cookie = { name: "iteraspass", value: PASS, path: "/", httpOnly: false, sameSite: "Lax", days: 30 };
  const logIn = ["paywalliframe", { profile: "lumen", paywallid: WALL }];
  const deep = await publisher(world, { url: `${PUBLISHER}/a/deep/page?x=1` });
  await afterPass(deep, ...logIn, PASS);
  assert.deepEqual(await cookies(deep), [{ ...cookie, domain: "pub.example", secure: true }]);

  const plain = await publisher(world, { url: "http://pub.example/a" });
  await afterPass(plain, ...logIn, PASS);
  assert.deepEqual(await cookies(plain), [{ ...cookie, domain: "pub.example", secure: false }]);

  const wide = await publisher(world, { url: "https://www.news.pub.example/a" });
  await wide.evaluate(() => Iteras.configure({ cookieDomain: "pub.example" }));
  await afterPass(wide, ...logIn, PASS);
  assert.deepEqual(await cookies(wide), [{ ...cookie, domain: ".pub.example", secure: true }]);
});

test("C39 what stood there before is gone, wherever it stood; the value is kept byte for byte", async () => {
  const page = await publisher(world, { url: "https://www.pub.example/home/page" });
  const long = `${PASS.slice(0, PASS.lastIndexOf("/"))}|${"f".repeat(3700)}/x/sha512:${"0".repeat(128)}`;
  const before = await page.evaluate((old) => {
    for (const where of [
      "Path=/",
      "Path=/home",
      "Path=/home/",
      "Path=/home/page",
      "Domain=pub.example; Path=/",
      "Domain=pub.example; Path=/home",
    ]) {
      document.cookie = `iteraspass=${old}; ${where}`;
    }
    return document.cookie.split("; ").length;
  }, OTHER_PASS);
  assert.equal(before, 6);
  assert.equal(
    await afterPass(page, "paywalliframe", { profile: "lumen", paywallid: WALL }, long),
    `iteraspass=${long}`,
  );
  assert.equal((await cookies(page)).length, 1);
});

test("log-in, then every wall is decided again, then the step after log-in", async () => {
  const page = await publisher(world, { url: `${PUBLISHER}/log-in?iterasnext=%2Farticle%3Fa%3D1` });
  const result = await page.evaluate(
    async (wall, pass) => {
      const order = [];
      const note = (name) => (verdict) => order.push([name, verdict.authorized, verdict.reason]);
      for (const type of ["login", "authorized", "unauthorized"]) {
        document.addEventListener(`iteras:${type}`, ({ detail }) => {
          order.push([
            type,
            detail.authorized,
            detail.reason,
            detail.subscriber,
            document.cookie == `iteraspass=${pass}`,
            went.length,
          ]);
        });
      }
      Iteras.wall({ paywallid: wall, access: "sub", unauthorized: note("this wall") });
      Iteras.wall({ paywallid: ["ZZZZ9999"], unauthorized: note("other wall") });
      order.push("log-in");
      const frame = await insert(Iteras.paywalliframe({ profile: "lumen", paywallid: wall, next: "/next" }));
      await say(frame, { iteras: 1, frame: idOf(frame), type: "pass", pass });
      return { order, went, loggedIn: Iteras.isLoggedIn() };
    },
    WALL,
    PASS,
  );
  assert.deepEqual(result, {
    order: [
      ["unauthorized", false, "nopass", null, false, 0],
      ["this wall", false, "nopass"],
      ["unauthorized", false, "nopass", null, false, 0],
      ["other wall", false, "nopass"],
      "log-in",
      ["login", true, null, "31168", true, 0],
      ["authorized", true, null, "31168", true, 0],
      ["unauthorized", false, "wrongpaywall", "31168", true, 0],
    ],
    went: [["replace", `${PUBLISHER}/article?a=1`]],
    loggedIn: true,
  });
});

test("a pass just stored counts as just checked: a wall asks nobody", async () => {
  const page = await publisher(world);
  await afterPass(page, "paywalliframe", { profile: "lumen", paywallid: WALL }, PASS);
  const record = await page.evaluate(async (wall) => {
    const verdict = Iteras.wall({ paywallid: wall });
    // Renewal starts within 100 ms after `wall` returned.
    await new Promise((done) => setTimeout(done, 200));
    return { authorized: verdict.authorized, kept: localStorage.length };
  }, WALL);
  assert.deepEqual(record, { authorized: true, kept: 1 });
  assert.deepEqual(page.strays, []);
});

test("F13 a pass that the browser does not keep is reported once and leads nowhere", async () => {
  const page = await publisher(world, {
    url: `${PUBLISHER}/log-in?iterasnext=%2Farticle`,
    prepare: () => Object.defineProperty(document, "cookie", { get: () => "", set() {} }),
  });
  const result = await page.evaluate(
    async (wall, pass) => {
      const frame = await insert(Iteras.paywalliframe({ profile: "lumen", paywallid: wall }));
      for (let i = 0; i < 2; i++) await say(frame, { iteras: 1, frame: idOf(frame), type: "pass", pass });
      return { went, events: seen.map(([type, detail]) => `${type} ${detail.code}`) };
    },
    WALL,
    PASS,
  );
  assert.deepEqual(result, { went: [], events: ["error cookie_not_stored"] });
  assert.deepEqual(page.errors, []);
});
