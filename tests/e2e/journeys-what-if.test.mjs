// Outages and remarks about the subscription, as a reader notices them: the demo's "What if…?" panel, pressed as an
// editor would.
import assert from "node:assert/strict";

import { setUp, until } from "./journey-helpers.mjs";

const journey = setUp();
const WHOLE = ".prose .end";
// The lines that a service which breaks leaves on the console.
const OUTAGE = /\/api\/paywall\/renew\//;

// Anna reads a story, opens the panel and presses.
async function whatIf(reader, path, ...presses) {
  await reader.reads("anna", path);
  await reader.press("#what-if-toggle");
  for (const selector of presses) {
    await reader.press(selector);
    await until(() => reader.shows("#what-if-status"));
  }
  await reader.press("#what-if-ask");
}

// Waits until the panel's log says so; the page may be loaded again meanwhile.
const hears = (reader, sentence) => until(async () => sentence.test(await reader.text("#what-if-log")));

for (const fault of ["down", "500", "429", "html"]) {
  journey(
    `a service that is ${fault} is not noticed`,
    async (reader, world) => {
      await whatIf(reader, "/article-redirect", `[data-fault="${fault}"]`);
      await hears(reader, /no usable answer.*Your pass stays/s);
      await reader.arrive("/article-redirect");
      assert.ok(await reader.shows(WHOLE));
      assert.equal(await reader.masthead(), "Customer 31168, subscriber");
      assert.equal((await world.renewals()).length, 1);

      // It is not asked again at once, and the reader goes on reading.
      await reader.open("/article-teaser");
      assert.ok(await reader.shows(".rest .end"));
      await reader.open("/article-redirect");
      assert.ok(await reader.shows(WHOLE));
      assert.equal((await world.renewals()).length, 1);
    },
    { expected: OUTAGE },
  );
}

journey(
  "a service that is slow is not noticed, and its answer still counts",
  async (reader, world) => {
    await whatIf(reader, "/article-redirect", '[data-fault="slow"]');
    await hears(reader, /no usable answer so far/);
    assert.ok(await reader.shows(WHOLE));
    await hears(reader, /The service renewed your pass: subscriber/);
    assert.equal((await world.renewals()).length, 1);
    assert.ok(await reader.shows(WHOLE));
  },
  { screens: ["on a phone"] },
);

journey("a service that works renews the pass", async (reader, world) => {
  await whatIf(reader, "/article-teaser");
  await hears(reader, /The service renewed your pass/);
  assert.ok(await reader.shows(".rest .end"));
  assert.equal((await world.renewals()).length, 1);
});

journey("a refusal deletes the pass and walls the story", async (reader) => {
  await whatIf(reader, "/article-redirect", '[data-fault="refuse"]');
  await reader.arrive("/subscribe?iterasnext=%2Farticle-redirect&iterasaccess=sub&iterasneeds=n8fsoupukhv3");
  assert.equal(await reader.masthead(), "Not logged in");
  assert.equal(await reader.pass(), null);
  await reader.press("#what-if-toggle");
  await hears(reader, /The service said no for good\. Your pass was deleted/);
});

journey("a refusal puts the box back over a story with a teaser", async (reader) => {
  await whatIf(reader, "/article-teaser", '[data-fault="refuse"]');
  await until(async () => /^Please log in again/.test(await reader.text("#wall-box")));
  assert.ok(!(await reader.shows(".rest")));
  await reader.press("#what-if-reset");
  await until(async () => /back to normal/.test(await reader.text("#what-if-status")));
  await reader.press(".whatif-close");
  await reader.press("#wall-box [data-why=refused] a::-p-text(Log in)");
  await reader.arrive("/login?iterasnext=%2Farticle-teaser&iterasaccess=sub");
  await reader.logIn("anna");
  await reader.arrive("/article-teaser");
  assert.ok(await reader.shows(".rest .end"));
});

journey("a subscription that became a free account is noticed when the service is asked", async (reader) => {
  await whatIf(reader, "/article-redirect", '[data-level="user"]');
  await reader.arrive("/subscribe?iterasnext=%2Farticle-redirect&iterasaccess=sub&iterasneeds=n8fsoupukhv3");
  assert.equal(await reader.masthead(), "Customer 31168, free account");
  assert.match(await reader.text("#who"), /the others are for subscribers/);
  await reader.open("/article-member");
  assert.ok(await reader.shows(WHOLE));
  assert.deepEqual((await reader.pass()).levels, ["user"]);
});
