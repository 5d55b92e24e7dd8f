/** Forks although the program has made `Error` its own, in the given way. */
import process from "node:process";
import { fork, snapshot } from "../../../mod.ts";
import { reap, tell } from "../_fixtures/telling.ts";

const ways: Record<string, () => void> = {
  frames: () => Error.prepareStackTrace = (_, frames) => frames,
  nothing: () => Error.prepareStackTrace = () => undefined,
  frozen: () => void Object.freeze(Error),
  limited: () => Error.stackTraceLimit = 0,
  unlimited: () => void delete (Error as { stackTraceLimit?: number }).stackTraceLimit,
};
ways[process.argv[2]!]!();
const told = () => [typeof new Error("told").stack, Error.stackTraceLimit, typeof Error.prepareStackTrace];
const before = JSON.stringify(told());
const drawn = snapshot(() => Math.random());
const pid = fork();
if (pid !== 0) await reap();
tell({ isChild: pid === 0, drawn, isAsBefore: JSON.stringify(told()) === before });
