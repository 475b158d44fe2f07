// Must compile: the elements in React 19, with the typings that the package's README shows.
import type { HTMLAttributes, Ref } from "react";
import type { IterasElementAttributes } from "iteras/elements";

type Elements = {
  [Name in keyof IterasElementAttributes]: IterasElementAttributes[Name] &
    Omit<HTMLAttributes<HTMLElementTagNameMap[Name]>, "title"> & { ref?: Ref<HTMLElementTagNameMap[Name]> };
};

declare module "react" {
  namespace JSX {
    interface IntrinsicElements extends Elements {}
  }
}

export const article = (
  <iteras-wall paywallid="a,b" access="sub" className="article" ref={(element) => void element?.verdict}>
    <p data-when="closed" hidden>
      <iteras-login profile="lumen" paywallid="a" title="Log ind" />
      <iteras-order profile="lumen" orderingid="1" prefill={{ products: "12MPro" }} />
    </p>
  </iteras-wall>
);

// @ts-expect-error a server would leave an array out, and the wall be open to every pass
export const open = <iteras-wall paywallid={["a"]} />;
// @ts-expect-error there is no such attribute
export const wrong = <iteras-wall paywall="a" />;
