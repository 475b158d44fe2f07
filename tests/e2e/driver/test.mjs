// `test` of node:test, but for the tests that `cannot.json` says an engine can't run. Those are told with the reason,
// and a row that fits no test fails its file, so that the table does not outlive what it is about.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { test as declare } from "node:test";

import { engine } from "./engine.mjs";

/** The table's rows for this engine. A row without `tests` is about the whole file. */
export const rows = JSON.parse(readFileSync(new URL("cannot.json", import.meta.url), "utf8")).filter(({ engines }) =>
  engines.includes(engine),
);

const file = basename(process.argv[1] ?? "", ".test.mjs");
const mine = rows.filter((row) => row.file == file && row.tests).map((row) => ({ ...row, left: [] }));

export function test(title, ...rest) {
  const row = mine.find(({ tests }) => tests.some((beginning) => title.startsWith(beginning)));
  if (!row) return declare(title, ...rest);
  row.left.push(title);
}

process.on("exit", () => {
  for (const { tests, left, reason } of mine) {
    if (left.length) console.log(`${engine}: ${left.length} tests of ${file} not run here: ${reason}`);
    for (const title of left) console.log(`  not run: ${title}`);
    const stale = tests.filter((beginning) => !left.some((title) => title.startsWith(beginning)));
    if (!stale.length) continue;
    console.log(`cannot.json names tests that ${file} does not have: ${stale.join("; ")}`);
    process.exitCode = 1;
  }
});
