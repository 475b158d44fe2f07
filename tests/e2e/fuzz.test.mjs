// Any value as options of every method, and as messages of frames: verdicts and frames come back or `bad_option` is
// thrown, nothing opens, nothing leaves the site. The same seed gives the same values; FUZZ_SEED is another one, and
// FUZZ_RUNS another number of them.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { pathToFileURL } from "node:url";

import { test } from "./driver/test.mjs";
import { PASS, SERVICE, WALL, publisher } from "./frame-helpers.mjs";
import { start, toolPath } from "./harness.mjs";

const SEED = Number(process.env.FUZZ_SEED || 1768478400);
const RUNS = Number(process.env.FUZZ_RUNS || 400);

let world;
let library;
before(async () => {
  world = await start({ site: "tests/e2e/pages/frames" });
  const { default: esbuild } = await import(pathToFileURL(toolPath("esbuild")));
  const contents = `import * as fc from ${JSON.stringify(toolPath("fast-check"))}; window.fc = fc;`;
  const bundle = {
    stdin: { contents, resolveDir: "/" },
    bundle: true,
    write: false,
    format: "iife",
    logLevel: "error",
  };
  library = (await esbuild.build(bundle)).outputFiles[0].text;
});
after(() => world.stop());

/** A publisher's page with `fc`, `anything`, `options(names)` and `holds(arbitrary, check)`. */
async function fuzzPage() {
  const page = await publisher(world);
  await page.evaluate(library);
  await page.evaluate(
    (seed, numRuns, wall, pass) => {
      const texts = fc.constantFrom(
        "",
        "sub",
        "user",
        "/landing",
        "https://evil.example/",
        "javascript:alert(1)",
        "..",
      );
      const ids = fc.constantFrom(wall, "A,B", " , ", "\0", "\x1e", "\x1f", "a/b", pass, "æ".repeat(200));
      const full = {
        withBigInt: true,
        withBoxedValues: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withObjectString: true,
        withSet: true,
        withSparseArray: true,
        withTypedArray: true,
        withUnicodeString: true,
      };
      const odd = fc.constantFrom(
        Symbol("x"),
        () => {},
        document,
        window,
        /x/,
        new Proxy({}, {}),
        Object.freeze([]),
        NaN,
      );
      window.anything = fc.oneof(texts, ids, odd, fc.anything(full), fc.array(fc.oneof(texts, ids, odd)));
      /** Objects with some of these members, whatever their values; now and then something else. */
      window.options = (names) => {
        const members = Object.fromEntries(names.map((name) => [name, anything]));
        return fc.oneof({ weight: 6, arbitrary: fc.record(members, { requiredKeys: [] }) }, anything);
      };
      /** Checks on so many values; the failure tells the seed and the smallest value. */
      window.holds = (arbitrary, check) =>
        fc.assert(fc.property(arbitrary, check), { seed, numRuns, endOnFailure: false, verbose: 0 });
      /** What `call` gives, or "bad_option"; anything else that it throws is a failure. */
      window.attempt = (call) => {
        try {
          return call();
        } catch (error) {
          if (error instanceof Error && error.code == "bad_option") return "bad_option";
          throw error;
        }
      };
      window.expect = (holds, sentence) => {
        if (!holds) throw new Error(sentence);
      };
    },
    SEED,
    RUNS,
    WALL,
    PASS,
  );
  return page;
}

/** Nothing was broken by all that, and nothing stored but what was to be. */
async function assertUnharmed(page, stored = "") {
  const { broken, cookie, away } = await page.evaluate((service) => {
    const isFar = (url) => ![location.origin, service].includes(new URL(url).origin);
    return {
      broken: seen.filter(([type, detail]) => type == "error" && detail.code == "internal"),
      cookie: document.cookie,
      away: went.map(([, url]) => url).filter((url) => isFar(url) && !url.startsWith("https://evil.example/")),
    };
  }, SERVICE);
  assert.deepEqual({ broken, cookie, away }, { broken: [], cookie: stored, away: [] });
  assert.deepEqual([page.errors, page.dialogs, page.strays], [[], [], []]);
}

test("C53 any options of wall: a verdict that opens nothing, or bad_option once the handler has run", async () => {
  const page = await fuzzPage();
  await page.evaluate(() => {
    let handled = 0;
    const names = ["paywallid", "access", "redirect", "authorized", "unauthorized", "cookieDomain", "renewAfter"];
    const verdict = (options) => {
      const came = attempt(() => Iteras.wall(options));
      expect(came == "bad_option" || came.authorized === false, `a verdict ${JSON.stringify(came)}`);
    };
    holds(options(names), verdict);
    holds(options(names.slice(0, 4)), (options) => {
      if (!options || typeof options != "object" || !Object.isExtensible(options)) return;
      const before = handled;
      options = Object.assign({}, options, { unauthorized: () => (handled += 1), redirect: null });
      verdict(options);
      expect(handled == before + 1, `${handled - before} calls of the handler`);
    });
  });
  await assertUnharmed(page);
});

test("C54 any options of frames: one frame of the service, or bad_option", async () => {
  const page = await fuzzPage();
  await page.evaluate((service) => {
    const names = ["profile", "paywallid", "orderingid", "signupid", "cssclass", "preauth", "next", "access", "title"];
    const check = (frame) => {
      const attributes = [...frame.attributes].map(({ name }) => name);
      expect(frame.localName == "iframe", frame.localName);
      expect(!attributes.some((name) => name.startsWith("on") || name == "srcdoc"), attributes.join());
      expect(new URL(frame.src).origin == service, frame.src);
    };
    for (const method of ["selfserviceiframe", "orderingiframe", "signupiframe", "paywalliframe"]) {
      holds(options([...names, "prefill", "id"]), (options) => {
        const html = attempt(() => Iteras[method](options));
        if (html == "bad_option") return;
        const { content } = Object.assign(document.createElement("template"), { innerHTML: html });
        expect(content.childNodes.length == 1 && content.firstChild.childNodes.length == 0, html);
        check(content.firstChild);
      });
    }
    const kinds = fc.oneof(fc.constantFrom("paywall", "ordering", "signup", "selfservice"), anything);
    holds(fc.tuple(kinds, options(names)), ([kind, options]) => {
      const frame = attempt(() => Iteras.frame(kind, options));
      if (frame != "bad_option") check(frame);
    });
  }, SERVICE);
  await assertUnharmed(page);
});

test("C53 any argument of the other methods: done, or bad_option", async () => {
  const page = await fuzzPage();
  await page.evaluate(() => {
    holds(options(["redirect"]), (options) => void attempt(() => Iteras.logoutFromWall(options)));
    holds(anything, (paths) => void attempt(() => Iteras.carry(paths)));
    holds(options(["base", "endpoints", "renewAfter", "cookieDomain"]), (options) => {
      attempt(() => Iteras.configure(options));
      expect(Iteras.pass() === null && Iteras.isLoggedIn() === false, "somebody is logged in");
    });
    const methods = fc.constantFrom("wall", "logoutFromWall", "paywalliframe", "frame", "carry", "configure", "pass");
    holds(fc.tuple(methods, anything, anything), (call) => void attempt(() => Iteras.q.push(call)));
  });
  const { broken, cookie } = await page.evaluate(() => ({
    broken: seen.filter(([type, detail]) => type == "error" && detail.code == "internal"),
    cookie: document.cookie,
  }));
  assert.deepEqual([broken, cookie, page.errors], [[], "", []]);
});

test("C46 C47 C48 any message of a frame is ignored, or does what its type says", async () => {
  const page = await fuzzPage();
  await page.evaluate(
    async (service, wall, pass) => {
      let handed = false;
      const frame = await insert(Iteras.paywalliframe({ profile: "lumen", paywallid: wall }));
      const types = fc.oneof(fc.constantFrom("hello", "resize", "pass", "navigate", "toString", "__proto__"), anything);
      const heights = fc.oneof(fc.nat(2000), fc.nat(2000), fc.double(), fc.integer(), anything);
      const urls = fc.oneof(fc.constantFrom("/a", "//evil.example", "/\\evil.example", "/.//evil.example"), anything);
      const members = {
        iteras: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, anything),
        frame: fc.oneof({ weight: 5, arbitrary: fc.constant(idOf(frame)) }, anything),
        type: types,
        height: heights,
        pass: fc.oneof(fc.constant(pass), anything),
        url: urls,
      };
      const data = fc.oneof(
        { weight: 9, arbitrary: fc.record(members, { requiredKeys: ["iteras", "frame"] }) },
        anything,
      );
      const origins = fc.constantFrom(service, service, service, "null", "https://evil.example", location.origin);
      // By name, since nothing may be asked of a window of another site.
      const windows = { frame: frame.contentWindow, page: window, none: null };
      const names = fc.constantFrom("frame", "frame", "page", "none");
      holds(fc.tuple(data, origins, names), ([data, origin, name]) => {
        const source = windows[name];
        const before = went.length;
        window.dispatchEvent(new MessageEvent("message", { data, origin, source }));
        const isPlain = data && Object.getPrototypeOf(data) == Object.prototype;
        const isKnown = isPlain && data.iteras === 1 && data.frame === idOf(frame);
        const isOurs = isKnown && origin == service && name == "frame";
        expect(went.length == before || (isOurs && data.type == "navigate"), "the page went away");
        expect(/^(|\d+px)$/.test(frame.style.height), frame.style.height);
        handed ||= isOurs && data.type == "pass" && data.pass === pass;
        expect(document.cookie == (handed ? `iteraspass=${pass}` : ""), document.cookie);
      });
      await painted();
      expect(handed && /^\d+px$/.test(frame.style.height), `${handed}, ${frame.style.height}: nothing was heard`);
      expect(document.querySelectorAll("iframe").length == 1, "another frame");
    },
    SERVICE,
    WALL,
    PASS,
  );
  await assertUnharmed(page, `iteraspass=${PASS}`);
  assert.deepEqual(await page.evaluate(() => went.filter(([, url]) => new URL(url).host.includes("evil"))), []);
});
