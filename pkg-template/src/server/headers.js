// The changes to headers that a plan has, carried out on anything with `forEach`, `set` and `delete`. Which headers
// they are about the core says.
import { answerHeaders, headersToDelete, sendsCookies, timeStamp } from "iteras:server";

import { table } from "./core.js";

/** Deletes what must not reach the origin, from a configured peer or from anybody. */
export function clean(headers, { steps }, isConfigured) {
  const names = [];
  // In Workers each call of an iterator costs as much as a whole `forEach`.
  headers.forEach((_, name) => void names.push(name));
  const gone = headersToDelete(steps.position, names.join(table.field), isConfigured);
  if (gone !== undefined) for (const name of gone.split(table.field)) headers.delete(name);
}

/** Has the request ask for a whole answer, uncoded, where the plan needs one. */
export function whole(headers, { isWhole }) {
  if (!isWhole) return;
  for (const name of table.partial) headers.delete(name);
  headers.set(...table.uncoded);
}

/** Makes the question to the origin of the visitor's. */
export function ask(headers, plan) {
  whole(headers, plan.steps);
  set(headers, plan.steps.ask.set, plan);
}

/** Makes the visitor's answer of what there is. */
export function answer(headers, plan) {
  const { steps } = plan;
  const names = [];
  let [control, vary, robots] = ["", "", ""];
  headers.forEach((value, name) => {
    const lower = name.toLowerCase();
    if (lower == "cache-control") control = value;
    else if (lower == "vary") vary = value;
    else {
      if (lower == "x-robots-tag") robots = value;
      names.push(lower);
    }
  });
  const changes = answerHeaders(steps.position, names.join(table.field), control, vary, robots);
  const [newControl, newVary, newRobots, ...gone] = changes.split(table.field);
  for (const name of gone) headers.delete(name);
  if (newControl) headers.set("cache-control", newControl);
  if (newVary) headers.set("vary", newVary);
  if (newRobots) headers.set("x-robots-tag", newRobots);
  set(headers, steps.answer, plan);
}

/** Tells whether an answer of this status takes the plan's cookie along. */
export const setsCookie = ({ steps, setCookie }, status) =>
  setCookie !== undefined && sendsCookies(steps.position, status);

function set(headers, all, { verdict, metered }) {
  for (const { name, text, member } of all) {
    if (member != "metered") headers.set(name, text ?? told(member, verdict[member]));
    else if (metered !== undefined) headers.set(name, metered);
  }
}

function told(member, value) {
  if (member == "reason") return table.publicReasons[value];
  return value instanceof Date ? timeStamp(value / 1000) : (value ?? "");
}
