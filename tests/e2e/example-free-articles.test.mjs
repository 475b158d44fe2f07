// examples/free-articles: the pages as they stand, served by the command of its README.
import assert from "node:assert/strict";

import { commands } from "../shared/examples.mjs";
import { test } from "./driver/test.mjs";
import { start } from "./harness.mjs";
import { give, holds } from "./helpers.mjs";

test("examples/free-articles: three articles open, the fourth does not, and a subscriber reads all", async (t) => {
  const [[build, serve]] = commands("examples/free-articles");
  // dist/ was made by the first; the second has ports of its own here.
  assert.equal(build, "cargo xtask build");
  const site = "examples/free-articles/site";
  assert.equal(serve, `cargo run -p iteras-standin -- --site ${site} --dist dist`);
  const world = await start({ site });
  t.after(() => world.stop());

  const read = async (page, article) => {
    await page.goto(`${world.site}/articles/${article}`);
    await holds(page, () => window.seen.some(([type]) => /authorized$/.test(type)));
    const [isOpen, left] = await page.evaluate(() => [
      !document.getElementById("rest").hidden,
      document.getElementById("left").textContent,
    ]);
    const offers = await page.evaluate(() => !document.getElementById("offer").hidden);
    assert.equal(offers, !isOpen);
    assert.deepEqual(page.errors, []);
    return [isOpen, left];
  };
  const page = await world.page();
  assert.deepEqual(await read(page, 1), [true, "2 of 3 free articles left"]);
  assert.deepEqual(await read(page, 2), [true, "1 of 3 free articles left"]);
  assert.deepEqual(await read(page, 1), [true, "1 of 3 free articles left"]);
  assert.deepEqual(await read(page, 3), [true, "0 of 3 free articles left"]);
  assert.deepEqual(await read(page, 4), [false, ""]);
  assert.deepEqual(await read(page, 2), [true, "0 of 3 free articles left"]);
  const subscriber = await world.page();
  await give(subscriber, await world.control("POST", "/pass", { account: "31168", expires_in: 86_400 }));
  for (const article of [1, 2, 3, 4]) assert.deepEqual(await read(subscriber, article), [true, ""]);
});
