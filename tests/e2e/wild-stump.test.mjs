// Pages that a server has cut although the reader's cookie is good: a lapsed pass, a cache that strips cookies, an
// outage (issue 11, rows 3 and 4; fault F37; surface, section 7).
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import {
  DAY,
  MINUTE,
  cookies,
  give,
  handled,
  happened,
  holds,
  order,
  patient,
  quiet,
  stored,
  until,
} from "./helpers.mjs";
import { arrives, loadedAgain, logInAs, reads, readsSoon, seesBox, setUpWild } from "./wild-helpers.mjs";
import { ARCHIVE, WALL, article, box, logInFrame, plain, redirect, tagged } from "./wild-site.mjs";

const scene = await setUpWild();
const { site, at } = scene;
const STUMP = '<div class="iteras-content-wrapper iteras-content-truncated iteras-no-pass"><p>Lead</p></div>';
const GOOD = { expires_in: (20 * DAY) / 1000 };

const cutFor = (ids) => ({ wants: ids });
const boxed = (more = {}) => article({ ...cutFor([WALL]), after: box(), ...more });
const walled = () => article({ ...cutFor([WALL]), before: redirect({ to: "/buy" }) });

test("a lapsed pass of a payer is renewed, and the page that the server had cut comes whole", async () => {
  site.show("/mill", boxed());
  const page = await scene.reader({ pass: { expires_in: -60 } });
  await page.goto(at("/mill"));
  await readsSoon(page, "all");
  assert.deepEqual(scene.views(), ["/mill", "/mill"]);
  assert.deepEqual(await handled(page), []);
  assert.equal((await scene.renewals()).length, 1);
});

test("the same in redirect mode: nobody is sent away", async () => {
  site.show("/mill", walled());
  const page = await scene.reader({ pass: { expires_in: -60 } });
  await page.goto(at("/mill"));
  await readsSoon(page, "all");
  assert.deepEqual(scene.views(), ["/mill", "/mill"]);
});

test("the same on plain permalinks", async () => {
  site.show("/?p=5", article({ ...cutFor([WALL]), before: redirect({ to: "/?page_id=12" }) }));
  const page = await scene.reader({ pass: { expires_in: -60 } });
  await page.goto(at("/?p=5"));
  await readsSoon(page, "all");
  assert.deepEqual(scene.views(), ["/?p=5", "/?p=5"]);
});

test("F37 a pass that was renewed before the marker is parsed", async () => {
  const release = site.hold("/mill", boxed(), "<article>");
  const page = await scene.reader({ pass: GOOD });
  site.strips = true;
  const { identifier } = await page.evaluateOnNewDocument(() => {
    document.addEventListener("iteras:renewed", () => console.log("renewed"));
  });
  // The call stands in the head, the stump comes when all is over.
  await page.evaluateOnNewDocument(() => {
    new MutationObserver((_, observer) => {
      if (!document.body || !window.Iteras) return;
      observer.disconnect();
      Iteras.wall({ unauthorized: note });
    }).observe(document, { childList: true, subtree: true });
  });
  const gone = page.goto(at("/mill"));
  await scene.asked(1);
  await until_line(page, "renewed");
  site.strips = false;
  site.show("/mill", boxed());
  release();
  await gone;
  await readsSoon(page, "all");
  await page.removeScriptToEvaluateOnNewDocument(identifier);
  assert.equal((await scene.renewals()).length, 1);
  assert.deepEqual(await handled(page), []);
});

test("F37 a marker that is parsed after the verdict, on a page that goes on loading: nobody is sent away", async () => {
  site.show("/buy", plain("<h1>Subscribe</h1>"));
  site.show("/wheel", walled());
  const page = await scene.reader({ pass: GOOD });
  await page.goto(at("/wheel"));
  await happened(page, "renewed"); // so there is nothing to wait for any more
  let views = 0;
  const cutOnce = (visit) => walled()({ ...visit, strips: !views++ });
  const release = site.hold("/wheel", cutOnce, "</article>");
  // A parser may rest between the call and the stump. Here what the call puts off comes when the stump is there, and
  // long before the page is complete.
  const { identifier } = await page.evaluateOnNewDocument(() => {
    const later = window.setTimeout;
    window.setTimeout = (work, after) => {
      if (after || document.querySelector(".iteras-content-wrapper")) return later(work, after);
      new MutationObserver((_, observer) => {
        if (!document.querySelector(".iteras-content-wrapper")) return;
        observer.disconnect();
        later(work);
      }).observe(document, { childList: true, subtree: true });
    };
  });
  const gone = page.goto(at("/wheel")).catch(() => {}); // it loads itself again meanwhile
  await until(() => views == 2, "a second view");
  release();
  await gone;
  await readsSoon(page, "all");
  await page.removeScriptToEvaluateOnNewDocument(identifier);
  assert.deepEqual(scene.views(), ["/wheel", "/wheel", "/wheel"]);
  assert.deepEqual(await order(page), ["authorized"]);
});

test("F37 a stump that comes long after the verdict: met when the page is complete, and loaded again", async () => {
  site.show("/buy", plain("<h1>Subscribe</h1>"));
  site.show("/wheel", walled());
  const page = await scene.reader({ pass: GOOD });
  await page.goto(at("/wheel"));
  await happened(page, "renewed");
  let views = 0;
  const release = site.hold("/wheel", (visit) => walled()({ ...visit, strips: !views++ }), "<article>");
  const gone = page.goto(at("/wheel")).catch(() => {});
  await until(() => views == 1, "the view that is cut");
  await happened(page, "authorized");
  await quiet(page);
  release();
  await gone;
  await readsSoon(page, "all");
  assert.deepEqual(scene.views(), ["/wheel", "/wheel", "/wheel"]);
  assert.deepEqual(await order(page), ["authorized"]);
});

async function until_line(page, text) {
  while (!page.lines.includes(text)) await new Promise((next) => page.once("console", next));
}

test("F37 twenty restored tabs: one renews, each comes whole, nobody is thrown out", async () => {
  site.show("/mill", boxed());
  site.show("/buy", plain("<h1>Subscribe</h1>"));
  site.show("/wheel", walled());
  const first = await scene.reader({ pass: { expires_in: -60 } });
  const tabs = [first];
  while (tabs.length < 20) tabs.push(await scene.tab(first));
  await Promise.all(tabs.map(patient));
  await Promise.all(tabs.map((tab, at_) => tab.goto(at(at_ % 2 ? "/mill" : "/wheel")).catch(() => {})));
  for (const tab of tabs) {
    await readsSoon(tab, "all");
    assert.deepEqual(await handled(tab), []);
  }
  assert.equal((await scene.renewals()).length, 1);
  assert.ok(scene.views().length <= 40, `${scene.views().length} views`);
  assert.ok(!scene.views().some((url) => url.startsWith("/buy")));
});

test("F37 an outage, and a good pass on a cached stump: loaded again once, nobody is sent away", async () => {
  site.show("/mill", walled());
  site.show("/buy", plain("<h1>Subscribe</h1>"));
  site.strips = true;
  for (const renewal of ["down", "503", "broken-json"]) {
    const page = await scene.reader({ pass: GOOD });
    await scene.fault(renewal);
    site.views.length = 0;
    await page.goto(at("/mill"));
    await happened(page, "unauthorized refused");
    await quiet(page);
    assert.deepEqual(scene.views(), ["/mill", "/mill"], renewal);
    assert.equal(await reads(page), "lead");
    assert.equal((await cookies(page)).length, 1);
    assert.deepEqual(await order(page), ["authorized", "unauthorized refused"]);
  }
});

test("F37 a service that hangs: loaded again when three seconds are over", async () => {
  site.show("/mill", boxed());
  site.strips = true;
  const page = await scene.reader({ pass: GOOD });
  await scene.fault("hang");
  const gone = page.goto(at("/mill"));
  await scene.asked(1);
  site.strips = false;
  await gone;
  await readsSoon(page, "all");
  assert.deepEqual(scene.views(), ["/mill", "/mill"]);
});

test("F37 a cache that always strips the cookie, in box mode: the box after one further view, the pass untouched", async () => {
  site.show("/mill", boxed());
  site.strips = true;
  const page = await scene.reader({ pass: GOOD });
  await page.goto(at("/mill"));
  await readsSoon(page, "nothing");
  assert.ok(await seesBox(page));
  assert.deepEqual(await page.evaluate(() => window.shut), ["refused"]);
  assert.deepEqual(await order(page), ["unauthorized refused"]);
  assert.equal((await cookies(page)).length, 1);
  await quiet(page);
  assert.deepEqual(scene.views(), ["/mill", "/mill"]);
  assert.equal((await scene.renewals()).length, 1);
  // Within the ten minutes nothing is loaded twice, and the service is asked once a minute at most.
  await page.goto(at("/mill"));
  await readsSoon(page, "nothing");
  await quiet(page);
  assert.deepEqual(scene.views().length, 3);
  assert.equal((await scene.renewals()).length, 1);
});

test("F37 a cache that always strips the cookie, in redirect mode: to the landing page once, and no circle", async () => {
  site.show("/mill", walled());
  site.show("/buy", plain(`<h1>Subscribe</h1>${logInFrame()}`));
  site.strips = true;
  const page = await scene.reader({ pass: GOOD });
  await page.goto(at("/mill"));
  await arrives(page, "/buy?iterasnext=%2Fmill&iterasneeds=n8fsoupukhv3");
  assert.deepEqual(scene.views().slice(0, 2), ["/mill", "/mill"]);
  // A log-in brings the same rights: back at the article the reader keeps what there is.
  await page.evaluate(() => document.body.append("…"));
  await logInAs(page, "anna");
  await arrives(page, "/mill");
  await happened(page, "unauthorized refused");
  await quiet(page);
  assert.equal(page.url(), at("/mill"));
  assert.deepEqual(
    scene.views().map((url) => url.split("?")[0]),
    ["/mill", "/mill", "/buy", "/mill"],
  );
});

test("F37 without session storage a stump is neither loaded again nor left: the handler runs", async () => {
  const blocked = `<script>
    Object.defineProperty(window, "sessionStorage", { get() { throw new DOMException("no", "SecurityError") } });
  </script>`;
  site.show("/mill", boxed({ head: blocked }));
  site.show("/wheel", article({ ...cutFor([WALL]), head: blocked, before: redirect({ to: "/buy" }) }));
  site.strips = true;
  const page = await scene.reader({ pass: GOOD });
  await page.goto(at("/mill"));
  await readsSoon(page, "nothing");
  await quiet(page);
  await page.goto(at("/wheel"));
  await happened(page, "unauthorized refused");
  await quiet(page);
  assert.deepEqual(scene.views(), ["/mill", "/wheel"]);
});

test("a pass refused beside a stump goes as ever: deleted, refused, handler", async () => {
  site.show("/mill", boxed());
  const page = await scene.reader({ pass: GOOD });
  await scene.world.control("POST", "/account", { id: "31168", level: "none" });
  site.strips = true;
  await page.goto(at("/mill"));
  await happened(page, "unauthorized refused");
  assert.deepEqual(await order(page), ["refused refused", "unauthorized refused"]);
  assert.deepEqual(await cookies(page), []);
  assert.deepEqual(scene.views(), ["/mill"]);
});

test("a stump in the call: pending, reason refused, and no handler before the page is loaded again", async () => {
  site.show("/mill", plain(`${STUMP}<script>window.verdict = Iteras.wall({ unauthorized: note })</script>`));
  const pass = await scene.pass(GOOD);
  const page = await scene.reader({ pass });
  // Kept over the page's loading itself again.
  await page.evaluateOnNewDocument(() =>
    addEventListener("DOMContentLoaded", () => {
      const { authorized, pending, reason, subscriber } = window.verdict;
      const kept = JSON.parse(sessionStorage.kept || "[]");
      sessionStorage.kept = JSON.stringify([...kept, [authorized, pending, reason, subscriber, handled.length]]);
    }),
  );
  await page.goto(at("/mill"));
  await happened(page, "handler refused");
  const verdicts = await page.evaluate(() => JSON.parse(sessionStorage.kept));
  assert.equal(verdicts.length, 2);
  assert.deepEqual(verdicts[0], [false, true, "refused", "31168", 0]);
  assert.deepEqual(verdicts[1].slice(0, 4), [false, true, "refused", "31168"]);
  const [told] = await handled(page);
  assert.deepEqual([told.pending, told.reason, told.paywallid], [false, "refused", WALL]);
  assert.equal(await stored(page), (await cookies(page))[0].split("=")[1]);
});

test("an anonymous reader of a stump is told nopass, at once, and nothing is asked or stored", async () => {
  site.show("/mill", boxed());
  const page = await scene.reader();
  await page.goto(at("/mill"));
  await quiet(page);
  assert.deepEqual(await page.evaluate(() => window.shut), ["nopass"]);
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
  assert.deepEqual([scene.views(), await scene.renewals()], [["/mill"], []]);
});

test("server: false takes no notice of a stump; server: true changes nothing", async () => {
  site.strips = true;
  site.show("/mill", boxed({ after: box({ more: "server: false" }) }));
  const page = await scene.reader({ pass: GOOD });
  await page.goto(at("/mill"));
  await happened(page, "authorized");
  await quiet(page);
  assert.deepEqual(scene.views(), ["/mill"]);
  site.show("/wheel", boxed({ after: box({ more: "server: true" }) }));
  await page.goto(at("/wheel"));
  await readsSoon(page, "nothing");
  assert.deepEqual(scene.views(), ["/mill", "/wheel", "/wheel"]);
});

test("an open mark is looked at first", async () => {
  const open = '<meta name="iteras-gate" content="open">';
  site.show("/gift", plain(`${STUMP}<script>Iteras.wall({ unauthorized: note })</script>`, open));
  const page = await scene.reader();
  await page.goto(at("/gift"));
  await quiet(page);
  assert.deepEqual(await order(page), ["authorized"]);
});

test("a stump for another wall than the reader's is not the cookie's to allow", async () => {
  site.show(
    "/mill",
    article({ wants: [ARCHIVE], after: box({ ids: [ARCHIVE], content: logInFrame({ ids: [ARCHIVE] }) }) }),
  );
  const page = await scene.reader({ pass: GOOD });
  await page.goto(at("/mill"));
  await readsSoon(page, "nothing");
  await quiet(page);
  assert.deepEqual(await page.evaluate(() => window.shut), ["wrongpaywall"]);
  assert.deepEqual(scene.views(), ["/mill"]);
});

test("the page is loaded again anew after ten minutes, and the service asked when the check is a minute old", async () => {
  site.show("/mill", boxed());
  site.strips = true;
  const page = await scene.reader({ pass: GOOD, clock: 0 });
  for (const [ahead, views, asked] of [
    [0, 2, 1],
    [59_000, 3, 1],
    [61_000, 4, 2],
    [10 * MINUTE, 6, 3],
  ]) {
    await setClockOf(page, ahead);
    await page.goto(at("/mill"));
    await readsSoon(page, "nothing");
    await quiet(page);
    assert.deepEqual([scene.views().length, (await scene.renewals()).length], [views, asked], `${ahead} ms`);
  }
});

const setClockOf = (page, ahead) => page.evaluateOnNewDocument((time) => (Date.now = () => time), page.born + ahead);

test("a log-in beside a stump loads the page again", async () => {
  site.show("/mill", boxed());
  const page = await scene.reader();
  await page.goto(at("/mill"));
  await readsSoon(page, "nothing");
  await loadedAgain(page, () => logInAs(page, "anna"));
  await readsSoon(page, "all");
});

test("the tag and the queue obey the same rules", async () => {
  site.show("/tag", (asked) =>
    tagged(`data-paywallid="${WALL}" data-redirect="/buy"`, boxed()(asked).split("<body>")[1])(asked),
  );
  const page = await scene.reader({ pass: { expires_in: -60 } });
  await page.goto(at("/tag"));
  await readsSoon(page, "all");
  assert.deepEqual(scene.views(), ["/tag", "/tag"]);
  site.show(
    "/queue",
    article({
      wants: [WALL],
      after: `<script>Iteras.q.push(["wall", { paywallid: "${WALL}", unauthorized: note }])</script>`,
    }),
  );
  const other = await scene.reader({ pass: { expires_in: -60 } });
  await other.goto(at("/queue"));
  await readsSoon(other, "all");
  assert.deepEqual(scene.views().slice(2), ["/queue", "/queue"]);
});

test("F38 a payer with an expired pass who clicks on while the service is slow is asked for again, not thrown out", async () => {
  site.show("/one", article({ before: redirect({ to: "/buy" }) }));
  site.show("/two", article({ before: redirect({ to: "/buy" }) }));
  site.show("/buy", plain("<h1>Subscribe</h1>"));
  const page = await scene.reader({ pass: { expires_in: -60 } });
  await scene.fault("slow", { delay_ms: 1500 });
  await page.goto(at("/one"));
  await scene.asked(1);
  await page.goto(at("/two"));
  await scene.asked(2);
  await happened(page, "authorized");
  await quiet(page);
  assert.equal(page.url(), at("/two"));
  assert.equal(await reads(page), "all");
});

test("a pass that another tab has upgraded opens the stump", async () => {
  site.show("/mill", boxed());
  const page = await scene.reader({ pass: { ...GOOD, paywalls: [ARCHIVE] } });
  await page.goto(at("/mill"));
  await readsSoon(page, "nothing");
  await give(page, await scene.pass(GOOD));
  await page.reload();
  await readsSoon(page, "all");
  await holds(page, () => document.readyState == "complete");
});
