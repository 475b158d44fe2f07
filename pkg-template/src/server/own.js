/** An object's own members: what somebody added to `Object.prototype` is no option. */
export const own = (options) => ({ __proto__: null, ...options });
