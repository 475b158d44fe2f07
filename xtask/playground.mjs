// The playground's scripts: `node playground.mjs NPM_TOOLS MODULE_FOLDER DIST VERSION` puts the module and its glue
// into one classic script, and beside it the script that judges the options of frame calls. Pages off a disk may not
// fetch.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [, modules, dist] = process.argv.slice(2);
const glue = readFileSync(join(modules, "playground.js"), "utf8");
// Digits of whole bytes: after brotli a fifth less than base64, which cuts across them.
const module = readFileSync(join(modules, "playground.wasm")).toString("hex");
writeFileSync(
  join(dist, "playground/module.js"),
  `${glue}
function playgroundModule() {
  const digits = "${module}";
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) => parseInt(digits.slice(2 * at, 2 * at + 2), 16));
}
`,
);
copyFileSync(join(dist, "iteras.js"), join(dist, "playground/iteras.js"));
