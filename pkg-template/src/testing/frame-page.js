// The page in a frame of the fake service: it speaks the protocol of frames ("Messages") and has one button.

const BUTTONS = { paywall: "Log in", ordering: "Order", signup: "Sign up" };

/** The HTML of a frame of this kind and id; its button, where there is a pass, sends it. */
export function framePage(kind, frame, pass) {
  // In a script `<` would begin a tag.
  const facts = JSON.stringify({ frame, pass }).replaceAll("<", "\\u003c");
  const button = pass ? `<button>${BUTTONS[kind]}</button>` : "";
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${kind}</title>
<body><h1>${kind}</h1>${button}<script>
  const { frame, pass } = ${facts};
  const say = (message) => parent.postMessage({ iteras: 1, frame, ...message }, "*");
  addEventListener("message", ({ data }) => {
    if (data && data.iteras === 1 && data.type == "welcome") document.body.dataset.state = data.state;
  });
  addEventListener("click", ({ target }) => target.tagName == "BUTTON" && say({ type: "pass", pass }));
  say({ type: "hello" });
  say({ type: "resize", height: 300 });
</script></html>
`;
}
