// The README's Content-Security-Policy lines: each way of loading works under its own and under no less.
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { PASS, WALL, install, launch, reader, serve, tool } from "./harness.mjs";

const PAGES = ["calls", "strict", "global", "elements"];
// All else is forbidden.
const REST = "default-src 'none'; img-src data:";
const ELEMENTS = `<iteras-wall paywallid="${WALL}"><p data-when="open" hidden></p></iteras-wall><iteras-login profile="lumen" paywallid="${WALL}"></iteras-login>`;

let site;
let browser;
let lines;
let policy;
before(async () => {
  const app = await install("vite");
  const { build } = await tool("vite");
  const input = PAGES.map((page) => join(app, `${page}.html`));
  await build({ root: app, logLevel: "warn", build: { outDir: "pages", rollupOptions: { input } } });
  const folder = join(app, "pages");
  const elements = join(folder, "elements.html");
  writeFileSync(elements, readFileSync(elements, "utf8").replace("</html>", `${ELEMENTS}</html>`));
  cpSync(join(app, "node_modules/iteras/dist"), join(folder, "static"), { recursive: true });
  const tag =
    '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Tag</title><script src="/static/iteras.js"></script></html>';
  writeFileSync(join(folder, "tag.html"), tag);
  const readme = readFileSync(join(app, "node_modules/iteras/README.md"), "utf8");
  const [section] = readme.split("## Content-Security-Policy\n")[1].split("\n## ");
  lines = [...section.matchAll(/^\| .* \| `([^`]+)` \|$/gm)].map(([, line]) => line);
  [site, browser] = [await serve(folder, () => ({ "Content-Security-Policy": policy })), await launch()];
});
after(async () => {
  await browser?.close();
  await site?.close();
});

const wasm = () => lines[0];
const withoutWasm = () => lines[1];
const typesOfImports = () => lines[2];
const typesOfTag = () => lines[3];

// A page under these lines; what they forbid is noted, the attempt to compile wasm apart.
async function open(name, ...given) {
  policy = [REST, ...given].join("; ");
  const page = await reader(browser, [PASS]);
  await page.evaluateOnNewDocument(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
      if (blockedURI != "wasm-eval") violations.push(`${effectiveDirective} ${blockedURI}`);
    });
  });
  await page.goto(`${site.origin}/${name}.html`);
  return page;
}

// Verdict, a frame's height, what was forbidden; `name` is the object with the calls.
async function tryCalls(page, name) {
  await page.waitForFunction((path) => window[path] && window[path].wall, {}, name);
  const authorized = await page.evaluate(
    async (path, paywallid) => {
      const verdict = window[path].wall({ paywallid });
      document.body.append(window[path].frame("paywall", { profile: "lumen", paywallid }));
      return verdict.authorized;
    },
    name,
    WALL,
  );
  await page.waitForSelector('iframe[style*="height: 321px"]');
  await page.waitForFunction(() => localStorage.length == 1); // renewed: connect-src
  assert.deepEqual([authorized, await page.evaluate(() => violations)], [true, []]);
}

async function tryElements(page) {
  await page.waitForSelector('iframe[style*="height: 321px"]');
  await page.waitForSelector("iteras-wall[data-state=open]");
  assert.deepEqual(await page.evaluate(() => violations), []);
}

test("with permission for wasm", async () => {
  await tryCalls(await open("calls", wasm(), typesOfImports()), "iteras");
  await tryCalls(await open("global", wasm(), typesOfImports()), "Iteras");
  await tryElements(await open("elements", wasm(), typesOfImports()));
  await tryCalls(await open("tag", wasm(), typesOfImports()), "Iteras");
});

test("without permission for wasm", async () => {
  await tryCalls(await open("strict", withoutWasm(), typesOfImports()), "iteras");
  await tryCalls(await open("global", withoutWasm(), typesOfImports()), "Iteras");
  await tryElements(await open("elements", withoutWasm(), typesOfImports()));
  await tryCalls(await open("tag", withoutWasm(), typesOfTag()), "Iteras");
});

test("iteras names the directive that it lacks, and can be followed by iteras/js", async () => {
  const page = await open("calls", withoutWasm(), typesOfImports());
  await page.waitForFunction(() => window.iteras);
  const thrown = await page.evaluate((pass) => {
    document.cookie = `${pass[0]}=${pass[1]}`;
    const attempt = (work) => {
      try {
        return work();
      } catch (error) {
        return [error instanceof Error, error.code, error.message];
      }
    };
    const { wall, watchWall, isLoggedIn, logoutFromWall } = iteras;
    const found = [
      () => wall(),
      () => watchWall({}, () => {}),
      () => isLoggedIn(),
      () => logoutFromWall({ redirect: null }),
    ].map(attempt);
    return [...found.map((what) => what || "done"), document.cookie];
  }, PASS);
  for (const [isError, code, message] of thrown.slice(0, 3)) {
    assert.deepEqual([isError, code], [true, "wasm_blocked"]);
    assert.match(message, /'wasm-unsafe-eval' to its script-src.*"iteras\/js"/);
  }
  // A reader can log out all the same.
  assert.deepEqual(thrown.slice(3), ["done", ""]);
  const followed = await page.evaluate(async () => {
    const { wall } = await withoutWasm();
    return [wall().reason, iteras.wall().reason, globalThis[Symbol.for("iteras.1")].iteras.calls.length];
  });
  assert.deepEqual(followed, ["nopass", "nopass", 2]);
});

test("elements that get no core at all open their walls and complain: our fault must not blank a site", async () => {
  policy = [REST, withoutWasm()].join("; ");
  const page = await reader(browser);
  await page.evaluateOnNewDocument(() => {
    window.errors = [];
    document.addEventListener("iteras-error", ({ target, detail }) =>
      errors.push(`${target.localName} ${detail.code}`),
    );
  });
  page.missing = /assets\/js-/;
  await page.goto(`${site.origin}/elements.html`);
  await page.waitForSelector("iteras-wall[data-state=open] [data-when=open]:not([hidden])");
  assert.deepEqual(await page.evaluate(() => errors.sort()), ["iteras-login wasm_blocked", "iteras-wall wasm_blocked"]);
});

test("the lines ask for nothing that is not needed", async () => {
  const narrower = wasm().replace("connect-src https://app.iteras.dk; ", "");
  const page = await open("calls", narrower);
  await page.waitForFunction(() => window.iteras);
  await page.evaluate(() => iteras.wall());
  await page.waitForFunction(() => violations.includes("connect-src https://app.iteras.dk/api/paywall/renew/"));
  const framed = await open("calls", wasm().replace("; frame-src https://app.iteras.dk", ""));
  await framed.waitForFunction(() => window.iteras);
  await framed.evaluate(() => document.body.append(iteras.frame("selfservice", { profile: "lumen" })));
  await framed.waitForFunction(() => violations.some((line) => line.startsWith("frame-src ")));
});
