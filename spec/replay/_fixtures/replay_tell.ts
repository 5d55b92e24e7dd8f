/** What the processes of a program tell its test: one line of JSON each, written here and read here. */
import { NoChildError, wait, waitStatusToExitCode } from "../../../mod.ts";

/** Writes facts, under the name of who tells them. */
export function tell(who: string, ...facts: unknown[]): void {
  console.log(JSON.stringify([who, ...facts]));
}

/** The facts that each told, in its order. */
export function told(stdout: string): Record<string, unknown[][]> {
  const all: Record<string, unknown[][]> = {};
  for (const line of stdout.split("\n").filter(Boolean)) {
    const [who, ...facts] = JSON.parse(line) as [string, ...unknown[]];
    (all[who] ??= []).push(facts);
  }
  return all;
}

/** What an act gives, or the error with which it ends, as data. */
export async function outcome(act: () => unknown): Promise<unknown> {
  try {
    return await act() ?? null;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : { thrown: error };
  }
}

/** Waits for all children: their exit codes, in the order of their ends. */
export async function reap(): Promise<number[]> {
  const codes: number[] = [];
  for (;;) {
    try {
      const [, status] = await wait();
      codes.push(waitStatusToExitCode(status));
    } catch (error) {
      if (error instanceof NoChildError) return codes;
      throw error;
    }
  }
}
