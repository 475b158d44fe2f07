// Compiling WebAssembly from bytes, which some runtimes forbid: edge functions, and Node with `--jitless`.

/** The compiled module of an entry; an error with code `wasm_blocked` where there can be none. */
export function compiled(entry, bytes) {
  try {
    return new WebAssembly.Module(bytes());
  } catch (error) {
    const sentence =
      `iteras/${entry}: this runtime compiles no WebAssembly (${error.message}). Node, Deno and Bun do; Workers and ` +
      'other edge functions get it compiled by the condition "workerd", which their bundler has to know';
    throw Object.assign(new Error(sentence), { code: "wasm_blocked", cause: error });
  }
}
