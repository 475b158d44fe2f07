// A publisher's own log-in form: its other end. It checks the password with the service and hands back the
// token for `selfserviceiframe({ preauth })`. Whose post it is and how often is the core's decision.
import { isOwnPost, logInCounters, logInRules } from "iteras:server";

import { badOption, begin } from "./core.js";
import { authenticator } from "./authenticate.js";
import { readForm, readStream } from "./form.js";
import { triesInMemory } from "./tries.js";

const OPTIONS = ["key", "base", "accountPage", "formPage", "origins", "preauthSeconds", "tries"];

export function makeLogin(compile, options) {
  begin(compile);
  const settings = read(options ?? {});
  return Object.freeze({
    async handle(request, { peer } = {}) {
      const outcome = await attempt(settings, request, peer);
      return answer(settings, outcome, request.headers.get("accept") ?? "");
    },
  });
}

function read(options) {
  const odd = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (odd !== undefined) throw wrong(odd, `one of ${OPTIONS.join(", ")}`);
  const { key, base, preauthSeconds = 120, origins = [], tries = triesInMemory() } = options;
  if (!Number.isInteger(preauthSeconds) || preauthSeconds < 1 || preauthSeconds > 86_400)
    throw wrong("preauthSeconds", "1 to 86400");
  if (!Array.isArray(origins) || !origins.every(isOrigin))
    throw wrong("origins", "an array of origins such as https://www.pub.example");
  if (typeof tries?.begin != "function" || typeof tries.takeBack != "function")
    throw wrong("tries", "an object with begin and takeBack");
  return {
    rules: logInRules(),
    authenticate: authenticator(key, base, preauthSeconds),
    origins,
    tries,
    accountPage: page(options, "accountPage"),
    formPage: page(options, "formPage"),
  };
}

function page(options, name) {
  const text = options[name] ?? "/";
  const isPath = typeof text == "string" && /^\/(?![/\\])/.test(text);
  if (isPath || (isUrl(text) && /^https?:$/.test(new URL(text).protocol))) return text;
  throw wrong(name, 'a path such as "/account" or a http(s) URL');
}

const isUrl = (text) => typeof text == "string" && URL.canParse(text);
const isOrigin = (text) => isUrl(text) && new URL(text).origin === text;
const wrong = (name, expected) => badOption(`createLogin: ${name}: expected ${expected}`);

async function attempt({ rules, authenticate, origins, tries }, request, peer) {
  const { method, headers, url } = request;
  const sent = (name) => headers.get(name) ?? undefined;
  const host = sent("host") ?? new URL(url).host;
  if (!isOwnPost(method, sent("sec-fetch-site"), sent("origin"), host, origins)) return { ending: "foreign" };
  const form = readForm(await readStream(request.body));
  if (!form) return { ending: "badform" };
  const counters = logInCounters(form.account, `${peer}`);
  if (!counters)
    throw badOption(
      `handle: peer: expected the reader's IP address, got ${typeof peer == "string" ? JSON.stringify(peer.slice(0, 80)) : `a ${typeof peer}`}`,
    );
  let begun;
  try {
    begun = await tries.begin(counters, rules.limits, rules.window);
  } catch (error) {
    console.error("iteras/server: a try can't be counted, so nobody may make it:", error);
    return { ending: "outage" };
  }
  if (begun.wait > 0) return { ending: "toomany", wait: Math.ceil(begun.wait) };
  if (new TextEncoder().encode(form.account).length > rules.maxAccount) return { ending: "wrong" };
  const outcome = await authenticate(form);
  if (outcome.ending != "wrong") await tries.takeBack(counters, begun.entry);
  return outcome;
}

// JSON for scripts, redirects for plain forms; never stored.
function answer({ rules, accountPage, formPage }, { ending, wait, id, preauth }, accept) {
  const headers = new Headers({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
  const { status, page } = rules.endings[ending];
  if (wait) headers.set("retry-after", `${wait}`);
  if (accept.includes("application/json")) {
    headers.set("content-type", "application/json");
    const body = ending == "welcome" ? { authenticated: true, id, preauth } : { authenticated: false, error: ending };
    return new Response(JSON.stringify(body), { status, headers });
  }
  if (page) {
    headers.set("content-type", "text/html; charset=utf-8");
    return new Response(page, { status, headers });
  }
  headers.set(
    "location",
    ending == "welcome" ? withQuery(accountPage, "iteraspreauth", preauth) : withQuery(formPage, "login", ending),
  );
  return new Response(null, { status: 303, headers });
}

function withQuery(target, name, value) {
  const [, address, fragment] = /^([^#]*)(.*)$/s.exec(target);
  return `${address}${address.includes("?") ? "&" : "?"}${new URLSearchParams({ [name]: value })}${fragment}`;
}
