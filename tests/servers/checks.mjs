// Cases that hold in front of every site, whichever server asks the gate: nginx, Caddy and Traefik share them.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ARTICLE, ask, editor, gift, withPass } from "./harness.mjs";

const PAGE = "/articles/1";

// Rules, "Servers in front of content".
export function isDenied(answer, status, reason, what = "") {
  assert.equal(answer.status, status, what);
  assert.equal(answer.header("x-iteras-reason"), reason, what);
  assert.equal(answer.header("cache-control"), "private, no-store", what);
  assert.match(answer.header("vary"), /cookie/i, what);
  assert.ok(!answer.body.includes(ARTICLE) && !answer.body.includes("first,"), `an article byte: ${what}`);
  for (const name of ["etag", "last-modified", "expires", "accept-ranges", "surrogate-control", "cdn-cache-control"]) {
    assert.equal(answer.header(name), "", `${name}: ${what}`);
  }
}

const document = "Sec-Fetch-Dest: document";
const image = "Sec-Fetch-Dest: image";

export async function allows(port, site) {
  const open = await ask(port, { path: "/" });
  assert.equal(open.status, 200);
  assert.deepEqual(
    ["cache-control", "cdn-cache-control", "expires", "vary"].map(open.header),
    ["public, max-age=600", "max-age=600", "Thu, 01 Dec 2099 16:00:00 GMT", ""],
    "an open page is the origin's own",
  );
  const read = await ask(port, { path: PAGE, headers: [withPass()] });
  assert.equal(read.status, 200);
  assert.ok(read.body.includes(ARTICLE) && !read.body.includes("iteras-gate"));
  assert.equal(read.header("cache-control"), "private, no-cache");
  assert.match(read.header("vary"), /cookie/i);
  for (const name of ["expires", "surrogate-control", "cdn-cache-control"]) assert.equal(read.header(name), "", name);
  const seen = site.requests.at(-1).headers;
  assert.deepEqual(
    ["verdict", "level", "paywall", "subscriber"].map((name) => seen[`x-iteras-${name}`]),
    ["pass", "sub", "n8fsoupukhv3", "31168"],
  );
  assert.match(seen["x-iteras-expires"], /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
}

export async function denies(port, site) {
  const before = site.requests.length;
  for (const [headers, status, reason] of [
    [[], 401, "nopass"],
    [["Cookie: iteraspass=junk"], 401, "invalid"],
    [[withPass({ key: "the key of another publisher" })], 401, "invalid"],
    [[withPass({ seconds: -3600 })], 401, "expired"],
    [[withPass({ wall: "other" })], 403, "wrongpaywall"],
    [[withPass({ level: "user" })], 403, "accesslevel"],
  ]) {
    const answer = await ask(port, { path: PAGE, headers: [...headers, image] });
    isDenied(answer, status, reason, String(headers));
    const sent = await ask(port, { path: `${PAGE}?a=b&c=%C3%A5`, headers: [...headers, document] });
    isDenied(sent, 302, reason);
    assert.equal(
      sent.header("location"),
      "/subscribe?iterasnext=%2Farticles%2F1%3Fa%3Db%26c%3D%25C3%25A5&iterasaccess=sub",
    );
    const posted = await ask(port, {
      method: "POST",
      path: PAGE,
      headers: [...headers, document, "Content-Length: 1"],
      body: "x",
    });
    isDenied(posted, status, reason, "only who reads is sent elsewhere");
  }
  assert.equal(site.requests.length, before, "the origin was asked");
}

// C26
export async function everyMethodIsJudged(port, site) {
  const before = site.requests.length;
  for (const [method, headers] of [
    ["HEAD", []],
    ["OPTIONS", []],
    ["GET", ["Range: bytes=0-3"]],
    ["GET", ['If-None-Match: "1"']],
    ["GET", ["If-Modified-Since: Thu, 15 Jan 2026 12:00:00 GMT"]],
  ]) {
    isDenied(
      await ask(port, { method, path: PAGE, headers: [...headers, image] }),
      401,
      "nopass",
      `${method} ${headers}`,
    );
  }
  assert.equal(site.requests.length, before);
}

export const SPELLINGS = [
  "/Articles/%2e%2e/articles/1",
  "//articles/1",
  "/articles;x=1/1",
  "/ARTICLES/1",
  "/x/../articles/1",
  "/%61rticles/1",
  "/articles%2f1",
  "/./articles//1",
  "/feed;x",
  "/articles/secret/../..",
  "/articles/secret/%2e%2e/%2e%2e",
  "/index.php/articles/1",
  "/articles/view.php/1",
  "/articles/FREE/1",
];

// C28, C71
export async function everySpellingIsWalled(port) {
  for (const path of SPELLINGS) {
    isDenied(await ask(port, { path, headers: [image] }), 401, "nopass", path);
  }
  isDenied(await ask(port, { path: PAGE, host: "pub.example.", headers: [image] }), 401, "nopass", "a trailing dot");
}

// C29
export async function nobodyForwardsForOthers(port, site) {
  for (const header of [
    "X-Forwarded-Uri: /",
    "X-Original-URI: /",
    "X-Forwarded-Host: other.example",
    "X-Original-Method: OPTIONS",
    "X-Forwarded-Method: OPTIONS",
    "X-Forwarded-Prefix: /",
    "X-Rewrite-Url: /",
  ]) {
    isDenied(await ask(port, { path: PAGE, headers: [header, image] }), 401, "nopass", header);
  }
  await ask(port, {
    path: "/",
    headers: ["X-Forwarded-For: 8.8.8.8", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: gopher"],
  });
  const seen = JSON.stringify(site.requests.at(-1).headers);
  assert.ok(!/8\.8\.8\.8|evil|gopher/.test(seen), seen);
}

// By any of these some origin shows another page, or takes the reader for somebody else.
const FORGED = [
  "Forwarded: for=8.8.8.8",
  "Proxy: http://evil.example",
  "X-Original-URL: /evil",
  "X-Original-URI: /evil",
  "X-Original-Addr: 8.8.8.8",
  "X-Rewrite-URL: /evil",
  "X-Real-IP: 8.8.8.8",
  "X-Forwarded-Server: evil.example",
  "X-Forwarded-Prefix: /evil",
  "X_Forwarded_For: 8.8.8.8",
  "X_Forwarded-Host: evil.example",
  "X-Forwarded_Host: evil.example",
  "X_Original_URL: /evil",
  "X-Iteras-Foo: evil",
  "X-Iteras-Meter: evil",
  "X-Iteras-Set-Cookie: evil=1",
];

// C30: each by itself, since a server may refuse one and delete another.
export async function nothingForgedArrives(port, site) {
  for (const header of FORGED) {
    const before = site.requests.length;
    const answers = [
      await ask(port, { path: "/", headers: [header] }),
      await ask(port, { path: PAGE, headers: [header, withPass()] }),
    ];
    for (const { headers } of site.requests.slice(before)) {
      const seen = JSON.stringify(headers);
      assert.ok(!/8\.8\.8\.8|evil/.test(seen), `${header}: ${seen}`);
    }
    const passed = site.requests.length - before;
    const refused = answers.filter(({ status }) => status == 400 || status == 403).length;
    assert.equal(passed + refused, 2, header);
  }
}

/** Settings of a gate that lets in search engines: one that everything here comes from, and one that nothing does. */
export function crawlers(keys) {
  const entry = (agent, ipv4Prefix) => {
    const file = join(keys, `${agent}.json`);
    writeFileSync(file, JSON.stringify({ prefixes: [{ ipv4Prefix }] }));
    return `\n[[crawlers]]\nagent = "${agent}"\nranges = [${JSON.stringify(file)}]\n`;
  };
  return entry("NearBot", "127.0.0.0/8") + entry("FarBot", "203.0.113.0/24");
}

// C80: the connection's address counts, and none that a reader sends. `caches`: whether the server writes the rules for
// caches and robots by the verdict.
export async function crawlersByAddress(port, site, { caches }) {
  const near = "User-Agent: Mozilla/5.0 (compatible; NearBot/1.0)";
  const far = "User-Agent: Mozilla/5.0 (compatible; FarBot/1.0)";
  const whole = await ask(port, { path: PAGE, headers: [near] });
  assert.equal(whole.status, 200);
  assert.ok(whole.body.includes(ARTICLE));
  assert.equal(site.requests.at(-1).headers["x-iteras-verdict"], "crawler");
  if (caches) {
    assert.equal(whole.header("cache-control"), "private, no-store");
    assert.equal(whole.header("x-robots-tag"), "noarchive");
  }
  const before = site.requests.length;
  const address = "203.0.113.9";
  for (const headers of [
    [],
    [`X-Forwarded-For: ${address}`],
    [`X-Forwarded-For: ${address}`, `X-Forwarded-For: ${address}`],
    [`X-Forwarded-For: ${address},`],
    [`X-Original-Addr: ${address}`],
    [`X-Real-IP: ${address}`],
    [`Forwarded: for=${address}`],
    [`CF-Connecting-IP: ${address}`],
    [`True-Client-IP: ${address}`],
    [`X-Client-IP: ${address}`],
  ]) {
    isDenied(await ask(port, { path: PAGE, headers: [far, image, ...headers] }), 401, "nopass", String(headers));
  }
  for (const header of [`X_Forwarded_For: ${address}`, `X_Original_Addr: ${address}`, `X-Original_Addr: ${address}`]) {
    const answer = await ask(port, { path: PAGE, headers: [far, image, header] });
    assert.ok([400, 401, 403].includes(answer.status), `${header}: ${answer.status}`);
  }
  const posted = { method: "POST", path: PAGE, headers: [near, image, "Content-Length: 1"], body: "x" };
  isDenied(await ask(port, posted), 401, "nopass", "only GET and HEAD");
  const unclear = await ask(port, { path: "/articles/..%2f1", headers: [near, image] });
  assert.ok([400, 401].includes(unclear.status), `an unclear path: ${unclear.status}`);
  assert.equal(site.requests.length, before, "the origin was asked");
}

// Headers in our name that the origin was last sent, whichever way it is spelled.
const told = (site) =>
  Object.fromEntries(Object.entries(site.requests.at(-1).headers).filter(([name]) => /^x.iteras/.test(name)));

// C30
export async function nobodySpeaksInOurName(port, site) {
  const lies = [
    "X-Iteras-Level: sub",
    "X_Iteras_Verdict: pass",
    "X-Iteras-Verdict: editor",
    "x-iteras_verdict: pass",
    "X-Iteras-Subscriber: 1",
    "X-Iteras-Expires: never",
    "X-Iteras-Paywall: all",
    "X-Iteras-Reason: none",
    "X-Iteras-Landing: //evil.example",
  ];
  const answer = await ask(port, { path: PAGE, headers: [...lies, document] });
  assert.match(answer.header("location"), /^\/subscribe\?/);
  await ask(port, { path: "/", headers: lies });
  assert.deepEqual(told(site), {});
  await ask(port, { path: PAGE, headers: [...lies, withPass()] });
  const { "x-iteras-expires": expires, ...others } = told(site);
  assert.deepEqual(others, {
    "x-iteras-verdict": "pass",
    "x-iteras-level": "sub",
    "x-iteras-paywall": "n8fsoupukhv3",
    "x-iteras-subscriber": "31168",
  });
  assert.match(expires, /^20\d\d-/);
}

// C31
export async function neighboursDoNoHarm(port) {
  for (const neighbour of ["tema=bl\xc3\xa5", "tema=bl\xe5"]) {
    const answer = await ask(port, { path: PAGE, headers: [withPass().replace("Cookie: ", `Cookie: ${neighbour}; `)] });
    assert.equal(answer.status, 200, neighbour);
  }
}

// A gift link opens one page, an editor's cookie all of them; nothing of that is kept. `marks` = the server itself
// tells the page's own wall.
export async function opensOtherwise(port, site, { marks }) {
  const given = await ask(port, { path: `${PAGE}?${gift(PAGE)}`, headers: ["Accept-Encoding: gzip"] });
  assert.equal(given.status, 200);
  assert.ok(given.body.includes(ARTICLE));
  assert.equal(given.body.includes('<meta name="iteras-gate" content="open">'), marks);
  assert.deepEqual(["cache-control", "referrer-policy", "x-robots-tag", "expires"].map(given.header), [
    "private, no-store",
    "strict-origin",
    "noindex",
    "",
  ]);
  assert.deepEqual(told(site), { "x-iteras-verdict": "gift" });
  isDenied(await ask(port, { path: `/articles/2?${gift(PAGE)}`, headers: [image] }), 401, "nopass");
  isDenied(await ask(port, { path: `${PAGE}?${gift(PAGE, -1)}`, headers: [image] }), 401, "nopass");

  const edited = await ask(port, { path: PAGE, headers: [editor()] });
  assert.equal(edited.status, 200);
  assert.equal(edited.body.includes('<meta name="iteras-gate" content="open">'), marks);
  assert.equal(edited.header("cache-control"), "private, no-store");
  assert.deepEqual(told(site), { "x-iteras-verdict": "editor" });
  isDenied(await ask(port, { path: PAGE, headers: [editor(-1), image] }), 401, "nopass");
  isDenied(await ask(port, { path: PAGE, headers: [editor(60, "other.example"), image] }), 401, "nopass");
}

/** A recipe's configuration of the gate with two of its articles given away. */
export function withMeter(config, keys) {
  const rule = '{ path = "/articles/*" },';
  if (!config.includes(rule)) throw new Error("the recipe has another rule");
  const meter = `meter = { file = ${JSON.stringify(join(keys, "meter-key"))}, free = 2, days = 30 }\n`;
  return meter + config.replace(rule, '{ path = "/articles/*", meter = true },');
}

const meterCookie = (answer) => {
  const lines = answer.headers.filter(([name, value]) => name == "set-cookie" && value.startsWith("iterasmeter="));
  assert.ok(lines.length < 2, "one cookie");
  return lines[0]?.[1];
};
const kept = (answer) => meterCookie(answer).split("; ")[0];

// C79: free pages, and no page more. `marks`: as above; `told`: whether the server tells readers how many were used;
// `counts`: whether it leaves the cookie out of errors.
export async function givesSoManyAway(port, site, { marks, told: isTold = true, counts = true }) {
  const read = (path, cookies, more = []) =>
    ask(port, { path, headers: [document, ...(cookies ? [`Cookie: a=1; ${cookies}`] : []), ...more] });
  const isShut = (answer, told) => {
    isDenied(answer, 302, "nopass");
    assert.equal(answer.header("x-iteras-meter"), told);
  };
  const first = await read(PAGE, "", ["X-Iteras-Meter: 0/99", "Accept-Encoding: gzip", 'If-None-Match: "1"']);
  assert.equal(first.status, 200);
  assert.ok(first.body.includes(ARTICLE));
  assert.equal(first.body.includes('<meta name="iteras-gate" content="open" data-used="1" data-free="2">'), marks);
  assert.match(meterCookie(first), /; Path=\/; Max-Age=25\d{5}; HttpOnly; SameSite=Lax$/);
  const names = ["cache-control", "expires", "surrogate-control", "cdn-cache-control"];
  assert.deepEqual(names.map(first.header), ["private, no-store", "", "", ""]);
  assert.match(first.header("vary"), /cookie/i);
  assert.equal(first.header("x-iteras-meter"), isTold ? "1/2" : "");
  const cookies = kept(await read("/articles/2", kept(first)));
  isShut(await read("/articles/3", cookies), "2/2");
  isShut(await read("/articles/1?id=3", cookies), "2/2");
  const back = await read(PAGE, cookies);
  assert.deepEqual([back.status, back.body.includes(ARTICLE), meterCookie(back)], [200, true, undefined]);

  // What is not opened by a reader is not counted, and one that is fetched ahead is dropped by the browser.
  const before = site.requests.length;
  for (const purpose of ["Sec-Purpose: prefetch", "Sec-Purpose: prefetch;prerender", "Purpose: prefetch"]) {
    const early = await read(PAGE, cookies, [purpose]);
    assert.ok(early.status >= 400 && !early.body.includes("first"), `${purpose}: ${early.status}`);
    assert.equal(early.header("cache-control"), "private, no-store");
  }
  isDenied(await ask(port, { path: "/articles/9", headers: [image, `Cookie: ${cookies}`] }), 401, "nopass");
  assert.equal(site.requests.length, before, "the origin was asked");
  for (const [method, headers] of [
    ["HEAD", [document]],
    ["POST", [document, "Content-Length: 0"]],
    ["GET", ["Sec-Fetch-Dest: iframe"]],
    ["GET", ["Sec-Fetch-Dest: empty", "Accept: text/html"]],
  ]) {
    const answer = await ask(port, { method, path: "/articles/9", headers });
    assert.ok(!answer.body.includes(ARTICLE) && meterCookie(answer) === undefined, method);
  }

  // Forged, of another host, too long: none. Put back: as it stands. Twice: that of the most pages.
  const last = cookies.at(-1) == "0" ? "1" : "0";
  for (const none of [cookies.slice(0, -1) + last, `iterasmeter=${"0".repeat(4097)}`, "iterasmeter="]) {
    assert.equal((await read("/articles/3", none)).status, 200, none.slice(0, 40));
  }
  assert.equal((await read("/articles/3", kept(first))).status, 200, "put back");
  isShut(await read("/articles/3", `${kept(first)}; ${cookies}`), "2/2");
  isShut(await read("/articles/3", `${cookies}; ${kept(first)}`), "2/2");

  // A pass is asked first.
  const paid = await ask(port, { path: "/articles/3", headers: [document, `${withPass()}; ${cookies}`] });
  assert.deepEqual([paid.status, paid.body.includes(ARTICLE), meterCookie(paid)], [200, true, undefined]);
  assert.equal(told(site)["x-iteras-meter"], undefined);
  const seen = await read("/articles/4", "", ["X-Iteras-Meter: 0/99"]);
  assert.equal(seen.status, 200);

  // What was not sent is not counted.
  if (!counts) return;
  for (const status of [301, 304, 404, 500]) {
    const answer = await read(`/articles/status-${status}`, "");
    assert.equal(meterCookie(answer), undefined, `${status}`);
  }
}

// Readers in many tabs at once: each page opens or is shut, and nobody who has free pages left is shut out.
export async function tabsAtOnce(port) {
  const read = (path, cookies) => ask(port, { path, headers: [document, ...(cookies ? [`Cookie: ${cookies}`] : [])] });
  const tabs = await Promise.all([1, 2, 3, 4, 5].map((page) => read(`/articles/tab-${page}`)));
  for (const tab of tabs) assert.ok(tab.body.includes(ARTICLE));
  // The browser keeps the cookie of the last answer; there is one page left by that.
  const cookies = kept(tabs.at(-1));
  const next = await read("/articles/tab-6", cookies);
  assert.ok(next.body.includes(ARTICLE));
  const shut = await read("/articles/tab-7", kept(next));
  assert.ok(!shut.body.includes(ARTICLE));
}

export async function failsClosed(port, site) {
  const before = site.requests.length;
  for (const headers of [[], [withPass()], [editor()]]) {
    for (const path of [PAGE, "/"]) {
      const answer = await ask(port, { path, headers });
      assert.equal(answer.status, 503);
      assert.equal(answer.header("cache-control"), "no-store");
      assert.equal(answer.header("retry-after"), "60");
      assert.match(answer.body, /^Temporarily unavailable\./);
    }
  }
  assert.equal(site.requests.length, before, "the origin was asked");
}
