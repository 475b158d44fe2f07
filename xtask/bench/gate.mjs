// The cost of enforcement, side by side in one run: `cargo xtask bench gate` runs it and says where the programs are.
// Each part runs five interleaved rounds and gives medians; figures over or under a limit of ours fail the run.
//   ITERAS_MEASURE  the native measurements (crates/gate/examples/measure.rs), JSON lines
//   WRK             the load generator; NGINX and CADDY the web servers (servers.mjs)
// check.mjs and worker.mjs beside this file, where they are, measure Node and workerd.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { connections, servers } from "./servers.mjs";

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
console.log("\nWeb servers, 32 connections; load, servers and origin share the machine");
await servers(row);
await connections(row);
beside("check.mjs", ({ ours, crypto, jose, iron, hostile }) => {
  console.log("\nNode");
  row("a check", ours, "µs");
  row("the same with node:crypto, against ours", crypto / ours, "times", { atLeast: 3 });
  row("jose HS256, against ours", jose / ours, "times", { atLeast: 20 });
  row("iron-session, against ours", iron / ours, "times", { atLeast: 20 });
  for (const [name, time] of Object.entries(hostile ?? {}))
    row(`a hostile header of 16 KiB: ${name}`, time, "µs", { atMost: 50 });
});
beside("worker.mjs", ({ plain, gated, ratio }) => {
  console.log("\nworkerd");
  row("plain", plain, "requests/s");
  row("gated", gated, "requests/s");
  row("gated against plain", ratio, "times", { atLeast: 0.9 });
});
if (failures.length > 0) {
  console.log(`\nMissed: ${failures.join("; ")}`);
  process.exitCode = 1;
}
