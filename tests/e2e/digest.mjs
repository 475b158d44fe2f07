// Digests of pictures, kept to compare with: a picture's size, and the mean colour of each little square.
//
//   compare(REFERENCES[view], digest(png));   // [] or ["looks otherwise at x 64 to 128, y 320 to 384"]
import { readFileSync } from "node:fs";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";

import { tool } from "./driver/tools.mjs";

const { PNG } = tool("pngjs");

/** The file with what is kept of each picture, by its name; `cargo xtask screenshots --write` makes it. */
export const FILE = new URL("pictures.json", import.meta.url);
export const REFERENCES = JSON.parse(readFileSync(FILE, "utf8"));

/** The side of a square in CSS pixels. */
export const SQUARE = 32;
/** Pixels of a picture that is compared for each CSS pixel: no more are needed for means. */
export const SCALE = 0.5;
/**
 * Tolerance, how far the mean of a square's red, green or blue may move, of 255: two steps of `STEP`. With other typefaces on a
 * machine, and another fitting of letters to its pixels, none moves by more than 24.
 */
export const COLOUR_TOLERANCE = 34;
/** How many CSS pixels the height may change. */
export const HEIGHT_TOLERANCE = 4;
/** Colours are kept in steps of so many, of 255. */
const STEP = 17;

/**
 * The digest of a picture that was taken at `scale` pixels for each CSS pixel: `{ width, height, colours }` in CSS
 * pixels, three bytes for each square, row by row.
 */
export function digest(png, scale = SCALE) {
  const { width, height, data } = PNG.sync.read(Buffer.from(png));
  const side = SQUARE * scale;
  const columns = Math.ceil(width / side);
  const sums = new Float64Array(3 * columns * Math.ceil(height / side));
  const counts = new Uint32Array(sums.length / 3);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / side) * columns;
    for (let x = 0; x < width; x++) {
      const square = row + Math.floor(x / side);
      const at = 4 * (y * width + x);
      counts[square]++;
      for (let part = 0; part < 3; part++) sums[3 * square + part] += data[at + part];
    }
  }
  const colours = Buffer.alloc(sums.length);
  sums.forEach((sum, index) => (colours[index] = Math.round(sum / counts[Math.floor(index / 3)])));
  return { width: width / scale, height: height / scale, colours };
}

/** A digest as it is kept: `[width, height, text]`, colours in steps. */
export function kept({ width, height, colours }) {
  const steps = colours.map((colour) => Math.round(colour / STEP));
  return [width, height, brotliCompressSync(steps).toString("base64")];
}

function unkept([width, height, text]) {
  const steps = brotliDecompressSync(Buffer.from(text, "base64"));
  return { width, height, colours: steps.map((step) => step * STEP) };
}

/**
 * Differences of a picture from the reference that is kept of it, in sentences; none where it is the same within
 * `HEIGHT_TOLERANCE` and `COLOUR_TOLERANCE`.
 */
export function compare(reference, now) {
  if (!reference) return ["is new: no reference is kept of it"];
  const then = unkept(reference);
  if (then.width != now.width) return [`is ${now.width} pixels wide, was ${then.width}`];
  const wrong = [];
  if (Math.abs(then.height - now.height) > HEIGHT_TOLERANCE) {
    wrong.push(`is ${now.height} pixels high, was ${then.height}`);
  }
  const columns = Math.ceil(now.width / SQUARE);
  const moved = new Set();
  // Rows below the end of the shorter one are told by its height.
  const shared = Math.min(then.colours.length, now.colours.length);
  for (let index = 0; index < shared; index++) {
    if (Math.abs(then.colours[index] - now.colours[index]) > COLOUR_TOLERANCE) moved.add(Math.floor(index / 3));
  }
  const places = patches(moved, columns).map(
    ({ left, top, right, bottom }) =>
      `x ${left * SQUARE} to ${(right + 1) * SQUARE}, y ${top * SQUARE} to ${(bottom + 1) * SQUARE}`,
  );
  if (places.length) wrong.push(`looks otherwise at ${places.slice(0, 4).join("; ")}${places[4] ? "; …" : ""}`);
  return wrong;
}

// Squares that touch each other, as rectangles around them.
function patches(moved, columns) {
  const left = new Set(moved);
  const found = [];
  for (const first of moved) {
    if (!left.delete(first)) continue;
    const patch = { left: columns, top: Infinity, right: 0, bottom: 0 };
    const waiting = [first];
    while (waiting.length) {
      const square = waiting.pop();
      const [x, y] = [square % columns, Math.floor(square / columns)];
      patch.left = Math.min(patch.left, x);
      patch.right = Math.max(patch.right, x);
      patch.top = Math.min(patch.top, y);
      patch.bottom = Math.max(patch.bottom, y);
      for (const [dx, dy] of [
        [-1, 0],
        [1, 0],
        [0, -1],
        [0, 1],
      ]) {
        const isBeside = x + dx >= 0 && x + dx < columns;
        const next = square + dx + dy * columns;
        if (isBeside && left.delete(next)) waiting.push(next);
      }
    }
    found.push(patch);
  }
  return found;
}
