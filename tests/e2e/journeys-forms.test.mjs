// A reader's ways through the forms of the demo magazine: ordering, signing up, self-service, and the
// token that logs a customer in without any.
import assert from "node:assert/strict";

import { setUp } from "./journey-helpers.mjs";

const journey = setUp();
const API_KEY = "lumen-api-key-for-development";
const DORA = {
  name: "Dora Drøm",
  street: "Lampevej 3",
  postcode: "8000",
  city: "Aarhus C",
  email: "dora@example.com",
  password: "lysdag",
};
const chosen = (frame) => frame.$eval('[name="products"]:checked', (input) => input.value);
const valueOf = (frame, name) => frame.$eval(`[name="${name}"]`, (input) => input.value);

// The part of the publisher's server: trades e-mail and password for a token.
async function preauth(world, email, password = "lumen") {
  const response = await fetch(`${world.service}/api/authenticatecustomer/`, {
    method: "POST",
    headers: { "X-Iteras-Key": API_KEY },
    body: new URLSearchParams({ email, password, preauthseconds: "60" }),
  });
  return response.json();
}

journey("an order leads from the offers over a declined payment to the story", async (reader) => {
  await reader.open("/article-teaser");
  await reader.press("#wall-box [data-why=nopass] a::-p-text(See the offers)");
  await reader.arrive("/subscribe?iterasnext=%2Farticle-teaser&iterasaccess=sub");
  await reader.press("a::-p-text(Choose Pro)");
  await reader.arrive("/order?product=12MPro&iterasnext=%2Farticle-teaser&iterasaccess=sub");
  let frame = await reader.frame('[name="street"]');
  assert.equal(await chosen(frame), "12MPro");

  frame = await reader.post("details", ".alert");
  assert.equal(await reader.text(".alert", frame), "Please correct the fields below.");
  assert.equal((await frame.$$("[aria-invalid]")).length, 6);
  assert.equal(await chosen(frame), "12MPro");

  await reader.press('[name="products"][value="12MDigital"]', frame);
  await reader.fill(frame, DORA);
  frame = await reader.post("details", 'button[value="pay"]');
  assert.match(await reader.text(".summary", frame), /Lumen Digital, 12 months.*DKK 549\.00/s);
  frame = await reader.post("decline", ".alert");
  assert.equal(await reader.text(".alert", frame), "The payment was declined. Try again.");
  assert.equal(await reader.pass(), null);

  frame = await reader.post("pay", "[data-send-pass]");
  assert.match(await reader.text("main", frame), /^Thank you for your order.*Customer number\s+31171.*Invoice\s+1015/s);
  await reader.press("[data-send-pass]", frame);
  await reader.arrive("/article-teaser");
  assert.ok(await reader.shows(".rest .end"));
  assert.deepEqual((await reader.pass()).levels, ["sub"]);
});

journey("a free account is upgraded by an order with its password", async (reader) => {
  await reader.reads("bo", "/article-teaser");
  await reader.press("#wall-box [data-why=accesslevel] a::-p-text(Upgrade)");
  await reader.arrive("/order?iterasnext=%2Farticle-teaser&iterasaccess=sub");
  let frame = await reader.frame('[name="street"]');
  assert.equal(await chosen(frame), "12MDigital");
  await reader.fill(frame, { ...DORA, email: "bo@example.com" });
  frame = await reader.post("details", ".alert");
  assert.match(await reader.text("#password-error", frame), /already a customer with this e-mail/);
  await reader.fill(frame, { password: "lumen" });
  await reader.post("details", 'button[value="pay"]');
  frame = await reader.post("pay", "[data-send-pass]");
  await reader.press("[data-send-pass]", frame);
  await reader.arrive("/article-teaser");
  assert.ok(await reader.shows(".rest .end"));
  assert.equal(await reader.masthead(), "Customer 31169, subscriber");
});

journey("links choose the product that is filled in", async (reader) => {
  await reader.open("/order?iterasnext=%2Farticle-teaser");
  for (const [link, product] of [
    ["A month, DKK 10.00", "1MTrial"],
    ["Pro, DKK 899.00", "12MPro"],
  ]) {
    await reader.press(`.choices a::-p-text(${link})`);
    await reader.arrive(`/order?product=${product}&iterasnext=%2Farticle-teaser`);
    assert.equal(await chosen(await reader.frame('[name="street"]')), product);
    assert.equal(await reader.text(".choices [aria-current]"), link);
  }
});

journey("signing up makes a free account and leads to the free story", async (reader) => {
  await reader.open("/article-member");
  await reader.arrive("/login?iterasnext=%2Farticle-member&iterasaccess=user&iterasneeds=n8fsoupukhv3");
  await reader.press("a::-p-text(Become a reader)");
  await reader.arrive("/join?iterasnext=%2Farticle-member&iterasaccess=user&iterasneeds=n8fsoupukhv3");
  let frame = await reader.frame('[name="name"]');
  assert.equal(await chosen(frame), "Reader");
  await reader.fill(frame, { name: "Erik Ny", email: "erik@example.com", password: "lysdag" });
  frame = await reader.post("signup", "[data-send-pass]");
  assert.match(await reader.text("main", frame), /^Welcome.*Free reader\s+Free/s);
  await reader.press("[data-send-pass]", frame);
  await reader.arrive("/article-member");
  assert.ok(await reader.shows(".prose .end"));
  assert.equal(await reader.masthead(), "Customer 31171, free account");
});

journey("self-service has a log-in of its own, which opens no wall", async (reader) => {
  await reader.open("/account");
  await reader.logIn("anna", "lamp");
  await reader.frame(".alert");
  await reader.logIn("anna");
  let frame = await reader.frame("table");
  assert.match(
    await reader.text("main", frame),
    /^Your data.*2200 København N.*Lumen Digital.*since 1 March 2025.*1014/s,
  );
  assert.equal(await reader.masthead(), "Not logged in");

  await reader.post("edit", '[name="street"]');
  frame = await reader.frame('[name="street"]');
  await reader.fill(frame, { street: "Fyrvej 1", city: "Skagen", postcode: "9990" });
  frame = await reader.post("save", ".notice");
  assert.match(await reader.text("main", frame), /^Your address is saved.*Fyrvej 1\s+9990 Skagen/s);
  frame = await reader.post("logout", '[name="password"]');
  assert.equal(await reader.text(".notice", frame), "You are logged out.");

  assert.equal(await reader.pass(), null);
  assert.equal(await reader.page.evaluate(() => document.cookie + localStorage.length), "0");
  await reader.open("/article-teaser");
  assert.ok(!(await reader.shows(".rest")));
});

journey("being logged in at the wall does not open self-service", async (reader) => {
  await reader.reads("anna", "/article-redirect");
  await reader.press("nav a::-p-text(My account)");
  await reader.arrive("/account");
  await reader.frame('[name="password"]');
  assert.match(await reader.text("#who"), /logged in as customer 31168/);
});

journey(
  "a token from the publisher's server logs in without a form and leaves the address bar",
  async (reader, world) => {
    const { authenticated, preauth: token } = await preauth(world, "anna@example.com");
    assert.ok(authenticated);
    const asked = `iteraspreauth=${encodeURIComponent(token)}`;

    await reader.open(`/login?${asked}&iterasnext=%2Farticle-redirect`);
    await reader.arrive("/article-redirect");
    assert.ok(await reader.shows(".prose .end"));
    assert.equal(await reader.masthead(), "Customer 31168, subscriber");

    await reader.open(`/account?from=mail&${asked}`);
    const frame = await reader.frame("table");
    assert.match(await reader.text("main", frame), /^Your data.*Anna Eksempel/s);
    await reader.arrive("/account?from=mail");

    await reader.open(`/order?${asked}`);
    const order = await reader.frame('[name="street"]');
    assert.match(await reader.text("main", order), /Logged in as anna@example\.com/);
    assert.equal(await valueOf(order, "city"), "København N");
    await reader.arrive("/order");

    const history = await reader.page.createCDPSession();
    const { entries } = await history.send("Page.getNavigationHistory");
    assert.deepEqual(
      entries.filter(({ url }) => url.includes("preauth")),
      [],
    );
  },
);

journey("a token that is too old or made up asks for the password", async (reader, world) => {
  assert.deepEqual(await preauth(world, "anna@example.com", "lamp"), {
    authenticated: false,
    errorcode: "invalidpassword",
  });
  await reader.open("/login?iteraspreauth=a:b:c&iterasnext=%2Farticle-redirect");
  const frame = await reader.frame('[name="password"]');
  assert.equal(await reader.text(".alert", frame), "The link is too old. Log in here instead.");
  await reader.logIn("anna");
  await reader.arrive("/article-redirect");
});

journey("whoever logs in on the magazine's own form finds the account open", async (reader, world) => {
  await reader.open("/account");
  await reader.press("a::-p-text(own form)");
  await reader.arrive("/sign-in");
  await reader.fill(reader.page, { email: "anna@example.com", password: "wrong" });
  await reader.press(".own-form button");
  await reader.arrive("/sign-in?login=wrong");
  assert.equal(await reader.text("#refused"), "E-mail or password is not right.");

  await reader.fill(reader.page, { email: "anna@example.com", password: "lumen" });
  await reader.press(".own-form button");
  // The token is in no address bar, and the frame asks for nothing.
  await reader.arrive("/account");
  assert.match(await reader.text("body", await reader.frame("h2")), /anna@example\.com/);
  assert.equal(await reader.pass(), null);
  assert.deepEqual(await world.renewals(), []);
});

journey(
  "whoever guesses passwords on the magazine's own form has to wait",
  async (reader) => {
    for (let guess = 0; guess < 10; guess++) {
      await reader.open("/sign-in");
      await reader.fill(reader.page, { email: "bo@example.com", password: `guess ${guess}` });
      await reader.press(".own-form button");
      await reader.arrive("/sign-in?login=wrong");
    }
    await reader.fill(reader.page, { email: "bo@example.com", password: "lumen" });
    await reader.press(".own-form button");
    await reader.arrive("/sign-in/check");
    assert.equal(await reader.text("h1"), "Too many attempts");
  },
  { screens: ["on a phone"], expected: /429/ },
);
