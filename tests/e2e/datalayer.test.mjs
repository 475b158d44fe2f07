// Analytics: the wall's events in the page's data layer, and what is never among them (reach, "Analytics").
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import { DAY, happened, open, setUp } from "./helpers.mjs";

const scene = await setUp();
const VERDICT = ["level", "metered", "paywallid", "reason"];

function publish({ before = "", tag = "" } = {}) {
  const script = (name, more = "") => `<script src="${scene.service}/static/api/${name}.js" ${more}></script>`;
  const html = `<!doctype html><title>Page</title>${before}${script("iteras.datalayer", tag)}${script("iteras.meter")}
    ${script("iteras")}<script>window.inHead && inHead()</script>`;
  return new URL(scene.publish("/a", html)).origin;
}

async function reader(more, options) {
  const page = await scene.reader(options);
  page.site = publish(more);
  return page;
}
const entries = (page, layer = "dataLayer") => page.evaluate((layer) => window[layer], layer);

test("a verdict becomes an entry, with the free articles where there are some", async () => {
  const page = await reader();
  await open(page, "/a", () => void Iteras.wall({ unauthorized: note }));
  const shut = { reason: "nopass", level: null, paywallid: null, metered: null };
  assert.deepEqual(await entries(page), [{ event: "iteras_unauthorized", iteras: shut }]);
  await open(page, "/a", () => void Iteras.wall({ meter: "3/30" }));
  const free = { reason: null, level: null, paywallid: null, metered: { used: 1, free: 3 } };
  assert.deepEqual(await entries(page), [{ event: "iteras_authorized", iteras: free }]);
});

test("Google's tag manager keeps its queue, its `push` and its earlier entries", async () => {
  const before = `<script>
    dataLayer = [{ "gtm.start": 1, event: "gtm.js" }];
    const push = dataLayer.push;
    dataLayer.push = (...given) => { (window.sent = window.sent || []).push(...given.map(({ event }) => event)); return push.apply(dataLayer, given); };
  </script>`;
  const page = await reader({ before }, { pass: { expires_in: (20 * DAY) / 1000 } });
  await open(page, "/a", () => void Iteras.wall({ access: "sub" }));
  await happened(page, "renewed");
  assert.deepEqual(await page.evaluate(() => window.sent), ["iteras_authorized", "iteras_renewed"]);
  const [first, second] = await entries(page);
  assert.equal(first.event, "gtm.js");
  assert.equal(second.iteras.level, "sub");
});

test("Matomo's has another name", async () => {
  const page = await reader({ tag: 'data-layer="_mtm"' });
  await open(page, "/a", () => void Iteras.wall({ unauthorized: note }));
  assert.deepEqual(
    (await entries(page, "_mtm")).map(({ event }) => event),
    ["iteras_unauthorized"],
  );
  assert.equal(await page.evaluate(() => "dataLayer" in window), false);
});

test("no entry says who the reader is: over every event and all that a pass holds", async () => {
  const page = await reader({}, { pass: { expires_in: (20 * DAY) / 1000 } });
  await open(page, "/a?secret=address", () => void Iteras.wall({ access: "sub" }));
  await happened(page, "renewed");
  await page.evaluate(() => {
    const pass = document.cookie.split("iteraspass=")[1];
    const [, , expiry, subscriber, address] = pass.split("|");
    window.facts = [pass, expiry, subscriber, address, location.href, "secret"].filter(Boolean);
    const detail = {
      authorized: false,
      pending: false,
      reason: "refused",
      level: "sub",
      paywallid: "n8fsoupukhv3",
      subscriber,
      expires: new Date(expiry),
      metered: { used: 1, free: 3, until: new Date(expiry) },
      pass,
    };
    for (const type of ["authorized", "unauthorized", "login", "renewed", "refused", "logout"]) {
      document.dispatchEvent(new CustomEvent(`iteras:${type}`, { detail }));
    }
    const fault = { code: "internal", message: `${subscriber} ${pass}` };
    document.dispatchEvent(new CustomEvent("iteras:error", { detail: fault }));
    Iteras.logoutFromWall({ redirect: null });
  });
  const told = await entries(page);
  assert.deepEqual(new Set(told.map(({ event }) => event)).size, 7);
  for (const { event, iteras, ...more } of told) {
    assert.deepEqual(more, {});
    assert.deepEqual(Object.keys(iteras).sort(), event == "iteras_error" ? ["code"] : VERDICT);
  }
  const text = JSON.stringify(told);
  for (const fact of await page.evaluate(() => facts)) assert.ok(!text.includes(fact), fact);
});

test("an element that is called dataLayer is left alone, and the wall works", async () => {
  const page = await reader({ before: '<form id="dataLayer"></form>' });
  const reason = await open(page, "/a", () => Iteras.wall({ unauthorized: note }).reason);
  assert.equal(reason, "nopass");
  assert.deepEqual(page.errors ?? [], []);
});

test("a tag manager that throws harms nobody", async () => {
  const before = `<script>dataLayer = { push() { throw new Error("theirs"); } }</script>`;
  const page = await reader({ before });
  assert.equal(await open(page, "/a", () => Iteras.wall({ unauthorized: note }).reason), "nopass");
  assert.deepEqual(await page.evaluate(() => handled.length), 1);
});
