/**
 * What is asked of an object before it is made: who made it for somebody else's
 * process gives its handle away at once, and whoever gets that may be faster than
 * the word that makes it. Knows no kind of object.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import type { ObjectState, Operation } from "./operation.ts";

/** Milliseconds that such a word may take. */
const PATIENCE = 10_000;
/** Numbers that other processes give: none that this one gives itself. */
const UNIQUE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

const coming = new Map<string, PendingObject>();

/** Whether a number was given by another process, for an object or its lock. */
export function isForeignId(id: string): boolean {
  return UNIQUE.test(id);
}

/** What stands for an object until it is made. */
export function pendingObject(id: string, gone: () => Error): ObjectState {
  let known = coming.get(id);
  if (known === undefined) {
    coming.set(id, known = new PendingObject());
    thisProcess().unrefTimeout(PATIENCE, () => resolvePending(id, new FailedObject(gone())));
  }
  return known;
}

/** It is made: it does now what it was asked. */
export function resolvePending(id: string, resident: ObjectState): void {
  const known = coming.get(id);
  coming.delete(id);
  known?.handOver(resident);
}

class PendingObject implements ObjectState {
  readonly #turns = new Set<Operation>();

  perform(turn: Operation): void {
    this.#turns.add(turn);
    turn.withdraw = () => void this.#turns.delete(turn);
  }

  handOver(resident: ObjectState): void {
    for (const turn of this.#turns) {
      turn.withdraw = null;
      try {
        resident.perform(turn);
      } catch (error) {
        turn.fail(error);
      }
    }
    this.#turns.clear();
  }
}

/** What could not be made. */
export class FailedObject implements ObjectState {
  readonly #error: unknown;

  constructor(error: unknown) {
    this.#error = error;
  }

  perform(): void {
    throw this.#error;
  }
}
