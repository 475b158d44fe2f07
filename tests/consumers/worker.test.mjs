// The Worker of examples/worker in the real workerd, in front of an origin that is really asked.
import assert from "node:assert/strict";
import { Agent } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { install, root } from "./harness.mjs";
import { cookie, giftToken, KEY, PASS, passUntil, signed, WALL } from "./server-helpers.mjs";
import { dice, HOST, serveOrigin, startWorker } from "./workerd.mjs";

const GIFT_KEY = "gift0123456789abcdefghijklmnopqr";
const SOON = Math.floor(Date.now() / 1000) + 3600;
const ARTICLE = `<!doctype html><html><head><title>Light</title></head><body>
<div class="article-body"><p>one two three</p><p>${"the whole article ".repeat(100)}</p></div><footer>end</footer></body></html>`;
const REASONS = {
  nopass: [401, undefined],
  invalid: [401, "iteraspass=x"],
  expired: [401, cookie(passUntil("2020-01-01T00:00:00Z"))],
  wrongpaywall: [403, cookie(signed("sub|other000|2099-12-31T23:59:59Z|1|"))],
  accesslevel: [403, cookie(signed(`user|${WALL}|2099-12-31T23:59:59Z|1|`))],
};

let origin;
let folder;
let worker;
const settings = (changes) => ({
  ORIGIN: origin.url,
  PAYWALL_ID: WALL,
  PROTECTED: "/article /Magazine/",
  GATED: ".article-body",
  CHARACTERS: "13",
  PASS_KEYS: `${KEY}\n`,
  GIFT_KEY,
  ...changes,
});
before(async () => {
  origin = await serveOrigin();
  folder = await install("worker", join(root, "examples/worker"));
  worker = await startWorker(folder, "src/index.js", settings());
  const page = {
    body: ARTICLE,
    headers: {
      etag: '"1"',
      "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT",
      "cache-control": "public, s-maxage=60",
      "cdn-cache-control": "max-age=9",
      link: "</a.json>; rel=alternate",
      digest: "x",
      expires: "0",
    },
  };
  for (const path of ["/article/1", "/article", "/open", "/magazine/2"]) origin.pages.set(path, page);
  origin.pages.set("/article/1.json", {
    body: '{"body":"the whole article"}',
    headers: { "content-type": "application/json" },
  });
});
after(async () => {
  await worker?.close();
  await origin?.close();
});

function neverStored({ headers }) {
  assert.deepEqual([headers["cache-control"], headers.vary], ["private, no-store", "Cookie"]);
  for (const name of ["cdn-cache-control", "expires", "surrogate-control"])
    assert.equal(headers[name], undefined, name);
}

function denied(answer, status, reason) {
  assert.deepEqual([answer.status, answer.headers["x-iteras-reason"]], [status, reason]);
  neverStored(answer);
  for (const name of ["etag", "last-modified", "link", "digest"]) assert.equal(answer.headers[name], undefined, name);
  assert.ok(!answer.body.includes("whole article"), answer.body);
}

const lastAsked = () => origin.asked.at(-1);
const ours = ({ headers }) => Object.fromEntries(Object.entries(headers).filter(([name]) => /^x[-_]iteras/.test(name)));

test("a reader with a pass gets the page, which is checked again at every use", async () => {
  const sent = {
    cookie: cookie(PASS),
    "X-Iteras-Level": "forged",
    x_iteras_verdict: "gift",
    "X-Iteras_Subscriber": "forged",
    "if-none-match": '"2"',
  };
  const answer = await worker.ask("/article/1?page=2", { headers: sent });
  assert.deepEqual([answer.status, answer.body, answer.headers.etag], [200, ARTICLE, '"1"']);
  assert.deepEqual([answer.headers["cache-control"], answer.headers.vary], ["private, no-cache", "Cookie"]);
  assert.deepEqual(
    [answer.headers["cdn-cache-control"], answer.headers.expires, answer.headers["x-iteras-reason"]],
    [undefined, undefined, undefined],
  );
  assert.deepEqual(
    [lastAsked().url, lastAsked().headers["x-forwarded-host"], lastAsked().headers["if-none-match"]],
    ["/article/1?page=2", HOST, '"2"'],
  );
  assert.deepEqual(ours(lastAsked()), {
    "x-iteras-verdict": "pass",
    "x-iteras-level": "sub",
    "x-iteras-paywall": WALL,
    "x-iteras-subscriber": "31168",
    "x-iteras-expires": "2099-12-31T23:59:59Z",
  });
});

for (const [reason, [status, value]] of Object.entries(REASONS)) {
  test(`everybody else gets the teaser, or the denial: ${reason}`, async () => {
    const headers = {
      ...(value && { cookie: value }),
      "X-Iteras-Verdict": "pass",
      x_iteras_level: "sub",
      range: "bytes=0-9",
      "if-none-match": '"1"',
      "accept-encoding": "gzip",
    };
    const teaser = await worker.ask("/article/1", { headers });
    denied(teaser, 200, reason);
    const mark = `iteras-content-truncated ${reason == "nopass" ? "iteras-no-pass" : "iteras-invalid-pass"}`;
    assert.ok(teaser.body.includes(`${mark}"><p>one two three</p><p></p></div><footer>end</footer>`), teaser.body);
    const { headers: asked } = lastAsked();
    assert.deepEqual(
      [asked.range, asked["if-none-match"], asked["accept-encoding"]],
      [undefined, undefined, "identity"],
    );
    assert.deepEqual(ours(lastAsked()), { "x-iteras-reason": reason });
    denied(await worker.ask("/article/1.json", { headers }), status, reason);
  });
}

test("HEAD is judged as GET and has no body; POST gets the denial and the origin nothing", async () => {
  const head = await worker.ask("/article/1", { method: "HEAD", headers: { range: "bytes=0-9" } });
  denied(head, 200, "nopass");
  assert.equal(head.body, "");
  const before = origin.asked.length;
  for (const method of ["POST", "OPTIONS", "PUT"]) denied(await worker.ask("/article/1", { method }), 401, "nopass");
  assert.equal(origin.asked.length, before);
});

test("a gift link opens its page, marked, and no other", async () => {
  const token = giftToken(GIFT_KEY, HOST, "/article/1", SOON);
  const answer = await worker.ask(`/article/1?iterasgift=${token}`, {
    headers: { "if-none-match": '"1"', "x-iteras-level": "sub" },
  });
  neverStored(answer);
  assert.deepEqual(
    [answer.status, answer.headers["referrer-policy"], answer.headers["x-robots-tag"], answer.headers.etag],
    [200, "strict-origin", "noindex", undefined],
  );
  assert.equal(answer.body, ARTICLE.replace("<html>", '<meta name="iteras-gate" content="open"><html>'));
  assert.deepEqual(
    [ours(lastAsked()), lastAsked().headers["if-none-match"]],
    [{ "x-iteras-verdict": "gift" }, undefined],
  );
  denied(await worker.ask(`/article?iterasgift=${token}`), 200, "nopass");
  denied(
    await worker.ask(`/article/1?iterasgift=${giftToken(GIFT_KEY, HOST, "/article/1", SOON - 7200)}`),
    200,
    "nopass",
  );
  denied(await worker.ask(`/article/1?iterasgift=${giftToken(KEY, HOST, "/article/1", SOON)}`), 200, "nopass");
  denied(await worker.ask(`/article/1?iterasgift=${token}`, { host: "other.example" }), 200, "nopass");
});

test("C79 free pages: so many and no more, none ahead, and no cookie of another host's", async () => {
  const METER_KEY = "a key that is for meters only";
  const metered = await startWorker(folder, "src/index.js", settings({ METER: "2/30", METER_KEY }));
  try {
    const reader = { "sec-fetch-dest": "document", "x-iteras-meter": "0/99", "if-none-match": '"1"' };
    const ask = (path, cookies, more) =>
      metered.ask(path, { headers: { ...reader, ...(cookies && { cookie: cookies }) }, ...more });
    const kept = ({ headers }) => headers["set-cookie"]?.map((line) => line.split("; ")[0]).join();
    let cookies;
    for (const [used, path] of [
      [1, "/article/1"],
      [2, "/magazine/2"],
    ]) {
      const answer = await ask(path, cookies);
      neverStored(answer);
      const element = `<meta name="iteras-gate" content="open" data-used="${used}" data-free="2">`;
      assert.equal(answer.body, ARTICLE.replace("<html>", `${element}<html>`));
      assert.equal(answer.headers["x-iteras-meter"], `${used}/2`);
      assert.match(answer.headers["set-cookie"][0], /; Path=\/; Max-Age=25\d{5}; HttpOnly; SameSite=Lax$/);
      assert.deepEqual(ours(lastAsked()), { "x-iteras-verdict": "meter", "x-iteras-meter": `${used}/2` });
      assert.equal(lastAsked().headers["if-none-match"], undefined);
      cookies = kept(answer);
    }
    const third = await ask("/article", cookies);
    denied(third, 200, "nopass");
    assert.deepEqual([third.headers["x-iteras-meter"], kept(third)], ["2/2", undefined]);
    const again = await ask("/article/1", cookies);
    assert.ok(again.body.includes("whole article"));
    assert.equal(kept(again), undefined);
    const before = origin.asked.length;
    const ahead = { headers: { ...reader, cookie: cookies, "sec-purpose": "prefetch;prerender" } };
    denied(await metered.ask("/article/1", ahead), 401, "nopass");
    assert.equal(origin.asked.length, before, "no teaser of what is fetched ahead");
    denied(await ask("/article/1", cookies, { method: "HEAD" }), 200, "nopass");
    const elsewhere = await ask("/article/1", cookies, { host: "other.example" });
    assert.equal(elsewhere.headers["x-iteras-meter"], "1/2");
    const forged = await ask(
      "/article",
      cookies.replace(/.$/, (last) => (last == "0" ? "1" : "0")),
    );
    assert.equal(forged.headers["x-iteras-meter"], "1/2");
    assert.equal((await ask("/open", cookies)).headers["x-iteras-meter"], undefined);
    const paid = await ask("/article", `${cookies}; ${cookie(PASS)}`);
    assert.deepEqual([paid.body, kept(paid)], [ARTICLE, undefined]);
  } finally {
    await metered.close();
  }
});

test("open pages come as they are, less what a client sent in the gate's name", async () => {
  const answer = await worker.ask("/open", { headers: { "x-iteras-verdict": "pass", x_iteras_level: "sub" } });
  assert.deepEqual(
    [answer.status, answer.body, answer.headers["cache-control"], answer.headers.etag],
    [200, ARTICLE, "public, s-maxage=60", '"1"'],
  );
  assert.deepEqual(ours(lastAsked()), {});
});

test("no spelling of a path leads round the gate, or to another host", async () => {
  for (const path of [
    "/ARTICLE/1",
    "//article/1",
    "/open/../article/1",
    "/open/%2e%2e/article/1",
    "/article;x/1",
    "/%61rticle/1",
    "/magazine",
    "/magazine/2",
    "/open%2f..%2farticle%2f1",
    "/%00",
    "/a%zz",
  ]) {
    const answer = await worker.ask(path);
    assert.ok([200, 401].includes(answer.status), path);
    assert.equal(answer.headers["x-iteras-reason"], "nopass", path);
    assert.ok(!answer.body.includes("whole article"), path);
  }
  const { status } = await worker.ask("//evil.example/x", { headers: { cookie: cookie(PASS) } });
  assert.deepEqual([status, lastAsked().url], [404, "//evil.example/x"]);
});

test("without its settings the Worker is closed, and its log names the setting", async () => {
  const cases = [
    [{ PASS_KEYS: undefined }, /the gate is closed: PASS_KEYS: is not set/],
    [{ PASS_KEYS: "" }, /the gate is closed: PASS_KEYS: is not set/],
    [{ PASS_KEYS: "too-short" }, /the gate is closed: createGate: keys\[0\]: .*16/],
    [{ PASS_KEYS: `${KEY} ` }, /the gate is closed: createGate: keys\[0\]: /],
    [{ PAYWALL_ID: undefined }, /the gate is closed: PAYWALL_ID: is not set/],
    [{ GATED: "a[" }, /the gate is closed: teaser: gated: /],
    [{ ORIGIN: undefined }, /the gate is closed: ORIGIN: is not set/],
    [{ METER: "3/30" }, /the gate is closed: METER_KEY: is not set/],
    [{ METER: "3", METER_KEY: "a key that is for meters only" }, /the gate is closed: createGate: meter\.days: /],
  ];
  const asked = origin.asked.length;
  for (const [changes, line] of cases) {
    const bindings = Object.fromEntries(Object.entries(settings(changes)).filter(([, value]) => value !== undefined));
    const closed = await startWorker(folder, "src/index.js", bindings);
    for (const path of ["/article/1", "/open"]) {
      const { status, headers, body } = await closed.ask(path, { headers: { cookie: cookie(PASS) } });
      assert.deepEqual([status, headers["cache-control"]], [503, "private, no-store"], String(line));
      assert.ok(body.includes("not available right now"), body);
    }
    const log = await closed.log(line);
    assert.ok(!log.includes(KEY) && !log.includes("too-short"), log);
    await closed.close();
  }
  assert.equal(origin.asked.length, asked);
});

test("F29: ten thousand readers in one isolate share nothing, the first of whom hung up", async () => {
  const page = (n) =>
    `<div class=article-body>page ${n} for all, <b>and for payers the number ${n}</b></div><p>end ${n}</p>`;
  for (let n = 0; n < 50; n++) origin.pages.set(`/article/many/${n}`, { body: page(n) });
  origin.pages.set("/article/long", { body: ARTICLE + "<p>x</p>".repeat(20_000), most: 1000, dice: dice(1) });
  await worker.abort("/article/long");
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const visitors = [
    ...Object.entries(REASONS).map(([reason, [, value]]) => ({ reason, value })),
    ...[1, 2, 3].map((n) => ({
      subscriber: String(n),
      value: cookie(signed(`sub|${WALL}|2099-12-31T23:59:59Z|${n}|`)),
    })),
  ];
  const roll = dice(29);
  const one = async () => {
    const n = Math.floor(roll() * 50);
    const { reason, subscriber, value } = visitors[Math.floor(roll() * visitors.length)];
    const who = `${n}-${asked++}`;
    const { status, body, headers } = await worker.ask(`/article/many/${n}?who=${who}`, {
      agent,
      headers: value ? { cookie: value } : {},
    });
    assert.equal(status, 200);
    if (reason) {
      const mark = reason == "nopass" ? "iteras-no-pass" : "iteras-invalid-pass";
      assert.equal(headers["x-iteras-reason"], reason);
      assert.ok(body.endsWith(`${mark}">page ${n} for</div><p>end ${n}</p></body></html>`), body);
    } else {
      assert.deepEqual([body, headers["x-iteras-reason"]], [page(n), undefined]);
    }
    told.set(who, subscriber);
  };
  let asked = 0;
  const told = new Map();
  const from = origin.asked.length;
  const readers = async (until) => {
    while (asked < until) await one();
  };
  await Promise.all(Array.from({ length: 16 }, () => readers(10_000)));
  agent.destroy();
  for (const { url, headers } of origin.asked.slice(from)) {
    const who = /who=(.*)/.exec(url)?.[1];
    if (who) assert.equal(headers["x-iteras-subscriber"], told.get(who), who);
  }
  assert.equal(told.size, 10_000);
});
