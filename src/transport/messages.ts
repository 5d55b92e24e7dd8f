/**
 * Writes the messages of `protocol.ts`, one function per message. Each joins
 * strings, since payloads are JSON text already. A message with a payload takes
 * the index of its first block in the frame, as `Channel.base()` gives it.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import type { FunctionRef } from "../function/function_ref.ts";
import type { BeginReport } from "./protocol.ts";

declare const written: unique symbol;

/** JSON text of one message. Only the functions of this module make them. */
export type MessageText = string & { readonly [written]: true };

// --- every connection ---

export function helloMessage(token: string): MessageText {
  return message(`["hello",${quote(token)}]`);
}

export function creditMessage(bytes: number): MessageText {
  return message(`["credit",${bytes}]`);
}

// --- pool to worker ---

export function functionMessage(number: number, ref: FunctionRef): MessageText {
  return message(`["function",${number},${JSON.stringify(ref)}]`);
}

export function callMessage(
  task: number,
  fn: number,
  base: number,
  args: Encoded,
  report: BeginReport | null,
): MessageText {
  if (report === null) return message(`["call",${task},${fn},${base},${args.text}]`);
  return message(`["call",${task},${fn},${base},${args.text},${report}]`);
}

export function chunkMessage(
  task: number,
  fn: number,
  base: number,
  items: Encoded,
  mode: 0 | 1 | 2,
  report: BeginReport | null,
): MessageText {
  return message(`["chunk",${task},${fn},${base},${items.text},${mode}${report === null ? "" : `,${report}`}]`);
}

export function abortMessage(task: number, base: number, reason: Encoded): MessageText {
  return message(`["abort",${task},${base},${reason.text}]`);
}

export function recallMessage(): MessageText {
  return message(`["recall"]`);
}

export function thawMessage(): MessageText {
  return message(`["thaw"]`);
}

export function finishMessage(): MessageText {
  return message(`["finish"]`);
}

// --- worker to pool ---

export function readyMessage(): MessageText {
  return message(`["ready"]`);
}

export function startFailureMessage(base: number, error: Encoded): MessageText {
  return message(`["startFailure",${base},${error.text}]`);
}

export function begunMessage(task: number, last: number): MessageText {
  return message(`["begun",${task},${last}]`);
}

export function preparingMessage(task: number, module: string | null): MessageText {
  return message(`["preparing",${task},${JSON.stringify(module)}]`);
}

export function calledMessage(task: number, last: number): MessageText {
  return message(`["called",${task},${last}]`);
}

export function returnedMessage(tasks: readonly number[]): MessageText {
  return message(`["returned"${listed(tasks)}]`);
}

export function valueMessage(task: number, base: number, value: Encoded): MessageText {
  return message(`["value",${task},${base},${value.text}]`);
}

export function failureMessage(task: number, base: number, error: Encoded, index: number): MessageText {
  return message(`["failure",${task},${base},${error.text},${index}]`);
}

export function spentMessage(count: number, milliseconds: number): MessageText {
  return message(`["spent",${count},${milliseconds}]`);
}

export function terminationListenerMessage(): MessageText {
  return message(`["terminationListener"]`);
}

export function frozenMessage(): MessageText {
  return message(`["frozen"]`);
}

export function memoryMessage(bytes: number): MessageText {
  return message(`["memory",${bytes}]`);
}

export function importRefusedMessage(task: number, base: number, error: Encoded, url: string): MessageText {
  return message(`["importRefused",${task},${base},${error.text},${quote(url)}]`);
}

// --- manager to its parent ---

export function servingMessage(address: string, key: string, publicAddress: string | null): MessageText {
  return message(`["serving",${quote(address)},${quote(key)},${JSON.stringify(publicAddress)}]`);
}

// --- client to owner of shared objects ---

export function requestMessage(
  number: number,
  object: string,
  act: string,
  isNow: boolean,
  base: number,
  value: Encoded | null,
  args: readonly unknown[],
): MessageText {
  const head = `["request",${number},${quote(object)},${quote(act)},${isNow ? 1 : 0}`;
  return message(`${head},${part(base, value)}${rest(args)}]`);
}

export function pushMessage(
  number: number,
  object: string,
  act: string,
  base: number,
  value: Encoded | null,
  args: readonly unknown[],
): MessageText {
  return message(`["push",${number},${quote(object)},${quote(act)},${part(base, value)}${rest(args)}]`);
}

export function cancelMessage(request: number, isLate: boolean): MessageText {
  return message(isLate ? `["cancel",${request},1]` : `["cancel",${request}]`);
}

export function ackMessage(request: number): MessageText {
  return message(`["ack",${request}]`);
}

export function nackMessage(request: number): MessageText {
  return message(`["nack",${request}]`);
}

export function takenMessage(number: number): MessageText {
  return message(`["taken",${number}]`);
}

export function declineMessage(): MessageText {
  return message(`["decline"]`);
}

export function reclaimedMessage(numbers: readonly number[]): MessageText {
  return message(`["reclaimed"${listed(numbers)}]`);
}

// --- owner of shared objects to client ---

export function grantMessage(object: string, act: string, limit: number, end: number): MessageText {
  return message(`["grant",${quote(object)},${quote(act)},${bound(limit)},${bound(end)}]`);
}

export function revokeMessage(object: string, act: string): MessageText {
  return message(`["revoke",${quote(object)},${quote(act)}]`);
}

export function revokedMessage(): MessageText {
  return message(`["revoked"]`);
}

export function refusedMessage(push: number): MessageText {
  return message(`["refused",${push}]`);
}

export function journalMessage(token: string, format: string): MessageText {
  return message(`["journal",${quote(token)},${quote(format)}]`);
}

export function prefetchMessage(number: number, object: string, base: number, value: Encoded): MessageText {
  return message(`["prefetch",${number},${quote(object)},${part(base, value)}]`);
}

export function reclaimMessage(): MessageText {
  return message(`["reclaim"]`);
}

export function doneMessage(requests: readonly number[]): MessageText {
  return message(`["done"${listed(requests)}]`);
}

export function answerMessage(request: number, base: number, value: Encoded): MessageText {
  return message(`["answer",${request},${part(base, value)}]`);
}

export function deliveryMessage(request: number, base: number, value: Encoded, enables?: string): MessageText {
  const enabled = enables === undefined ? "" : `,${quote(enables)}`;
  return message(`["delivery",${request},${part(base, value)}${enabled}]`);
}

export function refusalMessage(request: number, base: number, error: Encoded): MessageText {
  return message(`["refusal",${request},${part(base, error)}]`);
}

export function lapseMessage(request: number): MessageText {
  return message(`["lapse",${request}]`);
}

// --- two ends of a socket connection ---

export function itemMessage(isBytes: boolean, size: number, base: number, item: Encoded): MessageText {
  return message(`["item",${isBytes ? 1 : 0},${size},${part(base, item)}]`);
}

export function consumedMessage(count: number): MessageText {
  return message(`["consumed",${count}]`);
}

// --- parts of messages ---

function message(json: string): MessageText {
  return json as MessageText;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** Where the blocks of a value begin and how many they are, and its text. */
function part(base: number, value: Encoded | null): string {
  return value === null ? "0,0,null" : `${base},${value.blocks.length},${value.text}`;
}

/** A number, or null for Infinity. */
function bound(number: number): string {
  return number === Infinity ? "null" : String(number);
}

/** Numbers that follow other parts. */
function listed(numbers: readonly number[]): string {
  return numbers.length === 0 ? "" : `,${numbers.join()}`;
}

/** Values that follow other parts: data that JSON has. */
function rest(args: readonly unknown[]): string {
  return args.length === 0 ? "" : `,${JSON.stringify(args).slice(1, -1)}`;
}
