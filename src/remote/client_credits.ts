/**
 * The credits of one client, as the owner sees them: acts on objects that the
 * client may push, without an answer, until a number of pushes or a time is
 * reached. The client's side: `held_credits.ts`.
 *
 *     open ── granted, again and again ─► … ── client returned it, or is gone ─► none
 *                └── frozen ── returned ─► none, and the client is told so
 *
 * Pushes are counted for each act and object, and a grant names the count up to
 * which the client may push: what is under way counts on both sides. A grant with
 * an end names it by the client's own clock, so that no clock is compared with
 * another. Pushes that were granted are always taken, also when they come late; the
 * object decides what becomes of them. A client that is frozen settles no push
 * until the owner has read it.
 *
 * @module
 */
import { grantMessage, type MessageText, revokedMessage, revokeMessage } from "../transport/messages.ts";
import type { Credit } from "./operation.ts";

/** What the session does for the credits. */
export interface CreditSession {
  post(text: MessageText): void;
  /** Makes the client's journal, where there can be one. */
  openJournal(): void;
  /** Marks in the client's journal that a credit is frozen; false where that cannot be. */
  freeze(): boolean;
}

class GrantedCredit implements Credit {
  readonly over: () => void;
  isFrozen = false;
  readonly #session: CreditSession;
  readonly #id: string;
  readonly #act: string;
  /** How often the client has pushed the act. */
  #pushes = 0;
  /** The most pushes that it was granted. */
  #limit = 0;

  constructor(session: CreditSession, id: string, act: string, over: () => void) {
    this.#session = session;
    this.#id = id;
    this.#act = act;
    this.over = over;
  }

  /** Counts a push; false when it was never granted. */
  use(): boolean {
    return this.#pushes < this.#limit && ++this.#pushes > 0;
  }

  grant(count: number, end: number): void {
    if (this.#limit === 0) this.#session.openJournal();
    const limit = this.#pushes + count;
    this.#limit = Math.max(this.#limit, limit);
    this.#session.post(grantMessage(this.#id, this.#act, limit, end));
  }

  revoke(): void {
    this.#session.post(revokeMessage(this.#id, this.#act));
  }

  freeze(): boolean {
    return this.isFrozen ||= this.#session.freeze();
  }
}

export class ClientCredits {
  readonly #session: CreditSession;
  readonly #credits = new Map<string, GrantedCredit>();
  #isDeclined = false;

  constructor(session: CreditSession) {
    this.#session = session;
  }

  /** A credit that grants nothing yet; null when the client takes none. @param over called when it is returned, or the client is gone */
  open(id: string, act: string, over: () => void): Credit | null {
    if (this.#isDeclined) return null;
    const credit = new GrantedCredit(this.#session, id, act, over);
    this.#credits.set(`${act} ${id}`, credit);
    return credit;
  }

  /** Whether the client may push the act; counts it. @param name the act, a space, and the object's id */
  use(name: string): boolean {
    return this.#credits.get(name)?.use() === true;
  }

  /** The client has returned a credit, after all that it has pushed by it. */
  returned(id: string, act: string): void {
    const name = `${act} ${id}`;
    const credit = this.#credits.get(name);
    if (credit === undefined) return;
    this.#credits.delete(name);
    if (credit.isFrozen) this.#session.post(revokedMessage());
    credit.over();
  }

  /** The client takes no credits. */
  decline(): void {
    this.#isDeclined = true;
    this.clear();
  }

  /** Ends all: the client is gone, or takes none. */
  clear(): void {
    const credits = [...this.#credits.values()];
    this.#credits.clear();
    for (const { over } of credits) over();
  }
}
