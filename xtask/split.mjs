// A WebAssembly module as a text of printable ASCII that brotli makes small.
//
// Brotli predicts a byte from the two before it, and in a module an index says little about the instruction behind it.
// So the code is taken apart: instructions stand in one part of the text, and their operands in one part for each
// kind. That is 10 % less than the module's bytes in their order, after brotli.
//
// An instruction is the place of its form in a list, where frequent ones come first. A form is all the bytes of an
// instruction, or of some that often follow each other, with kinds in place of operands that vary. Offsets count from
// the last one, in steps of a 32-bit word. Everything is a number, and a number digits, of which all but the last are
// high ones.

// The characters are those from `#` to `~` without the backslash.
const DIGITS = 91;
// The last digit of a number is lower than that: in parts of bytes nearly every byte is one digit, a letter itself.
const LOW = 60;
const LOW_OF_BYTES = 88;
const FIRST_BYTE = 36;

// Kinds of operands, as forms spell them; a higher number is a byte. Which has which number is good for 30 bytes.
const [CALL, ADDED, CONSTANT, SET, BRANCH, GET, LOCALS, OFFSET] = [0, 1, 2, 3, 4, 5, 6, 7];
const KINDS = 8;

const END = 0x0b;

// Places in the unpacker's memory: where it finds the text, and where it leaves the module.
const TEXT = 0x4000;
const UNPACKED = 0x10000;

// Pairs of forms that become one form, most frequent first: fewer steps for the reader's browser, and 40 bytes less.
// More of them make a longer list.
const ROUNDS = 16;

const lebOf = (value) => (value > 127 ? [(value % 128) + 128, ...lebOf(Math.floor(value / 128))] : [value]);

function numberText(value, low) {
  const character = (digit) => String.fromCharCode(digit + (digit < 57 ? 35 : 36));
  let text = character(value % low);
  for (let rest = Math.floor(value / low); rest; rest = Math.floor(rest / (DIGITS - low))) {
    text = character(low + (rest % (DIGITS - low))) + text;
  }
  return text;
}

/** Reads the code of a module: the forms of its instructions, each with its operands. */
class Code {
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
    this.offset = 0;
  }

  byte() {
    return this.bytes[this.at++];
  }

  leb() {
    let value = 0;
    let byte;
    for (let factor = 1; byte === undefined || byte > 127; factor *= 128) {
      byte = this.byte();
      value += (byte % 128) * factor;
    }
    return value;
  }

  /** The code of the instruction behind the number that comes next. */
  behind() {
    let at = this.at;
    while (this.bytes[at] > 127) at++;
    return this.bytes[at + 1];
  }

  /** An operand of that kind, or its bytes where a number would come back as others. */
  operand(kind) {
    const from = this.at;
    let value = this.leb();
    const bytes = [...this.bytes.subarray(from, this.at)];
    if (value >= 2 ** 31 || String(lebOf(value)) !== String(bytes)) return bytes;
    if (kind === OFFSET) {
      const words = (value - this.offset) / 4;
      if (!Number.isInteger(words)) return bytes;
      this.offset = value;
      // The sign is the lowest bit.
      value = words < 0 ? -2 * words - 1 : 2 * words;
    }
    return [{ kind, value }];
  }

  operands(kind, count) {
    return Array.from({ length: count }, () => this.operand(kind)).flat();
  }

  /** The declaration of a function's locals: how many of which type. */
  locals() {
    const groups = this.leb();
    return [...lebOf(groups), ...Array.from({ length: groups }, () => [...this.operand(LOCALS), this.byte()]).flat()];
  }

  instruction() {
    const from = this.at;
    const code = this.byte();
    const whole = () => [...this.bytes.subarray(from, this.at)];
    if (code >= 0x02 && code <= 0x04) {
      this.leb(); // block, loop, if: a type
    } else if (code === 0x0c || code === 0x0d) {
      return [code, ...this.operand(BRANCH)];
    } else if (code === 0x0e) {
      const count = this.leb();
      return [...whole(), ...this.operands(BRANCH, count + 1)];
    } else if (code === 0x10) {
      return [code, ...this.operand(CALL)];
    } else if (code === 0x11) {
      this.leb(); // call_indirect: type and table
      this.leb();
    } else if (code === 0x20) {
      return [code, ...this.operand(GET)];
    } else if (code === 0x21 || code === 0x22) {
      return [code, ...this.operand(SET)];
    } else if (code === 0x23 || code === 0x24) {
      this.leb(); // a global
    } else if (code >= 0x28 && code <= 0x3e) {
      this.leb(); // load and store: alignment, then offset
      return [...whole(), ...this.operand(OFFSET)];
    } else if (code === 0x3f || code === 0x40) {
      this.leb(); // a memory
    } else if (code === 0x41 || code === 0x42) {
      // A number that is added is mostly a place in the stack.
      return [code, ...this.operand(this.behind() === 0x6a ? ADDED : CONSTANT)];
    } else if (code === 0x43 || code === 0x44) {
      this.at += code === 0x43 ? 4 : 8; // a float
    } else if (code === 0xfc) {
      const extended = this.leb();
      // Conversions have no operand, memory.fill one, memory.copy two.
      if (extended > 7 && extended !== 10 && extended !== 11)
        throw new Error(`split.mjs: instruction 0xfc ${extended}`);
      this.at += [2, 1][extended - 10] ?? 0;
    } else if (![0x00, 0x01, 0x05, END, 0x0f, 0x1a, 0x1b].includes(code) && (code < 0x45 || code > 0xc4)) {
      throw new Error(`split.mjs: instruction ${code}`);
    }
    return whole();
  }
}

// The sequence with the most frequent pair of forms made one: fewer steps for whoever unpacks it.
function joined(sequence) {
  const counts = new Map();
  let most = "";
  for (let at = 1; at < sequence.length; at++) {
    if (!sequence[at - 1] || !sequence[at]) continue;
    const pair = `${sequence[at - 1]} ${sequence[at]}`;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
    if (counts.get(pair) > (counts.get(most) ?? 0)) most = pair;
  }
  const [first, second] = most.split(" ");
  const result = [];
  for (let at = 0; at < sequence.length; at++) {
    const isPair = sequence[at] === first && sequence[at + 1] === second;
    result.push(isPair ? first + second : sequence[at]);
    if (isPair) at++;
  }
  return result;
}

/** The text for the module; neither `"` nor `\` is in it. */
export function pack(bytes) {
  const code = new Code(bytes, 8);
  // The sections before the code, to be skipped.
  let end = code.at;
  for (let id; id !== 10;) {
    code.at = end;
    id = code.byte();
    const size = code.leb();
    end = code.at + size;
  }
  const instructions = [];
  const functions = code.leb();
  const start = code.at;
  for (let left = functions; left; left--) {
    const size = code.leb();
    const functionEnd = code.at + size;
    instructions.push(code.locals());
    while (code.at < functionEnd) instructions.push(code.instruction());
    // Its last one, END.
    instructions[instructions.length - 1] = null;
  }

  const text = (value) => numberText(value, LOW);
  const formOf = (instruction) => instruction.map((part) => text(part.kind ?? part + KINDS)).join("");
  // The forms in their order; an empty one ends a function.
  let sequence = instructions.map((instruction) => (instruction ? formOf(instruction) : ""));
  const operands = Array(KINDS).fill("");
  for (const { kind, value } of instructions.filter(Boolean).flat()) {
    if (kind !== undefined) operands[kind] += text(value);
  }
  for (let round = 0; round < ROUNDS; round++) sequence = joined(sequence);
  const counts = new Map();
  for (const form of sequence) counts.set(form, (counts.get(form) ?? 0) + 1);
  counts.delete("");
  const forms = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one));
  // Places of one digit are as good as each other, and so are those of two, but forms that are alike make a shorter
  // list side by side. The first place ends a function.
  forms.push(...forms.splice(0, LOW - 1).sort(), ...forms.splice(0).sort());
  const places = new Map(["", ...forms].map((form, place) => [form, place]));
  const plain = (part) => {
    return Array.from(part, (byte) => numberText((byte - FIRST_BYTE + 256) % 256, LOW_OF_BYTES)).join("");
  };
  const order = sequence.map((form) => text(places.get(form))).join("");
  const parts = [plain(bytes.subarray(0, start)), plain(bytes.subarray(end)), order, ...operands];
  return ["", ...parts, formOf([END]), ...forms].join(" ");
}

/**
 * The bytes of the text, in the reader's browser, once: by the module of unpack.wat, since an interpreter of JavaScript
 * takes longer for it than for all the rest of a page view.
 */
export function unpack(text, unpacker, encoder = new TextEncoder()) {
  const { m: memory, u: run } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(unpacker))).exports;
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(encoder.encode(text), TEXT);
  return bytes.subarray(UNPACKED, run(TEXT));
}
