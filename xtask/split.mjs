// A WebAssembly module as a text of printable ASCII that brotli makes small.
//
// Brotli predicts a byte from the two before it, and in a module an index says little about the instruction behind it.
// So the code is taken apart: instructions stand in one part of the text, and their operands in one part for each
// kind. That is 10 % less than the module's bytes in their order, after brotli.
//
// An instruction is the place of its form in a list, most frequent first. A form is all the bytes of an instruction
// with kinds in place of operands that vary. Everything is a number, and a number digits, of which all but the last
// are high ones.

// The characters are those from `#` to `~` without the backslash.
const DIGITS = 91;
// The last digit of a number is lower than that: in parts of bytes nearly every byte is one digit, a letter itself.
const LOW = 62;
const LOW_OF_BYTES = 88;
const FIRST_BYTE = 36;

// Kinds of operands, as forms spell them; a higher number is a byte.
const [LOCALS, GET, SET, CALL, BRANCH, OFFSET, CONSTANT] = [0, 1, 2, 3, 4, 5, 6];
const KINDS = 7;

const END = 0x0b;

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

  /** An operand of that kind, or its bytes where a number would come back as others. */
  operand(kind) {
    const from = this.at;
    const value = this.leb();
    const bytes = [...this.bytes.subarray(from, this.at)];
    return value < 2 ** 31 && String(lebOf(value)) === String(bytes) ? [{ kind, value }] : bytes;
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
      return [code, ...this.operand(CONSTANT)];
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
  const counts = new Map();
  for (const instruction of instructions.filter(Boolean)) {
    const form = formOf(instruction);
    counts.set(form, (counts.get(form) ?? 0) + 1);
  }
  const forms = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one));
  // The first form, with the place 0, ends a function.
  const places = new Map(forms.map((form, place) => [form, place + 1]));
  let sequence = "";
  const operands = Array(KINDS).fill("");
  for (const instruction of instructions) {
    sequence += text(instruction ? places.get(formOf(instruction)) : 0);
    for (const { kind, value } of instruction ?? []) if (kind !== undefined) operands[kind] += text(value);
  }
  const plain = (part) => {
    return Array.from(part, (byte) => numberText((byte - FIRST_BYTE + 256) % 256, LOW_OF_BYTES)).join("");
  };
  const list = [formOf([END]), ...forms].join(" ");
  return [plain(bytes.subarray(0, start)), plain(bytes.subarray(end)), list, sequence, ...operands].join("  ");
}

/** The bytes of the text; runs in the reader's browser, once: loops in as few steps as an interpreter needs. */
export function unpack(text) {
  const numbers = (part, low) => {
    const list = [];
    for (let at = 0, value = 0; at < part.length; at++) {
      let digit = part.charCodeAt(at) - 35;
      if (digit > 56) digit--;
      if (digit < low) {
        list.push(value * low + digit);
        value = 0;
      } else value = value * (DIGITS - low) + digit - low;
    }
    return list;
  };
  const [before, behind, list, ...rest] = text.split("  ");
  const plain = (part) => numbers(part, LOW_OF_BYTES).map((value) => value + FIRST_BYTE);
  const forms = list.split(" ").map((form) => numbers(form, LOW));
  const [sequence, ...operands] = rest.map((part) => numbers(part, LOW));
  const taken = operands.map(() => 0);
  const bytes = plain(before);
  let body = [];
  const leb = (to, value) => {
    for (; value > 127; value >>= 7) to.push((value & 127) | 128);
    to.push(value);
  };
  for (let i = 0; i < sequence.length; i++) {
    const form = forms[sequence[i]];
    for (let k = 0; k < form.length; k++) {
      const part = form[k];
      if (part >= KINDS) body.push(part - KINDS);
      else {
        const value = operands[part][taken[part]++];
        if (value < 128) body.push(value);
        else leb(body, value);
      }
    }
    if (!sequence[i]) {
      leb(bytes, body.length);
      bytes.push(...body);
      body = [];
    }
  }
  return new Uint8Array(bytes.concat(plain(behind)));
}
