/**
 * Records the calls of the library that this process makes, so that a fork child
 * can replay them.
 *
 *     parent   call ─► run ─► record ──► takeRecording() gives it to a child
 *     child    call ◄── replay ◄─────────┘ up to the call that is the fork itself
 *
 * A call is known by its act and its place in the user's source. Knows no process,
 * and not how a child gets the recording.
 *
 * @module
 */
import { isThenable } from "../function/not_function.ts";
import { ForkError } from "../errors.ts";
import { ownIdentity } from "../runtime/process_info.ts";
import { AnswerRecorder } from "./answers.ts";
import {
  callSite,
  FORK,
  type RecordedCall,
  type RecordedOutcome,
  type Recording,
  returned,
  type Settlement,
  SNAPSHOT,
  threw,
} from "./recording.ts";
import { Replayer, type ReplayListener } from "./replayer.ts";

/** A recording of more events is given up, so that a program that runs for ever does not grow for ever. */
const MAX_EVENTS = 100_000;

const REFUSALS = {
  worker: "it is called in a pool's task, whose process serves other tasks too, fork in the program or in a Process",
  manager: "it is called in a manager, whose process serves others too, fork in the program or in a Process",
  length: `this process has made more than ${MAX_EVENTS} calls that a child would have to replay, fork earlier`,
};

/** Recording, inside the function of a snapshot, which is not recorded, or given up for good. */
type RecorderState = "recording" | "in snapshot" | "given up";

class Recorder {
  /** JSON of each event. */
  #events: string[] = [];
  readonly #sites: string[] = [];
  readonly #siteNumbers = new Map<string, number>();
  readonly #answers = new AnswerRecorder();
  #snapshotDepth = 0;
  /** Snapshots whose promise has not settled. */
  #pendingSnapshots = 0;
  /** Why there is no recording; undefined until somebody asks. */
  #refusal: string | null | undefined;

  get state(): RecorderState {
    if (this.#snapshotDepth > 0) return "in snapshot";
    return this.refusal === null ? "recording" : "given up";
  }

  /** Why there is no recording, or null. */
  get refusal(): string | null {
    if (this.#refusal !== undefined) return this.#refusal;
    const { kind } = ownIdentity();
    return this.#refusal = kind === "worker" || kind === "manager" ? REFUSALS[kind] : null;
  }

  /** Runs a call and records its outcome; of a promise that it returns, when and how that settles. */
  call<T>(act: string, run: () => T): T {
    if (this.state !== "recording") return run();
    const isSnapshot = act === SNAPSHOT;
    const site = this.#numberOf(callSite());
    const isOptional = this.#isOptional;
    const add = (outcome: RecordedOutcome | null) => this.#add([act, site, isOptional, outcome]);
    let value: T;
    try {
      value = isSnapshot ? this.#unrecorded(run) : run();
      if (!isThenable(value)) add(returned(value));
    } catch (error) {
      add(threw(error));
      throw error;
    }
    return isThenable(value) ? this.#settled(value, add(null), isSnapshot) as T : value;
  }

  #settled<T>(value: PromiseLike<T>, call: number, isSnapshot: boolean): Promise<T> {
    if (isSnapshot) this.#pendingSnapshots++;
    const fail = (error: unknown): never => {
      this.#add([call, threw(error)]);
      throw error;
    };
    const settle = () => {
      if (isSnapshot) this.#pendingSnapshots--;
    };
    return Promise.resolve(value).then((result) => {
      settle();
      try {
        this.#add([call, returned(result)]);
      } catch (error) {
        return fail(error);
      }
      return result;
    }, (error) => {
      settle();
      return fail(error);
    });
  }

  answer<T>(question: string, read: () => T): T {
    const value = read();
    if (this.state === "recording") {
      this.#answers.record(question, value, this.#events.length);
      if (this.#answers.changes > MAX_EVENTS) this.#giveUp();
    }
    return value;
  }

  /** Makes a child from the JSON of a recording that ends with this call of `fork()`, and records the call. */
  fork(start: (recording: string) => number): number {
    const site = this.#numberOf(callSite());
    const isOptional = this.#isOptional;
    const events = [...this.#events, JSON.stringify([FORK, site, isOptional, returned(0)] satisfies RecordedCall)];
    const [sites, answers] = [JSON.stringify(this.#sites), JSON.stringify(this.#answers)];
    try {
      const pid = start(`{"sites":${sites},"events":[${events}],"answers":${answers}}`);
      this.#add([FORK, site, isOptional, returned(pid)]);
      return pid;
    } catch (error) {
      this.#add([FORK, site, isOptional, threw(error)]);
      throw error;
    }
  }

  /** Goes on from what was replayed: a child of this process replays that as well. */
  adopt({ sites, events, answers }: Recording): void {
    for (const site of sites) this.#numberOf(site);
    this.#events = events.map((event) => JSON.stringify(event));
    this.#answers.adopt(answers);
  }

  /** @returns the index of the event */
  #add(event: RecordedCall | Settlement): number {
    if (this.#events.length === MAX_EVENTS) this.#giveUp();
    return this.refusal === null ? this.#events.push(JSON.stringify(event)) - 1 : -1;
  }

  #giveUp(): void {
    this.#refusal = REFUSALS.length;
    this.#events = [];
    this.#answers.clear();
  }

  #unrecorded<T>(run: () => T): T {
    this.#snapshotDepth++;
    try {
      return run();
    } finally {
      this.#snapshotDepth--;
    }
  }

  /** Whether an unfinished snapshot may make the call. */
  get #isOptional(): 0 | 1 {
    return this.#pendingSnapshots > 0 ? 1 : 0;
  }

  #numberOf(site: string): number {
    let number = this.#siteNumbers.get(site);
    if (number === undefined) this.#siteNumbers.set(site, number = this.#sites.push(site) - 1);
    return number;
  }
}

const recorder = new Recorder();
let replayer: Replayer | null = null;
let hasForkChildren = false;

/** Whether this process is a fork child that has not reached its fork. */
export function isReplaying(): boolean {
  return replayer !== null;
}

/**
 * Runs a call and records its outcome; in a fork child before its fork gives the recorded outcome instead.
 *
 * @param act what is called, to be compared and for people
 * @param abandoned makes the error for a promise that had not settled when the parent forked
 */
export function recordCall<T>(act: string, run: () => T, abandoned?: () => Error): T {
  return replayer === null ? recorder.call(act, run) : replayer.call(act, abandoned) as T;
}

/**
 * Answers a question whose answer changes with time; in a fork child before its fork gives the recorded answers, in
 * their order.
 *
 * @param question always the same text for the same question
 * @param read gives the answer: data that JSON has
 */
export function recordAnswer<T>(question: string, read: () => T): T {
  return replayer === null ? recorder.answer(question, read) : replayer.answer(question, read) as T;
}

/** Whether this process has fork children, which know what was made before them. */
export function hasForked(): boolean {
  return hasForkChildren;
}

/**
 * Makes a child that replays this process up to this very call.
 *
 * @param start starts it with the JSON of the recording, and returns its process id
 * @returns its process id, and 0 in the child itself
 * @throws {ForkError} this process has no recording, or is inside the function of a snapshot
 */
export function takeRecording(start: (recording: string) => number): number {
  if (replayer !== null) return replayer.call(FORK) as number;
  if (recorder.state === "in snapshot") {
    throw new ForkError("Cannot fork: snapshot() runs its function in one process only, fork outside of it");
  }
  if (recorder.refusal !== null) throw new ForkError(`Cannot fork: ${recorder.refusal}`);
  const pid = recorder.fork(start);
  hasForkChildren = true;
  return pid;
}

/** Makes this process replay a recording. */
export function startReplay(recording: Recording, listener: ReplayListener): void {
  replayer = new Replayer(recording, {
    ...listener,
    forkReached() {
      replayer = null;
      recorder.adopt(recording);
      listener.forkReached();
    },
  });
}
