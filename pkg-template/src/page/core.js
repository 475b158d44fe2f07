// The core, asked one question at a time, and what happens when it breaks.
import { fail } from "./events.js";
import { RefusedOption } from "./options.js";
import { state } from "./state.js";

// Before each field, and between the items of a field that is a list.
const FIELD = "\x1f";
const ITEM = "\x1e";

// A separator has no business in what it separates; in its place the core sees a NUL, which is refused where that
// matters. What is undefined throws: a field may be empty but never missing.
const item = (value) => value.toString().replace(/\x1e/g, "\0");
const field = (value) => (Array.isArray(value) ? value.map(item).join(ITEM) : value.toString()).replace(/\x1f/g, "\0");

// Asks by letter and position; `questions.js` gives both names. `number` is the time in milliseconds, or a height.
// The answer's fields come behind an empty one. Starts the core when it is first needed.
export function ask(letter, fields, number) {
  state.ask = state.ask || state.start();
  let question = letter;
  for (const value of fields) question += FIELD + field(value);
  const answer = state.ask(question, number).split(FIELD);
  if (answer[0]) throw new Error(`question ${letter}`);
  return answer;
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
