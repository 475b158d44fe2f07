// The corner of the demo that keeps the service's own script, here its double, and puts ours beside it: a reader logs
// in, reads, orders, logs out, and notices nothing when the service breaks.
import assert from "node:assert/strict";

import { setUp, until } from "./journey-helpers.mjs";
import { checkPage } from "./page-checks.mjs";

const journey = setUp();
const WHOLE = ".prose .end";
// Lines that a service that breaks leaves on the console.
const OUTAGE = /\/official\/check/;

const checks = async (world) =>
  (await world.control("GET", "/requests")).filter(({ path }) => path == "/official/check");
const hears = (reader, sentence) => until(async () => sentence.test(await reader.text("#what-if-log")));

// The double's frame, once it shows what the selector names; its elements are not ours to find.
async function frameOf(reader, selector = "h1") {
  const element = await reader.page.waitForSelector(".frame iframe");
  const frame = await element.contentFrame();
  await until(() => frame.evaluate((selector) => !!document.querySelector(selector), selector));
  await until(() =>
    frame.evaluate(() => innerHeight == Math.ceil(document.documentElement.getBoundingClientRect().height)),
  );
  return frame;
}

async function logIn(reader, who) {
  const frame = await frameOf(reader, '[name="password"]');
  await reader.fill(frame, { who, password: "lumen" });
  await reader.press('button[value="login"]', frame);
}

async function reads(reader, who = "anna@example.com") {
  await reader.open("/beside/article");
  await reader.arrive("/beside/subscribe?iterasnext=%2Fbeside%2Farticle&iterasaccess=sub");
  await logIn(reader, who);
}

journey("F43: from a walled story to the official log-in and back, and out again", async (reader, world) => {
  await reader.open("/beside/");
  await reader.press("a::-p-text(Read a walled story)");
  await reader.arrive("/beside/subscribe?iterasnext=%2Fbeside%2Farticle&iterasaccess=sub");
  assert.match(await reader.text("#wanted"), /“Stay in the White”/);
  assert.deepEqual(await checks(world), []);
  await logIn(reader, "anna@example.com");
  await reader.arrive("/beside/article");
  assert.ok(await reader.shows(WHOLE));
  assert.equal(await reader.masthead(), "Customer 31168, subscriber");

  await reader.press("nav a::-p-text(My account)");
  await reader.arrive("/beside/account");
  await frameOf(reader, '[name="password"]');
  await reader.press("#leave");
  await reader.arrive("/beside/goodbye");
  assert.match(await reader.text("#farewell"), /^You are logged out/);
  assert.deepEqual(await reader.page.browserContext().cookies(), []);
});

journey(
  "F43: a free account is not enough, and an order opens the story",
  async (reader) => {
    await reads(reader, "bo@example.com");
    await reader.arrive("/beside/subscribe?iterasnext=%2Fbeside%2Farticle&iterasaccess=sub");
    await until(async () => (await reader.masthead()) == "Customer 31169, free account");
    await reader.press("a::-p-text(Order one)");
    await reader.arrive("/beside/order?iterasnext=%2Fbeside%2Farticle&iterasaccess=sub");
    const form = await frameOf(reader, '[name="email"]');
    await reader.fill(form, {
      name: "Dora",
      street: "Vej 1",
      postcode: "8000",
      city: "Aarhus",
      email: "dora@example.com",
      password: "hemmelig",
    });
    await reader.press('button[value="details"]', form);
    const payment = await frameOf(reader, 'button[value="pay"]');
    await reader.press('button[value="pay"]', payment);
    const receipt = await frameOf(reader, "[data-send-pass]");
    await reader.press("[data-send-pass]", receipt);
    await reader.arrive("/beside/article");
    assert.ok(await reader.shows(WHOLE));
  },
  { screens: ["on a wide screen"] },
);

for (const fault of ["down", "500", "html"]) {
  journey(
    `F43: a service that is ${fault} is not noticed`,
    async (reader, world) => {
      await reads(reader);
      await reader.arrive("/beside/article");
      await reader.press("#what-if-toggle");
      await reader.press(`[data-fault="${fault}"]`);
      await until(() => reader.shows("#what-if-status"));
      // The page's own: a browser repeats a GET by itself, each as often as it likes, where the connection broke.
      const asked = [];
      reader.page.on("request", (request) => request.url().includes("/official/check") && asked.push(request.url()));
      await world.control("DELETE", "/requests");
      await reader.press("#what-if-ask");
      await hears(reader, /no usable answer.*Your pass stays/s);
      assert.ok(await reader.shows(WHOLE));
      assert.equal(asked.length, 1);
      assert.ok((await checks(world)).length >= 1);
    },
    { screens: ["on a phone"], expected: OUTAGE },
  );
}

journey(
  "F43: a refusal shuts the story and sends the reader to the landing page",
  async (reader) => {
    await reads(reader);
    await reader.arrive("/beside/article");
    await reader.press("#what-if-toggle");
    await reader.press('[data-fault="refuse"]');
    await until(() => reader.shows("#what-if-status"));
    await reader.press("#what-if-ask");
    await reader.arrive("/beside/subscribe?iterasnext=%2Fbeside%2Farticle&iterasaccess=sub");
    assert.equal(await reader.masthead(), "Not logged in");
    assert.deepEqual(await reader.page.browserContext().cookies(), []);
  },
  { screens: ["on a wide screen"] },
);

for (const scheme of ["light", "dark"])
  journey(`pages beside the official script can be used by everybody, ${scheme}`, async (reader) => {
    await reader.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    for (const path of ["/beside/", "/beside/subscribe", "/beside/order", "/beside/account", "/beside/goodbye"]) {
      await reader.open(path);
      assert.deepEqual(await reader.page.evaluate(checkPage, "page"), [], path);
      if (!/\/$|goodbye/.test(path)) {
        const frame = await frameOf(reader);
        assert.deepEqual(await frame.evaluate(checkPage, "frame"), [], `frame of ${path}`);
      }
    }
    await reads(reader);
    await reader.arrive("/beside/article");
    assert.deepEqual(await reader.page.evaluate(checkPage, "page"), []);
  });
