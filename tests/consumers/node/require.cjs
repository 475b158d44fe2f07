// The same for `require`.
const before = Reflect.ownKeys(globalThis);
const entry = require(process.argv[2]);
const globals = Reflect.ownKeys(globalThis)
  .filter((key) => !before.includes(key))
  .map(String);
console.log(JSON.stringify({ globals, exports: Object.keys(entry) }));
