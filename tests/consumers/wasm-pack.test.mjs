// The package that `wasm-pack build` makes of the root crate: the documented calls, typed, over the very files of
// the page's script. `tests/wasm_exports.rs` calls each of them in a page.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { brotliCompressSync } from "node:zlib";

import { PASS, WALL, consumers, filesBelow, launch, library, reader, root, run, serve, toolFile } from "./harness.mjs";

const TARGETS = ["bundler", "web"];
const CALLS = [
  "carry",
  "configure",
  "frame",
  "isLoggedIn",
  "logoutFromWall",
  "orderingiframe",
  "pass",
  "paywalliframe",
  "selfserviceiframe",
  "signupiframe",
  "wall",
];

const text = (...path) => readFileSync(join(library, ...path), "utf8");

for (const target of TARGETS) {
  const scripts = filesBelow(join(library, target)).filter((name) => name.includes("src/page/"));

  test(`${target}: all files of the page's script come along, and nothing that a build would fill in`, () => {
    const names = scripts.map((name) => name.replace(/.*src.page./, ""));
    assert.deepEqual(names, filesBelow(join(root, "pkg-template/src/page")));
    for (const script of scripts) {
      const source = text(target, script);
      assert.doesNotMatch(source, /ITERAS_|FALLBACK_|"iteras:/, script);
      for (const [, path] of source.matchAll(/from "(.+)"/g)) {
        assert.ok(existsSync(join(library, target, dirname(script), path)), `${script}: ${path}`);
      }
    }
  });

  test(`${target}: the documented calls are declared, and no others`, () => {
    const declared = text(target, "iteras.d.ts").matchAll(/^export (?:function|const) (\w+)/gm);
    const names = Array.from(declared, ([, name]) => name).sort();
    assert.deepEqual(names, target == "web" ? [...CALLS, "initSync"].sort() : CALLS);
  });

  test(`${target}: programs that use it compile, and wrong ones don't`, async () => {
    const folder = join(consumers, `library-${target}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    cpSync(join(library, target), join(folder, "iteras"), { recursive: true });
    writeFileSync(join(folder, "program.ts"), PROGRAM);
    const options = { strict: true, noEmit: true, target: "es2020", module: "esnext", moduleResolution: "bundler" };
    const compilerOptions = { ...options, lib: ["es2020", "dom"], types: [] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    await run(toolFile("typescript-newest", "bin/tsc"), ["--project", "."], { cwd: folder });
  });
}

const PROGRAM = `
import { type Verdict, carry, configure, frame, isLoggedIn, logoutFromWall } from "./iteras/iteras.js";
import { orderingiframe, pass, wall } from "./iteras/iteras.js";

configure({ base: "https://iteras.example" });
const verdict: Verdict = wall({ paywallid: ["a"], access: "sub", unauthorized: ({ requested }) => requested.access });
const element: HTMLIFrameElement | null = frame("ordering", { profile: "lumen", orderingid: "a" });
const html: string = orderingiframe({ profile: "lumen", orderingid: "a", prefill: { copies: 2 } });
const levels: string[] | undefined = pass()?.levels;
const loggedIn: boolean = isLoggedIn();
carry("/login");
logoutFromWall({ redirect: null });
document.addEventListener("iteras:login", ({ detail }) => detail.authorized);
export const all = [verdict, element, html, levels, loggedIn];

// @ts-expect-error
wall({ access: "subs" });
// @ts-expect-error
frame("letter", { profile: "lumen" });
// @ts-expect-error
frame("paywall", { profile: "lumen", orderingid: "a" });
`;

test("bundler: on a server the calls say that nothing is decided there", async () => {
  const program = join(consumers, "library-server.mjs");
  const entry = JSON.stringify(join(library, "bundler/iteras.js"));
  writeFileSync(
    program,
    `import * as iteras from ${entry};
    const { wall, orderingiframe, frame, pass, isLoggedIn } = iteras;
    const made = orderingiframe({ profile: "lumen", orderingid: "a" });
    console.log(JSON.stringify([Object.keys(iteras), wall(), made, frame("ordering", {}), pass(), isLoggedIn()]));`,
  );
  writeFileSync(join(library, "package.json"), '{ "type": "module" }');
  const said = await run("--experimental-wasm-modules", ["--no-warnings", program]);
  const [names, verdict, ...rest] = JSON.parse(said);
  assert.deepEqual(names, CALLS);
  assert.deepEqual([verdict.authorized, verdict.pending, verdict.reason], [false, true, null]);
  assert.deepEqual(rest, ["", null, null, false]);
});

const PAGE = `<!doctype html><link rel="icon" href="data:,"><script type="module">
  import * as iteras from "./iteras.js";
  await iteras.default();
  window.iteras = iteras;
</script>`;

let browser;
let site;
before(async () => {
  writeFileSync(join(library, "web/index.html"), PAGE);
  browser = await launch();
  site = await serve(join(library, "web"));
});
after(async () => {
  await browser.close();
  await site.close();
});

async function page(cookies) {
  const page = await reader(browser, cookies);
  await page.goto(`${site.origin}/`);
  await page.waitForFunction(() => window.iteras);
  return page;
}

test("web: a pass opens its wall, and is renewed as by the script for a tag", async () => {
  const reading = await page([PASS]);
  const renewed = reading.evaluate(() => new Promise((told) => document.addEventListener("iteras:renewed", told)));
  const verdict = await reading.evaluate((paywallid) => window.iteras.wall({ paywallid, access: "sub" }), WALL);
  assert.deepEqual([verdict.authorized, verdict.reason, verdict.paywallid], [true, null, WALL]);
  await renewed;
  assert.deepEqual(reading.asked, ["https://app.iteras.dk/api/paywall/renew/"]);
  assert.deepEqual(reading.complaints, []);
});

test("web: a log-in in a frame opens the wall", async () => {
  const reading = await page([]);
  const level = await reading.evaluate(
    async ([, pass], paywallid) => {
      const { wall, frame } = window.iteras;
      const opened = new Promise((told) => document.addEventListener("iteras:authorized", told));
      wall({ paywallid });
      const element = frame("paywall", { profile: "lumen", paywallid });
      document.body.append(element);
      await new Promise((loaded) => element.addEventListener("load", loaded));
      element.contentWindow.postMessage({ say: { type: "pass", pass } }, "*");
      return (await opened).detail.level;
    },
    PASS,
    WALL,
  );
  assert.equal(level, "sub");
  assert.deepEqual(reading.complaints, []);
});

test("the README says what this door costs", async () => {
  const tools = process.env.ITERAS_TOOLS || join(root, "target/tools/npm");
  const esbuild = createRequire(join(tools, "package.json"))("esbuild");
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(library, "web/iteras.js")],
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  const parts = [outputFiles[0].contents, readFileSync(join(library, "web/iteras_bg.wasm"))];
  const bytes = parts.reduce((sum, part) => sum + brotliCompressSync(part).length, 0);
  const told = /`wasm-pack build`[^|\n]*\|\s*([\d,]+) \|/.exec(readFileSync(join(root, "README.md"), "utf8"));
  const figure = Number(told?.[1].replace(",", ""));
  assert.ok(Math.abs(figure - bytes) * 100 <= bytes, `README: ${figure}, measured: ${bytes}`);
});
