// The page that checks pages: it finds what the command line finds (tests/vectors/check_cases.json), and frames that
// are cut (cut_cases.json); what is pasted neither runs, nor loads, nor leaves.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before } from "node:test";

import { test } from "./driver/test.mjs";
import { start } from "./harness.mjs";
import { checkPage } from "./page-checks.mjs";

const root = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const vectors = (name) => JSON.parse(read(`tests/vectors/${name}_cases.json`));
const MISTAKES = read("crates/cli/tests/pages/mistakes.html");
const ARTICLE = read("crates/cli/tests/pages/article.html");
const WRITES = '<script>document.write(Iteras.paywalliframe({ profile: "lumen", paywallid: ["a"] }))</script>';
const SCRIPT = '<script src="https://app.iteras.dk/static/api/iteras.js"></script>';

let world;
before(async () => {
  world = await start({ site: "www" });
});
after(() => world && world.stop());

// A visitor of the page, and all that the browser asks for meanwhile.
async function visit({ prepare, expected } = {}) {
  const page = await world.page();
  const asked = [];
  // WebKit counts the rendered page itself.
  page.on("request", (request) => request.url() == "about:srcdoc" || asked.push(request.url()));
  const dialogs = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    dialog.dismiss();
  });
  if (prepare) await page.evaluateOnNewDocument(prepare);
  await page.goto(`${world.site}/check`);
  await page.waitForSelector("#check-form[data-ready]");
  asked.length = 0;
  return {
    page,
    asked,
    dialogs,
    fill: (values) =>
      page.evaluate((values) => {
        for (const [id, value] of Object.entries(values)) {
          const field = document.getElementById(id);
          if (typeof value == "boolean") field.checked = value;
          else field.value = value;
        }
      }, values),
    // As the file dialog does.
    choose: (files) =>
      page.evaluate(async (files) => {
        const list = new DataTransfer();
        for (const [name, text] of Object.entries(files)) list.items.add(new File([text], name));
        const input = document.getElementById("files");
        input.files = list.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }, files),
    // Has it checked; gives for each source the findings, and what was not looked at.
    async check() {
      await page.evaluate(() => {
        document.getElementById("report").replaceChildren();
        document.getElementById("status").textContent = "";
        document.getElementById("check").click();
      });
      await page.waitForFunction(() =>
        /findings? in|Paste|expected/.test(document.getElementById("status").textContent),
      );
      return page.evaluate(() => {
        const text = (element, selector) => element.querySelector(selector).textContent;
        const all = (selector, where = document) => [...where.querySelectorAll(selector)];
        return {
          status: document.getElementById("status").textContent,
          names: all(".source h3").map((one) => one.textContent),
          findings: all(".source").map((source) =>
            all(".findings:not(.calls) > li", source).map((one) => ({
              line: Number(text(one, ".line").replace("Line ", "")),
              code: text(one, ".what + code"),
              what: text(one, ".what"),
              effects: all("dt", one).map((name) => name.textContent),
            })),
          ),
          unread: all(".unread li").map((one) => one.textContent),
        };
      });
    },
    state: () =>
      page.evaluate(() => [location.pathname, window.hit ?? null, document.getElementById("status").textContent]),
    async leave() {
      await page.browserContext().close();
      const errors = page.errors.filter((error) => !expected || !expected.test(error));
      assert.deepEqual(errors, []);
    },
  };
}

// The origin of a server, as long as a test runs.
async function listening(t, server) {
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

const brief = (findings) => findings.map((list) => list.map(({ line, code }) => `${line} ${code}`));

test("the page finds what the command line finds, in pasted pages and in files", async () => {
  const cases = vectors("check");
  assert.ok(cases.some(({ findings }) => findings[0].length == 20));
  const visitor = await visit();
  for (const { title, files = [], pages = {}, address, policies, findings } of cases) {
    const given = { ...pages };
    for (const file of files) given[file.split("/").pop()] = read(file);
    const texts = Object.values(given);
    await visitor.page.evaluate(() => document.getElementById("check-form").reset());
    await visitor.fill({ address, policy: policies });
    await visitor.choose(given);
    await visitor.page.waitForFunction(
      (count) => document.querySelectorAll("#chosen li").length == count,
      {},
      texts.length,
    );
    const report = await visitor.check();
    assert.deepEqual(brief(report.findings), findings, title);
    assert.deepEqual(report.names, Object.keys(given), title);
    const count = findings.flat().length;
    assert.match(
      report.status,
      count ? new RegExp(`^${count} findings? in `) : /^0 findings in .*nothing in them/,
      title,
    );
    if (texts.length > 1 || /\.js$/.test(Object.keys(given)[0])) continue;
    await visitor.page.evaluate(() => document.getElementById("check-form").reset());
    await visitor.fill({ html: texts[0], address, policy: policies });
    assert.deepEqual(brief((await visitor.check()).findings), findings, `${title}, pasted`);
  }
  await visitor.leave();
});

test("frames that something cuts are found, those that show whole are not", async () => {
  const visitor = await visit();
  for (const { title, page, findings, unmeasured = [] } of vectors("cut")) {
    await visitor.fill({ html: page });
    const report = await visitor.check();
    const found = report.findings[0].map(({ code, what }) => `${code}: ${what}`);
    assert.deepEqual(found, findings, title);
    assert.deepEqual(report.unread, unmeasured, title);
  }
  await visitor.leave();
});

test("a theme's script and style sheet count where a page loads them", async () => {
  const visitor = await visit();
  await visitor.choose({
    "page.html": `<link rel=stylesheet href="/theme/style.css?ver=2">\n${SCRIPT}\n<div id=box></div>\n<script src="/theme/wall.js?ver=2"></script>`,
    "wall.js":
      "var box = jQuery('#box');\nfunction show() { box.html(Iteras.paywalliframe({ profile: 'a', paywallid: 'b' })); }",
    "style.css": "#box { max-height: 300px; overflow: hidden }",
  });
  await visitor.page.waitForFunction(() => document.querySelectorAll("#chosen li").length == 3);
  const report = await visitor.check();
  assert.deepEqual(brief(report.findings), [["4 frame_cut"], []]);
  assert.match(
    report.findings[0][0].what,
    /^the frame of wall\.js:2 Iteras\.paywalliframe is cut: div#box has max-height/,
  );
  assert.deepEqual(report.findings[0][0].effects, ["Companion", "Replacement"]);
  assert.deepEqual(report.unread, []);
  // Without the style sheet there is nothing to see, which is said.
  // Pressed from within: the page may still be scrolling to the report.
  await visitor.page.$eval('[aria-label="Remove style.css"]', (button) => button.click());
  const without = await visitor.check();
  assert.equal(without.status, "0 findings in 2 pages and scripts, of which not all could be looked at.");
  assert.deepEqual(brief(without.findings), [[], []]);
  assert.match(
    without.unread[0],
    /^page\.html: rendered without the style sheet style\.css: add the files, or have them/,
  );
  assert.deepEqual(visitor.asked, []);
  await visitor.leave();
});

// Pages that would run, load from `EVIL`, submit to it, or lead there.
const hostile = (EVIL) => ({
  scripts: `<script>parent.hit = top.hit = 1; document.write("<p>x")</script><script type=module>top.hit = 1</script><script src="${EVIL}/a.js"></script>`,
  handlers:
    '<body onload="top.hit = 1"><img src=x onerror="top.hit = 1"><svg onload="top.hit = 1"><input autofocus onfocus="top.hit = 1"><details open ontoggle="top.hit = 1">',
  refresh: `<meta http-equiv=refresh content="0; url=${EVIL}/"><meta http-equiv=" Refresh " content="0;javascript:top.hit=1">`,
  addresses:
    '<base target=_top href="javascript:/a/"><a id=go href="javascript:top.hit = 1">x</a><iframe src="javascript:top.hit = 1"></iframe><form action="javascript:top.hit = 1"><button autofocus>',
  forms: `<form action="${EVIL}/" target=_top method=post><input type=image src="${EVIL}/i.png"><button>x</button></form>`,
  frames: `<iframe src="${EVIL}/"></iframe><iframe srcdoc="<script>top.hit = 1</script>"></iframe><object data="${EVIL}/"></object><embed src="${EVIL}/"><frameset><frame src="${EVIL}/"></frameset>`,
  loads: `<link rel=stylesheet href="${EVIL}/a.css"><link rel=prefetch href="${EVIL}/p"><link rel=icon href="${EVIL}/f"><style>@import "${EVIL}/b.css"; body { background: url(${EVIL}/c.png) } @font-face { font-family: a; src: url(${EVIL}/d.woff) } p { font-family: a }</style><p style="background: url(${EVIL}/e.png)">x</p><img srcset="${EVIL}/g.png 1x"><video poster="${EVIL}/h.png" src="${EVIL}/i.mp4" autoplay></video><audio src="${EVIL}/j.mp3" autoplay></audio><svg><image href="${EVIL}/k.png"/><use href="${EVIL}/l.svg#a"/></svg>`,
  clobbering:
    "<img name=body><img name=getElementById><img name=querySelectorAll><form id=box><input name=parentNode><input name=getBoundingClientRect><input name=append><input name=getAttribute><input name=id><input name=style></form>",
  shapes:
    '</textarea><script>top.hit = 1</script><!--><script>top.hit = 1</script>--><noscript><p title="</noscript><img src=x onerror=top.hit=1>"></noscript><template shadowrootmode=open><script>top.hit = 1</script></template><svg><style><img src=x onerror=top.hit=1></style></svg><math><mtext><table><mglyph><style><img src=x onerror=top.hit=1>',
  policy:
    "<meta http-equiv=Content-Security-Policy content=\"default-src *; script-src 'unsafe-inline'\"><script>top.hit = 1</script>",
  depth: "<div>".repeat(20_000),
  templates: `<section><template shadowrootmode=open><iframe src="${EVIL}/t"></iframe><img src="${EVIL}/t.png" onerror="top.hit = 1"><template shadowrootmode=open><link rel=stylesheet href="${EVIL}/t.css"></template></template></section>`,
  names:
    '<h1 id="Iteras">x</h1><p id="<img src=x onerror=top.hit=1>" class="<script>"></p><iframe src="https://app.iteras.dk/<img src=x onerror=top.hit=1>"></iframe>',
});

test("hostile pages neither run, load, submit nor lead away", async (t) => {
  // Each frame that is put into the page while it is checked.
  const prepare = () => {
    window.frames_ = [];
    new MutationObserver((records) => {
      for (const { addedNodes } of records)
        for (const node of addedNodes)
          if (node.localName == "iframe") window.frames_.push([node.getAttribute("sandbox"), node.srcdoc]);
    }).observe(document, { childList: true, subtree: true });
  };
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.end();
  });
  const EVIL = await listening(t, server);
  const pages = hostile(EVIL);
  // Firefox tells of what the policy stops, and of a request that was refused.
  const visitor = await visit({ prepare, expected: /^Security Error: |content blocked|Content-Security-Policy/ });
  for (const [title, page] of Object.entries(pages)) {
    const html = `${SCRIPT}<style>.a, #box { max-height: 300px; overflow: hidden }</style><div class=a>${WRITES}</div>${page}`;
    await visitor.fill({ html, policy: "" });
    const report = await visitor.check();
    assert.ok(
      report.findings[0].some(({ code }) => code == "frame_cut"),
      `${title}: ${JSON.stringify(report)}`,
    );
    const frames = await visitor.page.evaluate(() => window.frames_.splice(0));
    assert.equal(frames.length, 1, title);
    assert.equal(frames[0][0], "allow-same-origin", title);
    assert.match(
      frames[0][1],
      /<head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'">/,
    );
    const [path, hit] = await visitor.state();
    assert.deepEqual([path, hit], ["/check", null], title);
    assert.deepEqual([asked, visitor.dialogs], [[], []], title);
    assert.equal(await visitor.page.$$eval("iframe", (all) => all.length), 0, title);
  }
  // The clobbered form is itself such a place.
  const form =
    pages.clobbering +
    `<script>document.getElementById("box").innerHTML = Iteras.paywalliframe({ profile: "a", paywallid: "b" })</script>`;
  await visitor.fill({ html: `<style>#box { max-height: 300px; overflow: hidden }</style>${SCRIPT}${form}` });
  const [found] = (await visitor.check()).findings[0];
  assert.match(found.what, /form#box has max-height: 300px/);
  // A page of frames has no body.
  const write = 'document.write(Iteras.orderingiframe({ profile: "a", orderingid: "b" }))';
  await visitor.fill({
    html: `${SCRIPT}<script>${write}</script><frameset onload="top.hit = 1"><frame src="${EVIL}/">`,
  });
  assert.match((await visitor.check()).unread[0], /: the page has no such place, unless a script makes it$/);
  // Had anything been let out, it would be here by now: this comes after it.
  await fetch(`${EVIL}/last`);
  assert.deepEqual(asked, ["/last"]);
  await visitor.leave();
});

test("style sheets are loaded when asked to, and nothing else", async (t) => {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(200, { "content-type": "text/css" });
    response.end(".a { max-height: 200px; overflow: hidden }");
  });
  const origin = await listening(t, server);
  const address = `${origin}/folder/page`;
  const visitor = await visit();
  const html = `<link rel=stylesheet href="a.css"><script src="b.js"></script><img src="c.png">${SCRIPT}<div class=a>${WRITES}</div>`;
  await visitor.fill({ html, address, policy: "" });
  assert.deepEqual(brief((await visitor.check()).findings), [[]]);
  assert.deepEqual(asked, []);
  await visitor.fill({ loads: true });
  const report = await visitor.check();
  assert.deepEqual(brief(report.findings), [["1 frame_cut"]]);
  assert.deepEqual(report.unread, []);
  assert.deepEqual(asked, ["/folder/a.css"]);
  await visitor.leave();
});

test("a page is read where the browser may, and else the page says why not", async (t) => {
  const server = createServer((request, response) => {
    const headers = { "content-type": "text/html", "content-security-policy": "script-src 'none'" };
    const open = { "access-control-allow-origin": "*", "access-control-expose-headers": "content-security-policy" };
    response.writeHead(request.url == "/gone" ? 404 : 200, request.url == "/shut" ? headers : { ...headers, ...open });
    response.end(ARTICLE);
  });
  const other = await listening(t, server);
  const visitor = await visit({ expected: /^Cross-Origin Request Blocked|due to access control checks/ });
  const { page } = visitor;
  const tried = async (address) => {
    await visitor.fill({ address, html: "", policy: "" });
    await page.evaluate(() => {
      document.getElementById("status").textContent = "";
      document.getElementById("read").click();
    });
    await page.waitForFunction(() =>
      /^(Read |expected|The browser|http.*expected)/.test(document.getElementById("status").textContent),
    );
    return page.evaluate(() =>
      ["status", "html", "policy"].map((id) => document.getElementById(id)).map((one) => one.value ?? one.textContent),
    );
  };
  const own = await tried(`${world.site}/article-teaser`);
  assert.match(own[0], /^Read .*\/article-teaser: \d+ characters\. Now have it checked\.$/);
  assert.match(own[1], /^<!doctype html>[^]*Iteras\.wall\(/);
  const open = await tried(`${other}/open`);
  assert.deepEqual([open[1], open[2]], [ARTICLE, "script-src 'none'"]);
  const report = await visitor.check();
  assert.deepEqual(new Set(report.findings[0].map(({ code }) => code)), new Set(["csp_inline", "csp_script"]));
  const shut = await tried(`${other}/shut`);
  assert.match(shut[0], /^The browser may not read http.*\/shut: .*CORS.*View page source/);
  assert.equal(shut[1], "");
  assert.match((await tried(`${other}/gone`))[0], /\/gone: expected status 200, got 404$/);
  assert.match((await tried(`${world.service}/static/api/iteras.js`))[0], /expected a page, got text\/javascript/);
  assert.equal((await tried("www.pub.example"))[0], 'expected an http(s) address, got "www.pub.example"');
  assert.equal((await tried("javascript:alert(1)"))[0], 'expected an http(s) address, got "javascript:alert(1)"');
  assert.equal(await page.$$eval("iframe", (all) => all.length), 0);
  await visitor.leave();
});

test("the page's own policy lets nothing out", async () => {
  const visitor = await visit();
  const out = await visitor.page.evaluate(async (service) => {
    const stopped = [];
    const all = new Promise((done) =>
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
        if (stopped.push(effectiveDirective) == 3) done();
      }),
    );
    await fetch(`${service}/static/api/iteras.js`).catch(() => {});
    navigator.sendBeacon(`${service}/static/api/iteras.js`, "x");
    new Image().src = `${service}/x.png`;
    await all;
    return stopped.sort();
  }, world.service);
  assert.deepEqual(out, ["connect-src", "connect-src", "img-src"]);
  await visitor.fill({ html: MISTAKES });
  visitor.asked.length = 0;
  assert.equal((await visitor.check()).findings[0].length, 20);
  assert.deepEqual(visitor.asked, []);
  await visitor.leave();
});

test("the report is copied as text and as JSON, by hand where the browser does not", async () => {
  const visitor = await visit({
    prepare: () => {
      window.copies = [];
      const writeText = async (text) => {
        if (window.refuses) throw new Error("no");
        window.copies.push(text);
      };
      Object.defineProperty(navigator, "clipboard", { value: { writeText } });
    },
  });
  const { page } = visitor;
  await visitor.fill({ html: MISTAKES });
  await visitor.check();
  const copied = async (id) => {
    await page.evaluate((id) => {
      document.getElementById("copied").textContent = "";
      document.getElementById(id).click();
    }, id);
    await page.waitForFunction(() => document.getElementById("copied").textContent);
    return page.evaluate(() => window.copies.pop());
  };
  const text = await copied("copy-as-text");
  assert.match(text, /^pasted page\n/);
  assert.match(text, /\n +12  FINDING      missing_access: the wall names no access\n +both /);
  assert.match(text, /\n1 page or script, 20 findings$/);
  const json = JSON.parse(await copied("copy-as-json"));
  assert.deepEqual([json.findings, json.sources.length, json.sources[0].findings.length], [20, 1, 20]);
  await page.evaluate(() => {
    window.refuses = true;
  });
  await copied("copy-as-text");
  const field = await page.$eval("#copy-text", ({ value, selectionStart, selectionEnd }) => [
    value,
    selectionEnd - selectionStart,
  ]);
  assert.deepEqual(field, [text, text.length]);
  await visitor.leave();
});

test("mistakes of the visitor are told", async () => {
  const visitor = await visit();
  assert.equal((await visitor.check()).status, "Paste a page, or choose files, first.");
  await visitor.fill({ html: ARTICLE, address: "nonsense" });
  assert.equal((await visitor.check()).status, 'expected an http(s) address, got "nonsense"');
  // Made there: such a text takes its time on the way.
  await visitor.page.evaluate(() => {
    const list = new DataTransfer();
    list.items.add(new File(["x".repeat(2 * 1024 * 1024 + 1)], "long.html"));
    const input = document.getElementById("files");
    input.files = list.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await visitor.page.waitForFunction(() => /long\.html/.test(document.getElementById("status").textContent));
  assert.equal((await visitor.state())[2], "long.html: expected at most 2097152 bytes, got 2097153");
  await visitor.fill({ address: "" });
  await visitor.page.evaluate(() => {
    document.getElementById("html").value = "é".repeat(2 * 1024 * 1024);
  });
  assert.equal((await visitor.check()).status, "pasted page: expected at most 2097152 bytes, got 4194304");
  await visitor.leave();
});

test("files can be dropped, and the page is used by keyboard alone", async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.evaluate((text) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], "dropped.html"));
    const form = document.getElementById("check-form");
    for (const type of ["dragenter", "dragover", "drop"])
      form.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }, ARTICLE);
  await page.waitForFunction(() => document.getElementById("chosen").textContent.includes("dropped.html"));
  const stops = [];
  await page.evaluate(() => document.getElementById("html").focus());
  for (let at = 0; at < 8 && stops.at(-1) != "check"; at++) {
    await page.keyboard.press("Tab");
    stops.push(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim()));
  }
  assert.deepEqual(stops, ["files", "Remove", "More about the page", "check"]);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /^0 findings in 1 page/.test(document.getElementById("summary").textContent));
  assert.equal(await page.evaluate(() => document.activeElement.id), "summary");
  await visitor.leave();
});

for (const scheme of ["light", "dark"])
  test(`the page can be used by everybody, empty and with findings, on phone and desk: ${scheme}`, async () => {
    const visitor = await visit();
    const { page } = visitor;
    // As a dark system would have it; not every driver can pretend one.
    if (scheme == "dark")
      await page.evaluate(() => {
        for (const { cssRules } of document.styleSheets)
          for (const { media } of cssRules)
            if (media && /prefers-color-scheme: dark/.test(media.mediaText)) media.mediaText = "all";
      });
    for (const html of ["", MISTAKES, ARTICLE]) {
      for (const width of [320, 1280]) {
        await page.setViewport({ width, height: 800 });
        if (html) {
          await visitor.fill({ html });
          await visitor.check();
        }
        await page.$$eval("details", (all) => all.forEach((one) => (one.open = true)));
        assert.deepEqual(await page.evaluate(checkPage, "page"), [], `${width}`);
        assert.equal(
          await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
          0,
          `${width}`,
        );
      }
    }
    await visitor.leave();
  });
