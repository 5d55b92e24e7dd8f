/**
 * What is asked of an object before it is made: who made it for somebody else's
 * process gives its handle away at once, and whoever gets that may be faster than
 * the word that makes it. Knows no kind of object.
 *
 * @module
 */
import { here } from "../runtime/adapter.ts";
import type { Resident, Turn } from "./operation.ts";

/** Milliseconds that such a word may take. */
const PATIENCE = 10_000;
/** Numbers that other processes give: none that this one gives itself. */
const UNIQUE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

const coming = new Map<string, Coming>();

/** Whether a number was given by another process, for an object or its lock. */
export function isForeign(id: string): boolean {
  return UNIQUE.test(id);
}

/** What stands for an object until it is made. */
export function awaited(id: string, gone: () => Error): Resident {
  let known = coming.get(id);
  if (known === undefined) {
    coming.set(id, known = new Coming());
    here().alarm(PATIENCE, () => arrived(id, new Failed(gone())));
  }
  return known;
}

/** It is made: it does now what it was asked. */
export function arrived(id: string, resident: Resident): void {
  const known = coming.get(id);
  coming.delete(id);
  known?.handOver(resident);
}

class Coming implements Resident {
  readonly #turns = new Set<Turn>();

  act(turn: Turn): void {
    this.#turns.add(turn);
    turn.withdraw = () => void this.#turns.delete(turn);
  }

  handOver(resident: Resident): void {
    for (const turn of this.#turns) {
      turn.withdraw = null;
      try {
        resident.act(turn);
      } catch (error) {
        turn.fail(error);
      }
    }
    this.#turns.clear();
  }
}

/** What could not be made. */
export class Failed implements Resident {
  readonly #error: unknown;

  constructor(error: unknown) {
    this.#error = error;
  }

  act(): void {
    throw this.#error;
  }
}
