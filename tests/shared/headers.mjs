// The Cookie headers of tests/vectors/cookie_header_cases.json, as its "about" describes them.

/** A header's lines, each a list of texts and, for a pass in another spelling, `{ pass, bars }` or `{ pass, commas }`. */
export function headerLines(header, pass) {
  const lines = typeof header == "string" ? [[header]] : header;
  return lines.map((pieces) => pieces.map((piece) => spelledOut(piece, pass)));
}

/** The same in one line; HTTP/2 joins them so (RFC 9113, section 8.2.3). */
export function headerText(header, pass) {
  const text = (piece) => (typeof piece == "string" ? piece.replaceAll("@", pass) : spelling(piece));
  return headerLines(header, pass)
    .map((line) => line.map(text).join(""))
    .join("; ");
}

/** A pass with other texts for its bars and commas. */
export const spelling = ({ pass, bars = "|", commas = "," }) => pass.replaceAll("|", bars).replaceAll(",", commas);

function spelledOut(piece, pass) {
  if (typeof piece == "string") return piece;
  const { times, piece: repeated, bars, commas, of } = piece;
  if (times) return Array.from({ length: times }, (_, at) => repeated.replaceAll("{n}", at)).join("");
  if (bars) return { pass, bars };
  if (commas) return { pass: of, commas };
  throw new Error(`a header that is described otherwise: ${JSON.stringify(piece)}`);
}
