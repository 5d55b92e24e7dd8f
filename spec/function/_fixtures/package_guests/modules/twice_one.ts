export { twice } from "./twice_two.ts";
