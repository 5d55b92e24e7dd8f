/** Holds a function of a module that only this one imports. */
import { far } from "./far/far.ts";
import type { told } from "./told.ts";

export type Told = typeof told;

export const tools = { far };
