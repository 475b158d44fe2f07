// Options that make no sense, `logoutFromWall` and `configure` (documented surface, sections 2.3 and 3).
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import { DAY, WALL, cookies, give, handled, holds, hook, logIn, open, order, quiet, setUp } from "./helpers.mjs";

const scene = await setUp();

/** The error for a senseless option: a real Error whose sentence names method, option and both sides. */
function refused(thrown, method, option, expected, got) {
  assert.equal(thrown?.code, "bad_option", `${method} ${option}`);
  assert.ok(thrown.isError);
  assert.match(thrown.message, new RegExp(`Iteras\\.${method}: .*${option}.*expected .*${expected}.*got .*${got}`));
}

const caught = (page, code) =>
  page.evaluate(`
  try {
    ${code};
    undefined;
  } catch (error) {
    ({ code: error.code, message: error.message, isError: error instanceof Error });
  }`);

test("C53 an unknown access counts as sub, and then it throws", async () => {
  const page = await scene.reader({ pass: { account: "31169" } });
  for (const [access, got] of [
    ["gold", '"gold"'],
    ["Sub", '"Sub"'],
    [1, "1"],
    [true, "true"],
    [{}, "object"],
    [["user"], "object"],
  ]) {
    const { thrown } = await open(page, "/article", (o) => Iteras.wall({ ...o, unauthorized: note }), { access });
    refused(thrown, "wall", "access", '"user" or "sub"', got);
    const [verdict] = await handled(page);
    assert.deepEqual([verdict.reason, verdict.requested.access], ["accesslevel", "sub"]);
  }
});

test("C53 an unusable redirect is none: the handler still runs", async () => {
  const page = await scene.reader();
  const far = ["javascript:alert(1)", "data:text/html,x", "http://", "ftp://x/", 5, {}, ["/landing"], true];
  for (const redirect of far) {
    const { thrown } = await open(page, "/article", (o) => Iteras.wall({ ...o, unauthorized: note }), { redirect });
    refused(thrown, "wall", "redirect", "http", "");
    assert.equal((await handled(page)).length, 1);
    const alone = await open(page, "/article", (o) => Iteras.wall(o), { redirect });
    refused(alone.thrown, "wall", "redirect", "http", "");
    assert.deepEqual(await order(page), ["unauthorized nopass"]);
  }
  await quiet(page);
  assert.equal(new URL(page.url()).pathname, "/article");
});

test("C53 an unusable handler is none: the redirect still happens", async () => {
  const page = await scene.reader();
  await hook(page, "/article", () => {
    try {
      Iteras.wall({ redirect: "/landing", unauthorized: "showBox" });
    } catch (error) {
      // A line on the console of a page that is being left may never arrive.
      sessionStorage.setItem("thrown", `${error.code} ${error.message}`);
    }
  });
  await page.goto(`${page.site}/article`);
  await holds(page, () => location.pathname == "/landing");
  const thrown = await page.evaluate(() => sessionStorage.getItem("thrown"));
  assert.equal(thrown, 'bad_option Iteras.wall: unauthorized: expected a function, got "showBox"');
});

test("C53 a paywallid that is no text fits no pass", async () => {
  await scene.fault("500");
  const page = await scene.reader({ pass: {} });
  for (const paywallid of [5.5, {}, true, [5.5], [["n8fsoupukhv3"]]]) {
    const { thrown } = await open(page, "/article", (o) => Iteras.wall({ ...o, unauthorized: note }), { paywallid });
    refused(thrown, "wall", "paywallid", "string", "");
    assert.deepEqual(
      (await handled(page)).map(({ reason }) => reason),
      ["wrongpaywall"],
    );
  }
  // One wrong among good ones: the good ones count.
  const { thrown } = await open(
    page,
    "/article",
    (id) => Iteras.wall({ paywallid: [5.5, id], unauthorized: note }),
    WALL,
  );
  refused(thrown, "wall", "paywallid", "string", "5.5");
  assert.deepEqual(await handled(page), []);
});

test("C53 an argument that is no object asks for what nobody has", async () => {
  await scene.fault("500");
  const page = await scene.reader({ pass: {} });
  for (const options of ["n8fsoupukhv3", 5, true, ["n8fsoupukhv3"]]) {
    const { thrown } = await open(page, "/article", (o) => Iteras.wall(o), options);
    refused(thrown, "wall", "options", "an object", "");
    assert.deepEqual(await order(page), ["unauthorized wrongpaywall"]);
  }
});

test("C53 logoutFromWall deletes and reloads, goes or stays", async () => {
  for (const [argument, stays, path] of [
    ["", false, "/article"],
    ["{}", false, "/article"],
    ["undefined", false, "/article"],
    ["null", false, "/article"],
    ["{ redirect: undefined }", false, "/article"],
    ["{ redirect: '' }", false, "/article"],
    ["{ redirect: null }", true, "/article"],
    ["{ redirect: '/landing?bye=1#x' }", false, "/landing"],
  ]) {
    const page = await scene.reader({ pass: {} });
    await page.evaluateOnNewDocument(() => (sessionStorage.loads = 1 + Number(sessionStorage.loads || 0)));
    await open(page, "/article");
    const left = stays ? null : page.waitForNavigation({ waitUntil: "load" });
    // Deleted in the very call: sites reload on the next line.
    const gone = await page.evaluate(`{ Iteras.logoutFromWall(${argument}); !/iteraspass/.test(document.cookie) }`);
    assert.equal(gone, true, argument);
    await left;
    if (stays) await quiet(page);
    assert.equal(new URL(page.url()).pathname, path, argument);
    assert.equal(await page.evaluate(() => sessionStorage.loads), stays ? "1" : "2", argument);
    assert.deepEqual(await cookies(page), []);
  }
});

test("log-out to another page uses the history as a link would", async () => {
  const page = await scene.reader({ pass: {} });
  await open(page, "/article");
  const left = page.waitForNavigation();
  await page.evaluate(() => Iteras.logoutFromWall({ redirect: "/landing" }));
  await left;
  assert.equal(page.url(), `${page.site}/landing`);
  await page.goBack();
  assert.equal(page.url(), `${page.site}/article`);
});

test("C53 logoutFromWall deletes first and complains then", async () => {
  for (const [argument, option] of [
    ["{ redirect: 5 }", "redirect"],
    ["{ redirect: {} }", "redirect"],
    ["{ redirect: 'javascript:alert(1)' }", "redirect"],
    ["'/landing'", "options"],
    ["5", "options"],
    ["[]", "options"],
  ]) {
    const page = await scene.reader({ pass: {} });
    await open(page, "/article");
    const thrown = await caught(page, `Iteras.logoutFromWall(${argument})`);
    refused(thrown, "logoutFromWall", option, "", "");
    await quiet(page);
    assert.deepEqual(await cookies(page), []);
    assert.equal(page.url(), `${page.site}/article`);
    assert.deepEqual(await order(page), ["logout nopass"]);
  }
});

test("log-out tells it once, with a verdict, and decides nothing again", async () => {
  const page = await scene.reader({ pass: {} });
  await open(page, "/article", () => void Iteras.wall({ unauthorized: note }));
  await quiet(page);
  await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
  await quiet(page);
  assert.deepEqual(await order(page), ["authorized", "renewed", "logout nopass"]);
  const detail = await page.evaluate(() => seen.at(-1)[1]);
  assert.deepEqual(detail, {
    authorized: false,
    pending: false,
    reason: "nopass",
    level: null,
    paywallid: null,
    subscriber: null,
    expires: null,
  });
  assert.equal(await page.evaluate(() => localStorage.length), 0);
});

test("C39 log-out deletes the pass on every path that this page can have it from", async () => {
  const pass = await scene.pass();
  const page = await scene.reader();
  for (const path of ["/", "/paywall", "/paywall/"]) await give(page, pass, { path });
  await open(page, "/paywall/");
  assert.equal((await cookies(page)).length, 3);
  await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
  assert.deepEqual(await cookies(page), []);
  assert.deepEqual(await order(page), ["logout nopass"]);
});

test("C39 log-out deletes the pass on this host and its parent domains", async () => {
  const pass = await scene.pass();
  const page = await scene.reader();
  const host = "www.news.pub.localhost";
  for (const domain of [host, `.${host}`, ".news.pub.localhost", ".pub.localhost"]) {
    for (const path of ["/", "/paywall"]) await give(page, pass, { domain, path });
  }
  await page.goto(`${page.site.replace("localhost", host)}/paywall/`);
  assert.equal(await page.evaluate(() => document.cookie.split("iteraspass=").length - 1), 8);
  await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
  assert.deepEqual(await cookies(page), []);
  assert.deepEqual(await order(page), ["logout nopass"]);
});

test("C39 a pass that can't be deleted is reported", async () => {
  const page = await scene.reader();
  await give(page, await scene.pass(), { path: "/", httpOnly: false });
  await page.evaluateOnNewDocument(() => {
    const { get } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
    Object.defineProperty(Document.prototype, "cookie", { get, set() {} });
  });
  await open(page, "/article");
  await page.evaluate(() => {
    Iteras.logoutFromWall({ redirect: null });
    Iteras.logoutFromWall({ redirect: null });
  });
  assert.deepEqual(await order(page), ["error cookie_not_deleted", "logout nopass", "logout nopass"]);
});

test("configure sets base, endpoints, cookie domain and the time between renewals", async () => {
  const page = await scene.reader();
  const src = await open(page, "/article", () => {
    Iteras.configure({
      base: "https://pass.pub.example/x/",
      endpoints: { selfservice: "{base}/me/{profile}", paywall: "https://in.pub.example/{id}" },
    });
    Iteras.configure({ base: "" });
    Iteras.configure();
    return [
      Iteras.selfserviceiframe({ profile: "lumen" }),
      Iteras.paywalliframe({ profile: "lumen", paywallid: ["A", "B"] }),
    ].map((html) => /src="([^"?&]*)/.exec(html)[1]);
  });
  assert.deepEqual(src, ["https://pass.pub.example/x/me/lumen", "https://in.pub.example/A,B"]);
});

test("configure with a cookie domain: a renewed pass is stored there, and only there", async () => {
  const host = "www.pub.localhost";
  const page = await scene.reader();
  await give(page, await scene.pass({ expires_in: DAY / 1000 }), { domain: host });
  page.site = page.site.replace("localhost", host);
  await open(page, "/article", () => {
    Iteras.configure({ cookieDomain: "pub.localhost" });
    Iteras.wall({});
  });
  await holds(page, () => order.includes("renewed"));
  const all = await page.browserContext().cookies();
  assert.deepEqual(
    all.map(({ name, domain, path }) => [name, domain, path]),
    [["iteraspass", ".pub.localhost", "/"]],
  );
});

test("configure takes a cookie domain in capitals, with letters beyond ASCII, and with a dot before it", async () => {
  for (const [domain, host] of [
    ["PUB.LocalHost", "www.pub.localhost"],
    [".Pub.localhost", "www.pub.localhost"],
    ["blåbær.localhost", "www.xn--blbr-roah.localhost"],
    ["BLÅBÆR.localhost", "www.xn--blbr-roah.localhost"],
    ["xn--blbr-roah.localhost", "www.xn--blbr-roah.localhost"],
  ]) {
    const page = await scene.reader();
    await give(page, await scene.pass({ expires_in: DAY / 1000 }), { domain: host });
    page.site = page.site.replace("localhost", host);
    await open(
      page,
      "/article",
      (cookieDomain) => {
        Iteras.configure({ cookieDomain });
        Iteras.wall({});
      },
      domain,
    );
    await holds(page, () => order.includes("renewed"));
    const all = await page.browserContext().cookies();
    assert.deepEqual(
      all.map(({ domain }) => domain),
      [host.replace("www", "")],
      domain,
    );
  }
});

test("log-out deletes a partitioned pass, beside the plain one or alone; a log-in keeps what it wrote", async () => {
  const pass = await scene.pass();
  const page = await scene.reader();
  const write = (paths) =>
    page.evaluate(
      (pass, paths) => {
        for (const path of paths) document.cookie = `iteraspass=${pass}; Path=${path}; Secure; Partitioned`;
      },
      pass,
      paths,
    );
  const count = () => page.evaluate(() => document.cookie.split("iteraspass=").length - 1);
  await open(page, "/paywall/");
  await write(["/", "/paywall", "/paywall/"]);
  await give(page, pass);
  assert.equal(await count(), 4);
  await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
  assert.equal(await count(), 0);
  assert.deepEqual(await order(page), ["logout nopass"]);
  await write(["/paywall"]);
  await logIn(page, pass);
  assert.equal(await count(), 1);
  assert.deepEqual(await cookies(page), [`/ iteraspass=${pass}`]);
});

test("configure comes before the first call that needs it", async () => {
  const page = await scene.reader();
  for (const first of [
    "Iteras.wall({})",
    'Iteras.selfserviceiframe({ profile: "lumen" })',
    'Iteras.frame("selfservice", { profile: "lumen" })',
  ]) {
    await open(page, "/article");
    await page.evaluate(first);
    const thrown = await caught(page, "Iteras.configure({ renewAfter: 5 })");
    assert.equal(thrown?.code, "bad_option", first);
    assert.match(thrown.message, /before/);
  }
});

test("configure refuses what makes no sense, and takes nothing of it", async () => {
  const page = await scene.reader();
  for (const [options, option] of [
    ["{ base: 'javascript:x' }", "base"],
    ["{ base: 5 }", "base"],
    ["{ base: 'https://a.dk/?x' }", "base"],
    ["{ base: 'https://u:p@a.dk/' }", "base"],
    ["{ cookieDomain: 'elsewhere.dk' }", "cookieDomain"],
    ["{ cookieDomain: 'ocalhost' }", "cookieDomain"],
    ["{ cookieDomain: 1 }", "cookieDomain"],
    ["{ cookieDomain: 'http://localhost' }", "cookieDomain"],
    ["{ cookieDomain: 'local host' }", "cookieDomain"],
    ["{ cookieDomain: '.' }", "cookieDomain"],
    ["{ renewAfter: '60' }", "renewAfter"],
    ["{ renewAfter: -1 }", "renewAfter"],
    ["{ renewAfter: NaN }", "renewAfter"],
    ["{ renewAfter: 1.5 }", "renewAfter"],
    ["{ endpoints: 'x' }", "endpoints"],
    ["{ endpoints: { renew: 'javascript:x' } }", "endpoints"],
    ["{ endpoints: { renew: 5 } }", "endpoints"],
    ["{ endpoints: { elsewhere: '{base}/' } }", "endpoints"],
    ["{ endpoints: { paywall: 'https://{profile}.dk/{id}' } }", "endpoints"],
    ["'x'", "options"],
    ["[]", "options"],
  ]) {
    await open(page, "/article");
    const thrown = await caught(page, `Iteras.configure(${options})`);
    const html = await page.evaluate(() => Iteras.selfserviceiframe({ profile: "lumen" }));
    refused(thrown, "configure", option, "", "");
    assert.match(html, new RegExp(`src="${scene.service}/lumen/selfservice/`), options);
  }
});
