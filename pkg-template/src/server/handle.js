// `gate.handle`: a gate in front of whatever answers fetch's Requests with Responses.
import { rules } from "./core.js";
import { allowed, askForWhole, deleteOurs, denied, gift, neverStored, tell } from "./headers.js";
import { locationOf } from "./landing.js";
import { ofFetch } from "./request.js";

/** What came of a request: an answer, or what `next` is asked and what becomes of its answer. */
export async function handle(inside, request, next, how) {
  let plan;
  try {
    // Awaited only where there is something to wait for: each turn costs as much as a check.
    plan = planFor(inside, request, how);
    if (plan instanceof Promise) plan = await plan;
  } catch (error) {
    return failed(error);
  }
  if (!plan.asked) return plan;
  // What `next` throws is its own business.
  const response = await next(plan.asked);
  try {
    return await plan.finish(response);
  } catch (error) {
    return failed(error);
  }
}

function planFor(inside, request, how) {
  // One request is made and no more: in Workers each costs more than a check.
  const asked = (changes) => cleaned(request, how?.url ?? request, changes);
  if (how?.open === true) return { asked: asked(), finish: (response) => response };
  const now = Date.now();
  const verdict = inside.check(request, now);
  if (verdict.authorized) {
    const paid = asked();
    tell(paid.headers, "pass", verdict);
    return { asked: paid, finish: (response) => changed(response, allowed) };
  }
  const view = ofFetch(request);
  if (inside.core.gift(view.host, view.path, view.query, now)) {
    const given = asked();
    tell(given.headers, "gift");
    askForWhole(given.headers);
    return { asked: given, finish: (response) => opened(inside, response) };
  }
  const isHead = request.method == "HEAD";
  if (inside.teaser && (isHead || request.method == "GET")) {
    // Only a whole page shows whether there is a teaser.
    const whole = asked({ method: "GET" });
    whole.headers.set(rules.reason, rules.denials[verdict.reason].code);
    askForWhole(whole.headers);
    return { asked: whole, finish: (response) => teased(inside, verdict, request, view, response) };
  }
  return rejected(inside, verdict, request, view);
}

// The request for that URL, without what a client sent in our name, with headers that can be changed.
function cleaned(request, url, changes) {
  let asked = url === request ? new Request(request, changes) : new Request(url, request);
  if (url !== request && changes && asked.method != changes.method) asked = new Request(asked, changes);
  deleteOurs(asked.headers);
  return asked;
}

async function opened(inside, response) {
  const marked = inside.mark ? await inside.mark(response) : response;
  return changed(marked, gift);
}

async function teased(inside, verdict, request, view, page) {
  const teaser = await inside.teaser(page, verdict);
  if (teaser) return denial(teaser, verdict, request);
  // Nobody reads it any more; whether its sender likes that changes nothing.
  if (page.body && !page.body.locked) page.body.cancel().catch(() => {});
  return rejected(inside, verdict, request, view);
}

async function rejected(inside, verdict, request, view) {
  const own = inside.reject && (await inside.reject(verdict, request));
  return denial(own ?? usual(inside, verdict, view), verdict, request);
}

function usual(inside, { reason }, view) {
  const location = locationOf(inside, view);
  if (location !== undefined) return new Response(null, { status: 302, headers: { location } });
  const status = inside.paymentRequired ? 402 : rules.denials[reason].status;
  return new Response(rules.page, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

const denial = (response, { reason }, { method }) =>
  changed(response, (headers) => denied(headers, reason), method == "HEAD");

// The same response with other headers: those of a fetched one can't be changed.
function changed(response, change, isHead = false) {
  if (typeof response?.headers?.get != "function") throw new TypeError(`expected a Response, got a ${typeof response}`);
  const answer = new Response(isHead ? null : response.body, response);
  change(answer.headers);
  return answer;
}

// An error of ours opens nothing.
function failed(error) {
  console.error("iteras/server: the gate failed, so the answer is 503:", error);
  const response = new Response("Service Unavailable\n", { status: 503, headers: { "content-type": "text/plain" } });
  neverStored(response.headers);
  return response;
}
