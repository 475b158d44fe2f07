// Regeneration of a pass that has not expired: when, with what, and what new passes and refusals lead to
// (wire protocol, "Regeneration").
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import {
  ARCHIVE,
  DAY,
  KEY,
  MINUTE,
  WALL,
  cookies,
  give,
  handled,
  happened,
  holds,
  hook,
  logIn,
  open,
  order,
  quiet,
  setUp,
  stored,
  address,
} from "./helpers.mjs";

const scene = await setUp();
const HOUR = 60 * MINUTE;
const days = (count) => ({ expires_in: (count * DAY) / 1000 });
const record = (page) => page.evaluate((key) => localStorage.getItem(key), KEY);

test("the pass is sent raw in a simple request without cookies, and the new one is stored", async () => {
  const pass = await scene.pass(days(2));
  const page = await scene.reader({ pass });
  await page.evaluateOnNewDocument(() => {
    const { fetch } = window;
    window.fetch = (url, options) => fetch(url, (window.fetched = options));
  });
  await open(page, "/article", () => void Iteras.wall({ unauthorized: note }));
  await happened(page, "renewed");
  const service = await scene.world.control("GET", "/requests");
  const asked = service.filter(({ path }) => path.startsWith("/api/"));
  // No preflight, one request.
  assert.deepEqual(
    asked.map(({ method, path, query, origin, cookies, body }) => [method, path, query, origin, cookies, body]),
    [["POST", "/api/paywall/renew/", "", page.site, false, pass]],
  );
  assert.match(asked[0].content_type, /^text\/plain/);
  const { credentials, keepalive, redirect } = await page.evaluate(() => fetched);
  assert.deepEqual([credentials, keepalive, redirect], ["omit", true, "error"]);

  const [cookie] = await page.browserContext().cookies();
  assert.match(cookie.value, /^sub\|n8fsoupukhv3\|[^|]*\|31168\|127\.0\.0\.1\/sha256:[0-9a-f]{64}$/);
  assert.notEqual(cookie.value, pass);
  assert.deepEqual([cookie.path, cookie.sameSite, cookie.domain, cookie.secure], ["/", "Lax", "localhost", false]);
  assert.ok(Math.abs(cookie.expires * 1000 - Date.now() - 30 * DAY) < MINUTE);
  assert.deepEqual(await order(page), ["authorized", "renewed"]);
  const [type, detail] = await page.evaluate(() => JSON.parse(JSON.stringify(seen.at(-1))));
  assert.deepEqual(
    [type, detail.authorized, detail.level, detail.paywallid, detail.subscriber],
    ["renewed", true, "sub", WALL, "31168"],
  );
  assert.equal(detail.expires, cookie.value.split("|")[2].replace("Z", ".000Z"));
  assert.doesNotMatch(JSON.stringify(detail), /sha256|[0-9a-f]{64}/);
  // The record names no pass.
  assert.doesNotMatch(await record(page), /31168|n8fs|sha256/);
});

test("renewal starts in a task of its own within 100 ms, never before the verdict", async () => {
  const page = await scene.reader({ pass: days(2) });
  await page.evaluateOnNewDocument(() => {
    window.touched = [];
    const watch = (object, name) => {
      const method = object[name];
      object[name] = function (...given) {
        touched.push(name);
        return method.apply(this, given);
      };
    };
    for (const name of ["getItem", "setItem", "removeItem"]) watch(Storage.prototype, name);
    watch(LockManager.prototype, "request");
    watch(window, "fetch");
    const { setTimeout } = window;
    window.setTimeout = (work, time, ...rest) => {
      touched.push(`setTimeout ${time ?? 0}`);
      return setTimeout(work, time, ...rest);
    };
  });
  const before = await open(page, "/article", () => {
    Iteras.wall({ unauthorized: note });
    Iteras.wall({});
    Promise.resolve().then(() => (window.microtask = touched.length));
    return touched.slice();
  });
  await happened(page, "renewed");
  const [[timer, time], ...more] = before.map((text) => text.split(" "));
  assert.deepEqual([timer, more], ["setTimeout", []]);
  assert.ok(Number(time) <= 100);
  assert.equal(await page.evaluate(() => window.microtask), before.length);
  assert.ok((await page.evaluate(() => touched)).includes("fetch"));
});

test("0 requests when the pass was checked within renewAfter, one when that is over", async () => {
  const page = await scene.reader({ pass: days(20) });
  assert.equal(await scene.asks(page), 1);
  assert.equal(await scene.asks(page), 0);
  assert.equal(await scene.asks(page, DAY), 0);
  assert.equal(await scene.asks(page, DAY + 1000), 1);
  assert.equal(await scene.asks(page, DAY + 2000), 0);
  assert.deepEqual(await handled(page), []);
});

test("renewAfter can be configured", async () => {
  const page = await scene.reader({ pass: days(20) });
  const view = (ahead) => scene.asks(page, ahead, { config: { renewAfter: 600 } });
  assert.deepEqual([await view(0), await view(10 * MINUTE), await view(10 * MINUTE + 1000)], [1, 0, 1]);
});

test("in the last 3 days a pass is checked once an hour, whatever renewAfter says", async () => {
  const page = await scene.reader({ pass: days(20) });
  const view = (ahead) => scene.asks(page, ahead, { config: { renewAfter: (90 * DAY) / 1000 } });
  // The service gives 30 days each time.
  assert.deepEqual([await view(0), await view(26 * DAY)], [1, 0]);
  const late = 27 * DAY + HOUR;
  assert.deepEqual([await view(late), await view(late + HOUR), await view(late + HOUR + 1000)], [1, 0, 1]);
  assert.deepEqual(await handled(page), []);
});

test("a pass that a frame handed over counts as just checked", async () => {
  const page = await scene.reader({ clock: 0 });
  const pass = await scene.pass(days(20));
  await open(page, "/article");
  await logIn(page, pass);
  assert.equal(await stored(page), pass);
  assert.equal(await scene.asks(page), 0);
  assert.deepEqual(await order(page), ["authorized"]);
});

test("a pass that came some other way is checked, whatever was checked before", async () => {
  const page = await scene.reader({ pass: days(20) });
  assert.equal(await scene.asks(page), 1);
  await give(page, await scene.pass({ ...days(20), account: "31169" }));
  assert.equal(await scene.asks(page), 1);
});

test("a pass for another wall or level is renewed, one that does not parse is never sent", async () => {
  await scene.fault("500");
  for (const options of [{ paywallid: "other" }, { access: "sub" }]) {
    const page = await scene.reader({ pass: { account: "31169" } });
    assert.equal(await scene.asks(page, 0, { wall: options }), 1);
  }
  const page = await scene.reader({ pass: "sub|A|never|31168|/sha256:00" });
  assert.equal(await scene.asks(page), 0);
  assert.equal(await record(page), null);
});

test("without a call of wall nothing is sent", async () => {
  const page = await scene.reader({ pass: days(1) });
  await open(page, "/article", () => [Iteras.isLoggedIn(), Iteras.pass()]);
  await quiet(page);
  assert.deepEqual([await scene.renewals(), await record(page)], [[], null]);
});

test("C20 a percent-encoded pass is sent decoded, and the new one is stored raw", async () => {
  const pass = await scene.pass(days(2));
  const page = await scene.reader({ pass: encodeURIComponent(pass) });
  await open(page, "/article", () => void Iteras.wall({}));
  await happened(page, "renewed");
  assert.equal((await scene.renewals())[0].body, pass);
  assert.match(await stored(page), /^sub\|/);
});

test("C77 a pass with %2C beside raw bars is sent with its commas, and the new one replaces it", async () => {
  const pass = await scene.pass({ ...days(2), paywalls: [WALL, "BBBB2222"] });
  const page = await scene.reader({ pass: pass.replaceAll(",", "%2C") });
  await open(page, "/article", () => void Iteras.wall({}));
  await happened(page, "renewed");
  assert.equal((await scene.renewals())[0].body, pass);
  assert.doesNotMatch(await stored(page), /%2C/);
  assert.equal((await cookies(page)).length, 1);
});

test("C39 a renewed pass replaces those on every path", async () => {
  const pass = await scene.pass(days(2));
  const page = await scene.reader({ pass });
  for (const path of ["/paywall", "/paywall/"]) await give(page, pass, { path });
  await open(page, "/paywall/", () => void Iteras.wall({}));
  await happened(page, "renewed");
  const all = await cookies(page);
  assert.deepEqual(
    all.map((text) => text.split(" ")[0]),
    ["/"],
  );
  assert.doesNotMatch(all[0], new RegExp(pass.slice(-64)));
});

test("F6 a refusal deletes the pass on every path and runs the handler of every call once", async () => {
  const pass = await scene.pass(days(2));
  const page = await scene.reader({ pass });
  await give(page, pass, { path: "/paywall" });
  await scene.world.control("POST", "/account", { id: "31168", level: "none" });
  await open(
    page,
    "/paywall/",
    (id) => {
      window.first = Iteras.wall({ paywallid: id, unauthorized: note });
      Iteras.wall({ unauthorized: note });
      Iteras.wall({ paywallid: "other", unauthorized: note });
      Iteras.wall({});
    },
    WALL,
  );
  await happened(page, "refused refused");
  await quiet(page);
  assert.deepEqual(await cookies(page), []);
  assert.equal(await record(page), null);
  assert.deepEqual(await order(page), [
    "authorized",
    "authorized",
    "unauthorized wrongpaywall",
    "handler wrongpaywall",
    "authorized",
    "refused refused",
    "unauthorized refused",
    "handler refused",
    "unauthorized refused",
    "handler refused",
    "unauthorized refused",
    "unauthorized refused",
  ]);
  const [, verdict] = await handled(page);
  assert.deepEqual(verdict, {
    authorized: false,
    pending: false,
    reason: "refused",
    level: null,
    paywallid: null,
    subscriber: null,
    expires: null,
    requested: { paywallid: [WALL], access: null },
  });
  // The verdict that `wall` returned stays as it was.
  assert.equal(await page.evaluate(() => first.authorized), true);
  assert.equal(await page.evaluate(() => Iteras.wall({}).reason), "nopass");
});

test("F6 a refusal sends the reader to the landing page", async () => {
  for (const errorcode of ["badsignature", "expired", "sessionended", "new one"]) {
    const page = await scene.reader({ pass: days(2) });
    await scene.fault("refuse", { errorcode });
    await hook(page, "/article", () => void Iteras.wall({ redirect: "/landing", access: "sub" }));
    await page.goto(`${page.site}/article`);
    await holds(page, () => location.pathname == "/landing");
    assert.equal(await address(page), `${page.site}/landing?iterasnext=%2Farticle&iterasaccess=sub`);
    assert.deepEqual(await cookies(page), []);
  }
});

test("F36 upgrade, downgrade and other walls by renewal: every call is decided again", async () => {
  const walls = (wall, archive) => {
    Iteras.wall({ unauthorized: note });
    Iteras.wall({ access: "sub", unauthorized: note });
    Iteras.wall({ paywallid: archive, unauthorized: note });
    Iteras.wall({ paywallid: wall, unauthorized: note });
  };
  const view = async (account, more) => {
    const page = await scene.reader({ pass: { ...days(2), account, ...more } });
    await open(page, "/article", walls, WALL, ARCHIVE);
    await happened(page, "renewed");
    const all = await order(page);
    return [page, all.slice(all.indexOf("renewed") + 1)];
  };
  await scene.world.control("POST", "/account", { id: "31169", level: "sub" });
  const [up, after] = await view("31169", { level: "user" });
  assert.deepEqual(after, ["authorized"]);
  assert.deepEqual(
    (await handled(up)).map(({ reason }) => reason),
    ["accesslevel", "wrongpaywall"],
  );

  await scene.world.control("POST", "/account", { id: "31168", level: "user" });
  const [down, afterDown] = await view("31168", { level: "sub" });
  assert.deepEqual(afterDown, ["unauthorized accesslevel", "handler accesslevel"]);
  assert.match(await stored(down), /^user\|/);

  const [, afterLoss] = await view("31168", { paywalls: [WALL, ARCHIVE] });
  assert.deepEqual(afterLoss, [
    "unauthorized accesslevel",
    "handler accesslevel",
    "unauthorized wrongpaywall",
    "handler wrongpaywall",
  ]);
});

test("F36 a pass that renewal shortened is stored all the same", async () => {
  const page = await scene.reader({ pass: days(200) });
  assert.equal(await scene.asks(page), 1);
  const left = Date.parse((await stored(page)).split("|")[2]) - Date.now();
  assert.ok(left < 31 * DAY);
  assert.deepEqual(await order(page), ["authorized", "renewed"]);
});
