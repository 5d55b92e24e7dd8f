/** Starts a process in a program that may not. */
import { activeChildren, Process } from "../../../mod.ts";
import { nothing } from "../../_support/identity.ts";

if (import.meta.main) {
  const child = new Process({ target: nothing });
  try {
    console.log(await child.start().join());
  } catch (error) {
    console.log(String(error));
  }
  console.log(child.pid === null, child.isAlive(), activeChildren().length);
}
