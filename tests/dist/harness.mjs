// The common part of the tests of `dist/release/`: its files, programs that are run to their end, and a machine that
// is left as it was found.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const release = process.env.ITERAS_RELEASE || join(root, "dist/release");
export const MIB = 1 << 20;
export const NOBODY = 65534;
export const KEY = "j8kau2v3lzp0n12ilw1d0hurr6059gyo";

/** The one file of the release whose name fits. */
export function released(pattern) {
  const found = readdirSync(release).filter((name) => pattern.test(name));
  assert.equal(found.length, 1, `one file of the release fits ${pattern}: ${readdirSync(release)}`);
  return join(release, found[0]);
}

export const archiveOf = (name) => released(new RegExp(`^${name}-\\d.*\\.tar\\.gz$`));
export const packageOf = (name) => released(new RegExp(`^${name}_.*\\.deb$`));

/** Runs a program to its end; gives its code and what it said. */
export function run(program, args, options = {}) {
  const ended = spawnSync(program, args, { encoding: "utf8", maxBuffer: 64 * MIB, ...options });
  if (ended.error) throw ended.error;
  return { code: ended.status, out: ended.stdout, err: ended.stderr };
}

/** The same of one that has to succeed; gives its standard output. */
export function done(program, args, options) {
  const { code, out, err } = run(program, args, options);
  assert.equal(code, 0, `${program} ${args.join(" ")}: ${out}${err}`);
  return out;
}

/** A folder that is gone after the test. */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "iteras-dist-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Fails on a machine that has what a test installs: it would be deleted with it. */
export function absent(...paths) {
  for (const path of paths) assert.ok(!existsSync(path), `${path} is there; expected a machine without, to install on`);
}

/** Installs the Debian packages, until the test ends. */
export function installed(t, ...names) {
  absent("/etc/iteras", ...names.map((name) => `/usr/bin/${name}`));
  t.after(() => {
    done("dpkg", ["--purge", ...names]);
    rmSync("/etc/iteras", { recursive: true, force: true });
  });
  done("dpkg", ["--install", ...names.map(packageOf)]);
}
