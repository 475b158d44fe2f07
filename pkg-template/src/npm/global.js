// `iteras/global`: what the classic script does, `window.Iteras` with everything in it, from a bundle.
import { begin, boot, globalObject, install, setBoot, version } from "./core.js";
import { start } from "./wasm.js";

if (typeof document != "undefined") {
  const object = globalObject();
  // The classic script was here first and stays in charge.
  if (!boot(object)) {
    setBoot(object, { version });
    try {
      publish(begin(start));
    } catch (error) {
      if (error.code != "wasm_blocked") throw error;
      // Until the core is there as JavaScript, calls wait: `Iteras.q.push(["wall", { … }])`.
      if (!object.q) object.q = [];
      import("./wasm2js.js").then(
        (engine) => publish(begin(engine.start)),
        () => console.error(error.message),
      );
    }
  }
}

// The base was configured or is the usual one: there is no script tag to tell.
function publish(iteras) {
  install(Object.assign({}, iteras, { place() {} }));
}
