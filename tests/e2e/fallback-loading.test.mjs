// The ways of the fallback onto a page: written so that the next inline script finds it, or appended and
// met by a queue (documented surface, section 1; rules, "No wasm").
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { test } from "./driver/test.mjs";
import { PUBLISHER, SERVICE, built, publisher } from "./frame-helpers.mjs";
import { start } from "./harness.mjs";

const SCRIPT = `${SERVICE}/static/api/iteras.js`;
const FALLBACK = `${SERVICE}/static/api/iteras.fallback.js`;
const integrity = JSON.parse(built("integrity.json"));
const versioned = Object.keys(integrity).find((name) => /^iteras-/.test(name));

let world;
before(async () => (world = await start({ site: "tests/e2e/pages/frames" })));
after(() => world.stop());

// A page with this body; `page.lines` are our lines on the console.
async function open(
  body,
  { pages, prepare, contentType = "text/html; charset=utf-8", doctype = "<!doctype html>" } = {},
) {
  const html = `${doctype}<title>Publisher</title>${body}`;
  const page = await publisher(world, {
    url: "about:blank",
    prepare,
    pages: { [`${PUBLISHER}/page`]: { body: html, contentType }, ...pages },
  });
  page.lines = [];
  page.on("console", (line) => /^Iteras/.test(line.text()) && page.lines.push(line.text()));
  await page.goto(`${PUBLISHER}/page`);
  return page;
}

const assertQuiet = (page) => assert.deepEqual([page.errors, page.lines, page.strays], [[], [], []]);
const fallbackTags = (page) =>
  page.evaluate(() => {
    const tags = [...document.scripts].filter(({ src }) => src.includes("fallback"));
    return tags.map(({ attributes }) => Object.fromEntries([...attributes].map(({ name, value }) => [name, value])));
  });

// Notes what the next script finds.
const LOOK = `<script>
  var fallbacks = [...document.scripts].filter((tag) => tag.src.includes("fallback"));
  var next = [typeof Iteras.wall, Array.isArray(Iteras.q), fallbacks.length];
</script>`;
const READY = ["function", false, 1];

test("the fallback has the same folder, version and query", async () => {
  for (const [src, fallback] of [
    [SCRIPT, FALLBACK],
    [`${SCRIPT}?ver=1.7.0&amp;x=a/b#top`, `${FALLBACK}?ver=1.7.0&x=a/b#top`],
    [
      `${SERVICE}/static/api/${versioned}?ver=1`,
      `${SERVICE}/static/api/${versioned.replace("iteras-", "iteras.fallback-")}?ver=1`,
    ],
    [`${SERVICE}/media/api/iteras.js`, `${SERVICE}/media/api/iteras.fallback.js`],
    ["https://cdn.example/a/b/iteras.js?/c/d.js", "https://cdn.example/a/b/iteras.fallback.js?/c/d.js"],
    ["/own/iteras.js", `${PUBLISHER}/own/iteras.fallback.js`],
  ]) {
    const page = await open(`<script src="${src}" data-engine="js" data-base="https://base.example"></script>${LOOK}`);
    assert.deepEqual(await page.evaluate("next"), READY, src);
    assert.deepEqual(
      (await fallbackTags(page)).map((tag) => tag.src),
      [fallback],
    );
    assert.match(
      await page.evaluate(() => Iteras.selfserviceiframe({ profile: "p" })),
      /src="https:\/\/base\.example\/p\//,
    );
    assertQuiet(page);
    await page.browserContext().close();
  }
});

test("the base is that of the main script, also in the fallback", async () => {
  for (const src of [`${SCRIPT}?v=1`, `${SERVICE}/media/api/iteras.js`, `${SERVICE}/static/api/${versioned}`]) {
    const page = await open(`<script src="${src}" data-engine="js"></script>`);
    assert.match(
      await page.evaluate(() => Iteras.selfserviceiframe({ profile: "p" })),
      new RegExp(`src="${SERVICE}/p/`),
      src,
    );
    assertQuiet(page);
    await page.browserContext().close();
  }
});

test("integrity on the main tag: the written tag has the fallback's, and the same crossorigin", async () => {
  for (const [crossorigin, name] of [
    ["anonymous", "iteras.js"],
    ["", versioned],
  ]) {
    const src = `${SERVICE}/static/api/${name}`;
    const page = await open(
      `<script src="${src}" integrity="${integrity[name]}" crossorigin="${crossorigin}" data-engine="js"></script>${LOOK}`,
    );
    assert.deepEqual(await page.evaluate("next"), READY);
    const fallback = name.replace("iteras", "iteras.fallback");
    assert.deepEqual(await fallbackTags(page), [
      { src: src.replace(name, fallback), integrity: integrity[fallback], crossorigin: "anonymous" },
    ]);
    assertQuiet(page);
  }
  const bare = await open(`<script src="${SCRIPT}" data-engine="js"></script>`);
  assert.deepEqual(await fallbackTags(bare), [{ src: FALLBACK }]);
});

test("integrity on the main tag: a fallback that was tampered with does not run", async () => {
  const headers = { "Access-Control-Allow-Origin": "*" };
  const pages = {
    [FALLBACK]: {
      body: `window.tampered = true;${built("iteras.fallback.js")}`,
      contentType: "text/javascript",
      headers,
    },
  };
  const page = await open(
    `<script src="${SCRIPT}" integrity="${integrity["iteras.js"]}" crossorigin data-engine="js"></script>${LOOK}`,
    { pages },
  );
  await page.waitForFunction(() => document.readyState == "complete");
  assert.deepEqual(await page.evaluate("[next[0], next[1], typeof tampered, typeof Iteras.wall]"), [
    "undefined",
    true,
    "undefined",
    "undefined",
  ]);
  assert.deepEqual([page.errors, page.lines], [[], [`Iteras: ${FALLBACK} could not be loaded`]]);
});

// Calls in the queue before, between and after; and other members of the object.
const QUEUE = `<script>
  window.order = [];
  window.Iteras = { q: [["wall", { unauthorized: () => order.push("before") }]], own: 1, isLoggedIn: "ours" };
</script>`;
const BETWEEN = `<script>
  Iteras.q.push(["wall", { unauthorized: () => order.push("between") }]);
  Iteras.q.push(["wall", { access: "gold", unauthorized: () => order.push("strict") }]);
</script>`;

async function assertQueueWorkedOff(page) {
  await page.waitForFunction(() => typeof Iteras.wall == "function");
  const state = await page.evaluate(() => {
    Iteras.q.push(["wall", { unauthorized: () => order.push("after") }]);
    Iteras.q.push(["frame", "nonsense", {}]);
    const codes = seen.filter(([type]) => type == "error").map(([, { code }]) => code);
    return { order, own: Iteras.own, isLoggedIn: Iteras.isLoggedIn, keys: Object.keys(Iteras).sort().join(), codes };
  });
  assert.deepEqual(state, {
    order: ["before", "between", "strict", "after"],
    own: 1,
    isLoggedIn: "ours",
    keys: "carry,configure,frame,isLoggedIn,logoutFromWall,orderingiframe,own,pass,paywalliframe,q,selfserviceiframe,signupiframe,version,wall",
    codes: ["bad_option", "bad_option"],
  });
}

test("async, defer and injected scripts: the queue is worked off when the fallback has come", async () => {
  const inject = (change) => `<script>
    const tag = document.createElement("script");
    tag.src = "${SCRIPT}";
    tag.dataset.engine = "js";
    ${change}
    document.head.append(tag);
  </script>`;
  for (const [name, tag] of Object.entries({
    async: `<script async src="${SCRIPT}" data-engine="js"></script>`,
    defer: `<script defer src="${SCRIPT}" data-engine="js"></script>`,
    injected: inject(""),
    "injected in order": inject("tag.async = false"),
    "injected after load": `<script>addEventListener("load", () => { ${inject("").replace(/<\/?script>/g, "")} })</script>`,
  })) {
    const page = await open(`${QUEUE}${tag}${BETWEEN}<p>`);
    await assertQueueWorkedOff(page);
    assert.deepEqual(await fallbackTags(page), [{ src: FALLBACK }], name);
    assert.ok(
      page.lines.every((line) => !/could not be loaded|Content-Security-Policy/.test(line)),
      name,
    );
    await page.browserContext().close();
  }
});

test("async with WebAssembly: the queue is worked off without the fallback", async () => {
  const page = await open(`${QUEUE}<script async src="${SCRIPT}"></script>${BETWEEN}`);
  await assertQueueWorkedOff(page);
  assert.deepEqual(await fallbackTags(page), []);
});

test("a written tag that the browser refuses is appended again", async () => {
  // As Chromium does with other sites' written scripts on very slow connections.
  const page = await publisher(world, {
    url: "about:blank",
    pages: {
      [`${PUBLISHER}/page`]: `${QUEUE}<script src="${SCRIPT}" data-engine="js"></script>${LOOK}${BETWEEN}`,
      get [FALLBACK]() {
        Object.defineProperty(this, FALLBACK, { value: undefined });
        return { status: 404, body: "" };
      },
    },
  });
  await page.goto(`${PUBLISHER}/page`);
  assert.deepEqual(await page.evaluate("next.slice(0, 2)"), ["undefined", true]);
  await assertQueueWorkedOff(page);
  assert.deepEqual(await fallbackTags(page), [{ src: FALLBACK }, { src: FALLBACK }]);
  assert.deepEqual(page.errors, []);
});

test("an engine without WebAssembly, or with less than it takes", async () => {
  for (const prepare of [
    () => delete window.WebAssembly,
    () =>
      (WebAssembly.Module = function () {
        throw new RangeError("WebAssembly.Module is limited to 4 KB on the main thread");
      }),
    () =>
      (WebAssembly.Instance = function () {
        throw new RangeError("out of memory");
      }),
    () =>
      (WebAssembly.Instance = function () {
        return { exports: {} };
      }),
    // The core alone, not the module that unpacks it.
    () => {
      const { Instance } = WebAssembly;
      WebAssembly.Instance = function (module) {
        const { exports } = new Instance(module);
        return { exports: exports.ask ? {} : exports };
      };
    },
    () => {
      const { Instance } = WebAssembly;
      WebAssembly.Instance = function (module) {
        const { exports } = new Instance(module);
        const ask = () => {
          throw new WebAssembly.RuntimeError("unreachable");
        };
        return { exports: exports.ask ? { ...exports, ask } : exports };
      };
    },
  ]) {
    const page = await open(`<script src="${SCRIPT}"></script>${LOOK}`, { prepare });
    assert.deepEqual(await page.evaluate("next"), READY, String(prepare));
    assert.equal(await page.evaluate(() => Iteras.wall({}).reason), "nopass");
    assertQuiet(page);
    await page.browserContext().close();
  }
});

test("an XML document, where nothing can be written", async () => {
  const page = await open(`</head><body><script src="${SCRIPT}" data-engine="js"></script><p/></body></html>`, {
    contentType: "application/xhtml+xml",
    doctype: '<html xmlns="http://www.w3.org/1999/xhtml"><head>',
  });
  await page.waitForFunction(() => typeof Iteras.wall == "function");
  const frame = await page.evaluate(async () => {
    const frame = await insert(Iteras.frame("paywall", { profile: "lumen", paywallid: "w", title: "<&>" }));
    await say(frame, { iteras: 1, frame: idOf(frame), type: "resize", height: 50 });
    await painted();
    return [frame.title, frame.style.height];
  });
  assert.deepEqual(frame, ["<&>", "50px"]);
  assertQuiet(page);
});
