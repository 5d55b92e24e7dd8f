/**
 * One question that was asked of an object elsewhere, as its caller waits for it.
 * Knows no connection.
 *
 * @module
 */
import { type Call, Outcome } from "./pending_call.ts";
import type { Cargo } from "../codec/encoded_value.ts";
import type { Question } from "./call_parameters.ts";

/** Who asked it of the owner. */
interface Asker {
  /** Nobody waits for it any longer. False when the owner has the last word. */
  callOff(request: Request): boolean;
}

/** One question, by the number under which it was asked. */
export class Request implements Call {
  readonly outcome: Outcome;
  readonly number: number;
  readonly question: Question;
  readonly #asker: Asker;

  constructor(asker: Asker, number: number, question: Question) {
    this.#asker = asker;
    this.number = number;
    this.question = question;
    this.outcome = new Outcome(question);
  }

  callOff(): boolean {
    return this.#asker.callOff(this);
  }

  /** Its answer is there. */
  receive(cargo: Cargo): void {
    try {
      this.outcome.settle(cargo.open());
    } catch (error) {
      this.outcome.fail(error);
    }
  }
}
