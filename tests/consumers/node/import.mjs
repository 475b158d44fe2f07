// Prints what importing the package did, as JSON: milliseconds, new globals, modules compiled, exports.
//   node import.mjs iteras
import "./empty.mjs"; // so that the loader itself is warm, for what it costs every program

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
const start = performance.now();
const entry = await import(process.argv[2]);
const milliseconds = performance.now() - start;
const globals = Reflect.ownKeys(globalThis)
  .filter((key) => !before.includes(key))
  .map(String);
console.log(JSON.stringify({ milliseconds, globals, compiled, exports: Object.keys(entry) }));
