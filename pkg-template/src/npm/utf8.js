// UTF-8 where a page has neither `TextEncoder` nor `TextDecoder`: in jsdom, and so in Jest's environment of that name.
const utf8 = {
  encode(text) {
    // A surrogate without its other half has no bytes; `u` leaves pairs alone.
    const bytes = unescape(encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, "\ufffd")));
    return Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
  },
  decode(bytes) {
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return decodeURIComponent(escape(text));
  },
};

/** Encoder and decoder for `connect` (engine.js); none where it finds its own. */
export const codec = () => (typeof TextEncoder == "undefined" || typeof TextDecoder == "undefined" ? [utf8, utf8] : []);
