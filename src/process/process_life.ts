/**
 * The life of a `Process` object, as a state machine:
 *
 *     not started ─start─► started ─(the child ends)─► ended ─close─► closed
 *          └───────────────────────close─────────────────────────────►┘
 *
 * The object of the process in which the code runs has a state of its own, and an
 * object that was made before a fork belongs to the parent. Knows no child.
 *
 * @module
 */
import { StateError } from "../errors.ts";
import { isReplaying } from "../replay/recorder.ts";

type StoredState = "not started" | "started" | "closed" | "this very process";

/** States as error messages name them. */
export type ProcessState = StoredState | "ended" | "the parent's";

/** What an object goes through by its own methods. */
export type ProcessEvent = "start" | "close";

const PROCESS_TRANSITIONS: Record<ProcessEvent, Partial<Record<ProcessState, StoredState>>> = {
  start: { "not started": "started" },
  close: { "not started": "closed", "ended": "closed", "closed": "closed", "this very process": "this very process" },
};

/** What to do instead, for acts that have no remedy of their own. */
const REMEDIES: Record<ProcessState, string> = {
  "not started": "call start() first",
  "started": "make a new one: a process can be started once",
  "ended": "make a new one: a process can be started once",
  "closed": "make a new one",
  "this very process": "a process can only start, join and end its children",
  "the parent's": "it was made before the fork and belongs to the parent: make one of your own",
};

/** What is known of the process elsewhere. */
interface ProcessFacts {
  name(): string;
  /** Null while the child runs, and before. */
  exitCode(): number | null;
}

export class ProcessLife {
  readonly #facts: ProcessFacts;
  /** Whether a child that was started has ended is known elsewhere. */
  #state: StoredState;
  /** Whether the object was made before the fork, in a fork child: it is the parent's after that. */
  readonly isInherited: boolean;

  constructor(state: "not started" | "this very process", facts: ProcessFacts) {
    this.#state = state;
    this.#facts = facts;
    this.isInherited = state === "not started" && isReplaying();
  }

  /** What `console.log()` shows. */
  describe(pid: number | null): object {
    const { state } = this;
    return { name: this.#facts.name(), pid, state, ...state === "ended" && { exitCode: this.#facts.exitCode() } };
  }

  get state(): ProcessState {
    if (this.isInherited && !isReplaying()) return "the parent's";
    if (this.#state === "started" && this.#facts.exitCode() !== null) return "ended";
    return this.#state;
  }

  /** Goes to the next state. @throws {StateError} the event cannot happen in this state */
  apply(event: ProcessEvent, remedy?: string): void {
    const next = PROCESS_TRANSITIONS[event][this.state];
    if (next === undefined) throw this.refusal(event, remedy);
    this.#state = next;
  }

  /** Refuses every act after `close()`, and with an object of the parent's. @throws {StateError} */
  refuseUnusable(act: string): void {
    if (this.#state === "closed") throw this.refusal(act);
    this.refuseInherited(act);
  }

  /** Refuses an act with an object that belongs to the parent. @throws {StateError} */
  refuseInherited(act: string): void {
    if (this.isInherited && !isReplaying()) throw this.refusal(act);
  }

  /** Refuses an act in any other state; a child that has ended counts as started. @throws {StateError} */
  check(act: string, required: StoredState, remedy?: string): void {
    this.refuseInherited(act);
    if (this.#state !== required) throw this.refusal(act, remedy);
  }

  /** The error for an act that is not possible now. */
  refusal(act: string, remedy?: string): StateError {
    const { state } = this;
    const advice = state === "the parent's" || remedy === undefined ? REMEDIES[state] : remedy;
    return new StateError(`Cannot ${act} process ${this.#facts.name()}: it is ${state}, ${advice}`, state);
  }
}
