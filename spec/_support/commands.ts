/**
 * Children straight from the adapter, as the core starts them.
 *
 * @module
 */
import "../../mod.ts";
import type { Child } from "../../src/runtime/adapter.ts";
import { encode } from "../../src/codec/codec.ts";
import { spawnChild, type SpawnPlan } from "../../src/process/spawn.ts";
import { locate } from "../../src/function/locate.ts";
import type { Target } from "../../src/function/task.ts";

/** Spawns a child that calls `target`. */
export function spawn(target: Target, args: unknown[] = [], plan: Partial<SpawnPlan> = {}): Child {
  const what = { kind: "process", name: "ant", path: [1], daemon: false, isSubclass: false } as const;
  return spawnChild({ ...what, functionRef: locate(target), payload: encode(args, "args"), ...plan });
}
