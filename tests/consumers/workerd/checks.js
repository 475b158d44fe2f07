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
  return gate.check({ headers: new Headers({ cookie: cookies }) }, { now: new Date(now) });
}
