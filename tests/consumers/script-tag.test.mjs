// Without a build step: the script for a tag, from the package's dist/ folder on a publisher's own server,
// with the README's hash, the fallback with its own, and with files that were tampered with; and
// the modules as they are.
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { PASS, install, launch, reader, serve, version } from "./harness.mjs";

const WITHOUT_WASM = { "Content-Security-Policy": "script-src 'self' 'unsafe-inline'" };

let folder;
let site;
let browser;
let snippet;
let hashes;
let headers = {};
before(async () => {
  const app = await install("script-tag");
  folder = join(app, "public");
  cpSync(join(app, "node_modules/iteras/dist"), join(folder, "static"), { recursive: true });
  cpSync(join(app, "node_modules/iteras"), join(folder, "iteras"), { recursive: true });
  const readme = readFileSync(join(app, "node_modules/iteras/README.md"), "utf8");
  snippet = /```html\n(<script src="\/static[^]*?)```/.exec(readme)[1];
  hashes = JSON.parse(readFileSync(join(folder, "static/integrity.json"), "utf8"));
  page("readme", snippet);
  for (const [name, script] of [
    ["iteras.js", "tampered.js"],
    ["iteras.fallback.js", "tampered.fallback.js"],
  ]) {
    writeFileSync(
      join(folder, "static", script),
      `${readFileSync(join(folder, "static", name), "utf8")}\nwindow.tampered = true;`,
    );
  }
  [site, browser] = [await serve(folder, () => headers), await launch()];
});
after(async () => {
  await browser?.close();
  await site?.close();
});

function page(name, head) {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>${name}</title>${head}<h1>${name}</h1></html>`;
  writeFileSync(join(folder, `${name}.html`), html);
}

async function open(name, { cookies, policy = {} } = {}) {
  headers = policy;
  const opened = await reader(browser, cookies);
  await opened.goto(`${site.origin}/${name}.html`);
  return opened;
}

test("the README's tag walls", async () => {
  const refused = await open("readme");
  await refused.waitForFunction(() => location.pathname == "/subscribe");
  const subscriber = await open("readme", { cookies: [PASS] });
  assert.equal(await subscriber.$eval("h1", (heading) => heading.textContent), "readme");
  assert.deepEqual(subscriber.complaints, []);
});

test("without wasm the next script finds a working Iteras, from a fallback with its own hash", async () => {
  page(
    "next-line",
    snippet.replace("Iteras.wall(", "window.verdict = Iteras.wall(").replace(/, redirect: "[^"]*"/, ""),
  );
  const opened = await open("next-line", { cookies: [PASS], policy: WITHOUT_WASM });
  const found = await opened.evaluate(() => [
    verdict.authorized,
    [...document.scripts].map(({ src, integrity, crossOrigin }) => [
      src && new URL(src).pathname,
      integrity,
      crossOrigin,
    ]),
  ]);
  const [main, fallback] = [`iteras-${version}.js`, `iteras.fallback-${version}.js`];
  assert.deepEqual(found, [
    true,
    [
      [`/static/${main}`, hashes[main], "anonymous"],
      [`/static/${fallback}`, hashes[fallback], "anonymous"],
      ["", "", null],
    ],
  ]);
});

test("a script that is not the one of the hash does not run", async () => {
  page(
    "tampered",
    `<script src="/static/tampered.js" integrity="${hashes["iteras.js"]}" crossorigin="anonymous"></script>`,
  );
  const opened = await open("tampered");
  assert.deepEqual(await opened.evaluate(() => [typeof window.Iteras, typeof window.tampered]), [
    "undefined",
    "undefined",
  ]);
  assert.match(opened.complaints.join(), /integrity/);
});

test("nor does a fallback, and Iteras stays a queue", async () => {
  page(
    "tampered-fallback",
    `<script src="/tampered/iteras.js" integrity="${hashes["iteras.js"]}" crossorigin="anonymous"></script>`,
  );
  cpSync(join(folder, "static/iteras.js"), join(folder, "tampered/iteras.js"));
  cpSync(join(folder, "static/tampered.fallback.js"), join(folder, "tampered/iteras.fallback.js"));
  const opened = await open("tampered-fallback", { policy: WITHOUT_WASM });
  assert.deepEqual(await opened.evaluate(() => [Array.isArray(Iteras.q), typeof Iteras.wall, typeof window.tampered]), [
    true,
    "undefined",
    "undefined",
  ]);
});

test("the modules work as they are, named by an import map", async () => {
  const map = { imports: { iteras: "/iteras/index.js", "iteras/": "/iteras/" } };
  page(
    "modules",
    `<script type="importmap">${JSON.stringify(map)}</script>
    <script type="module">
      import { wall } from "iteras";
      import "iteras/elements.js";
      window.verdict = wall();
    </script>
    <iteras-wall><p data-when="closed" hidden>Subscribe.</p></iteras-wall>`,
  );
  const opened = await open("modules");
  await opened.waitForSelector("[data-when=closed]", { visible: true });
  assert.deepEqual([await opened.evaluate(() => verdict.reason), opened.complaints], ["nopass", []]);
});
