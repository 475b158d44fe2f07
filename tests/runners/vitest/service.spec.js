// A page whose service is the fake one, as fetch itself and behind MSW.
import { http } from "msw";
import { setupServer } from "msw/node";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { wall } from "iteras";
import { fakeService, makePass } from "iteras/testing";

const expired = makePass({ expires: "2016-01-23T12:35:29Z" });
const decided = () =>
  new Promise((done) => {
    for (const type of ["authorized", "unauthorized"]) {
      document.addEventListener(`iteras:${type}`, ({ detail }) => done(detail.reason ?? detail.subscriber), {
        once: true,
      });
    }
    wall({ paywallid: "n8fsoupukhv3", unauthorized() {} });
  });

beforeEach(() => {
  // Each test is a page of its own: nothing of what the one before asked is remembered.
  localStorage.clear();
  delete globalThis[Symbol.for("iteras.1")];
  vi.resetModules();
  document.cookie = `iteraspass=${expired}; path=/`;
});
afterEach(() => vi.unstubAllGlobals());

test("as fetch", async () => {
  const service = fakeService({ renewal: () => makePass({ subscriber: "31168" }) });
  vi.stubGlobal("fetch", service.fetch);
  expect(await decided()).toBe("31168");
  expect(service.requests).toHaveLength(1);
});

test("behind MSW", async () => {
  const service = fakeService({ renewal: "refuse" });
  const server = setupServer(http.all("https://app.iteras.dk/*", ({ request }) => service.fetch(request)));
  server.listen({ onUnhandledRequest: "error" });
  try {
    const response = await fetch("https://app.iteras.dk/api/paywall/renew/", { method: "POST", body: expired });
    expect(await response.json()).toEqual({ pass: null, errorcode: "noaccess" });
    expect(service.requests[0].body).toBe(expired);
  } finally {
    server.close();
  }
});
