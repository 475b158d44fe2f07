// The header rules, carried out on anything with `keys`, `get`, `set` and `delete`. Which headers they are
// about the core says.
import { rules } from "./core.js";

/** Whether a header speaks in the gate's name; some servers read `_` as `-`. */
export const isOurs = (name) => name.toLowerCase().replace(/_/g, "-").startsWith(rules.prefix);

/** Deletes what a client sent in our name. */
export function deleteOurs(headers) {
  for (const name of [...headers.keys()]) if (isOurs(name)) headers.delete(name);
}

/** Says to whoever answers what opened the page: a pass, with what it says, or a gift link. */
export function tell(headers, name, verdict) {
  headers.set(rules.verdict, name);
  if (name != "pass") return;
  headers.set(rules.level, verdict.level ?? "");
  headers.set(rules.paywall, verdict.paywallid ?? "");
  headers.set(rules.subscriber, verdict.subscriber);
  headers.set(rules.expires, verdict.expires.toISOString().replace(".000", ""));
}

/** Has the origin answer with the whole page, uncoded, so that it can be rewritten. */
export function askForWhole(headers) {
  for (const name of rules.partial) headers.delete(name);
  headers.set("accept-encoding", "identity");
}

/** A page that a pass opened: every use is checked again. An origin that is stricter stays so. */
export function allowed(headers) {
  deleteCacheRules(headers);
  const isStrict = /no-store/i.test(headers.get("cache-control") ?? "");
  headers.set("cache-control", isStrict ? rules.neverStored : rules.checked);
  varyByCookie(headers);
}

/** An answer that belongs to this visitor and moment alone. */
export function neverStored(headers) {
  deleteCacheRules(headers);
  headers.set("cache-control", rules.neverStored);
  varyByCookie(headers);
}

/** A page that a gift link opened. */
export function gift(headers) {
  neverStored(headers);
  for (const [name, value] of rules.gift) headers.set(name, value);
}

/** A denial, or a teaser in its place. */
export function denied(headers, reason) {
  for (const name of rules.description) headers.delete(name);
  neverStored(headers);
  headers.set(rules.reason, rules.denials[reason].code);
}

function deleteCacheRules(headers) {
  for (const name of [...headers.keys()]) {
    const lower = name.toLowerCase();
    if (rules.cacheRules.includes(lower) || lower.endsWith(rules.cacheRuleEnd)) headers.delete(name);
  }
}

function varyByCookie(headers) {
  const vary = headers.get("vary") ?? "";
  const names = vary.toLowerCase().split(",").map((name) => name.trim());
  if (!names.includes("cookie") && !names.includes("*")) headers.set("vary", vary ? `${vary}, Cookie` : "Cookie");
}
