// A publisher's own log-in form: its other end. It reads requests, counts, asks the service and answers, as the core's
// attempt says step by step; whose post it is, what counts and what is told is decided there.
import { LogIn } from "iteras:server";

import { ask, baseParts } from "./authenticate.js";
import { readBody } from "./body.js";
import { badOption, begin } from "./core.js";
import { countersInMemory } from "./counters.js";
import { own } from "./own.js";

const OPTIONS = ["key", "base", "accountPage", "formPage", "origins", "preauthSeconds", "tries"];

export function makeLogin(compile, options) {
  begin(compile);
  const settings = read(options ?? {});
  return Object.freeze({
    async handle(request, { peer } = {}) {
      if (peer !== null && (typeof peer != "string" || !peer))
        throw badOption(
          `handle: peer: expected the reader's IP address, null for a Unix socket, got ${peer === "" ? '""' : typeof peer}`,
        );
      if (request.bodyUsed) throw badOption("handle: request: expected one whose body was not read before");
      return answer(settings, request, peer);
    },
  });
}

function read(options) {
  const odd = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (odd !== undefined) throw badOption(`createLogin: ${odd}: expected one of ${OPTIONS.join(", ")}`);
  const { key, base = "https://app.iteras.dk", tries, ...others } = own(options);
  if (tries != null && (typeof tries.begin != "function" || typeof tries.takeBack != "function"))
    throw badOption("createLogin: tries: expected an object with begin and takeBack");
  const parts = baseParts(base ?? "https://app.iteras.dk");
  let core;
  try {
    core = new LogIn({ ...others, key, base: parts });
  } catch (sentence) {
    throw typeof sentence == "string" ? badOption(`createLogin: ${sentence}`) : sentence;
  }
  return { core, key, base: parts?.href, counters: tries ?? countersInMemory() };
}

async function answer({ core, key, base, counters }, request, peer) {
  const sent = (name) => request.headers.get(name);
  const { state, bytes } = await readBody(request.body);
  const facts = {
    method: request.method,
    host: sent("host") ?? new URL(request.url).host,
    fetchSite: sent("sec-fetch-site"),
    origin: sent("origin"),
    peer,
    body: state,
  };
  const attempt = core.attempt(facts, bytes);
  try {
    let entry;
    let step;
    while ((step = attempt.step()).step != "done") {
      if (step.step == "count") {
        let begun;
        try {
          begun = await counters.begin(step.counters, step.limits, step.window);
        } catch (error) {
          console.error("iteras/server: an attempt can't be counted, so nobody may make it:", error);
        }
        entry = begun?.entry;
        attempt.counted(begun?.wait ?? NaN);
      } else if (step.step == "ask") {
        const { status, body, why } = await ask(step, base, key);
        if (why === undefined) core.answered(attempt, status, body);
        else core.unanswered(attempt, why);
      } else {
        try {
          await counters.takeBack(step.counters, entry);
        } catch (error) {
          console.error("iteras/server: an attempt stays counted that was no failure:", error);
        }
        attempt.takenBack();
      }
    }
    for (const note of attempt.notes()) console.error(`iteras/server: ${note}`);
    const { status, headers, body } = core.reply(attempt, sent("accept") ?? "");
    return new Response(body || null, { status, headers });
  } finally {
    attempt.free();
  }
}
