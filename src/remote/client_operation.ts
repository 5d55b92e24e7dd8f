/**
 * Operations that another process performs on objects of this one. A requested
 * operation is answered; a pushed one is not, since its client has a lease.
 *
 * @module
 */
import type { EncodedValue } from "../codec/encoded_value.ts";
import { ProtocolError } from "../errors.ts";
import { type Delivery, type Lease, type ObjectClient, Operation } from "./operation.ts";

/** What an operation asks of the session with its client. */
export interface OperationSession {
  answer(request: number, value: unknown, delivery: Delivery | undefined): void;
  refuse(request: number, error: unknown): void;
  lapse(request: number): void;
  prefetch(id: string, value: EncodedValue, delivery: Delivery): boolean;
  lease(id: string, act: string, over: () => void): Lease;
}

/** A request as it was received. */
export interface ReceivedRequest {
  readonly request: number;
  readonly id: string;
  readonly act: string;
  readonly args: readonly unknown[];
  readonly value: EncodedValue | null;
  readonly isNow: boolean;
}

export class RequestedOperation extends Operation {
  readonly #session: OperationSession;
  readonly #request: number;
  readonly #id: string;

  constructor(session: OperationSession & ObjectClient, { request, id, act, args, value, isNow }: ReceivedRequest) {
    super(session, act, args, value, isNow);
    this.#session = session;
    this.#request = request;
    this.#id = id;
  }

  override prefetch(value: EncodedValue, delivery: Delivery): boolean {
    return this.#session.prefetch(this.#id, value, delivery);
  }

  override lease(over: () => void): Lease {
    return this.#session.lease(this.#id, this.act, over);
  }

  settle(value?: unknown, delivery?: Delivery): void {
    this.withdraw = null;
    const enables = delivery?.enables;
    const named = enables === undefined ? delivery : { ...delivery!, enables: `${enables} ${this.#id}` };
    this.#session.answer(this.#request, value, named);
  }

  fail(error: unknown): void {
    this.withdraw = null;
    this.#session.refuse(this.#request, error);
  }

  lapse(): void {
    this.withdraw = null;
    this.#session.lapse(this.#request);
  }
}

/** The owner has promised to do it, so it can neither fail nor wait: either ends the connection of the client. */
export class PushedOperation extends Operation {
  override readonly isPushed = true;

  settle(): void {}

  fail(error: unknown): void {
    throw error;
  }

  lapse(): void {
    this.fail(new ProtocolError(`Cannot ${this.act}: it was pushed, and would have to wait`));
  }
}
