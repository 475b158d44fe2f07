// The elements in Vue, rendered as a template would be.
import "iteras/elements";
import { useWall } from "iteras/vue";
import { createApp, h, reactive } from "vue";

const state = (window.state = reactive({
  paywallid: ["BBBB2222"],
  order: "1",
  prefill: { products: "12MPro" },
  told: [],
}));

let verdict;

createApp({
  setup() {
    verdict = useWall(() => ({ paywallid: state.paywallid }));
  },
  render: () =>
    h(
      "iteras-wall",
      { paywallid: state.paywallid, onIterasVerdict: ({ detail }) => state.told.push(detail.reason ?? "open") },
      [
        h("p", { "data-when": "open", hidden: true }, "The whole article."),
        h("div", { "data-when": "closed", hidden: true }, [
          state.order && h("iteras-order", { profile: "lumen", orderingid: state.order, prefill: state.prefill }),
        ]),
        h("output", state.told.join(" ")),
        h("b", String(verdict.value.authorized)),
      ],
    ),
}).mount("#app");
