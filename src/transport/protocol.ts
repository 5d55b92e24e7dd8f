/**
 * Every message that crosses a connection, as one tagged union. A message is a
 * JSON array that starts with its type; `base` and `count` say which of the
 * frame's blocks belong to its payload. Types only: `messages.ts` writes them,
 * `check_message.ts` checks what was received.
 *
 * @module
 */
import type { Payload } from "../codec/codec.ts";
import type { FunctionRef } from "../function/function_ref.ts";

// --- every connection ---

/** Client to server, once, as the first message: the service that this connection is for. */
export type HelloMessage = [type: "hello", token: string];
/** Either way: so many bytes of frames were processed, and as many more may be sent. */
export type CreditMessage = [type: "credit", bytes: number];

// --- pool to worker ---

/** From now on `number` stands for this function. */
export type FunctionMessage = [type: "function", number: number, ref: FunctionRef];
/** How a worker reports the begin of a task with a time limit: 1, when it cannot be inferred; 2, in any case. */
export type BeginReport = 1 | 2;
/** Call a function with these arguments. Tasks are numbered in the order in which they are sent. */
export type CallMessage = [
  type: "call",
  task: number,
  function: number,
  base: number,
  args: Payload,
  report?: BeginReport,
];
/**
 * Call a function with each item (mode 0 and 2), or with the parts of each item (mode 1). In modes 0 and 1 the chunk
 * fails with its first item that fails; in mode 2 the other items are still called, and the value of the chunk is the
 * list of the values and the list of the failures, each with the index of its item.
 */
export type ChunkMessage = [
  type: "chunk",
  task: number,
  function: number,
  base: number,
  items: Payload,
  mode: 0 | 1 | 2,
  report?: BeginReport,
];
/** The task is no longer wanted; its signal aborts with the reason. */
export type AbortMessage = [type: "abort", task: number, base: number, reason: Payload];
/** Give back the tasks that have not begun: another worker is idle. */
export type RecallMessage = [type: "recall"];
/** Sent to a worker whose journal was frozen: give back the tasks that have not begun, and go on. */
export type ThawMessage = [type: "thaw"];
/** Finish all tasks and exit. A manager exits at once. */
export type FinishMessage = [type: "finish"];

// --- worker to pool ---

/** Initialised, ready for tasks. */
export type ReadyMessage = [type: "ready"];
/** The initializer failed. From a manager: it cannot serve. */
export type StartFailureMessage = [type: "startFailure", base: number, error: Payload];
/** `task` begins, and all tasks up to `last` have arrived. Each result implies that the next task begins. */
export type BegunMessage = [type: "begun", task: number, last: number];
/** What the task needs is being prepared: a module is imported or, when it is null, the input decoded. `called` follows. */
export type PreparingMessage = [type: "preparing", task: number, module: string | null];
/**
 * The function of `task` is called now. All tasks up to `last` have arrived, and each result implies that the function
 * of the next of them is called, unless `preparing` says otherwise. Sent after `preparing`, and for tasks with a time
 * limit.
 */
export type CalledMessage = [type: "called", task: number, last: number];
/** These tasks have not begun and will not. */
export type ReturnedMessage = [type: "returned", ...tasks: number[]];
/** The value of a task; for a chunk, the array of the values. */
export type ValueMessage = [type: "value", task: number, base: number, value: Payload];
/** The task failed; for a chunk, at the item with this index. */
export type FailureMessage = [type: "failure", task: number, base: number, error: Payload, index: number];
/** The last `count` tasks took so many milliseconds together. */
export type SpentMessage = [type: "spent", count: number, milliseconds: number];
/** Code in the worker listens for SIGTERM: it gets time after that signal when it is ended. */
export type TerminationListenerMessage = [type: "terminationListener"];

/** It has found itself frozen, and begins no task before it is thawed. */
export type FrozenMessage = [type: "frozen"];
/** Memory that the worker occupies, in bytes. */
export type MemoryMessage = [type: "memory", bytes: number];
/** The worker may not import the module of a task's function; one that is started with the module may. */
export type ImportRefusedMessage = [type: "importRefused", task: number, base: number, error: Payload, url: string];

// --- manager to its parent ---

/** The manager serves at `address` for its parent's processes, and at `publicAddress`, if it has one, for others. */
export type ServingMessage = [type: "serving", address: string, key: string, publicAddress: string | null];

// --- client to owner of shared objects ---

/** Perform an operation. `now` is 1 when it must not wait. */
export type RequestMessage = [
  type: "request",
  request: number,
  object: string,
  act: string,
  now: 0 | 1,
  base: number,
  count: number,
  payload: Payload | null,
  ...args: unknown[],
];
/** Perform an operation by a credit, without an answer. Numbered from 1, since the journal may hold it as well. */
export type PushMessage = [
  type: "push",
  number: number,
  object: string,
  act: string,
  base: number,
  count: number,
  payload: Payload | null,
  ...args: unknown[],
];
/** Nobody waits for this request any longer. 1: its time is over, so it may be performed if it need not wait. */
export type CancelMessage = [type: "cancel", request: number, isLate?: 1];
/** The values delivered for these requests have arrived. */
export type AckMessage = [type: "ack", ...requests: number[]];
/** The value delivered for this request came too late and is refused. */
export type NackMessage = [type: "nack", request: number];
/** All prefetched values up to this number were taken. */
export type TakenMessage = [type: "taken", number: number];
/** This client takes no prefetched values and no credits. */
export type DeclineMessage = [type: "decline"];
/** Answer to `reclaim`: the client has dropped its prefetched values; those with these numbers were not taken. */
export type ReclaimedMessage = [type: "reclaimed", ...numbers: number[]];

// --- owner of shared objects to client ---

/**
 * The client may push this act on this object until it has done so that often, with all that were before, or its clock
 * tells that time. Null: any number, and without end, until it is revoked.
 */
export type GrantMessage = [type: "grant", object: string, act: string, limit: number | null, end: number | null];
/** The credit ends. The client answers with the same message, after everything it has pushed. */
export type RevokeMessage = [type: "revoke", object: string, act: string];
/** One of the revocations in the client's journal is over. */
export type RevokedMessage = [type: "revoked"];
/** The push of this number is not performed. The client has not settled it, since its credit was over. */
export type RefusedMessage = [type: "refused", push: number];
/** Where the client may keep its journal, and in which format. */
export type JournalMessage = [type: "journal", token: string, format: string];
/** A value that the client's next request on the object would get. Numbered from 1. */
export type PrefetchMessage = [
  type: "prefetch",
  number: number,
  object: string,
  base: number,
  count: number,
  value: Payload,
];
/** The owner takes back the prefetched values that were not taken. */
export type ReclaimMessage = [type: "reclaim"];
/** These requests are done, without a value. */
export type DoneMessage = [type: "done", ...requests: number[]];
/** The value of a request. */
export type AnswerMessage = [type: "answer", request: number, base: number, count: number, value: Payload];
/** A value whose arrival the client must acknowledge. `enables` is an operation that it may push once in return. */
export type DeliveryMessage = [
  type: "delivery",
  request: number,
  base: number,
  count: number,
  value: Payload,
  enables?: string,
];
/** The request failed. */
export type RefusalMessage = [type: "refusal", request: number, base: number, count: number, error: Payload];
/** The request would have had to wait, or was cancelled in time. */
export type LapseMessage = [type: "lapse", request: number];

// --- two ends of a socket connection ---

/** What was sent, by `send()` or as bytes, and its size in bytes. */
export type ItemMessage = [type: "item", isBytes: 0 | 1, size: number, base: number, count: number, payload: Payload];
/** So many items were read since the last such message. */
export type ConsumedMessage = [type: "consumed", count: number];

/** What a worker gets. */
export type ToWorker =
  | FunctionMessage
  | CallMessage
  | ChunkMessage
  | AbortMessage
  | RecallMessage
  | ThawMessage
  | FinishMessage;
/** What the pool gets of its worker. */
export type FromWorker =
  | ReadyMessage
  | StartFailureMessage
  | BegunMessage
  | PreparingMessage
  | CalledMessage
  | ReturnedMessage
  | ValueMessage
  | FailureMessage
  | SpentMessage
  | TerminationListenerMessage
  | FrozenMessage
  | MemoryMessage
  | ImportRefusedMessage;
/** What a manager gets of its parent. */
export type ToManager = FinishMessage;
/** What the parent gets of its manager. */
export type FromManager = ServingMessage | StartFailureMessage;
/** What an owner of shared objects gets of a client. */
export type ToOwner =
  | RequestMessage
  | PushMessage
  | RevokeMessage
  | CancelMessage
  | AckMessage
  | NackMessage
  | TakenMessage
  | DeclineMessage
  | ReclaimedMessage;
/** What a client gets of an owner of shared objects. */
export type FromOwner =
  | GrantMessage
  | RevokeMessage
  | RevokedMessage
  | RefusedMessage
  | JournalMessage
  | PrefetchMessage
  | ReclaimMessage
  | DoneMessage
  | AnswerMessage
  | DeliveryMessage
  | RefusalMessage
  | LapseMessage;
/** What one end of a socket connection gets of the other. */
export type ToSocketEnd = ItemMessage | ConsumedMessage;

export type Message =
  | HelloMessage
  | CreditMessage
  | ToWorker
  | FromWorker
  | FromManager
  | ToOwner
  | FromOwner
  | ToSocketEnd;
