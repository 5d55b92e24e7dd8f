/** Functions that children run: they end their process. */
import process from "node:process";

export function exitWith(code: number): never {
  process.exit(code);
}

export async function killSelf(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  for (;;) await new Promise((resolve) => setTimeout(resolve, 1000));
}

export function exitAt(bad: number, n: number): number {
  if (n === bad) process.exit(3);
  return n * n;
}

export function killAt(bad: number, n: number): number {
  if (n === bad) process.kill(process.pid, "SIGKILL");
  return n * n;
}

export function killOnSeven(n: number): number {
  return killAt(7, n);
}
