// Takes the pictures of every page and frame: `node xtask/screenshots.mjs FOLDER [--write]`. Makes FOLDER/index.html, a
// sheet to look at, and compares with tests/e2e/pictures.json, or makes that anew. Fails where something looks otherwise.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { FILE, REFERENCES, compare, digest, kept } from "../tests/e2e/digest.mjs";
import { ONE_PROCESS, start } from "../tests/e2e/harness.mjs";
import { SCENES, openScene } from "../tests/e2e/looks-scenes.mjs";
import { compared, lookedAt } from "../tests/e2e/pictures.mjs";

const [folder, write] = process.argv.slice(2);
if (!folder || (write && write != "--write")) throw new Error("usage: screenshots.mjs FOLDER [--write]");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const escaped = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
const fileName = (view) => `${view.replace(/[^\w.-]+/g, "-").replace(/^-+/, "")}.png`;

const world = await start({ site: "www", browser: ONE_PROCESS });
const references = {};
const sections = [];
let moved = 0;
try {
  for (const scene of SCENES) {
    const page = await openScene(world, scene);
    const figures = [];
    const figure = (view, file, note = "") => {
      const caption = escaped(view.slice(scene.name.length + 2));
      figures.push(`<figure><figcaption>${caption}</figcaption>${note}
<a href="${file}"><img loading="lazy" src="${file}" alt="${escaped(view)}"></a></figure>`);
    };
    for (const { view, png } of await lookedAt(page, scene)) {
      writeFileSync(join(folder, fileName(view)), png);
      figure(view, fileName(view));
    }
    for (const { view, png } of await compared(page, scene)) {
      const now = digest(png);
      references[view] = kept(now);
      const wrong = compare(REFERENCES[view], now);
      if (!wrong.length) continue;
      moved++;
      for (const sentence of wrong) console.log(`${view} ${sentence}`);
      const file = `compared-${fileName(view)}`;
      writeFileSync(join(folder, file), png);
      figure(view, file, `<p class="moved">${wrong.map(escaped).join("<br>")}</p>`);
    }
    sections.push(`<section><h2>${escaped(scene.name)}</h2><div>${figures.join("\n")}</div></section>`);
    await page.browserContext().close();
  }
} finally {
  await world.stop();
}

writeFileSync(
  join(folder, "index.html"),
  `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Screenshots</title>
<style>
  body { font: 1rem/1.4 sans-serif; margin: 1rem; background: #ddd; }
  section > div { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start; }
  figure { margin: 0; } img { display: block; max-width: 20rem; max-height: 40rem; border: 1px solid; }
  .moved { color: #a00; max-width: 20rem; }
</style>
<h1>${SCENES.length} scenes, ${Object.keys(references).length} pictures, ${moved} look otherwise</h1>
${sections.join("\n")}
</html>
`,
);
console.log(`${Object.keys(references).length} pictures: ${join(folder, "index.html")}`);
if (write) {
  // A line for each picture, so that a change shows which.
  const lines = Object.entries(references).map(
    ([view, reference]) => `${JSON.stringify(view)}: ${JSON.stringify(reference)}`,
  );
  writeFileSync(FILE, `{\n${lines.join(",\n")}\n}\n`);
} else if (moved) {
  console.log(`${moved} look otherwise than tests/e2e/pictures.json; \`cargo xtask screenshots --write\` accepts them`);
  process.exitCode = 1;
}
