// Requests and responses of fetch for the fake service, also where there are none: Jest's jsdom has neither.

/** The `{ url, method, body }` of what fetch is called with. */
export async function asked(input, init) {
  if (typeof Request != "function") {
    const { url = String(input) } = Object(input);
    return { url, method: init?.method ?? "GET", body: init?.body ?? null };
  }
  const request = new Request(input, init);
  const hasBody = request.method != "GET" && request.method != "HEAD";
  return { url: request.url, method: request.method, body: hasBody ? await request.text() : null };
}

/** The Response of an answer, or as much of one as our own script and most pages read. */
export function response({ status, headers, body }) {
  if (typeof Response == "function") return new Response(body, { status, headers });
  return {
    status,
    ok: status == 200,
    headers: { get: (name) => headers[name.toLowerCase()] ?? null },
    text: async () => body,
    json: async () => JSON.parse(body),
  };
}
