/**
 * The trail: the path of a process as data, which a fork child gets from its
 * parent. Knows how a call is told from others and how its outcome is written.
 *
 * @module
 */
import { decode, encode, type Payload } from "../codec/codec.ts";
import { describeThrown } from "../codec/error_codec.ts";
import { framesOf } from "../function/call_stack.ts";
import type { ForkAncestry } from "../runtime/process_info.ts";

/** What a call gave, or threw when `ok` is 0: a payload and its blocks in base64. */
export type RecordedOutcome = [ok: 0 | 1, payload: Payload, ...blocks: string[]];
/** A call; `aside` when an unfinished snapshot may have made it; no outcome when it gave a promise. */
export type RecordedCall = [act: string, site: number, aside: 0 | 1, outcome: RecordedOutcome | null];
/** A promise that settled: the number of its call among the events. */
export type Settlement = [call: number, outcome: RecordedOutcome];
/** What the same question answered so many times on end, from that event on. */
export type Run = [value: unknown, count: number, from: number];

/** The path as data. */
export interface Recording {
  sites: string[];
  events: (RecordedCall | Settlement)[];
  readings: [question: string, runs: Run[]][];
}

/** What a fork child is told: who its ancestors were, and what they recorded. */
export interface ForkBoot {
  ancestry: ForkAncestry;
  recording: Recording;
}

/** The act of the call that ends a recording. */
export const FORK = "fork()";
/** The act of a snapshot: what its function does is its own. */
export const SNAPSHOT = "snapshot()";

/** Frames of the stack among which the caller's place is looked for. */
const DEPTH = 24;

/** The place in the user's source from which the library was called. */
export function placeOf(): string {
  const [frame] = framesOf(DEPTH);
  return frame === undefined ? "a place that the stack does not show" : `${frame.url}:${frame.at}`;
}

/** What a call gave. @throws {SerializationError} it cannot be copied */
export function success(value: unknown): RecordedOutcome {
  const { text, blocks } = encode(value, "value");
  return [1, JSON.parse(text), ...blocks.map((block) => block.toBase64())];
}

/** What a call threw. */
export function failure(thrown: unknown): RecordedOutcome {
  let told;
  try {
    told = encode(thrown, "error");
  } catch (error) {
    told = encode(describeThrown(thrown, error), "error");
  }
  return [0, JSON.parse(told.text), ...told.blocks.map((block) => block.toBase64())];
}

/** What a call gave or threw, a new copy each time. */
export function valueOf([, payload, ...blocks]: RecordedOutcome): unknown {
  return decode(payload, blocks.map((block) => Uint8Array.fromBase64(block)));
}

export function isSettlement(event: RecordedCall | Settlement): event is Settlement {
  return typeof event[0] === "number";
}
