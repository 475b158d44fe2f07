// The questions that the core answers, one function each: `decide({ cookie, … }, now)` gives
// `{ reason, value, … }`. `src/page/questions.rs` says what they mean and is the schema's other side; tests
// hold both against `questions.json` there.
//
// A call writes its fields out and takes the answer apart at once. So the build can take all these names out of
// the scripts that readers download, once it has compared them with the schema (xtask/positions.mjs).
import { ask } from "./core.js";

// By letter, fields of the question and fields of the answer, in order. Behind `...` stands one that is a list, an
// item a field: in a question behind an empty field, so that none can be told from no list.
const question = (letter, asked, told) => (given, number) => {
  const fields = [];
  for (const name of asked.split(" ")) {
    if (name.startsWith("...")) fields.push("", ...given[name.slice(3)]);
    else fields.push(given[name]);
  }
  const values = ask(letter, fields, number).slice(1);
  const answer = {};
  for (const name of told.split(" ")) {
    if (!values.length) throw new Error(`question ${letter}`);
    if (name.startsWith("...")) answer[name.slice(3)] = values.splice(0);
    else answer[name] = values.shift();
  }
  if (values.length) throw new Error(`question ${letter}`);
  return answer;
};

export const base = question("b", "url script", "base");
export const cookieDomain = question("c", "domain host", "domain");
export const template = question("e", "name template", "template");
export const decide = question(
  "d",
  "cookie access confirmed givenUp mark ids",
  "reason awaits value level paywallid expires subscriber named",
);
export const pass = question("p", "cookie", "expires subscriber ip levels paywallids");
export const landing = question("l", "target calledOn page access ids", "url loops");
export const frame = question(
  "f",
  "kind base template id page kept profile cssclass preauth next access title ids ...prefill",
  "refused html token clean ...attributes",
);
export const message = question("m", "name text kind ids target origin page cookie confirmed", "effect value");
export const afterLogIn = question("n", "page next nextUrl frame frameUrl pass", "url lacking");
export const opened = question("o", "calls marker", "step");
export const again = question("g", "redirects page value confirmed checks record", "record");
export const has = question("h", "cookie value", "has");
export const carry = question("y", "link page paths", "url");
export const store = question("s", "pass domain secure", "cookie record");
export const renew = question("r", "value awaits renewAfter turn askedBefore record template base", "step record url");
export const outcome = question("a", "sent status pass errorcode retryAfter random record", "outcome record");

// Those of the script beside the official one alone.
export const beside = question(
  "q",
  "cookie access confirmed asked mark ids",
  "reason awaits value level paywallid expires subscriber named",
);
export const due = question("k", "value asked access ids", "due key");
export const counts = question("w", "cookie value access ids confirmed", "counts");
export const change = question("x", "cookie had before asked", "change held record");
export const reopened = question("u", "calls marker change page", "calls load");
