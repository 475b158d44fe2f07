// The 15 ways round a wall that everybody knows, each against the wall in the page, companion, and the gate with
// teasers: the results are the table in SECURITY.md. `ITERAS_WAYS=write` before the run writes it there.
import assert from "node:assert/strict";
import { after } from "node:test";

import { ask, gift } from "../servers/harness.mjs";
import { test } from "./driver/test.mjs";
import { ARTICLE, CANARY, CRAWLER, GOOGLEBOT, LEAD, compare, foreign, pass, setUp } from "./ways-helpers.mjs";

/** Old, and never renewed. */
const expired = () => pass({ seconds: -86_400 });
const later = (old) => old.replace(/\|20\d\d-[^|]*\|/, "|2099-12-31T23:59:59Z|");
const HOST = "localhost";
const request = async (port, options) => (await ask(port, { path: ARTICLE, host: HOST, ...options })).body;
const all = async (port, requests) => {
  const texts = [];
  for (const options of requests) texts.push(await request(port, options));
  return texts.join("\n");
};

const FEEDS = [
  "/feed",
  "/feed/",
  "/feed/atom",
  "/comments/feed",
  "/articles/1/feed/rss2",
  "/?feed=rss2",
  "/about?feed=atom",
  "/wp-json/wp/v2/posts",
  "/wp-json/wp/v2/posts/1?_fields=content",
  "/?rest_route=/wp/v2/posts",
  "/?rest_route=%2Fwp%2Fv2%2Fposts%2F1",
  "/wp-content/none?rest_route=/wp/v2/posts",
  "/wp-json/oembed/1.0/embed?url=x",
  "/xmlrpc.php",
].map((path) => ({ path }));

const FORM = "Content-Type: application/x-www-form-urlencoded";
/** Requests that some origin takes for the article, though they don't look like it. */
const TRICKS = [
  ...[
    "/ARTICLES/1",
    "/%61rticles/1",
    "/articles%2f1",
    "/articles%5c1",
    "/articles\\1",
    "//articles//1",
    "/./articles/./1",
    "/x/../articles/1",
    "/x/%2e%2e/articles/1",
    "/articles;v=1/1",
    "/articles/1;v=1",
    "/articles/1%00.css",
    "/articles/1/print",
    "/articles/1/amp",
    "/articles/1/embed",
    "/index.php/articles/1",
    "/?p=1",
    "/about?p=1",
    "/robots.txt?p=1",
    "/?page_id=1",
    "/?name=out-of-the-fog",
    "/?+p=1",
    "/?%70=1",
    "/?p[]=1",
    "/?p%00x=1",
    "/?preview=true",
    "/?attachment_id=1",
    "/wp-content/none?p=1",
    "/articles/1?open=1&access=sub&iteraspass=x",
  ].map((path) => ({ path })),
  { headers: ["Range: bytes=0-100000"] },
  { headers: ['If-None-Match: "0"'] },
  { method: "POST", headers: ["Content-Length: 0"] },
  { method: "PUT", headers: ["Content-Length: 0"] },
  { method: "OPTIONS" },
  { path: "/", headers: ["X-Original-URL: /articles/1"] },
  { path: "/", headers: ["X-Rewrite-URL: /articles/1"] },
  { headers: ["X-Iteras-Verdict: pass", "X-Iteras-Level: sub"] },
  { headers: ["X-Forwarded-Host: nowhere.example"] },
  { headers: ["Sec-Purpose: prefetch"] },
  { host: "localhost." },
  { host: "nowhere.example" },
  ...["p=1", "%70=1", "a=b&rest_route=/wp/v2/posts"].map((body) => ({
    path: "/",
    method: "POST",
    headers: [FORM, `Content-Length: ${body.length}`],
    body,
  })),
];

/** Each gives the text that it got. */
const WAYS = [
  ["JavaScript switched off", (scene, side) => scene.read(side, { script: false })],
  ["our scripts blocked", (scene, side) => scene.read(side, { block: /\/static\/api\/iteras/ })],
  ["`wall` patched", (scene, side) => scene.read(side, { patch: patched })],
  ["a forged cookie", (scene, side) => scene.read(side, { alone: true, cookie: forged() })],
  ["the expiry edited", (scene, side) => scene.read(side, { alone: true, cookie: later(expired()) })],
  [
    "the level edited",
    (scene, side) => scene.read(side, { alone: true, cookie: pass({ level: "user" }).replace("user|", "sub|") }),
  ],
  ["an expired pass, as it was", (scene, side) => scene.read(side, { alone: true, cookie: expired() })],
  ["the pass of another publisher", (scene, side) => scene.read(side, { alone: true, cookie: foreign() })],
  ["reader mode", (scene, side) => scene.readerMode(side)],
  ["view-source", (scene, side) => scene.source(side)],
  ["`curl` as Googlebot", (scene, { port }) => request(port, { headers: [`User-Agent: ${GOOGLEBOT}`] })],
  ["a copy out of a cache", fromCache],
  ["feeds and REST", (scene, { port }) => all(port, FEEDS)],
  ["paths and parameters written otherwise", (scene, { port }) => all(port, TRICKS)],
  ["a friend's copied pass", fromFriend],
];

const forged = () => `sub|n8fsoupukhv3|2099-12-31T23:59:59Z|31168|192.0.2.7/sha256:${"0123456789abcdef".repeat(4)}`;

function patched() {
  const wall = () => ({ authorized: true });
  Object.defineProperty(window, "Iteras", { value: Object.freeze({ wall }) });
}

async function fromCache(scene, { cache }) {
  const whole = await request(cache, { headers: [`Cookie: iteraspass=${pass()}`] });
  assert.ok(whole.includes(CANARY), "the subscriber, before");
  return all(cache, [{}, { headers: [`Cookie: consent=1`] }, { headers: [`Cookie: iteraspass=${expired()}`] }]);
}

// The subscriber reads at home and on the way; then his friend does. Each server in front says where they are.
async function fromFriend(scene, side) {
  const cookie = pass({ subscriber: "31170" });
  for (const address of ["198.51.100.7", "192.0.2.20"]) {
    const own = await request(side.port, { headers: [`Cookie: iteraspass=${cookie}`, `X-Forwarded-For: ${address}`] });
    assert.ok(own.includes(CANARY), "the subscriber himself");
  }
  side.before = await copied(scene);
  return scene.read(side, { cookie, from: "203.0.113.77" });
}

const copied = async (scene) => {
  const [, count] = /copied_passes_total\{result="over"\} (\d+)/.exec(await scene.metrics()) ?? [];
  return Number(count ?? 0);
};

const scene = await setUp({ after });
const found = new Map();
const asked = { honest: 0, shutOut: [] };

for (const [way, reads] of WAYS) {
  test(`C90 ${way}`, async () => {
    const cells = [];
    for (const side of scene.sides) {
      const text = await reads(scene, side);
      const isSeen = side.name == "gate" && side.before !== undefined && (await copied(scene)) > side.before;
      cells.push(text.includes(CANARY) ? (isSeen ? "seen" : "read") : "stopped");
    }
    found.set(way, cells);
  });
}

test("C90 what is tried is the article where nothing guards it", async () => {
  const [alone] = scene.sides;
  for (const options of [...FEEDS, ...TRICKS]) {
    assert.ok((await request(alone.port, options)).includes(CANARY), JSON.stringify(options));
  }
});

const OPEN = {
  "/": "The front page",
  "/?utm_source=x": "The front page",
  "/about": "The front page",
  "/subscribe": "Subscribe here",
  "/robots.txt": "User-agent",
  "/wp-content/theme.css": "The front page",
};

test("C90 who tries nothing sees the beginning, and who may read reads", async () => {
  const honest = async (what, text, words) => {
    asked.honest++;
    if (!(await text).includes(words)) asked.shutOut.push(what);
  };
  for (const side of scene.sides) {
    const nobody = await scene.read(side, {});
    assert.ok(nobody.includes(LEAD) && !nobody.includes(CANARY), `${side.name}: ${nobody}`);
    await honest(`${side.name}: in the browser`, scene.read(side, { cookie: pass() }), CANARY);
    const cookies = [
      `iteraspass=${pass()}`,
      `a=1; iteraspass=${encodeURIComponent(pass())}; b=2`,
      `iteraspass=${expired()}; iteraspass=${pass()}`,
    ].map((cookie) => ({ headers: [`Cookie: ${cookie}`] }));
    for (const port of [side.port, side.cache]) {
      const where = `${side.name}, ${port == side.port ? "straight" : "by the cache"}`;
      for (const cookie of cookies) await honest(`${where}: ${cookie.headers}`, request(port, cookie), CANARY);
      for (const { path } of FEEDS) await honest(`${where}: ${path}`, request(port, { path, ...cookies[0] }), CANARY);
      for (const [path, words] of Object.entries(OPEN))
        await honest(`${where}: ${path}`, request(port, { path }), words);
    }
  }
  const { port } = scene.sides.at(-1);
  const crawler = { headers: [`User-Agent: ${GOOGLEBOT}`, `X-Forwarded-For: ${CRAWLER}`] };
  await honest("the true Googlebot", request(port, crawler), CANARY);
  await honest("a gift link", request(port, { path: `${ARTICLE}?${gift(ARTICLE, 60, HOST)}` }), CANARY);
  assert.deepEqual(asked.shutOut, []);
});

test("C90 SECURITY.md says how each way ended: the gate stops 14, and tells of the last", () => {
  const cells = (way) => found.get(way) ?? ["?", "?", "?"];
  const rows = WAYS.map(([way]) => `| ${[way, ...cells(way)].join(" | ")} |`);
  const head = ["| way | page wall | companion | gate with teaser |", "| --- | --- | --- | --- |"];
  const shutOut = `\nRequests of those who may read: ${asked.honest}, shut out of these: ${asked.shutOut.length}.\n`;
  const { table, written } = compare([...head, ...rows, shutOut].join("\n"));
  assert.equal(written, table, "renew it with ITERAS_WAYS=write");
  const gate = WAYS.map(([way]) => cells(way)[2]);
  assert.deepEqual(gate, [...Array(14).fill("stopped"), "seen"]);
});
