/**
 * Operations that another process performs on objects of this one. A requested
 * operation is answered; a pushed one is not, since its client has a credit.
 *
 * @module
 */
import type { EncodedValue } from "../codec/encoded_value.ts";
import { type Credit, type Delivery, type ObjectClient, Operation } from "./operation.ts";

/** What an operation asks of the session with its client. */
export interface OperationSession {
  answer(request: number, value: unknown, delivery: Delivery | undefined): void;
  refuse(request: number, error: unknown): void;
  lapse(request: number): void;
  prefetch(id: string, value: EncodedValue, delivery: Delivery): boolean;
  credit(id: string, act: string, over: () => void): Credit | null;
  refusePush(number: number): void;
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

/** A push as it was received. */
export interface ReceivedPush {
  readonly number: number;
  readonly act: string;
  readonly args: readonly unknown[];
  readonly value: EncodedValue | null;
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

  override credit(over: () => void): Credit | null {
    return this.#session.credit(this.#id, this.act, over);
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

/** It may wait, since nobody waits for it. Refused, its client asks for it anew. */
export class PushedOperation extends Operation {
  override readonly isPushed = true;
  readonly #session: OperationSession;
  readonly #number: number;

  constructor(session: OperationSession & ObjectClient, { number, act, args, value }: ReceivedPush) {
    super(session, act, args, value, false);
    this.#session = session;
    this.#number = number;
  }

  settle(): void {}

  fail(): void {
    this.#session.refusePush(this.#number);
  }

  lapse(): void {
    this.fail();
  }
}
