// The fallback is the same module as JavaScript: the same calls give the same results in both engines,
// whatever goes in and however much of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";

import { headerText } from "../shared/headers.mjs";
import { test } from "./driver/test.mjs";
import {
  OTHER_PASS,
  PASS,
  PUBLISHER,
  SERVICE,
  USER_PASS,
  WALL,
  hostileTargets,
  hostileTexts,
  publisher,
  redirectCases,
} from "./frame-helpers.mjs";
import { start } from "./harness.mjs";

const cases = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), "utf8")).cases;
const tag = (engine) => `<script src="${SERVICE}/static/api/iteras.js" data-engine="${engine}"></script>`;
const page = (engine) => `<!doctype html><title>Publisher</title>${tag(engine)}<body>`;

// Requests to the service do not matter here.
const noTimers = () => (window.setTimeout = () => 0);

let world;
before(async () => (world = await start({ site: "tests/e2e/pages/frames" })));
after(() => world.stop());

// The result of `work` in the page of each engine: frame ids and times are the same in both.
async function inBoth(work, argument, { query = "", prepare } = {}) {
  const results = {};
  for (const engine of ["wasm", "js"]) {
    const open = await publisher(world, {
      url: "about:blank",
      prepare,
      pages: { [`${PUBLISHER}/page`]: page(engine) },
    });
    await open.evaluateOnNewDocument(() => {
      let last = 0;
      crypto.getRandomValues = (bytes) => bytes.fill(++last);
      // Cookies as the test puts them, of any bytes and length.
      let jar = "";
      Object.defineProperty(document, "cookie", {
        get: () => jar,
        set: (text) => (jar = text.includes("Max-Age=0") ? "" : text.split(";")[0]),
      });
      window.setCookies = (text) => (jar = text);
      window.outcome = (work) => {
        try {
          const value = work();
          return value instanceof Element ? value.outerHTML : JSON.stringify(value);
        } catch (error) {
          return `${error.code}: ${error.message}`;
        }
      };
    });
    await open.goto(`${PUBLISHER}/page${query}`);
    assert.equal(
      await open.evaluate(() => [...document.scripts].some(({ src }) => src.includes("fallback"))),
      engine == "js",
    );
    results[engine] = await open.evaluate(work, argument);
    assert.deepEqual([open.errors, open.dialogs, open.strays], [[], [], []], engine);
    await open.browserContext().close();
  }
  results.wasm.forEach((result, i) => assert.equal(results.js[i], result, `result ${i}`));
  assert.equal(results.js.length, results.wasm.length);
  return results.wasm;
}

test("every documented call", async () => {
  const results = await inBoth(
    async ({ PASS, WALL }) => {
      const found = [];
      const note = (work) => found.push(outcome(work));
      const sound = { profile: "lumen", orderingid: "o", signupid: "s", paywallid: [WALL, "BBBB2222"] };
      const prefill = { a: [1, true, "ø"], b: "" };
      const rich = {
        ...sound,
        cssclass: "a b",
        preauth: "p:æ",
        next: "/n?x=1",
        access: "user",
        title: "T <ø>",
        prefill,
      };
      note(() =>
        Iteras.configure({
          base: "https://base.example/x/",
          endpoints: { signup: "{base}/{id}/{profile}#f" },
          renewAfter: 60,
        }),
      );
      for (const options of [
        sound,
        rich,
        {},
        undefined,
        { ...rich, access: "gold" },
        { ...sound, paywallid: "..", orderingid: 1 },
      ]) {
        for (const name of ["selfserviceiframe", "orderingiframe", "signupiframe", "paywalliframe"])
          note(() => Iteras[name](options));
        for (const kind of ["selfservice", "ordering", "signup", "paywall", "nonsense"])
          note(() => Iteras.frame(kind, options));
      }
      note(() => Iteras.configure({ base: "https://late.example" }));
      document.body.innerHTML = `<a data-iteras-carry href="/a?b#c">1</a><a href="/d">2</a><a data-iteras-carry href="https://evil.example/">3</a>`;
      note(() => Iteras.carry());
      note(() => Iteras.carry(["/d/"]));
      note(() => [...document.links].map(({ href }) => href));
      for (const cookies of ["", `a=b; iteraspass=${PASS}; c=d`]) {
        setCookies(cookies);
        note(() => Iteras.wall());
        for (const paywallid of [WALL, ["x"], ["x", WALL], 7]) note(() => Iteras.wall({ paywallid }));
        for (const access of ["sub", "gold"]) note(() => Iteras.wall({ access }));
        note(() => Iteras.wall({ redirect: "/buy?x#y" }));
        note(() => Iteras.pass());
        note(() => Iteras.isLoggedIn());
      }
      note(() => Iteras.logoutFromWall({ redirect: null }));
      note(() => Iteras.logoutFromWall({ redirect: "/bye" }));
      note(() => [document.cookie, went, seen]);
      return found;
    },
    { PASS, WALL },
    { query: "?iterasnext=%2Fx&iteraspreauth=t&iterasaccess=sub&iterasgift=g" },
  );
  assert.equal(results.length, 82);
  const order =
    '<iframe src="https://base.example/x/lumen/order/o/?iframe=1&amp;preauth=t&amp;iterasnext=%2Fx&amp;iterasaccess=sub&amp;frame=';
  assert.ok(JSON.parse(results[2]).startsWith(order), results[2]);
});

test("every pass and cookie case of the vectors", async () => {
  const headers = cases("cookie_header_cases.json").map(({ header }) => headerText(header, PASS));
  const passes = [PASS, USER_PASS, OTHER_PASS, ...cases("pass_cases.json").map(({ pass }) => pass)];
  const results = await inBoth(
    ({ headers, passes }) => {
      const found = [];
      for (const cookies of [...headers, ...passes.map((pass) => `iteraspass=${pass}`)]) {
        setCookies(cookies);
        for (const options of [
          {},
          { paywallid: "n8fsoupukhv3", access: "sub" },
          { paywallid: ["AAAA1111", "BBBB2222"], access: "user" },
        ]) {
          const { pending, ...verdict } = Iteras.wall(options);
          found.push(JSON.stringify([verdict, outcome(() => Iteras.pass())]));
        }
      }
      return found;
    },
    { headers, passes },
    { prepare: noTimers },
  );
  assert.equal(results.length, 3 * (headers.length + passes.length));
  assert.ok(new Set(results.map((result) => JSON.parse(result)[0].reason)).size >= 5);
});

test("every redirect case, address and text that anybody sends", async () => {
  const texts = [...redirectCases.cases.map(({ input }) => input), ...hostileTargets(), ...hostileTexts()];
  const results = await inBoth(async (texts) => {
    const found = [];
    for (const text of texts) {
      const scalars = { cssclass: text, next: text, title: text, preauth: text, prefill: { [text]: text } };
      found.push(outcome(() => Iteras.paywalliframe({ profile: "p", paywallid: "w", ...scalars })));
      found.push(outcome(() => Iteras.orderingiframe({ profile: text, orderingid: text })));
      found.push(outcome(() => Iteras.configure({ endpoints: { paywall: text } })));
    }
    const frame = await insert(Iteras.paywalliframe({ profile: "p", paywallid: "w" }));
    for (const text of texts.slice(0, 400)) {
      went.length = 0;
      await say(frame, { iteras: 1, frame: idOf(frame), type: "navigate", url: text });
      found.push(String(went));
    }
    return found;
  }, texts);
  assert.ok(results.length > 6000, `${results.length}`);
});

test("non-ASCII of every length in UTF-8, lone surrogates, controls", async () => {
  const results = await inBoth(() => {
    const texts = [
      "æøå",
      "Æ",
      "ß",
      "€",
      "日本",
      "😀👩‍👩‍👧‍👦",
      "\ud800",
      "\udc00",
      "a\ud83d",
      "\ude00b",
      "\ude00\ud83d",
      "\ufffd",
      "\ufeff",
      "\u2028",
      "\0",
      "\x1e\x1f\x20",
      "\x7f",
      "a\x1fb\x1fc",
      "\r\n",
    ];
    const found = [];
    for (const text of texts) {
      const scalars = { title: text, next: text, cssclass: text, prefill: { [text]: [text, text] } };
      for (const options of [scalars, { profile: text }, { orderingid: text }]) {
        found.push(outcome(() => Iteras.orderingiframe({ profile: "p", orderingid: "o", ...options })));
      }
      setCookies(`a=${text}; iteraspass=sub|w|2099-12-31T23:59:59Z|${text}|/sha256:00`);
      found.push(outcome(() => Iteras.pass()));
      setCookies(`${text}=${text}; iteraspass=sub|w|2099-12-31T23:59:59Z|7|/sha256:00; ${text}`);
      found.push(outcome(() => [Iteras.pass().subscriber, Iteras.isLoggedIn()]));
    }
    return found;
  });
  assert.match(results[0], /next=%C3%A6%C3%B8%C3%A5&amp;prefill\.%C3%A6%C3%B8%C3%A5=.* title=.*æøå/);
});

test("megabytes: memory that grows in the middle of a call, and small calls after it", async () => {
  const results = await inBoth(
    async () => {
      const found = [];
      const digest = async (text) => {
        const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
        return `${text.length} ${[...new Uint8Array(hash)]}`;
      };
      const small = () => Iteras.paywalliframe({ profile: "lumen", paywallid: "w", next: "/æ" });
      found.push(small());
      for (const text of [
        "x".repeat(3e6),
        "æ".repeat(15e5),
        "😀".repeat(5e5),
        "&<\"'>".repeat(4e5),
        "\ud800".repeat(3e5),
      ]) {
        found.push(
          await digest(
            Iteras.orderingiframe({
              profile: "p",
              orderingid: "o",
              title: text,
              prefill: { [text.slice(0, 9)]: text },
            }),
          ),
        );
        found.push(outcome(() => Iteras.orderingiframe({ profile: text, orderingid: "o" })).slice(0, 300));
        found.push(small());
        setCookies(
          `a=${text}; iteraspass=sub|w|2099-12-31T23:59:59Z|7|${text}/sha256:00; iteraspass=sub|w|2099-12-31T23:59:59Z|8|/sha256:00`,
        );
        found.push(
          outcome(() => [
            Iteras.wall({ paywallid: "w" }),
            Iteras.pass(),
            Iteras.wall({ paywallid: text.slice(0, 1e6) }).reason,
          ]),
        );
      }
      const many = Array.from({ length: 20000 }, (_, i) => `id${i}`);
      found.push(await digest(Iteras.paywalliframe({ profile: "p", paywallid: many })));
      found.push(await digest(Iteras.orderingiframe({ profile: "p", orderingid: "o", prefill: { field: many } })));
      found.push(outcome(() => Iteras.wall({ paywallid: [...many, "w"] }).authorized));
      const frame = await insert(small());
      await say(frame, { iteras: 1, frame: idOf(frame), type: "pass", pass: "x".repeat(3e6) });
      await say(frame, { iteras: 1, frame: idOf(frame), type: "navigate", url: `/${"x".repeat(3e6)}` });
      await say(frame, { iteras: 1, frame: idOf(frame), type: "resize", height: 44 });
      await painted();
      found.push(frame.style.cssText, String(went));
      return found;
    },
    null,
    { prepare: noTimers },
  );
  assert.ok(results[1].startsWith("6000"), results[1].slice(0, 20));
  assert.ok(results.includes("min-height: 44px; height: 44px; max-height: none; display: block; border: 0px;"));
  assert.equal(results.at(-3), "true");
});
