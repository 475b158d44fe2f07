// The core's one function over a module's exports (src/page/bare.rs), WebAssembly or JavaScript.

// `ask(question, number)` gives the answer; whatever the module throws, a trap above all, goes through.
export function connect(exports, encoder = new TextEncoder(), decoder = new TextDecoder()) {
  return (question, number) => {
    const bytes = encoder.encode(question);
    const at = exports.begin(bytes.length);
    // A view each time: memory that grows takes the buffer away from older ones.
    new Uint8Array(exports.memory.buffer).set(bytes, at);
    const answer = exports.ask(at, bytes.length, number);
    const [start, length] = new Uint32Array(exports.memory.buffer, answer, 2);
    return decoder.decode(new Uint8Array(exports.memory.buffer, start, length));
  };
}
