// The same for `require`.
const before = Reflect.ownKeys(globalThis);
const start = performance.now();
const entry = require(process.argv[2]);
const milliseconds = performance.now() - start;
const globals = Reflect.ownKeys(globalThis)
  .filter((key) => !before.includes(key))
  .map(String);
console.log(JSON.stringify({ milliseconds, globals, exports: Object.keys(entry) }));
