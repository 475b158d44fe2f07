// Teasers: the beginning of a page, cut by a module of its own, which holds a parser of HTML and is loaded only by
// those who ask for teasers. The script reads the page and hands it over; the core says what may be shown.
import { Teaser, initSync, isPage } from "iteras:teaser";

import { badOption } from "../errors.js";
import { read } from "./settings.js";

let started = false;

/**
 * Makes the option `teaser` of `createGate`: a function that turns the origin's answer into a teaser, or
 * gives null where none can be made. `fit` adapts the core to the runtime.
 */
export function makeTeaser(compile, options, fit) {
  const core = coreOf(read(options), compile);
  fit?.(core);
  const make = async (response, verdict) => {
    const { body, status, statusText, headers } = response;
    const type = headers.get("content-type") ?? "";
    if (!body || !isPage(status, headers.get("content-encoding") ?? undefined, type)) return null;
    try {
      const page = await beginning(body, core.longestPage);
      return new Response(core.cut(page, type, verdict.reason), { status, statusText, headers });
    } catch (thrown) {
      // The core throws sentences; all else is a page that broke off, or a bug of ours. Nothing is shown.
      console.error(`iteras: no teaser of a page: ${typeof thrown == "string" ? thrown : thrown.message}`);
      return null;
    }
  };
  return Object.assign(make, { label: (response) => labelled(core, response) });
}

// The page with what search engines are told of it: which element is not free. As it is where there is no teaser of it.
async function labelled(core, response) {
  const { body, status, statusText, headers } = response;
  const type = headers.get("content-type") ?? "";
  if (!body || !isPage(status, headers.get("content-encoding") ?? undefined, type)) return response;
  const [own, other] = body.tee();
  try {
    const page = await beginning(own, core.longestPage);
    const changed = new Response(core.labelled(page, type), { status, statusText, headers });
    for (const name of ["content-length", "etag", "last-modified", "accept-ranges"]) changed.headers.delete(name);
    other.cancel().catch(() => {});
    return changed;
  } catch (thrown) {
    console.error(`iteras: no JSON-LD in a page: ${typeof thrown == "string" ? thrown : thrown.message}`);
    return new Response(other, { status, statusText, headers });
  }
}

function coreOf({ gated, characters, marker, allow, allowComments }, compile) {
  if (!started) initSync({ module: compile() });
  started = true;
  try {
    const core = new Teaser(gated);
    core.setCharacters(characters);
    if (marker !== null) core.setMarker(marker);
    for (const selector of allow) core.allow(selector);
    for (const start of allowComments) core.allowComment(start);
    return core;
  } catch (thrown) {
    throw typeof thrown == "string" ? badOption(`teaser: ${thrown}`) : thrown;
  }
}

// The page, and of one that is too long no more than shows that.
async function beginning(body, longest) {
  const reader = body.getReader();
  const chunks = [];
  let length = 0;
  while (length <= longest) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.byteLength;
  }
  // An error of the sender's changes nothing.
  if (length > longest) reader.cancel().catch(() => {});
  const page = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    page.set(chunk, at);
    at += chunk.byteLength;
  }
  return page;
}
