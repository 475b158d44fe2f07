"use client";

import { logoutFromWall } from "iteras";
import { useWall } from "iteras/react";
import { useState } from "react";

export function Article({ paywallid }) {
  const { authorized, pending, reason } = useWall({ paywallid });
  if (pending) return <p id={paywallid}>One moment…</p>;
  return <p id={paywallid}>{authorized ? "The whole article." : `Subscribe to read on (${reason}).`}</p>;
}

export function Desk({ children }) {
  const [second, setSecond] = useState("BBBB2222");
  return (
    <main>
      {children}
      {second && <Article paywallid={second} />}
      <button id="other" onClick={() => setSecond("n8fsoupukhv3")}>
        Another article
      </button>
      <button id="none" onClick={() => setSecond("")}>
        No other article
      </button>
      <button id="log-out" onClick={() => logoutFromWall({ redirect: null })}>
        Log out
      </button>
    </main>
  );
}
