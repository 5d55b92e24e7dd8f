/** Passes objects of another copy of the library, whose URL it is given, to a child of this one. */
import process from "node:process";
import { Process } from "../../../mod.ts";

export function take(_value: unknown): void {}

if (import.meta.main) {
  const other: typeof import("../../../mod.ts") = await import(process.argv[2]!);
  for (const value of [new other.Queue(), new other.Lock(), new other.Process()]) {
    try {
      new Process({ target: take, args: [value] }).start();
    } catch (error) {
      console.log(String(error).replace(/.*Cannot send (.*) to another process/, "$1"));
    }
  }
  process.exit();
}
