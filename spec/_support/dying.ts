/** Functions that children run: they end their process. */
import { thisProcess } from "../../src/runtime/installed.ts";
import { nodeProcess } from "./node_process.ts";

export function exitWith(code: number): never {
  return nodeProcess().exit(code);
}

export async function killSelf(): Promise<never> {
  nodeProcess().kill(thisProcess().pid, "SIGKILL");
  for (;;) await new Promise((resolve) => setTimeout(resolve, 1000));
}

export function exitAt(bad: number, n: number): number {
  if (n === bad) nodeProcess().exit(3);
  return n * n;
}

export function killAt(bad: number, n: number): number {
  if (n === bad) nodeProcess().kill(thisProcess().pid, "SIGKILL");
  return n * n;
}

export function killOnSeven(n: number): number {
  return killAt(7, n);
}
