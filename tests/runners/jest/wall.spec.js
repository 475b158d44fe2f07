// The same in Jest, whose jsdom has neither TextEncoder nor fetch.
const { wall, watchWall } = require("iteras");
const { fakeService, makePass, stubIteras } = require("iteras/testing");

test("a page is decided from the pass of the test", () => {
  document.cookie = `iteraspass=${makePass({ level: "user" })}; path=/`;
  expect(wall({ paywallid: "n8fsoupukhv3", access: "user" }).authorized).toBe(true);
  expect(wall({ paywallid: "n8fsoupukhv3", access: "sub" }).reason).toBe("accesslevel");
});

test("a stub says what it is told to", () => {
  const stub = stubIteras({ authorized: false, reason: "refused" });
  const told = [];
  watchWall({ paywallid: "n8fsoupukhv3" }, ({ reason }) => told.push(reason));
  stub.show({ authorized: true });
  stub.restore();
  expect(told).toEqual(["refused", null]);
});

test("a page has its pass renewed, without Request and Response", async () => {
  expect(typeof Request + typeof Response).toBe("undefinedundefined");
  const expired = makePass({ expires: "2016-01-23T12:35:29Z" });
  document.cookie = `iteraspass=${expired}; path=/`;
  const service = fakeService({ renewal: () => makePass({ subscriber: "31168" }) });
  globalThis.fetch = service.fetch;
  const authorized = new Promise((done) => document.addEventListener("iteras:authorized", done, { once: true }));
  wall({ paywallid: "n8fsoupukhv3", access: "sub", unauthorized() {} });
  expect((await authorized).detail.subscriber).toBe("31168");
  expect(service.requests).toEqual([
    { url: "https://app.iteras.dk/api/paywall/renew/", method: "POST", body: expired },
  ]);
});
