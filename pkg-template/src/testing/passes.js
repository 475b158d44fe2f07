// Passes: read from options here, made and signed by the core.
import { badOption } from "../server/errors.js";
import { core } from "./core.js";

const NAMES = ["key", "paywallid", "level", "expires", "subscriber", "ip"];

/** A pass as a page sees it, which checks no signature: signed with a key that everybody knows. */
export function makePass(options) {
  return made("makePass", NAMES.slice(1), options);
}

/** A pass for servers, signed with their key. */
export function signPass(options) {
  if (typeof options?.key != "string") {
    throw badOption(`signPass: key: expected the key of the gate under test, got ${kind(options?.key)}`);
  }
  return made("signPass", NAMES, options);
}

function made(caller, names, options) {
  const given = { __proto__: null, ...options };
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) throw badOption(`${caller}: there is no option ${name}; there are ${names.join(", ")}`);
  }
  const text = (name) => {
    const value = given[name] ?? undefined;
    if (value === undefined || typeof value == "string") return value;
    throw badOption(`${caller}: ${name}: expected a string, got ${kind(value)}`);
  };
  const texts = (name) => {
    const list = given[name] == null ? undefined : [].concat(given[name]);
    if (!list || list.every((item) => typeof item == "string")) return list;
    throw badOption(`${caller}: ${name}: expected a string or an array of strings, got ${kind(given[name])}`);
  };
  const expires = given.expires == null ? undefined : new Date(given.expires).getTime();
  if (Number.isNaN(expires))
    throw badOption(`${caller}: expires: expected a Date or a time stamp, got ${kind(given.expires)}`);
  try {
    return core().signPass(text("key"), texts("paywallid"), texts("level"), expires, text("subscriber"), text("ip"));
  } catch (thrown) {
    throw typeof thrown == "string" ? badOption(`${caller}: ${thrown}`) : thrown;
  }
}

// Never the value: it may be a key.
const kind = (value) => (value == null ? "nothing" : Array.isArray(value) ? "an array" : `a ${typeof value}`);
