import { Wall } from "iteras/react";

// A component that stays on the server: what it hands to the wall is in the page, shown or not.
export default function Page() {
  return (
    <Wall
      paywallid="n8fsoupukhv3"
      firstVerdict={{ authorized: false, reason: "nopass" }}
      fallback={<p id="fallback">Subscribe.</p>}
    >
      <p id="article">The whole article.</p>
    </Wall>
  );
}
