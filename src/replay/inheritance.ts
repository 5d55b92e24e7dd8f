/**
 * What a fork child may do with objects that were made before the fork. Shared
 * objects are used by both processes; other objects belong to the parent. Before
 * its fork a child makes nothing and asks nobody.
 *
 * @module
 */
import { ForkError, StateError } from "../errors.ts";
import { isReplaying, recordCall } from "./recorder.ts";

/**
 * Makes an object that others refer to by a handle, and records the handle. A fork child gets the handle of the
 * parent's object that was made at the same place.
 *
 * @param kind what is made, such as `Queue`
 * @param make makes it, and returns the handle: data that can be copied
 */
export function createInherited<H>(kind: string, make: () => H): H {
  return recordCall(`new ${kind}()`, make);
}

/** Runs an operation without a result; in a fork child before its fork does nothing: the parent has done it. */
export function skipInReplay(operate: () => Promise<void>): Promise<void> {
  return isReplaying() ? Promise.resolve() : operate();
}

/**
 * Runs an operation with a result; in a fork child before its fork rejects, since only `snapshot()` records results.
 *
 * @param act what is asked, such as `get from queue`
 */
export function refuseInReplay<T>(act: string, operate: () => Promise<T>): Promise<T> {
  return isReplaying() ? silenceRejection(Promise.reject(notRecordedError(act))) : operate();
}

/** The error for a result that the parent got outside of `snapshot()`. */
export function notRecordedError(act: string): ForkError {
  return new ForkError(
    `Cannot ${act} on the way to a fork: what it gave the parent is not known here, put it inside snapshot()`,
  );
}

/** In a fork child before its fork: an output that the parent has read, and that cannot be read again. */
export function unreadableStream(output: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull() {
      throw new ForkError(
        `Cannot read ${output}: the parent has read it, put what is read before a fork inside snapshot()`,
      );
    },
  });
}

/** The same promise. Its rejection is for those who await it, and is never an unhandled one. */
export function silenceRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** The part of an object that only the process that made it can use. */
export class ParentOwned {
  readonly #noun: string;
  /** Whether the object was made before the fork, in a fork child. */
  readonly inherited: boolean = isReplaying();

  /** @param noun such as `pool` */
  constructor(noun: string) {
    this.#noun = noun;
  }

  /** Refuses an act after the fork. @throws {StateError} the object is the parent's */
  check(act: string): void {
    if (!this.inherited || isReplaying()) return;
    throw new StateError(
      `Cannot ${act}: the ${this.#noun} was made before the fork and belongs to the parent, make one of your own`,
      "the parent's",
    );
  }
}
