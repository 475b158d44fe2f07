// The pair of pages that newcomers paste, in English and in Danish, as it stands there: with the double of the official
// script in the service's place, and the demo's readers.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { test } from "./driver/test.mjs";
import { shown, start } from "./harness.mjs";
import { SCREENS, reader } from "./journey-helpers.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

for (const [document, landing] of [
  ["README.md", "subscribe"],
  ["docs/da/start.md", "abonner"],
]) {
  test(`${document}: its landing page logs in, and leads back to its article`, async (t) => {
    const text = readFileSync(join(root, document), "utf8");
    const [article, log] = Array.from(text.matchAll(/^```html\n(.*?)^```/gms), ([, page]) =>
      page
        .replace("https://app.iteras.dk", "http://127.0.0.1:4802/official")
        .replace("/js/iteras.companion.js", "http://127.0.0.1:4802/static/api/iteras.companion.js"),
    );
    const folder = `target/first-page/${landing}`;
    mkdirSync(join(root, folder, "articles"), { recursive: true });
    writeFileSync(join(root, folder, "articles/1.html"), article);
    writeFileSync(join(root, folder, `${landing}.html`), log);
    const world = await start({ site: folder });
    t.after(() => world.stop());
    const someone = await reader(world, SCREENS["on a wide screen"]);
    await someone.open("/articles/1").catch((error) => assert.match(error.message, /abort|context/i));
    await someone.arrive(`/${landing}?iterasnext=%2Farticles%2F1&iterasaccess=sub`);
    const frame = await (await someone.page.waitForSelector("iframe")).contentFrame();
    await shown(frame, '[name="password"]');
    await someone.fill(frame, { who: "anna@example.com", password: "lumen" });
    await someone.press('button[value="login"]', frame);
    await someone.arrive("/articles/1");
    const [cookie] = (await someone.page.browserContext().cookies()).filter(({ name }) => name == "iteraspass");
    assert.match(cookie.value, /^sub\|n8fsoupukhv3\|/);
    assert.deepEqual(
      someone.troubles.filter((trouble) => !/favicon/.test(trouble)),
      [],
    );
  });
}
