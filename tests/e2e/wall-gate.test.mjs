// A page that a server in front has judged already says so, and is believed unless `server: false` (documented
// surface, section 7).
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import { DAY, cookies, handled, happened, order, quiet, setUp } from "./helpers.mjs";

const scene = await setUp();
const TAG = `<script src="${scene.service}/static/api/iteras.js"></script>`;
const SOON = { expires_in: (2 * DAY) / 1000 };
const STUMP = '<div class="iteras-content-wrapper iteras-content-truncated iteras-no-pass">Teaser</div>';
const OPEN = '<meta name="iteras-gate" content="open">';

let pages = 0;
/** A page with this markup, shown to a new reader, when all is over. */
async function show(html, reader = {}) {
  const page = await scene.reader(reader);
  await page.goto(
    scene.publish(`/gated${++pages}`, `<!doctype html><meta charset="utf-8"><title>Gated</title>${html}`),
  );
  await still(page);
  return page;
}

// A page that was cut is loaded again meanwhile.
async function still(page) {
  for (;;) {
    try {
      return await quiet(page);
    } catch (error) {
      if (!/context was destroyed/.test(error.message)) throw error;
    }
  }
}

test("a stump beside a good pass: pending, renewed, loaded again once, then no; the pass stays", async () => {
  for (const kind of ["iteras-no-pass", "iteras-invalid-pass"]) {
    const page = await show(
      `
      ${TAG}${STUMP.replace("iteras-no-pass", kind)}
      <script>window.verdict = Iteras.wall({ access: "sub", unauthorized: note }); window.ran = handled.length</script>`,
      { pass: SOON },
    );
    await happened(page, "handler refused");
    const { authorized, pending, reason } = await page.evaluate(() => verdict);
    assert.deepEqual([authorized, pending, reason, await page.evaluate(() => ran)], [false, true, "refused", 0]);
    assert.deepEqual(await order(page), ["unauthorized refused", "handler refused"]);
    const [told] = await handled(page);
    assert.deepEqual([told.authorized, told.pending, told.reason, told.level], [false, false, "refused", "sub"]);
    assert.deepEqual([(await cookies(page)).length, (await scene.renewals()).length], [1, 1]);
    await scene.forget();
  }
});

test("a stump further down is seen when the document is there", async () => {
  const page = await show(`${TAG}<script>window.verdict = Iteras.wall({ unauthorized: note })</script>${STUMP}`, {
    pass: {},
  });
  await happened(page, "handler refused");
  const all = (await order(page)).filter((text) => text != "renewed");
  assert.deepEqual(all, ["authorized", "unauthorized refused", "handler refused"]);
  assert.equal((await cookies(page)).length, 1);
  assert.equal(await page.evaluate(() => verdict.authorized), true);
});

test("without a stump the cookie decides as ever", async () => {
  const call = `<script>window.verdict = Iteras.wall({ unauthorized: note })</script>`;
  const reader = await show(`${TAG}${call}<div class="iteras-content-truncated">No mark</div>`, { pass: {} });
  assert.deepEqual(
    (await order(reader)).filter((text) => text != "renewed"),
    ["authorized"],
  );
  const visitor = await show(`${TAG}${call}`);
  assert.deepEqual(await order(visitor), ["unauthorized nopass", "handler nopass"]);
});

test("with server: false a stump is none of our business, nor is an open mark", async () => {
  const page = await show(
    `${TAG}${STUMP}<script>window.verdict = Iteras.wall({ server: false, unauthorized: note })</script>`,
    { pass: {} },
  );
  assert.equal(await page.evaluate(() => verdict.authorized), true);
  assert.deepEqual(await handled(page), []);
  const other = await show(`${OPEN}${TAG}<script>Iteras.wall({ server: false, unauthorized: note })</script>`);
  assert.deepEqual(await order(other), ["unauthorized nopass", "handler nopass"]);
});

test("a page that the gate opened by something else than a pass is open", async () => {
  for (const server of ["", "server: true, "]) {
    const page = await show(
      `${OPEN}${TAG}<script>window.verdict = Iteras.wall({ ${server}unauthorized: note })</script>`,
    );
    assert.deepEqual(await page.evaluate(() => [verdict.authorized, verdict.reason]), [true, null]);
    assert.deepEqual(await order(page), ["authorized"]);
  }
});

test('data-server is accepted, and "false" switches belief off', async () => {
  for (const [attribute, verdicts] of [
    ["", ["authorized", "unauthorized refused"]],
    ["data-server", ["authorized", "unauthorized refused"]],
    ['data-server="false"', ["authorized"]],
  ]) {
    const tag = TAG.replace("></", ` data-paywallid="n8fsoupukhv3" ${attribute}></`);
    const stump = await show(`${tag}${STUMP}`, { pass: {} });
    await happened(stump, verdicts[verdicts.length - 1]);
    await still(stump);
    assert.deepEqual(
      (await order(stump)).filter((text) => text != "renewed"),
      verdicts,
      attribute,
    );
  }
  const opened = await show(`${OPEN}${TAG.replace("></", ' data-paywallid="n8fsoupukhv3" data-server></')}`);
  assert.deepEqual(await order(opened), ["authorized"]);
});

test("C53 server is a boolean, and anything else is taken for yes", async () => {
  const page = await show(
    `${TAG}${STUMP}
    <script>try { Iteras.wall({ server: "yes", unauthorized: note }) } catch ({ code }) { window.code = code }</script>`,
    { pass: {} },
  );
  await happened(page, "handler refused");
  assert.equal(await page.evaluate(() => window.code), "bad_option");
  assert.deepEqual(
    (await handled(page)).map(({ reason }) => reason),
    ["refused"],
  );
});
