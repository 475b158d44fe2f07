// The elements in Vue, rendered as a template would be.
import { createApp, h, reactive } from "vue";

import "iteras/elements";

const state = (window.state = reactive({ paywallid: ["BBBB2222"], order: "1", prefill: { products: "12MPro" }, told: [] }));

createApp({
  render: () =>
    h("iteras-wall", { paywallid: state.paywallid, onIterasVerdict: ({ detail }) => state.told.push(detail.reason ?? "open") }, [
      h("p", { "data-when": "open", hidden: true }, "The whole article."),
      h("div", { "data-when": "closed", hidden: true }, [
        state.order && h("iteras-order", { profile: "lumen", orderingid: state.order, prefill: state.prefill }),
      ]),
      h("output", state.told.join(" ")),
    ]),
}).mount("#app");
