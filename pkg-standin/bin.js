#!/usr/bin/env node
// Starts the stand-in that this package carries for the machine, with the arguments as they are; its end is ours.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const given = process.argv.slice(2);
const binaries = join(here, "binaries");
const platform = `${process.platform}-${process.arch}`;
const program = process.env.ITERAS_STANDIN_PROGRAM || join(binaries, platform, "iteras-standin");

if (!existsSync(program)) {
  const carried = existsSync(binaries) ? readdirSync(binaries).join(", ") : "none";
  console.error(
    process.env.ITERAS_STANDIN_PROGRAM
      ? `iteras-standin: ITERAS_STANDIN_PROGRAM: there is no program ${program}`
      : `iteras-standin: expected a machine that this package has a program for (${carried}), got ${platform}; build one ` +
          "with `cargo build --release --package iteras-standin` and name it in ITERAS_STANDIN_PROGRAM",
  );
  process.exit(1);
}

// The scripts of this version, unless others are asked for.
const isNamed = given.some((word) => word == "--dist" || word.startsWith("--dist="));
const scripts = isNamed ? [] : ["--dist", join(here, "dist")];
const child = spawn(program, [...scripts, ...given], { stdio: "inherit" });
child.on("error", (error) => {
  console.error(`iteras-standin: ${program} could not be started: ${error.message}`);
  process.exitCode = 1;
});
// Ctrl-C reaches both of us; what is sent to us alone is handed on.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => (process.exitCode = code ?? 128 + constants.signals[signal]));
