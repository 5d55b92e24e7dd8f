/**
 * `acquire()`, `release()` and `hold()`, the same for locks and semaphores.
 *
 * @module
 */
import { TimeoutError } from "../errors.ts";
import type { Wait } from "../runtime/deadline.ts";
import type { ObjectRef } from "../remote/object_ref.ts";

/** Bounds of an `acquire()`: with a timeout of 0 milliseconds or less, and with `block: false`, it does not wait. */
export interface AcquireWait extends Wait {
  /** False: do not wait. */
  block?: boolean;
}

/** What `hold()` resolves to: disposing of it releases the lock or permit. Idempotent. */
export interface Held extends AsyncDisposable {
  /** Whether the last holder died without releasing it: what the lock guards may be half done. */
  readonly abandoned: boolean;
}

/** @returns whether it was acquired in time */
export async function acquire(ref: ObjectRef, options: AcquireWait | undefined): Promise<boolean> {
  const how = { wait: options, onTimeout: () => null };
  return await ref.request<boolean | null>(`acquire ${nounOf(ref)}`, "acquire", how) !== null;
}

export function release(ref: ObjectRef): Promise<void> {
  return ref.perform(`release ${nounOf(ref)}`, "release", { isEnabled: true });
}

/** Acquires until disposed of. @throws {TimeoutError} it was not acquired in time */
export async function hold(ref: ObjectRef, options: Wait | undefined): Promise<Held> {
  const act = `hold ${nounOf(ref)}`;
  const late = () => {
    throw new TimeoutError(`Cannot ${act}: others hold it, give it more time`, options!.timeout!);
  };
  const abandoned = await ref.request<boolean>(act, "acquire", { wait: options, onTimeout: late });
  let isOver = false;
  return {
    abandoned,
    async [Symbol.asyncDispose]() {
      if (isOver) return;
      isOver = true;
      await release(ref);
    },
  };
}

/** What error messages call it. */
function nounOf(ref: ObjectRef): string {
  return NOUNS[ref.kind] ?? ref.kind;
}

const NOUNS: Readonly<Record<string, string>> = {
  Lock: "lock",
  RLock: "recursive lock",
  Semaphore: "semaphore",
  BoundedSemaphore: "bounded semaphore",
};
