// Companion mode, steps 2 to 4: the verdict before anything else, the official `wall` behind it, and its callbacks.
import assert from "node:assert/strict";

import {
  said,
  ARCHIVE,
  WALL,
  cookies,
  handled,
  happened,
  heard,
  holds,
  open,
  order,
  setUp,
  settled,
  stored,
  waitFor,
  write,
} from "./companion-helpers.mjs";
import { test } from "./driver/test.mjs";

const scene = setUp();

// The official `wall` of these tests: a page of its own that notes what it is given and calls back when it is told to.
const recorder = () => {
  window.told = [];
  window.Iteras = {
    wall(options) {
      window.told.push(options);
      if (window.atOnce) window.atOnce(options);
    },
    logoutFromWall() {},
  };
};
async function recorded(given) {
  const page = await scene.reader({ official: false, ...given });
  await page.evaluateOnNewDocument(recorder);
  return page;
}
const told = (page) =>
  page.evaluate(() => window.told.map((options) => ({ ...options, unauthorized: typeof options.unauthorized })));
const callBack = (page, at = 0, argument) =>
  page.evaluate((at, argument) => window.told[at].unauthorized(argument), at, argument);

test("F43: without a pass nothing official is called, and the redirect has the plugin's parameters", async () => {
  const page = await recorded();
  assert.equal((await scene.wall(page)).reason, "nopass");
  await settled(page);
  assert.deepEqual(await told(page), []);
  assert.deepEqual(await order(page), ["unauthorized nopass", "handler nopass"]);

  await open(page, "/article?a=1&b=ø+x", () =>
    Iteras.wall({ paywallid: [WALL_ID], access: "sub", redirect: "/welcome?page_id=1#form" }),
  ).catch((error) => assert.match(error.message, /context|navigat/i));
  await waitFor(async () => new URL(page.url()).pathname == "/welcome", "the redirect");
  assert.deepEqual(
    [...new URL(page.url()).searchParams],
    [
      ["page_id", "1"],
      ["iterasnext", "/article?a=1&b=%C3%B8+x"],
      ["iterasaccess", "sub"],
    ],
  );
});

test("F43: iteraspreauth stays in the address, and is handed to no landing page", async () => {
  const page = await scene.reader();
  const token = "12345:1:abc";
  await open(page, `/landing?iteraspreauth=${token}`);
  await scene.frame(page);
  assert.equal(await page.evaluate(() => location.search), `?iteraspreauth=${token}`);
  assert.match(await page.evaluate(() => document.querySelector("iframe").src), /auth=12345%3A1%3Aabc/);
  await open(page, `/article?iteraspreauth=${token}`, () => Iteras.wall({ redirect: "/welcome" })).catch((error) =>
    assert.match(error.message, /context|navigat/i),
  );
  await waitFor(async () => new URL(page.url()).pathname == "/welcome", "the redirect");
  assert.equal(new URL(page.url()).search, "?iterasnext=%2Farticle");
});

test("F43: verdicts and reasons are those without companion", async () => {
  const page = await scene.reader();
  const good = await scene.pass();
  const malformed = "sub|a|b|c|d/sha256:00";
  for (const [pass, options, reason] of [
    [null, {}, "nopass"],
    ["", {}, "malformed"],
    [malformed, {}, "malformed"],
    [good, { paywallid: ARCHIVE }, "wrongpaywall"],
    [await scene.pass({ account: "31169" }), { access: "sub" }, "accesslevel"],
    [await scene.pass({ account: "31169" }), { access: "user" }, null],
    [good, { access: "sub" }, null],
    [encodeURIComponent(good), { access: "sub" }, null],
  ]) {
    await page.goto(`${scene.site}/plain`);
    await page.evaluate((pass) => {
      document.cookie = "iteraspass=; path=/; max-age=0";
      if (pass != null) document.cookie = `iteraspass=${pass}; path=/`;
    }, pass);
    const verdict = await scene.wall(page, options);
    assert.deepEqual([verdict.reason, verdict.authorized, verdict.pending], [reason, !reason, false]);
    if (reason) assert.deepEqual((await handled(page))[0].requested.access, options.access ?? null);
  }
});

test("F43: with a pass the official wall is called in a task of its own, with what the page gave", async () => {
  const page = await recorded({ pass: {} });
  const during = await open(page, "/article", () => {
    Iteras.wall({ paywallid: WALL_ID, access: "sub", redirect: "/welcome", unauthorized: note, more: 1 });
    Iteras.wall({ paywallid: [WALL_ID], redirect: "/welcome" });
    Iteras.wall({});
    return window.told.length;
  });
  assert.equal(during, 0);
  await settled(page);
  assert.deepEqual(await told(page), [
    { paywallid: WALL, access: "sub", unauthorized: "function" },
    { paywallid: [WALL], unauthorized: "function" },
    { unauthorized: "function" },
  ]);
});

test("F43: it is called once for each pass and distinct call, in whatever order the ids come", async () => {
  const page = await recorded({ pass: {} });
  await open(page, "/article", () => {
    Iteras.wall({ paywallid: [WALL_ID, "B"], unauthorized: note });
    Iteras.wall({ paywallid: ["B", WALL_ID], redirect: "/welcome" });
    Iteras.wall({ paywallid: { 1: WALL_ID, 2: "B" } });
    Iteras.wall({ paywallid: [WALL_ID, "B"], access: "user" });
    Iteras.wall({ paywallid: WALL_ID });
  });
  await settled(page);
  await page.evaluate(() => void Iteras.wall({ paywallid: WALL_ID }));
  await settled(page);
  assert.equal((await told(page)).length, 3);
  // A log-in of somebody else: another pass, so each is told of it.
  await write(page, await scene.pass({ account: "31169" }));
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await settled(page);
  assert.equal((await told(page)).length, 6);
  // Their renewal is the answer, and asks nobody again.
  await write(page, await scene.pass({ account: "31169", expires_in: 1000 }));
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await happened(page, "renewed");
  await settled(page);
  assert.equal((await told(page)).length, 6);
});

test("F43: renewed at every call, the double renews once for a page", async () => {
  const page = await scene.reader({ switches: "renewal=always", pass: { expires_in: 3600 } });
  await scene.wall(page);
  await happened(page, "renewed");
  await page.evaluate(() => new Promise((over) => setTimeout(over, 300)));
  assert.equal((await scene.checks()).length, 1);
  assert.deepEqual(await order(page), ["authorized", "renewed"]);
});

test("F43: getters of options run once; a getter that calls wall is no harm", async () => {
  const page = await recorded({ pass: {} });
  const counts = await open(page, "/article", () => {
    const counts = {};
    const count = (name, value) => {
      counts[name] = (counts[name] || 0) + 1;
      return value;
    };
    Iteras.wall({
      get paywallid() {
        Iteras.wall({ paywallid: "other" });
        return count("paywallid", WALL_ID);
      },
      get access() {
        return count("access", "sub");
      },
      get unauthorized() {
        return count("unauthorized", note);
      },
    });
    return counts;
  });
  assert.deepEqual(counts, { paywallid: 1, access: 1, unauthorized: 1 });
  await settled(page);
  const given = (await told(page)).map(({ paywallid, access }) => [paywallid, access]);
  assert.deepEqual(given, [
    ["other", undefined],
    [WALL, "sub"],
  ]);
});

test("F43: a callback while the cookie still holds the pass refuses the calls concerned, and leaves the cookie", async () => {
  const page = await recorded({ pass: {} });
  await open(page, "/article", () => {
    Iteras.wall({ paywallid: WALL_ID, unauthorized: note });
    Iteras.wall({ paywallid: [WALL_ID], unauthorized: note });
    Iteras.wall({ paywallid: WALL_ID, access: "user", unauthorized: note });
  });
  await settled(page);
  await callBack(page, 0, "whatever it says");
  await callBack(page, 0);
  assert.deepEqual(await order(page), [
    "authorized",
    "authorized",
    "authorized",
    "unauthorized refused",
    "handler refused",
    "unauthorized refused",
    "handler refused",
  ]);
  assert.ok(await stored(page));
  // A call of the same kind that comes now is refused as well.
  assert.equal(await page.evaluate(() => Iteras.wall({ paywallid: WALL_ID }).reason), "refused");
  assert.equal(await page.evaluate(() => Iteras.wall({ paywallid: WALL_ID, access: "user" }).reason), null);
  // It vanishes afterwards: a refusal, for all.
  await write(page, null);
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await happened(page, "refused refused");
  assert.deepEqual((await order(page)).slice(7), [
    "unauthorized refused",
    "authorized",
    "refused refused",
    "unauthorized refused",
    "handler refused",
    "unauthorized refused",
  ]);
});

test("F43: a callback counts no more once the cookie holds another pass, or the reader has logged out", async () => {
  const page = await recorded({ pass: {} });
  await scene.wall(page);
  await settled(page);
  await write(page, await scene.pass({ account: "31169" }));
  await callBack(page);
  await happened(page, "login");
  assert.deepEqual(await order(page), ["authorized", "login"]);
  await settled(page);
  await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
  await callBack(page, 1);
  assert.deepEqual(await order(page), ["authorized", "login", "logout nopass"]);
  assert.deepEqual(page.errors, []);
});

test("F43: a callback about what the cookie refuses anyway changes nothing", async () => {
  const page = await recorded({ pass: {} });
  await page.evaluateOnNewDocument(() => (window.atOnce = (options) => options.unauthorized()));
  assert.equal((await scene.wall(page, { paywallid: ARCHIVE })).reason, "wrongpaywall");
  await settled(page);
  await write(page, null);
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await happened(page, "logout nopass");
  assert.deepEqual(await order(page), [
    "unauthorized wrongpaywall",
    "handler wrongpaywall",
    "logout nopass",
    "unauthorized nopass",
  ]);
});

for (const [switches, reasons] of [
  ["", ["refused refused", "unauthorized refused", "handler refused"]],
  ["callback=later", ["refused refused", "unauthorized refused", "handler refused"]],
  ["calls=twice", ["refused refused", "unauthorized refused", "handler refused"]],
  ["cookie=encoded", ["refused refused", "unauthorized refused", "handler refused"]],
  ["throws=callback", ["refused refused", "unauthorized refused", "handler refused"]],
  ["calls=early&ms=200", ["unauthorized refused", "handler refused", "refused refused"]],
]) {
  test(`F43: the service refuses, with ${switches || "no switch"}: the wall shuts once`, async () => {
    const page = await scene.reader({ switches, pass: {} });
    await scene.fault("refuse");
    assert.equal((await scene.wall(page)).authorized, true);
    await happened(page, "refused refused");
    await settled(page);
    assert.deepEqual(await order(page), ["authorized", ...reasons]);
    assert.equal((await handled(page)).length, 1);
    assert.deepEqual(await cookies(page), []);
    const own = switches == "throws=callback" ? ["the double throws after a callback"] : [];
    assert.deepEqual(said(page), own);
  });
}

test("F43: it says so 300 ms after the pass is gone: shut once, whatever it is called", async () => {
  const page = await scene.reader({ switches: "calls=late&ms=300", pass: {} });
  await scene.fault("refuse");
  await scene.wall(page);
  await holds(page, () => window.order.some((what) => what == "unauthorized refused"));
  assert.equal((await handled(page)).length, 1);
  assert.deepEqual(page.errors, []);
});

test("F43: a silent official script and one that throws leave an unexpired pass alone", async () => {
  for (const switches of ["calls=silent&renewal=always", "throws=wall", "renewal=never"]) {
    const page = await scene.reader({ switches, pass: {} });
    assert.equal((await scene.wall(page)).authorized, true);
    await settled(page);
    assert.deepEqual(await heard(page), ["authorized"]);
    assert.deepEqual(said(page), switches == "throws=wall" ? ["the double throws from wall"] : []);
  }
});

test("F43: calls that come while an official function runs go straight to the official one", async () => {
  const page = await scene.reader({ official: false, pass: {} });
  await page.evaluateOnNewDocument(() => {
    window.seen2 = [];
    window.Iteras = {
      wall(options) {
        window.seen2.push(options.from || "ours");
        if (!options.from) Iteras.wall({ from: "official" });
      },
    };
  });
  await scene.wall(page);
  await settled(page);
  assert.deepEqual(await page.evaluate(() => window.seen2), ["ours", "official"]);
  assert.deepEqual(await order(page), ["authorized"]);
});

test("F43: what a handler calls during a callback is ours, and a wrapper of the page's around ours goes in no circle", async () => {
  const page = await recorded({ pass: {} });
  await page.evaluateOnNewDocument(() => (window.atOnce = (options) => options.unauthorized()));
  await open(page, "/article", () => {
    const ours = Iteras.wall;
    window.wrapped = 0;
    Iteras.wall = (options) => {
      window.wrapped++;
      return ours(options);
    };
    Iteras.wall({
      paywallid: WALL_ID,
      unauthorized() {
        window.inner = Iteras.wall({ paywallid: "B" }).reason;
      },
    });
  });
  await holds(page, () => window.inner);
  await settled(page);
  assert.equal(await page.evaluate(() => window.inner), "wrongpaywall");
  assert.deepEqual(page.errors, []);
});
