// The cost of enforcement, side by side in one run: `cargo xtask bench gate` runs it and says where the programs are.
// Each part runs five interleaved rounds and gives medians; figures over or under a limit of ours fail the run.
//   ITERAS_MEASURE  the native measurements (crates/gate/examples/measure.rs), JSON lines
//   WRK             the load generator
// check.mjs and worker.mjs beside this file, where they are, measure Node and workerd.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  fill,
  freePort,
  HOST,
  keyFolder,
  startGate,
  startNginx,
  WALL,
  withPass,
} from "../../tests/servers/harness.mjs";

const ROUNDS = 5;
const SECONDS = Number(process.env.ITERAS_BENCH_SECONDS || 2);
const CONNECTIONS = 32;
const PATH = "/articles/1";

const median = (numbers) => numbers.slice().sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const failures = [];

function row(name, value, unit, { atMost, atLeast } = {}) {
  const limit = atMost != null ? `at most ${atMost}` : atLeast != null ? `at least ${atLeast}` : "";
  const missed = (atMost != null && value > atMost) || (atLeast != null && !(value >= atLeast));
  if (missed) failures.push(name);
  const number = value < 100 ? value.toFixed(2) : Math.round(value).toLocaleString("en");
  console.log(`${number.padStart(10)} ${unit.padEnd(11)} ${limit.padEnd(16)} ${missed ? "MISSED: " : ""}${name}`);
}

function output(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 24 });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${error ?? stderr}`);
  return stdout;
}

const jsonLines = (text) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));

function native() {
  console.log("\nNative, on one CPU");
  const measured = jsonLines(output(process.env.ITERAS_MEASURE, []));
  if (measured.length == 0) throw new Error("the native measurements came to nothing");
  for (const { name, ns, ratio, at_most: atMost } of measured) {
    row(name, ns ?? ratio, ns == null ? "times" : "ns", { atMost });
  }
}

// Requests a second that all came back with the article.
function load(port) {
  const headers = [`Host: ${HOST}`, withPass()].flatMap((line) => ["-H", line]);
  const said = output(process.env.WRK, [
    "-t1",
    `-c${CONNECTIONS}`,
    `-d${SECONDS}s`,
    ...headers,
    `http://127.0.0.1:${port}${PATH}`,
  ]);
  if (/Non-2xx|Socket errors/.test(said)) throw new Error(`not every request was answered: ${said}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(said)[1]);
}

async function nginx() {
  console.log(`\nnginx ${process.env.NGINX}, ${CONNECTIONS} connections; load, servers and origin share the machine`);
  const ends = [];
  const t = { after: (end) => ends.unshift(end) };
  try {
    const [plain, gated, gate, origin] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    const [keys, GATE, ORIGIN] = [keyFolder(t), `127.0.0.1:${gate}`, `127.0.0.1:${origin}`];
    const config = fill("examples/nginx/gate.toml", { GATE, SERVER_NAME: HOST, PAYWALL: WALL, KEYS: keys });
    await startGate(t, config, { keys });
    const page = `<!doctype html><title>Fog</title>${"<p>A line of an article of usual length.</p>".repeat(60)}`;
    await startNginx(
      t,
      `server { listen ${ORIGIN}; default_type text/html; keepalive_requests 1000000; location / { return 200 '${page}'; } }`,
    );
    await startNginx(
      t,
      `upstream site { server ${ORIGIN}; keepalive 16; }
      server { listen 127.0.0.1:${plain}; location / { proxy_pass http://site; proxy_http_version 1.1; proxy_set_header Connection ""; } }`,
    );
    await startNginx(
      t,
      fill("examples/nginx/site.conf", { LISTEN: `127.0.0.1:${gated}`, SERVER_NAME: HOST, GATE, ORIGIN }),
    );
    const rounds = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push({ plain: load(plain), gated: load(gated) });
    row("without the gate", median(rounds.map((round) => round.plain)), "requests/s");
    row("with auth_request to the gate", median(rounds.map((round) => round.gated)), "requests/s");
    row("with against without", median(rounds.map((round) => round.gated / round.plain)), "times");
  } finally {
    for (const end of ends) await end();
  }
}

// A script of another part of the project that prints one JSON line.
function beside(script, show) {
  const file = fileURLToPath(new URL(script, import.meta.url));
  if (!existsSync(file)) return;
  try {
    for (const line of jsonLines(output(process.execPath, [file, "--json"]))) show(line);
  } catch (error) {
    failures.push(script);
    console.log(`\nFAILED: ${script}: ${error.message}`);
  }
}

native();
await nginx();
beside("check.mjs", ({ ours, crypto, jose, hostile }) => {
  console.log("\nNode");
  row("a check", ours, "µs");
  row("the same with node:crypto, against ours", crypto / ours, "times", { atLeast: 3 });
  row("jose HS256, against ours", jose / ours, "times", { atLeast: 20 });
  for (const [name, time] of Object.entries(hostile ?? {}))
    row(`a hostile header of 16 KiB: ${name}`, time, "µs", { atMost: 50 });
});
beside("worker.mjs", ({ plain, gated, ratio }) => {
  console.log("\nworkerd");
  row("plain", plain, "requests/s");
  row("gated", gated, "requests/s");
  row("gated against plain", ratio, "times", { atLeast: 0.8 });
});
if (failures.length > 0) {
  console.log(`\nMissed: ${failures.join("; ")}`);
  process.exitCode = 1;
}
