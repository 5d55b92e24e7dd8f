export * from "./starred.ts";
export * as space from "./starred.ts";
export { inner as renamed } from "./starred.ts";
export { default } from "./anonymous.ts";
export { default as fallback } from "./fallback.ts";
