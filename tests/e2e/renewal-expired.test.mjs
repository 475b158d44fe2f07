// A pass that has expired by the reader's clock: the service is asked first and the verdict waits (wire
// protocol, "Regeneration").
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import {
  DAY,
  WALL,
  cookies,
  handled,
  happened,
  holds,
  hook,
  logIn,
  lapse,
  open,
  order,
  patient,
  quiet,
  setUp,
  stored,
  wall,
} from "./helpers.mjs";

const scene = await setUp();
const EXPIRED = { expires_in: -60 };
const days = (count) => ({ expires_in: (count * DAY) / 1000 });

test("the verdict is pending, and neither handler nor event comes before the answer", async () => {
  const pass = await scene.pass(EXPIRED);
  const page = await scene.reader({ pass });
  const answer = await scene.holdRenewal();
  const verdict = await open(
    page,
    "/article",
    (id, renew) => {
      Iteras.configure({ endpoints: { renew } });
      window.kept = Iteras.wall({ paywallid: id, access: "sub", unauthorized: note });
      return [JSON.parse(JSON.stringify(kept)), order.length, Iteras.isLoggedIn(), Iteras.pass().subscriber];
    },
    WALL,
    answer.url,
  );
  assert.deepEqual(verdict, [
    {
      authorized: false,
      pending: true,
      reason: "expired",
      level: "sub",
      paywallid: WALL,
      subscriber: "31168",
      expires: pass.split("|")[2].replace("Z", ".000Z"),
    },
    0,
    false,
    "31168",
  ]);
  await answer.asked;
  assert.deepEqual(await order(page), []);
  answer.release();
  await happened(page, "authorized");
  assert.deepEqual(await order(page), ["renewed", "authorized"]);
  const details = await page.evaluate(() =>
    seen.map(([, { authorized, pending, reason, level }]) => [authorized, pending, reason, level]),
  );
  assert.deepEqual(details, [
    [true, false, null, "sub"],
    [true, false, null, "sub"],
  ]);
  assert.notEqual(await stored(page), pass);
  // A verdict never changes.
  assert.equal(await page.evaluate(() => kept.pending && !kept.authorized), true);
  assert.equal(await page.evaluate(() => Iteras.isLoggedIn()), true);
});

test("refused: the pass goes, the handler runs once with that reason, and nothing comes after it", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  await patient(page);
  await scene.world.control("POST", "/account", { id: "31168", level: "none" });
  await open(page, "/article", () => {
    Iteras.wall({ unauthorized: note });
    Iteras.wall({ paywallid: "other", unauthorized: note });
  });
  await happened(page, "handler refused");
  const expected = [
    "unauthorized wrongpaywall",
    "handler wrongpaywall",
    "refused refused",
    "unauthorized refused",
    "handler refused",
    "unauthorized refused",
  ];
  assert.deepEqual(await order(page), expected);
  assert.deepEqual(await cookies(page), []);
  // The 3 seconds after which nobody waits any more pass without a further word.
  await lapse(page);
  assert.deepEqual(await order(page), expected);
});

test("an outage: unauthorized at once, the pass stays; asked again on the next page view, after 10 s", async () => {
  const page = await scene.reader({ pass: EXPIRED, clock: 0 });
  await patient(page);
  const before = await cookies(page);
  await scene.fault("503", { retry_after: 3600 });
  assert.equal(await scene.asks(page), 1);
  assert.deepEqual(await order(page), ["unauthorized expired", "handler expired"]);
  assert.deepEqual(await cookies(page), before);
  const [verdict] = await handled(page);
  assert.deepEqual([verdict.pending, verdict.reason, verdict.level], [false, "expired", "sub"]);

  // Within 10 s the outcome of that asking counts, and nobody waits 3 s for it.
  assert.equal((await wall(page)).pending, true);
  await happened(page, "handler expired");
  assert.equal((await scene.renewals()).length, 1);
  const tab = await scene.tab(page);
  assert.equal(await scene.asks(tab, 9999), 0);
  assert.deepEqual(await order(tab), ["unauthorized expired", "handler expired"]);
  await tab.close();

  // Back-off is for passes that have not expired.
  assert.equal(await scene.asks(page, 10_000), 1);
  assert.equal(await scene.asks(page, 20_000), 1);
  await scene.fault("ok");
  assert.equal(await scene.asks(page, 30_000), 1);
  assert.deepEqual(await order(page), ["renewed", "authorized"]);
});

test("the redirect waits for the answer, too", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  await hook(page, "/article", () => void Iteras.wall({ redirect: "/landing" }));
  await page.goto(`${page.site}/article`);
  await happened(page, "authorized");
  assert.equal(page.url(), `${page.site}/article`);

  const other = await scene.reader({ pass: EXPIRED });
  await scene.fault("502");
  await hook(other, "/article", () => void Iteras.wall({ redirect: "/landing" }));
  await other.goto(`${other.site}/article`);
  await holds(other, () => location.pathname == "/landing");
  assert.equal((await cookies(other)).length, 1);
});

test("a later call on the page learns the outcome at once", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  await scene.fault("500");
  await wall(page);
  await happened(page, "handler expired");
  const [verdict, ran] = await page.evaluate(() => [Iteras.wall({ unauthorized: note }), handled.length]);
  assert.deepEqual([verdict.pending, verdict.reason, ran], [false, "expired", 2]);
  await quiet(page);
  assert.equal((await scene.renewals()).length, 1);
});

test("several calls wait for one answer", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  await open(
    page,
    "/article",
    (id) => {
      window.inBody = () => Iteras.wall({ access: "user", unauthorized: note });
      Iteras.wall({ paywallid: id, unauthorized: note });
      Iteras.wall({ access: "sub", unauthorized: note });
    },
    WALL,
  );
  await holds(page, () => order.filter((text) => text == "authorized").length == 3);
  assert.deepEqual(await order(page), ["renewed", "authorized", "authorized", "authorized"]);
  assert.equal((await scene.renewals()).length, 1);
});

test("after 3 s nobody waits any more, and an answer that comes later still counts", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  await patient(page);
  const answer = await scene.holdRenewal();
  await wall(page, { renew: answer.url, stays: true });
  await answer.asked;
  assert.deepEqual(await order(page), []);
  await lapse(page);
  await happened(page, "handler expired");
  answer.release();
  await happened(page, "authorized");
  assert.deepEqual(await order(page), ["unauthorized expired", "handler expired", "renewed", "authorized"]);
});

test("a refusal that comes late still deletes the pass, and no handler runs twice", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  const answer = await scene.holdRenewal('{"pass":null,"errorcode":"noaccess"}');
  await wall(page, { renew: answer.url });
  await happened(page, "handler expired");
  answer.release();
  await happened(page, "unauthorized refused");
  assert.deepEqual(await order(page), [
    "unauthorized expired",
    "handler expired",
    "refused refused",
    "unauthorized refused",
  ]);
  assert.deepEqual(await cookies(page), []);
});

test("C41 F21 a clock a day ahead locks nobody out: the pass is not deleted, the service decides", async () => {
  const page = await scene.reader({ pass: { expires_in: 3600 }, clock: DAY });
  assert.deepEqual([(await wall(page)).pending, (await cookies(page)).length], [true, 1]);
  await happened(page, "authorized");
  assert.deepEqual(await order(page), ["renewed", "authorized"]);
  assert.equal((await wall(page)).authorized, true);
});

test("F21 a clock a day behind: the reader has access, and the service renews the pass", async () => {
  const page = await scene.reader({ pass: { expires_in: -3600 }, clock: -DAY });
  assert.equal((await wall(page)).authorized, true);
  await happened(page, "renewed");
  assert.deepEqual(await order(page), ["authorized", "renewed"]);
});

test("F21 a clock so far ahead that the new pass has expired, too: the service's word counts", async () => {
  const page = await scene.reader({ pass: days(20), clock: 90 * DAY });
  await wall(page);
  await happened(page, "authorized");
  assert.equal(await page.evaluate(() => Iteras.isLoggedIn()), true);
  assert.equal(await page.evaluate(() => Iteras.wall({ unauthorized: note }).authorized), true);
  assert.deepEqual(await handled(page), []);
  const pass = await stored(page);

  // For 10 s over page views and tabs; then the service is asked again.
  for (const view of [page, await scene.tab(page)]) {
    assert.equal(await scene.asks(view), 0);
    assert.deepEqual(await order(view), ["authorized"]);
  }
  assert.equal(await stored(page), pass);
  assert.equal(await scene.asks(page, 90 * DAY + 10_000), 1);
  assert.deepEqual(await order(page), ["renewed", "authorized"]);
});

test("an expired pass that does not fit the wall anyway is not waited for", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  const verdict = await open(page, "/article", () => Iteras.wall({ paywallid: "other", unauthorized: note }));
  assert.deepEqual([verdict.pending, verdict.reason], [false, "wrongpaywall"]);
  await happened(page, "renewed");
  assert.deepEqual(await order(page), ["unauthorized wrongpaywall", "handler wrongpaywall", "renewed"]);
});

test("a log-out in another tab ends the waiting", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  await patient(page);
  const answer = await scene.holdRenewal();
  await wall(page, { renew: answer.url });
  await answer.asked;
  const tab = await scene.tab(page);
  await open(tab, "/landing");
  await tab.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
  await happened(page, "handler nopass");
  answer.release();
  await quiet(page);
  await lapse(page);
  assert.deepEqual(await order(page), ["unauthorized nopass", "handler nopass"]);
  assert.deepEqual(await cookies(page), []);
});

test("an expired pass in several tabs: one asks, all are authorized", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  await scene.fault("ok", { delay_ms: 800 });
  const tabs = [page, await scene.tab(page), await scene.tab(page), await scene.tab(page)];
  await Promise.all(tabs.map(patient));
  await Promise.all(tabs.map((tab) => wall(tab)));
  await Promise.all(tabs.map((tab) => happened(tab, "authorized")));
  for (const tab of tabs) assert.deepEqual(await handled(tab), []);
  assert.equal((await scene.renewals()).length, 1);
});

test("an expired pass in several tabs by a clock far ahead: one asks, all are authorized", async () => {
  const page = await scene.reader({ pass: days(20), clock: 90 * DAY });
  await scene.fault("ok", { delay_ms: 800 });
  const tabs = [page, await scene.tab(page), await scene.tab(page)];
  await Promise.all(tabs.map(patient));
  await Promise.all(tabs.map((tab) => wall(tab)));
  await Promise.all(tabs.map((tab) => happened(tab, "authorized")));
  for (const tab of tabs) assert.deepEqual(await handled(tab), []);
  assert.equal((await scene.renewals()).length, 1);
});

test("an answer that comes after the 3 s counts in the tabs that waited for it, too", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  const tab = await scene.tab(page);
  const answer = await scene.holdRenewal();
  await wall(page, { renew: answer.url, stays: true });
  await answer.asked;
  await wall(tab, { renew: answer.url, stays: true });
  await happened(tab, "handler expired");
  answer.release();
  for (const view of [page, tab]) {
    await happened(view, "authorized");
    assert.equal((await handled(view)).length, 1);
  }
  assert.deepEqual(await order(tab), ["unauthorized expired", "handler expired", "authorized"]);
});

test("a log-in in another tab ends the waiting, and the answer for the old pass is dropped", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  await patient(page);
  const answer = await scene.holdRenewal('{"pass":null,"errorcode":"noaccess"}');
  await wall(page, { renew: answer.url });
  await answer.asked;
  const tab = await scene.tab(page);
  await open(tab, "/landing");
  const pass = await scene.pass();
  await logIn(tab, pass);
  await happened(page, "authorized");
  answer.release();
  await quiet(page);
  assert.equal(await stored(page), pass);
  assert.deepEqual(await order(page), ["authorized"]);
});
