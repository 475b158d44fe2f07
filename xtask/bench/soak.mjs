// The gate under fire: a real process as proxy before a small origin, with readers of all kinds, slow clients, cut
// connections, an origin that dies and comes back, SIGHUPs with good and broken files, a wall clock that jumps, and more
// connections than the process may have files open; then a clock a year ahead, kill -9 and a restart.
// `cargo xtask bench gate --soak [--minutes N]` runs it and says where the program is. Linux only: memory is read
// from /proc.
//   ITERAS_GATE           the gate
//   ITERAS_SOAK_MINUTES   minutes under load, 10 by itself
//   ITERAS_SOAK_RATE      requests a second at most, 2000 by itself
//   LIBFAKETIME           libfaketimeMT.so.1, by which the gate's wall clock jumps
import { fork, spawn } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { ask, HOST, KEY, keyFolder, programs, WALL, withPass } from "../../tests/servers/harness.mjs";
import { createReaders } from "./soak-readers.mjs";

const MINUTES = Number(process.env.ITERAS_SOAK_MINUTES || 10);
const RATE = Number(process.env.ITERAS_SOAK_RATE || 2000);
const CONNECTIONS = 32;
// Files that the gate may have open: enough for the load with as many connections to the origin.
const FILES = 512;
const OPEN = 'verdict="open",reason=""';
// Offsets of the clock that change no verdict: gift links end in an hour, passes in a day or ended a day ago.
const JUMPS = ["+40m", "-12h", "+0", "-1m", "+30m", "+0"];
// Until buffers and arenas have the size that the load asks for.
const WARM_UP = Math.min(60_000, (MINUTES * 60_000) / 3);
// The halves of what follows are compared.
const HALF = (MINUTES * 60_000 - WARM_UP) / 2;

function serveOrigin(port) {
  const line = "<p>A line of an article of usual length, of which nothing is to be seen.</p>";
  const server = createServer((request, response) => {
    const path = request.url.split("?")[0];
    const body = `<!doctype html><title>Fog</title>${line.repeat(path.endsWith("/long") ? 20_000 : 40)}canary ${path}.</html>`;
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-length": body.length });
    response.end(body);
  });
  server.keepAliveTimeout = 1000;
  server.listen(port, "127.0.0.1", () => process.send(server.address().port));
}

async function startOrigin(port = 0) {
  const child = fork(fileURLToPath(import.meta.url), ["origin", String(port)]);
  child.unref();
  const [listening] = await Promise.race([
    new Promise((done) => child.once("message", (own) => done([own]))),
    new Promise((_, failed) => child.once("exit", (code) => failed(new Error(`the origin ended with ${code}`)))),
  ]);
  return { child, port: listening };
}

/** Sets the wall clock of a gate that was started with this file as its clock. */
function setClock(file, offset) {
  // The gate reads the file at each look at the clock; it must never see half of it.
  writeFileSync(`${file}.new`, offset);
  renameSync(`${file}.new`, file);
}

/** The gate, with few files and a clock of its own; its log read and all but the last lines forgotten. */
async function startGate(file, clock) {
  setClock(clock, "+0");
  const limited = ["-c", `ulimit -n ${FILES}; exec "$0" "$@"`, programs.gate, "--config", file];
  const env = {
    ...process.env,
    LD_PRELOAD: process.env.LIBFAKETIME,
    FAKETIME_TIMESTAMP_FILE: clock,
    FAKETIME_NO_CACHE: "1",
    // Time-outs run on a clock that nobody sets.
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    DONT_FAKE_MONOTONIC: "1",
  };
  const child = spawn("sh", limited, { env, stdio: ["ignore", "ignore", "pipe"] });
  const gate = { child, said: [], refusedFiles: 0 };
  gate.ended = new Promise((done) => child.once("close", (code, signal) => done(code ?? signal)));
  const port = (address) => Number(address.split(":").pop());
  await new Promise((started, failed) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      if (line.includes('"message":"judged"')) return;
      if (line.includes("can't take connections")) gate.refusedFiles += 1;
      gate.said = [...gate.said.slice(-20), line];
      if (!line.includes('"message":"listening"')) return;
      const { address, admin } = JSON.parse(line);
      Object.assign(gate, { port: port(address), admin: port(admin) });
      started();
    });
    gate.ended.then((code) => failed(new Error(`the gate ended with ${code}: ${gate.said.join("\n")}`)));
  });
  return gate;
}

const configuration = ({ keys, origin, leeway, listen = 0, admin = 0 }) => `mode = "proxy"
listen = "127.0.0.1:${listen}"
admin = "127.0.0.1:${admin}"
origin = "http://127.0.0.1:${origin}"
leeway = ${leeway}
[clients]
head_timeout = 2
body_timeout = 2
connections_per_peer = 4096
[[keys]]
id = "2026"
file = "${keys}/pass-key"
[gifts]
file = "${keys}/gift-key"
[editors]
file = "${keys}/editor-key"
[[sites]]
hosts = ["${HOST}"]
default = "open"
paywalls = ["${WALL}"]
rules = [{ path = "/articles/*" }]
`;

/** Values by name and labels, such as `iteras_gate_judgements_total{verdict="open",reason=""}`. */
async function metrics(gate) {
  const { status, body } = await ask(gate.admin, { path: "/metrics" });
  if (status != 200) throw new Error(`/metrics answered ${status}`);
  const lines = body.split("\n").filter((line) => line && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

const counts = (all, name) =>
  Object.keys(all)
    .filter((key) => key.startsWith(`${name}{`))
    .map((key) => all[key]);
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const quantile = (numbers, share) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length * share)];

async function main() {
  const ends = [];
  try {
    const failures = await soak({ after: (end) => ends.unshift(end) });
    if (failures.length > 0) {
      console.log(`\nMissed: ${failures.join("; ")}`);
      process.exitCode = 1;
    }
  } finally {
    for (const end of ends) await end();
  }
}

async function soak(t) {
  const failures = [];
  const row = (name, value, isMissed = false) => {
    if (isMissed) failures.push(name);
    console.log(`${String(value).padStart(16)}  ${isMissed ? "MISSED: " : ""}${name}`);
  };
  const keys = keyFolder(t);
  const [file, clock] = [join(keys, "gate.toml"), join(keys, "clock")];
  let origin = await startOrigin();
  t.after(() => origin.child.kill("SIGKILL"));
  const settings = { keys, origin: origin.port, leeway: 60 };
  writeFileSync(file, configuration(settings));
  const gate = await startGate(file, clock);
  t.after(() => gate.child.kill("SIGKILL"));
  console.log(
    `${MINUTES} minutes, at most ${RATE} requests a second on ${CONNECTIONS} connections; all share the machine`,
  );

  const start = performance.now();
  const until = start + MINUTES * 60_000;
  const outages = [];
  // Requests to an origin that came back a moment ago may still fail.
  const isAway = (from, to) => outages.some(([began, ended = to]) => began <= to && from <= ended + 500);
  const readers = createReaders({ port: gate.port, rate: RATE, isAway });
  const reloads = { ok: 0, refused: 0 };
  const memory = [];

  let restarts = 0;
  async function restartOrigins() {
    while (performance.now() + 8000 < until) {
      await delay(5000);
      const outage = [performance.now()];
      outages.push(outage);
      restarts += 1;
      origin.child.removeAllListeners("exit");
      const ended = new Promise((done) => origin.child.once("exit", done));
      origin.child.kill("SIGKILL");
      await ended;
      await delay(500);
      origin = await startOrigin(settings.origin);
      outage.push(performance.now());
    }
  }

  async function reload() {
    const good = (leeway) => () => writeFileSync(file, configuration({ ...settings, leeway }));
    const files = [
      ["ok", good(61)],
      ["refused", () => writeFileSync(file, 'mode = "proxy\nlisten')],
      ["refused", () => writeFileSync(file, configuration(settings).replace('default = "open"', ""))],
      ["ok", good(60)],
      ["refused", () => writeFileSync(join(keys, "pass-key"), "short\n")],
      ["ok", () => writeFileSync(join(keys, "pass-key"), `${KEY}\n`)],
    ];
    for (let round = 0; performance.now() + 1000 < until; round += 1) {
      const [result, write] = files[round % files.length];
      write();
      gate.child.kill("SIGHUP");
      reloads[result] += 1;
      const sent = sum(Object.values(reloads));
      // Of SIGHUPs that come together some are one.
      while (sum(counts(await metrics(gate), "iteras_gate_reloads_total")) < sent) await delay(50);
      await delay(200);
      // Between reloads, whose files could not be opened either.
      if (round % 6 == 5) await fillFileTable();
    }
  }

  // Idle connections until the gate can take no more: then it has none for the origin either.
  let fillings = 0;
  let asked = 0;
  async function fillFileTable() {
    const outage = [performance.now()];
    outages.push(outage);
    const before = gate.refusedFiles;
    const idle = Array.from({ length: FILES }, () => connect(gate.port, "127.0.0.1").on("error", () => {}));
    while (gate.refusedFiles == before && performance.now() < outage[0] + 1500) await delay(20);
    fillings += Number(gate.refusedFiles > before);
    for (const connection of idle) connection.destroy();
    // Until the gate has taken what had queued up, and found it gone.
    let status;
    while (status != 200 && performance.now() < until) {
      ({ status } = await ask(gate.port, { path: "/about/full" }));
      readers.sent[OPEN] = (readers.sent[OPEN] ?? 0) + 1;
      asked += 1;
    }
    outage.push(performance.now());
  }

  let jumps = 0;
  async function jump() {
    for (; performance.now() + 1000 < until; jumps += 1) {
      setClock(clock, JUMPS[jumps % JUMPS.length]);
      await delay(700);
    }
    setClock(clock, "+0");
  }

  async function watchMemory() {
    while (performance.now() < until) {
      const status = readFileSync(`/proc/${gate.child.pid}/status`, "utf8");
      memory.push({ at: performance.now(), kilobytes: Number(/VmRSS:\s+(\d+)/.exec(status)[1]) });
      await delay(250);
    }
  }

  await Promise.race([
    Promise.all([readers.run(CONNECTIONS, until), restartOrigins(), reload(), jump(), watchMemory()]),
    gate.ended.then((code) => Promise.reject(new Error(`the gate ended with ${code}: ${gate.said.join("\n")}`))),
  ]);
  const seconds = (performance.now() - start) / 1000;

  const answered = sum(Object.values(readers.answered));
  row("requests answered", answered);
  row("requests answered a second", Math.round(answered / seconds));
  row("of them 503 while the origin was away", readers.unavailable);
  row("answers that broke off with the origin", readers.lost);
  row("slow clients", readers.slow);
  row("readers who hung up", readers.cut);
  row("restarts of the origin", restarts);
  row("jumps of the wall clock", jumps, jumps < 1);
  row("times that the file table was full", fillings, fillings < 1);
  row("wrong answers", readers.wrong.length, readers.wrong.length > 0);
  for (const wrong of readers.wrong.slice(0, 10)) console.log(`${"".padStart(18)}${wrong}`);

  const inWindow = (from, to) => memory.filter(({ at }) => from <= at && at <= to).map(({ kilobytes }) => kilobytes);
  // Memory goes up and down with the load of the moment, since the allocator gives pages back: what is lost raises both
  // what is left between two such waves and their tops.
  for (const [name, share] of [
    ["least", 0.1],
    ["most", 0.9],
  ]) {
    const [first, second] = [until - 2 * HALF, until - HALF].map((from) =>
      quantile(inWindow(from, from + HALF), share),
    );
    row(`kB of memory at ${name} (of ten samples one is beyond), first half after ${WARM_UP / 1000} s`, first);
    row(`kB of memory at ${name}, second half`, second, Math.abs(second - first) > first * 0.05);
  }

  const tenths = Array.from({ length: 10 }, (_, n) => memory[Math.floor((memory.length * (n + 0.5)) / 10)].kilobytes);
  row("kB of memory in the tenths of the run", tenths.join(" "));

  const counted = await metrics(gate);
  const judged = (label) => counted[`iteras_gate_judgements_total{${label}}`] ?? 0;
  for (const label of Object.keys(readers.sent).toSorted()) {
    const [least, most] = [readers.answered[label] ?? 0, readers.sent[label]];
    const range = least == most ? `${least}` : `${least} to ${most}`;
    row(`judged ${label}, asked ${range}`, judged(label), judged(label) < least || judged(label) > most);
  }
  const known = Object.keys(readers.sent);
  const unasked = sum(counts(counted, "iteras_gate_judgements_total")) - sum(known.map(judged));
  row("judgements of a kind that nobody asked for", unasked, unasked > 0);
  const failed = counted['iteras_gate_failures_total{what="origin"}'] ?? 0;
  const unheard = readers.cut + readers.slow + asked;
  row(
    `failures of the origin, ${readers.unavailable} of them seen by readers`,
    failed,
    failed < readers.unavailable || failed > readers.unavailable + readers.lost + unheard,
  );
  for (const [result, sent] of Object.entries(reloads)) {
    const done = counted[`iteras_gate_reloads_total{result="${result}"}`] ?? 0;
    row(`reloads ${result}, of ${sent}`, done, done != sent);
  }

  setClock(clock, "+366d");
  const { status: late } = await ask(gate.port, { path: "/articles/1", headers: [withPass()] });
  row("answer to a pass, by a clock a year ahead", late, late != 401);
  setClock(clock, "+0");
  const { status: inTime } = await ask(gate.port, { path: "/articles/1", headers: [withPass()] });
  row("answer to the same by a clock that is right again", inTime, inTime != 200);

  gate.child.kill("SIGKILL");
  await gate.ended;
  writeFileSync(join(keys, "pass-key"), `${KEY}\n`);
  writeFileSync(file, configuration({ ...settings, listen: gate.port, admin: gate.admin }));
  const killed = performance.now();
  const again = await startGate(file, clock);
  t.after(() => again.child.kill("SIGKILL"));
  const { status } = await ask(again.port, { path: "/articles/1", headers: [withPass()] });
  const milliseconds = Math.round(performance.now() - killed);
  row(
    "ms from kill -9 to the first reader's page, by a new process",
    milliseconds,
    status != 200 || milliseconds >= 1000,
  );
  return failures;
}

if (process.argv[2] == "origin") serveOrigin(Number(process.argv[3]));
else await main();
