/**
 * The journal of one worker, as its pool reads it: which tasks the worker has begun
 * and which are done, also while its event loop does not turn.
 *
 * @module
 */
import type { Journals } from "../runtime/capabilities.ts";
import type { ServiceAddress } from "../transport/server.ts";
import { checkFromWorker, parseNote } from "../transport/check_message.ts";
import { ProtocolError } from "../errors.ts";
import type { FromWorker } from "../transport/protocol.ts";

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

  /**
   * The notes of a living worker; none when they change faster than they can be read.
   *
   * @throws {ProtocolError} they are not what a worker writes
   */
  peek(): FromWorker[] {
    try {
      return this.#readWhole().map(checkNote);
    } catch (cause) {
      throw new ProtocolError("Cannot read journal: it is not what a worker writes", { cause });
    }
  }

  #readWhole(): string[] {
    let notes = this.#read();
    for (let reads = 0; reads < MAX_READS; reads++) {
      const again = this.#read();
      // A note that is being written may be torn: only what is read twice is whole.
      if (again.length === notes.length && again.every((note, at) => note === notes[at])) {
        return notes;
      }
      notes = again;
    }
    return [];
  }

  /** A journal that cannot be read is one that is absent. */
  #read(): string[] {
    try {
      return this.#journals.peek(this.#service.address, this.#service.token);
    } catch {
      return [];
    }
  }

  /** The notes of a worker that has ended, up to the first that no worker writes. Removes the journal. */
  close(): FromWorker[] {
    const notes: FromWorker[] = [];
    try {
      for (const note of this.#journals.read(this.#service.address, this.#service.token)) notes.push(checkNote(note));
    } catch {
      // The worker has ended: there is nothing more to be done about it.
    }
    return notes;
  }
}

function checkNote(note: string): FromWorker {
  const message = parseNote(note);
  if (message === null) throw new ProtocolError("Cannot read journal: a note is no message");
  return checkFromWorker(message, 0);
}
