/**
 * The path of this process: what the library's calls gave, in the order in which
 * they were made, so that a fork child can take it again.
 *
 *     parent   call ─► run ─► record ─┐ branch() hands the trail to a child
 *     child    call ◄── play ◄── trail ┘ until the call that is the fork itself
 *
 * A call is known by its act and its place in the user's source. Knows no process,
 * and not how a child gets the trail.
 *
 * @module
 */
import { ForkError } from "../errors.ts";
import { ownIdentity } from "../runtime/process_info.ts";
import { Replayer, type ReplayListener } from "./replayer.ts";
import {
  failure,
  FORK,
  placeOf,
  type RecordedCall,
  type RecordedOutcome,
  type Recording,
  type Run,
  type Settlement,
  SNAPSHOT,
  success,
} from "./recording.ts";

/** A path of more events than this is forgotten: a program that runs for ever must not grow for ever. */
const MOST = 100_000;

const sites: string[] = [];
const numbers = new Map<string, number>();
/** JSON of what happened. */
let events: string[] = [];
const readings = new Map<string, Run[]>();
let changes = 0;
let playing: Replayer | null = null;
let forked = false;
/** Why no child could take this path; undefined when nobody has asked. */
let closed: string | null | undefined;
/** Inside the function of a snapshot nothing is recorded: children do not go there. */
let silent = 0;
/** Snapshots whose promise has not settled. */
let pending = 0;

/** Whether this process is a fork child on its way to its fork point. */
export function isReplaying(): boolean {
  return playing !== null;
}

/** Why this path cannot be taken again, or null. */
function closure(): string | null {
  const { kind } = ownIdentity();
  return closed ??= kind === "worker" ? IN_TASK : kind === "manager" ? IN_MANAGER : null;
}

const IN_TASK =
  "it is called in a pool's task, whose process serves other tasks too, fork in the program or in a Process";
const IN_MANAGER = "it is called in a manager, whose process serves others too, fork in the program or in a Process";
const TOO_LONG = `its path is longer than ${MOST} steps and was forgotten, fork earlier`;

/** What runs for ever must not grow for ever. */
function forget(): void {
  closed = TOO_LONG;
  events = [];
  readings.clear();
}

/**
 * Runs a call and records what it gives or throws, a promise with what it settles;
 * on the way to a fork point gives what was recorded instead.
 *
 * @param act what is called, for people and to be compared
 * @param orphaned makes the error for a promise that had not settled when the parent forked
 */
export function recordCall<T>(act: string, run: () => T, orphaned?: () => Error): T {
  if (playing !== null) return playing.play(act, orphaned) as T;
  if (silent > 0 || closure() !== null) return run();
  const aside = pending > 0 ? 1 : 0;
  const site = siteOf();
  const isSnapshot = act === SNAPSHOT;
  let value: T;
  try {
    value = isSnapshot ? silently(run) : run();
    if (!isThenable(value)) note([act, site, aside, success(value)]);
  } catch (error) {
    note([act, site, aside, failure(error)]);
    throw error;
  }
  if (!isThenable(value)) return value;
  const call = note([act, site, aside, null]);
  if (isSnapshot) pending++;
  const settled = (outcome: RecordedOutcome) => {
    if (isSnapshot) pending--;
    note([call, outcome]);
  };
  return Promise.resolve(value).then((result) => {
    try {
      settled(success(result));
    } catch (error) {
      settled(failure(error));
      throw error;
    }
    return result;
  }, (error) => {
    settled(failure(error));
    throw error;
  }) as T;
}

/**
 * Answers a question whose answer may change from one time to the next; on the
 * way to a fork point gives the answers that were given, in their order.
 *
 * @param question what is asked, always the same text
 * @param read gives the answer: data that JSON has
 */
export function recordAnswer<T>(question: string, read: () => T): T {
  if (playing !== null) return playing.read(question, read) as T;
  const value = read();
  if (silent > 0 || closure() !== null) return value;
  let runs = readings.get(question);
  if (runs === undefined) readings.set(question, runs = []);
  const last = runs.at(-1);
  if (last !== undefined && isSame(last[0], value)) last[1]++;
  else {
    runs.push([value, 1, events.length]);
    if (++changes > MOST) forget();
  }
  return value;
}

/** Whether this process has fork children, which know what was made before them. */
export function hasForked(): boolean {
  return forked;
}

/**
 * Makes a child that takes the same path, up to this very call.
 *
 * @param make makes it from the JSON text of the trail; gives its process id
 * @returns its process id, and 0 in the child itself
 */
export function takeRecording(make: (trail: string) => number): number {
  if (playing !== null) return playing.play(FORK) as number;
  if (silent > 0) {
    throw new ForkError("Cannot fork: snapshot() runs its function in one process only, fork outside of it");
  }
  if (closure() !== null) throw new ForkError(`Cannot fork: ${closed}`);
  const site = siteOf();
  const aside = pending > 0 ? 1 : 0;
  const point = JSON.stringify([FORK, site, aside, success(0)] satisfies RecordedCall);
  const read = JSON.stringify([...readings]);
  try {
    const pid = make(`{"sites":${JSON.stringify(sites)},"events":[${[...events, point]}],"readings":${read}}`);
    note([FORK, site, aside, success(pid)]);
    forked = true;
    return pid;
  } catch (error) {
    note([FORK, site, aside, failure(error)]);
    throw error;
  }
}

/** Makes this process take the path that `trail` describes. */
export function startReplay(trail: Recording, follower: ReplayListener): void {
  playing = new Replayer(trail, {
    ...follower,
    arrived() {
      playing = null;
      for (const place of trail.sites) numbers.set(place, sites.push(place) - 1);
      events = trail.events.map((event) => JSON.stringify(event));
      for (const [question, runs] of trail.readings) readings.set(question, runs);
      follower.arrived();
    },
  });
}

function note(event: RecordedCall | Settlement): number {
  if (events.length === MOST) forget();
  return closure() === null ? events.push(JSON.stringify(event)) - 1 : -1;
}

function silently<T>(run: () => T): T {
  silent++;
  try {
    return run();
  } finally {
    silent--;
  }
}

/** Number of the place from which the user called. */
function siteOf(): number {
  const place = placeOf();
  let number = numbers.get(place);
  if (number === undefined) numbers.set(place, number = sites.push(place) - 1);
  return number;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || typeof one === "object" && JSON.stringify(one) === JSON.stringify(other);
}
