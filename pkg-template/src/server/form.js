// The form in a body, read where a rule looks at the names in it.
import { table } from "./core.js";

/** Its kind, and as much of it as is read; undefined where nobody looks at it. The request's own body stays unread. */
export async function formOf(core, request, view) {
  const { body, headers } = request;
  if (!body) return undefined;
  const kind = core.form(view, headers.get("content-type") ?? "", headers.get("content-encoding") ?? "");
  if (!kind) return undefined;
  const bytes = kind == table.unread ? undefined : await upTo(core.formLimit, request.clone().body);
  return bytes ? { kind, body: bytes } : { kind: table.unread };
}

async function upTo(limit, stream) {
  const [pieces, reader] = [[], stream.getReader()];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    length += value.length;
    if (length <= limit) continue;
    // The other copy goes on.
    reader.cancel().catch(() => {});
    return undefined;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
