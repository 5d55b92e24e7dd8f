/**
 * One question that was asked of an object elsewhere, as its caller waits for it.
 * Knows no connection.
 *
 * @module
 */
import { CallOutcome, type PendingCall } from "./pending_call.ts";
import type { EncodedValue } from "../codec/encoded_value.ts";
import type { CallParameters } from "./call_parameters.ts";

/** Who asked it of the owner. */
interface Asker {
  /** Nobody waits for it any longer. False when the owner has the last word. */
  callOff(request: RemoteRequest): boolean;
}

/** One question, by the number under which it was asked. */
export class RemoteRequest implements PendingCall {
  readonly outcome: CallOutcome;
  readonly number: number;
  readonly question: CallParameters;
  readonly #asker: Asker;

  constructor(asker: Asker, number: number, question: CallParameters) {
    this.#asker = asker;
    this.number = number;
    this.question = question;
    this.outcome = new CallOutcome(question);
  }

  cancel(): boolean {
    return this.#asker.callOff(this);
  }

  /** Its answer is there. */
  receive(cargo: EncodedValue): void {
    try {
      this.outcome.settle(cargo.open());
    } catch (error) {
      this.outcome.fail(error);
    }
  }
}
