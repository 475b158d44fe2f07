// Bytes as a text of printable ASCII that grows little in brotli.
//
// Brotli models whole bytes, so what a code keeps in one character it can still predict: one
// character for each of the 89 lowest bytes, which make most of a wasm file, and two for the
// others. That is 5 % less than hex and 20 % less than base64, after brotli.

// The characters are those from `#` to `~` without the backslash; the last two begin a pair.
const SINGLES = 89;
const SECONDS = 84;

/** The text for the bytes; neither `"` nor `\` is in it. */
export function pack(bytes) {
  const character = (digit) => String.fromCharCode(digit + (digit < 57 ? 35 : 36));
  let text = "";
  for (const byte of bytes) {
    const over = byte - SINGLES;
    text += over < 0 ? character(byte) : character(SINGLES + Math.floor(over / SECONDS)) + character(over % SECONDS);
  }
  return text;
}

/** The bytes of the text; runs in the reader's browser. */
export function unpack(text) {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  let at = 0;
  const digit = () => {
    const code = text.charCodeAt(at++);
    return code < 92 ? code - 35 : code - 36;
  };
  while (at < text.length) {
    const first = digit();
    bytes[length++] = first < SINGLES ? first : SINGLES + (first - SINGLES) * SECONDS + digit();
  }
  return bytes.subarray(0, length);
}
