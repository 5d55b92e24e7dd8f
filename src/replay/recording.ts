/**
 * The recording of a process as data: which calls of the library it made, what
 * each gave, and in which order promises settled. A fork child gets it from its
 * parent and replays it. Knows how a call is told from others, and how its outcome
 * is written.
 *
 * @module
 */
import { decode, encode, type Payload } from "../codec/codec.ts";
import { describeThrown } from "../codec/error_codec.ts";
import { framesOf } from "../function/call_stack.ts";
import type { ProcessIdentity } from "../runtime/process_info.ts";

/** What a call returned, or threw when `ok` is 0: a payload and its binary blocks in base64. */
export type RecordedOutcome = [ok: 0 | 1, payload: Payload, ...blocks: string[]];
/**
 * A call. `site` is its index among the sites; `isOptional` says that the function of an unfinished snapshot may have
 * made it, which a fork child does not run; `outcome` is null when the call returned a promise.
 */
export type RecordedCall = [act: string, site: number, isOptional: 0 | 1, outcome: RecordedOutcome | null];
/** A promise that settled: the index of its call among the events. */
export type Settlement = [call: number, outcome: RecordedOutcome];
/** The same answer to a question, `count` times in a row; `from` counts the events before the first of them. */
export type AnswerRun = [value: unknown, count: number, from: number];

/** All that a fork child replays. */
export interface Recording {
  /** Places in the user's source, as `url:line:column`. */
  sites: string[];
  events: (RecordedCall | Settlement)[];
  answers: [question: string, runs: AnswerRun[]][];
}

/** Where a fork child comes from. */
export interface ForkAncestry {
  /** Identities of the processes that its line of forks led through; the last is its own, but for the pid. */
  lineage: ProcessIdentity[];
  /** How many children the parent had made. */
  childCount: number;
  /** How long the parent took from its start to the fork. */
  elapsedMs: number;
  /** When the child was started, in milliseconds since the epoch. */
  startedAt: number;
}

/** What a fork child is told at its start. */
export interface ForkBoot {
  ancestry: ForkAncestry;
  recording: Recording;
}

/** The act of a fork. The last call of a recording is one. */
export const FORK = "fork()";
/** The act of a snapshot. Calls inside its function are not recorded. */
export const SNAPSHOT = "snapshot()";

/** Frames of the stack among which the user's call is looked for. */
const STACK_DEPTH = 24;

/** The place in the user's source from which the library was called. */
export function callSite(): string {
  const [frame] = framesOf(STACK_DEPTH);
  return frame === undefined ? "a place that the stack does not show" : `${frame.url}:${frame.at}`;
}

/** The outcome of a call that returned. @throws {SerializationError} the value cannot be copied */
export function returned(value: unknown): RecordedOutcome {
  const { text, blocks } = encode(value, "value");
  return [1, JSON.parse(text), ...blocks.map((block) => block.toBase64())];
}

/** The outcome of a call that threw. */
export function threw(error: unknown): RecordedOutcome {
  let encoded;
  try {
    encoded = encode(error, "error");
  } catch (reason) {
    encoded = encode(describeThrown(error, reason), "error");
  }
  return [0, JSON.parse(encoded.text), ...encoded.blocks.map((block) => block.toBase64())];
}

/** What a call returned or threw, a new copy each time. */
export function valueOf([, payload, ...blocks]: RecordedOutcome): unknown {
  return decode(payload, blocks.map((block) => Uint8Array.fromBase64(block)));
}

export function isSettlement(event: RecordedCall | Settlement): event is Settlement {
  return typeof event[0] === "number";
}
