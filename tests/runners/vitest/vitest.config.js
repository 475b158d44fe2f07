export default { test: { environment: "jsdom", include: ["*.spec.js"] } };
