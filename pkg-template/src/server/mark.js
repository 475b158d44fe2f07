// `<meta name="iteras-gate" content="open">`, which tells the page's own wall that something else than a
// pass opened it (documented surface, section 7). The core says which answers are pages, and where it stands.
import { gateMark, isPage, markPlace, maxMarkSearch } from "iteras:server";

import { table } from "./core.js";

/** The page with the mark, for the option `mark` of `createGate`, or with the one that a meter gives; what is not a page
 * comes back as it is. */
export function mark(response, text = gateMark()) {
  const { body, status, statusText } = response;
  const headers = new Headers(response.headers);
  const header = (name) => headers.get(name) ?? undefined;
  if (!body || !isPage(status, header("content-encoding"), header("content-type"))) return response;
  for (const name of table.description) headers.delete(name);
  return new Response(body.pipeThrough(marking(text)), { status, statusText, headers });
}

// The page's start is held until the place of the mark is known.
function marking(text) {
  let start = new Uint8Array();
  return new TransformStream({
    transform(chunk, controller) {
      if (!start) return controller.enqueue(chunk);
      start = joined(start, chunk);
      const place = markPlace(start.subarray(0, maxMarkSearch()));
      if (place === undefined && start.length < maxMarkSearch()) return undefined;
      controller.enqueue(place === undefined ? start : marked(start, place, text));
      start = null;
      return undefined;
    },
    flush(controller) {
      if (start?.length) controller.enqueue(start);
    },
  });
}

const marked = (page, place, text) =>
  joined(page.subarray(0, place), new TextEncoder().encode(text), page.subarray(place));

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
