/**
 * Credits of a queue: processes that may put without waiting for an answer. Into a
 * queue without a bound they may put any number, without end. In one with a bound
 * room is kept for what they may put, for some milliseconds: then it is the
 * queue's again, without a word, since they put nothing more by that credit. What
 * comes later all the same, since this process or its producer stood still, waits
 * for room like any other put.
 *
 *     none ── granted ─► kept ── put ─► … ── all put ─────► none
 *                          │ ▲── granted again ──┘           ▲
 *                          └── its time is over: room is free ┘
 *
 * A queue that is closed asks for all credits, and its takers wait until they are
 * back: what was put by one may be on its way.
 *
 *     out ── close ─► revoking ── returned ────────────────────────────► none
 *                         └── too long ─► frozen, or over ── quiet ───────┘
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import type { Credit, ObjectClient, Operation } from "../remote/operation.ts";

/** How long a producer may use a credit with an end, in milliseconds by its own clock since it has told that. */
const CREDIT_MS = 20;
/** How long room is kept for it, in milliseconds since the clock was received: what was put in time is on its way. */
const KEPT_MS = CREDIT_MS + 5;
/** A producer whose last two puts came within this time is likely to go on, in milliseconds. */
const STREAK_MS = 10;
/** Queues with a smaller bound grant no credits: there is nothing to share. */
const MIN_BOUND = 16;
/** The most room that is granted at once, in items. */
const MAX_BATCH = 256;
/** How long a closed queue waits for credits without end before it freezes them, in milliseconds. */
const REVOKE_MS = 1_000;
/** What was put by a credit that is over has been read when no item has come for this time, in milliseconds. */
const QUIET_MS = 50;

/** A process that puts. */
interface Producer {
  readonly credit: Credit;
  /** Whether it was granted anything, ever. */
  isGranted: boolean;
  /** Room that is kept for it. Infinity in a queue without a bound. */
  kept: number;
  /** Until when, in milliseconds of `performance.now()`. */
  keptUntil: number;
  /** Its clock as it was told last, in whole milliseconds, and when. */
  clock: number;
  toldAt: number;
  isOnStreak: boolean;
}

export class PutCredits {
  readonly #producers = new Map<ObjectClient, Producer>();
  /** Producers that would use more than there was room for. */
  readonly #wanting = new Set<Producer>();
  /** Room that is granted at once; 0 when none is. Infinity in a queue without a bound. */
  readonly #batch: number;
  readonly #countItems: () => number;
  readonly #onChange: () => void;
  #kept = 0;
  #isWatching = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param countItems how many items were ever put
   * @param onChange called when credits have been returned or have ended
   */
  constructor(maxsize: number, countItems: () => number, onChange: () => void) {
    const isBounded = maxsize !== Infinity;
    this.#batch = !isBounded ? Infinity : maxsize < MIN_BOUND ? 0 : Math.min(MAX_BATCH, Math.floor(maxsize / 4));
    this.#countItems = countItems;
    this.#onChange = onChange;
  }

  /** Room that is kept. */
  get kept(): number {
    return this.#kept;
  }

  /** Whether producers would be granted room, were there so much. */
  wants(room: number): boolean {
    return this.#wanting.size > 0 && room >= this.#batch;
  }

  /** Whether items may come that were put by a credit of a client, or of any. */
  isAwaited(client?: ObjectClient): boolean {
    if (client !== undefined) return this.#producers.get(client)?.isGranted === true;
    for (const { isGranted } of this.#producers.values()) if (isGranted) return true;
    return false;
  }

  /** A client puts: whether room is kept for it, of which it uses one place now. */
  use(client: ObjectClient): boolean {
    const producer = this.#producers.get(client);
    if (producer === undefined || !(producer.kept > 0) || producer.kept === Infinity) return false;
    producer.kept--;
    this.#kept--;
    return true;
  }

  /** A client has put: it may be granted more. @param room that nobody has, and nobody waits for */
  grant(operation: Operation, room: number): void {
    if (this.#batch === 0) return;
    const producer = this.#producerOf(operation);
    if (producer === null) return;
    if (this.#batch === Infinity) {
      if (!producer.isGranted) this.#extend(producer, Infinity);
      return;
    }
    const [clock] = operation.args;
    const isLater = Number.isSafeInteger(clock) && clock as number > producer.clock;
    if (isLater) this.#tellClock(producer, clock as number);
    else producer.isOnStreak = true;
    if (!producer.isOnStreak) return;
    const needsRoom = producer.kept <= this.#batch / 2;
    if (needsRoom && room >= this.#batch) return this.#extend(producer, this.#batch);
    if (needsRoom) this.#wanting.add(producer);
    // One that asks does not know of its credit, or takes it for over.
    const needsTime = isLater && (!operation.isPushed || producer.keptUntil - producer.toldAt < KEPT_MS / 2);
    if (needsTime && producer.kept > 0) this.#extend(producer, 0);
  }

  /** There is more room: producers that had too little get some, in the order in which they came. */
  grantMore(room: number): void {
    const now = performance.now();
    for (const producer of this.#wanting) {
      if (room < this.#batch) return;
      this.#wanting.delete(producer);
      if (now - producer.toldAt > STREAK_MS) continue;
      this.#extend(producer, this.#batch);
      room -= this.#batch;
    }
  }

  #producerOf(operation: Operation): Producer | null {
    const { client } = operation;
    let producer = this.#producers.get(client);
    if (producer !== undefined) return producer;
    const credit = operation.credit(() => {
      this.#end(client);
      if (this.#producers.size === 0) clearTimeout(this.#timer);
      this.#onChange();
    });
    if (credit === null) return null;
    producer = { credit, isGranted: false, kept: 0, keptUntil: 0, clock: -1, toldAt: -Infinity, isOnStreak: false };
    this.#producers.set(client, producer);
    return producer;
  }

  #tellClock(producer: Producer, clock: number): void {
    const now = performance.now();
    producer.isOnStreak = now - producer.toldAt < STREAK_MS;
    producer.clock = clock;
    producer.toldAt = now;
  }

  #extend(producer: Producer, more: number): void {
    producer.isGranted = true;
    producer.kept += more;
    if (more === Infinity) return producer.credit.grant(Infinity, Infinity);
    this.#kept += more;
    producer.keptUntil = producer.toldAt + KEPT_MS;
    producer.credit.grant(producer.kept, producer.clock + CREDIT_MS);
  }

  // --- credits that end ---

  /** Frees the room whose time is over. */
  expire(): void {
    if (this.#kept === 0) return;
    const now = performance.now();
    for (const producer of this.#producers.values()) if (producer.keptUntil <= now) this.#free(producer);
  }

  /** Calls back when more room is free, or soon enough to look again. */
  expireLater(): void {
    if (this.#isWatching || this.#kept === 0) return;
    let first = Infinity;
    for (const { kept, keptUntil } of this.#producers.values()) if (kept > 0) first = Math.min(first, keptUntil);
    this.#isWatching = true;
    thisProcess().unrefTimeout(Math.max(1, Math.ceil(first - performance.now())), () => {
      this.#isWatching = false;
      this.expire();
      this.#onChange();
    });
  }

  #free(producer: Producer): void {
    if (producer.kept !== Infinity) this.#kept -= producer.kept;
    producer.kept = 0;
  }

  #end(client: ObjectClient): void {
    const producer = this.#producers.get(client);
    if (producer === undefined) return;
    this.#free(producer);
    this.#wanting.delete(producer);
    this.#producers.delete(client);
  }

  /**
   * Asks for all credits. A process whose event loop does not turn returns none: its credit ends by time, or is frozen and
   * ends, unless it cannot be told of that.
   */
  revokeAll(): void {
    this.#wanting.clear();
    if (!this.isAwaited()) return;
    for (const { credit, isGranted } of this.#producers.values()) if (isGranted) credit.revoke();
    this.#timer = setTimeout(() => {
      const all = [...this.#producers].filter(([, { isGranted }]) => isGranted);
      const over = all.filter(([, { credit }]) => this.#batch !== Infinity || credit.freeze());
      if (over.length > 0) this.#endWhenQuiet(over.map(([client]) => client));
    }, this.#batch === Infinity ? REVOKE_MS : KEPT_MS);
  }

  #endWhenQuiet(clients: readonly ObjectClient[]): void {
    const items = this.#countItems();
    const check = () => {
      if (this.#countItems() !== items) return this.#endWhenQuiet(clients);
      for (const client of clients) this.#end(client);
      this.#onChange();
    };
    // While this process is busy nothing comes: it has read what there is when the event loop has turned after the time.
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(() => {
        this.#timer = setTimeout(check, 0);
      }, 0);
    }, QUIET_MS);
  }
}
