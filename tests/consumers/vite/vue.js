// The elements in Vue, rendered as a template would be.
import { watchWall } from "iteras";
import "iteras/elements";
import { createApp, h, reactive, ref, watchEffect } from "vue";

const state = (window.state = reactive({
  paywallid: ["BBBB2222"],
  order: "1",
  prefill: { products: "12MPro" },
  told: [],
}));

const props = state;
const verdict = ref();

createApp({
  setup() {
    watchEffect((onCleanup) => onCleanup(watchWall({ paywallid: props.paywallid }, (now) => (verdict.value = now))));
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
        h("b", String(verdict.value?.authorized)),
      ],
    ),
}).mount("#app");
