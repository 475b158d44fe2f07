// A webpack 5 app that gets the package twice, as an ES module and as CommonJS; and a page that has the
// script for a tag besides: there is one Iteras.
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { PASS, WALL, install, launch, reader, serve, tool, version } from "./harness.mjs";

let site;
let browser;
before(async () => {
  const app = await install("webpack");
  const { default: webpack } = await tool("webpack");
  const stats = await promisify(webpack)({
    mode: "production",
    context: app,
    entry: "./index.js",
    output: { path: join(app, "dist") },
  });
  assert.deepEqual(stats.toJson({ all: false, errors: true, warnings: true }), { errors: [], warnings: [] });
  cpSync(join(app, "node_modules/iteras/dist/iteras.js"), join(app, "dist/iteras.js"));
  const older = readFileSync(join(app, "dist/iteras.js"), "utf8").replaceAll(`"${version}"`, '"0.0.1"');
  writeFileSync(join(app, "dist/older.js"), older);
  for (const [name, before, after] of [
    ["index", "", ""],
    ["first", "iteras.js", ""],
    ["last", "", "iteras.js"],
    ["older", "older.js", ""],
  ]) {
    const tag = (src) => src && `<script src="${src}"></script>`;
    const head = `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>An app</title>`;
    writeFileSync(
      join(app, "dist", `${name}.html`),
      `${head}${tag(before)}${tag("main.js")}<div id="host"></div>${tag(after)}</html>`,
    );
  }
  [site, browser] = [await serve(join(app, "dist")), await launch()];
});
after(async () => {
  await browser?.close();
  await site?.close();
});

async function open(name, cookies) {
  const page = await reader(browser, cookies);
  await page.goto(`${site.origin}/${name}.html`);
  return page;
}

test("the app walls, from both kinds of module", async () => {
  for (const [cookies, reason] of [
    [[], "nopass"],
    [[PASS], null],
  ]) {
    const page = await open("index", cookies);
    const reasons = await page.evaluate(
      (paywallid) => [copies.module, copies.common].map((iteras) => iteras.wall({ paywallid }).reason),
      WALL,
    );
    assert.deepEqual(reasons, [reason, reason]);
    assert.deepEqual(page.complaints, []);
  }
});

test("both copies are one Iteras, and there is no global", async () => {
  const page = await open("index");
  const found = await page.evaluate(() => {
    const { module, common } = copies;
    const before = Object.getOwnPropertySymbols(globalThis).length;
    module.wall();
    let thrown;
    try {
      common.configure({ base: "https://other.example" });
    } catch (error) {
      thrown = error.code;
    }
    const told = [];
    common.watchWall({}, ({ reason }) => told.push(reason));
    const { calls } = globalThis[Symbol.for("iteras.1")].iteras;
    return {
      distinct: module.wall != common.wall,
      before,
      thrown,
      calls: calls.length,
      told,
      global: "Iteras" in window,
    };
  });
  assert.deepEqual(found, {
    distinct: true,
    before: 0,
    thrown: "bad_option",
    calls: 2,
    told: ["nopass"],
    global: false,
  });
});

test("the elements are theirs, too", async () => {
  const page = await open("index");
  await page.evaluate(async () => {
    copies.common.configure({ base: "https://app.iteras.dk/elsewhere" });
    host.innerHTML = '<iteras-selfservice profile="lumen"></iteras-selfservice>';
    await defineElements();
  });
  await page.waitForSelector('iframe[src^="https://app.iteras.dk/elsewhere/lumen/selfservice/"]');
});

test("iteras/global is theirs, too, and keeps what the page added", async () => {
  const page = await open("index");
  const found = await page.evaluate(async () => {
    window.Iteras = { themeSays: () => "ours", isLoggedIn: () => "theirs", q: [["wall", {}]] };
    copies.module.configure({ base: "https://app.iteras.dk/elsewhere" });
    await makeGlobal();
    Iteras.q.push(["wall", {}]);
    const { calls } = globalThis[Symbol.for("iteras.1")].iteras;
    const html = Iteras.selfserviceiframe({ profile: "lumen" });
    return [calls.length, Iteras.themeSays(), Iteras.isLoggedIn(), Iteras.version, /src="([^?]*)/.exec(html)[1]];
  });
  assert.deepEqual(found, [2, "ours", "theirs", version, "https://app.iteras.dk/elsewhere/lumen/selfservice/"]);
  assert.deepEqual(page.complaints, []);
});

test("imports use the Iteras of a script that was there first", async () => {
  const page = await open("first");
  const found = await page.evaluate(async () => {
    Iteras.configure({ base: "https://app.iteras.dk/elsewhere" });
    const themes = (Iteras.isLoggedIn = () => "theirs");
    await makeGlobal();
    return [
      copies.module.selfserviceiframe({ profile: "lumen" }),
      copies.common.isLoggedIn(),
      Iteras.isLoggedIn == themes,
    ];
  });
  assert.match(found[0], /src="https:\/\/app\.iteras\.dk\/elsewhere\//);
  assert.deepEqual([found.slice(1), page.complaints], [[false, true], []]);
});

test("a script that comes after the first call has an Iteras of its own", async () => {
  const page = await open("last");
  const found = await page.evaluate((pass) => {
    document.cookie = `${pass[0]}=${pass[1]}`;
    return [
      copies.module.wall().authorized,
      Iteras.wall().authorized,
      globalThis[Symbol.for("iteras.1")].iteras.documented.wall != Iteras.wall,
    ];
  }, PASS);
  // The script ran before the call: it was found.
  assert.deepEqual(found, [true, true, false]);

  const late = await open("index");
  await late.evaluate(() => copies.module.wall());
  await late.addScriptTag({ url: `${site.origin}/iteras.js` });
  const two = await late.evaluate(() => [
    Iteras.wall().reason,
    copies.module.wall().reason,
    globalThis[Symbol.for("iteras.1")].iteras.documented.wall != Iteras.wall,
  ]);
  assert.deepEqual(two, ["nopass", "nopass", true]);
});

test("of two versions the first stays in charge and the console says so, once", async () => {
  const page = await open("older");
  const versions = await page.evaluate(() => {
    copies.module.wall();
    copies.module.wall();
    return [Iteras.version, copies.module.version];
  });
  assert.deepEqual(versions, ["0.0.1", version]);
  assert.deepEqual(page.complaints, Array(1).fill(`Iteras ${version} was loaded after 0.0.1, which stays in charge`));
});
