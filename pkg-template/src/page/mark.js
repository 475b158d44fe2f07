import { doc } from "./document.js";

// The mark that a server in front has left in the page: it was opened by something else than a pass, or cut.
export const mark = () =>
  doc.querySelector('meta[name="iteras-gate"][content="open"]')
    ? "open"
    : doc.querySelector(".iteras-content-truncated.iteras-no-pass,.iteras-content-truncated.iteras-invalid-pass")
      ? "cut"
      : "";
