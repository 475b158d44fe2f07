// A component of React's whose wall says what the test wants.
import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, test } from "vitest";

import { Wall, usePass } from "iteras/react";
import { stubIteras } from "iteras/testing";

globalThis.IS_REACT_ACT_ENVIRONMENT = true;

const Article = () =>
  createElement(
    Wall,
    { paywallid: "n8fsoupukhv3", fallback: ({ reason }) => `Subscribe (${reason}).` },
    `For ${usePass()?.subscriber}`,
  );

let stub;
let root;
beforeEach(() => {
  stub = stubIteras({ authorized: false, reason: "expired" }, { pass: { subscriber: "7" } });
  root = createRoot(document.body.appendChild(document.createElement("div")));
});
afterEach(async () => {
  await act(async () => root.unmount());
  stub.restore();
});

test("the component follows the verdict", async () => {
  await act(async () => root.render(createElement(Article)));
  expect(document.body.textContent).toBe("Subscribe (expired).");
  await act(async () => stub.show({ authorized: true }));
  expect(document.body.textContent).toBe("For 7");
  expect(stub.walls[0].paywallid).toBe("n8fsoupukhv3");
});
