// The playground: each tool through the page, links that lead back, and secrets that stay where they were typed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";
import { runInNewContext } from "node:vm";

import { test } from "./driver/test.mjs";
import { start } from "./harness.mjs";
import { checkPage } from "./page-checks.mjs";

const root = new URL("../../", import.meta.url);
const { usual, cases } = JSON.parse(readFileSync(new URL("tests/vectors/playground_cases.json", root), "utf8"));
const PASS = "sub,user|A,B|2999-02-01T00:00:00Z|31168|192.0.2.7/sha256:" + "0".repeat(64);
const KEY = "j8kau2v3lzp0n12ilw1d0hurr6059gyo";
const TOOLS = ["cookie", "frame", "csp", "gate"];

let world;
before(async () => {
  world = await start({ site: "www" });
});
after(() => world && world.stop());

// A visitor of the page, and all that the browser asks for once it is there.
async function visit(fragment = "", { prepare } = {}) {
  const page = await world.page();
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  if (prepare) await page.evaluateOnNewDocument(prepare);
  await page.goto(`${world.site}/playground${fragment}`);
  await page.waitForSelector("html[data-ready]");
  asked.length = 0;
  const visitor = {
    page,
    // Chromium asks for the icon again whenever the address changes, Firefox for a font of its own, which has `data:`.
    asked: () => asked.filter((url) => url != `${world.site}/img/icon.svg` && !/^data:font\//.test(url)),
    // As a person would: the page hears of each field.
    fill: (tool, values) =>
      page.evaluate(
        (tool, values) => {
          for (const [name, value] of Object.entries(values)) {
            const field = document.querySelector(`#${tool} [name="${name}"]`);
            if (typeof value == "boolean") field.checked = value;
            else field.value = value;
            field.dispatchEvent(new Event("input", { bubbles: true }));
          }
        },
        tool,
        values,
      ),
    answer: (tool) => page.$eval(`#${tool} .answer`, (answer) => answer.textContent),
    block: (tool, label) => page.$eval(`#${tool} pre[aria-label="${label}"]`, (block) => block.textContent),
    rows: (tool) =>
      page.$$eval(`#${tool} tbody tr`, (rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent))),
    value: (tool, name) => page.$eval(`#${tool} [name="${name}"]`, (field) => field.value),
    status: () => page.$eval("#status", (status) => status.textContent),
    // Leads to a part of the page, as a click on a link does.
    go: (fragment) =>
      page.evaluate(
        (fragment) =>
          new Promise((done) => {
            window.addEventListener("hashchange", () => done(), { once: true });
            location.hash = fragment;
          }),
        fragment,
      ),
    press: (selector) => page.$eval(selector, (button) => button.click()),
    shown: () => page.$$eval(".tool:not([hidden])", (tools) => tools.map(({ id }) => id)),
    async leave() {
      await page.browserContext().close();
      assert.deepEqual(page.errors, []);
    },
  };
  return visitor;
}

// Keeps what the page copies, or refuses to.
const prepare = () => {
  window.copies = [];
  const writeText = async (text) => {
    if (window.refuses) throw new Error("no");
    window.copies.push(text);
  };
  Object.defineProperty(navigator, "clipboard", { value: { writeText } });
};

async function copied(visitor, tool) {
  await visitor.page.evaluate(() => {
    document.getElementById("status").textContent = "";
  });
  await visitor.press(`#${tool} [data-copy-link]`);
  await visitor.page.waitForFunction(() => document.getElementById("status").textContent);
  return visitor.page.evaluate(() => window.copies.pop());
}

const at = (value, pointer) =>
  pointer
    .split("/")
    .slice(1)
    .reduce((part, name) => part?.[name], value) ?? null;

test("the module in the browser answers as every case says", async () => {
  const visitor = await visit();
  for (const { title, tool, request, answer } of cases) {
    const given = await visitor.page.evaluate(
      (tool, request) => {
        try {
          const text = wasm_bindgen[tool](request);
          return tool == "addRule" ? text : JSON.parse(text);
        } catch (error) {
          return { error };
        }
      },
      tool,
      JSON.stringify({ ...usual[tool], ...request }),
    );
    for (const [pointer, expected] of Object.entries(answer)) {
      assert.deepEqual(at(given, pointer), expected, `${title}, ${pointer}: ${JSON.stringify(given)}`);
    }
  }
  await visitor.leave();
});

test("a pasted cookie is taken apart, and each wall says what it decides, now and later", async () => {
  const visitor = await visit("#cookie");
  await visitor.fill("cookie", { text: `Cookie: tema=blue; iteraspass=${PASS}`, walls: "C" });
  const told = await visitor.answer("cookie");
  assert.match(
    told,
    /Subscriber31168Entitlementssub of A, user of BRuns out.*2999.* in \d+ days \(2999-02-01T00:00:00Z\)/,
  );
  assert.deepEqual(await visitor.rows("cookie"), [
    ["any", "authorized", "authorized", "authorized"],
    ["C", "wrongpaywall", "wrongpaywall", "wrongpaywall"],
    ["A", "authorized", "authorized", "authorized"],
    ["B", "authorized", "authorized", "accesslevel"],
  ]);
  await visitor.fill("cookie", { at: "3000-01-01T12:00" });
  assert.deepEqual((await visitor.rows("cookie"))[2], ["A", "expired", "expired", "expired"]);
  await visitor.fill("cookie", { key: KEY });
  assert.match(await visitor.answer("cookie"), /Signaturedoes not hold: signature was made with none of the keys/);
  assert.match((await visitor.rows("cookie"))[2][3], /^expired.*server: signature$/);
  await visitor.press("#cookie [data-reset]");
  assert.deepEqual([await visitor.value("cookie", "text"), await visitor.value("cookie", "key")], ["", ""]);
  await visitor.leave();
});

test("a cookie and a key stay in the page: no request, no storage, no address, no link", async () => {
  const visitor = await visit("#cookie", { prepare });
  const { page } = visitor;
  const field = await page.$eval("#cookie [name=key]", ({ type, autocomplete, form }) => [
    type,
    autocomplete,
    form.autocomplete,
  ]);
  assert.deepEqual(field, ["password", "off", "off"]);
  await visitor.fill("cookie", { text: PASS, key: KEY, walls: "C", at: "2026-01-01T12:00:00" });
  await visitor.fill("frame", { call: "orderingiframe", preauth: KEY, prefill: "name=Ada" });
  const links = [await copied(visitor, "cookie")];
  await visitor.go("#frame");
  links.push(await copied(visitor, "frame"));
  const time = new Date("2026-01-01T12:00:00").getTime();
  assert.deepEqual(links, [
    `${world.site}/playground#cookie?walls=C&at=${time}`,
    `${world.site}/playground#frame?call=orderingiframe&profile=lumen&ids=n8fsoupukhv3&companion=true`,
  ]);
  const kept = await page.evaluate(async () => ({
    address: location.href,
    cookies: document.cookie,
    stores: [{ ...localStorage }, { ...sessionStorage }],
    state: history.state,
    name: window.name,
    databases: (await indexedDB.databases()).length,
    caches: window.caches ? await caches.keys() : [],
  }));
  assert.deepEqual(kept, {
    address: links[1],
    cookies: "",
    stores: [{}, {}],
    state: null,
    name: "",
    databases: 0,
    caches: [],
  });
  // Nothing was asked for, and nothing can be, of its own site neither.
  const out = await page.evaluate(async () => {
    const stopped = [];
    const all = new Promise((done) =>
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
        if (stopped.push(effectiveDirective) == 2) done();
      }),
    );
    await fetch("/style.css").catch(() => {});
    navigator.sendBeacon("/style.css", "x");
    await all;
    return stopped;
  });
  assert.deepEqual(out, ["connect-src", "connect-src"]);
  assert.deepEqual(visitor.asked(), []);
  // A field for words in which a secret was typed makes no link either, and the sentence does not show it.
  await visitor.go("#cookie");
  for (const secret of [PASS, KEY]) {
    await visitor.fill("cookie", { walls: secret });
    assert.equal(await copied(visitor, "cookie"), undefined);
    const told = await visitor.status();
    assert.match(told, /^There is no link: walls: /);
    assert.ok(!told.includes(secret), told);
  }
  await page.reload();
  await page.waitForSelector("html[data-ready]");
  assert.deepEqual([await visitor.value("cookie", "key"), await visitor.value("cookie", "text")], ["", ""]);
  await visitor.leave();
});

// Fields of a form have no order; the module's is that of the alphabet.
const sorted = ({ prefill, ...rest }) =>
  prefill ? { ...rest, prefill: Object.fromEntries(Object.entries(prefill).sort()) } : rest;

test("a frame call is written three ways, and iteras.js says what is wrong with its options", async () => {
  const visitor = await visit("#frame");
  for (const { title, tool, request, answer } of cases) {
    if (tool != "frame" || answer["/error"]) continue;
    await visitor.press("#frame [data-reset]");
    await visitor.fill("frame", request);
    const html = await visitor.page.evaluate(
      (call, options) => window.Iteras[call](options),
      request.call || "paywalliframe",
      sorted(answer["/options"] || { profile: request.profile, paywallid: "n8fsoupukhv3" }),
    );
    // Each frame has a number of its own.
    const less = (text) => text.replace(/[0-9a-f]{32}/g, "");
    assert.equal(less(await visitor.block("frame", "What the call gives")), less(html), title);
    // The shown text is JavaScript, and says the same.
    const written = [];
    const script = (await visitor.block("frame", "As a tag")).match(/<script>\n([^]*?)<\/script>/)[1];
    const call = (options) => written.push(JSON.parse(JSON.stringify(options)));
    const Iteras = new Proxy({}, { get: () => call });
    runInNewContext(script, { Iteras, document: { write: () => {} } });
    if (answer["/options"]) assert.deepEqual(written, [answer["/options"]], title);
    const fields = await visitor.page.$$eval("#frame [data-field]", (all) =>
      all.filter((one) => !one.hidden && one.localName == "label").map((one) => one.dataset.field),
    );
    if (answer["/takes"]) assert.deepEqual(fields, ["ids", "access"], title);
  }
  await visitor.press("#frame [data-reset]");
  await visitor.fill("frame", { profile: "" });
  assert.match(
    await visitor.answer("frame"),
    /^Iteras\.paywalliframe: profile is missing: the short name of your account, e\.g\. lumen/,
  );
  await visitor.fill("frame", { profile: "lumen", ids: ".." });
  assert.match(await visitor.answer("frame"), /^Iteras\.paywalliframe: paywallid: expected an id of 1 to 256 bytes/);
  await visitor.fill("frame", { call: "orderingiframe", ids: "a", prefill: "x" });
  assert.equal(await visitor.answer("frame"), "prefill, line 1: expected field=value");
  await visitor.leave();
});

test("a policy is told what it stops, and the one that stops nothing stops nothing", async () => {
  const visitor = await visit("#csp");
  assert.match(await visitor.answer("csp"), /^It stops something that is needed\./);
  const rows = await visitor.rows("csp");
  assert.deepEqual(rows[0], [
    "the script at the service",
    "stopped",
    "default-src 'self'it does not run, and the article stays openadd https://app.iteras.dk",
  ]);
  const mended = await visitor.block("csp", "The policy");
  await visitor.fill("csp", { policy: mended });
  assert.match(await visitor.answer("csp"), /^It stops nothing of ours\./);
  await visitor.fill("csp", { page: "nonsense" });
  assert.equal(await visitor.answer("csp"), "page: expected an http(s) address");
  await visitor.leave();
});

test("the gate's rules are tried, added to, and refused in the gate's own words", async () => {
  const visitor = await visit("#gate");
  assert.match(await visitor.answer("gate"), /^Open as a free page\.Free pages1\/3Setsiterasmeter/);
  assert.match(await visitor.block("gate", "Why"), /decided by: rules\[1\], which protects \/articles\/\*/);
  await visitor.fill("gate", { read: "3" });
  assert.match(
    await visitor.answer("gate"),
    /^Denied \(nopass; it asks for sub\)\.Status302Sent to\/subscribe\?iterasnext=%2Farticles%2F1&iterasaccess=sub/,
  );
  await visitor.fill("gate", { access: "sub" });
  assert.match(await visitor.answer("gate"), /^Open by the pass\./);
  await visitor.fill("gate", { url: "https://pub.example/books/1", access: "" });
  assert.match(await visitor.answer("gate"), /^Open: nothing is asked for\./);
  await visitor.fill("gate", { "rule-asks": "user", "rule-paywalls": "B" });
  await visitor.press('[data-add-rule="last"]');
  assert.match(
    await visitor.value("gate", "settings"),
    /\{ path = "\/club\/\*", access = "user" \},\n {4}\{ path = "\/books\/\*", access = "user", paywalls = \["B"\] \},\n\]/,
  );
  assert.match(await visitor.answer("gate"), /^Denied \(nopass; it asks for user\)\./);
  await visitor.press('[data-add-rule="first"]');
  assert.match(await visitor.answer("gate"), /^sites\[0\]\.rules\[4\]: can never count, since rules\[0\] fits/);
  const settings = await visitor.value("gate", "settings");
  await visitor.fill("gate", { settings: settings.replace("free = 3", "fre = 3") });
  assert.match(await visitor.answer("gate"), /^line 15: unknown field `fre`, expected one of/);
  await visitor.press('[data-add-rule="last"]');
  assert.match(await visitor.status(), /^line 15: unknown field `fre`/);
  await visitor.leave();
});

test("links lead back to what was typed in, and a wrong one says so", async () => {
  const visitor = await visit("", { prepare });
  const typed = {
    cookie: { walls: "C, D", at: "2026-03-01T08:30:00" },
    frame: { call: "selfserviceiframe", profile: "ærø & <b>", title: "Mine\u2028sider", companion: false },
    csp: { policy: "script-src 'self' #?&=%41\nframe-src *", page: "https://pub.example/æ?a=1", mode: "package" },
    gate: {
      url: "https://pub.example/club/x?y=1&iterasgift=abc",
      method: "POST",
      access: "user",
      ended: true,
      read: "2",
    },
  };
  for (const tool of TOOLS) {
    await visitor.go(`#${tool}`);
    assert.deepEqual(await visitor.shown(), [tool]);
    assert.equal(await visitor.page.evaluate(() => document.activeElement.id), `${tool}-title`);
    await visitor.fill(tool, typed[tool]);
    const link = await copied(visitor, tool);
    assert.ok(link.startsWith(`${world.site}/playground#${tool}?`), link);
    const other = await visit(new URL(link).hash);
    assert.deepEqual(await other.shown(), [tool]);
    assert.equal(await other.status(), "");
    for (const [name, value] of Object.entries(typed[tool])) {
      const given = await other.page.$eval(
        `#${tool} [name="${name}"]`,
        (field, isTicked) => (isTicked ? field.checked : field.value),
        typeof value == "boolean",
      );
      const expected = typeof value == "string" ? value.replace("&iterasgift=abc", "") : value;
      assert.equal(`${given}`.replace(/^(\d{4}-.*T\d\d:\d\d)$/, "$1:00"), `${expected}`, `${tool} ${name}`);
    }
    await other.leave();
  }
  // By hand, where the browser does not copy.
  await visitor.page.evaluate(() => {
    window.refuses = true;
  });
  await copied(visitor, "gate");
  assert.match(await visitor.page.$eval("#copy-text", ({ value }) => value), /#gate\?settings=/);
  for (const [fragment, tool, told] of [
    ["#nothing", "cookie", /^The link names none of the four tools\. Shown is/],
    ["#gate?url=x&key=y", "gate", /^The link has a field that this tool has not\./],
    ["#csp?policy=%E6", "csp", /^The link's policy is not percent-encoded\./],
    ["#gate?settings=%5B", "gate", /^The link does not make sense: settings: line 1: /],
    ["#frame?call=wall", "frame", /four frame calls/],
  ]) {
    const other = await visit(fragment);
    assert.deepEqual(await other.shown(), [tool]);
    assert.match(await other.status(), told);
    assert.equal(await other.value("gate", "url"), "https://www.pub.example/articles/1");
    await other.leave();
  }
  await visitor.leave();
});

test("hostile input is text, and the page stays answerable", async () => {
  const MARKUP = '<img src=x onerror="window.hit = 1"><script>window.hit = 1</script>';
  const visitor = await visit("#cookie");
  const { page } = visitor;
  const long = (text, count) =>
    page.evaluate(
      (text, count) => {
        const field = document.querySelector("#cookie [name=text]");
        field.value = text.repeat(count);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      },
      text,
      count,
    );
  await long("iteraspass=" + "x".repeat(1024), 1024);
  assert.match(await visitor.answer("cookie"), /It is none: pass of \d{7} bytes is longer than 4096\./);
  await long("iteraspass=a|b|c/d:e; ", 50_000);
  assert.match(await visitor.answer("cookie"), /Pass 8 of 8/);
  await long("iteraspass=\0sub|\0A|\u{1f600}/sha256:0", 1);
  assert.match(await visitor.answer("cookie"), /byte 0 of the pass may not stand in a cookie/);
  await visitor.fill("cookie", {
    text: `iteraspass=sub|${MARKUP.replaceAll(" ", "")}|2999-01-01T00:00:00Z|<b>|/sha256:0`,
    walls: MARKUP,
  });
  await visitor.fill("cookie", { walls: "" });
  for (const [tool, values] of [
    [
      "frame",
      { profile: MARKUP, title: MARKUP, cssclass: "</script>", call: "orderingiframe", prefill: `${MARKUP}=1` },
    ],
    ["csp", { policy: `script-src ${MARKUP}; ${MARKUP}\0`, page: `https://pub.example/${MARKUP}` }],
    ["gate", { url: `https://pub.example/${MARKUP}?(a+)+$` }],
    ["gate", { url: "https://pub.example/articles/(a+)+$|[^x]*{9}" }],
    ["gate", { settings: `mode = "${MARKUP}"` }],
    ["gate", { settings: "[".repeat(100_000) }],
    ["gate", { settings: "a.".repeat(50_000) }],
  ]) {
    if (!(await visitor.shown()).includes(tool)) await visitor.go(`#${tool}`);
    await visitor.fill(tool, values);
    assert.ok((await visitor.answer(tool)).length > 0, tool);
  }
  const found = await page.evaluate(() => [
    window.hit ?? null,
    document.querySelectorAll(".answer img, .answer script, .answer b").length,
  ]);
  assert.deepEqual(found, [null, 0]);
  assert.deepEqual(visitor.asked(), []);
  await visitor.leave();
});

test("the page is used by keyboard alone", async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.evaluate(() => document.querySelector(".tools a").focus());
  await page.keyboard.press("Tab");
  const changed = page.evaluate(
    () => new Promise((done) => window.addEventListener("hashchange", () => done(), { once: true })),
  );
  await page.keyboard.press("Enter");
  await changed;
  assert.deepEqual(await visitor.shown(), ["frame"]);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.name), "call");
  await page.keyboard.press("Tab");
  await page.keyboard.press("x");
  assert.match(await visitor.block("frame", "As a tag"), /profile: "(lumen)?x(lumen)?"/);
  // Past the form comes the answer, which scrolls.
  await page.evaluate(() => document.querySelector("#frame [data-reset]").focus());
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "As a tag");
  await visitor.leave();
});

for (const scheme of ["light", "dark"])
  test(`the playground can be used by everybody, on phone and desk: ${scheme}`, async () => {
    const visitor = await visit();
    const { page } = visitor;
    // As a dark system would have it; not every driver can pretend one.
    if (scheme == "dark")
      await page.evaluate(() => {
        for (const { cssRules } of document.styleSheets)
          for (const { media } of cssRules)
            if (media && /prefers-color-scheme: dark/.test(media.mediaText)) media.mediaText = "all";
      });
    await visitor.fill("cookie", { text: `iteraspass=${PASS}; iteraspass=junk`, key: KEY });
    for (const tool of TOOLS) {
      if (tool != "cookie") await visitor.go(`#${tool}`);
      for (const width of [320, 1280]) {
        await page.setViewport({ width, height: 800 });
        await page.$$eval("details", (all) => all.forEach((one) => (one.open = true)));
        assert.deepEqual(await page.evaluate(checkPage, "page"), [], `${tool}, ${width}`);
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        assert.equal(over, 0, `${tool}, ${width}`);
      }
    }
    await visitor.leave();
  });
