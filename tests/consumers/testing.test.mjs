// `iteras/testing`: passes that our gate believes, and a service that a page in a browser takes for the real one.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { dist, install, launch, serve, WALL } from "./harness.mjs";
import { complaint, KEY } from "./server-helpers.mjs";

let testing;
let gate;
let site;
let browser;
before(async () => {
  const folder = await install("server");
  const load = (file) => import(pathToFileURL(join(folder, "node_modules/iteras", file)));
  testing = await load("testing.js");
  gate = (await load("server.js")).createGate({ keys: [KEY], paywallid: WALL });
  const required = createRequire(join(folder, "package.json"))("iteras/testing");
  assert.equal(required.signPass({ key: KEY }), testing.signPass({ key: KEY }));
  [site, browser] = [await serve(dist), await launch()];
});
after(async () => {
  await browser?.close();
  await site?.close();
});

const check = (pass) => gate.check(`iteraspass=${pass}`);

test("a gate believes what is signed with its key, and nothing else", () => {
  const { signPass, makePass } = testing;
  const { expires, ...verdict } = check(signPass({ key: KEY }));
  assert.deepEqual(verdict, {
    ...{ authorized: true, reason: null, level: "sub", paywallid: WALL, subscriber: "31168", keyId: "0" },
  });
  assert.equal(expires.toISOString(), "2099-12-31T23:59:59.000Z");
  for (const [pass, reason] of [
    [signPass({ key: KEY, expires: new Date(0) }), "expired"],
    [signPass({ key: KEY, expires: "2016-01-23T12:35:29Z" }), "expired"],
    [signPass({ key: KEY, level: "user" }), "accesslevel"],
    [signPass({ key: KEY, paywallid: ["A", "B"], level: ["sub", "user"] }), "wrongpaywall"],
    [signPass({ key: "another key than the gate's" }), "signature"],
    [makePass(), "signature"],
  ]) {
    assert.equal(check(pass).reason, reason, pass);
  }
  const all = { key: KEY, paywallid: [WALL, "B"], level: ["sub", "user"], subscriber: "", ip: "192.0.2.7", expires: 0 };
  assert.match(signPass(all), /^sub,user\|n8fsoupukhv3,B\|1970-01-01T00:00:00Z\|\|192\.0\.2\.7\/sha256:[0-9a-f]{64}$/);
});

test("what makes no sense is a sentence without a key in it", () => {
  const { signPass, makePass, fakeService, stubIteras } = testing;
  for (const [call, sentence] of [
    [() => signPass(), "signPass: key: expected the key of the gate under test, got nothing"],
    [() => signPass({ key: "short" }), "signPass: key: signing key has 5 bytes, expected at least 16"],
    [
      () => makePass({ key: KEY }),
      "makePass: there is no option key; there are paywallid, level, expires, subscriber, ip",
    ],
    [() => makePass({ subscriber: 7 }), "makePass: subscriber: expected a string, got a number"],
    [() => makePass({ paywallid: [7] }), "makePass: paywallid: expected a string or an array of strings, got an array"],
    [() => makePass({ expires: "soon" }), "makePass: expires: expected a Date or a time stamp, got a string"],
    [
      () => makePass({ paywallid: ["A", "B", "C"], level: ["sub", "user"] }),
      "makePass: level: expected one, or as many as there are paywalls, got 2 for 3",
    ],
    [
      () => fakeService({ renewal: "no" }),
      'fakeService: renewal: expected "ok", "refuse", "503" or a function, got "no"',
    ],
    [() => fakeService({ base: "/x" }), "fakeService: base: expected the service's address, got a string"],
    [() => fakeService({ bas: "x" }), "fakeService: there is no option bas; there are base, renewal, pass"],
    [() => stubIteras({ authorized: true }), "stubIteras: expected a page, such as jsdom makes"],
  ]) {
    assert.equal(complaint(call), sentence);
  }
  assert.match(
    complaint(() => makePass({ paywallid: "A|B" })),
    /^makePass: paywallid, level, .*: expected what a pass/,
  );
});

test("the service answers fetch's requests as well, and notes them", async () => {
  const service = testing.fakeService({ base: "http://localhost:4802/" });
  const renew = (body) => service.fetch("http://localhost:4802/api/paywall/renew/", { method: "POST", body });
  assert.deepEqual(await (await renew("a pass")).json(), { pass: "a pass" });
  service.renewal = "refuse";
  assert.deepEqual(await (await renew("a pass")).json(), { pass: null, errorcode: "noaccess" });
  service.renewal = (pass) => `${pass} anew`;
  assert.deepEqual(await (await renew("a pass")).json(), { pass: "a pass anew" });
  service.renewal = "503";
  assert.equal((await renew("a pass")).status, 503);
  assert.equal((await service.fetch("https://elsewhere.example/api/paywall/renew/")).status, 404);
  const asked = service.requests.map(({ method, body }) => `${method} ${body}`);
  assert.deepEqual(asked, [...Array(4).fill("POST a pass"), "GET null"]);
});

/** A page with our script, whose service is the fake one, and what it complains about. */
async function open(service, pass) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const [url, method, body] = [request.url(), request.method(), request.postData()];
    if (url.startsWith("https://app.iteras.dk/")) return request.respond(service.answer({ url, method, body }));
    if (!url.endsWith("/article")) return request.continue();
    return request.respond({ contentType: "text/html", body: '<!doctype html><script src="/iteras.js"></script>' });
  });
  if (pass) await context.setCookie({ name: "iteraspass", value: pass, domain: "localhost", path: "/" });
  await page.goto(`${site.origin}/article`);
  return { page, complaints };
}

test("a page logs in at its frame", async () => {
  const { page, complaints } = await open(testing.fakeService());
  await page.evaluate((paywallid) => {
    window.told = [];
    const told = (verdict) => window.told.push(verdict.reason ?? verdict.subscriber);
    Iteras.wall({ paywallid, unauthorized: told, authorized: told });
    const html = Iteras.paywalliframe({ profile: "lumen", paywallid });
    document.body.insertAdjacentHTML("beforeend", html);
  }, WALL);
  const frame = await (await page.waitForSelector('iframe[style*="height: 300px"]')).contentFrame();
  await frame.waitForSelector("body[data-state=out]");
  await frame.click("button");
  await page.waitForFunction(() => window.told.length == 2);
  assert.deepEqual(await page.evaluate(() => window.told), ["nopass", "31168"]);
  assert.deepEqual(complaints, []);
});

test("a page has its pass renewed, refused, or kept through an outage", async () => {
  const expired = testing.makePass({ expires: "2016-01-23T12:35:29Z" });
  for (const [renewal, event, reason] of [
    [() => testing.makePass(), "authorized", null],
    ["refuse", "unauthorized", "refused"],
    ["503", "unauthorized", "expired"],
  ]) {
    const service = testing.fakeService({ renewal });
    const { page, complaints } = await open(service, expired);
    const told = await page.evaluate(
      (paywallid, event) =>
        new Promise((done) => {
          document.addEventListener(`iteras:${event}`, ({ detail }) => done(detail.reason));
          Iteras.wall({ paywallid, unauthorized() {} });
        }),
      WALL,
      event,
    );
    assert.equal(told, reason);
    assert.deepEqual(service.requests, [
      { url: "https://app.iteras.dk/api/paywall/renew/", method: "POST", body: expired },
    ]);
    assert.deepEqual(complaints, []);
  }
});
