// The core, asked one question at a time, and what happens when it breaks.
import { RefusedOption } from "../options.js";
import { fail } from "./events.js";
import { state } from "./state.js";

// Between two fields of a question or an answer, as in src/browser.
export const FIELD = "\x1f";

export function core(name, number, ...fields) {
  state.ask = state.ask || state.start();
  let question = name;
  // The separator itself has no business in any field; where it stands the core sees a NUL instead,
  // which is refused where that matters.
  for (let i = 0; i < fields.length; i++) question += FIELD + `${fields[i]}`.replace(/\x1f/g, "\0");
  return state.ask(question, number).split(FIELD).slice(1);
}

// Runs what must not throw into the page, save for a complaint about an option; a trap in the core
// ends all work on this page (rules, "A trap or panic").
export function guard(work, instead) {
  if (!state.dead) {
    try {
      return work();
    } catch (error) {
      if (error instanceof RefusedOption) throw error;
      state.dead = true;
      fail("internal");
    }
  }
  return instead && instead();
}

// Ids and paths go one a line; a line break inside one becomes a NUL, which fits nothing.
export function lines(items) {
  let text = "";
  for (let i = 0; i < items.length; i++) text += (i ? "\n" : "") + items[i].replace(/\n/g, "\0");
  return text;
}
