// `Iteras.wall` where the cookie alone decides: verdict, reasons, handler and events (documented surface,
// sections 2 and 2.2).
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import { ARCHIVE, DAY, WALL, cookies, give, handled, happened, open, order, quiet, setUp } from "./helpers.mjs";

const scene = await setUp();

const NOBODY = {
  authorized: false,
  pending: false,
  reason: "nopass",
  level: null,
  paywallid: null,
  subscriber: null,
  expires: null,
};

test("an anonymous reader gets a verdict, and the handler has run before it is returned", async () => {
  const page = await scene.reader();
  const [verdict, before] = await open(
    page,
    "/article",
    (id) => {
      const verdict = Iteras.wall({ paywallid: [id], access: "sub", unauthorized: note });
      return [verdict, handled.length];
    },
    WALL,
  );
  assert.deepEqual(verdict, NOBODY);
  assert.equal(before, 1);
  const requested = { paywallid: [WALL], access: "sub" };
  assert.deepEqual(await handled(page), [{ ...NOBODY, requested }]);
  assert.deepEqual(await order(page), ["unauthorized nopass", "handler nopass"]);
});

test("an anonymous page view makes 0 requests and writes nothing", async () => {
  const page = await scene.reader();
  const requests = [];
  page.on("request", (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await open(
    page,
    "/article",
    (id) => {
      window.entries = history.length;
      Iteras.wall({ paywallid: id, unauthorized: note });
      Iteras.wall({});
      Iteras.isLoggedIn();
      Iteras.pass();
    },
    WALL,
  );
  await quiet(page);
  // The page and its script; nothing of ours.
  assert.deepEqual(
    requests.filter((request) => request != "GET /favicon.ico"),
    ["GET /article", "GET /static/api/iteras.js"],
  );
  assert.deepEqual(await cookies(page), []);
  const kept = await page.evaluate(async () => [
    localStorage.length,
    sessionStorage.length,
    (await indexedDB.databases()).length,
    (await caches.keys()).length,
    history.length - entries,
  ]);
  assert.deepEqual(kept, [0, 0, 0, 0, 0]);
  assert.deepEqual(page.lines, []);
});

test("an anonymous page view does not even read storage", async () => {
  const page = await scene.reader();
  await page.evaluateOnNewDocument(() => {
    window.touched = [];
    for (const name of ["localStorage", "sessionStorage", "indexedDB"]) {
      const { get } = Object.getOwnPropertyDescriptor(window, name);
      Object.defineProperty(window, name, {
        get() {
          touched.push(name);
          return get.call(window);
        },
      });
    }
  });
  await open(page, "/article", () => Iteras.wall({ unauthorized: note }));
  await quiet(page);
  assert.deepEqual(await page.evaluate(() => touched), []);
});

test("C1 a pass that fits: the verdict tells level, paywall, subscriber and expiry", async () => {
  const pass = await scene.pass({ expires_in: 3600 });
  const page = await scene.reader({ pass });
  const [verdict, isDate] = await open(
    page,
    "/article",
    (id) => {
      const verdict = Iteras.wall({ paywallid: id, access: "sub", unauthorized: note, redirect: "/landing" });
      return [JSON.parse(JSON.stringify(verdict)), verdict.expires instanceof Date];
    },
    WALL,
  );
  const expires = pass.split("|")[2].replace("Z", ".000Z");
  assert.deepEqual(verdict, {
    authorized: true,
    pending: false,
    reason: null,
    level: "sub",
    paywallid: WALL,
    subscriber: "31168",
    expires,
  });
  assert.ok(isDate);
  await quiet(page);
  assert.deepEqual(await handled(page), []);
  assert.equal((await order(page))[0], "authorized");
});

test("every reason that a cookie gives", async () => {
  const expires = new Date(Date.now() + 20 * DAY).toISOString().replace(/\.\d+/, "");
  const two = (levels, ids) => `${levels}|${ids}|${expires}|31168|/sha256:00`;
  const parsed = { subscriber: "31168", expires: expires.replace("Z", ".000Z") };
  const table = [
    // cookie, options, and what the verdict says beyond "no"
    ["junk", {}, { reason: "malformed" }],
    [`${two("sub", "A")}0G`, {}, { reason: "malformed" }],
    [two("sub,user", "A"), {}, { reason: "malformed" }],
    [two("sub", "A").replace("Z", ""), {}, { reason: "malformed" }],
    [two("sub", "AAAA1111"), { paywallid: "aaaa1111" }, { reason: "wrongpaywall", ...parsed }],
    [two("sub,sub", "A,B"), { paywallid: "A,B" }, { reason: "wrongpaywall", ...parsed }],
    [two("sub,sub", "A,B"), { paywallid: ["C", "D"] }, { reason: "wrongpaywall", ...parsed }],
    [two("user", "A"), { access: "sub" }, { reason: "accesslevel", level: "user", paywallid: "A", ...parsed }],
    [
      two("sub,user", "A,B"),
      { paywallid: "B", access: "sub" },
      { reason: "accesslevel", level: "user", paywallid: "B", ...parsed },
    ],
    [two("gold", "A"), { access: "user" }, { reason: "accesslevel", level: "gold", paywallid: "A", ...parsed }],
  ];
  await scene.fault("500");
  const page = await scene.reader();
  for (const [cookie, options, told] of table) {
    await give(page, cookie);
    const verdict = await open(
      page,
      "/article",
      (o) => JSON.parse(JSON.stringify(Iteras.wall({ ...o, unauthorized: note }))),
      options,
    );
    assert.deepEqual(verdict, { ...NOBODY, ...told }, cookie);
    assert.deepEqual(
      (await handled(page)).map(({ reason }) => reason),
      [told.reason],
      cookie,
    );
  }
});

test("an empty cookie is malformed, not absent", async () => {
  const page = await scene.reader();
  const reason = await open(page, "/article", () => {
    document.cookie = "iteraspass=";
    return Iteras.wall({ unauthorized: note }).reason;
  });
  assert.equal(reason, "malformed");
});

test("everything that a cookie allows", async () => {
  const expires = new Date(Date.now() + 20 * DAY).toISOString().replace(/\.\d+/, "");
  const pass = (levels, ids, rest = "") => `${levels}|${ids}|${expires}|31168|${rest}`;
  const table = [
    [pass("sub", "A", "/sha256:00"), {}, ["sub", "A"]],
    [pass("sub", "A", "/sha256:00"), { paywallid: null, access: "", redirect: undefined }, ["sub", "A"]],
    [pass("sub", "A", "/sha256:00"), { paywallid: "", access: null }, ["sub", "A"]],
    [pass("sub", "A", "/sha256:00"), { paywallid: ["", null, "A"] }, ["sub", "A"]],
    [pass("sub", "A", "/sha256:00"), { access: "user", profile: "unknown", extra: { options: 1 } }, ["sub", "A"]],
    [pass("gold", "A", "/sha256:00"), {}, ["gold", "A"]],
    [pass("user,sub", "A,B", "/sha256:00"), { paywallid: ["B", "A"], access: "sub" }, ["sub", "B"]],
    [pass("user,sub", "A,B", "/sha256:00"), { paywallid: ["X", "A", "B"] }, ["user", "A"]],
    // C2: more fields, a field with a slash; and algorithms to come.
    [pass("sub", "A", "1.2.3.4|more/fields|/sha512:00"), {}, ["sub", "A"]],
  ];
  await scene.fault("500");
  const page = await scene.reader();
  for (const [cookie, options, [level, paywallid]] of table) {
    await give(page, cookie);
    const verdict = await open(
      page,
      "/article",
      (o) => JSON.parse(JSON.stringify(Iteras.wall({ ...o, unauthorized: note }))),
      options,
    );
    const { authorized, reason, ...rest } = verdict;
    assert.deepEqual([authorized, reason, rest.level, rest.paywallid], [true, null, level, paywallid], cookie);
    assert.deepEqual(await handled(page), [], cookie);
  }
});

test("no argument, null and an empty text are an empty object of options", async () => {
  const page = await scene.reader();
  const verdicts = await open(page, "/article", () => [Iteras.wall(), Iteras.wall(null), Iteras.wall("")]);
  assert.deepEqual(verdicts, [NOBODY, NOBODY, NOBODY]);
});

test("a handler wins over a redirect; with neither nothing visible happens", async () => {
  const page = await scene.reader();
  await open(page, "/article", () => {
    Iteras.wall({ unauthorized: note, redirect: "/landing" });
    Iteras.wall({});
  });
  await quiet(page);
  assert.equal(new URL(page.url()).pathname, "/article");
  assert.deepEqual(await order(page), ["unauthorized nopass", "handler nopass", "unauthorized nopass"]);
});

test("several calls on a page, from head and body: each has its own verdict and handler", async () => {
  const page = await scene.reader({ pass: { paywalls: [WALL], level: "user" } });
  const verdicts = await open(
    page,
    "/article",
    (wall, archive) => {
      window.inBody = () => Iteras.wall({ access: "sub", unauthorized: note });
      return [{ paywallid: wall }, { paywallid: archive }, { paywallid: [archive, wall] }].map(
        (options) => Iteras.wall({ ...options, unauthorized: note }).reason,
      );
    },
    WALL,
    ARCHIVE,
  );
  assert.deepEqual(verdicts, [null, "wrongpaywall", null]);
  assert.deepEqual(
    (await handled(page)).map(({ reason, requested }) => [reason, requested]),
    [
      ["wrongpaywall", { paywallid: [ARCHIVE], access: null }],
      ["accesslevel", { paywallid: null, access: "sub" }],
    ],
  );
});

test("what a handler does to its verdict changes nothing elsewhere", async () => {
  const page = await scene.reader();
  const [verdict, ids] = await open(page, "/article", () => {
    const ids = ["A"];
    const spoil = (verdict) => {
      verdict.authorized = true;
      verdict.requested.paywallid.push("B");
    };
    const verdict = Iteras.wall({ paywallid: ids, unauthorized: spoil });
    return [verdict, ids];
  });
  assert.deepEqual([verdict, ids], [NOBODY, ["A"]]);
});

test("isLoggedIn and pass tell what the cookie holds", async () => {
  const page = await scene.reader();
  const ask = () => open(page, "/article", () => JSON.parse(JSON.stringify([Iteras.isLoggedIn(), Iteras.pass()])));
  assert.deepEqual(await ask(), [false, null]);
  await give(page, "junk");
  assert.deepEqual(await ask(), [false, null]);
  await give(page, "user,sub|A,B|2099-01-01T00:00:00Z|31168|1.2.3.4/sha256:00");
  const pass = {
    levels: ["user", "sub"],
    paywallids: ["A", "B"],
    expires: "2099-01-01T00:00:00.000Z",
    subscriber: "31168",
    ip: "1.2.3.4",
  };
  assert.deepEqual(await ask(), [true, pass]);
  await give(page, "user,sub|A,B|2009-01-01T00:00:00Z|31168|1.2.3.4/sha256:00");
  assert.deepEqual(await ask(), [false, { ...pass, expires: "2009-01-01T00:00:00.000Z" }]);
});

test("C20 a percent-encoded pass is decoded once; a quoted one is not ours to repair", async () => {
  const pass = await scene.pass();
  const page = await scene.reader();
  const wall = () => open(page, "/article", () => Iteras.wall({ unauthorized: note }).reason);
  await give(page, encodeURIComponent(pass));
  assert.equal(await wall(), null);
  await give(page, encodeURIComponent(pass).replace(/%7C/g, "%7c"));
  assert.equal(await wall(), null);
  await give(page, encodeURIComponent(encodeURIComponent(pass)));
  assert.equal(await wall(), "malformed");
  await give(page, `"${pass}"`);
  assert.equal(await wall(), "malformed");
});

test("C77 commas that js-cookie wrote as %2C beside raw bars are commas; encoded twice they are not", async () => {
  await scene.fault("down");
  const pass = await scene.pass({ paywalls: [ARCHIVE, WALL] });
  assert.match(pass, /^sub,sub\|\w+,\w+\|/);
  const page = await scene.reader();
  const wall = async (value) => {
    await give(page, value);
    return open(
      page,
      "/article",
      (id) => [
        Iteras.wall({ paywallid: id, unauthorized: note }).reason,
        Iteras.pass()?.paywallids ?? null,
        Iteras.isLoggedIn(),
      ],
      WALL,
    );
  };
  for (const comma of ["%2C", "%2c"]) {
    assert.deepEqual(await wall(pass.replaceAll(",", comma)), [null, [ARCHIVE, WALL], true]);
    assert.deepEqual(await wall(pass.replaceAll(",", comma).replaceAll("|", "%7C")), [null, [ARCHIVE, WALL], true]);
  }
  assert.deepEqual(await wall(encodeURIComponent(pass)), [null, [ARCHIVE, WALL], true]);
  assert.deepEqual(await wall(pass.replaceAll(",", "%252C")), ["wrongpaywall", [`${ARCHIVE}%252C${WALL}`], true]);
  assert.deepEqual(await wall(pass.replace(",", "%2C").replace("|", "%7C")), ["malformed", null, false]);
});

test("C31 neighbours may hold anything", async () => {
  const page = await scene.reader({ pass: {} });
  await give(page, "blå", { name: "tema" });
  await give(page, "a=b|c/d:e", { name: "odd" });
  assert.equal(
    await open(page, "/article", () => {
      document.cookie = "=nameless";
      document.cookie = 'quoted="a, b"';
      document.cookie = "empty=";
      return Iteras.wall({ unauthorized: note }).reason;
    }),
    null,
  );
});

test("C32 a bad pass and a good one, in either order", async () => {
  const [good, bad] = [await scene.pass(), "user|A|2009-01-01T00:00:00Z|1|/sha256:00"];
  for (const [deep, root] of [
    [good, bad],
    [bad, good],
  ]) {
    // The cookie with the longer path comes first.
    const page = await scene.reader({ pass: root });
    await give(page, deep, { path: "/article" });
    assert.equal(await open(page, "/article", () => Iteras.wall({ access: "sub", unauthorized: note }).reason), null);
  }
});

test("C33 names that are not ours", async () => {
  const pass = await scene.pass();
  const page = await scene.reader();
  for (const name of ["IterasPass", "iteraspass2", "xiteraspass", "iteras%70ass"]) await give(page, pass, { name });
  const verdict = await open(
    page,
    "/article",
    (value) => {
      document.cookie = `=iteraspass ${value}`;
      return Iteras.wall({ unauthorized: note });
    },
    pass,
  );
  assert.deepEqual(verdict, NOBODY);
});

test("events tell decided verdicts, before the handler runs", async () => {
  const page = await scene.reader({ pass: {} });
  await open(
    page,
    "/article",
    (id) => {
      window.details = [];
      for (const type of ["authorized", "unauthorized"]) {
        document.addEventListener(`iteras:${type}`, ({ detail }) =>
          details.push([type, detail.paywallid, handled.length]),
        );
      }
      Iteras.wall({ paywallid: "nope", unauthorized: note });
      Iteras.wall({ paywallid: id, unauthorized: note });
    },
    WALL,
  );
  await happened(page, "renewed");
  assert.deepEqual(await page.evaluate(() => details), [
    ["unauthorized", null, 0],
    ["authorized", WALL, 1],
  ]);
});
