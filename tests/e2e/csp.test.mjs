// F15, C55: the script under Content-Security-Policies with and without WebAssembly and Trusted Types
// (rules, "No wasm"). The measure is `Iteras` as the very next inline script finds it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before } from "node:test";

import { REPORTS_WASM } from "./driver/engine.mjs";
import { test } from "./driver/test.mjs";
import { PASS, PUBLISHER, SERVICE, built, fixture, publisher } from "./frame-helpers.mjs";
import { start } from "./harness.mjs";

const TAG = '<script nonce="n0nce" src="http://127.0.0.1:4802/static/api/iteras.js"></script>';
const TRUSTED = "require-trusted-types-for 'script'";

let world;
before(async () => (world = await start({ site: "tests/e2e/pages/csp" })));
after(() => world.stop());

// The fixture page under a policy; `page.lines` are our lines on the console.
async function under(policy, { tag, prepare } = {}) {
  const page = await reader();
  if (prepare) await page.evaluateOnNewDocument(prepare);
  return show(page, { "Content-Security-Policy": policy }, tag);
}

async function reader() {
  const pages = {};
  const page = await publisher(world, {
    url: "about:blank",
    pages,
    prepare: () => {
      window.violations = [];
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
        // Asked for by some browsers themselves.
        if (/\/favicon\.ico$/.test(blockedURI)) return;
        violations.push(`${effectiveDirective} ${blockedURI}`);
      });
    },
  });
  page.on("console", (line) => /^Iteras/.test(line.text()) && page.lines.push(line.text()));
  return Object.assign(page, { pages });
}

// The same reader goes on to the fixture page with these headers.
async function show(page, headers, tag = TAG) {
  const body = fixture("csp/page.html")
    .replace(TAG, () => tag)
    .replaceAll("http://127.0.0.1:4802", SERVICE);
  page.pages[`${PUBLISHER}/page`] = { body, headers };
  Object.assign(page, { lines: [], errors: [] });
  await page.goto(`${PUBLISHER}/page`);
  return page;
}

const found = (page) =>
  page.evaluate(() => ({
    ...next,
    violations,
    engine: [...document.scripts].some(({ src }) => src.includes(".fallback")) ? "js" : "wasm",
    frames: document.querySelectorAll("iframe").length,
    below: !!document.querySelector("p"),
  }));

const works = { type: "object", wall: "function", queue: "function", reason: "nopass", frames: 1, below: true };
const waits = { type: "object", wall: "undefined", queue: "function", frames: 0, below: true, engine: "wasm" };

const SCRIPT_SOURCES = {
  nonce: ["'nonce-n0nce'", TAG],
  "strict-dynamic": ["'nonce-n0nce' 'strict-dynamic'", TAG],
  // The inline script has a nonce, ours is let in by its host.
  hosts: [`${SERVICE} 'nonce-n0nce'`, TAG.replace('nonce="n0nce" ', "")],
};

const TRUSTED_TYPES = {
  "no Trusted Types": ["", 1, true],
  "any policy": [TRUSTED, "TypeError", true],
  "policy iteras": [`${TRUSTED}; trusted-types iteras`, "TypeError", true],
  "another policy": [`${TRUSTED}; trusted-types page`, "TypeError", false],
  "no policy": [`${TRUSTED}; trusted-types 'none'`, "TypeError", false],
  // Nothing enforces that only trusted text is written.
  "our policy refused, text let through": ["trusted-types page", 1, true],
};

for (const [sources, [scriptSource, tag]] of Object.entries(SCRIPT_SOURCES)) {
  test(`F15 C55 ${sources}: WebAssembly × Trusted Types`, async () => {
    const page = await reader();
    const visit = (policy) => show(page, { "Content-Security-Policy": policy.trim() }, tag);
    for (const [types, [directive, written, fallbackMayRun]] of Object.entries(TRUSTED_TYPES)) {
      await visit(`script-src ${scriptSource} 'wasm-unsafe-eval'; ${directive}`);
      const wasmFound = await found(page);
      // The page's own attempt to write a text is what may break here, and nothing of ours.
      const own = written == 1 ? [] : ["require-trusted-types-for trusted-types-sink"];
      assert.deepEqual(wasmFound, { ...works, engine: "wasm", written, violations: own }, `wasm, ${types}`);
      assert.deepEqual([page.lines, page.errors, page.strays], [[], [], []], types);

      await visit(`script-src ${scriptSource}; ${directive}`);
      const { violations, ...jsFound } = await found(page);
      if (REPORTS_WASM) assert.equal(violations[0], "script-src wasm-eval", types);
      if (fallbackMayRun) {
        assert.deepEqual(jsFound, { ...works, engine: "js", written }, types);
        assert.deepEqual(page.lines, [], types);
      } else {
        assert.deepEqual(jsFound, waits, types);
        assert.equal(page.lines.length, 1, types);
        assert.match(page.lines[0], /'wasm-unsafe-eval' in script-src.*'iteras' to trusted-types/);
        assert.deepEqual(await page.evaluate(() => [Array.isArray(Iteras.q), Iteras.q.push(["wall", {}])]), [true, 1]);
      }
      assert.deepEqual([page.errors, page.strays], [[], []], types);
    }
  });
}

test("F15 hashes and 'strict-dynamic': a written script is refused, an appended one is trusted", async () => {
  const { "iteras.js": main } = JSON.parse(built("integrity.json"));
  const [, inline] = fixture("csp/page.html").match(/<script nonce="n0nce">([^]*?)<\/script>/);
  const hash = createHash("sha256").update(inline).digest("base64");
  const tag = TAG.replace(' nonce="n0nce"', ` integrity="${main}" crossorigin`);
  const page = await under(`script-src '${main}' 'sha256-${hash}' 'strict-dynamic'`, { tag });
  assert.deepEqual(await page.evaluate("next"), { type: "object", wall: "undefined", queue: "function" });
  await page.waitForFunction(() => typeof Iteras.wall == "function");
  assert.equal(await page.evaluate(() => Iteras.wall({}).reason), "nopass");
  assert.deepEqual([page.lines, page.errors, page.strays], [[], [], []]);
});

test('F15 data-engine="js" goes to the fallback at once: no report of a violation', async () => {
  for (const policy of [
    "script-src 'nonce-n0nce'",
    `script-src 'nonce-n0nce' 'strict-dynamic'; ${TRUSTED}; trusted-types iteras`,
  ]) {
    const page = await under(policy, { tag: TAG.replace("<script", '<script data-engine="js"') });
    const { violations, written, ...rest } = await found(page);
    assert.deepEqual(rest, { ...works, engine: "js" });
    assert.deepEqual(violations, written == 1 ? [] : ["require-trusted-types-for trusted-types-sink"]);
    assert.deepEqual([page.lines, page.errors], [[], []]);
  }
});

test("F15 a policy that is only reported changes nothing", async () => {
  const policy = `script-src 'nonce-n0nce'; ${TRUSTED}; trusted-types 'none'`;
  const page = await show(await reader(), { "Content-Security-Policy-Report-Only": policy });
  const { violations, ...rest } = await found(page);
  assert.deepEqual(rest, { ...works, engine: "wasm", written: 1 });
  assert.ok(violations.length > 0);
});

test("C55 under Trusted Types a text throws at the page's sink; the element, and a text by the page's own policy, work", async () => {
  const page = await under(`script-src 'nonce-n0nce' 'wasm-unsafe-eval'; ${TRUSTED}; trusted-types page iteras`);
  const result = await page.evaluate(async () => {
    const text = Iteras.paywalliframe(call);
    const box = document.body.appendChild(document.createElement("div"));
    const thrown = [
      () => (box.innerHTML = text),
      () => document.write(text),
      () => box.insertAdjacentHTML("beforeend", text),
    ].map((work) => {
      try {
        return work();
      } catch (error) {
        return error.constructor.name;
      }
    });
    const nothing = box.childNodes.length;
    const element = await insert(Iteras.frame("paywall", call));
    await say(element, { iteras: 1, frame: idOf(element), type: "resize", height: 77 });
    const policy = trustedTypes.createPolicy("page", { createHTML: (html) => html });
    const trusted = await insert(document.createRange().createContextualFragment(policy.createHTML(text)).firstChild);
    await say(trusted, { iteras: 1, frame: idOf(trusted), type: "resize", height: 78 });
    await painted();
    return [typeof text, thrown, nothing, element.style.height, trusted.style.height];
  });
  assert.deepEqual(result, ["string", ["TypeError", "TypeError", "TypeError"], 0, "77px", "78px"]);
  assert.deepEqual([page.errors, page.lines], [[], []]);
});

test("connect-src that blocks renewal is an outage: the reader keeps access", async () => {
  const page = await under("script-src 'nonce-n0nce' 'wasm-unsafe-eval'; connect-src 'none'", {
    prepare: `document.cookie = "iteraspass=${PASS}; Path=/"`,
  });
  await page.waitForFunction(() => violations.length && localStorage.length);
  const before = await page.evaluate(() => [
    next.reason,
    violations,
    seen.map(([type]) => type),
    Iteras.isLoggedIn(),
    Iteras.wall({}).authorized,
  ]);
  assert.deepEqual(before, [null, [`connect-src ${SERVICE}/api/paywall/renew/`], ["authorized"], true, true]);
  assert.equal(await page.evaluate("document.cookie"), `iteraspass=${PASS}`);
  assert.deepEqual([page.errors, page.lines, page.strays], [[], [], []]);
});

test("no inline style is needed: sizes are set under style-src 'none' without a violation", async () => {
  const page = await under(
    `default-src 'none'; script-src 'nonce-n0nce' 'wasm-unsafe-eval'; frame-src ${SERVICE}; style-src 'none'`,
  );
  const result = await page.evaluate(async () => {
    const frame = document.querySelector("iframe");
    await new Promise((done) => (document.readyState == "complete" ? done() : addEventListener("load", done)));
    await say(frame, { iteras: 1, frame: idOf(frame), type: "resize", height: 123 });
    await painted();
    return [frame.style.cssText, frame.offsetHeight, next.written, violations];
  });
  assert.deepEqual(result, [
    "min-height: 123px; height: 123px; max-height: none; display: block; border: 0px;",
    123,
    1,
    [],
  ]);
});
