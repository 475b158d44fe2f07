// `iteras/react` and `iteras/vue`: rendered on a server, hydrated without a mismatch, followed, gone without a trace.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";

import { EXPIRED_PASS, install, OTHER_PASS, PASS, run, tool, WALL } from "./harness.mjs";

const SERVERS = { authorized: true, reason: null, level: "sub", paywallid: WALL, subscriber: "31168" };
const FIRST = { ...SERVERS, expires: "2099-12-31T23:59:59.000Z", keyId: "0" };
const options = { paywallid: WALL, access: "sub" };

let folder;
let window;
let complaints = [];
const modules = {};
let servers;
before(async () => {
  folder = await install("frameworks");
  const refused = { ...FIRST, authorized: false, reason: "signature" };
  const wanted = {
    none: { options },
    first: { options, firstVerdict: FIRST },
    refused: { options, firstVerdict: refused },
  };
  servers = JSON.parse(await run(join(folder, "render.mjs"), [JSON.stringify(wanted)], { cwd: folder }));
  window = await page();
  const require = createRequire(join(folder, "package.json"));
  const load = (name) => import(pathToFileURL(require.resolve(name)));
  modules.react = {
    ...(await load("react")),
    ...(await load("react-dom/client")),
    ...(await import(join(folder, "react.mjs"))),
  };
  modules.vue = { ...(await import(pathToFileURL(join(folder, "../node_modules/vue/index.mjs")))) };
  modules.vueArticle = (await import(join(folder, "vue.mjs"))).Article;
});
after(() => window.close());
beforeEach(() => {
  complaints = [];
  setCookie("");
});

/** A page in this process, with what scripts of pages use. */
async function page() {
  const { JSDOM, VirtualConsole } = (await tool("jsdom")).default;
  const { window } = new JSDOM("<!doctype html><body>", {
    url: "http://localhost/",
    virtualConsole: new VirtualConsole(),
    pretendToBeVisual: true,
  });
  const names = [
    "document",
    "location",
    "navigator",
    "Document",
    "Element",
    "HTMLElement",
    "SVGElement",
    "ShadowRoot",
    "Node",
  ];
  names.push("HTMLCollection", "HTMLIFrameElement", "CustomEvent", "Event", "MutationObserver", "localStorage");
  names.push("sessionStorage", "addEventListener", "removeEventListener", "dispatchEvent");
  for (const name of names) {
    const value = typeof window[name] == "function" && /^[a-z]/.test(name) ? window[name].bind(window) : window[name];
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  globalThis.window = window;
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
  // Timers of a page do not hold up the end of this process.
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (work, delay, ...given) => {
    const timer = setTimeout(work, delay, ...given);
    return delay < 1000 ? timer : timer.unref();
  };
  // The service renews every pass as it is.
  const fetch = async (_, { body }) => ({
    status: 200,
    headers: new Headers(),
    json: async () => ({ pass: body }),
    text: async () => JSON.stringify({ pass: body }),
  });
  globalThis.fetch = window.fetch = fetch;
  for (const name of ["error", "warn"]) console[name] = (...given) => complaints.push(given.map(String).join(" "));
  return window;
}

function setCookie(pass) {
  document.cookie = pass ? `${pass.join("=")}; path=/` : "iteraspass=; path=/; max-age=0";
}
// Another tab's change is seen when the reader looks at the page again.
const look = () => document.dispatchEvent(new Event("visibilitychange"));
const calls = () => globalThis[Symbol.for("iteras.1")]?.iteras.calls.length ?? 0;
const place = (html) => {
  const element = document.createElement("div");
  element.innerHTML = html;
  document.body.append(element);
  return element;
};

/** By framework, the article put into a page: `{ text, update, unmount }`, hydrated where there is HTML. */
const FRAMEWORKS = {
  async react(props, html) {
    const { act, createElement, createRoot, hydrateRoot, StrictMode, Article } = modules.react;
    const element = place(html ?? "");
    const content = (props) => createElement(StrictMode, null, createElement(Article, props));
    const onRecoverableError = (error) => complaints.push(String(error));
    let root;
    await act(async () => {
      if (html) root = hydrateRoot(element, content(props), { onRecoverableError });
      else (root = createRoot(element)).render(content(props));
    });
    return {
      text: () => element.textContent,
      settle: (work) => act(async () => work()),
      update: (props) => act(async () => root.render(content(props))),
      unmount: () => act(async () => root.unmount()),
    };
  },
  async vue(props, html) {
    const { createApp, createSSRApp, h, nextTick, shallowRef } = modules.vue;
    const element = place(html ?? "");
    const given = shallowRef(props);
    const app = (html ? createSSRApp : createApp)({ render: () => h(modules.vueArticle, given.value) });
    app.config.warnHandler = (line) => complaints.push(line);
    app.mount(element);
    await nextTick();
    return {
      text: () => element.textContent,
      settle: async (work) => (await work(), await nextTick()),
      update: async (props) => ((given.value = props), await nextTick()),
      unmount: async () => app.unmount(),
    };
  },
};

test("a server renders its own verdict, and without one an undecided wall", () => {
  assert.deepEqual(servers, {
    none: { react: "<p>pending nobody</p>", parts: "…", vue: "<p>pending nobody</p>" },
    first: { react: "<p>open nobody</p>", parts: "<i>article</i>", vue: "<p>open nobody</p>" },
    refused: { react: "<p>refused nobody</p>", parts: "<b>refused</b>", vue: "<p>refused nobody</p>" },
  });
});

for (const [name, mount] of Object.entries(FRAMEWORKS)) {
  test(`${name}: hydration agrees with the server whatever the cookie says, and the page's verdict comes next`, async () => {
    for (const [firstVerdict, cookie, before, now] of [
      [FIRST, PASS, "open", "open 31168"],
      [FIRST, "", "open", "nopass nobody"],
      [undefined, PASS, "pending", "open 31168"],
      [undefined, OTHER_PASS, "pending", "wrongpaywall 251848"],
      [{ ...FIRST, authorized: false, reason: "signature" }, PASS, "refused", "open 31168"],
    ]) {
      setCookie(cookie);
      const told = [];
      const html = servers[firstVerdict ? (firstVerdict.authorized ? "first" : "refused") : "none"][name];
      const mounted = await mount({ options, firstVerdict, told: (text) => told.push(text) }, html);
      assert.deepEqual([told[0], mounted.text()], [before, now]);
      await mounted.unmount();
    }
    assert.deepEqual(
      complaints.filter((line) => !/this pass is for/.test(line)),
      [],
    );
  });

  test(`${name}: the server's verdict stands while the page's own is pending`, async () => {
    setCookie(EXPIRED_PASS);
    const told = [];
    const decided = new Promise((done) => document.addEventListener("iteras:renewed", done, { once: true }));
    const props = { options, firstVerdict: FIRST, told: (text) => told.push(text) };
    const mounted = await mount(props, servers.first[name]);
    assert.equal(mounted.text(), "open 31168");
    await mounted.settle(() => decided);
    await mounted.unmount();
    assert.deepEqual([...new Set(told)], ["open"]);
  });

  test(`${name}: a wall hears of what comes later, and leaves nothing behind`, async () => {
    const listeners = listening();
    const mounted = await mount({ options });
    assert.equal(mounted.text(), "nopass nobody");
    const walls = calls();
    assert.ok(listeners.left() > 0);
    await mounted.settle(() => (setCookie(PASS), look()));
    assert.equal(mounted.text(), "open 31168");
    await mounted.settle(() => (setCookie(""), look()));
    assert.equal(mounted.text(), "nopass nobody");
    await mounted.unmount();
    assert.deepEqual([calls(), listeners.left()], [walls - 1, 0]);
    listeners.end();
    assert.deepEqual(complaints, []);
  });

  test(`${name}: other options are another wall; the same ones written anew are the same`, async () => {
    setCookie(PASS);
    const told = [];
    const props = (paywallid) => ({ options: { paywallid }, told: (text) => told.push(text) });
    const mounted = await mount(props([WALL]));
    const walls = calls();
    await mounted.update(props([WALL]));
    assert.deepEqual([mounted.text(), calls()], ["open 31168", walls]);
    told.length = 0;
    await mounted.update(props("AAAA1111"));
    assert.equal(mounted.text(), "wrongpaywall 31168");
    assert.ok(!told.includes("open"), `${told}`);
    await mounted.settle(() => {});
    assert.equal(calls(), walls);
    await mounted.unmount();
  });
}

for (const [name, mount] of Object.entries(FRAMEWORKS)) {
  test(`${name}: a stub of iteras/testing says what the component sees, and leaves the page's own Iteras as it was`, async () => {
    const { stubIteras } = await import(join(folder, "node_modules/iteras/testing.js"));
    const own = calls();
    const stub = stubIteras({ authorized: false, reason: "refused" }, { pass: { subscriber: "7" } });
    const mounted = await mount({ options });
    assert.equal(mounted.text(), "refused 7");
    await mounted.settle(() => stub.show({ authorized: true, subscriber: "7" }));
    assert.equal(mounted.text(), "open 7");
    assert.deepEqual(stub.walls[0], { ...stub.walls[0], ...options });
    await mounted.unmount();
    stub.restore();
    assert.equal(calls(), own);
    assert.deepEqual(complaints, []);
  });
}

test("a first verdict that is none is refused with a sentence", async () => {
  const { renderToString } = await import(pathToFileURL(join(folder, "../node_modules/react-dom/server.node.js")));
  const { Article, createElement } = modules.react;
  for (const [given, got] of [
    ["open", "a string"],
    [{ ok: true }, "another object"],
  ]) {
    assert.throws(() => renderToString(createElement(Article, { options, firstVerdict: given })), {
      code: "bad_option",
      message: `useWall: firstVerdict: expected a verdict, such as gate.check gives, got ${got}`,
    });
  }
});

test("options that make no sense go to React's error boundary, and open nothing", async () => {
  const { act, Component, createElement, createRoot, Article } = modules.react;
  class Boundary extends Component {
    state = {};
    static getDerivedStateFromError = (error) => ({ error });
    render() {
      return this.state.error ? `${this.state.error.code}` : this.props.children;
    }
  }
  setCookie(PASS);
  const element = place("");
  const root = createRoot(element, { onCaughtError: () => {} });
  const wrong = createElement(Article, { options: { paywallid: WALL, access: "subs" } });
  await act(async () => root.render(createElement(Boundary, null, wrong)));
  assert.equal(element.textContent, "bad_option");
  await act(async () => root.unmount());
});

/** The listeners that are put on document and window from now on, less those that are taken away. */
function listening() {
  const targets = [document, window];
  const open = new Set();
  const key = (target, type, listener) => {
    listener.id ??= `${(listening.count = (listening.count ?? 0) + 1)}`;
    return `${targets.indexOf(target)} ${type} ${listener.id}`;
  };
  for (const target of targets) {
    const { addEventListener, removeEventListener } = target;
    target.addEventListener = (type, listener, ...more) => {
      if (/^(iteras:|storage|visibilitychange)/.test(type)) open.add(key(target, type, listener));
      return addEventListener.call(target, type, listener, ...more);
    };
    target.removeEventListener = (type, listener, ...more) => {
      open.delete(key(target, type, listener));
      return removeEventListener.call(target, type, listener, ...more);
    };
  }
  return {
    left: () => open.size,
    end: () => targets.forEach((target) => (delete target.addEventListener, delete target.removeEventListener)),
  };
}
