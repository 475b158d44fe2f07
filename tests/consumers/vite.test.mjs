// A Vite app: built, served by `vite preview`, driven in a browser; and what the wall adds to its size.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";

import { PASS, filesBelow, install, launch, reader, tool } from "./harness.mjs";

const MOST_BYTES = 19_500;

let app;
let vite;
let browser;
before(async () => {
  [app, vite, browser] = [await install("vite"), await tool("vite"), await launch()];
});
after(() => browser.close());

const build = (outDir, ...pages) =>
  vite.build({
    root: app,
    logLevel: "warn",
    build: { outDir, rollupOptions: { input: pages.map((page) => join(app, page)) } },
  });

// All scripts that the app has, each compressed by itself as a server sends it.
function scriptBytes(outDir) {
  const scripts = filesBelow(join(app, outDir)).filter((file) => file.endsWith(".js"));
  const compressed = scripts.map((file) => {
    const bytes = readFileSync(join(app, outDir, file));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    return brotliCompressSync(bytes, { params }).length;
  });
  return compressed.reduce((sum, bytes) => sum + bytes, 0);
}

test(`an app that uses only the wall gains at most ${MOST_BYTES} bytes`, async (t) => {
  await build("with", "index.html");
  await build("without", "without.html");
  const gain = scriptBytes("with") - scriptBytes("without");
  t.diagnostic(`${gain} bytes after brotli`);
  const readme = readFileSync(join(app, "node_modules/iteras/README.md"), "utf8");
  assert.match(readme, new RegExp(`only \`wall\` grows by less than ${MOST_BYTES / 1000} kB after\\s+brotli`));
  assert.ok(gain <= MOST_BYTES, `${gain} bytes`);
});

test("the built app walls", async () => {
  const { resolvedUrls, httpServer } = await vite.preview({
    root: app,
    logLevel: "warn",
    build: { outDir: "with" },
    preview: { port: 0, host: "localhost" },
  });
  try {
    for (const [cookies, verdict] of [
      [[], "nopass"],
      [[PASS], "open"],
    ]) {
      const page = await reader(browser, cookies);
      await page.goto(resolvedUrls.local[0]);
      assert.equal(await page.$eval("#verdict", (element) => element.textContent), verdict);
      assert.deepEqual(page.complaints, []);
    }
  } finally {
    httpServer.closeAllConnections();
    httpServer.close();
  }
});
