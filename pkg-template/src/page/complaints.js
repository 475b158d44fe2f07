// A mistake where nobody can be thrown to: in the tag or in the queue.
import { emit, report } from "./events.js";
import { RefusedOption } from "./options.js";

export function complain(error) {
  if (error instanceof RefusedOption) {
    const message = `${error.message}; correct it in the page`;
    console.error(message);
    emit("error", { code: error.code, message });
  } else report(error);
}
