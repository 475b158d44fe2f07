// A component of React's that shows verdict and pass; the same on the server and in the page.
import { Wall, usePass, useWall } from "iteras/react";
import { createElement as h } from "react";

export function Article({ options, firstVerdict, told = () => {} }) {
  const { authorized, pending, reason } = useWall(options, firstVerdict);
  const pass = usePass();
  const text = pending ? "pending" : authorized ? "open" : reason;
  told(text);
  return h("p", null, `${text} ${pass ? pass.subscriber : "nobody"}`);
}

export const Parts = ({ firstVerdict }) =>
  h(
    Wall,
    { paywallid: "n8fsoupukhv3", firstVerdict, fallback: ({ reason }) => h("b", null, reason), pending: "…" },
    h("i", null, "article"),
  );
