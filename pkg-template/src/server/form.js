// What a log-in form posts: `email` or `id`, and `password`.

/** More than an address and a password need. */
const MAX_BYTES = 16 << 10;

/** The text of a body; undefined for one that is too long to be a log-in form's. */
export async function readStream(body) {
  let text = "";
  let length = 0;
  const decoder = new TextDecoder();
  for await (const chunk of chunks(body)) {
    length += chunk.length;
    if (length > MAX_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

// Not every runtime's streams can be iterated.
async function* chunks(body) {
  if (!body) return;
  if (body[Symbol.asyncIterator]) return yield* body;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/** The account, the name of its field, and the password; undefined where one is missing. */
export function readForm(text) {
  const fields = new URLSearchParams(text ?? "");
  const name = ["email", "id"].find((name) => fields.get(name)?.trim());
  const password = fields.get("password");
  return name && password ? { name, account: fields.get(name).trim(), password } : undefined;
}
