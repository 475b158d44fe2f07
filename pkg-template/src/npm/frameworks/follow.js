// Verdicts and the pass, followed for as long as a component is there: the part that all frameworks share.
import { followChanges } from "../changes.js";
import { withCalls } from "../elements/engine.js";
import { FAILED } from "./verdict.js";

/**
 * Tells the listener each verdict of a wall of its own, the first at once where WebAssembly runs; gives the function
 * that ends it. Throws an error with code `bad_option`, as `watchWall` does.
 */
export function followWall(options, listener) {
  let [stop, ended, isLate] = [undefined, false, false];
  const start = () => {
    if (ended) return;
    withCalls(
      (calls) => {
        stop = calls.watchWall(options, listener);
        // The listener was told already, and may have ended it.
        if (ended) stop();
      },
      start,
      (error) => {
        const isOptions = error.code == "bad_option";
        if (isOptions && !isLate) throw error;
        console.error(error);
        // Options that make no sense open nothing: the verdict stays what it was.
        if (!isOptions && !ended) listener(FAILED);
      },
    );
    isLate = true;
  };
  start();
  return () => {
    ended = true;
    if (stop) stop();
  };
}

/** Tells the listener the pass, at once where there is one and whenever it changes; gives the function that ends it. */
export function followPass(listener) {
  let [told, ended] = ["null", false];
  const tell = (calls) => {
    if (ended) return;
    const pass = calls.pass();
    const text = JSON.stringify(pass);
    if (text === told) return;
    told = text;
    listener(pass);
  };
  const look = () => withCalls(tell, look, console.error);
  const end = followChanges(look);
  look();
  return () => {
    ended = true;
    end();
  };
}
