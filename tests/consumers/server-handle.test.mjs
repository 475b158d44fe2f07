// `gate.handle` of the packed file: what the inner side is asked, what visitors get, and that nothing of one
// request is left for another.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { cookie, entries, giftToken, KEY, PASS, passUntil, signed, WALL } from "./server-helpers.mjs";

const GIFT_KEY = "a key that is for gift links only";
const PAGE = "https://pub.example/article?a=1";
const REASONS = {
  nopass: [null, 401, "nopass"],
  malformed: ["junk", 401, "invalid"],
  algorithm: [signed(`sub|${WALL}|2099-12-31T23:59:59Z|1|`, { algorithm: "sha1" }), 401, "invalid"],
  signature: [passUntil("2099-12-31T23:59:59Z", { key: "another key of enough bytes" }), 401, "invalid"],
  expired: [passUntil("2020-01-01T00:00:00Z"), 401, "expired"],
  wrongpaywall: [signed("sub|AAAA1111|2099-12-31T23:59:59Z|1|"), 403, "wrongpaywall"],
  accesslevel: [signed(`user|${WALL}|2099-12-31T23:59:59Z|1|`), 403, "accesslevel"],
};

let createGate;
before(async () => ({ createGate } = (await entries()).import));

const gateOf = (options) => createGate({ keys: [KEY], paywallid: WALL, ...options });
const asked = (pass, { url = PAGE, headers, ...init } = {}) =>
  new Request(url, { ...init, headers: { ...(pass && { Cookie: cookie(pass) }), ...headers } });
const ours = (headers) => Object.fromEntries([...headers].filter(([name]) => /^x.iteras/.test(name)));
const never = () => assert.fail("the inner side is not asked");

/** An inner side that remembers what it was asked. */
function origin(answer = () => new Response("the article")) {
  const requests = [];
  const next = (request) => {
    requests.push(request);
    return answer(request);
  };
  return { requests, next };
}

test("a pass opens: the inner side learns what it says, and nothing from the client in our name", async () => {
  const { requests, next } = origin();
  const lies = {
    "X-Iteras-Verdict": "editor",
    x_iteras_level: "sub",
    "X-Iteras_Reason": "a",
    "X-Iterasx": "stays",
    "X-Iteras-Gift": "1",
  };
  const response = await gateOf().handle(asked(PASS, { headers: lies }), next);
  assert.equal(await response.text(), "the article");
  assert.deepEqual(ours(requests[0].headers), {
    "x-iteras-verdict": "pass",
    "x-iteras-level": "sub",
    "x-iteras-paywall": WALL,
    "x-iteras-subscriber": "31168",
    "x-iteras-expires": "2099-12-31T23:59:59Z",
    "x-iterasx": "stays",
  });
  assert.equal(requests[0].headers.get("cookie"), cookie(PASS));
  assert.equal(requests[0].url, PAGE);
});

test("what a pass opened is private and checked again at every use", async () => {
  const sent = {
    "Cache-Control": "public, max-age=60",
    "Surrogate-Control": "max-age=60",
    "CDN-Cache-Control": "max-age=60",
    "Cloudflare-CDN-Cache-Control": "max-age=60",
    "Edge-Control": "cache",
    Expires: "Thu, 01 Jan 2099 00:00:00 GMT",
    Pragma: "x",
    ETag: '"1"',
    "Set-Cookie": "a=1",
  };
  const answer = () => {
    const headers = new Headers(sent);
    headers.append("Set-Cookie", "b=2");
    return new Response("x", { status: 203, headers });
  };
  const response = await gateOf().handle(asked(PASS), origin(answer).next);
  assert.equal(response.status, 203);
  assert.deepEqual(Object.fromEntries(response.headers), {
    "cache-control": "private, no-cache",
    "content-type": "text/plain;charset=UTF-8",
    etag: '"1"',
    "set-cookie": "b=2",
    vary: "Cookie",
  });
  assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
  const cases = [
    [{ "Cache-Control": "no-store" }, "private, no-store", "Cookie"],
    [{ Vary: "Accept-Encoding" }, "private, no-cache", "Accept-Encoding, Cookie"],
    [{ Vary: "accept, COOKIE" }, "private, no-cache", "accept, COOKIE"],
    [{ Vary: "*" }, "private, no-cache", "*"],
  ];
  for (const [headers, control, vary] of cases) {
    const got = await gateOf().handle(asked(PASS), () => new Response("x", { headers }));
    assert.deepEqual([got.headers.get("cache-control"), got.headers.get("vary")], [control, vary]);
  }
  // A fetched answer, whose headers can't be changed, and one without a body.
  for (const [fixed, status] of [
    [Response.redirect("https://pub.example/x"), 302],
    [new Response(null, { status: 304 }), 304],
  ]) {
    assert.equal((await gateOf().handle(asked(PASS), () => fixed)).status, status);
  }
});

test("bodies and methods go through, and every method is judged as GET", async () => {
  const { next, requests } = origin(async (request) => new Response(`${request.method} ${await request.text()}`));
  const posted = await gateOf().handle(asked(PASS, { method: "POST", body: "a comment" }), next);
  assert.equal(await posted.text(), "POST a comment");
  for (const method of ["HEAD", "OPTIONS", "POST", "PUT", "DELETE"]) {
    const headers = { Range: "bytes=0-1", "If-None-Match": '"1"' };
    assert.equal((await gateOf().handle(asked(null, { method, headers }), never)).status, 401, method);
  }
  const ranged = await gateOf().handle(asked(PASS, { headers: { Range: "bytes=0-1" } }), next);
  assert.equal(ranged.status, 200);
  assert.equal(requests.at(-1).headers.get("range"), "bytes=0-1");
});

for (const [reason, [pass, status, code]] of Object.entries(REASONS)) {
  test(`${reason} is answered ${status} and shown as ${code}`, async () => {
    const response = await gateOf().handle(asked(pass), never);
    assert.deepEqual(
      [response.status, Object.fromEntries(response.headers)],
      [
        status,
        {
          "cache-control": "private, no-store",
          "content-type": "text/html; charset=utf-8",
          vary: "Cookie",
          "x-iteras-reason": code,
        },
      ],
    );
    assert.match(await response.text(), /^<!doctype html>.*For subscribers/);
    const paid = await gateOf({ paymentRequired: true }).handle(asked(pass), never);
    assert.equal(paid.status, 402);
    const told = [];
    await gateOf({ reject: (verdict) => void told.push(verdict.reason) }).handle(asked(pass), never);
    assert.deepEqual(told, [reason]);
  });
}

test("the denial page says the reason that visitors are told", async () => {
  const sentences = {};
  for (const [reason, [pass, , code]] of Object.entries(REASONS)) {
    const text = await (await gateOf().handle(asked(pass), never)).text();
    sentences[code] ??= text;
    assert.equal(text, sentences[code], reason);
  }
  assert.equal(new Set(Object.values(sentences)).size, 5);
  assert.match(sentences.expired, /has run out/);
});

test("only own members are options, whatever somebody added to Object.prototype", async () => {
  const closed = async (name, value, options, how) => {
    Object.prototype[name] = value;
    try {
      const response = await gateOf(options).handle(asked(null), never, how);
      assert.equal(response.status, 401, name);
    } finally {
      delete Object.prototype[name];
    }
  };
  await closed("open", true);
  await closed("open", true, {}, {});
  await closed("teaser", () => new Response("the article"));
  await closed("reject", () => new Response("the article"));
  await closed("landing", "/buy");
  await closed("paymentRequired", true);
  await closed("access", "any", { access: undefined });
  for (const [name, value] of [
    ["keys", [KEY]],
    ["paywallid", WALL],
  ]) {
    Object.prototype[name] = value;
    try {
      assert.throws(() => createGate({ keys: [KEY], paywallid: WALL, [name]: undefined }), { code: "bad_option" });
      const { [name]: missing, ...options } = { keys: [KEY], paywallid: WALL };
      assert.throws(() => createGate(options), { code: "bad_option" });
    } finally {
      delete Object.prototype[name];
    }
  }
  Object.prototype.now = new Date("2199-01-01T00:00:00Z");
  try {
    assert.equal(gateOf().check(cookie(PASS), {}).authorized, true);
  } finally {
    delete Object.prototype.now;
  }
});

test("HEAD has no body", async () => {
  const response = await gateOf().handle(asked(null, { method: "HEAD" }), never);
  assert.deepEqual([response.status, response.body], [401, null]);
  const own = await gateOf({ reject: () => new Response("x") }).handle(asked(null, { method: "HEAD" }), never);
  assert.equal(own.body, null);
});

test("a rejection of one's own keeps the header rules", async () => {
  const headers = {
    ETag: '"1"',
    "Last-Modified": "x",
    "Content-Length": "3",
    Age: "1",
    Digest: "x",
    "Cache-Control": "public",
    "X-Iteras-Reason": "y",
    Link: "x",
  };
  const gate = gateOf({
    reject: async (verdict, request) => new Response(`${verdict.reason} ${request.url}`, { status: 418, headers }),
  });
  const response = await gate.handle(asked("junk"), never);
  assert.deepEqual([response.status, await response.text()], [418, `malformed ${PAGE}`]);
  assert.deepEqual(Object.fromEntries(response.headers), {
    "cache-control": "private, no-store",
    "content-type": "text/plain;charset=UTF-8",
    vary: "Cookie",
    "x-iteras-reason": "invalid",
  });
});

test("readers are sent to the landing page, others are not", async () => {
  const located = async (landing, url, dest, method) => {
    const headers = dest && { "Sec-Fetch-Dest": dest };
    const response = await gateOf({ landing }).handle(
      asked(null, { url: `https://pub.example${url}`, headers, method }),
      never,
    );
    return [response.status, response.headers.get("location"), response.headers.get("cache-control")];
  };
  const sent = (to) => [302, to, "private, no-store"];
  const kept = [401, null, "private, no-store"];
  assert.deepEqual(
    await located("/buy?a=1#top", "/x?y=1&iterasgift=2", "document"),
    sent("/buy?a=1&iterasnext=%2Fx%3Fy%3D1&iterasaccess=sub#top"),
  );
  assert.deepEqual(
    await located("https://login.example/in", "/x", "iframe"),
    sent("https://login.example/in?iterasnext=%2Fx&iterasaccess=sub"),
  );
  assert.deepEqual(await located("/buy", "/x", undefined, "HEAD"), sent("/buy?iterasnext=%2Fx&iterasaccess=sub"));
  for (const [url, dest, method] of [
    ["/x.png", "image"],
    ["/x", "empty"],
    ["/x", "document", "POST"],
    ["/buy/", "document"],
    ["/x?iterasnext=%2Fx%3Fiterasnext%3D%2Fbuy", "document"],
  ]) {
    assert.deepEqual(await located("/buy", url, dest, method), kept, url);
  }
  assert.deepEqual(await located("https://pub.example/buy", "/buy", "document"), kept);
});

test("a gift link opens its page and no other, and is never stored", async () => {
  const expiry = Math.floor(Date.now() / 1000) + 3600;
  const url = (path, token) => `https://pub.example${path}?iterasgift=${token}`;
  const gate = gateOf({ gifts: GIFT_KEY });
  const token = giftToken(GIFT_KEY, "pub.example", "/article", expiry);
  const { next, requests } = origin(() => new Response("<html>", { headers: { "Cache-Control": "public" } }));
  const headers = {
    Range: "bytes=0-1",
    "If-None-Match": "x",
    "If-Range": "x",
    TE: "trailers",
    "Accept-Encoding": "br",
    "X-Iteras-Level": "sub",
  };
  const response = await gate.handle(asked(null, { url: url("/article", token), headers }), next);
  assert.deepEqual(Object.fromEntries(response.headers), {
    "cache-control": "private, no-store",
    "content-type": "text/plain;charset=UTF-8",
    "referrer-policy": "strict-origin",
    vary: "Cookie",
    "x-robots-tag": "noindex",
  });
  assert.deepEqual(Object.fromEntries(requests[0].headers), {
    "accept-encoding": "identity",
    "x-iteras-verdict": "gift",
  });
  assert.equal((await gate.handle(asked(null, { url: url("/x/../article", token) }), next)).status, 200);
  assert.equal((await gate.handle(asked(null, { method: "HEAD", url: url("//article", token) }), next)).status, 200);
  for (const method of ["POST", "OPTIONS", "PUT"]) {
    assert.equal((await gate.handle(asked(null, { method, url: url("/article", token) }), never)).status, 401, method);
  }
  const late = giftToken(GIFT_KEY, "pub.example", "/article", expiry - 7200);
  const closed = [
    url("/other", token),
    url("/Article", token),
    `${url("/article", token)}&id=2`,
    url("/article", late),
    url("/article", `${token.slice(0, -1)}g`),
    url("/article", ""),
    `http://evil.example/article?iterasgift=${token}`,
  ];
  for (const address of closed)
    assert.equal((await gate.handle(asked(null, { url: address }), never)).status, 401, address);
  assert.equal((await gateOf().handle(asked(null, { url: url("/article", token) }), never)).status, 401);
  // With a pass the link is of no account.
  const both = await gate.handle(asked(PASS, { url: url("/article", token) }), next);
  assert.equal(both.headers.get("cache-control"), "private, no-cache");
  const marking = gateOf({ gifts: GIFT_KEY, mark: async (page) => new Response(`marked ${await page.text()}`) });
  const marked = await marking.handle(asked(null, { url: url("/article", token) }), next);
  assert.deepEqual([await marked.text(), marked.headers.get("x-robots-tag")], ["marked <html>", "noindex"]);
});

test("a teaser is made of the whole page, and without one there is the denial", async () => {
  const teaser = async (page, { reason }) =>
    page.status == 200 ? new Response(`${reason}: ${(await page.text()).slice(0, 3)}`, page) : null;
  const gate = gateOf({ teaser });
  let status = 200;
  const { next, requests } = origin(
    () =>
      new Response("the article", {
        status,
        headers: { ETag: "x", "Content-Length": "11", "Cache-Control": "public" },
      }),
  );
  const headers = { Range: "bytes=0-1", "If-Modified-Since": "x", "Accept-Encoding": "gzip" };
  const response = await gate.handle(asked(null, { headers }), next);
  assert.deepEqual([response.status, await response.text()], [200, "nopass: the"]);
  assert.deepEqual(Object.fromEntries(response.headers), {
    "cache-control": "private, no-store",
    "content-type": "text/plain;charset=UTF-8",
    vary: "Cookie",
    "x-iteras-reason": "nopass",
  });
  assert.deepEqual(Object.fromEntries(requests[0].headers), {
    "accept-encoding": "identity",
    "x-iteras-reason": "nopass",
  });
  const head = await gate.handle(asked(null, { method: "HEAD" }), next);
  assert.deepEqual([head.status, head.body, requests.at(-1).method], [200, null, "GET"]);
  status = 404;
  const none = await gate.handle(asked("junk"), next);
  assert.deepEqual([none.status, none.headers.get("x-iteras-reason")], [401, "invalid"]);
  assert.ok(!(await none.text()).includes("article"));
  const count = requests.length;
  assert.equal((await gate.handle(asked(null, { method: "POST", body: "x" }), next)).status, 401);
  assert.equal(requests.length, count);
});

test("an error of the gate opens nothing, and one of the inner side is its own", async (t) => {
  const logged = t.mock.method(console, "error", () => {});
  const broken = () => {
    throw new Error("broken");
  };
  const closed = async (options, pass, next = never) => {
    const response = await gateOf(options).handle(pass?.url ? pass : asked(pass), next);
    assert.deepEqual(
      [response.status, response.headers.get("cache-control"), await response.text()],
      [503, "private, no-store", "Service Unavailable\n"],
    );
  };
  await closed({ reject: broken }, null);
  await closed({ reject: () => "no response" }, null);
  await closed({ teaser: broken }, null, () => new Response("the article"));
  await closed({ keys: ["another key of enough bytes", KEY], onOldKey: broken }, PASS);
  await closed({}, PASS, () => "no response");
  const link = `${PAGE}&iterasgift=${giftToken(GIFT_KEY, "pub.example", "/article", Math.floor(Date.now() / 1000) + 60, "a=1")}`;
  await closed({ gifts: GIFT_KEY, mark: broken }, asked(null, { url: link }), () => new Response("the article"));
  assert.equal(logged.mock.callCount(), 6);
  for (const {
    arguments: [text, error],
  } of logged.mock.calls)
    assert.ok(/503/.test(text) && error instanceof Error);
  await assert.rejects(gateOf().handle(asked(PASS), broken), /^Error: broken$/);
});

test("F29: 10 000 requests share nothing, whichever are aborted, and memory stays flat", async () => {
  const gate = gateOf();
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const memory = async () => {
    // Memory that finalizers free comes a turn later.
    for (let turn = 0; turn < 3; turn++) {
      collect();
      await new Promise(setImmediate);
    }
    const { external, heapUsed } = process.memoryUsage();
    return external + heapUsed;
  };
  const first = new AbortController();
  let started;
  const begun = new Promise((begin) => (started = begin));
  const hangs = gate.handle(asked(PASS, { signal: first.signal }), ({ signal }) => {
    started();
    return new Promise((_, stop) => signal.addEventListener("abort", () => stop(signal.reason)));
  });
  await begun;
  first.abort();
  await assert.rejects(hangs, { name: "AbortError" });

  const passOf = (at) => signed(`sub|${WALL}|2099-12-31T23:59:59Z|${at}|192.0.2.7`);
  const round = async (from, to) => {
    const all = [];
    for (let at = from; at < to; at++) {
      const headers = { "X-Number": `${at}` };
      const inner = async (request) => {
        // Others come in between.
        await null;
        return Response.json([request.headers.get("x-number"), request.headers.get("x-iteras-subscriber")]);
      };
      const isIn = at % 3 != 0;
      const answer = gate.handle(asked(isIn ? passOf(at) : at % 2 ? "junk" : null, { headers }), inner);
      all.push(
        answer.then(async (response) => {
          if (isIn) assert.deepEqual(await response.json(), [`${at}`, `${at}`]);
          else
            assert.deepEqual(
              [response.status, response.headers.get("x-iteras-reason")],
              [401, at % 2 ? "invalid" : "nopass"],
            );
        }),
      );
      if (all.length == 100) await Promise.all(all.splice(0));
    }
    await Promise.all(all);
  };
  await round(1, 2001);
  const before = await memory();
  await round(2001, 10_001);
  const grown = (await memory()) - before;
  assert.ok(grown < 2e6, `${grown} bytes more after 8000 requests`);
});
