// The same of Vue's.
import { usePass, useWall } from "iteras/vue";
import { h } from "vue";

export const Article = {
  props: ["options", "firstVerdict", "told"],
  setup(props) {
    const verdict = useWall(() => props.options, props.firstVerdict);
    const pass = usePass();
    return () => {
      const { authorized, pending, reason } = verdict.value;
      const text = pending ? "pending" : authorized ? "open" : reason;
      props.told?.(text);
      return h("p", `${text} ${pass.value ? pass.value.subscriber : "nobody"}`);
    };
  },
};
