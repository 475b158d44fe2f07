// Which answers are pages that can be rewritten, and what they must not say of themselves afterwards.
import { htmlCharset } from "iteras:server";

import { badOption, table } from "./core.js";

/** The encoding of an uncoded `200 text/html` in UTF-8 or Latin-1, by the name that decoders give it; null for all else. */
export function pageEncoding(response) {
  const coding = response.headers.get("content-encoding") || "identity";
  const label = htmlCharset(response.headers.get("content-type") || "");
  return response.status == 200 && coding == "identity" && label ? encodingOf(label) : null;
}

/** The encoding of a label when it is UTF-8 or Latin-1, else null. */
export function encodingOf(label) {
  let encoding;
  try {
    encoding = new TextDecoder(label).encoding;
  } catch (unknown) {
    // That is how a runtime says that it has no such encoding.
    return null;
  }
  return encoding == "utf-8" || encoding == "windows-1252" ? encoding : null;
}

/** The answer with another body, and without what described the origin's bytes. */
export function withBody(response, body) {
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  for (const name of table.description) headers.delete(name);
  return new Response(body, { status, statusText, headers });
}

/** The runtime's parser, or a sentence about what is missing. */
export function rewriterOf(what) {
  if (typeof HTMLRewriter == "function") return HTMLRewriter;
  throw badOption(`${what}: there is no HTMLRewriter in this runtime; workerd and Bun have one`);
}
