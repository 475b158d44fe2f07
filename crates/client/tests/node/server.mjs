// A server for the tests that run in Node: it answers as the service does, redirects, resets and streams.
import { createServer } from "node:http";

const json = (response, value, headers = {}) => {
  response.writeHead(200, { "Content-Type": "application/json", ...headers });
  response.end(JSON.stringify(value));
};

/** Starts it on a free port; gives its base address. */
export async function start() {
  const seen = { posts: 0, tokens: 0, redirected: 0 };
  const routes = {
    "/setup/": (request, response) => {
      if (request.headers["x-iteras-key"] !== "k3y") {
        response.writeHead(403, { "Content-Type": "text/plain" });
        return response.end("the key is not that of any account");
      }
      return json(response, { paywalls: [{ paywall_id: "A", name: "Æ" }] });
    },
    "/campaigns/": (request, response) => {
      response.writeHead(302, { Location: "/elsewhere" });
      response.end();
    },
    "/elsewhere": (request, response) => {
      seen.redirected += 1;
      json(response, { campaigns: [] });
    },
    "/authenticatecustomer/": (request) => {
      seen.posts += 1;
      request.on("data", () => {}).on("end", () => request.socket.destroy());
    },
    "/customers/": async (request, response) => {
      response.write('{"customers":[{"id":"0"}');
      for (let id = 1; id < 1000; id += 1) {
        response.write(`,{"id":"${id}","data":{"name":"Ø${"x".repeat(1000)}"}}`);
      }
      response.end("]}");
    },
    "/token": (request, response) => {
      seen.tokens += 1;
      json(response, { access_token: `token-${seen.tokens}`, expires_in: 3600 });
    },
    "/me": (request, response) => {
      // The first token is refused.
      if (request.headers.authorization !== "Bearer token-2") {
        response.writeHead(401);
        return response.end();
      }
      return json(response, seen);
    },
    "/seen": (request, response) => json(response, seen),
  };
  const server = createServer((request, response) => routes[request.url.split("?")[0]](request, response));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  // Tests end with the process.
  server.unref();
  return `http://127.0.0.1:${server.address().port}/`;
}
