// Companion mode beside every switch of the double, in both orders of the scripts.
import assert from "node:assert/strict";

import { said, open, setUp } from "./companion-helpers.mjs";
import { test } from "./driver/test.mjs";

const scene = setUp();

// The double's every switch, and what else may befall it.
const SWITCHES = [
  "",
  "cookie=encoded",
  "callback=later",
  "calls=early&ms=100",
  "calls=late&ms=100",
  "calls=twice",
  "calls=refusing",
  "calls=silent",
  "throws=wall",
  "throws=callback",
  "throws=wall,logoutFromWall,paywalliframe",
  "renewal=always",
  "renewal=never",
  "global=replaced",
  "global=frozen",
  "script=missing",
  "script=late&ms=300",
];

for (const switches of SWITCHES) {
  const name = switches || "no switch";
  test(`F43: ${name}: no subscriber is locked out, and nobody anonymous is let in by us`, async () => {
    for (const first of ["official", "ours"]) {
      const payer = await scene.reader({ switches, first, pass: { expires_in: 10 * 86400 } });
      const anonymous = await scene.reader({ switches, first });
      for (const [page, reason] of [
        [payer, null],
        [anonymous, "nopass"],
      ]) {
        await open(page, "/article");
        const found = await page.evaluate(() => {
          const { authorized, reason } = Iteras.wall({ paywallid: WALL_ID, access: "sub", unauthorized: note });
          return [authorized, reason];
        });
        assert.deepEqual(found, [!reason, reason]);
      }
      await payer.evaluate(() => new Promise((over) => setTimeout(over, 150)));
      // The official script takes every answer for a refusal here, and deletes the pass: that shuts any page.
      const shut = await payer.evaluate(() => window.handled.length);
      if (switches != "calls=refusing") assert.equal(shut, 0);
      assert.equal(await anonymous.evaluate(() => window.handled.length), 1);
      const thrown = /throws=wall/.test(switches) ? ["the double throws from wall"] : [];
      assert.deepEqual([said(payer), said(anonymous)], [thrown, []]);
    }
  });
}
