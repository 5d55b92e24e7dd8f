/** A module that a bundled program imports when it runs already. */
import { task } from "../../../mod.ts";

export const { registeredLazily } = task(import.meta, { registeredLazily: (n: number) => n });
