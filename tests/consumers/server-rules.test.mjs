// The shared vectors of rules through `expressGate` of the packed file, which sees paths as they were sent; rules as
// options; names in forms through `handle`.
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { complaint, cookie, entries, KEY, signed, vectors, WALL } from "./server-helpers.mjs";

let createGate, expressGate;
before(async () => ({ createGate, expressGate } = (await entries()).import));

const passFor = (ids) => signed(`${ids.map(() => "sub").join()}|${ids.join()}|2099-12-31T23:59:59Z|1|`);
const gateOf = (options) => createGate({ keys: [KEY], paywallid: WALL, ...options });

// A site of the vectors as options.
const optionsOf = ({ default: unmatched, paywalls, preset, landing, rules }) => ({
  default: unmatched,
  paywallid: paywalls ?? [WALL],
  preset,
  landing,
  rules: rules?.map(({ paywalls: own, ...rule }) => ({ ...rule, ...(own && { paywallid: own }) })),
});

// True for a request that Express lets through; only the parts that the gate reads and writes are there.
function isOpen(gate, { path, query }, pass) {
  const url = query === undefined ? path : `${path}?${query}`;
  const headers = { host: "pub.example", ...(pass && { cookie: cookie(pass) }) };
  const req = { method: "GET", url, headers, rawHeaders: Object.entries(headers).flat() };
  const sent = new Map();
  const res = {
    statusCode: 200,
    headersSent: false,
    getHeader: (name) => sent.get(name.toLowerCase()),
    setHeader: (name, value) => sent.set(name.toLowerCase(), value),
    getHeaderNames: () => [...sent.keys()],
    removeHeader: (name) => sent.delete(name.toLowerCase()),
    writeHead() {},
    end() {},
  };
  let isThrough = false;
  expressGate(gate)(req, res, () => (isThrough = true));
  assert.ok(isThrough || [302, 401, 403].includes(res.statusCode), `${url}: ${res.statusCode}`);
  return isThrough;
}

test("every path case that one site decides", () => {
  const { sites, cases } = vectors("path_cases.json");
  let tried = 0;
  for (const one of cases) {
    // Express knows no sites and sees no bodies.
    if (one.form || one.unclear == "host" || one.host != "pub.example") continue;
    const site = sites[one.sites][0];
    if (site.default == "open" && !site.rules) continue;
    const gate = gateOf(optionsOf(site));
    assert.equal(isOpen(gate, one), one.demand.length == 0, `${one.id}: without a pass`);
    const needed = passFor(one.demand.length ? one.demand : ["other"]);
    assert.ok(isOpen(gate, one, needed), `${one.id}: with a pass for all`);
    for (const missing of one.demand) {
      const others = [...one.demand.filter((id) => id != missing), "other"];
      assert.ok(!isOpen(gate, one, passFor(others)), `${one.id}: without ${missing}`);
    }
    tried += 1;
  }
  assert.ok(tried > 0);
});

test("a rule's own level is what the landing page is told", async () => {
  const gate = gateOf({ default: "open", rules: [{ path: "/club/*", access: "user" }], landing: "/subscribe" });
  const answer = await gate.handle(new Request("https://pub.example/club/1"), () => assert.fail("asked"));
  assert.equal(answer.headers.get("location"), "/subscribe?iterasnext=%2Fclub%2F1&iterasaccess=user");
  const open = await gate.handle(new Request("https://pub.example/subscribe"), () => new Response("page"));
  assert.equal(await open.text(), "page");
});

test("C72 handle reads names in forms, and hands the whole body on", async () => {
  const rules = [
    { path: "/upload", open: true },
    { path: "/*", parameter: "feed" },
  ];
  const gate = gateOf({ default: "open", rules, formLimit: 100 });
  const post = async (path, body, headers) => {
    const request = new Request(`https://pub.example${path}`, { method: "POST", body, headers, duplex: "half" });
    const answer = await gate.handle(request, async (asked) => new Response(`${(await asked.text()).length}`));
    return answer.status == 200 ? Number(await answer.text()) : answer.status;
  };
  const form = { "content-type": "application/x-www-form-urlencoded" };
  assert.equal(await post("/comments", "a=1&Feed[]=1", form), 401);
  assert.equal(await post("/comments", "a=1", form), 3);
  assert.equal(await post("/comments", "feed=1", { "content-type": "text/plain" }), 6);
  assert.equal(await post("/comments", "a=1", { ...form, "content-encoding": "gzip" }), 401);
  assert.equal(await post("/comments", "a".repeat(101), form), 401);
  assert.equal(await post("/upload", "a".repeat(101), form), 101);
  const parts = new FormData();
  parts.set("feed", "1");
  assert.equal(await post("/comments", parts), 401);
  const stream = new Blob(["a=1&", "b=2"]).stream();
  assert.equal(await post("/comments", stream, form), 7);
});

test("rules that can't be meant are refused by name", () => {
  const said = (options) => complaint(() => gateOf({ default: "open", ...options }));
  for (const [options, expected] of [
    [{ rules: [{ path: "/a" }], default: undefined }, /^createGate: default: expected "open" or "protected"/],
    [{ rules: {} }, /^createGate: rules: expected an array/],
    [{ rules: [] }, /^createGate: rules: nothing is protected$/],
    [{ rules: [{ path: "a" }] }, /^createGate: rules\[0\]\.path: /],
    [{ rules: [{ path: "/a/../b" }] }, /^createGate: rules\[0\]\.path: /],
    [{ rules: [{ path: 1 }] }, /^createGate: rules\[0\]\.path: expected a pattern/],
    [{ rules: [{ paht: "/a" }] }, /^createGate: rules\[0\]: there is no "paht"/],
    [{ rules: [{ path: "/a", parameter: "a=b" }] }, /^createGate: rules\[0\]\.parameter: /],
    [{ rules: [{ path: "/a", parameter: "" }] }, /^createGate: rules\[0\]\.parameter: /],
    [{ rules: [{ path: "/a", paywallid: "A,B" }] }, /^createGate: rules\[0\]\.paywallid: "A,B" is not/],
    [{ rules: [{ path: "/a", open: true, access: "sub" }] }, /^createGate: rules\[0\]\.open: /],
    [{ rules: [{ path: "/*", open: true }, { path: "/a" }] }, /^createGate: rules\[1\]: can never count/],
    [{ preset: "all", default: "protected" }, /^createGate: preset: expected "basics", "wordpress", "ghost" or/],
    [{ preset: ["basics", "drupal"], default: "protected" }, /^createGate: preset: expected .* got "drupal"/],
    [{ preset: ["ghost", "ghost"], default: "protected" }, /^createGate: preset: "ghost" stands twice/],
    [{ preset: 1, default: "protected" }, /^createGate: preset: expected /],
    [{ leeway: 86_401, default: undefined }, /^createGate: leeway: /],
    [{ paywallid: "A,B", default: undefined }, /^createGate: paywallid: "A,B" is not a paywall id$/],
  ]) {
    assert.match(said(options), expected);
  }
});
