// Free articles in the demo magazine: any three of four letters, in the reader's language, and the way on.
import assert from "node:assert/strict";

import { setUp } from "./journey-helpers.mjs";

const journey = setUp();

journey(
  "three letters are free, the fourth leads to the offers, and a subscriber reads them all",
  async (reader, world) => {
    await reader.open("/");
    await reader.press(".letter a::-p-text(four letters)");
    await reader.arrive("/letters/1");
    assert.equal(await reader.text("#left"), "2 of 3 free letters left.");
    for (const [letter, left] of [
      ["/letters/2", "1 of 3"],
      ["/letters/3", "0 of 3"],
      ["/letters/1", "0 of 3"],
    ]) {
      await reader.press(`.next a[href="${letter}"]`);
      await reader.arrive(letter);
      assert.equal(await reader.text("#left"), `${left} free letters left.`);
      assert.ok(await reader.shows(".prose .end"));
    }
    assert.deepEqual(await world.renewals(), []);
    await reader.press('.next a[href="/letters/4"]');
    await reader.arrive("/subscribe?iterasnext=%2Fletters%2F4&iterasneeds=n8fsoupukhv3");
    assert.match(await reader.text("#wanted"), /on your way to “Switching Off”/);
    await reader.logIn("anna");
    await reader.arrive("/letters/4");
    assert.ok(await reader.shows(".prose .end"));
    assert.ok(!(await reader.shows("#left")));
  },
);

journey("a Danish browser is told in Danish", async (reader) => {
  await reader.page.evaluateOnNewDocument(() =>
    Object.defineProperty(Navigator.prototype, "language", { get: () => "da-DK", configurable: true }),
  );
  await reader.open("/letters/2");
  assert.equal(await reader.text("#left"), "Du har 2 af 3 gratis breve tilbage.");
  assert.equal(await reader.page.$eval("#left", ({ lang }) => lang), "da");
});
