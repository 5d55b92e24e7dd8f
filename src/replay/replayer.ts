/**
 * Playing a trail: in a fork child, on the way to its fork point, every call gives
 * what it gave in the parent, and promises settle in the same order. Mirror of
 * `path.ts`, which records.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { ForkError } from "../errors.ts";
import {
  FORK,
  isSettlement,
  placeOf,
  type RecordedCall,
  type RecordedOutcome,
  type Recording,
  type Run,
  valueOf,
} from "./recording.ts";

/** Who follows a trail is told where it leads. */
export interface ReplayListener {
  /** A fork was passed that this very line of processes came from: the next life begins. */
  passed(): void;
  /** The fork point is reached. From now on everything is live. */
  arrived(): void;
  /** The program took another way. Does not return. */
  astray(expected: string, called: string, at: number): never;
}

/** A promise that a call on the way gave, and that has not settled. */
interface Awaited {
  readonly promise: Promise<unknown>;
  readonly settle: (outcome: RecordedOutcome) => void;
  readonly orphan: () => void;
}

/** Plays a trail: gives every call what it gave, in the order of the trail. */
export class Replayer {
  readonly #trail: Recording;
  readonly #follower: ReplayListener;
  readonly #readings: Map<string, Run[]>;
  /** For each question: the run that is being given, and how often it was. */
  readonly #given = new Map<string, { run: number; count: number }>();
  readonly #awaited = new Map<number, Awaited>();
  #at = 0;
  /** Calls that a snapshot may have made and that nobody has made here. */
  readonly #aside = new Set<number>();
  /** What such calls settled, should they still be made. */
  readonly #early = new Map<number, RecordedOutcome>();
  #turning = false;

  constructor(trail: Recording, follower: ReplayListener) {
    this.#trail = trail;
    this.#follower = follower;
    this.#readings = new Map(trail.readings);
  }

  play(act: string, orphaned?: () => Error): unknown {
    const number = this.#find(act);
    const [, , , outcome] = this.#trail.events[number] as RecordedCall;
    if (this.#at === this.#trail.events.length) return this.#arrive();
    if (outcome === null) {
      const promise = this.#await(number, orphaned);
      this.#release();
      return promise;
    }
    this.#release();
    const [ok] = outcome;
    const value = valueOf(outcome);
    if (ok === 0) throw value;
    if (act === FORK && value === 0) {
      this.#orphan();
      this.#follower.passed();
    }
    return value;
  }

  /** Gives `otherwise` where the parent never asked. */
  read(question: string, otherwise: () => unknown): unknown {
    const runs = this.#readings.get(question);
    if (runs === undefined) return otherwise();
    let given = this.#given.get(question);
    if (given === undefined) this.#given.set(question, given = { run: 0, count: 0 });
    const call = this.#next();
    for (let next = runs[given.run + 1]; next !== undefined; next = runs[given.run + 1]) {
      const [, , from] = next;
      const isOver = from < call || from === call && given.count >= runs[given.run]![1];
      if (!isOver) break;
      given.run++;
      given.count = 0;
    }
    given.count++;
    return runs[given.run]![0];
  }

  /** The number of the event that this call is; what a snapshot did aside is passed over. */
  #find(act: string): number {
    const place = placeOf();
    const { events, sites } = this.#trail;
    for (const number of this.#aside) {
      const [recordedAct, site] = events[number] as RecordedCall;
      if (recordedAct === act && sites[site] === place) {
        this.#aside.delete(number);
        return number;
      }
    }
    for (let number = this.#at; number < events.length; number++) {
      const event = events[number]!;
      if (isSettlement(event)) continue;
      const [recordedAct, site, aside] = event;
      if (recordedAct === act && sites[site] === place) {
        for (let passed = this.#at; passed < number; passed++) this.#pass(passed);
        this.#at = number + 1;
        return number;
      }
      if (aside === 0) break;
    }
    return this.#follower.astray(this.#expected(), `${act} at ${place}`, this.#at);
  }

  /** The next call of the trail, for people. */
  #expected(): string {
    const next = this.#trail.events.slice(this.#at).find((event) => !isSettlement(event)) as RecordedCall;
    return `${next[0]} at ${this.#trail.sites[next[1]]}`;
  }

  #await(call: number, orphaned: (() => Error) | undefined): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#awaited.set(call, {
      promise,
      settle: (outcome) => outcome[0] === 1 ? resolve(valueOf(outcome)) : reject(valueOf(outcome)),
      orphan: () => {
        promise.catch(() => {}); // an error for those who await it, and for nobody else
        reject(orphaned?.() ?? new ForkError("Cannot await promise: it was pending at the fork"));
      },
    });
    const early = this.#early.get(call);
    if (early !== undefined) {
      this.#awaited.get(call)!.settle(early);
      this.#awaited.delete(call);
    }
    return promise;
  }

  /**
   * Settles what settled in the parent before its next call: the first now, and each other in a turn of its own, so that
   * what follows from one comes before the next. What a snapshot did aside is passed over when a turn brings no call.
   */
  #release(): void {
    const next = this.#trail.events[this.#at];
    if (next !== undefined && isSettlement(next)) this.#pass(this.#at++);
    if (!this.#turning) this.#turn(-1);
  }

  #turn(stalled: number): void {
    const { events } = this.#trail;
    const at = this.#at;
    const event = events[at];
    const goesOn = event !== undefined && at < events.length - 1 && (isSettlement(event) || event[2] === 1);
    this.#turning = goesOn;
    if (!goesOn) return;
    thisProcess().nextTurn(() => {
      if (this.#at === at && (isSettlement(event) || at === stalled)) this.#pass(this.#at++);
      this.#turn(at);
    });
  }

  #pass(number: number): void {
    const event = this.#trail.events[number]!;
    if (!isSettlement(event)) return void this.#aside.add(number);
    const [call, outcome] = event;
    const awaited = this.#awaited.get(call);
    if (awaited === undefined) this.#early.set(call, outcome);
    else awaited.settle(outcome);
    this.#awaited.delete(call);
  }

  /** The number of the next call. */
  #next(): number {
    const { events } = this.#trail;
    let next = this.#at;
    while (next < events.length && isSettlement(events[next]!)) next++;
    return next;
  }

  /** What was pending at a fork stays behind there. */
  #orphan(): void {
    for (const { orphan } of this.#awaited.values()) orphan();
    this.#awaited.clear();
  }

  #arrive(): 0 {
    this.#follower.arrived();
    this.#orphan();
    return 0;
  }
}
