// The results of the frame calls and their way into a page (documented surface, section 4; protocol,
// "URLs"), in a real browser with the stand-in's real frames.
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { test } from "./driver/test.mjs";
import { FRAME_ID, WALL, relay } from "./frame-helpers.mjs";
import { start, toolPath } from "./harness.mjs";

const KINDS = [
  { kind: "selfservice", method: "selfserviceiframe", needs: {}, path: "/lumen/selfservice/", title: "Self-service" },
  {
    kind: "ordering",
    method: "orderingiframe",
    needs: { orderingid: "o-1" },
    path: "/lumen/order/o-1/",
    title: "Order",
    payment: true,
  },
  { kind: "signup", method: "signupiframe", needs: { signupid: "s-1" }, path: "/lumen/signup/s-1/", title: "Sign up" },
  {
    kind: "paywall",
    method: "paywalliframe",
    needs: { paywallid: WALL },
    path: `/lumen/paywall/${WALL}/`,
    title: "Log in",
  },
];

let world;
before(async () => (world = await start({ site: "tests/e2e/pages/frames" })));
after(() => world.stop());

async function open(query = "") {
  const page = await world.page();
  await page.evaluateOnNewDocument(relay);
  await page.goto(`${world.site}/publisher.html${query}`);
  return page;
}

const call = (page, method, options) => page.evaluate((method, options) => Iteras[method](options), method, options);

// The exact string, save for the id, which is checked and becomes ID.
function withoutId(html) {
  const [id] = html.match(/(?<=data-iteras-frame=")[^"]*/);
  assert.match(id, FRAME_ID);
  return html.replaceAll(id, "ID");
}

// The string that stands in the protocol.
const frameHtml = ({ path, title, payment }, query, referrer = "strict-origin-when-cross-origin") =>
  `<iframe src="${world.service}${path}?iframe=1${query.replaceAll("&", "&amp;")}&amp;frame=ID" title="${title}"` +
  ' width="100%" height="200" frameborder="0"' +
  ` data-iteras-frame="ID" referrerpolicy="${referrer}"${payment ? ' allow="payment"' : ""}></iframe>`;

test("exactly the fixed attributes in their order, for all four kinds, string and element", async () => {
  const page = await open();
  for (const each of KINDS) {
    const options = { profile: "lumen", ...each.needs };
    assert.equal(withoutId(await call(page, each.method, options)), frameHtml(each, ""));
    const element = await page.evaluate((kind, options) => Iteras.frame(kind, options).outerHTML, each.kind, options);
    assert.equal(withoutId(element), frameHtml(each, ""), each.kind);
  }
});

test("parameters in their order, percent-encoded, only when set; a title of the page's own", async () => {
  const page = await open();
  const common = {
    cssclass: "wide dark",
    preauth: "a:b/c",
    next: "/after?x=1&y=æ#z",
    title: 'Log "in" & <read>',
    // Unknown options are ignored.
    prodid: "9",
    width: 100,
    onload: "alert(1)",
    src: "https://evil.example/",
    style: "color:red",
    id: {},
  };
  const encoded = "&cssclass=wide%20dark&preauth=a%3Ab%2Fc&next=%2Fafter%3Fx%3D1%26y%3D%C3%A6%23z";
  const title = "Log &quot;in&quot; &amp; &lt;read&gt;";
  const [selfservice, ordering, signup, paywall] = KINDS;
  const expectations = [
    [selfservice, {}, ""],
    [signup, { prefill: { name: "Ø" } }, "&prefill.name=%C3%98"],
    [paywall, { access: "sub" }, "&access=sub"],
    [ordering, { prefill: { products: "12MPro", "a b&c": "d=e" } }, "&prefill.products=12MPro&prefill.a%20b%26c=d%3De"],
  ];
  for (const [each, options, query] of expectations) {
    const html = await call(page, each.method, { profile: "lumen", ...each.needs, ...common, ...options });
    assert.equal(withoutId(html), frameHtml({ ...each, title }, encoded + query, "no-referrer"), each.kind);
  }
});

test("absent options are absent, however they are spelt", async () => {
  const page = await open();
  for (const nothing of [undefined, null, ""]) {
    const given = await page.evaluate(
      (nothing, wall) =>
        Iteras.paywalliframe({
          profile: "lumen",
          paywallid: wall,
          cssclass: nothing,
          preauth: nothing,
          next: nothing,
          access: nothing,
          title: nothing,
          prefill: nothing,
        }),
      nothing,
      WALL,
    );
    assert.equal(withoutId(given), frameHtml(KINDS[3], ""), String(nothing));
  }
});

test("several paywalls are joined by commas, whatever they hold; empty items are dropped", async () => {
  const page = await open();
  const path = (paywallid) =>
    call(page, "paywalliframe", { profile: "lumen", paywallid }).then((html) => html.match(/paywall\/([^"]*?)\/\?/)[1]);
  assert.equal(await path([WALL]), WALL);
  assert.equal(await path([WALL, "BBBB2222"]), `${WALL},BBBB2222`);
  assert.equal(await path(["", WALL, null, "BBBB2222"]), `${WALL},BBBB2222`);
  assert.equal(await path(["a,b", "c/d"]), "a%2Cb,c%2Fd");
});

test("prefill: strings, numbers, booleans, arrays that repeat the field", async () => {
  const page = await open();
  const html = await page.evaluate(() =>
    Iteras.orderingiframe({
      profile: "lumen",
      orderingid: "lumen-order",
      prefill: {
        a: "x",
        n: 0,
        f: 1.5,
        neg: -1,
        yes: true,
        no: false,
        list: ["p", 2, false],
        none: null,
        nothing: undefined,
        empty: "",
        hollow: [],
        gaps: ["", null, "z"],
      },
    }),
  );
  assert.equal(
    withoutId(html)
      .match(/iframe=1(.*?)&amp;frame/)[1]
      .replaceAll("&amp;", "&"),
    "&prefill.a=x&prefill.n=0&prefill.f=1.5&prefill.neg=-1&prefill.yes=true&prefill.no=false" +
      "&prefill.list=p&prefill.list=2&prefill.list=false&prefill.gaps=z",
  );
});

test("what makes no sense is bad_option, and the sentence names method and option", async () => {
  const page = await open();
  const wrong = await page.evaluate(() => {
    const sound = { profile: "lumen", orderingid: "o", signupid: "s", paywallid: "p" };
    const methods = {
      selfserviceiframe: "",
      orderingiframe: "orderingid",
      signupiframe: "signupid",
      paywalliframe: "paywallid",
    };
    const wrong = [];
    const check = (method, options, named, work = () => Iteras[method](options), says = ": expected ") => {
      const found = thrownBy(work);
      if (found.code != "bad_option" || !`${found.message}`.startsWith(`Iteras.${method}: ${named}${says}`))
        wrong.push([method, named, found]);
    };
    const missing = (method, options, named, work) => check(method, options, named, work, " is missing: ");
    const noText = [1, 0, true, false, {}, [], ["x"], () => {}, Symbol("s"), 1n, new String("x"), NaN];
    for (const method of Object.keys(methods)) {
      const id = methods[method];
      for (const argument of [1, "lumen", true, [sound], () => {}]) check(method, argument, "options");
      for (const nothing of [undefined, null, ""]) missing(method, nothing, "profile");
      for (const option of ["profile", id].filter(Boolean)) {
        for (const nothing of [undefined, null, ""]) missing(method, { ...sound, [option]: nothing }, option);
        for (const odd of [".", "..", "a\0", "\x1f", "a\nb", "\x7f", "x".repeat(257), "æ".repeat(129)]) {
          check(method, { ...sound, [option]: odd }, option);
        }
      }
      for (const option of ["profile", "cssclass", "preauth", "next", "title"]) {
        for (const value of noText) check(method, { ...sound, [option]: value }, option);
      }
      if (id && id != "paywallid") for (const value of noText) check(method, { ...sound, [id]: value }, id);
    }
    for (const paywallid of [1.5, true, {}, [1.5], ["p", {}], [["p"]], ["p", ".."], [""], [], ["p", "\n"]]) {
      check("paywalliframe", { ...sound, paywallid }, "paywallid");
    }
    for (const access of ["gold", "SUB", "sub ", "__proto__", 1, true, {}, ["sub"]])
      check("paywalliframe", { ...sound, access }, "access");
    const noValues = [{}, [[1]], () => {}, Symbol("s"), 1n, new Date(0)];
    for (const prefill of ["a=b", 1, true, ["a"], () => {}, ...noValues.map((a) => ({ a }))]) {
      check("orderingiframe", { ...sound, prefill }, "prefill");
    }
    for (const kind of ["Paywall", "log-in", "__proto__", "constructor", "toString", 1, {}]) {
      check("frame", sound, "kind", () => Iteras.frame(kind, sound));
    }
    for (const kind of ["", undefined, null]) missing("frame", sound, "kind", () => Iteras.frame(kind, sound));
    missing("frame", sound, "paywallid", () => Iteras.frame("paywall", { profile: "lumen" }));
    return wrong;
  });
  assert.deepEqual(wrong, []);
  // Nothing of all that has done anything.
  assert.deepEqual(await page.evaluate(() => [seen, document.querySelectorAll("iframe").length]), [[], 0]);
  assert.deepEqual(page.errors, []);
});

test("what is missing is named with what it is, and what was given is told as it was given", async () => {
  const page = await open();
  const said = (work) => page.evaluate((work) => thrownBy(new Function(`return ${work}`)).message, work);
  const sound = 'profile: "lumen"';
  for (const [work, sentence] of [
    ["Iteras.paywalliframe()", "Iteras.paywalliframe: profile is missing: the short name of your account, e.g. lumen"],
    [`Iteras.orderingiframe({ ${sound} })`, /^Iteras\.orderingiframe: orderingid is missing: an id /],
    [`Iteras.signupiframe({ ${sound}, signupid: null })`, /^Iteras\.signupiframe: signupid is missing: an id /],
    [`Iteras.paywalliframe({ ${sound}, paywallid: "" })`, /^Iteras\.paywalliframe: paywallid is missing: an id /],
    [`Iteras.paywalliframe({ ${sound}, paywallid: ["a", ".."] })`, /: paywallid: expected .*, got "a,\.\."$/],
    ['Iteras.selfserviceiframe({ profile: ".." })', /: profile: expected the short name .*, got "\.\."$/],
    [
      `Iteras.frame("login", { ${sound} })`,
      'Iteras.frame: kind: expected "selfservice", "ordering", "signup" or "paywall", got "login"; the log-in frame is "paywall"',
    ],
    [`Iteras.frame(["order"], { ${sound} })`, /got "order"; the log-in frame is "paywall"$/],
    [`Iteras.frame(7, { ${sound} })`, /got "7"; /],
    [`Iteras.frame(undefined, { ${sound} })`, /^Iteras\.frame: kind is missing: "selfservice", /],
  ]) {
    const found = `${await said(work)}`;
    if (typeof sentence == "string") assert.equal(found, sentence, work);
    else assert.match(found, sentence, work);
    assert.doesNotMatch(found, /got undefined/);
  }
  await page.evaluate(() => Iteras.selfserviceiframe({ profile: "lumen" }));
  assert.equal(await said("Iteras.configure({})"), "Iteras.configure: call it before wall and frames");
});

test("C55 works by document.write, innerHTML, jQuery append, and inserted later by a framework", async () => {
  const page = await open();
  await page.addScriptTag({ path: toolPath("jquery") });
  const found = await page.evaluate(async (wall) => {
    const order = () => Iteras.orderingiframe({ profile: "lumen", orderingid: "lumen-order" });
    const spoke = (frame) =>
      new Promise((done) => {
        new MutationObserver(() => done(frame.id)).observe(frame, { attributeFilter: ["style"] });
      });
    const put = (id, frame) => Object.assign(frame, { id });
    const waiting = [];
    const box = document.body.appendChild(document.createElement("div"));

    box.innerHTML = `<p>${order()}</p>`;
    waiting.push(spoke(put("innerHTML", box.querySelector("iframe"))));

    jQuery("<section>")
      .appendTo(document.body)
      .append(Iteras.paywalliframe({ profile: "lumen", paywallid: [wall] }));
    waiting.push(spoke(put("jQuery", document.querySelector("section iframe"))));

    box.insertAdjacentHTML("afterend", order());
    waiting.push(spoke(put("insertAdjacentHTML", box.nextElementSibling)));

    // A framework keeps a template, clones it, and puts the clone in much later.
    const template = document.createElement("template");
    template.innerHTML = Iteras.selfserviceiframe({ profile: "lumen" });
    const clone = document.importNode(template.content, true).firstChild;
    await painted();
    document.body.append(clone);
    waiting.push(spoke(put("framework", clone)));

    document.body.append(put("element", Iteras.frame("signup", { profile: "lumen", signupid: "lumen-signup" })));
    waiting.push(spoke(document.getElementById("element")));

    // An element works where a string can't be found again.
    const shadow = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "closed" });
    const hidden = put("shadow", Iteras.frame("paywall", { profile: "lumen", paywallid: wall }));
    shadow.append(hidden);
    waiting.push(spoke(hidden));
    return { version: jQuery.fn.jquery, spoken: await Promise.all(waiting) };
  }, WALL);
  assert.equal(found.version, "4.0.0");
  assert.deepEqual(found.spoken, ["innerHTML", "jQuery", "insertAdjacentHTML", "framework", "element", "shadow"]);

  const written = await world.page();
  await written.goto(`${world.site}/written.html`);
  assert.deepEqual(await written.evaluate("atOnce"), { frames: 1, style: false, height: "200", next: "P" });
  await written.waitForFunction(() => document.querySelector("iframe").style.height);
  assert.deepEqual([...page.errors, ...written.errors], []);
});

test("a frame that is moved about in the page goes on being heard", async () => {
  const page = await open();
  await page.evaluate(async (wall) => {
    const options = { profile: "lumen", paywallid: wall };
    window.moved = [await insert(Iteras.paywalliframe(options)), await insert(Iteras.frame("paywall", options))];
    for (const frame of moved) {
      frame.removeAttribute("style");
      document.body.prepend(frame); // loads anew, in a window of its own
    }
  }, WALL);
  await page.waitForFunction(() => moved.every((frame) => parseInt(frame.style.height) > 100));
});
