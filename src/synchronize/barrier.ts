/**
 * `Barrier`: a number of tasks that wait for each other, between processes, as in
 * Python's `multiprocessing`. What a barrier is where it lives is
 * `barrier_state.ts`.
 *
 * @module
 */
import { rangeError, typeError } from "../error_stack.ts";
import { silenceRejection } from "../replay/inheritance.ts";
import { checkWait, type Wait } from "../runtime/deadline.ts";
import type { OptionNames } from "../runtime/options.ts";
import { loadPart } from "../runtime/load_part.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { createsElsewhere, refOf } from "../remote/object_registry.ts";

/** Options of {@linkcode Barrier}. */
export interface BarrierOptions {
  /**
   * Called once in every round when all have come, before any goes on; awaited. It runs in the process that made the
   * barrier. When it throws, the wait that came last rejects with its error, and the barrier is broken.
   */
  action?: () => unknown;
  /** Milliseconds that a `wait()` without a timeout of its own waits at most. */
  timeout?: number;
}

const BARRIER_OPTIONS: OptionNames<BarrierOptions> = { action: true, timeout: true };

let barrierWaits = 0;

/**
 * Lets a fixed number of tasks wait for each other, round after round.
 *
 * It lives in the process that made it. A waiter that gives up, by its timeout or its signal, or that dies, breaks the
 * barrier for all, so that nobody waits for one that does not come; `reset()` mends it. When the process that made it is
 * gone, every use rejects with {@linkcode ConnectError}.
 *
 * Python's `multiprocessing.Barrier`.
 *
 * @example Two that begin together
 * ```ts
 * import { Barrier, Process } from "@brood/multiprocessing";
 *
 * export async function race(start: Barrier) {
 *   const index = await start.wait();
 *   if (index === 0) console.log("they are off"); // they are off
 * }
 *
 * if (import.meta.main) {
 *   const start = new Barrier(2);
 *   const children = [1, 2].map(() => new Process({ target: race, args: [start] }).start());
 *   for (const child of children) await child.join();
 * }
 * ```
 */
export class Barrier {
  /** How many waits make a round. */
  readonly parties: number;
  readonly #ref: ObjectRef;
  readonly #timeout: number | undefined;

  /**
   * Makes a barrier that lives in this process.
   *
   * @throws {TypeError} an argument is of the wrong kind, or a manager is to make one with an action
   * @throws {RangeError} `parties` is below 1
   * @throws {ConnectError} this process may not listen for others
   */
  constructor(parties: number, options: BarrierOptions = {}) {
    if (!Number.isInteger(parties)) throw typeError("Cannot make barrier: parties is not a whole number");
    if (parties < 1) throw rangeError("Cannot make barrier: parties is below 1");
    checkWait(options, "make barrier", BARRIER_OPTIONS);
    const { action, timeout } = options;
    if (action !== undefined && typeof action !== "function") {
      throw typeError("Cannot make barrier: action is not a function");
    }
    if (action !== undefined && createsElsewhere()) {
      throw typeError(
        "Cannot make barrier: its action runs in the process that makes it, make one with an action by new Barrier()",
      );
    }
    this.parties = parties;
    this.#timeout = timeout === undefined || timeout === Infinity ? undefined : timeout;
    const details = this.#timeout === undefined ? [parties] : [parties, { timeout: this.#timeout }];
    this.#ref = refOf(this, "Barrier", action === undefined ? [parties] : [parties, action], details);
  }

  /**
   * Waits until all have come.
   *
   * @returns the place of this wait in its round, from 0 to `parties` − 1, in the order in which they came
   * @throws {BrokenBarrierError} the barrier is broken or was reset, or this or another wait ended before all had come
   * @throws {ConnectError} the process that owns the barrier is gone
   */
  async wait(options?: Wait): Promise<number> {
    checkWait(options, "wait at barrier");
    const token = ++barrierWaits;
    const wait = this.#timeout === undefined || options?.timeout !== undefined
      ? options
      : { timeout: this.#timeout, signal: options?.signal };
    // All others may have come when the timeout does: the owner decides which was first.
    const verdict = () => this.#verdict(token, false);
    try {
      return await this.#ref.request("wait at barrier", "wait", { args: [token], wait, onTimeout: verdict });
    } catch (error) {
      if (options?.signal?.aborted && error === options.signal.reason) {
        void silenceRejection(this.#verdict(token, true));
      }
      throw error;
    }
  }

  #verdict(token: number, isOver: boolean): Promise<number> {
    return this.#ref.request("wait at barrier", "verdict", { args: [token, isOver] });
  }

  /** Makes it as new. Waits that are pending reject with {@linkcode BrokenBarrierError}. */
  reset(): Promise<void> {
    return this.#ref.perform("reset barrier", "reset");
  }

  /** Breaks it until it is reset. Waits that are pending reject with {@linkcode BrokenBarrierError}. */
  abort(): Promise<void> {
    return this.#ref.perform("abort barrier", "abort");
  }

  /** How many wait now. */
  nWaiting(): Promise<number> {
    return this.#ref.request("ask how many wait at barrier", "waiting");
  }

  /** Whether it is broken now. */
  broken(): Promise<boolean> {
    return this.#ref.request("ask whether barrier is broken", "isBroken");
  }
}

async function loadBarrierState(): Promise<StateFactory> {
  const { BarrierState } = await loadPart(import.meta.url, () => import("./barrier_state.ts"));
  return {
    create: (parties: number, action: (() => unknown) | null = null) => new BarrierState(parties, action),
  };
}

shareable("Barrier", Barrier, loadBarrierState);
