// Prints the end-to-end files that the engine runs, one a line; says on standard error which it does not, and why.
import { readdirSync } from "node:fs";

import { engine } from "./engine.mjs";
import { rows } from "./test.mjs";

const names = readdirSync(new URL("../", import.meta.url))
  .filter((name) => name.endsWith(".test.mjs"))
  .map((name) => name.replace(".test.mjs", ""));
const whole = rows.filter(({ tests }) => !tests);

for (const { file, reason } of whole) {
  if (!names.includes(file)) throw new Error(`cannot.json names ${file}.test.mjs, which is not there`);
  console.error(`${engine}: ${file} not run here: ${reason}`);
}
for (const name of names.sort()) if (!whole.some(({ file }) => file == name)) console.log(`${name}.test.mjs`);
