// `gate.handle`: a gate in front of whatever answers fetch's Requests with Responses. Carries out plans.
import { table } from "./core.js";
import { formOf } from "./form.js";
import { answer, ask, clean, setsCookie } from "./headers.js";
import { own } from "./own.js";
import { FetchView } from "./request.js";

export async function handle(inside, request, next, how) {
  let plan, asked;
  try {
    const { open, url, trustedPeer, peer } = own(how);
    if (peer != null && typeof peer != "string") {
      throw new TypeError(`handle: peer: expected an address as a string, got a ${typeof peer}`);
    }
    plan = open === true ? openPlan() : await planned(inside, request, peer, trustedPeer);
    if (!plan.steps.ask) return await denied(inside, plan, request);
    asked = question(plan, request, url ?? request, trustedPeer === true);
  } catch (error) {
    return failed(error);
  }
  // Errors that `next` throws are its own business.
  const response = await next(asked);
  try {
    return await BODIES[plan.steps.ask.body](inside, plan, request, response);
  } catch (error) {
    return failed(error);
  }
}

async function planned(inside, request, peer, trustedPeer) {
  const view = new FetchView(request, peer, trustedPeer);
  return inside.plan(request, view, Date.now(), await formOf(inside.core, request, view));
}

const openPlan = () => ({ steps: table.plans[table.open], verdict: null, isBodiless: false });

// The request for that URL, less what a client must not say and with the plan's changes. One request is made and no
// more: in Workers each costs more than a check.
function question(plan, request, url, isConfigured) {
  const { method } = plan.steps.ask;
  const changes = method ? { method } : undefined;
  let asked = url === request ? new Request(request, changes) : new Request(url, request);
  if (url !== request && changes && asked.method != method) asked = new Request(asked, changes);
  clean(asked.headers, plan, isConfigured);
  ask(asked.headers, plan);
  return asked;
}

/** The ways to make the visitor's answer from the origin's. */
const BODIES = {
  origins: (inside, plan, request, response) => (plan.steps.answer ? finished(response, plan) : response),
  async marked(inside, plan, request, page) {
    return finished(inside.mark ? await inside.mark(page, plan.mark) : page, plan);
  },
  async labelled(inside, plan, request, page) {
    const labelled = inside.teaser?.label ? await inside.teaser.label(page) : page;
    return finished(inside.mark ? await inside.mark(labelled) : labelled, plan);
  },
  async teaser(inside, plan, request, page) {
    const teaser = await inside.teaser(page, plan.verdict);
    if (teaser) return finished(teaser, plan);
    // Nobody reads it any more; whether its sender likes that changes nothing.
    if (page.body && !page.body.locked) page.body.cancel().catch(() => {});
    return denied(inside, plan, request);
  },
};

async function denied(inside, plan, request) {
  // A rejection of the publisher's own may be a page that stays where the browser has to drop what it fetched ahead.
  const own = !plan.isAhead && inside.reject && (await inside.reject(plan.verdict, request));
  return finished(own || usual(inside, plan, request), plan);
}

function usual({ core }, { verdict, access, isAhead }, request) {
  const location = isAhead ? undefined : core.location(new FetchView(request), access);
  if (location !== undefined) return new Response(null, { status: 302, headers: { location } });
  const headers = { "content-type": "text/html; charset=utf-8" };
  return new Response(table.pages[verdict.reason], { status: core.status(verdict.reason), headers });
}

// The same response with the plan's headers: those of a fetched one can't be changed.
function finished(response, plan) {
  if (typeof response?.headers?.get != "function") throw new TypeError(`expected a Response, got a ${typeof response}`);
  const changed = new Response(plan.isBodiless ? null : response.body, response);
  answer(changed.headers, plan);
  if (setsCookie(plan, changed.status)) changed.headers.append("set-cookie", plan.setCookie);
  return changed;
}

// An error of ours opens nothing.
function failed(error) {
  console.error("iteras/server: the gate failed, so the answer is 503:", error);
  return new Response("Service Unavailable\n", { status: 503, headers: table.outage });
}
