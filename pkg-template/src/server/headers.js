// The header rules, carried out on anything with `forEach`, `set` and `delete`. Which headers they are
// about the core says.
import { rules } from "./core.js";

/** Whether a header speaks in the gate's name; some servers read `_` as `-`. */
export const isOurs = (name) => name.toLowerCase().replace(/_/g, "-").startsWith(rules.prefix);

/** Deletes what a client sent in our name. */
export function deleteOurs(headers) {
  const ours = [];
  // In Workers each call of an iterator costs as much as a whole `forEach`.
  headers.forEach((_, name) => void (isOurs(name) && ours.push(name)));
  for (const name of ours) headers.delete(name);
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
  cached(headers, (rule) => (/no-store/i.test(rule) ? rules.neverStored : rules.checked));
}

/** An answer that belongs to this visitor and moment alone. */
export function neverStored(headers) {
  cached(headers, () => rules.neverStored);
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

// What caches are told: one rule, and that cookies matter. Each look at a header costs, so all are looked at once.
function cached(headers, ruleFor) {
  const others = [];
  let [rule, vary] = ["", ""];
  headers.forEach((value, name) => {
    const lower = name.toLowerCase();
    if (lower == "cache-control") rule = value;
    else if (lower == "vary") vary = value;
    else if (rules.cacheRules.includes(lower) || lower.endsWith(rules.cacheRuleEnd)) others.push(name);
  });
  for (const name of others) headers.delete(name);
  headers.set("cache-control", ruleFor(rule));
  const names = vary
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  if (!names.includes("cookie") && !names.includes("*")) headers.set("vary", vary ? `${vary}, Cookie` : "Cookie");
}
