/**
 * The journal of a worker as its pool sees it: what the worker has begun and what
 * it has done, also while its event loop does not turn. Knows no job.
 *
 * @module
 */
import type { Network } from "../runtime/adapter.ts";
import type { ServiceAddress } from "../transport/client.ts";
import type { Message } from "../transport/protocol.ts";

/** How often the notes are read again when their worker is writing meanwhile. */
const TRIES = 10;

export class WorkerJournal {
  readonly #journals: NonNullable<Network["journals"]>;
  readonly #link: ServiceAddress;

  constructor(journals: NonNullable<Network["journals"]>, link: ServiceAddress) {
    this.#journals = journals;
    this.#link = link;
  }

  /**
   * The worker shall begin nothing more. What it has begun before it knows that, {@linkcode peek} tells from now on.
   *
   * @returns false when it cannot be told
   */
  freeze(): boolean {
    try {
      return this.#journals.freeze(this.#link.address, this.#link.token);
    } catch {
      return false; // no descriptor may be left
    }
  }

  /** The notes of a worker that lives; none while they change faster than they can be read. */
  peek(): Message[] {
    let notes = this.#read();
    for (let tries = 0; tries < TRIES; tries++) {
      const again = this.#read();
      // One that is being written may be torn: what is read twice is whole.
      if (again.length === notes.length && again.every((note, at) => note === notes[at])) {
        return notes.map((note) => JSON.parse(note));
      }
      notes = again;
    }
    return [];
  }

  #read(): string[] {
    return this.#journals.peek(this.#link.address, this.#link.token);
  }

  /** The notes of a worker that is dead; its journal is removed. */
  close(): Message[] {
    return this.#journals.read(this.#link.address, this.#link.token).map((note) => JSON.parse(note));
  }
}
