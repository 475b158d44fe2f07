// Encoder and decoder for the core's glue in jsdom, which has neither: the build hands it these by name.
import { codec } from "../npm/utf8.js";

const [utf8] = codec();

export const TextEncoder = utf8
  ? class {
      encode = utf8.encode;
    }
  : globalThis.TextEncoder;
export const TextDecoder = utf8
  ? class {
      decode = (bytes = new Uint8Array()) => utf8.decode(bytes);
    }
  : globalThis.TextDecoder;
