// Teasers: the beginning of a page, made from the origin's HTML while it streams.
//
// The runtime's `HTMLRewriter` only reads: what it would write is thrown away. Its handlers report to the
// core, which writes the teaser, so that nothing gets out that no rule has let through, whatever the
// page looks like and wherever an exception happens.
import { Cutter, isVoid, maxHead } from "iteras:server";

import { badOption } from "./core.js";
import { encodingOf, pageEncoding, rewriterOf, withBody } from "./page.js";

const NAMES = ["gated", "characters", "marker", "allow", "allowComments"];
const HTML = "http://www.w3.org/1999/xhtml";

/**
 * Makes the option `teaser` of `createGate`: a function that turns the origin's answer into a teaser, or
 * gives null where none can be made.
 */
export function teaser(options) {
  const settings = read(options);
  return async (response, verdict) => {
    const encoding = pageEncoding(response);
    if (!encoding || !response.body) return null;
    const page = new Page(response, encoding, settings, verdict.reason);
    const start = await page.untilFound();
    return start && withBody(response, page.stream(start));
  };
}

/** One page on its way from the origin to the visitor. */
class Page {
  constructor(response, encoding, settings, reason) {
    this.cutter = new Cutter(settings.characters, reason);
    for (const beginning of settings.allowComments) this.cutter.keepComments(beginning);
    this.encode = encoder(encoding);
    this.encoding = encoding;
    // Without a name in the header a `<meta>` counts, and the parser can't change its mind here.
    this.named = /charset/i.test(response.headers.get("content-type"));
    this.reader = this.parser(settings).transform(response).body.getReader();
    this.length = 0;
    this.ended = false;
  }

  /** What is written up to and with the gated element; null for a page that has none, or can't be read. */
  async untilFound() {
    try {
      while (!this.cutter.found() && !this.ended && this.length <= maxHead()) await this.read();
    } catch (error) {
      console.error(`iteras: no teaser of a page: ${error.message}`);
      this.release();
      return null;
    }
    if (this.cutter.found()) return this.take();
    await this.cancel();
    return null;
  }

  /** The rewritten page behind its start. */
  stream(start) {
    return new ReadableStream({
      start: (controller) => controller.enqueue(start),
      pull: async (controller) => {
        let bytes = new Uint8Array();
        while (!bytes.length && !this.ended) {
          await this.read();
          bytes = this.take();
        }
        if (bytes.length) controller.enqueue(bytes);
        if (this.ended) {
          this.release();
          controller.close();
        }
      },
      cancel: () => this.cancel(),
    });
  }

  async read() {
    const { done, value } = await this.reader.read();
    this.ended = done;
    // It changes nothing of what it reads, so that this is as much as it has read.
    if (value) this.length += value.byteLength;
  }

  take() {
    return this.encode(this.cutter.take());
  }

  cancel() {
    this.release();
    return this.reader.cancel();
  }

  // Whatever is reported after that is an error, and ends the page.
  release() {
    this.cutter?.free();
    this.cutter = null;
  }

  parser({ gated, marker, allow }) {
    const { cutter } = this;
    const parser = new HTMLRewriter();
    const on = (selector, element) => parser.on(selector, { element });
    // Handlers of one element run in this order: what is known of it comes first, `*` last.
    for (const selector of allow) on(selector, () => cutter.allow());
    for (const selector of gated) {
      on(selector, () => cutter.gate(selector));
      if (marker) on(`${selector} ${marker}`, () => cutter.marker());
    }
    on("*", (element) => this.element(element));
    return parser.onDocument({
      text: (chunk) => cutter.text(chunk.text, chunk.lastInTextNode),
      comments: (comment) => cutter.comment(comment.text),
      doctype: (type) => cutter.doctype(type.name, type.publicId, type.systemId),
      end: () => cutter.finish(),
    });
  }

  element(element) {
    const { cutter } = this;
    // Each report costs a change of stacks in workerd.
    if (cutter.passesOver()) return;
    let depth;
    const ended = (end) => {
      if (depth !== undefined) cutter.end(depth, end.name);
    };
    const content = whenEnded(element, ended);
    let attributes = "";
    for (const [name, value] of element.attributes) attributes += `${whole(name)}\0${whole(value)}\0`;
    depth = cutter.start(element.tagName, attributes, content);
    const label = element.tagName == "meta" && cutter.takeCharset();
    if (label && (this.named ? !encodingOf(label) : encodingOf(label) != this.encoding)) {
      throw new Error(`it is not in ${this.encoding}, as its header says, but in ${label}`);
    }
  }
}

// NUL is no character of HTML: parsers read this one instead.
const whole = (text) => text.replaceAll("\0", "\ufffd");

/** Has a function called at the end of an element, and says whether there is one. */
function whenEnded(element, ended) {
  const name = element.tagName;
  const isHtml = element.namespaceURI == HTML;
  if (isHtml && isVoid(name)) return false;
  try {
    element.onEndTag(ended);
  } catch (error) {
    // In SVG and MathML an element may close itself, which only this tells.
    if (isHtml) throw error;
    return false;
  }
  return true;
}

/** Turns UTF-8 into the page's encoding. */
function encoder(encoding) {
  if (encoding == "utf-8") return (bytes) => bytes;
  const characters = new TextDecoder(encoding).decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  const codes = new Map(Array.from(characters, (character, byte) => [character, byte]));
  return (bytes) => {
    const out = [];
    for (const character of new TextDecoder().decode(bytes)) {
      const reference = `&#${character.codePointAt(0)};`;
      if (codes.has(character)) out.push(codes.get(character));
      else out.push(...Array.from(reference, (ascii) => ascii.charCodeAt(0)));
    }
    return Uint8Array.from(out);
  };
}

function read(options) {
  const Rewriter = rewriterOf("teaser");
  if (typeof options != "object" || options === null) throw badOption("teaser: expected an object with options");
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name))
      throw badOption(`teaser: there is no ${JSON.stringify(name)}; there are ${NAMES.join(", ")}`);
  }
  const { gated, characters = 600, marker = null, allow = [], allowComments = [] } = options;
  const selectors = (setting, value) => {
    const list = strings(setting, value);
    for (const selector of list) checked(Rewriter, setting, selector);
    return list;
  };
  if (!Number.isInteger(characters) || characters < 0 || characters > 1e9) {
    throw badOption(`teaser: characters: expected a whole number from 0, got ${String(characters)}`);
  }
  if (Array.isArray(marker) && marker.length != 1) throw badOption("teaser: marker: expected one selector");
  const settings = {
    gated: selectors("gated", gated),
    characters,
    marker: marker === null ? null : selectors("marker", marker)[0],
    allow: selectors("allow", allow),
    allowComments: strings("allowComments", allowComments),
  };
  if (!settings.gated.length) throw badOption("teaser: gated: no selector of an element to gate");
  return settings;
}

function strings(setting, value) {
  const list = typeof value == "string" ? [value] : value;
  const wrong = !Array.isArray(list) || list.some((item) => typeof item != "string" || !item.trim());
  if (wrong) throw badOption(`teaser: ${setting}: expected a string or an array of strings`);
  return [...list];
}

// One selector without commas: each is extended by that of the marker.
function checked(Rewriter, setting, selector) {
  const refused = (why) => badOption(`teaser: ${setting}: ${JSON.stringify(selector)} is not a selector: ${why}`);
  if (selector.includes(",")) throw refused("one at a time, without commas");
  try {
    new Rewriter().on(selector, {});
  } catch (error) {
    throw refused(error.message);
  }
}
