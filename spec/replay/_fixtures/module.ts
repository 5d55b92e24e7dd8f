/** A module that forks while it is evaluated, and when it is asked to. */
import { fork } from "../../../mod.ts";

export const early: number = fork();

export function again(): number {
  return fork();
}
