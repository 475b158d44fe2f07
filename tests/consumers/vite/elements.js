// The elements, when the page says so: what is in the page before that is upgraded late.
window.define = () => import("iteras/elements");
if (location.hash != "#later") window.define();
// The functions, for tests that call them beside the elements.
window.calls = async () => (window.iteras = await import("iteras"));
// The meter of free articles.
window.meter = () => import("iteras/meter");
