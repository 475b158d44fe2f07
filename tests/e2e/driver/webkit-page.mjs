// A page in WebKit, its frames and its elements, with as much of puppeteer's face as our tests use.
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";

import { Answers, Gone, Lost, deferred } from "./webkit-inspector.mjs";
import { Request, Response } from "./webkit-request.mjs";

const LIMIT = 30_000;

// More pixels than the browser's toolbar is wide at least.
const TOOLBAR_WIDTH = 480;

// A page may live in several processes one after the other, or in two while it goes from one site to another: each is
// a target within the page's, with a wire of its own.
class Process {
  answers = new Answers();

  constructor(page, id) {
    this.page = page;
    this.id = id;
  }

  send(method, params = {}, about) {
    const { id, answer } = this.answers.expect(method, about);
    const message = JSON.stringify({ id, method, params });
    this.page.tell("Target.sendMessageToTarget", { targetId: this.id, message });
    return answer;
  }
}

/** Any thing of a page, held for later. */
class Element {
  constructor(frame, process, objectId) {
    Object.assign(this, { frame, process, objectId });
  }

  async evaluate(work, ...args) {
    const answer = await this.process.send("Runtime.callFunctionOn", {
      objectId: this.objectId,
      functionDeclaration: `function (...args) { return (${work})(this, ...args) }`,
      arguments: args.map((value) => ({ value })),
    });
    return this.frame.valueOf(this.process, answer);
  }

  async $(selector) {
    const { result } = await this.process.send("Runtime.callFunctionOn", {
      objectId: this.objectId,
      functionDeclaration: `function () { return (${find})(this, ${JSON.stringify(selector)})[0] }`,
    });
    return result.objectId ? new Element(this.frame, this.process, result.objectId) : null;
  }

  scrollIntoView = () => this.evaluate((element) => element.scrollIntoView({ block: "center", behavior: "instant" }));

  /** The frame that an iframe shows. */
  async contentFrame() {
    const place = await this.evaluate((element) => {
      const { length } = element.ownerDocument.defaultView;
      const windows = Array.from({ length }, (_, i) => element.ownerDocument.defaultView[i]);
      return windows.indexOf(element.contentWindow);
    });
    return (await this.frame.children())[place];
  }

  // Its place on the page's surface, with the frames around it.
  async #middle() {
    let { x, y } = await this.evaluate((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    });
    for (let frame = this.frame; frame.parentFrame(); frame = frame.parentFrame()) {
      const place = (await frame.parentFrame().children()).indexOf(frame);
      const corner = await frame.parentFrame().evaluate((place) => {
        const within = (root) =>
          [...root.querySelectorAll("*")].flatMap((one) => [
            ...(one.contentWindow === window[place] ? [one] : []),
            ...(one.shadowRoot ? within(one.shadowRoot) : []),
          ]);
        const [element] = within(document);
        const { left, top } = element.getBoundingClientRect();
        const { paddingLeft, paddingTop } = getComputedStyle(element);
        return {
          x: left + element.clientLeft + parseFloat(paddingLeft),
          y: top + element.clientTop + parseFloat(paddingTop),
        };
      }, place);
      x += corner.x;
      y += corner.y;
    }
    return { x: Math.round(x), y: Math.round(y) };
  }

  async click() {
    await this.scrollIntoView();
    const position = await this.#middle();
    for (const interaction of ["Move", "SingleClick"]) {
      await this.frame.page.automate("performMouseInteraction", {
        position,
        button: interaction == "Move" ? "None" : "Left",
        interaction,
        modifiers: [],
      });
    }
  }

  tap = () => this.click();

  async type(text) {
    await this.evaluate((element) => element.focus());
    await this.frame.page.automate("performKeyboardInteractions", {
      interactions: [...text].map((text) => ({ type: "InsertByKey", text })),
    });
  }
}

// Elements that a selector names: one of CSS, or with `::-p-text(…)` at its end the innermost of those that hold that
// text.
function find(root, selector) {
  const [, css, text] = /^(.*?)::-p-text\((.*)\)$/.exec(selector) ?? [];
  if (text === undefined) return [...root.querySelectorAll(selector)];
  const all = [...(root.body ?? root).querySelectorAll(css || "*")].filter(
    (element) => !/^(SCRIPT|STYLE|TEMPLATE)$/.test(element.tagName) && element.textContent.includes(text),
  );
  return all.filter((element) => !all.some((other) => other != element && element.contains(other)));
}

class Frame {
  constructor(page, id, parent) {
    Object.assign(this, { page, id, parent, address: "" });
  }

  url = () => this.address;
  parentFrame = () => this.parent;
  childFrames = () => this.page.frames().filter((frame) => frame.parent == this);
  isDetached = () => !this.page.frames().includes(this);

  /** The frames in it, in the order of its window. */
  async children() {
    const { frameTree } = await this.page.process.send("Page.getResourceTree");
    const own = (tree) => (tree.frame.id == this.id ? tree : (tree.childFrames ?? []).map(own).find(Boolean));
    return (own(frameTree)?.childFrames ?? []).map(({ frame }) => this.page.frameOf(frame.id)).filter(Boolean);
  }

  async evaluate(work, ...args) {
    const { process, answer } = await this.run(work, args);
    const value = await this.valueOf(process, answer, this.id);
    // The address may have changed without a new document.
    if (!this.parent) await this.page.lookAtAddress();
    return value;
  }

  // The text of a function with its arguments, evaluated in the frame's own world.
  async run(work, args) {
    const text = (value) => (value === undefined ? "undefined" : JSON.stringify(value));
    const expression = typeof work == "string" ? work : `(${work})(${args.map(text).join(", ")})`;
    for (const end = Date.now() + LIMIT; ;) {
      const { process, contextId } = await this.page.world(this);
      const about = { contextId };
      const how = { emulateUserGesture: true, objectGroup: "tests" };
      try {
        const answer = await process.send("Runtime.evaluate", { expression, contextId, ...how }, about);
        return { process, answer: { ...answer, about } };
      } catch (error) {
        // The document had gone before anything ran in it. One that comes out of the back/forward cache is not told.
        if (!(error instanceof Lost) || Date.now() > end) throw error;
        await this.page.lookForWorlds();
      }
    }
  }

  // The result, as a value of ours.
  async valueOf(process, { result, wasThrown, about }) {
    if (wasThrown) throw new Error(result.description ?? String(result.value));
    if (!result.objectId) return result.type == "undefined" ? undefined : result.value;
    const byValue = { returnByValue: true };
    const { objectId } = result;
    const said =
      result.className == "Promise"
        ? await process.send("Runtime.awaitPromise", { promiseObjectId: objectId, ...byValue }, about)
        : await process.send(
            "Runtime.callFunctionOn",
            { objectId, functionDeclaration: "function () { return this }", ...byValue },
            about,
          );
    if (said.wasThrown) throw new Error(said.result.description ?? String(said.result.value));
    return said.result.value;
  }

  async $(selector) {
    const { process, answer } = await this.run(`(${find})(document, ${JSON.stringify(selector)})[0]`, []);
    if (answer.wasThrown) throw new Error(answer.result.description ?? String(answer.result.value));
    return answer.result.objectId ? new Element(this, process, answer.result.objectId) : null;
  }

  async $$(selector) {
    const count = await this.evaluate(`(${find})(document, ${JSON.stringify(selector)}).length`);
    const one = async (place) => {
      const { process, answer } = await this.run(`(${find})(document, ${JSON.stringify(selector)})[${place}]`, []);
      return new Element(this, process, answer.result.objectId);
    };
    return Promise.all(Array.from({ length: count }, (_, place) => one(place)));
  }

  async $eval(selector, work, ...args) {
    const element = await this.$(selector);
    if (!element) throw new Error(`nothing is ${selector}`);
    return element.evaluate(work, ...args);
  }

  $$eval = (selector, work, ...args) =>
    this.evaluate(`(${work})((${find})(document, ${JSON.stringify(selector)}), ...${JSON.stringify(args)})`);

  async click(selector) {
    await (await this.waitForSelector(selector)).click();
  }

  async type(selector, text) {
    await (await this.waitForSelector(selector)).type(text);
  }

  async waitForFunction(work, { polling = 20, timeout = LIMIT } = {}, ...args) {
    const what = () => `waited ${timeout} ms in vain for ${work} in ${this.url()}`;
    return repeat(() => this.evaluate(work, ...args), { polling, timeout, what });
  }

  async waitForSelector(selector, { visible = false, timeout = LIMIT } = {}) {
    const shown = (element) => element.checkVisibility({ visibilityProperty: true });
    const there = async () => {
      const element = await this.$(selector);
      return element && (!visible || (await element.evaluate(shown))) ? element : null;
    };
    return repeat(there, { timeout, what: () => `waited ${timeout} ms in vain for ${selector} in ${this.url()}` });
  }
}

const number = (frame) => Number(frame.id.split(".")[1]);

// Asks until the answer is a truthy one. A page that goes away while it is asked is asked again when it has come.
async function repeat(ask, { polling = 20, timeout = LIMIT, what }) {
  for (const end = Date.now() + timeout; ;) {
    const answer = await ask().catch((error) => {
      if (!(error instanceof Gone)) throw error;
    });
    if (answer) return answer;
    if (Date.now() > end) throw new Error(what());
    await new Promise((next) => setTimeout(next, polling));
  }
}

export class Page extends EventEmitter {
  #context;
  #inspector;
  #target;
  #answers = new Answers();
  #processes = new Map();
  // Events of processes whose page has not come yet.
  #early = new Map();
  #frames = new Map();
  #worlds = new Map();
  #requests = new Map();
  #begun = deferred();
  #main = new Frame(this, undefined, null);
  #scripts = new Map();
  #headers = {};
  #preferences = new Map();
  #intercepts = false;
  #closed = false;
  #lastLine;
  process;

  constructor(context, inspector, target, handle) {
    super();
    this.handle = handle;
    this.setMaxListeners(0);
    this.#context = context;
    this.#inspector = inspector;
    this.#target = target;
    inspector.once("closed", () => this.#over());
  }

  /** Has the page talk with us. */
  ready() {
    this.#inspector.setUp(this.#target);
    this.tell("Target.setPauseOnStart", { pauseOnStart: true });
    return this.#begun.promise;
  }

  browserContext = () => this.#context;
  isClosed = () => this.#closed;
  mainFrame = () => this.#main;
  // In the order in which they began: each id is the process and a number.
  frames = () => [this.#main, ...[...this.#frames.values()].sort((one, other) => number(one) - number(other))];
  frameOf = (id) => (id == this.#main.id ? this.#main : this.#frames.get(id));
  url = () => this.#main.url();

  // Some commands call the page by the one name, some by the other.
  automate = (method, params) =>
    this.#inspector.automate(method, { handle: this.handle, browsingContextHandle: this.handle, ...params });

  /** A command about the page's processes. */
  tell(method, params) {
    const { id, answer } = this.#answers.expect(method);
    this.#inspector.tell(this.#target, { id, method, params });
    return answer;
  }

  async close() {
    await this.automate("closeBrowsingContext");
    this.#over();
  }

  #over() {
    this.#closed = true;
    this.#answers.forget();
    for (const process of this.#processes.values()) process.answers.forget();
  }

  // --- what the page says ---

  hear(message) {
    const { method, params } = message;
    if (message.id) this.#answers.settle(message);
    else if (method == "Target.targetCreated") this.#created(params.targetInfo);
    else if (method == "Target.targetDestroyed") this.#destroyed(params.targetId);
    else if (method == "Target.didCommitProvisionalTarget") this.#came(params);
    else if (method == "Target.dispatchMessageFromTarget") this.#dispatch(params.targetId, JSON.parse(params.message));
  }

  #created({ targetId, type, isProvisional, isPaused }) {
    if (type != "page") return;
    const process = new Process(this, targetId);
    this.#processes.set(targetId, process);
    if (isProvisional) this.#early.set(targetId, []);
    else this.process = process;
    const told = this.#prepare(process);
    if (isPaused) this.tell("Target.resume", { targetId });
    if (!isProvisional) told.then(() => this.#begun.resolve(), this.#begun.reject);
  }

  // Everything that the tests have said so far; in one go, since a page may run before the first answer.
  #prepare(process) {
    const said = ["Page", "Runtime", "Console", "Network"].map((domain) => process.send(`${domain}.enable`));
    said.push(
      process.send("Page.getResourceTree").then(({ frameTree }) => {
        if (process == this.process) this.#main.id ??= frameTree.frame.id;
      }),
    );
    if (this.#scripts.size) said.push(process.send("Page.setBootstrapScript", { source: this.#script() }));
    if (this.#intercepts) said.push(...this.#intercept(process));
    if (Object.keys(this.#headers).length) {
      said.push(process.send("Network.setExtraHTTPHeaders", { headers: this.#headers }));
    }
    for (const [name, value] of this.#preferences) {
      said.push(process.send("Page.overrideUserPreference", { name, value }));
    }
    return Promise.all(said);
  }

  #destroyed(id) {
    this.#processes.get(id)?.answers.forget();
    this.#processes.delete(id);
    this.#early.delete(id);
  }

  #came({ newTargetId }) {
    this.process = this.#processes.get(newTargetId);
    const early = this.#early.get(newTargetId) ?? [];
    this.#early.delete(newTargetId);
    this.#frames.clear();
    this.#worlds.clear();
    for (const event of early) this.#happened(this.process, event);
  }

  #dispatch(id, message) {
    const process = this.#processes.get(id);
    if (!process) return;
    const early = this.#early.get(id);
    if (message.id) process.answers.settle(message);
    // Requests wait for answers, whether the page has come or not.
    else if (early && !message.method.startsWith("Network.")) early.push(message);
    else this.#happened(process, message);
  }

  #happened(process, { method, params }) {
    this.#EVENTS[method]?.call(this, params, process);
  }

  #EVENTS = {
    "Page.frameNavigated": ({ frame: { id, parentId, url } }) => {
      if (!parentId) {
        this.#main.id = id;
        this.#frames.clear();
      } else if (!this.#frames.has(id)) {
        this.#frames.set(id, new Frame(this, id, this.frameOf(parentId) ?? this.#main));
      }
      const frame = this.frameOf(id);
      frame.address = url;
      this.emit("framenavigated", frame);
    },
    "Page.frameDetached": ({ frameId }) => {
      this.#frames.delete(frameId);
      this.#forget(frameId);
    },
    "Page.loadEventFired": () => this.emit("load"),
    "Page.domContentEventFired": () => this.emit("domcontentloaded"),
    "Runtime.executionContextCreated": ({ context: { id, frameId, type } }, process) => {
      if (type != "normal") return;
      const known = this.#worlds.get(frameId);
      // Told a second time: what was asked there is still to be answered.
      if (known?.process == process && known.contextId == id) return;
      this.#forget(frameId);
      this.#worlds.set(frameId, { process, contextId: id });
    },
    "Console.messageAdded": ({ message }) => this.#line(message),
    // Equal lines one after the other are told as a number.
    "Console.messageRepeatCountUpdated": () => this.#lastLine && this.#line(this.#lastLine),
    "Network.requestWillBeSent": ({ requestId, request, type, frameId, redirectResponse }, process) => {
      if (redirectResponse) this.emit("response", new Response(redirectResponse));
      const made = new Request(process, requestId, request, type, this.frameOf(frameId) ?? this.#main);
      this.#requests.set(requestId, made);
      if (!this.#intercepts || !/^https?:/.test(request.url)) this.emit("request", made);
    },
    "Network.requestIntercepted": ({ requestId, request }, process) => {
      const known = this.#requests.get(requestId);
      this.emit("request", known?.asSent(request) ?? new Request(process, requestId, request, "Other", this.#main));
    },
    "Network.responseReceived": ({ response }) => this.emit("response", new Response(response)),
    "Network.loadingFailed": ({ requestId, errorText, canceled }) => {
      const request = this.#requests.get(requestId);
      if (request) this.emit("requestfailed", request.failed(canceled ? "net::ERR_ABORTED" : errorText));
    },
  };

  #line(message) {
    const { source, level, text, type, parameters = [], url } = message;
    // No other engine asks for one here, and no page has one.
    if (/\/favicon\.ico$/.test(url)) return;
    this.#lastLine = message;
    const refused = /^(Fetch API|XMLHttpRequest|EventSource) cannot load .* due to access control checks\.$/.test(text);
    if (source == "javascript" && level == "error" && !refused) {
      return this.emit("pageerror", new Error(text.replace(/^(Unhandled Promise Rejection: )?(Error: )?/, "")));
    }
    const words = parameters.map((one) => one.value ?? one.description ?? one.type);
    return this.emit("console", {
      text: () => (words.length ? words.join(" ") : text),
      type: () => (type == "log" || !type ? ({ warning: "warn" }[level] ?? level) : type),
      location: () => ({ url }),
    });
  }

  #forget(frameId) {
    const world = this.#worlds.get(frameId);
    this.#worlds.delete(frameId);
    if (world) world.process.answers.forget((about) => about?.contextId == world.contextId);
  }

  /** The process and context in which a frame's scripts run, once there is one. */
  world(frame) {
    const there = async () => this.#worlds.get(frame.id) ?? null;
    return repeat(there, { polling: 5, timeout: 5000, what: () => `no scripts can run in ${frame.url()}` });
  }

  /** Has the page tell its contexts again. */
  async lookForWorlds() {
    await this.process.send("Runtime.disable");
    await this.process.send("Runtime.enable");
  }

  async lookAtAddress() {
    const { process, contextId } = this.#worlds.get(this.#main.id) ?? {};
    if (!process) return;
    const said = await process
      .send("Runtime.evaluate", { expression: "location.href", contextId, returnByValue: true }, { contextId })
      .catch((error) => {
        if (!(error instanceof Gone)) throw error;
      });
    // A new document says its address itself.
    if (said && !said.wasThrown && this.#worlds.get(this.#main.id)?.contextId == contextId) {
      this.#main.address = said.result.value;
    }
  }

  // --- where it goes ---

  async goto(url) {
    const loaded = this.waitForNavigation();
    await this.automate("navigateBrowsingContext", { url, pageLoadStrategy: "None" });
    await loaded;
  }

  async reload() {
    const loaded = this.waitForNavigation();
    await this.automate("reloadBrowsingContext", { pageLoadStrategy: "None" });
    await loaded;
  }

  goBack = () => this.#travel(-1);
  goForward = () => this.#travel(1);

  // A page that was kept alive does not load again.
  async #travel(by) {
    const came = this.#once("framenavigated", (frame) => frame == this.#main);
    await this.automate(by < 0 ? "goBackInBrowsingContext" : "goForwardInBrowsingContext", {
      pageLoadStrategy: "None",
    });
    await came;
    await this.waitForFunction(() => document.readyState == "complete");
  }

  /** A new document of the page, loaded. */
  async waitForNavigation() {
    let came = false;
    const note = (frame) => (came ||= frame == this.#main);
    this.on("framenavigated", note);
    await this.#once("load", () => came).finally(() => this.off("framenavigated", note));
  }

  #once(event, which) {
    const { promise, resolve, reject } = deferred();
    const listener = (what) => which(what) && resolve(what);
    const late = setTimeout(() => reject(new Error(`waited ${LIMIT} ms in vain for ${event}`)), LIMIT);
    this.on(event, listener);
    return promise.finally(() => {
      clearTimeout(late);
      this.off(event, listener);
    });
  }

  waitForRequest = (which) => this.#once("request", which);

  /** A frame that `which` picks, once it is there. */
  waitForFrame = (which, { timeout = LIMIT } = {}) =>
    repeat(async () => this.frames().find((frame) => which(frame)) ?? null, {
      timeout,
      what: () => `waited ${timeout} ms in vain for a frame; there are ${this.frames().map((frame) => frame.url())}`,
    });

  // --- what runs in it ---

  evaluate = (...what) => this.#main.evaluate(...what);
  waitForFunction = (...what) => this.#main.waitForFunction(...what);
  waitForSelector = (...what) => this.#main.waitForSelector(...what);
  $ = (selector) => this.#main.$(selector);
  $$ = (selector) => this.#main.$$(selector);
  $eval = (...what) => this.#main.$eval(...what);
  $$eval = (...what) => this.#main.$$eval(...what);
  click = (selector) => this.#main.click(selector);
  type = (...what) => this.#main.type(...what);
  content = () => this.evaluate(() => document.documentElement.outerHTML);

  async addScriptTag({ path, content = readFileSync(path, "utf8") }) {
    await this.evaluate((text) => {
      const script = document.createElement("script");
      script.text = text;
      document.head.append(script);
    }, content);
  }

  // One script runs before a page's own, once in each document; each part may throw without harm to the next.
  #script = () => {
    const parts = [...this.#scripts.values()].map((text) => `(() => {\n${text}\n})`);
    return `(() => {
      const mark = Symbol.for("iteras.tests");
      if (document[mark]) return;
      Object.defineProperty(document, mark, { value: true });
      for (const part of [${parts.join(", ")}]) {
        try {
          part();
        } catch (error) {
          setTimeout(() => { throw error });
        }
      }
    })()`;
  };

  #everywhere = (method, params) =>
    Promise.all([...this.#processes.values()].map((process) => process.send(method, params)));

  async evaluateOnNewDocument(work, ...args) {
    const identifier = String(Math.max(0, ...this.#scripts.keys()) + 1);
    const text = typeof work == "string" ? work : `(${work})(${args.map((one) => JSON.stringify(one)).join(", ")})`;
    this.#scripts.set(Number(identifier), text);
    await this.#everywhere("Page.setBootstrapScript", { source: this.#script() });
    return { identifier };
  }

  async removeScriptToEvaluateOnNewDocument(identifier) {
    this.#scripts.delete(Number(identifier));
    await this.#everywhere("Page.setBootstrapScript", { source: this.#script() });
  }

  // --- what it asks for ---

  async setRequestInterception(on) {
    this.#intercepts = on;
    if (!on) return this.#everywhere("Network.setInterceptionEnabled", { enabled: false });
    return Promise.all([...this.#processes.values()].flatMap((process) => this.#intercept(process)));
  }

  #intercept = (process) => [
    process.send("Network.setInterceptionEnabled", { enabled: true }),
    process.send("Network.addInterception", { url: "^https?:", stage: "request", caseSensitive: false, isRegex: true }),
  ];

  async setExtraHTTPHeaders(headers) {
    this.#headers = headers;
    await this.#everywhere("Network.setExtraHTTPHeaders", { headers });
  }

  async emulateMediaFeatures(features) {
    for (const { name, value } of features) {
      if (name != "prefers-reduced-motion") throw new Error(`WebKit can't pretend ${name}`);
      this.#preferences.set("PrefersReducedMotion", value == "reduce" ? "Reduce" : "NoPreference");
    }
    for (const [name, value] of this.#preferences) {
      await this.#everywhere("Page.overrideUserPreference", { name, value });
    }
  }

  async cookies() {
    const { cookies } = await this.process.send("Page.getCookies");
    return cookies.map(({ expires, session, ...cookie }) => ({
      ...cookie,
      session,
      expires: session ? -1 : expires / 1000,
    }));
  }

  /** Stores a cookie: for the host alone, unless its domain begins with a dot. */
  async setCookie({ expires = -1, ...cookie }) {
    const lasts = expires >= 0;
    await this.process.send("Page.setCookie", {
      cookie: {
        httpOnly: false,
        secure: false,
        sameSite: "None",
        ...cookie,
        session: !lasts,
        expires: lasts ? expires * 1000 : 0,
      },
    });
  }

  async deleteCookie({ name, domain, path = "/" }) {
    await this.process.send("Page.deleteCookie", {
      cookieName: name,
      url: `http://${domain.replace(/^\./, "")}${path}`,
    });
  }

  // The window's frame holds the toolbar, too, which it never gets narrower than. The window takes its time to resize.
  async setViewport({ width, height }) {
    const toolbar = await this.evaluate(() => outerHeight - innerHeight);
    await this.automate("setWindowFrameOfBrowsingContext", { size: { width, height: height + toolbar } });
    const fits = (width, height, toolbarWidth) =>
      innerHeight == height && (innerWidth == width || (width < innerWidth && innerWidth < toolbarWidth));
    await this.waitForFunction(fits, {}, width, height, TOOLBAR_WIDTH);
  }

  async bringToFront() {
    await this.automate("switchToBrowsingContext", {});
  }
}
