// Search engines in `createGate`: known by published ranges and the address that the caller gives, in `handle` and
// `expressGate`; what their pages say of themselves.
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { complaint, cookie, entries, KEY, PASS, WALL } from "./server-helpers.mjs";

let createGate, expressGate, mark, teaser;
before(async () => {
  const { folder, import: entry } = await entries();
  ({ createGate, expressGate, mark } = entry);
  ({ teaser } = await import(pathToFileURL(join(folder, "node_modules/iteras/teaser.js"))));
});

const GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const RANGES = {
  creationTime: "2026",
  prefixes: [{ ipv4Prefix: "66.249.64.0/19" }, { ipv6Prefix: "2001:4860:4801::/48" }],
};
const OTHERS = { prefixes: [{ ipv4Prefix: "203.0.113.0/24", service: "x" }] };
const PAGE =
  '<!doctype html><html lang="da"><title>Fog</title><div class="a body"><p>Once upon a CANARY</p></div></html>';

const gateOf = (options) =>
  createGate({
    keys: [KEY],
    paywallid: WALL,
    crawlers: [
      { agent: "Googlebot", ranges: RANGES },
      { agent: "OtherBot", ranges: [OTHERS, { prefixes: [{ ipv4Prefix: "198.51.100.7/32" }] }] },
    ],
    ...options,
  });

const page = () =>
  new Response(PAGE, { headers: { "content-type": "text/html", etag: '"1"', "x-robots-tag": "nosnippet" } });

// The answer to an agent from an address, and the request that the origin got.
async function visit(gate, agent, peer, { method = "GET", headers = {}, path = "/article" } = {}) {
  let asked = null;
  const request = new Request(`https://pub.example${path}`, { method, headers: { "user-agent": agent, ...headers } });
  const answer = await gate.handle(request, (sent) => ((asked = sent), page()), { peer });
  return { answer, asked, text: await answer.text() };
}

test("C80 a crawler whose address is in its ranges gets the page whole, with its headers", async () => {
  const gate = gateOf({ mark });
  for (const [agent, peer] of [
    [GOOGLE, "66.249.66.1"],
    ["googlebot-image/1.0", "::ffff:66.249.66.1"],
    [GOOGLE, "66.249.66.1:4711"],
    [GOOGLE, "[2001:4860:4801::9]:443"],
    ["OtherBot/1", "203.0.113.9"],
    ["OtherBot/1", "198.51.100.7"],
  ]) {
    const { answer, asked, text } = await visit(gate, agent, peer, { headers: { "x-http-method-override": "PUT" } });
    assert.equal(asked.headers.get("x-iteras-verdict"), "crawler", peer);
    assert.equal(asked.headers.get("x-http-method-override"), null);
    assert.equal(text, PAGE.replace(">", '><meta name="iteras-gate" content="open">'));
    assert.equal(answer.headers.get("cache-control"), "private, no-store");
    assert.equal(answer.headers.get("x-robots-tag"), "nosnippet, noarchive");
    assert.equal(answer.headers.get("etag"), null);
  }
  const { asked } = await visit(gate, GOOGLE, "66.249.66.1", { headers: { cookie: cookie(PASS) } });
  assert.equal(asked.headers.get("x-iteras-verdict"), "pass");
});

test("C80 everybody else is as everybody", async () => {
  const gate = gateOf();
  for (const [agent, peer, more] of [
    [GOOGLE, "203.0.113.9"],
    ["OtherBot/1", "66.249.66.1"],
    ["Mozilla/5.0", "66.249.66.1"],
    ["NotGooglebot/2.1", "66.249.66.1"],
    [GOOGLE, undefined],
    [GOOGLE, null],
    [GOOGLE, ""],
    [GOOGLE, "crawl-66-249-66-1.googlebot.com"],
    [GOOGLE, "66.249.66.1, 1.2.3.4"],
    [GOOGLE, undefined, { headers: { "x-forwarded-for": "66.249.66.1", "cf-connecting-ip": "66.249.66.1" } }],
    [GOOGLE, "66.249.66.1", { method: "POST" }],
  ]) {
    const { answer, asked } = await visit(gate, agent, peer, more);
    assert.deepEqual([answer.status, asked], [401, null], `${agent} ${peer}`);
  }
  const head = await visit(gate, GOOGLE, "66.249.66.1", { method: "HEAD" });
  assert.equal(head.answer.status, 200);
  const none = await visit(createGate({ keys: [KEY], paywallid: WALL }), GOOGLE, "66.249.66.1");
  assert.equal(none.answer.status, 401);
});

test("a peer that is no text opens nothing", async () => {
  const { answer, asked } = await visit(gateOf(), GOOGLE, 42);
  assert.deepEqual([answer.status, asked], [503, null]);
});

test("with a teaser the page says which element is not free, to crawlers and readers alike", async () => {
  const gate = gateOf({ mark, teaser: teaser({ gated: [".none", ".body"], characters: 9 }) });
  const { text } = await visit(gate, GOOGLE, "66.249.66.1");
  const label = /<script type="application\/ld\+json">.*?<\/script>/;
  const [script] = label.exec(text);
  assert.equal(text, PAGE.replace(">", `><meta name="iteras-gate" content="open">${script}`));
  const said = JSON.parse(script.replace(/<[^>]*>/g, ""));
  assert.equal(said.isAccessibleForFree, false);
  assert.deepEqual(said.hasPart, { "@type": "WebPageElement", isAccessibleForFree: false, cssSelector: ".body" });
  const reader = await visit(gate, "Mozilla/5.0", "66.249.66.1");
  assert.ok(reader.text.includes(script) && !reader.text.includes("CANARY"), reader.text);
  const other = gateOf({ mark, teaser: teaser({ gated: ".other" }) });
  const unlabelled = await visit(other, GOOGLE, "66.249.66.1");
  assert.equal(unlabelled.text, PAGE.replace(">", '><meta name="iteras-gate" content="open">'));
});

test("C80 Express asks the publisher for the address", () => {
  const admitted = (options, agent = GOOGLE) => {
    const headers = { host: "pub.example", "user-agent": agent, "x-forwarded-for": "66.249.66.1" };
    const req = {
      method: "GET",
      url: "/article",
      headers,
      rawHeaders: Object.entries(headers).flat(),
      ip: "66.249.66.1",
    };
    const sent = new Map();
    const res = {
      statusCode: 200,
      getHeader: (name) => sent.get(name.toLowerCase()),
      setHeader: (name, value) => sent.set(name.toLowerCase(), value),
      getHeaderNames: () => [...sent.keys()],
      removeHeader: (name) => sent.delete(name.toLowerCase()),
      writeHead() {},
      end() {},
    };
    let isThrough = false;
    expressGate(gateOf(), options)(req, res, () => (isThrough = true));
    if (!isThrough) return res.statusCode;
    return [req.headers["x-iteras-verdict"], sent.get("x-robots-tag"), sent.get("cache-control")];
  };
  const crawler = ["crawler", "noarchive", "private, no-store"];
  assert.deepEqual(admitted({ peer: (req) => req.ip }), crawler);
  assert.deepEqual(admitted({ peer: () => "66.249.66.2" }), crawler);
  assert.equal(admitted({ peer: (req) => req.ip }, "Mozilla/5.0"), 401);
  assert.equal(admitted({ peer: () => "203.0.113.9" }), 401);
  assert.equal(admitted({ peer: () => undefined }), 401);
  assert.equal(admitted(), 401);
  assert.equal(admitted({ peer: () => 1 }), 503);
  assert.match(
    complaint(() => expressGate(gateOf(), { peer: "1.2.3.4" })),
    /^expressGate: peer: expected a function/,
  );
});

test("crawlers that can't be meant are refused by name", () => {
  const said = (crawlers) => complaint(() => gateOf({ crawlers }));
  const one = (entry) => said([{ agent: "Googlebot", ranges: RANGES, ...entry }]);
  const prefixes = (...prefixes) => one({ ranges: { prefixes } });
  for (const [complained, expected] of [
    [said({}), /^createGate: crawlers: expected an array of \{ agent, ranges \}/],
    [one({ domains: ["googlebot.com"] }), /^createGate: crawlers\[0\]: there is no "domains"/],
    [one({ agent: "*" }), /^createGate: crawlers\[0\]\.agent: expected a word/],
    [one({ agent: undefined }), /^createGate: crawlers\[0\]\.agent: expected a word/],
    [one({ ranges: undefined }), /^createGate: crawlers\[0\]\.ranges: expected a list/],
    [one({ ranges: ["66.249.64.0/19"] }), /^createGate: crawlers\[0\]\.ranges: expected a list/],
    [one({ ranges: { prefixes: [] } }), /^createGate: crawlers\[0\]\.ranges: there is no prefix/],
    [prefixes({ ipv4Prefix: "0.0.0.0/0" }), /^createGate: crawlers\[0\]\.ranges: .* is wider/],
    [prefixes({ ipv4Prefix: "66.249.64.0/99" }), /^createGate: crawlers\[0\]\.ranges: .* is not a prefix/],
    [prefixes({ prefix: "66.249.64.0/19" }), /^createGate: crawlers\[0\]\.ranges: there is a prefix without/],
    [
      said([
        { agent: "Googlebot", ranges: RANGES },
        { agent: "googlebot", ranges: RANGES },
      ]),
      /^createGate: crawlers\[1\]\.agent: "googlebot" stands twice/,
    ],
  ]) {
    assert.match(complained, expected);
  }
});
