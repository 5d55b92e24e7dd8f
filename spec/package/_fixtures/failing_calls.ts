/** Functions that fail in a worker, each under a name of its own. None calls as the last it does: engines may drop its frame. */
import { Pool, type Queue } from "../../../mod.ts";

export function failInWorker(text: string): string {
  failDeeper(text);
  return text;
}

function failDeeper(text: string): void {
  throw Object.assign(new RangeError(`no ${text}`), { code: "E_TEXT" });
}

export function failWithCause(): never {
  throw new Error("outer", { cause: failureBelow() });
}

function failureBelow(): Error {
  const errors = [new RangeError("inner")];
  return errors[0]!;
}

/** Fails in a worker of its own. */
export async function failBelow(text: string): Promise<unknown> {
  await using pool = new Pool(1);
  return await pool.apply(failInWorker, [text]);
}

export function failOn(n: number): number {
  if (n === 3) failDeeper("three");
  return n;
}

/** Lets the queue of another process refuse. */
export async function putIntoClosed(queue: Queue<number>): Promise<void> {
  await queue.put(1);
}

export class Till {
  take(sum: number): number {
    if (sum < 0) failDeeper("debts");
    return sum;
  }
}
