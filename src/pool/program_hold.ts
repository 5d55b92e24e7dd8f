/**
 * Keeps the program alive while a pool has something to do. A busy pool pauses
 * often, so it lets go a little later than its last task, and stops listening for
 * ^C later still.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { type Interruptible, interruptible } from "../runtime/sigint.ts";

/** How long after its last task a pool still keeps the program alive. */
const RELEASE_AFTER_MS = 5;
/** How long after that it still listens for ^C, since to begin that again is slow. */
const LISTEN_AFTER_MS = 50;

/**
 * `held`: the program is kept alive. `quiet`: it is as well, but not for long. `listening`: it is not, and ^C still
 * ends the pool's workers. `released`: neither.
 */
type HoldState = "held" | "quiet" | "listening" | "released";

export class ProgramHold {
  #state: HoldState = "released";
  readonly #pool: Interruptible;
  readonly #hold: (isHeld: boolean) => void;
  /** Timers that are running. */
  #releasing = false;
  #silencing = false;

  /** @param hold refers to what keeps the program alive, or no longer */
  constructor(pool: Interruptible, hold: (isHeld: boolean) => void) {
    this.#pool = pool;
    this.#hold = hold;
  }

  get state(): HoldState {
    return this.#state;
  }

  /** The pool has something to do. */
  keep(): void {
    this.#hold(true);
    if (this.#state !== "held" && this.#state !== "quiet") interruptible(this.#pool, true);
    this.#state = "held";
  }

  /** The pool has nothing to do; `forGood`: nor will it. */
  release(forGood: boolean): void {
    if (forGood) return this.#end();
    if (this.#state !== "held") return;
    this.#state = "quiet";
    if (this.#releasing) return;
    this.#releasing = true;
    thisProcess().unrefTimeout(RELEASE_AFTER_MS, () => {
      this.#releasing = false;
      if (this.#state === "quiet") this.#listen();
    });
  }

  #listen(): void {
    this.#state = "listening";
    this.#hold(false);
    if (this.#silencing) return;
    this.#silencing = true;
    thisProcess().unrefTimeout(LISTEN_AFTER_MS, () => {
      this.#silencing = false;
      if (this.#state === "listening") this.#end();
    });
  }

  #end(): void {
    if (this.#state === "released") return;
    this.#state = "released";
    this.#hold(false);
    interruptible(this.#pool, false);
  }
}
