// Scripts of others beside ours in Chromium, in one run: `cargo xtask bench page` runs it and says where the files are.
//
// Bytes after brotli, the time that a script takes to run when it is loaded, cold, and for those that fit frames to what is
// in them: from a message to the height in the style, and the time that the page spends on a thousand messages. Loads and
// scripts take turns. Each script is what its package's main entry comes to after esbuild. All frames are of another origin.
//   ITERAS_PEERS  where xtask/bench/npm is installed
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { median } from "./median.mjs";

const { CHROME, ITERAS_DIST, ITERAS_PEERS, ITERAS_TOOLS } = process.env;
const tools = createRequire(join(ITERAS_TOOLS, "package.json"));
const [puppeteer, esbuild] = [tools("puppeteer-core"), tools("esbuild")];
const LOADS = 21;
const BURST = 1000;

/** By script, the page's part in fitting one frame, and the frame's message; both know `frameUrl` and `frameOrigin`. */
const FITS = {
  "iteras.js": {
    begin: () => {
      document.body.insertAdjacentHTML(
        "beforeend",
        Iteras.paywalliframe({ profile: "lumen-login", paywallid: "WALL1111" }),
      );
      return document.querySelector("iframe");
    },
    says: (height, frame) => ({ iteras: 1, frame: frame.dataset.iterasFrame, type: "resize", height }),
  },
  "@open-iframe-resizer/core": {
    begin: () => {
      const frame = Object.assign(document.createElement("iframe"), { src: frameUrl });
      document.body.append(frame);
      peer.initialize({}, frame);
      return frame;
    },
    says: (height) => ({ type: "iframe-resized", height, width: 300 }),
  },
  "iframe-resizer": {
    begin: () => {
      const frame = Object.assign(document.createElement("iframe"), { src: frameUrl, id: "box" });
      document.body.append(frame);
      peer.iframeResizer({ checkOrigin: false }, frame);
      return frame;
    },
    says: (height) => `[iFrameSizer]box:${height}:300:init`,
  },
  "pym.js": {
    begin: () => {
      document.body.insertAdjacentHTML("beforeend", "<div id=box></div>");
      new peer.Parent("box", frameUrl);
      return document.querySelector("iframe");
    },
    says: (height) => `pymxPYMxboxxPYMxheightxPYMx${height}`,
  },
};

function bundled(name) {
  const built = esbuild.buildSync({
    stdin: { contents: `export * from ${JSON.stringify(name)}`, resolveDir: ITERAS_PEERS },
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "peer",
    platform: "browser",
    logLevel: "error",
    write: false,
  });
  return built.outputFiles[0].text;
}

const peers = Object.keys(JSON.parse(readFileSync(join(ITERAS_PEERS, "package.json"), "utf8")).dependencies);
const ours = ["iteras.js", "iteras.companion.js"].map((name) => [name, readFileSync(join(ITERAS_DIST, name), "utf8")]);
const scripts = Object.fromEntries([...ours, ...peers.map((name) => [name, bundled(name)])]);

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  const name = searchParams.get("of");
  const { port } = server.address();
  if (pathname == "/script.js") {
    response.writeHead(200, { "Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-store" });
    const head = /^(\/\/.*\n)*/.exec(scripts[name])[0];
    return response.end(
      `${head}window.began = performance.now();${scripts[name].slice(head.length)};window.ended = performance.now();`,
    );
  }
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
  if (pathname != "/") return response.end("<!doctype html>a frame");
  response.end(`<!doctype html><title>bench</title><body><script>
    const frameOrigin = "http://127.0.0.1:${port}", frameUrl = frameOrigin + "/frame";</script>
    <script src="/script.js?${new URLSearchParams({ of: name, cold: searchParams.get("cold") })}" data-base="http://127.0.0.1:${port}"></script>`);
});

async function fitting(page, name) {
  const { begin, says } = FITS[name];
  return page.evaluate(
    async (begin, says, burst) => {
      [begin, says] = [begin, says].map((source) => (0, eval)(`(${source})`));
      const frame = begin();
      await new Promise((loaded) => frame.addEventListener("load", loaded, { once: true }));
      const say = (height) => {
        const told = { data: says(height, frame), origin: frameOrigin, source: frame.contentWindow };
        dispatchEvent(new MessageEvent("message", told));
      };
      const fitted = (height) =>
        new Promise((done) => {
          // One of them writes the attribute.
          const is = () => parseFloat(frame.style.height || frame.getAttribute("height")) == height;
          const look = () => is() && done(watch.disconnect());
          const watch = new MutationObserver(look);
          watch.observe(frame, { attributes: true });
          look();
        });
      say(300);
      await fitted(300);
      await new Promise((drawn) => requestAnimationFrame(drawn));
      const began = performance.now();
      say(301);
      await fitted(301);
      const one = performance.now() - began;
      await new Promise((drawn) => requestAnimationFrame(drawn));
      const burstBegan = performance.now();
      for (let height = 400; height < 400 + burst; height += 1) say(height);
      const spent = performance.now() - burstBegan;
      await fitted(400 + burst - 1);
      return [one, spent];
    },
    begin.toString(),
    says.toString(),
    BURST,
  );
}

await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const home = `http://localhost:${server.address().port}/`;
const profile = mkdtempSync(join(tmpdir(), "iteras-bench-"));
const browser = await puppeteer.launch({
  executablePath: CHROME,
  userDataDir: profile,
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const page = await browser.newPage();
  const times = Object.fromEntries(Object.keys(scripts).map((name) => [name, { run: [], one: [], burst: [] }]));
  for (let load = 0; load < LOADS; load += 1) {
    for (const name of Object.keys(scripts)) {
      await page.goto(`${home}?${new URLSearchParams({ of: name, cold: String(load) })}`);
      const run = await page.evaluate(() => ended - began);
      times[name].run.push(run);
      if (!FITS[name]) continue;
      const [one, burst] = await fitting(page, name);
      times[name].one.push(one);
      times[name].burst.push(burst);
    }
  }
  const cell = (numbers) => (numbers.length ? median(numbers).toFixed(2) : "").padStart(12);
  console.log(`\n${await browser.version()}, ${LOADS} loads each, medians in ms`);
  console.log(`${"scripts of others".padEnd(30)}  bytes   run, cold   a message ${String(BURST).padStart(5)} of them`);
  for (const [name, { run, one, burst }] of Object.entries(times)) {
    const bytes = brotliCompressSync(Buffer.from(scripts[name])).length;
    console.log(name.padEnd(28), String(bytes).padStart(8), cell(run), cell(one), cell(burst));
  }
} finally {
  await browser.close();
  server.close();
  rmSync(profile, { recursive: true, force: true });
}
