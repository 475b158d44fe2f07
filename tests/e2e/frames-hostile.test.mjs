// C54: any string through any option of any frame call gives exactly one <iframe> with the fixed
// attributes and a URL of the fixed shape, or bad_option; and nothing runs.
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { test } from "./driver/test.mjs";
import { PUBLISHER, SERVICE, WALL, hostileTargets, hostileTexts, publisher } from "./frame-helpers.mjs";
import { start } from "./harness.mjs";

const CLIMBERS = [
  "..",
  ".",
  "../x",
  "../../x",
  "..%2f",
  "%2e%2e",
  "%2e",
  "a@evil",
  "evil.com/#",
  "a/b",
  "/",
  "//evil.example",
  "\\",
  "\\..\\",
  "?",
  "#",
  "a?b=c#d",
  "a;b",
  "a:b",
  "http://evil.example/",
  "javascript:alert(1)",
  "&amp;",
  "&quot;",
  '"',
  "'",
  "<",
  ">",
  "`",
  "=",
  " ",
  "\u00a0",
  "\ud800",
  "a\udc00b",
  "{base}",
  "{profile}",
  "{id}",
  "%",
  "%zz",
  "+",
  "x".repeat(256),
  "æ".repeat(128),
  "…",
  "\u202e",
  "\ufeff",
  "\u0000",
  "\u001f",
  "\n",
];

let world;
before(async () => (world = await start({ site: "tests/e2e/pages/frames" })));
after(() => world.stop());

// Runs in the page: everything that is wrong with what the calls gave for these texts.
function examine(texts, service, wall) {
  const METHODS = {
    selfserviceiframe: { depth: 4 },
    orderingiframe: { id: "orderingid", depth: 5, allow: true },
    signupiframe: { id: "signupid", depth: 5 },
    paywalliframe: { id: "paywallid", depth: 5 },
  };
  const NAMES = ["src", "title", "width", "height", "frameborder", "data-iteras-frame", "referrerpolicy"];
  const wrong = [];
  let made = 0;
  let refused = 0;
  const scalar = (text) => text.toWellFormed();
  const encoded = (text) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt().toString(16).toUpperCase()}`);
  // As an attribute a line break is one, and NUL is no character of HTML.
  const asAttribute = (text) =>
    scalar(text)
      .replace(/\r\n?/g, "\n")
      .replace(/\0|\x1f/g, "\ufffd");

  function parsed(html, method) {
    // Detached, yet of this document: an <img onerror> in here would run.
    const box = document.createElement("div");
    box.innerHTML = html;
    const { firstChild: frame } = box;
    const names = [...NAMES, ...(METHODS[method].allow ? ["allow"] : [])];
    if (box.childNodes.length != 1 || frame.nodeName != "IFRAME" || frame.childNodes.length) return "not one iframe";
    if (frame.getAttributeNames().join() != names.join()) return `attributes ${frame.getAttributeNames()}`;
    const url = new URL(frame.getAttribute("src"));
    if (url.href != frame.getAttribute("src")) return `not normal: ${url}`;
    if (url.origin != service || url.username || url.password || url.hash) return `elsewhere: ${url}`;
    if (url.pathname.split("/").length != METHODS[method].depth) return `another path: ${url}`;
    return { frame, path: url.pathname.split("/"), query: [...url.searchParams] };
  }

  function check(method, options, expected) {
    const found = thrownBy(() => Iteras[method](options));
    const complain = (what) => wrong.push([method, JSON.stringify(options).slice(0, 300), what]);
    if (expected.refused) {
      refused++;
      if (found.code != "bad_option") complain(`not refused: ${found.returned || found.message}`);
      return;
    }
    if (!found.returned) return complain(`threw ${found.message}`);
    made++;
    const result = parsed(found.returned, method);
    if (!result.frame) return complain(result);
    const { frame, path, query } = result;
    if (expected.title !== undefined && frame.title != expected.title) complain(`title ${frame.title}`);
    if (decodeURIComponent(path[1]) != expected.profile) complain(`profile ${path[1]}`);
    if (expected.id && path[3] != expected.id.map(encoded).join()) complain(`id ${path[3]}`);
    const wanted = [["iframe", "1"], ...expected.query, ["frame", frame.dataset.iterasFrame]];
    if (JSON.stringify(query) != JSON.stringify(wanted)) complain(`query ${JSON.stringify(query)}`);
  }

  for (const text of texts) {
    const good = scalar(text);
    const asQuery = good.replace(/\x1f/g, "\0");
    const fitsPath =
      text &&
      text != "." &&
      text != ".." &&
      new TextEncoder().encode(text).length <= 256 &&
      !/[\0-\x1f\x7f]/.test(text);
    for (const [method, { id }] of Object.entries(METHODS)) {
      const sound = id ? { [id]: wall } : {};
      const scalars = { cssclass: text, preauth: text, next: text, title: text };
      check(
        method,
        { profile: "lumen", ...sound, ...scalars, prefill: { [`f${text}`]: text, many: [text, "z"] } },
        {
          profile: "lumen",
          id: id && [wall],
          title: asAttribute(text) || undefined,
          query: !text
            ? [["prefill.many", "z"]]
            : [
                ["cssclass", asQuery],
                ["preauth", asQuery],
                ["next", asQuery],
                [`prefill.f${asQuery}`, asQuery],
                ["prefill.many", asQuery],
                ["prefill.many", "z"],
              ],
        },
      );
      check(method, { profile: text, ...sound }, { refused: !fitsPath, profile: good, id: id && [wall], query: [] });
      if (id)
        check(
          method,
          { profile: "lumen", [id]: text },
          // Blanks and commas alone are a list that was forgotten.
          {
            refused: !fitsPath || (id == "paywallid" && !/[^\s,]/.test(text)),
            profile: "lumen",
            id: [good],
            query: [],
          },
        );
      if (text && text != "user" && text != "sub")
        check(method, { profile: "lumen", ...sound, access: text }, { refused: true });
    }
    // Absent items are dropped; others have to fit.
    check(
      "paywalliframe",
      { profile: "lumen", paywallid: [wall, text, "z"] },
      {
        refused: !!text && !fitsPath,
        profile: "lumen",
        id: text ? [wall, good, "z"] : [wall, "z"],
        query: [],
      },
    );
    check(
      "paywalliframe",
      { profile: text, paywallid: wall },
      { refused: !fitsPath, profile: good, id: [wall], query: [] },
    );
  }
  return { wrong: wrong.slice(0, 20), made, refused, leftovers: document.querySelectorAll("iframe").length };
}

// `alert` and its kin, and everything that a payload could have loaded or changed.
async function assertNothingRan(page) {
  await page.evaluate(() => painted());
  assert.deepEqual([page.dialogs, page.strays, page.errors], [[], [], []]);
  assert.deepEqual(await page.evaluate(() => [document.title, seen, went, document.cookie]), ["Publisher", [], [], ""]);
}

test("C54 markup, scripts, addresses and paths in every option of every frame call", async () => {
  const texts = [...CLIMBERS, ...hostileTexts(), ...hostileTargets()];
  assert.ok(texts.length > 2000, `${texts.length} texts`);
  const page = await publisher(world);
  const { wrong, made, refused, leftovers } = await page.evaluate(examine, texts, SERVICE, WALL);
  assert.deepEqual(wrong, []);
  assert.ok(made > texts.length * 8, `${made} frames were made of ${texts.length} texts`);
  assert.ok(refused > texts.length * 3, `${refused} calls were refused`);
  assert.equal(leftovers, 0);
  await assertNothingRan(page);
});

// The texts that do not reach a frame's address as text when they are the page's own query.
const reaches = (texts, service, wall) => {
  const wrong = [];
  for (const text of texts) {
    const encoded = encodeURIComponent(text);
    history.replaceState(null, "", `/page?iterasnext=${encoded}&iteras${encoded}=1&iteras${text}`);
    const box = document.createElement("div");
    box.innerHTML = Iteras.paywalliframe({ profile: "lumen", paywallid: wall });
    const frame = box.firstChild;
    const url = new URL(frame.getAttribute("src"));
    const names = [...url.searchParams.keys()];
    const own = [...new URLSearchParams(location.search).keys()].filter(
      (name) => /^iteras/.test(name) && !/^iteras(gift|preauth)$/.test(name),
    );
    const fine =
      box.childNodes.length == 1 &&
      frame.attributes.length == 7 &&
      url.origin == service &&
      url.pathname == `/lumen/paywall/${wall}/` &&
      !url.hash &&
      names.join("\n") == ["iframe", ...own, "frame"].join("\n");
    if (!fine) wrong.push([location.search, box.innerHTML]);
  }
  history.replaceState(null, "", "/page");
  return wrong.slice(0, 10);
};

test("C54 the same hostile texts as the page's own query reach the frame as text", async () => {
  const page = await publisher(world);
  const texts = [...CLIMBERS, ...hostileTexts()].map((text) => text.toWellFormed());
  const wrong = [];
  // WebKit lets a page change its address a hundred times in ten seconds.
  while (texts.length) {
    wrong.push(...(await page.evaluate(reaches, texts.splice(0, 99), SERVICE, WALL)));
    await page.goto(`${PUBLISHER}/page`);
  }
  assert.deepEqual(wrong, []);
  await assertNothingRan(page);
});

test("C54 a frame with hostile options, really inserted, stays what it is", async () => {
  const page = await publisher(world, { url: `${PUBLISHER}/page` });
  const frames = await page.evaluate(async (wall) => {
    const evil = `"><img src=x onerror=alert(1)><script>alert(2)</script><iframe srcdoc="<script>parent.alert(3)</script>">`;
    const found = [];
    for (const make of [
      () =>
        Iteras.paywalliframe({
          profile: "lumen",
          paywallid: [evil.slice(0, 100)],
          title: evil,
          cssclass: evil,
          next: evil,
        }),
      () =>
        Iteras.frame("paywall", {
          profile: "lumen",
          paywallid: wall,
          title: evil,
          cssclass: evil,
          next: evil,
          preauth: evil,
        }),
    ]) {
      const frame = await insert(make());
      found.push([frame.title == evil, frame.parentNode.childNodes.length]);
    }
    document.write(`<p>${Iteras.paywalliframe({ profile: evil, paywallid: wall, title: evil })}</p>`);
    found.push([document.querySelectorAll("img, script").length, document.querySelectorAll("iframe").length]);
    return found;
  }, WALL);
  assert.deepEqual(frames, [
    [true, 1],
    [true, 1],
    [0, 1],
  ]);
  assert.deepEqual([page.dialogs, page.strays], [[], []]);
});

test("configure: templates and bases that can be no one else's, and the bad ones", async () => {
  const page = await publisher(world);
  const wrong = await page.evaluate(() => {
    const bad = [];
    for (const template of [
      "javascript:alert(1)//{profile}",
      "javascript://{base}/",
      "data:text/html,{profile}",
      "blob:{base}/{profile}",
      "//evil.example/{profile}",
      "/{profile}",
      "{profile}",
      "{base}",
      "{base}{profile}",
      "{base}@evil.example/",
      "{base}.evil.example/",
      "{base}:8443/",
      "https://{profile}/",
      "https://{profile}.evil.example/x",
      "https://a.example{profile}/",
      "https://{id}@a.example/",
      "https://a@b.example/",
      "https:///x",
      "https://",
      "https://a.example?x={profile}",
      "https://a.example#/{id}",
      "https://a.example\\@b.example/",
      "{base}/{profile",
      "{base}/{nothing}",
      "{base}/{Profile}",
      "{base}/{{profile}}",
      "{base}/ x",
      "{base}/\n",
      "{base}/\t{id}",
      "{base}/æ",
      "HTTPS://a.example/",
      " {base}/",
      "ftp://a.example/{profile}",
      "https://{base}/",
    ])
      bad.push({ endpoints: { paywall: template } });
    for (const endpoint of ["login", "paywalls", "__proto__", "constructor", "toString", "PAYWALL", ""]) {
      bad.push({
        endpoints: JSON.parse(JSON.stringify({ e: "{base}/{profile}" }).replace('"e"', JSON.stringify(endpoint))),
      });
    }
    for (const base of [
      "javascript:alert(1)",
      "data:,",
      "https://a:b@c.example",
      "https://a@c.example/x",
      "https://a.example/?x=1",
      "https://a.example/#x",
      "ftp://a.example",
      "https://",
      "//",
      "blob:https://a.example/x",
      1,
      {},
      ["https://a.example"],
      true,
    ])
      bad.push({ base });
    for (const endpoints of ["{base}/", 1, ["{base}/"], { paywall: {} }, { paywall: () => {} }])
      bad.push({ endpoints });
    for (const cookieDomain of ["evil.example", "xpub.example", "pub.example.evil", "com", 1, {}])
      bad.push({ cookieDomain });
    bad.push({ cookieDomain: "example" });
    for (const renewAfter of [-1, 1.5, NaN, Infinity, "3600", {}, true]) bad.push({ renewAfter });
    bad.push(1, "x", [], true);
    // All or nothing: what is sound beside it is not taken either.
    const passes = (options) => thrownBy(() => Iteras.configure(options)).code != "bad_option";
    const besides = (options) =>
      Object.getPrototypeOf(options) == Object.prototype && { base: "https://taken.example", ...options };
    const wrong = bad.filter((options) => passes(options) || (besides(options) && passes(besides(options))));
    return wrong.map((options) => JSON.stringify(options));
  });
  assert.deepEqual(wrong, []);
  const urls = await page.evaluate((wall) => {
    Iteras.configure(undefined);
    Iteras.configure({});
    Iteras.configure({ base: "", endpoints: null, cookieDomain: undefined });
    Iteras.configure({
      endpoints: { selfservice: "{base}/{profile}/me?tab=1#top", ordering: "http://a.example:81/{id}/{profile}/{id}" },
    });
    Iteras.configure({ endpoints: { signup: "{base}/s" } });
    Iteras.configure({ base: "https://own.example/iteras/", endpoints: { paywall: "{base}/login/{id}" } });
    const src = (html) =>
      html
        .match(/src="([^"]*?)&amp;?frame=|src="([^"]*?)\?frame=/)
        .slice(1)
        .join("");
    const found = [
      src(Iteras.selfserviceiframe({ profile: "p/q" })),
      src(Iteras.orderingiframe({ profile: "p", orderingid: "o o" })),
      src(Iteras.signupiframe({ profile: "p", signupid: "s" })),
      src(Iteras.paywalliframe({ profile: "p", paywallid: [wall, "b"] })),
    ];
    const late = thrownBy(() => Iteras.configure({ base: "https://late.example" })).code;
    return [...found, late, Iteras.selfserviceiframe({ profile: "p" }).includes("#top")];
  }, WALL);
  assert.deepEqual(urls, [
    "https://own.example/iteras/p%2Fq/me?tab=1",
    "http://a.example:81/o%20o/p/o%20o",
    "https://own.example/iteras/s",
    `https://own.example/iteras/login/${WALL},b`,
    "bad_option",
    true,
  ]);
  await assertNothingRan(page);
});
