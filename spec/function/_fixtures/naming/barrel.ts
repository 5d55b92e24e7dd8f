/** Re-exports under another name. */
export { same as other } from "./two.ts";
