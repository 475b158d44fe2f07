// Bodies as bytes, of requests and answers, as far as the core wants to look at them.
import { logInBounds } from "iteras:server";

/** The body of a form: `{ state, bytes }`, its state "whole", "long" or "broken"; empty bytes for those that are not
 * whole. */
export async function readBody(body) {
  const { maxForm, maxRead } = logInBounds();
  try {
    const { bytes, length } = await readBytes(body, maxForm, maxRead);
    return length > maxForm ? { state: "long", bytes: new Uint8Array() } : { state: "whole", bytes };
  } catch (broken) {
    // The client hung up; the core says what is answered to a form that can't be read.
    return { state: "broken", bytes: new Uint8Array() };
  }
}

/** The first bytes of a body, at most `most`, and how many were seen before `enough` of them. */
export async function readBytes(body, most, enough) {
  const kept = [];
  let length = 0;
  for await (const read of chunks(body)) {
    const chunk = typeof read == "string" ? new TextEncoder().encode(read) : read;
    kept.push(chunk.subarray(0, Math.max(0, most - length)));
    length += chunk.length;
    if (length >= enough) break;
  }
  const bytes = new Uint8Array(Math.min(length, most));
  let at = 0;
  for (const part of kept) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, length };
}

// Not every runtime's streams can be iterated. A stream of Node's stays open, or its socket could not be answered.
async function* chunks(body) {
  if (!body) return;
  if (body.iterator) return yield* body.iterator({ destroyOnReturn: false });
  if (!body.getReader) return yield* body;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // A no-op where all was read.
    await reader.cancel();
  }
}
