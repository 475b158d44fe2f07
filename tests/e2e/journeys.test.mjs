// A reader's ways through the demo magazine: to the wall, to the log-in, and back to the story.
import assert from "node:assert/strict";

import { FORMS_IN_FRAMES_ARE_ENTRIES } from "./driver/engine.mjs";
import { setUp, until } from "./journey-helpers.mjs";

const journey = setUp();
const WHOLE = ".prose .end";

journey("a walled story sends to the offers, and logging in there leads back to it", async (reader, world) => {
  await reader.open("/");
  await reader.press(".lead .headline");
  await reader.arrive("/subscribe?iterasnext=%2Farticle-redirect&iterasaccess=sub&iterasneeds=n8fsoupukhv3");
  assert.match(await reader.text("#wanted"), /on your way to “Stay in the White”/);
  assert.equal(await reader.pass(), null);

  await reader.logIn("anna");
  await reader.arrive("/article-redirect");
  assert.ok(await reader.shows(WHOLE));
  assert.equal(await reader.masthead(), "Customer 31168, subscriber");

  // The stored pass is enough from here on: nobody is asked.
  await reader.page.reload();
  await reader.arrive("/article-redirect");
  assert.ok(await reader.shows(WHOLE));
  assert.deepEqual(await world.renewals(), []);

  // The walled visit is not in the history, so Back is no trap.
  await reader.page.evaluate(() => history.back());
  if (FORMS_IN_FRAMES_ARE_ENTRIES) {
    await reader.arrive("/subscribe?iterasnext=%2Farticle-redirect&iterasaccess=sub&iterasneeds=n8fsoupukhv3");
    await until(async () => /subscribe to Lumen. Everything is open/.test(await reader.text("#who")));
    await reader.page.evaluate(() => history.back());
  }
  await reader.arrive("/");
  await reader.page.evaluate((entries) => history.go(entries), FORMS_IN_FRAMES_ARE_ENTRIES ? 2 : 1);
  await reader.arrive("/article-redirect");
  assert.ok(await reader.shows(WHOLE));
});

journey("a teaser ends in a box, and its log-in link knows the way back", async (reader) => {
  await reader.open("/article-teaser");
  assert.ok(await reader.shows(".teaser"));
  assert.ok(!(await reader.shows(".rest")));
  assert.match(await reader.text("#wall-box"), /^The rest is for subscribers/);
  await reader.press("#wall-box [data-why=nopass] a::-p-text(Log in)");
  await reader.arrive("/login?iterasnext=%2Farticle-teaser&iterasaccess=sub");
  await reader.logIn("anna");
  await reader.arrive("/article-teaser");
  assert.ok(await reader.shows(".rest .end"));
  assert.ok(!(await reader.shows("#wall-box")));
});

journey("the links of the landing page carry the way back to the story", async (reader) => {
  await reader.open("/article-declarative");
  await reader.arrive(
    "/subscribe?iterasnext=%2Farticle-declarative&iterasaccess=sub&iterasneeds=n8fsoupukhv3%2CBBBB2222",
  );
  await reader.press("a::-p-text(page of its own)");
  await reader.arrive("/login?iterasnext=%2Farticle-declarative&iterasaccess=sub&iterasneeds=n8fsoupukhv3%2CBBBB2222");
  await reader.logIn("31168");
  await reader.arrive("/article-declarative");
  assert.ok(await reader.shows(WHOLE));
});

journey("the log-in of the masthead leads back to the page it was pressed on", async (reader) => {
  await reader.open("/article-teaser");
  await reader.press("#log-in");
  await reader.arrive("/login?iterasnext=%2Farticle-teaser");
  await reader.logIn("anna");
  await reader.arrive("/article-teaser");
  assert.ok(await reader.shows(".rest .end"));

  await reader.press("#log-out");
  await reader.arrive("/");
  assert.equal(await reader.masthead(), "Not logged in");
  await reader.open("/article-redirect");
  await reader.arrive("/subscribe?iterasnext=%2Farticle-redirect&iterasaccess=sub&iterasneeds=n8fsoupukhv3");
});

journey("a free account opens the free story and is told what the others take", async (reader) => {
  await reader.open("/article-member");
  await reader.arrive("/login?iterasnext=%2Farticle-member&iterasaccess=user&iterasneeds=n8fsoupukhv3");
  await reader.logIn("bo");
  await reader.arrive("/article-member");
  assert.ok(await reader.shows(WHOLE));
  assert.equal(await reader.masthead(), "Customer 31169, free account");

  await reader.open("/article-redirect");
  await reader.arrive("/subscribe?iterasnext=%2Farticle-redirect&iterasaccess=sub&iterasneeds=n8fsoupukhv3");
  assert.match(await reader.text("#who"), /free account.*the others are for subscribers/s);

  await reader.open("/article-teaser");
  assert.match(await reader.text("#wall-box"), /^You are logged in, but this one takes a subscription/);
  await reader.press("#wall-box [data-why=accesslevel] a::-p-text(Use another account)");
  await reader.arrive("/login?iterasnext=%2Farticle-teaser&iterasaccess=sub");

  // The frame knows the reader and says so, too; the form is a step away, and a log-in that opens nothing stays.
  const lacking = '[data-when="lacking"]:not([hidden])';
  const known = await reader.frame(lacking);
  assert.match(await reader.text("main", known), /All of Lumen/);
  await reader.press('[data-when="lacking"] [data-show-form]', known);
  await reader.logIn("bo");
  const frame = await reader.frame(lacking);
  assert.match(await reader.text("main", frame), /All of Lumen.*Logged in as Bo/s);
  await reader.arrive("/login?iterasnext=%2Farticle-teaser&iterasaccess=sub");
});

journey("a subscription that ran out opens nothing and gives no pass", async (reader) => {
  await reader.open("/login?iterasnext=%2Farticle-redirect");
  await reader.logIn("cleo");
  const frame = await reader.frame('button[value="other"]');
  assert.match(await reader.text("main", frame), /does not give access.*Order or renew a subscription/s);
  assert.equal(await reader.pass(), null);
  await reader.post("other", '[name="password"]');
  await reader.logIn("anna");
  await reader.arrive("/article-redirect");
});

journey("a wrong password is met with a sentence, and the right one still works", async (reader) => {
  await reader.open("/login?iterasnext=%2Farticle-redirect");
  await reader.logIn("anna", "lamp");
  let frame = await reader.frame(".alert");
  assert.match(await reader.text(".alert", frame), /password is not right/);
  assert.equal(await frame.$eval('[name="who"]', (input) => input.value), "anna@example.com");
  frame = await reader.post("login", '[name="password"][aria-invalid]');
  assert.equal(await reader.text("#password-error", frame), "Type your password.");
  await reader.logIn("anna");
  await reader.arrive("/article-redirect");
});

journey("without a story to go to, the frame stays and says who is logged in", async (reader) => {
  await reader.open("/subscribe");
  assert.ok(await reader.shows(".for-strangers"));
  await reader.logIn("anna");
  const frame = await reader.frame('button[value="other"]');
  assert.match(await reader.text("main", frame), /^You are logged in.*Anna Eksempel/s);
  await until(async () => (await reader.masthead()) == "Customer 31168, subscriber");
  assert.ok(!(await reader.shows(".for-strangers")));
});

journey("whoever logs out on the account page is told good night", async (reader) => {
  await reader.reads("anna", "/");
  assert.match(await reader.text("#where"), /logged in as customer 31168/);
  await reader.open("/account");
  await reader.press("#leave");
  await reader.arrive("/goodbye");
  assert.match(await reader.text("#farewell"), /You are logged out/);
  assert.equal(await reader.pass(), null);
});

journey("the frames speak the reader's language", async (reader) => {
  await reader.speaks("da-DK,da;q=0.9,en;q=0.8");
  await reader.open("/login");
  assert.match(await reader.text("main", await reader.frame()), /^Log ind\s+Log ind for at læse videre/);
  await reader.open("/order");
  assert.match(await reader.text("main", await reader.frame()), /^Bestil Lumen.*549,00 kr\./s);
  await reader.speaks("en-GB,en");
  await reader.open("/order");
  assert.match(await reader.text("main", await reader.frame()), /^Order Lumen.*DKK 549\.00/s);
});
