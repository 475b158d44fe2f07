// The npm package iteras-standin, made with the program of this machine: what is in it, how it starts and how it ends.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { before, test } from "node:test";

import { consumers, dist, filesBelow, root, run, toolFile, version } from "./harness.mjs";

const PLATFORM = `${process.platform}-${process.arch}`;
const SITE = "http://localhost:3000";

let folder;
before(async () => {
  folder = join(consumers, "standin");
  const program = `${PLATFORM}=${process.env.ITERAS_STANDIN}`;
  await run(join(root, "xtask/standin-package.mjs"), [folder, dist, version, program]);
});

/** Starts the package's program; gives the addresses, and `stop(signal)`, which gives the code that it ended with. */
async function start(...args) {
  const child = spawn(process.execPath, [join(folder, "bin.js"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((done) => child.once("exit", (code, signal) => done(code ?? signal)));
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  const lines = createInterface(child.stdout);
  const first = new Promise((done) => lines.once("line", done));
  const line = await Promise.race([first, ended.then(() => null)]);
  return { line, said: () => said, ended, stop: (signal) => (child.kill(signal), ended) };
}

test("the package holds the program, the scripts and the licences", async () => {
  const files = filesBelow(folder);
  const scripts = files.filter((file) => file.startsWith("dist/"));
  assert.ok(scripts.includes("dist/iteras.js") && scripts.includes(`dist/iteras.companion-${version}.js`));
  assert.deepEqual(
    files.filter((file) => !scripts.includes(file)),
    ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "bin.js", `binaries/${PLATFORM}/iteras-standin`, "package.json"],
  );
  assert.match(await run(toolFile("publint/src/cli.js"), [folder, "--strict", "--pack=false"]), /All good!/);
});

test("it serves the script, and frames to the site that is allowed; it ends when it is told to", async () => {
  const ports = ["--port=0", "--site-port=0", "--control-port=0"];
  const standin = await start("--allow-site", SITE, ...ports, "--print-ready-json");
  try {
    const { service } = JSON.parse(standin.line);
    const script = await fetch(`${service}/static/api/iteras.js`);
    assert.match(await script.text(), /Iteras/);
    const frame = await fetch(`${service}/lumen/paywall/n8fsoupukhv3/?iframe=1`);
    assert.match(frame.headers.get("content-security-policy"), new RegExp(`frame-ancestors [^;]*${SITE}`));
  } finally {
    assert.equal(await standin.stop("SIGTERM"), 0, standin.said());
  }
});

test("wrong arguments are the program's to complain about, and its code is ours", async () => {
  const { ended, said } = await start("--allow-site", "localhost:3000");
  assert.equal(await ended, 1);
  assert.match(said(), /^iteras-standin: --allow-site: localhost:3000 is not an origin/);
});

test("a machine without a program is told which there are", async () => {
  const other = join(consumers, "standin-elsewhere");
  rmSync(other, { recursive: true, force: true });
  mkdirSync(join(other, "binaries/plan9-mips"), { recursive: true });
  cpSync(join(folder, "bin.js"), join(other, "bin.js"));
  writeFileSync(join(other, "package.json"), '{ "type": "module" }');
  await assert.rejects(run(join(other, "bin.js"), [], { env: { ITERAS_STANDIN_PROGRAM: "" } }), {
    message: new RegExp(`expected a machine that this package has a program for \\(plan9-mips\\), got ${PLATFORM};`),
  });
});
