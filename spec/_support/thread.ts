/** A thread that tells who runs it, what a fork says there, and what children it has. */
import { processTable } from "../../mod.ts";
import { thisProcess } from "../../src/runtime/installed.ts";
import { refusedFork } from "../replay/_fixtures/targets.ts";

(self as unknown as { postMessage(message: unknown): void }).postMessage([
  thisProcess().host,
  refusedFork(),
  processTable(),
]);
