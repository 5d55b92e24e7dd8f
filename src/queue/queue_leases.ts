/**
 * Leases of a queue: processes that may put without waiting for an answer. A
 * queue that is closed asks for all of them, and its takers wait until they are
 * back: what was put under one may be on its way.
 *
 *     none ── granted ─► out ── close ─► revoking ── returned ─────────────► none
 *                                           └── too long ─► frozen ── quiet ──┘
 *
 * @module
 */
import type { Lease, ObjectClient, Operation } from "../remote/operation.ts";

/** How long a closed queue waits for leases before it freezes them, in milliseconds. */
const LEASE_TIMEOUT_MS = 1_000;
/** What was put under a frozen lease has been read when no item has come for this time, in milliseconds. */
const LEASE_QUIET_MS = 50;

export class QueueLeases {
  readonly #leases = new Map<ObjectClient, Lease>();
  readonly #countItems: () => number;
  readonly #onChange: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param countItems how many items were ever put
   * @param onChange called when leases have been returned or have ended
   */
  constructor(countItems: () => number, onChange: () => void) {
    this.#countItems = countItems;
    this.#onChange = onChange;
  }

  /** Whether items may come that were put under a lease. */
  get isAwaited(): boolean {
    return this.#leases.size > 0;
  }

  /** Lets the client of a put go on putting without an answer. */
  grant(operation: Operation): void {
    const { client } = operation;
    if (this.#leases.has(client)) return;
    const lease = operation.lease(() => {
      this.#leases.delete(client);
      if (this.#leases.size === 0) clearTimeout(this.#timer);
      this.#onChange();
    });
    if (lease !== null) this.#leases.set(client, lease);
  }

  /**
   * Asks for all leases. A process whose event loop does not turn returns none: its lease is frozen and ends, unless it
   * cannot be told of that.
   */
  revokeAll(): void {
    if (this.#leases.size === 0) return;
    for (const lease of this.#leases.values()) lease.revoke();
    this.#timer = setTimeout(() => {
      const frozen = [...this.#leases].filter(([, lease]) => lease.freeze());
      if (frozen.length > 0) this.#endWhenQuiet(frozen);
    }, LEASE_TIMEOUT_MS);
  }

  #endWhenQuiet(frozen: readonly [ObjectClient, Lease][]): void {
    const items = this.#countItems();
    const check = () => {
      if (this.#countItems() !== items) return this.#endWhenQuiet(frozen);
      for (const [client, lease] of frozen) if (this.#leases.delete(client)) lease.end();
      this.#onChange();
    };
    // While this process is busy nothing comes: it has read what there is when the event loop has turned after the time.
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(() => {
        this.#timer = setTimeout(check, 0);
      }, 0);
    }, LEASE_QUIET_MS);
  }
}
