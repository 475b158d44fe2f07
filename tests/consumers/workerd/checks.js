// A Worker that is told a gate's options and a list of cookies, and answers with the verdicts.
import { createGate } from "iteras/server";

export default {
  async fetch(request) {
    const cases = await request.json();
    return Response.json(cases.map(verdict));
  },
};

function verdict({ options, cookies, now }) {
  let gate;
  try {
    gate = createGate(options);
  } catch (error) {
    return { code: error.code, message: error.message };
  }
  // Several lines come to a Worker as one (RFC 9113, section 8.2.3).
  const headers = new Headers({ cookie: cookies.join("; ") });
  return gate.check({ headers }, { now: new Date(now) });
}
