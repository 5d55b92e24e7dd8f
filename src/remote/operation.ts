/**
 * Operations on an object, as the object sees them: who performs which act, and how
 * it is answered, now or later. Knows neither queue nor lock, nor how an answer
 * reaches the caller.
 *
 * @module
 */
import type { EncodedValue } from "../codec/encoded_value.ts";

/** Who performs operations on objects of this process: itself, or another process by its connection. */
export class ObjectClient {
  /** Whether it is this very process. */
  readonly isLocal: boolean = false;
  /** Objects of which it holds something, such as a lock. */
  readonly holdings: Set<ObjectState> = new Set();

  /** Takes back, at once, the values that it was sent before it requested them and has not taken. */
  reclaim(): void {}
}

/** A shared object in the process where it lives. */
export interface ObjectState {
  /** Performs an operation, and settles it now or later. @throws what the caller is to get as the error */
  perform(operation: Operation): void;
  /** What `console.log()` shows of it. */
  describe?(): object;
  /** Where an object has it: to be called when nobody can use the object any more. */
  gone?: (() => void) | null;
  /** A client that has this object among its holdings is gone: what it held is free. */
  clientGone?(client: ObjectClient): void;
}

/** What becomes of a value that was sent to a caller: either `kept` or `undone` is called, once. */
export interface Delivery {
  /** The caller has probably taken it; `kept` or `undone` follows when the caller says so. */
  begun?(): void;
  /** The caller has it. */
  kept?(): void;
  /** The caller has not got it and will not. */
  undone(): void;
  /** An act that the caller may push once in return, without waiting for an answer. */
  readonly enables?: string;
}

/** Leave of a client to push an act on an object, without waiting for answers, as the object sees it. */
export interface Credit {
  /**
   * Grants so many pushes, with those that were granted before and have not come.
   *
   * @param count Infinity for any number
   * @param end until when the client may push, by its clock; Infinity when it is not known
   */
  grant(count: number, end: number): void;
  /** Asks for it back. */
  revoke(): void;
  /** From now on the client settles no push until it knows that it counts; false when the client cannot be told. */
  freeze(): boolean;
}

/** One act of a client on an object. */
export abstract class Operation {
  readonly client: ObjectClient;
  readonly act: string;
  readonly args: readonly unknown[];
  readonly value: EncodedValue | null;
  /** It must not wait. */
  isNow: boolean;
  /** It was pushed by a credit: nobody waits for an answer, and the client may take it for done. */
  readonly isPushed: boolean = false;
  /** While it waits: takes it out of its queue. */
  withdraw: (() => void) | null = null;
  /** While it waits, where the object has it: its time is over, and it is settled or lapses soon. */
  hurry: (() => void) | null = null;

  constructor(
    client: ObjectClient,
    act: string,
    args: readonly unknown[],
    value: EncodedValue | null,
    isNow: boolean,
  ) {
    this.client = client;
    this.act = act;
    this.args = args;
    this.value = value;
    this.isNow = isNow;
  }

  /**
   * Answers.
   *
   * @param value an encoded value, or one to be encoded
   * @param delivery is told whether the caller has got it
   */
  abstract settle(value?: unknown, delivery?: Delivery): void;
  /** Answers with an error. */
  abstract fail(error: unknown): void;
  /** Answers that it would have to wait. */
  abstract lapse(): void;

  /**
   * Sends the client the value of its next such operation before it requests that. False when it is not to have it.
   *
   * @param delivery is told whether the client has taken it
   */
  prefetch(_value: EncodedValue, _delivery: Delivery): boolean {
    return false;
  }

  /**
   * Opens a credit for more acts of this kind by this client. Null when it has no use for that.
   *
   * @param over called when the client has returned the credit, after all that it did by it, or is gone
   */
  credit(_over: () => void): Credit | null {
    return null;
  }
}

/** Operations that wait, first come, first served. */
export class WaitQueue {
  readonly #operations = new Set<Operation>();

  get size(): number {
    return this.#operations.size;
  }

  /** Makes an operation wait; one that must not wait lapses. */
  add(operation: Operation): void {
    if (operation.isNow) operation.lapse();
    else this.keep(operation);
  }

  /** Makes an operation wait, also one that must not. */
  keep(operation: Operation): void {
    this.#operations.add(operation);
    operation.withdraw = () => void this.#operations.delete(operation);
  }

  /** The first one, which waits no longer. */
  shift(): Operation | undefined {
    for (const operation of this.#operations) {
      this.#operations.delete(operation);
      operation.withdraw = null;
      return operation;
    }
    return undefined;
  }

  /** All, which wait no longer. */
  clear(): Operation[] {
    const operations = [...this.#operations];
    this.#operations.clear();
    for (const operation of operations) operation.withdraw = null;
    return operations;
  }
}
