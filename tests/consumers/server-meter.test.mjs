// Free pages of `createGate({ meter })`: the vectors that the layer runs natively, through `handle` and Express of the
// packed file, and what else a script can do about them.
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { after, before, test } from "node:test";

import { complaint, cookie, entries, giftToken, KEY, PASS, passUntil, vectors, WALL } from "./server-helpers.mjs";

const { key, start, cases } = vectors("gate_meter_cases.json");
const GIFT_KEY = "a key that is for gift links only";
const EDITOR_KEY = "a key that is for editors only";
const DOCUMENT = { "sec-fetch-dest": "document" };
const PAGE = "<!doctype html><title>Fog</title><p>whole article";

let createGate, expressGate, mark;
before(async () => ({ createGate, expressGate, mark } = (await entries()).import));

// The gate asks for the time by this name.
const { now: clock } = Date;
const at = (seconds) => (Date.now = () => (start + seconds) * 1000);
after(() => (Date.now = clock));

const RULES = [
  { path: "/articles/*", meter: true },
  { path: "/club/*", paywallid: WALL },
];
const gateOf = (limits, options) => {
  const [free, days] = limits.split("/").map(Number);
  const meter = { key, free, days };
  return createGate({ keys: [KEY], paywallid: WALL, default: "open", rules: RULES, meter, mark, ...options });
};

/** The meter's own cookie of an answer, `[value, rest]`, or null. */
function set(lines) {
  const ours = lines.filter((line) => line.startsWith("iterasmeter="));
  assert.ok(ours.length < 2);
  return ours.length ? /^iterasmeter=([0-9a-f.]+); (.*)$/.exec(ours[0]).slice(1) : null;
}

const pieces = (given) => (typeof given == "string" ? given : given.piece.repeat(given.times));

/** What is asked by a visit, and its cookies by what was kept after those before. */
function asked({ method = "GET", host = "pub.example", path, headers = DOCUMENT, ...visit }, kept, now) {
  const one = (given) => (typeof given == "number" ? kept.after[given] : pieces(given));
  const usual = now < kept.until ? [kept.value] : [];
  const { cookie: given } = visit;
  const values = given === undefined ? usual : given === null ? [] : [].concat(given).map(one);
  const cookies = values.length ? { cookie: values.map((value) => `iterasmeter=${value}`).join("; ") } : {};
  return { method, host, path, headers: { ...headers, ...cookies } };
}

/** Runs the visits of a case; `send` gives `{ opened, status, header, cookies }`. */
async function run({ id, limits, fills = 0, visits }, send) {
  const kept = { value: "", until: 0, after: [] };
  for (let page = 0; page < fills; page += 1) {
    at(0);
    const headers = { ...DOCUMENT, cookie: `iterasmeter=${kept.value}` };
    const { cookies } = await send(limits, { method: "GET", host: "pub.example", path: `/articles/${page}`, headers });
    [kept.value] = set(cookies);
    kept.until = Infinity;
  }
  for (const [number, visit] of visits.entries()) {
    const what = `${id} visit ${number}`;
    at(visit.at);
    const answer = await send(limits, asked(visit, kept, visit.at), visit.origin ?? 200);
    assert.equal(answer.opened, visit.opens, what);
    assert.equal(answer.header("x-iteras-meter"), visit.told, what);
    if (!visit.opens) assert.ok(answer.status >= 400, `${what}: ${answer.status}`);
    if (visit.told) assert.equal(answer.header("cache-control"), "private, no-store", what);
    const cookie = set(answer.cookies);
    assert.equal(cookie?.[1].replace("; Secure", "") ?? null, visit.sets && attributes(visit.sets), what);
    if (cookie) Object.assign(kept, { value: cookie[0], until: visit.at + visit.sets });
    kept.after.push(kept.value);
  }
}

const attributes = (life) => `Path=/; Max-Age=${life}; HttpOnly; SameSite=Lax`;

async function handled(limits, { method, host, path, headers }, status = 200) {
  let opened = false;
  const next = () => {
    opened = true;
    return new Response(status == 304 ? null : PAGE, { status, headers: { "content-type": "text/html" } });
  };
  const response = await gateOf(limits).handle(new Request(`https://${host}${path}`, { method, headers }), next);
  const { status: answered, headers: answers } = response;
  return { opened, status: answered, header: (name) => answers.get(name), cookies: answers.getSetCookie(), response };
}

/** One request to a server of Node's with the gate in front. */
async function expressed(limits, { method, host, path, headers }, status = 200, more = {}) {
  let opened = false;
  const middleware = expressGate(gateOf(limits, { mark: undefined }), more);
  const server = createServer((req, res) =>
    middleware(req, res, () => {
      opened = true;
      more.handler?.(req, res);
      res.writeHead(status, { "Content-Type": "text/html" }).end(status == 304 ? undefined : PAGE);
    }),
  );
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    const { port } = server.address();
    const sent = { ...headers, host, connection: "close" };
    const response = await new Promise((resolve, reject) => {
      const asking = request({ port, host: "127.0.0.1", method, path, headers: sent, agent: false }, (response) =>
        response.resume().on("end", () => resolve(response)),
      );
      asking.on("error", reject).end();
    });
    const header = (name) => response.headers[name] ?? null;
    return { opened, status: response.statusCode, header, cookies: response.headers["set-cookie"] ?? [] };
  } finally {
    await new Promise((closed) => server.close(closed));
  }
}

for (const one of cases) {
  test(`C79 ${one.id}: handle`, () => run(one, handled));
  test(`C79 ${one.id}: Express`, () => run(one, expressed));
}

const reader = (path, headers) => new Request(`https://pub.example${path}`, { headers: { ...DOCUMENT, ...headers } });
const never = () => assert.fail("the inner side is not asked");

test("an opened page says so to its wall and to the inner side, and takes nobody's word for it", async () => {
  let inner;
  const headers = {
    "X-Iteras-Meter": "1/99",
    x_iteras_meter: "1/99",
    "If-None-Match": '"1"',
    Range: "bytes=0-3",
    "X-HTTP-Method-Override": "DELETE",
  };
  const response = await gateOf("3/30").handle(reader("/articles/a", headers), (request) => {
    inner = Object.fromEntries(request.headers);
    return new Response(PAGE, { headers: { "content-type": "text/html", "set-cookie": "origin=1" } });
  });
  const element = '<meta name="iteras-gate" content="open" data-used="1" data-free="3">';
  assert.equal(await response.text(), PAGE.replace("<title>", `${element}<title>`));
  assert.deepEqual([inner["x-iteras-verdict"], inner["x-iteras-meter"]], ["meter", "1/3"]);
  for (const name of ["x_iteras_meter", "if-none-match", "range", "x-http-method-override"]) {
    assert.ok(!(name in inner), name);
  }
  assert.equal(response.headers.get("vary"), "Cookie");
  const cookies = response.headers.getSetCookie();
  assert.deepEqual([cookies.length, cookies[0]], [2, "origin=1"]);
});

test("whatever else opens a page is asked first, and counts nothing", async () => {
  const end = 4_102_444_799;
  const crawlers = [{ agent: "Googlebot", ranges: { prefixes: [{ ipv4Prefix: "66.249.64.0/19" }] } }];
  const gate = gateOf("3/30", { gifts: GIFT_KEY, editors: EDITOR_KEY, crawlers });
  const crawler = { "user-agent": "Googlebot/2.1", accept: "text/html" };
  const token = giftToken(GIFT_KEY, "pub.example", "/articles/a", end);
  for (const [verdict, request, peer] of [
    ["pass", reader("/articles/a", { cookie: cookie(PASS) })],
    ["gift", reader(`/articles/a?iterasgift=${token}`)],
    ["crawler", reader("/articles/a", crawler), "66.249.66.1"],
    ["meter", reader("/articles/a", crawler), "192.0.2.1"],
    ["meter", reader("/articles/a", { cookie: cookie(passUntil("2020-01-01T00:00:00Z")) })],
  ]) {
    let told;
    const next = (asked) => {
      told = asked.headers.get("x-iteras-verdict");
      return new Response("x");
    };
    const { headers } = await gate.handle(request, next, { peer });
    assert.equal(told, verdict);
    assert.equal(headers.getSetCookie().length, verdict == "meter" ? 1 : 0, verdict);
    assert.equal(headers.get("x-iteras-meter"), verdict == "meter" ? "1/3" : null);
  }
});

test("what is fetched ahead is dropped: no teaser, no redirect, no page of one's own", async () => {
  const ahead = { "sec-purpose": "prefetch;prerender" };
  for (const options of [
    {},
    { landing: "/subscribe" },
    { reject: () => new Response("a page of our own") },
    { teaser: () => assert.fail("no teaser is made") },
  ]) {
    const response = await gateOf("3/30", options).handle(reader("/articles/a", ahead), never);
    const told = ["x-iteras-meter", "x-iteras-reason", "location"].map((name) => response.headers.get(name));
    assert.deepEqual([response.status, told], [401, ["ahead", "nopass", null]]);
  }
  const visit = { method: "GET", host: "pub.example", path: "/articles/a", headers: { ...DOCUMENT, ...ahead } };
  const reject = (verdict, req, res) => res.end("a page of our own");
  assert.equal((await expressed("3/30", visit, 200, { reject })).status, 401);
});

test("Express: the cookie stands beside those of handlers, and comes once", async () => {
  const visit = { method: "GET", host: "pub.example", path: "/articles/a", headers: DOCUMENT };
  const handler = (req, res) => {
    assert.equal(req.headers["x-iteras-meter"], "1/3");
    res.setHeader("Set-Cookie", ["a=1", "b=2"]);
  };
  const { cookies } = await expressed("3/30", visit, 200, { handler });
  assert.deepEqual(
    cookies.map((line) => line.split("=")[0]),
    ["a", "b", "iterasmeter"],
  );
});

test("the cookie is Secure on https, and where a proxy that is trusted says so", async () => {
  const isSecure = (cookies) => set(cookies)[1].endsWith("; Secure");
  const ask = async (scheme, headers, trustedPeer) => {
    const request = new Request(`${scheme}://pub.example/articles/a`, { headers: { ...DOCUMENT, ...headers } });
    const { headers: answered } = await gateOf("3/30").handle(request, () => new Response("x"), { trustedPeer });
    return isSecure(answered.getSetCookie());
  };
  const https = { "x-forwarded-proto": "https" };
  assert.equal(await ask("https", {}), true);
  assert.equal(await ask("http", {}), false);
  assert.equal(await ask("http", https, true), true);
  assert.equal(await ask("http", https), false, "anybody says it");
  const visit = { method: "GET", host: "pub.example", path: "/articles/a", headers: { ...DOCUMENT, ...https } };
  assert.equal(isSecure((await expressed("3/30", visit, 200, { trustedPeer: () => true })).cookies), true);
  assert.equal(isSecure((await expressed("3/30", visit)).cookies), false);
});

test("nothing of one request's meter is left for another", async () => {
  const gate = gateOf("1/30");
  const next = () => new Response("x");
  const first = await gate.handle(reader("/articles/a"), next);
  const [value] = set(first.headers.getSetCookie());
  const answers = [
    [reader("/articles/a", { cookie: cookie(PASS) }), null],
    [reader("/about"), null],
    [reader("/club/a"), null],
    [reader("/articles/b", { cookie: `iterasmeter=${value}` }), "1/1"],
    [reader("/articles/a", { cookie: `iterasmeter=${value}` }), "1/1"],
  ];
  for (const [request, told] of answers) {
    const { headers } = await gate.handle(request, next);
    assert.deepEqual([headers.get("x-iteras-meter"), headers.getSetCookie()], [told, []], request.url);
  }
});

test("without rules each page of the gate has the meter", async () => {
  const gate = createGate({ keys: [KEY], paywallid: WALL, meter: { key, free: 1, days: 30 } });
  const next = () => new Response("x");
  const first = await gate.handle(reader("/a"), next);
  assert.equal(first.headers.get("x-iteras-meter"), "1/1");
  const [value] = set(first.headers.getSetCookie());
  assert.equal((await gate.handle(reader("/b", { cookie: `iterasmeter=${value}` }), never)).status, 401);
  assert.equal((await gate.handle(reader("/%2e%2e%2fa"), never)).status, 401);
});

test("C19 a meter that makes no sense is refused by name", () => {
  const meter = { key, free: 3, days: 30 };
  for (const [options, message] of [
    [{ meter: "3/30" }, "meter: expected an object, got a string"],
    [{ meter: { ...meter, limit: 1 } }, 'meter: there is no "limit"; there are key, free, days'],
    [{ meter: { ...meter, key: undefined } }, "meter.key: expected the key of free pages, a string, got undefined"],
    [{ meter: { ...meter, key: "short" } }, "meter.key: signing key has 5 bytes, expected at least 16"],
    [{ meter: { ...meter, free: 51 } }, "meter.free: expected a whole number from 1 to 50, got 51"],
    [{ meter: { ...meter, free: 1.5 } }, "meter.free: expected a whole number from 1 to 50, got 1.5"],
    [{ meter: { ...meter, free: "3" } }, 'meter.free: expected a whole number from 1 to 50, got "3"'],
    [{ meter: { ...meter, days: 0 } }, "meter.days: expected a whole number from 1 to 366, got 0"],
    [{ meter: { ...meter, days: NaN } }, "meter.days: expected a whole number from 1 to 366, got NaN"],
    [{ meter: { ...meter, key: KEY } }, "meter: the same key as keys; every purpose has its own"],
    [{ meter, gifts: key }, "meter: the same key as gifts; every purpose has its own"],
    [{ meter, editors: key }, "meter: the same key as editors; every purpose has its own"],
    [{ meter, rules: [{ path: "/a" }] }, "meter: no rule has meter: true, so no page would be free"],
    [{ meter: null }, "meter: a rule has meter: true: expected an object with key, free and days"],
    [{ meter, rules: [{ path: "/a", meter: 1 }] }, "rules[0].meter: expected true or false, got 1"],
    [
      { meter, rules: [{ path: "/a", meter: true, open: true }] },
      "rules[0].open: an open rule asks for nothing, so it has no paywallid, access or meter",
    ],
  ]) {
    const said = complaint(() =>
      createGate({ keys: [KEY], paywallid: WALL, default: "open", rules: RULES, ...options }),
    );
    assert.equal(said, `createGate: ${message}`);
    assert.ok(!said.includes(key) && !said.includes(KEY));
  }
});
