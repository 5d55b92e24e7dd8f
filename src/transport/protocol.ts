/**
 * Every message that crosses a connection, as one tagged union. A message is a
 * JSON array that starts with its type; `base` is where the blocks of its
 * payload begin among the blocks of the frame. Data only: no behaviour here.
 *
 * @module
 */
import type { Payload } from "../codec/codec.ts";
import type { FunctionRef } from "../function/function_ref.ts";

/** Caller to owner, once, as the first message: which of the owner's services this connection is for. */
export type Hello = [type: "hello", token: string];
/** Either way: that many bytes of frames were dealt with, so as many more may be sent. */
export type Credit = [type: "credit", bytes: number];

/** To a worker: `number` stands for this function from now on. */
export type Naming = [type: "function", number: number, note: FunctionRef];
/** To a worker: call a function once with these arguments. Its tasks are numbered in the order in which they are sent. */
export type Call = [type: "call", task: number, function: number, base: number, args: Payload];
/** To a worker: call a function with each item, or, when `spread`, with each item's parts. */
export type Chunk = [type: "chunk", task: number, function: number, base: number, items: Payload, spread: 0 | 1];
/** To a worker: the parent no longer wants this task; its signal aborts with the reason. */
export type Abort = [type: "abort", task: number, base: number, reason: Payload];
/** To a worker: give back the tasks that you have not begun, another has nothing to do. */
export type Recall = [type: "recall"];
/** To a worker that was frozen: begin again, and give back the tasks that you have not begun. */
export type Thaw = [type: "seized"];
/** To a worker: finish what you have and exit. To a manager: exit. */
export type Finish = [type: "finish"];

/** From a worker: initialised and waiting. */
export type Ready = [type: "ready"];
/** From a worker: it cannot be initialised. From a manager: it cannot serve. */
export type Unfit = [type: "unfit", base: number, error: Payload];
/** From a worker: it begins this task, and has got all up to the last; each result begins the next one. */
export type Taken = [type: "taken", task: number, last: number];
/** From a worker: these tasks it has not begun and will not. */
export type Returned = [type: "returned", ...tasks: number[]];
/** From a worker: the task's value; for a chunk, the array of the values. */
export type Value = [type: "value", task: number, base: number, value: Payload];
/** From a worker: the task failed; for a chunk, at the item with this index. */
export type Failure = [type: "failure", task: number, base: number, error: Payload, index: number];
/** From a worker: the last `count` tasks took so many milliseconds together. */
export type Spent = [type: "spent", count: number, milliseconds: number];
/** From a worker: so many bytes of memory it occupies. */
export type Resident = [type: "resident", bytes: number];
/** From a worker: a task's function is in a module that it cannot import; one that is started with it may. */
export type Wanting = [type: "wanting", task: number, base: number, error: Payload, url: string];

/** From a manager: its family reaches it there, and strangers at `gate`, when it has one. */
export type Settled = [type: "settled", address: string, key: string, gate: string | null];

/** To an owner: act on an object. `now`: it is not to wait. The payload's blocks are `count` of the frame's, from `base`. */
export type Ask = [
  type: "ask",
  request: number,
  object: string,
  act: string,
  now: 0 | 1,
  base: number,
  count: number,
  payload: Payload | null,
  ...args: unknown[],
];
/** To an owner: act on an object, under a lease; no answer is waited for. Numbered from 1, since it may be noted as well. */
export type Tell = [
  type: "tell",
  number: number,
  object: string,
  act: string,
  base: number,
  count: number,
  payload: Payload | null,
  ...args: unknown[],
];
/** To an owner: nobody waits for that any longer. */
export type Cancel = [type: "cancel", request: number];
/** To an owner: what these gave is in the caller's hands. */
export type Ack = [type: "ack", ...requests: number[]];
/** To an owner: what this gave came too late, and is not taken. */
export type Nack = [type: "nack", request: number];

/** From an owner: that act on that object will be done whenever it is told of, until the lease is revoked. */
export type Lease = [type: "lease", object: string, act: string];
/** From an owner: that lease is over; to be said back, after what was told under it. */
export type Revoke = [type: "revoke", object: string, act: string];

/** From an owner: where the caller may keep its journal, and how it must be written. */
export type Place = [type: "journal", token: string, format: string];
/** From an owner: what the next act of that name on the object would give, numbered from 1. */
export type Advanced = [type: "advance", number: number, object: string, base: number, count: number, value: Payload];
/** From an owner: what was given in advance is the owner's again. */
export type Reclaim = [type: "reclaim"];
/** To an owner: of what was given in advance, everything up to that number was taken. */
export type Took = [type: "took", number: number];
/** To an owner: it has no use for things given in advance. */
export type Decline = [type: "decline"];
/** To an owner: what was given in advance is no longer here; what has these numbers was not taken. */
export type Reclaimed = [type: "reclaimed", ...numbers: number[]];

/** From an owner: these are done. */
export type Done = [type: "done", ...requests: number[]];
/** From an owner: what it comes to. */
export type Answer = [type: "answer", request: number, base: number, count: number, value: Payload];
/** From an owner: what it comes to, which the caller must say it has; and what it may tell of once for it. */
export type Given = [type: "given", request: number, base: number, count: number, value: Payload, enables?: string];
/** From an owner: it cannot be done. */
export type Refusal = [type: "refusal", request: number, base: number, count: number, error: Payload];
/** From an owner: it would have had to wait, or was called off in time. */
export type Lapse = [type: "lapse", request: number];

/** Either way, on a connection of its own: what was sent, by `send()` or as bytes, and its size. */
export type Item = [type: "item", isBytes: 0 | 1, size: number, base: number, count: number, payload: Payload];
/** Either way, on a connection of its own: so many items were taken since this was said last. */
export type Consumed = [type: "consumed", count: number];

export type Message =
  | Hello
  | Credit
  | Naming
  | Call
  | Chunk
  | Abort
  | Recall
  | Thaw
  | Finish
  | Ready
  | Unfit
  | Taken
  | Returned
  | Value
  | Failure
  | Spent
  | Resident
  | Wanting
  | Settled
  | Ask
  | Tell
  | Lease
  | Place
  | Advanced
  | Reclaim
  | Took
  | Decline
  | Reclaimed
  | Revoke
  | Cancel
  | Ack
  | Nack
  | Done
  | Answer
  | Given
  | Refusal
  | Lapse
  | Item
  | Consumed;
