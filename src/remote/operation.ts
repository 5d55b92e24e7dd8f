/**
 * What happens at an object, seen from the object: who acts, what is asked, and
 * how it is answered, now or later. Knows neither queue nor lock, nor how an
 * answer travels.
 *
 * @module
 */
import type { EncodedValue } from "../codec/encoded_value.ts";

/** Whoever acts on the objects of this process: itself, or another process by its connection. */
export class ObjectClient {
  /** Whether it is this very process. */
  readonly isLocal: boolean = false;
  /** Objects that hold something of its. */
  readonly holdings: Set<ObjectState> = new Set();

  /** Takes back, at once, what it was given in advance and has not taken. */
  reclaim(): void {}
}

/** What lives in this process and is acted upon. */
export interface ObjectState {
  /** Does what the turn asks, and settles it now or later. @throws whatever the caller shall be told */
  perform(turn: Operation): void;
  /** Where there is one: to be called when nobody can use it any more. */
  gone?: (() => void) | null;
  /** A party that had a stake here is gone: what it held is free. */
  clientGone?(party: ObjectClient): void;
}

/** What becomes of an answer that is more than a word: exactly one of these is called, once. */
export interface Delivery {
  /** It has come into the caller's hands, as far as can be seen; one of the others follows when the caller says so. */
  begun?(): void;
  /** It has come into the caller's hands. */
  kept?(): void;
  /** It has not, and will not. */
  undone(): void;
  /** An act that the caller may do once for it without waiting for an answer. */
  readonly enables?: string;
}

/** A client's right to push an act on an object, as the object sees it. */
export interface Lease {
  /** Asks for it back. */
  revoke(): void;
  /** From now on the client settles no push until it knows that it counts; false when the client cannot be told. */
  freeze(): boolean;
  /** Ends a frozen lease when all has been read that was pushed before: the client's later pushes do not count. */
  end(): void;
}

/** One act of a party on an object. */
export abstract class Operation {
  readonly client: ObjectClient;
  readonly act: string;
  readonly args: readonly unknown[];
  readonly value: EncodedValue | null;
  /** It is not to wait. */
  readonly isNow: boolean;
  /** It was told of under a lease: nobody waits for an answer. */
  readonly isPushed: boolean = false;
  /** While it waits: takes it out of its line. */
  withdraw: (() => void) | null = null;

  constructor(party: ObjectClient, act: string, args: readonly unknown[], cargo: EncodedValue | null, now: boolean) {
    this.client = party;
    this.act = act;
    this.args = args;
    this.value = cargo;
    this.isNow = now;
  }

  /**
   * Answers.
   *
   * @param value a cargo, or a value to be encoded
   * @param receipt is told whether it has come into the caller's hands
   */
  abstract settle(value?: unknown, receipt?: Delivery): void;
  /** Answers with an error. */
  abstract fail(error: unknown): void;
  /** Answers that it would have to wait. */
  abstract lapse(): void;

  /**
   * Gives the party what its next such act would give, before it asks. False when it shall not have it.
   *
   * @param receipt is told whether it has taken that
   */
  prefetch(_value: EncodedValue, _receipt: Delivery): boolean {
    return false;
  }

  /**
   * Promises the party that this act will be done for it from now on, so that it need not wait for answers. Null when it
   * has no use for that.
   *
   * @param over called when it has given the lease back, after all that it did under it, or is gone
   */
  lease(_over: () => void): Lease | null {
    return null;
  }
}

/** Turns that wait, first come, first served. */
export class WaitQueue {
  readonly #turns = new Set<Operation>();

  get size(): number {
    return this.#turns.size;
  }

  /** Makes a turn wait, unless it is not to. */
  add(turn: Operation): void {
    if (turn.isNow) return turn.lapse();
    this.#turns.add(turn);
    turn.withdraw = () => void this.#turns.delete(turn);
  }

  /** The first one, which waits no longer. */
  shift(): Operation | undefined {
    for (const turn of this.#turns) {
      this.#turns.delete(turn);
      turn.withdraw = null;
      return turn;
    }
    return undefined;
  }

  /** All, which wait no longer. */
  clear(): Operation[] {
    const turns = [...this.#turns];
    this.#turns.clear();
    for (const turn of turns) turn.withdraw = null;
    return turns;
  }
}
