/**
 * The journal of one worker, as its pool reads it: which tasks the worker has begun
 * and which are done, also while its event loop does not turn.
 *
 * @module
 */
import type { Journals } from "../runtime/capabilities.ts";
import type { ServiceAddress } from "../transport/server.ts";
import type { Message } from "../transport/protocol.ts";

/** How often the notes are read again while the worker writes. */
const MAX_READS = 10;

export class WorkerJournal {
  readonly #journals: Journals;
  readonly #service: ServiceAddress;

  constructor(journals: Journals, service: ServiceAddress) {
    this.#journals = journals;
    this.#service = service;
  }

  /**
   * Keeps the worker from beginning another task. What it begins before it sees that is noted in the journal.
   *
   * @returns false when that is not possible
   */
  freeze(): boolean {
    try {
      return this.#journals.freeze(this.#service.address, this.#service.token);
    } catch {
      return false; // for example because no descriptor is left
    }
  }

  /** The notes of a living worker; none when they change faster than they can be read. */
  peek(): Message[] {
    let notes = this.#read();
    for (let reads = 0; reads < MAX_READS; reads++) {
      const again = this.#read();
      // A note that is being written may be torn: only what is read twice is whole.
      if (again.length === notes.length && again.every((note, at) => note === notes[at])) {
        return notes.map((note) => JSON.parse(note));
      }
      notes = again;
    }
    return [];
  }

  #read(): string[] {
    return this.#journals.peek(this.#service.address, this.#service.token);
  }

  /** The notes of a worker that has ended. Removes the journal. */
  close(): Message[] {
    return this.#journals.read(this.#service.address, this.#service.token).map((note) => JSON.parse(note));
  }
}
