/**
 * What a runtime may have besides what it must: each capability is one optional
 * member of the contract. Where it is absent the core does what is said here.
 *
 * @module
 */

/** Notes that can be read after this process has died, however it did. */
export interface Journal {
  /** Adds a note, which is safe on return; false when there is no room for it. Cheaper than a message. */
  write(note: string): boolean;
  /** Forgets all notes. */
  clear(): void;
  /**
   * Whether the owner has frozen this process. An owner that did so before it looked at the notes, and saw the last one
   * not yet, is seen here: one of the two always knows of the other.
   */
  frozen(): boolean;
  /** This process is frozen no longer. */
  thaw(): void;
  /** Counts one more, or one less; safe on return, and cheaper than a note. */
  tick(by: 1 | -1): void;
  /** How often the owner has called {@linkcode Journals.revoke}: what it did before, and this process, see each other as by `frozen()`. */
  revocations(): number;
}

/**
 * Journals of children, for the owner at an address, each known by a token. None of these throws: a journal that cannot
 * be had is absent. Without them, workers send each result at once, tasks behind one in a synchronous loop wait for its
 * end, items are not given ahead of being asked for, what a killed process had done but not sent is lost with it, and
 * takers at a closed queue wait for a producer that computes.
 */
export interface Journals {
  /** Name of how they are written: one can be read where the name is the same. */
  readonly format: string;
  /** Makes the place for that of a child to be; false when there is no room, and the child is to do without. */
  create(address: string, token: string): boolean;
  /** Opens that of this process; null where there is none, or it may not. */
  open(address: string, token: string): Journal | null;
  /** Bids a child to begin nothing, which its journal tells it, even while no event loop of it turns; false without one. */
  freeze(address: string, token: string): boolean;
  /** Tells a child that something it was granted ends, even while no event loop of it turns; false without a journal. */
  revoke(address: string, token: string): boolean;
  /** What a child has counted, living or dead; null when it cannot be known. */
  ticks(address: string, token: string): number | null;
  /** The notes of a child that lives; one that is being written may be torn. */
  peek(address: string, token: string): string[];
  /** The notes of a child that is dead; the journal is removed. */
  read(address: string, token: string): string[];
}

/** Memory that several processes see, by name. Without it, `SharedMemory` throws UnsupportedError. */
export interface Memory {
  /**
   * New memory of zeros; null when the name is taken.
   *
   * @param fill what is put into it before others can find it
   * @throws {RangeError} there is no room, and nothing is left
   */
  create(name: string, size: number, fill: (bytes: Uint8Array) => void): Uint8Array<ArrayBuffer> | null;
  /** Memory of this user's that is there; null when it is not, or is something else. */
  open(name: string): Uint8Array<ArrayBuffer> | null;
  /** Takes the name away, which nobody need have; who sees the memory goes on seeing it. */
  remove(name: string): void;
  /** Names that are taken, of others' memory as well, as far as they can be listed. */
  names(): string[];
  /** The last bytes of memory of this user's, without seeing the rest; null when there are not so many, or it is something else. */
  tail(name: string, size: number): Uint8Array | null;
  /** This process as others can tell whether it lives: at most 47 ASCII characters. */
  owner(): string;
  /** Whether the process that {@linkcode owner} named so is certainly gone. */
  isGone(owner: string): boolean;
}

/**
 * A thread that ends its process with the parent. Without it, a daemon whose event loop does not turn outlives its
 * parent until that turns again.
 */
export interface ParentGuard {
  /** From now on this process ends when `parent` dies, also while no event loop of the program turns. */
  start(parent: number): void;
}

/**
 * SIGINT and SIGTERM. Without this, ^C and a SIGTERM to the group end the program and its children as the system does,
 * and a pool says nothing; where only the program listens, its workers and managers are lost.
 */
export interface Interrupts {
  /**
   * SIGTERM does nothing from now on but call the program's own listeners.
   *
   * @param onListener called whenever the program adds one
   */
  ignoreTermination(onListener: () => void): void;
  /** SIGINT does nothing from now on. */
  ignore(): void;
  /** Calls back at every SIGINT, in the place of its default; gives what ends that. Keeps nothing alive. */
  listen(act: () => void): () => void;
  /** Whether the program itself listens for SIGINT; asked at one, whether it did when that came. */
  isHeardByProgram(): boolean;
  /** Runs the clean-up of `Self.atExit`, and sends SIGINT to this process. */
  raise(): void;
}

/** Silence during a replay. Without it, `fork()` throws UnsupportedError: a child would write again what was written. */
export interface Muting {
  /** From now on nothing comes of what the program writes to its output streams, until the function is called that it gives. */
  mute(): Promise<() => void>;
}
