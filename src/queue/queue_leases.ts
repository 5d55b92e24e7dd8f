/**
 * Leases of a queue: processes that may put without waiting for an answer. A
 * queue that is closed asks for all of them, and its takers wait until they are
 * back: what was put under one may be on its way.
 *
 *     none ── granted ─► out ── close ─► revoking ── all returned ─► none
 *                                           └── too long, and quiet ─► given up
 *
 * @module
 */
import type { ObjectClient, Operation } from "../remote/operation.ts";

/** How long takers at a closed queue wait for leases, in milliseconds: … */
const LEASE_TIMEOUT_MS = 1_000;
/** … and as long as an item has come within this time. While this process is busy none can. */
const LEASE_QUIET_MS = 50;

export class QueueLeases {
  /** Processes with a lease, and what asks for it back. */
  readonly #revokers = new Map<ObjectClient, () => void>();
  readonly #countItems: () => number;
  readonly #onChange: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isGivenUp = false;

  /**
   * @param countItems how many items were ever put
   * @param onChange called when a lease is returned, or the wait for the others is given up
   */
  constructor(countItems: () => number, onChange: () => void) {
    this.#countItems = countItems;
    this.#onChange = onChange;
  }

  has(client: ObjectClient): boolean {
    return this.#revokers.has(client);
  }

  /** Whether items may come that were put under a lease. */
  get isAwaited(): boolean {
    return this.#revokers.size > 0 && !this.#isGivenUp;
  }

  /** Lets the client of a put go on putting without an answer. */
  grant(operation: Operation): void {
    const { client } = operation;
    if (this.#revokers.has(client)) return;
    const revoke = operation.lease(() => {
      this.#revokers.delete(client);
      if (this.#revokers.size === 0) clearTimeout(this.#timer);
      this.#onChange();
    });
    if (revoke !== null) this.#revokers.set(client, revoke);
  }

  /** Asks for all leases. A process whose event loop does not turn returns none; what it has put arrives all the same. */
  revokeAll(): void {
    if (this.#revokers.size === 0) return;
    for (const revoke of this.#revokers.values()) revoke();
    this.#timer = setTimeout(() => this.#awaitQuiet(), LEASE_TIMEOUT_MS);
  }

  #awaitQuiet(): void {
    const items = this.#countItems();
    this.#timer = setTimeout(() => {
      if (this.#countItems() !== items) return this.#awaitQuiet();
      this.#isGivenUp = true;
      this.#onChange();
    }, LEASE_QUIET_MS);
  }
}
