// A typeface for pictures that are compared: every letter is a box of one width, so that lines break at the same words
// on every machine, whatever typefaces it has. Spaces are empty; letters without a width of their own have none here.
//
//   await page.evaluate(wearBoxes, BOXES);
const UNITS = 1000;
const ASCENT = 800;
const DESCENT = -200;
/** Room between two boxes, on each side of one. */
const SIDE = 40;
const [NOTHING, BOX, SPACE, MARK] = [0, 1, 2, 3];

// Ranges of code points and the glyph of each; all others are boxes.
const OTHERS = [
  [0x00, 0x20, SPACE],
  [0x7f, 0xa0, SPACE],
  [0xad, 0xad, MARK],
  [0x300, 0x36f, MARK],
  [0x2000, 0x200a, SPACE],
  [0x200b, 0x200f, MARK],
  [0x2028, 0x202f, SPACE],
  [0x2060, 0x206f, MARK],
  [0xfe00, 0xfe0f, MARK],
];

/** The files for `wearBoxes`. */
export const BOXES = {
  BoxSerif: boxFont({ advance: 450, height: 460 }),
  BoxSans: boxFont({ advance: 500, height: 520 }),
  BoxMono: boxFont({ advance: 600, height: 500 }),
};

/** A file of the typeface (TrueType) as base64. `advance` and `height` of a box are in thousandths of the size. */
export function boxFont({ advance, height }) {
  const box = glyph([
    [SIDE, 0],
    [SIDE, height],
    [advance - SIDE, height],
    [advance - SIDE, 0],
  ]);
  const glyphs = [Buffer.alloc(0), box, Buffer.alloc(0), Buffer.alloc(0)];
  const starts = [0];
  for (const one of glyphs) starts.push(starts.at(-1) + one.length);
  const widths = [advance, advance, Math.round(advance / 2), 0];
  return sfnt({
    "OS/2": words(
      [4, advance, 400, 5, 0, 650, 700, 0, 140, 650, 700, 0, 480, 50, 250, 0],
      Array(5).fill(0), // panose
      [0, 1, 0, 0, 0, 0, 0, 0], // Unicode ranges: Basic Latin
      [0x2020, 0x2020, 0x40, 0x20, 0xffff],
      [ASCENT, DESCENT, 0, ASCENT, -DESCENT],
      [0, 1, 0, 0, height, height, NOTHING, 0x20, 1],
    ),
    cmap: cmap(),
    glyf: Buffer.concat(glyphs),
    head: Buffer.concat([
      words([1, 0, 1, 0, 0, 0, 0x5f0f, 0x3cf5, 0b11, UNITS], Array(8).fill(0), [0, 0, advance, height]),
      words([0, 8, 2, 1, 0]), // style, smallest size, direction, long offsets, format
    ]),
    hhea: words([1, 0, ASCENT, DESCENT, 0, advance, 0, 0, advance, 1], Array(7).fill(0), [glyphs.length]),
    hmtx: words(...widths.map((width, index) => [width, index == BOX ? SIDE : 0])),
    loca: longs(starts),
    maxp: words([1, 0, glyphs.length, 4, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]),
    name: names({ 1: "Box", 2: "Regular", 3: "Box", 4: "Box", 6: "Box" }),
    post: words([3, 0], Array(14).fill(0)),
  }).toString("base64");
}

/** Runs in a page: its three families of typefaces become boxes, each of another size. */
export async function wearBoxes(fonts) {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  for (const [family, file] of Object.entries(fonts)) {
    const face = new FontFace(family, bytes(file), { weight: "100 900" });
    document.fonts.add(await face.load());
  }
  // The pages' own names for their families; and what no rule of theirs speaks about. Without the last rule the widths of
  // letters are rounded on machines that fit them to the pixels of a screen.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :root { --serif: BoxSerif !important; --sans: BoxSans !important; --text: BoxSans !important;
      --mono: BoxMono !important; }
    :where(html, button, input, select, textarea, summary) { font-family: BoxSans; }
    :where(code, kbd, pre, samp) { font-family: BoxMono; }
    * { text-rendering: geometricPrecision !important; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

// A glyph of one contour.
function glyph(points) {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const steps = (values) => values.map((value, index) => value - (values[index - 1] ?? 0));
  const onCurve = Buffer.alloc(points.length, 1);
  const bounds = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  return padded(Buffer.concat([words([1], bounds, [points.length - 1, 0]), onCurve, words(steps(xs), steps(ys))]));
}

// One table for all of Unicode, in the format of many letters for one glyph.
function cmap() {
  const groups = [];
  let next = 0;
  for (const [first, last, which] of [...OTHERS, [0x110000, 0x110000, NOTHING]]) {
    if (first > next) groups.push([next, first - 1, BOX]);
    if (first < 0x110000) groups.push([first, last, which]);
    next = last + 1;
  }
  const table = Buffer.concat([words([13, 0]), longs([16 + 12 * groups.length, 0, groups.length], ...groups)]);
  return Buffer.concat([words([0, 1, 3, 10]), longs([12]), table]);
}

function names(texts) {
  const entries = Object.entries(texts);
  const bodies = entries.map(([, text]) => Buffer.from(text, "utf16le").swap16());
  let offset = 0;
  const records = entries.map(([id], index) => {
    const record = [3, 1, 0x409, Number(id), bodies[index].length, offset];
    offset += bodies[index].length;
    return record;
  });
  return Buffer.concat([words([0, entries.length, 6 + 12 * entries.length], ...records), ...bodies]);
}

// The container: a directory, then the tables, each with a checksum.
function sfnt(tables) {
  const entries = Object.entries(tables).map(([tag, table]) => [tag, table.length, padded(table)]);
  const power = 2 ** Math.floor(Math.log2(entries.length));
  const search = [16 * power, Math.log2(power), 16 * (entries.length - power)];
  const directory = [words([1, 0, entries.length], search)];
  let offset = 12 + 16 * entries.length;
  for (const [tag, length, table] of entries) {
    directory.push(Buffer.from(tag, "latin1"), longs([checksum(table), offset, length]));
    offset += table.length;
  }
  return Buffer.concat([...directory, ...entries.map(([, , table]) => table)]);
}

function checksum(table) {
  let sum = 0;
  for (let at = 0; at < table.length; at += 4) sum = (sum + table.readUInt32BE(at)) >>> 0;
  return sum;
}

function words(...lists) {
  const values = lists.flat();
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, index) => bytes.writeUInt16BE(value & 0xffff, 2 * index));
  return bytes;
}

function longs(...lists) {
  const values = lists.flat();
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => bytes.writeUInt32BE(value, 4 * index));
  return bytes;
}

function padded(table) {
  return Buffer.concat([table, Buffer.alloc((4 - (table.length % 4)) % 4)]);
}
