// One page's walls, frames and renewals. What is decided is asked of the core (src/browser); what
// stands here reads the page's doors, keeps what was decided and performs it.
//
// Page code can run wherever an option is read, an event dispatched or a handler called, and may call
// any method again: all state is consistent at those places, and the core keeps none.
import { RefusedOption, read } from "./options.js";
import {
  BASE, CONFIGURE, DECIDE, PASS, LANDING, FRAME, MESSAGE, NEXT, PARAMETER, WITHOUT, HAS, CARRY, STORE, RENEW, CHECKED, ANSWER,
} from "./questions.js";

const KEY = "iteras.renewal";
const FIELD = "\x1f";
const SENTENCES = {
  cookie_unreadable: "this page may not read cookies",
  cookie_not_stored: "the browser did not keep the pass",
  cookie_not_deleted: "the browser did not delete the pass",
  redirect_loop: "the redirect would lead back to this page",
  frame_silent: "a frame loaded but says nothing: its page may be broken or blocked",
  internal: "Iteras has failed and stops on this page",
};
const ID_OPTIONS = { ordering: "orderingid", signup: "signupid", paywall: "paywallid" };
const FRAME_OPTIONS = {
  profile: "text", cssclass: "text", preauth: "text", next: "text", access: "level", title: "text",
  prefill: "fields",
};
const ANY = { ids: [], access: "" };
const hasPage = () => typeof document != "undefined";

// The methods, around a function that gives the core's `ask` and is called when it is first needed.
export function createIteras(start) {
  const config = { base: "", cookieDomain: "", renewAfter: 86400, endpoints: {} };
  const calls = [];
  const frames = new Map();
  const listening = {};
  const reported = {};
  let ask;
  let dead;
  let configUsed;
  let preauth = "";
  // A pass that the service vouched for, one for which asking came to nothing, one that is on its way.
  let confirmed = "";
  let givenUp = "";
  let sent = "";
  let askedBefore;
  let forgetful;
  let scheduled;
  let waiting;

  // --- the core, and what happens when it breaks ---

  function core(name, number, ...fields) {
    ask = ask || start();
    let question = name;
    // The separator itself has no business in any field; where it stands the core sees a NUL instead,
    // which is refused where that matters.
    for (let i = 0; i < fields.length; i++) question += FIELD + `${fields[i]}`.replace(/\x1f/g, "\0");
    return ask(question, number).split(FIELD).slice(1);
  }

  // Runs what must not throw into the page, save for a complaint about an option; a trap in the core
  // ends all work on this page (rules for every runtime, "A trap or panic").
  function guard(work, instead) {
    if (!dead) {
      try {
        return work();
      } catch (error) {
        if (error instanceof RefusedOption) throw error;
        dead = true;
        fail("internal");
      }
    }
    return instead && instead();
  }

  // Ids and paths go one a line; a line break inside one becomes a NUL, which fits nothing.
  function lines(items) {
    let text = "";
    for (let i = 0; i < items.length; i++) text += (i ? "\n" : "") + items[i].replace(/\n/g, "\0");
    return text;
  }

  const now = () => Date.now();

  // --- doors ---

  const parts = (url) =>
    `${url.href}\n${url.origin}\n${url.protocol}\n${url.username || ""}${url.password || ""}\n${url.pathname}\n${url.hostname}`;
  const here = () => parts(location);

  function resolve(text, base) {
    try {
      return parts(new URL(text, base));
    } catch (error) {
      return ""; // not a URL: the core takes it as such
    }
  }

  function cookie() {
    try {
      return document.cookie;
    } catch (error) {
      once("cookie_unreadable");
      return "";
    }
  }

  function write(text) {
    try {
      document.cookie = text;
    } catch (error) {
      // Whether it was written is seen when it is read back.
    }
  }

  // Nothing where storage can't be used.
  function record() {
    try {
      return forgetful ? null : localStorage.getItem(KEY) || "";
    } catch (error) {
      return null;
    }
  }

  function remember(text) {
    try {
      if (text) localStorage.setItem(KEY, text);
      else localStorage.removeItem(KEY);
    } catch (error) {
      // Works without: the next page then asks as if nothing were known.
    }
  }

  const usable = () => {
    const text = record();
    return text == null ? ["", ""] : [1, text];
  };

  function listen(target, type, listener) {
    if (!listening[type]) target.addEventListener(type, listener, (listening[type] = true));
  }

  // --- events ---

  function emit(type, detail) {
    document.dispatchEvent(new CustomEvent(`iteras:${type}`, { detail }));
  }

  function fail(code) {
    emit("error", { code, message: SENTENCES[code] });
  }

  function once(code) {
    if (!reported[code]) {
      reported[code] = true;
      fail(code);
    }
  }

  function report(error) {
    if (typeof reportError == "function") reportError(error);
    else setTimeout(() => { throw error; });
  }

  // --- verdicts ---

  function verdict(reason, pending, level, paywallid, expires, subscriber) {
    return {
      authorized: reason === "",
      pending: !!pending,
      reason: reason || null,
      level: level || null,
      paywallid: paywallid || null,
      subscriber: expires ? subscriber : null,
      expires: expires ? new Date(expires * 1000) : null,
    };
  }

  // What a gate in front of the page marked it with; believed where the call says that there is one.
  function saidByServer() {
    if (document.querySelector('meta[name="iteras-gate"][content="open"]')) return "";
    return document.querySelector(".iteras-content-truncated.iteras-no-pass,.iteras-content-truncated.iteras-invalid-pass") && "refused";
  }

  // The verdict, the value of the pass it is about, and whether it waits for the service.
  function decide(call) {
    const said = !call.server || saidByServer();
    if (typeof said == "string") return { verdict: verdict(said) };
    const [reason, value, level, paywallid, expires, subscriber] =
      core(DECIDE, now(), cookie(), call.access, confirmed, lines(call.ids));
    const waits = reason == "expired" && value != givenUp;
    return { value, waits, verdict: verdict(reason, waits, level, paywallid, expires, subscriber) };
  }

  function settle(call) {
    const decided = decide(call);
    if ((call.waits = decided.waits)) wait();
    else show(call, decided.verdict);
    return decided;
  }

  function settleAll() {
    for (let i = 0; i < calls.length; i++) settle(calls[i]);
  }

  // A decided verdict: event when it is the first or has changed, then handler or redirect, once.
  function show(call, shown) {
    call.waits = false;
    if (call.shown === shown.reason) return;
    call.shown = shown.reason;
    emit(shown.authorized ? "authorized" : "unauthorized", shown);
    if (shown.authorized || call.acted) return;
    if (call.handler) {
      call.acted = true;
      const requested = { paywallid: call.ids.length ? call.ids.slice() : null, access: call.access || null };
      try {
        call.handler(Object.assign({}, shown, { requested }));
      } catch (error) {
        report(error);
      }
    } else if (call.target) {
      call.acted = true;
      const [url] = core(LANDING, 0, call.target, here(), call.access);
      if (url) location.replace(url);
      else fail("redirect_loop");
    }
  }

  function wall(options) {
    const bad = [];
    const o = read(
      "wall", options, { paywallid: "list", access: "level", redirect: "url", unauthorized: "function", server: "boolean" }, bad,
    );
    if (!hasPage()) return verdict(null, true);
    return guard(() => {
      configUsed = true;
      const call = { ids: o.paywallid, access: o.access, handler: o.unauthorized, server: o.server, target: o.redirect && parts(o.redirect) };
      calls.push(call);
      listen(window, "pageshow", (event) => event.persisted && guard(shownAgain));
      let result;
      if (document.prerendering) {
        listen(document, "prerenderingchange", () => guard(shownAgain));
        result = Object.assign(decide(call).verdict, { pending: true });
      } else {
        const decided = settle(call);
        if (decided.value) schedule();
        result = decided.verdict;
        // The mark may stand further down.
        if (o.server && document.readyState == "loading") {
          document.addEventListener("DOMContentLoaded", () => guard(() => settle(call)));
        }
      }
      if (bad.length) throw bad[0];
      return result;
    }, () => verdict("internal"));
  }

  // Out of prerendering, or back out of the back/forward cache.
  function shownAgain() {
    givenUp = "";
    settleAll();
    schedule();
  }

  // --- renewal ---

  // First touches of storage and network are the dear part of a page view: never before the verdict.
  function schedule() {
    if (!scheduled) {
      scheduled = true;
      setTimeout(() => guard(() => { scheduled = false; renew(""); }));
    }
  }

  // A verdict waits for the service, 3 seconds at most.
  function wait() {
    if (waiting) return;
    waiting = setTimeout(() => guard(() => {
      waiting = 0;
      for (let i = 0; i < calls.length; i++) {
        if (!calls[i].waits) continue;
        givenUp = decide(calls[i]).value;
        settle(calls[i]);
      }
    }), 3000);
    listen(window, "storage", (event) => event.key == KEY && calls.some((call) => call.waits) && guard(() => { settleAll(); renew(""); }));
  }

  // The pass that the verdict is about: that of one that waits, else of the first call that has one.
  function subject() {
    let found;
    for (let i = 0; i < calls.length; i++) {
      const decided = decide(calls[i]);
      if (decided.value && (!found || (decided.waits && !found.waits))) found = decided;
    }
    return found;
  }

  function renew(turn) {
    // Another tab may have renewed the pass while this one waited for its turn.
    if (turn) settleAll();
    const about = !sent && subject();
    if (!about) return;
    const [step, asked, url] = core(
      RENEW, now(), about.value, about.waits ? 1 : "", config.renewAfter, turn, askedBefore ? 1 : "",
      ...usable(), config.endpoints.renew || "", config.base,
    );
    if (step == "turn") return takeTurn(about.waits);
    if (step == "send") {
      remember(asked);
      // Storage that is full keeps nothing: then it counts as none, and whether to ask is another question.
      if (!forgetful && record() != asked) {
        forgetful = true;
        return renew(turn);
      }
      askedBefore = true;
      return send(url, about.value);
    }
    if (step == "confirmed") confirmed = about.value;
    if (step == "giveup") givenUp = about.value;
    if (step) settleAll();
  }

  // One tab at a time asks; the lock is held until the answer is in.
  function takeTurn(waits) {
    let taken;
    const take = (lock) => {
      taken = true;
      return lock && guard(() => renew(lock == "claimed" ? lock : "locked"));
    };
    try {
      navigator.locks
        .request(KEY, { ifAvailable: !waits }, take)
        .catch(() => taken || take("claimed"));
    } catch (error) {
      take("claimed"); // no Web Locks here: the record in storage is the claim
    }
  }

  function send(url, value) {
    sent = value;
    let answered;
    const answer = (status, body, retryAfter) => {
      clearTimeout(timer);
      if (!answered) {
        answered = true;
        guard(() => receive(status, body, retryAfter));
      }
    };
    const stop = typeof AbortController == "function" && new AbortController();
    const timer = setTimeout(() => {
      if (stop) stop.abort();
      answer(0);
    }, 10000);
    try {
      return fetch(url, {
        method: "POST",
        body: value,
        headers: { "Content-Type": "text/plain" },
        credentials: "omit",
        redirect: "error",
        keepalive: true,
        signal: stop ? stop.signal : null,
      }).then((response) => {
        const retryAfter = response.headers.get("Retry-After");
        if (response.status != 200) return answer(response.status, null, retryAfter);
        return response.json().then((body) => answer(200, body));
      }).catch(() => answer(0));
    } catch (error) {
      answer(0); // no fetch here
    }
  }

  function receive(status, body, retryAfter) {
    const value = sent;
    sent = "";
    // After log-out or log-in elsewhere the answer concerns nobody any more.
    if (!value || !has(value)) return;
    const field = (name) => {
      const content = body && body[name];
      return [content === null ? "null" : typeof content, typeof content == "string" ? content : ""];
    };
    const seconds = /^\d+$/.test(retryAfter) ? retryAfter : Math.ceil((Date.parse(retryAfter) - now()) / 1000);
    const [said, after] = core(
      ANSWER, now(), value, status, ...field("pass"), ...field("errorcode"),
      seconds, Math.floor(Math.random() * 1000), ...usable(),
    );
    if (said == "renewed") {
      if (store(body.pass)) vouchedFor("renewed");
    } else if (said == "refused") {
      forget();
      emit("refused", verdict(said));
      for (let i = 0; i < calls.length; i++) show(calls[i], verdict(said));
    } else {
      if (record() != null) remember(after);
      const about = subject();
      if (about && about.waits) {
        givenUp = value;
        settleAll();
      }
    }
  }

  // --- the stored pass ---

  const has = (value) => core(HAS, 0, cookie(), value)[0];

  // Written first: another tab that opens just now is to find the one pass or the other.
  function store(pass) {
    write(core(STORE, 0, pass, config.cookieDomain, location.protocol == "https:" ? 1 : "")[0]);
    if (!has(pass)) return once("cookie_not_stored");
    erase(true);
    confirmed = pass;
    remember(core(CHECKED, now(), pass)[0]);
    return true;
  }

  function vouchedFor(type) {
    emit(type, decide(ANY).verdict);
    settleAll();
  }

  // Deletes every form that we, the service or a server may have set: host-only and for each domain,
  // each at `/` and at every ancestor path; where it is told to keep one, all but the form that `store`
  // writes. Stands here and not in the core, since log-out has to work when the core does not.
  function erase(keeping) {
    const domains = ["", config.cookieDomain];
    for (let name = location.hostname; name.indexOf(".") > 0; name = name.slice(name.indexOf(".") + 1)) {
      domains.push(name);
    }
    const paths = ["/"];
    const steps = location.pathname.split("/");
    for (let i = 1, path = ""; i < steps.length && path.length < 1024; i++) {
      path += `/${steps[i]}`;
      if (steps[i]) paths.push(path, `${path}/`);
    }
    for (let d = 0; d < domains.length; d++) {
      for (let p = 0; p < paths.length; p++) {
        const kept = keeping && !p && domains[d] == config.cookieDomain;
        if (!kept) write(`iteraspass=; Path=${paths[p]}; Max-Age=0${domains[d] && `; Domain=${domains[d]}`}`);
      }
    }
  }

  function forget() {
    sent = confirmed = "";
    erase();
    remember("");
    if (/(^|;)\s*iteraspass\s*=/.test(cookie())) once("cookie_not_deleted");
  }

  function logoutFromWall(options) {
    if (!hasPage()) return;
    // Deleting a pass is seen by other pages: not before the reader has come to this one.
    if (document.prerendering) {
      return document.addEventListener("prerenderingchange", () => logoutFromWall(options), { once: true });
    }
    forget();
    emit("logout", verdict("nopass"));
    const bad = [];
    const o = read("logoutFromWall", options, { redirect: "url" }, bad);
    if (bad.length) throw bad[0];
    if (o.redirect) location.assign(o.redirect.href);
    else if (o.redirect !== null) location.reload();
  }

  // --- frames ---

  function make(method, kind, options) {
    const bad = [];
    const idOption = ID_OPTIONS[kind];
    const kinds = Object.assign({}, FRAME_OPTIONS);
    if (idOption) kinds[idOption] = kind == "paywall" ? "list" : "text";
    const o = read(method, options, kinds, bad);
    if (bad.length) throw bad[0];
    if (!hasPage()) return;
    return guard(() => {
      configUsed = true;
      const place = here();
      const ids = idOption ? [].concat(o[idOption] || []) : [];
      const own = core(PARAMETER, 0, place, "iteraspreauth")[0] || preauth;
      const random = crypto.getRandomValues(new Uint8Array(16));
      let id = "";
      for (let i = 0; i < 16; i++) id += (random[i] + 256).toString(16).slice(1);
      const [refused, html, ...attributes] = core(
        FRAME, 0, kind, config.base, config.endpoints[kind] || "", id, place, o.profile, o.cssclass,
        o.preauth || own, o.next, o.access, o.title, lines(ids), ...o.prefill,
      );
      if (refused) throw new RefusedOption(method, refused, o[refused]);
      const src = attributes[1];
      const frame = { kind, ids, next: o.next, origin: resolve(src).split("\n")[1] };
      if (!frame.origin) throw new RefusedOption(method, "endpoints", src);
      frames.set(id, frame);
      listen(window, "message", (event) => guard(() => hear(event)));
      listen(document, "load", ({ target }) => {
        const loaded = target.getAttribute && frames.get(target.getAttribute("data-iteras-frame"));
        if (loaded && !loaded.own) expectWord(loaded);
      });
      // A credential: it stays in no address bar and no history.
      const [clean] = core(WITHOUT, 0, place, "iteraspreauth");
      if (clean) {
        preauth = own;
        try {
          history.replaceState(history.state, "", clean);
        } catch (error) {
          // A page that may not change its address keeps it; the frame works all the same.
        }
      }
      return { frame, html, attributes };
    }, () => {
      throw Object.assign(new Error(`Iteras.${method}: ${SENTENCES.internal}`), { code: "internal" });
    });
  }

  function frameHtml(method, kind) {
    return (options) => (make(method, kind, options) || { html: "" }).html;
  }

  function frameElement(kind, options) {
    const made = make("frame", `${kind}`, options);
    if (!made) return null;
    const element = document.createElement("iframe");
    for (let i = 0; i < made.attributes.length; i += 2) {
      if (made.attributes[i + 1]) element.setAttribute(made.attributes[i], made.attributes[i + 1]);
    }
    // A listener of its own, since in a shadow tree the document hears nothing; two would count one load twice.
    made.frame.own = made.frame.element = element;
    element.addEventListener("load", () => expectWord(made.frame));
    return element;
  }

  function expectWord(frame) {
    clearTimeout(frame.timer);
    if (!frame.spoke) frame.timer = setTimeout(() => guard(() => fail("frame_silent")), 15000);
    frame.spoke = false;
  }

  // A frame that was inserted as a string is found when its first message comes.
  function elementOf(frame, id, source) {
    if (!frame.element || frame.element.contentWindow != source) {
      const found = document.querySelectorAll(`iframe[data-iteras-frame="${id}"]`);
      for (let i = 0; i < found.length; i++) if (found[i].contentWindow == source) frame.element = found[i];
    }
    return frame.element && frame.element.contentWindow == source && frame.element;
  }

  function hear({ data, origin, source }) {
    const frame = data && data.iteras === 1 && Object.getPrototypeOf(data) == Object.prototype && frames.get(data.frame);
    if (!frame || origin !== frame.origin || !source) return;
    const element = elementOf(frame, data.frame, source);
    if (!element || typeof data.type != "string") return;
    const content = data.type == "navigate" ? data.url : data.pass;
    const text = typeof content == "string" ? content : "";
    const [what, value] = core(
      MESSAGE, typeof data.height == "number" ? data.height : NaN, data.type, text, frame.kind,
      lines(frame.ids), resolve(text, location.href), origin, here(),
    );
    if (!what) return;
    frame.spoke = true;
    clearTimeout(frame.timer);
    if (what == "hello") source.postMessage({ iteras: 1, frame: data.frame, type: "welcome" }, origin);
    if (what == "resize") {
      if (!frame.height) requestAnimationFrame(() => {
        element.style.height = `${frame.height}px`;
        element.style.border = 0;
        frame.height = 0;
      });
      frame.height = value;
    }
    if (what == "navigate") location.assign(value);
    if (what == "pass" && store(text)) {
      vouchedFor("login");
      const next = core(PARAMETER, 0, here(), "iterasnext").join(FIELD);
      const at = location.href;
      const [url] = core(NEXT, 0, here(), next, resolve(next, at), frame.next, resolve(frame.next, at));
      if (url) location.replace(url);
    }
  }

  // --- the rest ---

  function configure(options) {
    const bad = [];
    const o = read(
      "configure", options, { base: "text", cookieDomain: "text", renewAfter: "seconds", endpoints: "fields" }, bad,
    );
    if (bad.length) throw bad[0];
    if (configUsed) throw new RefusedOption("configure", "configure");
    if (hasPage()) guard(() => {
      const usableValue = (option, name, value, extra) => {
        const [used] = core(CONFIGURE, 0, name, value, extra || "");
        if (value && !used) throw new RefusedOption("configure", option, value);
        return used;
      };
      const next = Object.assign({}, config, { endpoints: Object.assign({}, config.endpoints) });
      if (o.base) next.base = usableValue("base", "base", o.base, resolve(o.base, document.baseURI));
      if (o.cookieDomain) {
        next.cookieDomain = usableValue("cookieDomain", "cookieDomain", o.cookieDomain, location.hostname);
      }
      if (o.renewAfter !== "") next.renewAfter = o.renewAfter;
      for (let i = 0; i < o.endpoints.length; i += 2) {
        next.endpoints[o.endpoints[i]] = usableValue("endpoints", o.endpoints[i], o.endpoints[i + 1]);
      }
      Object.assign(config, next);
    });
  }

  function pass() {
    if (!hasPage()) return null;
    return guard(() => {
      const [expires, subscriber, ip, ...pairs] = core(PASS, 0, cookie());
      if (!expires) return null;
      const levels = [];
      const paywallids = [];
      for (let i = 0; i < pairs.length; i += 2) {
        levels.push(pairs[i]);
        paywallids.push(pairs[i + 1]);
      }
      return { levels, paywallids, expires: new Date(expires * 1000), subscriber, ip };
    }, () => null);
  }

  function isLoggedIn() {
    return hasPage() && guard(() => decide(ANY).verdict.authorized, () => false);
  }

  function carry(paths) {
    const bad = [];
    const o = read("carry", { paths }, { paths: "list" }, bad);
    if (bad.length) throw bad[0];
    if (hasPage()) guard(() => {
      const links = document.querySelectorAll(o.paths.length ? "a[href]" : "a[href][data-iteras-carry]");
      for (let i = 0; i < links.length; i++) {
        const [url] = core(CARRY, 0, parts(links[i]), here(), lines(o.paths));
        if (url) links[i].href = url;
      }
    });
  }

  return {
    calls, // for whoever follows a call of his own (npm/watch.js)
    // The base that the script's tag names, or that its own URL implies.
    place(named, script) {
      guard(() => {
        config.base = (named && core(CONFIGURE, 0, "base", named, resolve(named, document.baseURI))[0]) || core(BASE, 0, script)[0];
      });
    },
    complain(error) {
      if (error instanceof RefusedOption) {
        console.error(error.message);
        emit("error", { code: error.code, message: error.message });
      } else report(error);
    },
    documented: {
      wall,
      logoutFromWall,
      selfserviceiframe: frameHtml("selfserviceiframe", "selfservice"),
      orderingiframe: frameHtml("orderingiframe", "ordering"),
      signupiframe: frameHtml("signupiframe", "signup"),
      paywalliframe: frameHtml("paywalliframe", "paywall"),
    },
    extras: { configure, pass, isLoggedIn, frame: frameElement, carry, version: ITERAS_VERSION },
  };
}
