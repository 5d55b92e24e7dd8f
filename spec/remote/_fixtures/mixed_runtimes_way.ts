/**
 * What two processes do with one thing, and what each of them found. They talk by a connection, to know that the other
 * has come so far.
 *
 * @module
 */
import type { Connection } from "../../../mod.ts";

/** A thing, and both sides of what is done with it. What a side gives is what it found. */
export interface Way<T> {
  /** Makes it, where it is owned. */
  make(): T | Promise<T>;
  /** What goes to the other; the thing itself unless given. */
  give?(thing: T): unknown;
  own(thing: T, talk: Talk): Promise<unknown>;
  use(thing: T, talk: Talk): Promise<unknown>;
  /** Undoes what stays. */
  end?(thing: T): void | Promise<void>;
}

/** Types are lost where all ways stand in one list. */
// deno-lint-ignore no-explicit-any
export type AnyWay = Way<any>;

export function way<T>(given: Way<T>): AnyWay {
  return given;
}

/** Two processes that wait for each other. */
export class Talk {
  readonly #connection: Connection<unknown>;

  constructor(connection: Connection<unknown>) {
    this.#connection = connection;
  }

  say(what: unknown = null): Promise<void> {
    return this.#connection.send(what);
  }

  hear<T = unknown>(): Promise<T> {
    return this.#connection.recv() as Promise<T>;
  }
}

/** The name of the error with which an act ends, or what it gives. */
export async function outcome(act: () => unknown): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    return (error as Error).name;
  }
}
