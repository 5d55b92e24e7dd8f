/**
 * Taking and giving back, for all that can be held: locks and semaphores. Knows
 * not what is held.
 *
 * @module
 */
import { TimeoutError } from "../errors.ts";
import type { Wait } from "../runtime/deadline.ts";
import type { ObjectRef } from "../remote/object_ref.ts";

/** Bounds of an `acquire()`: a timeout of 0 or less, and `block: false`, do not wait. */
export interface AcquireWait extends Wait {
  /** False: do not wait. */
  block?: boolean;
}

/** What `hold()` gives: held until it is disposed of. */
export interface Held extends AsyncDisposable {
  /** Whether the last holder died with it: what it guards may be half done. */
  readonly abandoned: boolean;
}

/** Acquires. @returns false when it could not be had in time */
export async function acquire(reach: ObjectRef, options: AcquireWait | undefined): Promise<boolean> {
  const how = { wait: options, onTimeout: () => null };
  return await reach.request<boolean | null>(`acquire ${nounOf(reach)}`, "acquire", how) !== null;
}

/** Releases. */
export function release(reach: ObjectRef): Promise<void> {
  return reach.perform(`release ${nounOf(reach)}`, "release", { isEnabled: true });
}

/** Acquires, to be released by being disposed of. @throws {TimeoutError} it could not be had in time */
export async function hold(reach: ObjectRef, options: Wait | undefined): Promise<Held> {
  const act = `hold ${nounOf(reach)}`;
  const late = () => {
    throw new TimeoutError(`Cannot ${act}: others hold it, give it more time`, options!.timeout!);
  };
  const abandoned = await reach.request<boolean>(act, "acquire", { wait: options, onTimeout: late });
  let isOver = false;
  return {
    abandoned,
    async [Symbol.asyncDispose]() {
      if (isOver) return;
      isOver = true;
      await release(reach);
    },
  };
}

/** What stands in messages, such as `lock`. */
function nounOf(reach: ObjectRef): string {
  return NOUNS[reach.kind] ?? reach.kind;
}

const NOUNS: Readonly<Record<string, string>> = {
  Lock: "lock",
  RLock: "recursive lock",
  Semaphore: "semaphore",
  BoundedSemaphore: "bounded semaphore",
};
