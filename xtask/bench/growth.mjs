// Growth of costs with what there is: `cargo xtask bench growth` runs it and says where the programs are.
//   ITERAS_GROWTH  decisions of the gate (crates/gate/examples/growth.rs), JSON lines
//   ITERAS_CLI     the command line, which exports customers of a service in this script
//   CHROME         the page with many frames
// Each series ends with the exponent of its last stretch: 0 where the number does not matter, 1 where twice as many cost
// twice as much. More than 1.25 fails with --check. --write makes docs/charts/growth*.svg.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { lines } from "./chart.mjs";
import { median } from "./median.mjs";

const { CHROME, ITERAS_CLI, ITERAS_DIST, ITERAS_GROWTH, ITERAS_TOOLS } = process.env;
const MOST = 1.25;
const run = promisify(execFile);
const puppeteer = createRequire(join(ITERAS_TOOLS, "package.json"))("puppeteer-core");

const series = new Map();
const add = (name, count, nanoseconds) => series.set(name, [...(series.get(name) ?? []), [count, nanoseconds]]);

async function listen(answer) {
  const server = createServer(answer);
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

async function decisions() {
  const { stdout } = await run(ITERAS_GROWTH);
  for (const line of stdout.trim().split("\n")) {
    const { series: name, n, ns } = JSON.parse(line);
    add(name, n, ns);
  }
}

async function exports() {
  let count = 0;
  const server = await listen(async (request, response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    response.write('{"customers":[');
    for (let at = 0; at < count; at += 1) {
      const data = { name: `Reader ${at}`, email: `reader${at}@example.com`, address: "Prøvevej 12, 2. th." };
      const customer = JSON.stringify({ id: String(10_000_000 + at), created: "2025-03-01T00:00:00", data });
      const isTaken = response.write(at ? `,${customer}` : customer);
      if (!isTaken) await new Promise((drained) => response.once("drain", drained));
    }
    response.end("]}");
  });
  const service = `http://127.0.0.1:${server.address().port}/api/`;
  try {
    for (count of [10, 100, 1000, 10_000, 100_000, 1_000_000]) {
      const times = [];
      for (let round = 0; round < (count > 10_000 ? 1 : 5); round += 1) {
        const began = performance.now();
        const { stdout } = await run(ITERAS_CLI, ["customers", "all", "--service", service], {
          env: { ...process.env, ITERAS_API_KEY: "a-key-of-the-bench" },
          maxBuffer: 1 << 30,
        });
        times.push(performance.now() - began);
        const exported = stdout.split("\n").length - 1;
        if (exported != count) throw new Error(`${exported} of ${count} customers were exported`);
      }
      add("customers exported, the whole program", count, median(times) * 1e6);
    }
  } finally {
    server.close();
  }
}

async function frames() {
  const script = readFileSync(join(ITERAS_DIST, "iteras.js"), "utf8");
  const server = await listen((request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    if (pathname == "/iteras.js") {
      response.writeHead(200, { "Content-Type": "text/javascript; charset=utf-8" });
      return response.end(script);
    }
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    if (pathname != "/page") return response.end("<!doctype html>");
    const frame = `<script>document.write(Iteras.paywalliframe({ profile: "lumen-login", paywallid: "WALL1111" }))</script>`;
    response.end(`<!doctype html><script src="/iteras.js" data-base="http://localhost:${server.address().port}"></script>
      ${"<p>A paragraph.</p>".repeat(200)}${frame.repeat(Number(searchParams.get("frames")))}`);
  });
  const browser = await puppeteer.launch({ executablePath: CHROME, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage();
    for (const count of [1, 3, 10, 32, 100]) {
      await page.goto(`http://localhost:${server.address().port}/page?frames=${count}`);
      const [first, later] = await page.evaluate(async () => {
        const all = [...document.querySelectorAll("iframe[data-iteras-frame]")];
        const origin = new URL(all[0].src).origin;
        const say = (element, height) => {
          const data = { iteras: 1, frame: element.dataset.iterasFrame, type: "resize", height };
          dispatchEvent(new MessageEvent("message", { data, origin, source: element.contentWindow }));
        };
        const fitted = () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
        const timed = async (height) => {
          const began = performance.now();
          for (const element of all) say(element, height);
          const took = (performance.now() - began) / all.length;
          await fitted();
          if (!all.every((element) => element.style.height == `${height}px`)) throw new Error("a frame was not fitted");
          return took;
        };
        const first = await timed(300);
        const later = [];
        for (let round = 0; round < 15; round += 1) later.push(await timed(301 + round));
        return [first, later];
      });
      add("frames on a page, a frame's first message", count, first * 1e6);
      add("frames on a page, its later ones", count, median(later) * 1e6);
    }
  } finally {
    await browser.close();
    server.close();
  }
}

const shown = (nanoseconds) =>
  nanoseconds < 1e3
    ? `${nanoseconds} ns`
    : nanoseconds < 1e6
      ? `${nanoseconds / 1e3} µs`
      : nanoseconds < 1e9
        ? `${nanoseconds / 1e6} ms`
        : `${nanoseconds / 1e9} s`;

await decisions();
await frames();
await exports();
const missed = [];
for (const [name, points] of series) {
  const [[one, before], [other, after]] = points.slice(-2);
  const exponent = Math.log(after / before) / Math.log(other / one);
  if (exponent > MOST) missed.push(name);
  console.log(`\n${name}: exponent ${exponent.toFixed(2)}${exponent > MOST ? `, MISSED: at most ${MOST}` : ""}`);
  for (const [count, time] of points)
    console.log(`${String(count).padStart(9)}  ${shown(Number(time.toPrecision(3)))}`);
}
if (process.argv.includes("--write")) {
  const folder = new URL("../../docs/charts/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const all = [...series].map(([name, points]) => ({ name, points }));
  const isRead = ({ name }) => /configuration|exported/.test(name);
  const chart = (file, title, series) =>
    writeFileSync(new URL(file, folder), lines({ title, series, x: "how many", format: shown }));
  chart(
    "growth.svg",
    "Time of one decision or message against what there is",
    all.filter((one) => !isRead(one)),
  );
  chart("growth-once.svg", "Time of reading a configuration and of an export", all.filter(isRead));
}
if (missed.length > 0) {
  console.log(`\nMissed: ${missed.join("; ")}`);
  if (process.argv.includes("--check")) process.exitCode = 1;
}
