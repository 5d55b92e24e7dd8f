/**
 * The leases of one client, as the owner sees them: acts on objects that the client
 * may push, without an answer.
 *
 *     granted ── client returned it ─► none
 *        └── frozen ── returned ─┬─► none, and the client is told which pushes count
 *                  └── ended ────┘
 *
 * A client whose lease is frozen settles no push until it is told. So what it has
 * settled was sent before, and when all that has been read, the lease can end
 * although the client's event loop does not turn.
 *
 * @module
 */
import { leaseEndMessage, leaseMessage, type MessageText, revokeMessage } from "../transport/messages.ts";
import type { Lease } from "./operation.ts";

/** What the session does for the leases. */
export interface LeaseSession {
  post(text: MessageText): void;
  /** Marks in the client's journal that a lease is frozen; false where that cannot be. */
  freeze(): boolean;
  /** Reads what the client has noted. @returns number of the last call that it has pushed */
  readPushes(): number;
}

interface GrantedLease {
  readonly id: string;
  readonly act: string;
  readonly over: () => void;
  isFrozen: boolean;
}

export class ClientLeases {
  readonly #session: LeaseSession;
  readonly #granted = new Map<string, GrantedLease>();
  /** Leases that have ended and were not returned yet: what is pushed under them does not count. */
  readonly #ended = new Set<string>();

  constructor(session: LeaseSession) {
    this.#session = session;
  }

  /** Lets the client push an act from now on. @param over called when the client has returned the lease, or is gone */
  grant(id: string, act: string, over: () => void): Lease {
    const lease: GrantedLease = { id, act, over, isFrozen: false };
    this.#granted.set(`${act} ${id}`, lease);
    this.#session.post(leaseMessage(id, act));
    return {
      revoke: () => this.#session.post(revokeMessage(id, act)),
      freeze: () => lease.isFrozen ||= this.#session.freeze(),
      end: () => this.#end(lease),
    };
  }

  /** Whether the client may push the act. @param name the act, a space, and the object's id */
  has(name: string): boolean {
    return this.#granted.has(name);
  }

  /** Whether what the client pushes is to be ignored, since it does not know yet that the lease has ended. */
  hasEnded(name: string): boolean {
    return this.#ended.has(name);
  }

  /** The client has returned a lease, after all that it has pushed under it. */
  returned(id: string, act: string): void {
    const name = `${act} ${id}`;
    this.#ended.delete(name);
    const lease = this.#granted.get(name);
    if (lease === undefined) return;
    this.#granted.delete(name);
    if (lease.isFrozen) this.#session.post(leaseEndMessage(id, act, this.#session.readPushes()));
    lease.over();
  }

  /** The client is gone. */
  clear(): void {
    const leases = [...this.#granted.values()];
    this.#granted.clear();
    for (const { over } of leases) over();
  }

  #end(lease: GrantedLease): void {
    const { id, act } = lease;
    const name = `${act} ${id}`;
    if (this.#granted.get(name) !== lease) return;
    const last = this.#session.readPushes();
    this.#granted.delete(name);
    this.#ended.add(name);
    this.#session.post(leaseEndMessage(id, act, last));
  }
}
