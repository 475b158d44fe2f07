module.exports = { testEnvironment: "jsdom", testMatch: ["**/*.spec.js"], transform: {} };
