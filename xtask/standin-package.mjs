// Makes the folder of the npm package iteras-standin from pkg-standin/, the scripts and the program for each platform:
//   node standin-package.mjs TO DIST VERSION linux-x64=target/release/iteras-standin…
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const [to, dist, version, ...programs] = process.argv.slice(2);
const platforms = programs.map((program) => /^([a-z0-9]+-[a-z0-9]+)=(.+)$/.exec(program) ?? [program]);
const wrong = platforms.find(([, platform]) => !platform);
if (wrong || !platforms.length) {
  throw new Error(`expected programs such as linux-x64=FILE, got ${wrong ? wrong[0] : "none"}`);
}

rmSync(to, { recursive: true, force: true });
mkdirSync(join(to, "dist"), { recursive: true });
const source = (name) => readFileSync(join(root, "pkg-standin", name), "utf8");
const manifest = { ...JSON.parse(source("package.json")), version };
writeFileSync(join(to, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
writeFileSync(join(to, "bin.js"), source("bin.js"), { mode: 0o755 });
const names = platforms.map(([, platform]) => platform).join(", ");
writeFileSync(join(to, "README.md"), source("README.md").replace("{{platforms}}", names));
for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) cpSync(join(root, name), join(to, name));
for (const name of readdirSync(dist)) {
  if (/^iteras[\w.-]*\.js$/.test(name)) cpSync(join(dist, name), join(to, "dist", name));
}
for (const [, platform, program] of platforms) {
  const place = join(to, "binaries", platform, "iteras-standin");
  mkdirSync(dirname(place), { recursive: true });
  cpSync(program, place);
  chmodSync(place, 0o755);
}
