// Prints what importing the package did, as JSON: new globals, modules compiled, exports.
//   node import.mjs iteras

let compiled = 0;
for (const name of ["Module", "Instance"]) {
  WebAssembly[name] = class extends WebAssembly[name] {
    constructor(...given) {
      compiled++;
      super(...given);
    }
  };
}
for (const name of ["compile", "instantiate"]) {
  const real = WebAssembly[name];
  WebAssembly[name] = (...given) => (compiled++, real(...given));
}
globalThis.fetch = () => compiled++;

const before = Reflect.ownKeys(globalThis);
const entry = await import(process.argv[2]);
const globals = Reflect.ownKeys(globalThis)
  .filter((key) => !before.includes(key))
  .map(String);
console.log(JSON.stringify({ globals, compiled, exports: Object.keys(entry) }));
