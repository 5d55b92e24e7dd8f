/**
 * What a fork child may do with what was made before the fork. On the way to its
 * fork point it makes nothing and asks nobody: what was made is the parent's.
 *
 * @module
 */
import { ForkError, StateError } from "../errors.ts";
import { isReplaying, recordCall } from "./recorder.ts";

/**
 * Makes an object that others reach by a handle, and records the handle; in a
 * fork child gives the handle of the parent's own object, made at the same place.
 *
 * @param kind what is made, such as `Queue`
 * @param make makes it, and gives the handle: data that can be copied
 */
export function createInherited<H>(kind: string, make: () => H): H {
  return recordCall(`new ${kind}()`, make);
}

/** An act that gives nothing: on the way to a fork point it was done, by the parent. */
export function recordAct(operate: () => Promise<void>): Promise<void> {
  return isReplaying() ? Promise.resolve() : operate();
}

/** An act that gives something, which on the way to a fork point only `snapshot()` could give. */
export function recordQuestion<T>(what: string, operate: () => Promise<T>): Promise<T> {
  return isReplaying() ? recordPromise(Promise.reject(neverAnswered(what))) : operate();
}

/** The error for what the parent was given, and did not hand on. */
export function neverAnswered(what: string): ForkError {
  return new ForkError(
    `Cannot ${what} on the way to a fork: what it gave the parent is not known here, put it inside snapshot()`,
  );
}

/** The same promise; a rejection of it is for those who await it, and for nobody else. */
export function recordPromise<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Stands in an object of which a fork child has no part: it belongs to the process that made it. */
export class ParentOwned {
  readonly #what: string;
  /** Whether the object was made on the way to a fork point. */
  readonly inherited: boolean = isReplaying();

  /** @param what such as `pool` */
  constructor(what: string) {
    this.#what = what;
  }

  /** Refuses an act after the fork point. @throws {StateError} the object is the parent's */
  check(act: string): void {
    if (!this.inherited || isReplaying()) return;
    throw new StateError(
      `Cannot ${act}: the ${this.#what} was made before the fork and belongs to the parent, make one of your own`,
      "the parent's",
    );
  }
}
