// Costs of the script in a page, in the engine that ENGINE names: `cargo xtask bench page` runs it in each and says where
// the files are.
//
// Script start to verdict, scripts side by side in one run: loads take turns, so that whatever else the machine does hits
// all alike; medians and least values, and ratios to a script by hand that does the same (floor.js). Cold: a script of
// an address never seen. Warm: one of the same address, whose compiled code the browser has kept. Steps: where the time of
// iteras.js goes, cold, in loads of their own, since looking costs time. `--check` fails where a bar is missed, `--short`
// is for a glance: few loads, cold alone.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { engine, launch } from "../../tests/e2e/driver/engine.mjs";
import { median } from "./median.mjs";

const { ITERAS_DIST } = process.env;
const isChecked = process.argv.includes("--check");
const isShort = process.argv.includes("--short");
const LOADS = isShort ? 7 : 41;
const WARMING = isShort ? 1 : 4;

const file = (name) => readFileSync(name, "utf8");
const floor = file(new URL("floor.js", import.meta.url));
// Stands where the official script does: its calls do nothing.
const official = `window.Iteras = { wall() {}, logoutFromWall() {}, paywalliframe() {}, orderingiframe() {},
  selfserviceiframe() {}, signupiframe() {} };`;
const SCRIPTS = [
  { name: "by hand", text: floor },
  { name: "by hand, storage first", text: `localStorage.getItem("iteras.renewed");${floor}` },
  { name: "iteras.js", text: file(join(ITERAS_DIST, "iteras.js")) },
  { name: "iteras.fallback.js", text: file(join(ITERAS_DIST, "iteras.fallback.js")) },
  { name: "iteras.companion.js", text: file(join(ITERAS_DIST, "iteras.companion.js")), before: official },
];
// Notes when modules are compiled: the first is the one that unpacks the other.
const WATCH = `window.compiled = [];
  WebAssembly.Module = new Proxy(WebAssembly.Module, {
    construct(target, given) {
      compiled.push(performance.now());
      const made = new target(...given);
      compiled.push(performance.now());
      return made;
    },
  });`;
const STEPS = {
  "start, tag": () => compiled[0] - began,
  unpacking: () => compiled[2] - compiled[0],
  compiling: () => compiled[3] - compiled[2],
  "instance, install, next script": () => called - compiled[3],
  "first wall": () => told - called,
};
// At most so many times the other's median, cold.
const BARS = [
  { name: "iteras.js", of: "by hand", most: 2 },
  { name: "iteras.companion.js", of: "iteras.js", most: 1.1 },
];

const expires = new Date(Date.now() + 20 * 86_400_000).toISOString().replace(/\.\d+Z/, "Z");
const signed = `sub|WALL1111|${expires}|31168|192.0.2.7`;
const pass = `${signed}/sha256:${createHmac("sha256", "a key of the bench, no secret").update(signed).digest("hex")}`;

// Clocks are exact to 5 µs in isolated pages only.
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  const { text, before = "" } = SCRIPTS[Number(searchParams.get("of"))] ?? {};
  if (pathname == "/script.js") {
    const cached = searchParams.has("cold") ? "no-store" : "max-age=600";
    response.writeHead(200, { ...ISOLATED, "Content-Type": "text/javascript; charset=utf-8", "Cache-Control": cached });
    // Behind the comments at its head, which tell V8 how to compile it.
    const head = /^(\/\/.*\n)*/.exec(text)[0];
    return response.end(`${head}window.began = performance.now();${text.slice(head.length)}`);
  }
  if (pathname != "/") return response.writeHead(500, ISOLATED).end();
  response.writeHead(200, {
    ...ISOLATED,
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Set-Cookie": `iteraspass=${pass}; Path=/`,
  });
  const query = request.url.slice(1).replaceAll("&", "&amp;");
  response.end(`<!doctype html><title>bench</title><script>${searchParams.has("watched") ? WATCH : before}</script><script src="/script.js${query}"
    data-base="http://localhost:${server.address().port}"></script><script>window.called = performance.now();
    window.verdict = Iteras.wall({ paywallid: "WALL1111", redirect: "/landing" });
    window.told = performance.now();</script>`);
});

/** Times of each script: `{ verdict, wall }`, in milliseconds. */
async function measure(page, home, { isCold }) {
  const times = SCRIPTS.map(() => ({ verdict: [], wall: [] }));
  for (let load = 0; load < LOADS + WARMING; load++) {
    for (const [of, { name }] of SCRIPTS.entries()) {
      await page.goto(`${home}?of=${of}${isCold ? `&cold=${load}` : ""}`);
      const [verdict, wall, isOpen] = await page.evaluate(() => [told - began, told - called, verdict?.authorized]);
      if (isOpen !== true) throw new Error(`${name}: a reader with a pass was not let in`);
      if (load < WARMING) continue;
      times[of].verdict.push(verdict);
      times[of].wall.push(wall);
    }
  }
  return times;
}

/** Prints the steps of iteras.js. */
async function steps(page, home) {
  const of = SCRIPTS.findIndex(({ name }) => name == "iteras.js");
  const times = Object.keys(STEPS).map(() => []);
  for (let load = 0; load < LOADS + WARMING; load++) {
    await page.goto(`${home}?of=${of}&cold=watched${load}&watched`);
    for (const [place, step] of Object.values(STEPS).entries()) {
      const time = await page.evaluate(step);
      if (load >= WARMING) times[place].push(time);
    }
  }
  console.log(`\n${"steps of iteras.js, cold".padEnd(30)} median    least`);
  for (const [place, name] of Object.keys(STEPS).entries()) {
    const [middle, least] = [median(times[place]), Math.min(...times[place])];
    console.log(name.padEnd(30), middle.toFixed(2).padStart(6), least.toFixed(2).padStart(8));
  }
}

await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const home = `http://localhost:${server.address().port}/`;
const browser = await launch();
const page = await (await browser.createBrowserContext()).newPage();
const canThrottle = engine == "chromium";
const missed = [];
try {
  const version = (await browser.version?.()) ?? engine;
  console.log(`\n${version}, ${LOADS} loads each, script start to verdict in ms`);
  for (const [title, isCold, slow] of [
    ["cold", true, 1],
    ["warm", false, 1],
    ["cold, processor at a quarter", true, 4],
  ]) {
    if (slow > 1 && !canThrottle) continue;
    if (isShort && (!isCold || slow > 1)) continue;
    if (canThrottle) await page.emulateCPUThrottling(slow);
    const times = await measure(page, home, { isCold });
    console.log(`\n${title.padEnd(30)} median    least   times   of it wall   bytes`);
    for (const [of, { name, text }] of SCRIPTS.entries()) {
      const { verdict, wall } = times[of];
      console.log(
        name.padEnd(28),
        median(verdict).toFixed(2).padStart(8),
        Math.min(...verdict)
          .toFixed(2)
          .padStart(8),
        (median(verdict) / median(times[0].verdict)).toFixed(2).padStart(7),
        median(wall).toFixed(2).padStart(12),
        String(brotliCompressSync(Buffer.from(text)).length).padStart(7),
      );
    }
    if (!isCold || slow > 1 || isShort) continue;
    const of = (name) => median(times[SCRIPTS.findIndex((script) => script.name == name)].verdict);
    for (const bar of BARS) {
      const ratio = of(bar.name) / of(bar.of);
      if (ratio > bar.most) missed.push(`${bar.name}: ${ratio.toFixed(2)} times ${bar.of}, at most ${bar.most}`);
    }
  }
  if (canThrottle) await page.emulateCPUThrottling(1);
  if (!isShort) await steps(page, home);
} finally {
  await browser.close();
  server.close();
}
for (const bar of missed) console.log(`missed: ${bar}`);
if (isChecked && missed.length) process.exitCode = 1;
