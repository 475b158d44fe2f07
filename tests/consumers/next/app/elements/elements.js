"use client";

import { useEffect, useState } from "react";

export function Elements() {
  const [order, setOrder] = useState("1");
  const [told, setTold] = useState([]);
  const [wall, setWall] = useState(null);
  // After hydration: until then the elements have to be what the server sent.
  useEffect(() => {
    import("iteras/elements");
  }, []);
  useEffect(() => {
    if (!wall) return;
    const note = ({ detail }) => setTold((before) => [...before, detail.reason ?? "open"]);
    wall.addEventListener("iteras-verdict", note);
    return () => wall.removeEventListener("iteras-verdict", note);
  }, [wall]);
  return (
    <main>
      <iteras-wall ref={setWall} paywallid="BBBB2222,n8fsoupukhv3">
        <p id="open" data-when="open" hidden>
          The whole article.
        </p>
        <div id="closed" data-when="closed" hidden>
          <iteras-order
            profile="lumen"
            orderingid={order}
            prefill-products="12MPro"
            prefill={{ copies: 2 }}
            title="Subscribe"
          />
        </div>
      </iteras-wall>
      <button id="other" onClick={() => setOrder("2")}>
        Another offer
      </button>
      <output id="told">{told.join(" ")}</output>
    </main>
  );
}
