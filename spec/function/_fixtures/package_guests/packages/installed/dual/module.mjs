export { which } from "./inner/which.mjs";
