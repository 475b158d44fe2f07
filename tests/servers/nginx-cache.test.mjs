// examples/nginx-cache: a page is kept once as teaser and once in full, and nobody gets what is not theirs.
import assert from "node:assert/strict";
import test from "node:test";
import * as checks from "./checks.mjs";
import {
  ARTICLE,
  ask,
  editor,
  fill,
  folder,
  freePort,
  gift,
  HOST,
  keepingAnswers,
  keyFolder,
  pass,
  startGate,
  startNginx,
  startOrigin,
  WALL,
  withPass,
} from "./harness.mjs";

const PAGES = ["/articles/1", "/articles/2", "/articles/3"];

// An origin as the recipe wants it: the variant that it is asked for, and the same for every reader.
function variants(request, response) {
  const full = request.headers["x-iteras-variant"] == "full" || !request.url.startsWith("/articles/");
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.setHeader("Cache-Control", "public, max-age=600");
  response.setHeader("ETag", `"${full ? "full" : "teaser"}"`);
  response.end(
    `<!doctype html><html><head><title>Fog</title></head><body>first${full ? `, ${ARTICLE}` : ""}</body></html>`,
  );
}

async function world(t, answer = variants, change = (config) => config, uncomment = (site) => site) {
  const [origin, listen, gatePort, keys] = [
    await startOrigin(t, answer),
    await freePort(),
    await freePort(),
    keyFolder(t),
  ];
  const GATE = `127.0.0.1:${gatePort}`;
  const config = fill("examples/nginx/gate.toml", { GATE, SERVER_NAME: HOST, PAYWALL: WALL, KEYS: keys });
  const gate = await startGate(t, change(config, keys), { keys });
  await startNginx(
    t,
    uncomment(
      fill("examples/nginx-cache/site.conf", {
        LISTEN: `127.0.0.1:${listen}`,
        SERVER_NAME: HOST,
        GATE,
        ORIGIN: `127.0.0.1:${origin.port}`,
        CACHE: `${folder(t)}/cache`,
      }),
    ),
  );
  return { port: listen, origin, gate };
}

// xorshift: the same readers in every run.
function dice(seed) {
  let state = seed;
  return (sides) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % sides;
  };
}

const READERS = [
  () => ({ full: false, headers: [] }),
  () => ({ full: false, headers: ["Cookie: iteraspass=junk"] }),
  (roll) => ({ full: false, headers: [withPass({ key: `another key, number ${roll(1e9)}` })] }),
  () => ({ full: false, headers: [withPass({ seconds: -3600 })] }),
  () => ({ full: false, headers: [withPass({ level: "user" })] }),
  () => ({ full: false, headers: ["X-Iteras-Variant: full", "X-Iteras-Verdict: pass"] }),
  (roll) => ({ full: true, headers: [withPass({ subscriber: String(roll(1e9)) })] }),
  (roll) => ({ full: true, headers: [withPass({ subscriber: String(roll(1e9)) }), "Range: bytes=0-9"], part: true }),
  () => ({ full: true, headers: [editor()], marked: true }),
];

test("nginx-cache: no reader ever gets another's variant, and the origin is asked once for each", async (t) => {
  const { port, origin } = await world(t);
  const roll = dice(0x5eed);
  const readers = Array.from({ length: 900 }, () => ({
    path: PAGES[roll(PAGES.length)],
    ...READERS[roll(READERS.length)](roll),
  }));
  const counts = { teaser: 0, full: 0 };
  const one = async ({ path, full, headers, part, marked = false }) => {
    const answer = await ask(port, { path, headers });
    counts[full ? "full" : "teaser"] += 1;
    if (part) return assert.ok([200, 206].includes(answer.status));
    assert.equal(answer.status, 200);
    assert.equal(answer.body.includes(ARTICLE), full, headers.join());
    assert.equal(answer.body.includes("iteras-gate"), marked);
    assert.equal(answer.header("cache-control"), full && !marked ? "private, no-cache" : "private, no-store");
    assert.match(answer.header("vary"), /cookie/i);
    if (full) return;
    assert.ok(["nopass", "invalid", "expired", "accesslevel"].includes(answer.header("x-iteras-reason")));
    for (const name of ["etag", "content-length", "last-modified"]) assert.equal(answer.header(name), "");
  };
  // Fifty readers at a time, all of them at once on pages that nobody has asked for yet.
  const queue = readers.slice();
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      while (queue.length > 0) await one(queue.pop());
    }),
  );
  t.diagnostic(
    `${counts.teaser} teasers and ${counts.full} full pages for ${origin.requests.length} questions to the origin`,
  );
  const asked = origin.requests.map(({ url, headers }) => `${url} ${headers["x-iteras-variant"]}`).sort();
  assert.deepEqual(
    asked,
    PAGES.flatMap((path) => [`${path} full`, `${path} teaser`]),
  );
  for (const { headers } of origin.requests) {
    assert.ok(!("cookie" in headers) && !("x-iteras-subscriber" in headers), "the origin could tell readers apart");
  }
});

test("nginx-cache: no header of a reader's makes another page of what is kept", async (t) => {
  const { port, origin } = await world(t);
  for (const header of [
    "X-Forwarded-Host: evil.example",
    "X-Original-URL: /evil",
    "X-Theme: evil",
    "Accept-Language: da",
  ]) {
    await ask(port, { path: "/about", headers: [header, "User-Agent: evil"] });
  }
  assert.equal(origin.requests.length, 1);
  const names = Object.keys(origin.requests[0].headers).sort();
  const known = ["accept-encoding", "host", "x-forwarded-host", "x-forwarded-proto", "x-iteras-variant"];
  assert.deepEqual(names, known);
  assert.equal(origin.requests[0].headers["x-forwarded-host"], "pub.example");
});

test("nginx-cache: gift links, open pages, and what the origin does not want kept", async (t) => {
  const { port, origin } = await world(t);
  const given = await ask(port, { path: `/articles/1?${gift("/articles/1")}` });
  assert.ok(given.body.includes(ARTICLE) && given.body.includes('<meta name="iteras-gate" content="open">'));
  assert.deepEqual(["cache-control", "referrer-policy", "x-robots-tag"].map(given.header), [
    "private, no-store",
    "strict-origin",
    "noindex",
  ]);
  const next = await ask(port, { path: "/articles/1", headers: [withPass()] });
  assert.ok(next.body.includes(ARTICLE) && !next.body.includes("iteras-gate"), "the mark is not kept");
  for (const headers of [[], [withPass()]]) {
    const open = await ask(port, { path: "/about", headers });
    assert.deepEqual([open.header("cache-control"), open.body.includes(ARTICLE)], ["public, max-age=600", true]);
  }
  assert.equal(origin.requests.filter(({ url }) => url == "/about").length, 1);
});

test("nginx-cache: a page that sets a cookie or is private is never kept", async (t) => {
  const { port, origin } = await world(t, (request, response) => {
    if (request.url == "/articles/1") response.setHeader("Set-Cookie", "session=1");
    response.setHeader("Cache-Control", request.url == "/articles/1" ? "max-age=600" : "private");
    response.end("first");
  });
  for (const path of ["/articles/1", "/articles/2"]) {
    for (let at = 0; at < 2; at += 1) assert.equal((await ask(port, { path })).header("set-cookie"), "");
  }
  assert.equal(origin.requests.length, 4);
});

test("nginx-cache: what is kept stays shut without the gate", async (t) => {
  const { port, gate } = await world(t);
  assert.equal((await ask(port, { path: "/articles/1", headers: [withPass()] })).status, 200);
  await gate.stop();
  for (const headers of [[], [withPass()]]) {
    const answer = await ask(port, { path: "/articles/1", headers });
    assert.deepEqual([answer.status, answer.body.includes("first")], [503, false]);
  }
});

test("nginx-cache: free pages, and no page more; nothing of one reader's is kept for another", async (t) => {
  // As README.md says: validators are hidden where there is a meter.
  const hidden = (site) => site.replace(/# (?=proxy_hide_header (ETag|Last-Modified);)/g, "");
  const { port, origin } = await world(t, variants, checks.withMeter, hidden);
  const document = "Sec-Fetch-Dest: document";
  const shut = (answer, told) => {
    assert.deepEqual([answer.status, answer.body.includes(ARTICLE)], [200, false]);
    assert.deepEqual(["x-iteras-reason", "x-iteras-meter"].map(answer.header), ["nopass", told]);
    assert.equal(answer.header("set-cookie"), "");
  };
  await t.test("C79 so many are given away", async () => {
    const read = (path, ...headers) => ask(port, { path, headers: [document, ...headers] });
    const cookie = (answer) => `Cookie: ${answer.header("set-cookie").split("; ")[0]}`;
    const first = await read("/articles/1");
    assert.ok(first.body.includes('content="open" data-used="1" data-free="2">') && first.body.includes(ARTICLE));
    assert.equal(first.header("cache-control"), "private, no-store");
    const second = await read("/articles/2", cookie(first));
    assert.equal(second.header("x-iteras-meter"), "2/2");
    shut(await read("/articles/3", cookie(second)), "2/2");
    // All variants are kept by now: each reader gets the right one, with a cookie of his own or none.
    const asked = origin.requests.length;
    const other = await read("/articles/1");
    assert.ok(other.header("set-cookie").startsWith("iterasmeter=") && other.body.includes('data-used="1"'));
    const paid = await read("/articles/1", withPass());
    assert.deepEqual([paid.header("set-cookie"), paid.header("x-iteras-meter")], ["", ""]);
    assert.ok(paid.body.includes(ARTICLE) && !paid.body.includes("iteras-gate"));
    shut(await read("/articles/3", cookie(second)), "2/2");
    assert.equal(origin.requests.length, asked, "all of it was kept");
    for (const purpose of ["Sec-Purpose: prefetch", "Sec-Purpose: prefetch;prerender"]) {
      const ahead = await read("/articles/1", cookie(second), purpose);
      assert.deepEqual([ahead.status, ahead.header("x-iteras-meter"), ahead.header("set-cookie")], [401, "ahead", ""]);
      assert.ok(!ahead.body.includes("first"));
    }
  });
  await t.test("a reader who kept the page while a pass opened it gets it anew, marked", async () => {
    const etag = (await ask(port, { path: "/articles/1", headers: [document, withPass()] })).header("etag");
    const answer = await ask(port, { path: "/articles/1", headers: [document, `If-None-Match: ${etag || '"full"'}`] });
    assert.deepEqual([answer.status, answer.body.includes('data-used="1"')], [200, true]);
  });
});

const keepAnswers = (config) => `keep_answers = 5\n${config}`;

test("nginx-cache: an answer that is kept is the same reader's for the same page", async (t) => {
  const { port, gate } = await world(t, variants, keepAnswers, keepingAnswers);
  const subscriber = withPass();
  const readers = [
    { full: true, headers: [subscriber] },
    { full: false, headers: [] },
    { full: true, headers: [withPass({ subscriber: "31169" })] },
    { full: false, headers: [withPass({ level: "user" })] },
    { full: false, headers: [withPass({ seconds: -3600 })] },
    // Another first pass: which one counts is for the gate to say.
    { full: true, headers: [`${withPass({ level: "user" })}; ${subscriber.slice("Cookie: ".length)}`] },
    { full: false, headers: [`Cookie: ITERASPASS=${pass()}`] },
    { full: true, headers: [editor()] },
  ];
  const ROUNDS = 12;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const path of PAGES) {
      const asked = readers.map(async ({ full, headers }) => {
        const answer = await ask(port, { path, headers });
        assert.equal(answer.body.includes(ARTICLE), full, `round ${round}, ${path}, ${headers}`);
      });
      await Promise.all(asked);
    }
  }
  const metrics = (await ask(gate.port, { path: "/metrics" })).body;
  const judged = (verdict) =>
    Number(new RegExp(`judgements_total\\{verdict="${verdict}",.* (\\d+)`).exec(metrics)?.[1] ?? 0);
  const of = ROUNDS * PAGES.length;
  assert.ok(judged("pass") < (of * 3) / 2, `${judged("pass")} questions about ${of * 3} requests with a pass`);
  assert.equal(judged("editor"), of, "nothing but a pass is kept");
});

test("nginx-cache: another address, host or method is another question", async (t) => {
  const { port } = await world(t, variants, keepAnswers, keepingAnswers);
  const reader = withPass({ wall: WALL });
  assert.ok((await ask(port, { path: "/articles/1", headers: [reader] })).body.includes(ARTICLE));
  for (const [path, headers] of [
    ["/articles/1?x", []],
    ["/articles/1", ["Cookie: other=1"]],
    ["/articles/2", [withPass({ wall: "another1wall" })]],
  ]) {
    assert.equal((await ask(port, { path, headers })).body.includes(ARTICLE), false, `${path} ${headers}`);
  }
});
