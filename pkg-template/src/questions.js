// The questions that the core answers (src/browser/mod.rs): one letter each, since every byte travels.
export const BASE = "b";
export const CONFIGURE = "c";
export const DECIDE = "d";
export const PASS = "p";
export const LANDING = "l";
export const FRAME = "f";
export const MESSAGE = "m";
export const NEXT = "n";
export const PARAMETER = "q";
export const WITHOUT = "w";
export const HAS = "h";
export const CARRY = "y";
export const STORE = "s";
export const RENEW = "r";
export const CHECKED = "k";
export const ANSWER = "a";
