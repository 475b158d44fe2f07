// The commands of an example's README: its blocks of shell, a list of lines each.
import { readFileSync } from "node:fs";

export function commands(example) {
  const text = readFileSync(new URL(`../../${example}/README.md`, import.meta.url), "utf8");
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)];
  return blocks.map(([, block]) => block.trim().split("\n"));
}
