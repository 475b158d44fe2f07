// `iteras/vue`: the same as composables. What is rendered first is the server's, whatever the browser's cookie says.
import { computed, getCurrentInstance, onMounted, shallowReadonly, shallowRef, toValue, watch } from "vue";

import { followPass, followWall } from "./follow.js";
import { UNDECIDED, after, first, keyOf } from "./verdict.js";

// True once the component is hydrated; at once where there is none, but never on servers.
function useMounted() {
  const isMounted = shallowRef(!getCurrentInstance() && typeof document != "undefined");
  if (getCurrentInstance()) onMounted(() => (isMounted.value = true));
  return isMounted;
}

/** The verdict of a wall of its own, as a ref, for as long as the component or the effect scope is there. */
export function useWall(options, firstVerdict) {
  const verdict = shallowRef(first(firstVerdict));
  const isMounted = useMounted();
  const wanted = computed(() => keyOf(toValue(options)));
  const start = (_, before, onCleanup) => {
    // Other options, other wall: the verdict of the one before opens nothing for a moment.
    if (before.length && before[0] !== wanted.value) verdict.value = UNDECIDED;
    const hear = (now) => (verdict.value = after(verdict.value, now));
    if (isMounted.value) onCleanup(followWall(toValue(options), hear));
  };
  watch([wanted, isMounted], start, { immediate: true, flush: "sync" });
  return shallowReadonly(verdict);
}

/** The pass that the browser has stored, as a ref; null without one, on servers and while hydrating. */
export function usePass() {
  const pass = shallowRef(null);
  const isMounted = useMounted();
  const start = (_, before, onCleanup) => {
    if (isMounted.value) onCleanup(followPass((now) => (pass.value = now)));
  };
  watch(isMounted, start, { immediate: true, flush: "sync" });
  return shallowReadonly(pass);
}
