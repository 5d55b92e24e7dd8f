/** Ends in the given way; the clean-up must have run. */
import "../../../mod.ts";
import { thisProcess } from "../../../src/runtime/installed.ts";
import process from "node:process";

thisProcess().atExit(() => thisProcess().writeStderr("cleaned\n"));
const ends: Record<string, () => unknown> = {
  return: () => {},
  exit: () => process.exit(0),
  own: () => thisProcess().exit(0),
  throw: () => {
    throw new Error("it breaks");
  },
  reject: () => void Promise.reject(new Error("it breaks")),
};
ends[process.argv[2]!]!();
