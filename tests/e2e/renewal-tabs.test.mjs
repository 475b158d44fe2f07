// Regeneration with several tabs of one reader: one asks, the others see the result (wire protocol,
// "Regeneration"; faults F4, F9, F10 and F11).
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import {
  DAY,
  KEY,
  MINUTE,
  cookies,
  give,
  handled,
  happened,
  holds,
  open,
  order,
  patient,
  quiet,
  setClock,
  setUp,
  stored,
  wall,
} from "./helpers.mjs";

const scene = await setUp();
const SOON = { expires_in: (2 * DAY) / 1000 };
const NO_LOCKS = () => delete Navigator.prototype.locks;

/** A number of tabs of one reader, none of them loaded yet. */
async function tabs(count, pass, prepare) {
  const first = await scene.reader({ pass, clock: 0 });
  const all = [first];
  while (all.length < count) all.push(await scene.tab(first));
  if (prepare) await Promise.all(all.map((tab) => tab.evaluateOnNewDocument(prepare)));
  return all;
}

const loggedOut = async (tab) => {
  await open(tab, "/landing");
  await tab.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
};

for (const [name, prepare, most] of [
  ["with Web Locks at most one asks", null, 1],
  ["without Web Locks at most two ask", NO_LOCKS, 2],
]) {
  test(`F10 20 tabs at once: ${name}, and none loses its reader`, async () => {
    const all = await tabs(20, SOON, prepare);
    const verdicts = await Promise.all(all.map((tab) => wall(tab)));
    assert.ok(verdicts.every(({ authorized }) => authorized));
    await scene.asked(1);
    await Promise.all(all.map((tab) => quiet(tab)));
    // A view more, by a clock that is 50 s further.
    await setClock(all[0], 50_000);
    await wall(all[0]);
    await quiet(all[0]);
    const count = (await scene.renewals()).length;
    assert.ok(count >= 1 && count <= most, `${count} renewals`);
    for (const tab of all) assert.deepEqual(await handled(tab), []);
    assert.equal((await cookies(all[0])).length, 1);
  });
}

test("F10 while one tab waits for its answer the others send nothing", async () => {
  for (const prepare of [null, NO_LOCKS]) {
    await scene.forget();
    const [first, ...others] = await tabs(4, SOON, prepare);
    await scene.fault("slow", { delay_ms: 900 });
    await wall(first);
    await scene.asked(1);
    for (const tab of others) await wall(tab);
    await happened(first, "renewed");
    // They have seen the new pass by now, and later views do, too.
    for (const tab of others) {
      await wall(tab);
      await tab.evaluate(() => new Promise((over) => setTimeout(over, 150)));
    }
    assert.equal((await scene.renewals()).length, 1);
  }
});

test("F4 429 with several tabs: all share the wait", async () => {
  const all = await tabs(5, SOON);
  await scene.fault("429", { retry_after: 120 });
  await Promise.all(all.map((tab) => wall(tab)));
  await scene.asked(1);
  await Promise.all(all.map(quiet));
  assert.equal((await scene.renewals()).length, 1);
  for (const tab of all) assert.equal(await scene.asks(tab, 119_999), 0);
  await setClock(all[0], 120_000);
  await scene.forget();
  await wall(all[0]);
  await scene.asked(1);
  for (const tab of all) assert.deepEqual(await order(tab), ["authorized"]);
});

const REFUSAL = '{"pass":null,"errorcode":"noaccess"}';

test("F9 an answer after a log-out in another tab writes no cookie back", async () => {
  for (const [text, status] of [
    [undefined, 200],
    ["", 503],
    [REFUSAL, 200],
  ]) {
    const [page, other] = await tabs(2, SOON);
    const answer = await scene.holdRenewal(text, status);
    await wall(page, { renew: answer.url });
    await answer.asked;
    await loggedOut(other);
    answer.release();
    await quiet(page);
    assert.deepEqual(await cookies(page), [], text);
    assert.deepEqual(await order(page), ["authorized"], text);
    assert.equal(await page.evaluate((key) => localStorage.getItem(key), KEY), null, text);
  }
});

test("F9 an answer after a log-out on the same page is dropped as well", async () => {
  const [page] = await tabs(1, SOON);
  const answer = await scene.holdRenewal();
  await wall(page, { renew: answer.url });
  await answer.asked;
  await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
  answer.release();
  await quiet(page);
  assert.deepEqual(await cookies(page), []);
  assert.deepEqual(await order(page), ["authorized", "logout nopass"]);
});

test("F9 an answer after somebody else logged in touches nothing of theirs", async () => {
  const theirs = await scene.pass({ account: "31169" });
  for (const text of [undefined, REFUSAL]) {
    const [page] = await tabs(1, SOON);
    const answer = await scene.holdRenewal(text);
    await wall(page, { renew: answer.url });
    await answer.asked;
    await give(page, theirs);
    answer.release();
    await quiet(page);
    assert.equal(await stored(page), theirs, text);
    assert.deepEqual(await order(page), ["authorized"], text);
  }
});

test("F11 a tab that is closed while it asks: the next one goes on", async () => {
  const [first, next] = await tabs(2, SOON);
  await scene.fault("hang");
  await wall(first);
  await scene.asked(1);
  // As long as the first one lives, nobody else asks.
  assert.equal((await wall(next)).authorized, true);
  await next.evaluate(() => new Promise((over) => setTimeout(over, 150)));
  assert.equal((await scene.renewals()).length, 1);
  await first.close();
  // The browser gives the lock back a moment after it says that the tab is closed.
  await holds(next, async () => !(await navigator.locks.query()).held.length);
  await scene.fault("ok");
  await wall(next);
  await happened(next, "renewed");
  assert.equal((await scene.renewals()).length, 2);
});

test("F11 without Web Locks a claim is good for 10 s", async () => {
  const [first, next] = await tabs(2, SOON, NO_LOCKS);
  await scene.fault("hang");
  await wall(first);
  await scene.asked(1);
  await first.close();
  await scene.fault("ok");
  assert.equal(await scene.asks(next, 9999), 0);
  await setClock(next, 10_000);
  await wall(next);
  await happened(next, "renewed");
});

test("F11 F38 an expired pass: whoever waits behind a closed tab asks again", async () => {
  const [first, next] = await tabs(2, { expires_in: -60 });
  await patient(next);
  await scene.fault("hang");
  await wall(first);
  await scene.asked(1);
  await wall(next);
  // For the next one: the first has its answer, which never ends.
  await scene.fault("ok");
  await first.close();
  // The lock is free and there is no outcome: asked again, and nobody is thrown out.
  await happened(next, "authorized");
  assert.deepEqual(await handled(next), []);
  assert.equal((await cookies(next)).length, 1);
});

test("no moment of a renewal is without a pass: a tab that opens just then keeps its reader", async () => {
  for (const form of [{ path: "/" }, { path: "/article" }, { domain: ".pub.localhost" }]) {
    const page = await scene.reader();
    await give(page, await scene.pass(SOON), { domain: "www.pub.localhost", ...form });
    page.site = page.site.replace("localhost", "www.pub.localhost");
    await page.evaluateOnNewDocument(() => {
      const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
      window.moments = [];
      Object.defineProperty(Document.prototype, "cookie", {
        get,
        set(text) {
          set.call(this, text);
          moments.push(/iteraspass=sub/.test(get.call(this)));
        },
      });
    });
    await wall(page);
    await happened(page, "renewed");
    const moments = await page.evaluate(() => moments);
    assert.ok(moments.length > 0);
    assert.deepEqual(
      moments.filter((there) => !there),
      [],
    );
    assert.deepEqual((await cookies(page)).length, 1);
  }
});

test("a tab in which the pass was renewed tells the others nothing, and they need not be told", async () => {
  const [page, other] = await tabs(2, SOON);
  await wall(other);
  await happened(other, "renewed");
  await setClock(page, 5 * MINUTE);
  await wall(page);
  await quiet(page);
  await holds(page, (pass) => document.cookie.includes(pass), await stored(other));
  assert.deepEqual([await order(page), (await scene.renewals()).length], [["authorized"], 1]);
});
