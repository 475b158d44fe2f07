// The cost of the gate in workerd: requests a second of a Worker that only hands requests on to the origin, and of
// the example Worker, to readers with a pass; besides it, teasers for those without. Five interleaved rounds.
//   cargo xtask pack && node xtask/bench/worker.mjs [--json]
//
// It needs what the package tests need (`cargo xtask test package` puts it below target/). The origin, workerd and
// the load share the machine, so the numbers are for comparing with each other only.
import { fork, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROUNDS = 5;
const MILLISECONDS = 2000;
const CONNECTIONS = 16;
const KEY = "j8kau2v3lzp0n12ilw1d0hurr6059gyo";
const WALL = "n8fsoupukhv3";
const PASS = `sub|${WALL}|2099-12-31T23:59:59Z|31168|192.0.2.7`;
const BODY = `<div class="article-body">${"<p>A line of an article, <em>as they are</em>, of usual length.</p>\n".repeat(60)}</div>`;
const PAGE = `<!doctype html><html lang="en"><head><title>Light</title></head><body>${BODY}<footer>end</footer></body></html>`;

// The example Worker, less the gate.
const PLAIN = `let origin;
export default {
  fetch(request, env) {
    origin ??= new URL(env.ORIGIN);
    const url = new URL(request.url);
    const { host } = url;
    url.protocol = origin.protocol;
    url.hostname = origin.hostname;
    url.port = origin.port;
    const asked = new Request(url, request);
    asked.headers.set("x-forwarded-host", host);
    return fetch(asked);
  },
};
`;

if (process.argv[2] == "origin") serveOrigin();
else await main(process.argv.includes("--json"));

function serveOrigin() {
  const page = Buffer.from(PAGE);
  const headers = { "content-type": "text/html; charset=utf-8", "content-length": page.length, etag: '"1"' };
  const server = createServer((_, response) => response.writeHead(200, headers).end(page));
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
}

async function main(asJson) {
  const { install, tool } = await import("../../tests/consumers/harness.mjs");
  const { bundle } = await import("../../tests/consumers/workerd.mjs");
  const { load } = await import("./keep-alive.mjs");
  const folder = await install("worker", fileURLToPath(new URL("../../examples/worker", import.meta.url)));
  const out = await bundle(folder, "src/index.js");
  writeFileSync(join(out, "plain.js"), PLAIN);
  const origin = fork(fileURLToPath(import.meta.url), ["origin"]);
  let server;
  try {
    const originPort = await new Promise((started) => origin.once("message", started));
    writeFileSync(join(out, "bench.capnp"), configuration(originPort));
    // A CommonJS module that says that it is an ES module.
    const { default: workerd } = await tool("workerd");
    server = await startWorkerd(workerd.default, out);
    report(await measure(load, server.ports), asJson);
  } finally {
    server?.stop();
    origin.kill();
  }
}

async function measure(load, ports) {
  const signature = createHmac("sha256", KEY).update(PASS).digest("hex");
  const cookie = `iteraspass=${PASS}/sha256:${signature}`;
  const loads = {
    plain: { port: ports.plain, headers: { cookie } },
    gated: { port: ports.gated, headers: { cookie } },
    teaser: { port: ports.gated },
  };
  const rounds = Object.fromEntries(Object.keys(loads).map((name) => [name, []]));
  const perSecond = async (name) => {
    const run = { path: "/article/1", connections: CONNECTIONS, milliseconds: MILLISECONDS, ...loads[name] };
    return (await load(run)).perSecond;
  };
  for (const name of Object.keys(loads)) await perSecond(name);
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of Object.keys(loads)) rounds[name].push(await perSecond(name));
  }
  return rounds;
}

function report(rounds, asJson) {
  const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
  const medians = Object.fromEntries(Object.entries(rounds).map(([name, numbers]) => [name, median(numbers)]));
  const ratio = medians.gated / medians.plain;
  if (asJson)
    return console.log(
      JSON.stringify({ name: "worker", unit: "requests/s", page: PAGE.length, rounds, ...medians, ratio }),
    );
  const line = (name, number, note = "") =>
    console.log(`${name.padEnd(44)} ${number.toFixed(0).padStart(8)} requests/s  ${note}`);
  line(`workerd, a page of ${PAGE.length} bytes`, medians.plain);
  line("the same behind the gate, with a pass", medians.gated, `${ratio.toFixed(2)} of plain`);
  return line(
    "teasers of it, without a pass",
    medians.teaser,
    `${(medians.teaser / medians.plain).toFixed(2)} of plain`,
  );
}

function configuration(originPort) {
  const text = (name, value) => `(name = "${name}", text = "${value}")`;
  const bindings = [
    text("ORIGIN", "http://origin.example"),
    text("PAYWALL_ID", WALL),
    text("PROTECTED", "/article"),
    text("GATED", ".article-body"),
    text("CHARACTERS", "600"),
    text("PASS_KEYS", KEY),
  ];
  const worker = (name, modules) => `const ${name} :Workerd.Worker = (
  modules = [${modules.join(", ")}], compatibilityDate = "2026-04-01", globalOutbound = "origin", bindings = [${bindings.join(", ")}],
);`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "plain", worker = .plain), (name = "gated", worker = .gated),
    (name = "origin", external = (address = "127.0.0.1:${originPort}", http = ())),
  ],
  sockets = [
    (name = "plain", address = "127.0.0.1:0", http = (), service = "plain"),
    (name = "gated", address = "127.0.0.1:0", http = (), service = "gated"),
  ],
);
${worker("plain", [`(name = "plain.js", esModule = embed "plain.js")`])}
${worker("gated", [`(name = "worker.js", esModule = embed "worker.js")`, ...["server.wasm", "teaser.wasm"].map((name) => `(name = "${name}", wasm = embed "${name}")`)])}
`;
}

async function startWorkerd(program, folder) {
  const workerd = spawn(program, ["serve", "--control-fd=3", "bench.capnp"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const ports = {};
  await new Promise((started, failed) => {
    workerd.once("exit", (code) => failed(new Error(`workerd ended with ${code}`)));
    createInterface(workerd.stdio[3]).on("line", (line) => {
      const { event, socket, port } = JSON.parse(line);
      if (event == "listen") ports[socket] = port;
      if (ports.plain && ports.gated) started();
    });
  });
  return {
    ports,
    stop() {
      workerd.removeAllListeners("exit");
      workerd.kill();
    },
  };
}
