// Companion mode, steps 5 and 6: the cookie changes, a pass is expired by the reader's clock.
import assert from "node:assert/strict";

import { leftBehind } from "./driver/engine.mjs";
import {
  said,
  DAY,
  cookies,
  give,
  happened,
  holds,
  open,
  order,
  setUp,
  settled,
  stored,
  write,
} from "./companion-helpers.mjs";
import { test } from "./driver/test.mjs";

const scene = setUp();
const EXPIRED = { expires_in: -60 };
// A page that is on its way may not answer any more.
const leaves = (page) =>
  page
    .evaluate(() => void Iteras.logoutFromWall({ redirect: "/welcome" }))
    .catch((error) => assert.ok(leftBehind(error), error));
const occasion = (page, type = "focus") => page.evaluate((type) => void dispatchEvent(new Event(type)), type);
const late = (page) => order(page).then((seen) => seen.slice());

test("F43: a log-in, a renewal and a log-out elsewhere are each told once", async () => {
  // The official check would renew the pass a second time.
  await scene.fault("hang");
  const page = await scene.reader();
  await open(page, "/article", () => {
    Iteras.wall({ paywallid: WALL_ID, unauthorized: note, authorized: () => order.push("open again") });
  });
  await write(page, await scene.pass());
  await happened(page, "login");
  await write(page, await scene.pass({ expires_in: 20 * 86400 }));
  await happened(page, "renewed");
  await write(page, await scene.pass({ account: "31169", expires_in: 20 * 86400 }));
  await holds(page, () => window.order.filter((what) => what == "login").length == 2);
  await write(page, null);
  await happened(page, "logout nopass");
  await occasion(page);
  assert.deepEqual(await order(page), [
    "unauthorized nopass",
    "handler nopass",
    "login",
    "authorized",
    "open again",
    "renewed",
    "login",
    "logout nopass",
    "unauthorized nopass",
  ]);
});

for (const [name, occur] of [
  ["focus", (page) => occasion(page, "focus")],
  ["pageshow", (page) => occasion(page, "pageshow")],
  ["visibilitychange", (page) => page.evaluate(() => void document.dispatchEvent(new Event("visibilitychange")))],
]) {
  test(`F43: without cookieStore the cookie is looked at on ${name}`, async () => {
    const page = await scene.reader({ pass: {} });
    await page.evaluateOnNewDocument(() => Object.defineProperty(window, "cookieStore", { value: undefined }));
    await scene.wall(page);
    await settled(page);
    await write(page, null);
    await settled(page);
    assert.deepEqual(await order(page), ["authorized"]);
    await occur(page);
    assert.deepEqual((await order(page)).slice(1), ["logout nopass", "unauthorized nopass", "handler nopass"]);
  });
}

test("F43: it is looked at after a message from any frame, a second later too, and at most four times a second", async () => {
  const page = await scene.reader({ switches: "renewal=never" });
  await page.evaluateOnNewDocument(() => {
    Object.defineProperty(window, "cookieStore", { value: undefined });
    window.reads = 0;
    const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
    Object.defineProperty(document, "cookie", {
      configurable: true,
      get: () => (window.reads++, get.call(document)),
      set: (text) => set.call(document, text),
    });
  });
  await scene.wall(page);
  await page.evaluate(
    () =>
      new Promise((done) => {
        const frame = document.createElement("iframe");
        frame.srcdoc = "<script>parent.postMessage('hello', '*')</scr" + "ipt>";
        addEventListener("message", done, { once: true });
        document.body.append(frame);
      }),
  );
  // Written after the message's own tasks: only the second look can find it.
  await settled(page);
  await write(page, await scene.pass());
  await happened(page, "login");
  await settled(page);
  const [reads, seconds] = await page.evaluate(async () => {
    const frame = document.querySelector("iframe");
    const began = performance.now();
    window.reads = 0;
    for (let i = 0; i < 2000; i++) {
      frame.contentWindow.eval("parent.postMessage('again', '*')");
      if (i % 20 == 0) await new Promise((next) => setTimeout(next));
    }
    return [window.reads, (performance.now() - began) / 1000];
  });
  assert.ok(reads <= 4 * seconds + 1, `${reads} reads in ${seconds} s`);
});

test("F43: the page's own windows and its own messages are no occasion", async () => {
  const page = await scene.reader();
  await page.evaluateOnNewDocument(() => Object.defineProperty(window, "cookieStore", { value: undefined }));
  await scene.wall(page);
  await write(page, await scene.pass());
  await page.evaluate(() => new Promise((done) => (addEventListener("message", done), postMessage("own", "*"))));
  await settled(page);
  assert.deepEqual(await order(page), ["unauthorized nopass", "handler nopass"]);
});

test("F43: our own log-out is no change; it deletes what the official one leaves, and navigates only when that threw", async () => {
  const page = await scene.reader({ pass: {} });
  await give(page, await scene.pass(), { path: "/deep" });
  await open(page, "/deep/article");
  await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
  assert.deepEqual(await cookies(page), []);
  await occasion(page);
  assert.deepEqual(await order(page), ["logout nopass"]);

  // Its own way: the argument is the page's.
  await give(page, await scene.pass());
  await leaves(page);
  await scene.arrive(page, "/welcome");

  const thrown = await scene.reader({ pass: {}, switches: "throws=logoutFromWall" });
  await open(thrown, "/article");
  await leaves(thrown);
  await scene.arrive(thrown, "/welcome");
  assert.deepEqual(await cookies(thrown), []);
  assert.deepEqual(said(thrown), ["the double throws from logoutFromWall"]);
});

test("F43: expired by the clock, and renewed by the official wall: pending, then authorized", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  const verdict = await scene.wall(page);
  assert.deepEqual([verdict.authorized, verdict.pending, verdict.reason], [false, true, "expired"]);
  await happened(page, "renewed");
  assert.deepEqual(await order(page), ["renewed", "authorized"]);
});

test("F43: a clock two months ahead: renewed once, authorized, and no circle of renewals", async () => {
  const page = await scene.reader({ pass: { expires_in: 20 * 86400 }, clock: 60 * DAY });
  assert.equal((await scene.wall(page)).reason, "expired");
  await happened(page, "renewed");
  await page.evaluate(() => new Promise((over) => setTimeout(over, 400)));
  assert.deepEqual(await order(page), ["renewed", "authorized"]);
  assert.equal((await scene.checks()).length, 1);
});

test("F43: the official wall calls back about an expired pass: expired at once, the cookie stays", async () => {
  const page = await scene.reader({ switches: "renewal=never", pass: EXPIRED });
  await scene.wall(page);
  await happened(page, "handler expired");
  assert.deepEqual(await order(page), ["unauthorized expired", "handler expired"]);
  assert.ok(await stored(page));
});

test("F43: silent for three seconds about an expired pass: authorized", async () => {
  for (const switches of ["calls=silent", "calls=late&ms=20000"]) {
    const page = await scene.reader({ switches: `${switches}&renewal=never`, pass: EXPIRED });
    const began = Date.now();
    assert.equal((await scene.wall(page)).pending, true);
    await happened(page, "authorized");
    assert.ok(Date.now() - began >= 2900);
    assert.deepEqual(await order(page), ["authorized"]);
  }
});

test("F43: a callback after that silence still counts", async () => {
  const page = await scene.reader({ switches: "calls=late&ms=3600&renewal=never", pass: EXPIRED });
  await scene.wall(page);
  await happened(page, "handler expired");
  assert.deepEqual(await order(page), ["authorized", "unauthorized expired", "handler expired"]);
});

test("F43: the service is down or slow: three seconds, then the subscriber reads on", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  await scene.fault("hang");
  assert.equal((await scene.wall(page)).pending, true);
  await happened(page, "authorized");
  assert.deepEqual(await order(page), ["authorized"]);
});

test("F43: missing or throwing, an expired pass is expired, and stays", async () => {
  for (const switches of ["script=missing", "throws=wall"]) {
    const page = await scene.reader({ switches, pass: EXPIRED });
    assert.equal((await scene.wall(page)).pending, true);
    await happened(page, "handler expired");
    const seen = (await late(page)).filter((what) => what != "error official_missing");
    assert.deepEqual(seen, ["unauthorized expired", "handler expired"]);
    assert.ok(await stored(page));
  }
});

test("F43: a late script is waited for before an expired pass is given up", async () => {
  for (const [first, how] of [
    ["official", "async"],
    ["ours", "async"],
    ["ours", ""],
  ]) {
    const page = await scene.reader({ switches: "script=late&ms=800", first, how, pass: EXPIRED });
    await scene.wall(page);
    await happened(page, "renewed");
    assert.deepEqual(await order(page), ["renewed", "authorized"], `${first} ${how}`);
  }
});

test("F43: a pass of another path that comes to light is no renewal", async () => {
  const page = await scene.reader();
  await give(page, await scene.pass({ expires_in: -DAY }), { path: "/deep" });
  await give(page, await scene.pass());
  await open(page, "/deep/article", () => Iteras.wall({ paywallid: WALL_ID, unauthorized: note }).reason);
  await scene.fault("hang");
  await write(page, null);
  await occasion(page);
  await happened(page, "renewed expired");
  const seen = await order(page);
  assert.deepEqual(seen, ["authorized", "renewed expired"]);
  assert.equal(await page.evaluate(() => Iteras.wall({ paywallid: WALL_ID }).pending), true);
});
