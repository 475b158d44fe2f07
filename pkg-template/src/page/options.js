// Options off a page's object into plain values. Page code (getters) can run here and nowhere later.
//
// Empty strings, null and undefined count as absent for every option of every method (documented
// surface, section 2.3). What makes no sense is read in the strictest way and noted as a complaint.

import { doc } from "./document.js";
import { warnOnce } from "./events.js";

const EXPECTED = {
  level: '"user" or "sub"',
  text: "a string",
  list: "a string or an array of strings",
  boolean: "true or false",
  function: "a function",
  fields: "an object of fields and values",
  seconds: "a whole number of seconds",
  url: "an http or https address",
  options: "an object",
  id: "an id of 1 to 256 bytes, not . or .., without control characters",
  profile: "the short name of your account, e.g. lumen",
  kind: '"selfservice", "ordering", "signup" or "paywall"',
  base: "an http or https address without a query",
  endpoints: "{base}/… or https://host/… with {profile} and {id} only behind the host",
  cookieDomain: "this page's domain or a parent of it",
};

// An option that makes no sense; `code` is `bad_option`.
export class RefusedOption extends Error {
  constructor(method, option, value, kind) {
    const wanted = EXPECTED[kind] || EXPECTED[option] || (/id$/.test(option) ? EXPECTED.id : kind);
    const type = typeof value;
    const got = type == "string" ? `"${value.slice(0, 80)}"` : /^[nb]/.test(type) ? value : type;
    const sentence = isAbsent(value) ? wanted && ` is missing: ${wanted}` : `: expected ${wanted}, got ${got}`;
    super(`Iteras.${method}: ${option}${sentence || ""}${option == "kind" ? '; the log-in frame is "paywall"' : ""}`);
    this.code = "bad_option";
  }
}

// An id that no pass can hold.
const NOTHING = "\0";
const isAbsent = (value) => value == null || value === "";
const isObject = (value) => typeof value == "object" && !Array.isArray(value);

// The options named in `kinds`, each of its kind; complaints are added to `bad`, or the first one is thrown.
export function read(method, options, kinds, bad) {
  const complain = (error) => {
    if (!bad) throw error;
    bad.push(error);
  };
  const values = {};
  const names = Object.keys(kinds);
  const strict = !isAbsent(options) && !isObject(options);
  if (strict) complain(new RefusedOption(method, "options", options));
  else suggest(Object.keys(options || {}), names);
  for (const name of names) {
    const refuse = (value, kind) => complain(new RefusedOption(method, name, value, kind));
    const value = strict || isAbsent(options) ? undefined : options[name];
    if (value === "" && name == "paywallid" && method == "wall") {
      warnOnce("no paywallid: any paywall will do");
    }
    values[name] = convert(kinds[name], value, refuse);
  }
  // An argument that is no object asks for what nobody has.
  if (strict && kinds.paywallid) values.paywallid = [NOTHING];
  return values;
}

// Names that nobody reads and that resemble one that is read: mistyped, on one line each. A name that resembles nothing
// may be for somebody else.
export function suggest(given, names, prefix = "") {
  for (const name of given) {
    if (names.indexOf(name) >= 0) continue;
    const meant = names.find((known) => differ(name.toLowerCase(), known, (known.length > 5) + (known.length > 7)));
    if (meant) warnOnce(`no option ${prefix}${name}; did you mean ${prefix}${meant}?`);
  }
}

// Tells that the one text becomes the other when at most so many letters are put in, left out or replaced.
function differ(one, other, most) {
  const [a, b] = [one.slice(1), other.slice(1)];
  if (one == other || most < 1) return one == other;
  if (one[0] == other[0]) return differ(a, b, most);
  return differ(a, other, --most) || differ(one, b, most) || differ(a, b, most);
}

function convert(kind, value, refuse) {
  if (kind == "list" || kind == "ids") return texts(value, refuse, kind == "ids");
  if (kind == "fields") return fields(value, refuse);
  if (isAbsent(value)) return kind == "url" && value === null ? null : "";
  if (kind == "meter") return value;
  if (kind == "level") {
    if (value === "user" || value === "sub") return value;
  } else if (kind == "seconds") {
    if (typeof value == "number" && value >= 0 && value < 1e15 && value % 1 == 0) return value;
  } else if (kind == "url") {
    const url = typeof value == "string" && webAddress(value);
    if (url) return url;
  } else if (typeof value == (kind == "text" ? "string" : kind)) return value;
  refuse(value, kind);
  // The strictest reading.
  return kind == "level" ? "sub" : kind == "boolean" ? true : "";
}

// An address that the publisher wrote: it may name another host, but has to be http or https.
function webAddress(text) {
  if (typeof document == "undefined") return;
  try {
    const url = new URL(text, doc.baseURI);
    return /^https?:$/.test(url.protocol) && url;
  } catch (error) {
    // Not a URL: refused by whoever asked.
  }
}

// Wrong items stay, as something that satisfies nothing. Of paywall ids PHP prints a list with gaps as an object, and
// numbers; a setting that was forgotten comes as blanks and commas.
function texts(value, refuse, areIds) {
  const isList = areIds && value && isObject(value);
  const items = isList ? Object.keys(value).map((name) => value[name]) : [].concat(value);
  const found = [];
  for (const item of items) {
    if (isAbsent(item)) continue;
    const fits = typeof item == "string" || (areIds && typeof item == "number" && item >= 0 && item % 1 == 0);
    if (!fits) refuse(item, "list");
    found.push(fits ? `${item}` : NOTHING);
  }
  if (!areIds || isAbsent(value) || /[^\s,]/.test(found.join())) return found;
  refuse(value, "list");
  return [NOTHING];
}

// Names and values in turn; an array repeats its name.
function fields(object, refuse) {
  const pairs = [];
  if (!isAbsent(object) && !isObject(object)) refuse(object, "fields");
  else if (object) {
    const names = Object.keys(object);
    for (const name of names) {
      const value = object[name];
      const items = Array.isArray(value) ? value : [value];
      for (const item of items) {
        if (isAbsent(item)) continue;
        if (/^(string|number|boolean)$/.test(typeof item)) pairs.push(name, `${item}`);
        else refuse(item, "text");
      }
    }
  }
  return pairs;
}
