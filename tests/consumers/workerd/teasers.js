// A Worker that makes teasers of an origin's pages: the options stand in a header.
import { createGate } from "iteras/server";
import { teaser } from "iteras/teaser";

// The package starts its modules at the first teaser and the first gate, so that they can be watched from here.
const memories = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(module, imports) {
    super(module, imports);
    memories.push(this.exports.memory);
  }
};

// A gate for all pages with the same options, as one for a site: what is asked is what pages leave behind.
const gates = new Map();

function gateOf(options) {
  if (!gates.has(options)) {
    const gate = createGate({
      keys: ["j8kau2v3lzp0n12ilw1d0hurr6059gyo"],
      paywallid: "n8fsoupukhv3",
      teaser: teaser(JSON.parse(options)),
    });
    gates.set(options, gate);
  }
  return gates.get(options);
}

export default {
  async fetch(request, { ORIGIN }) {
    const { pathname } = new URL(request.url);
    if (pathname == "/memory")
      return Response.json(memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0));
    try {
      const gate = gateOf(request.headers.get("x-options"));
      return await gate.handle(request, (asked) => fetch(new URL(pathname, ORIGIN), { headers: asked.headers }));
    } catch (error) {
      return new Response(`${error.code}: ${error.message}`, { status: 500 });
    }
  },
};
