// `<meta name="iteras-gate" content="open">`, which tells the page's own wall that something else than a
// pass opened it (documented surface, section 7).
import { gateMark } from "iteras:server";

import { pageEncoding, rewriterOf, withBody } from "./page.js";

/** The page with the mark, for the option `mark` of `createGate`; what is not a page comes back as it is. */
export function mark(response) {
  const Rewriter = rewriterOf("mark");
  if (!pageEncoding(response)) return response;
  let marked = false;
  // `<head>` may be left out: whatever comes first behind `<html>` stands in it or ends it.
  const element = (first) => {
    if (marked || first.tagName == "html") return;
    marked = true;
    const html = gateMark();
    if (first.tagName == "head") first.prepend(html, { html: true });
    else first.before(html, { html: true });
  };
  return withBody(response, new Rewriter().on("*", { element }).transform(response).body);
}
