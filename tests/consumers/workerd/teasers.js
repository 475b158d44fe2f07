// A Worker that makes teasers of an origin's pages: the options stand in a header.
import { createGate, teaser } from "iteras/server";

// The package starts its module at the first gate, so that it can be watched from here.
let memory;
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(module, imports) {
    super(module, imports);
    ({ memory } = this.exports);
  }
};

export default {
  async fetch(request, { ORIGIN }) {
    const { pathname } = new URL(request.url);
    if (pathname == "/memory") return Response.json(memory.buffer.byteLength);
    try {
      const gate = createGate({
        keys: ["j8kau2v3lzp0n12ilw1d0hurr6059gyo"],
        paywallid: "n8fsoupukhv3",
        teaser: teaser(JSON.parse(request.headers.get("x-options"))),
      });
      return await gate.handle(request, (asked) => fetch(new URL(pathname, ORIGIN), { headers: asked.headers }));
    } catch (error) {
      return new Response(`${error.code}: ${error.message}`, { status: 500 });
    }
  },
};
