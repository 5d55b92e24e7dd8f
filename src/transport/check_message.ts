/**
 * Checks the form of every message that is received, before anything is done
 * about it: one function for each receiver, which gives the message typed, or
 * throws the error that ends the connection. Whether a message makes sense at
 * the time, its receiver decides. Counterpart of `messages.ts`.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import type {
  FromManager,
  FromOwner,
  FromWorker,
  HelloMessage,
  ToManager,
  ToOwner,
  ToSocketEnd,
  ToWorker,
} from "./protocol.ts";

/** A message as it was parsed. */
export type ReceivedMessage = readonly unknown[];

/**
 * Whether a message with which so many blocks have come has the form that its type demands. Forms of messages that come
 * by the thousand read their parts by index, which both engines do faster than they take a list apart.
 */
type Form = (message: ReceivedMessage, blocks: number) => boolean;
type Forms = ReadonlyMap<unknown, Form>;

/** The forms of all types of a union of messages. */
function forms<T extends readonly unknown[]>(all: Record<T[0] & string, Form>): Forms {
  return new Map<unknown, Form>(Object.entries(all));
}

const HELLO = forms<HelloMessage>({ hello: ([, token], _) => isText(token) });

const TO_WORKER = forms<ToWorker>({
  function: ([, number, ref]) => isCount(number) && isFunctionRef(ref),
  call: (message, blocks) => isTask(message, blocks) && isBeginReport(message[5]),
  chunk: (message, blocks) => isTask(message, blocks) && isChunkMode(message[5]) && isBeginReport(message[6]),
  abort: ([, task, base, reason], blocks) => isNumber(task) && isValue(base, reason, blocks),
  recall: isBare,
  thaw: isBare,
  finish: isBare,
});

const FROM_WORKER = forms<FromWorker>({
  ready: isBare,
  startFailure: ([, base, error], blocks) => isValue(base, error, blocks),
  begun: (message) => isNumber(message[1]) && isNumber(message[2]),
  preparing: ([, task, module]) => isNumber(task) && (module === null || isText(module)),
  called: (message) => isNumber(message[1]) && isNumber(message[2]),
  returned: isNumberList,
  value: (message, blocks) => isNumber(message[1]) && isValue(message[2], message[3], blocks),
  failure: ([, task, base, error, index], blocks) => isNumber(task) && isValue(base, error, blocks) && isCount(index),
  spent: (message) => isNumber(message[1]) && isQuantity(message[2]),
  terminationListener: isBare,
  frozen: isBare,
  memory: ([, bytes]) => isQuantity(bytes),
  importRefused: ([, task, base, error, url], blocks) => isNumber(task) && isValue(base, error, blocks) && isText(url),
});

const TO_MANAGER = forms<ToManager>({ finish: isBare });

const FROM_MANAGER = forms<FromManager>({
  serving: ([, address, key, publicAddress]) =>
    isAddress(address) && isToken(key) && (publicAddress === null || isAddress(publicAddress)),
  startFailure: ([, base, error], blocks) => isValue(base, error, blocks),
});

const TO_OWNER = forms<ToOwner>({
  request: (message, blocks) =>
    isNumber(message[1]) && isText(message[2]) && isText(message[3]) && isFlag(message[4]) &&
    isPart(message[5], message[6], blocks) && (message[7] === null || isPayload(message[7])),
  push: (message, blocks) =>
    isNumber(message[1]) && isText(message[2]) && isText(message[3]) && isPart(message[4], message[5], blocks) &&
    (message[6] === null || isPayload(message[6])),
  revoke: isActOfObject,
  cancel: (message) => isNumber(message[1]) && (message.length === 2 || message.length === 3 && message[2] === 1),
  ack: isNumberList,
  nack: isOneNumber,
  taken: isOneNumber,
  decline: isBare,
  reclaimed: isNumberList,
});

const FROM_OWNER = forms<FromOwner>({
  grant: ([, object, act, limit, end]) => isText(object) && isText(act) && isBound(limit) && isBound(end),
  revoke: isActOfObject,
  revoked: isBare,
  refused: isOneNumber,
  journal: ([, token, format]) => isToken(token) && isText(format),
  prefetch: (message, blocks) =>
    isNumber(message[1]) && isText(message[2]) && isPart(message[3], message[4], blocks) && isPayload(message[5]),
  reclaim: isBare,
  done: isNumberList,
  answer: isAnswer,
  delivery: (message, blocks) => isAnswer(message, blocks) && (message.length === 5 || isText(message[5])),
  refusal: isAnswer,
  lapse: isOneNumber,
});

const TO_SOCKET_END = forms<ToSocketEnd>({
  item: (message, blocks) =>
    isFlag(message[1]) && isCount(message[2]) && isPart(message[3], message[4], blocks) && isPayload(message[5]),
  consumed: isOneNumber,
});

/** Checks the first message of a client. @throws {ProtocolError} it is malformed, or of another type */
export function checkHello(message: ReceivedMessage): HelloMessage {
  return check(HELLO, message, 0);
}

/** Checks a message to a worker. @throws {ProtocolError} it is malformed, or of another type */
export function checkToWorker(message: ReceivedMessage, blocks: number): ToWorker {
  return check(TO_WORKER, message, blocks);
}

/** Checks a message of a worker to its pool. @throws {ProtocolError} it is malformed, or of another type */
export function checkFromWorker(message: ReceivedMessage, blocks: number): FromWorker {
  return check(FROM_WORKER, message, blocks);
}

/** Checks a message to a manager's process. @throws {ProtocolError} it is malformed, or of another type */
export function checkToManager(message: ReceivedMessage, blocks: number): ToManager {
  return check(TO_MANAGER, message, blocks);
}

/** Checks a message of a manager to its parent. @throws {ProtocolError} it is malformed, or of another type */
export function checkFromManager(message: ReceivedMessage, blocks: number): FromManager {
  return check(FROM_MANAGER, message, blocks);
}

/** Checks a message to an owner of shared objects. @throws {ProtocolError} it is malformed, or of another type */
export function checkToOwner(message: ReceivedMessage, blocks: number): ToOwner {
  return check(TO_OWNER, message, blocks);
}

/** Checks a message to a client of shared objects. @throws {ProtocolError} it is malformed, or of another type */
export function checkFromOwner(message: ReceivedMessage, blocks: number): FromOwner {
  return check(FROM_OWNER, message, blocks);
}

/** Checks a message to an end of a socket connection. @throws {ProtocolError} it is malformed, or of another type */
export function checkToSocketEnd(message: ReceivedMessage, blocks: number): ToSocketEnd {
  return check(TO_SOCKET_END, message, blocks);
}

/** The message of a note in a journal; null for a note that is torn, or is none of the library's. */
export function parseNote(note: string): ReceivedMessage | null {
  try {
    const message: unknown = JSON.parse(note);
    return Array.isArray(message) ? message : null;
  } catch {
    return null;
  }
}

function check<T>(forms: Forms, message: ReceivedMessage, blocks: number): T {
  const hasForm = forms.get(message[0]);
  if (hasForm?.(message, blocks) === true) return message as T;
  const what = hasForm === undefined
    ? "its type is none that is received here"
    : `a part of it is not what ${message[0]} has`;
  throw new ProtocolError(`Cannot read message: ${what}`);
}

// --- forms that several messages have ---

function isBare(message: ReceivedMessage): boolean {
  return message.length === 1;
}

function isOneNumber(message: ReceivedMessage): boolean {
  return message.length === 2 && isNumber(message[1]);
}

function isNumberList(message: ReceivedMessage): boolean {
  for (let at = 1; at < message.length; at++) if (!isNumber(message[at])) return false;
  return true;
}

function isActOfObject(message: ReceivedMessage): boolean {
  return message.length === 3 && isText(message[1]) && isText(message[2]);
}

function isTask(message: ReceivedMessage, blocks: number): boolean {
  return isNumber(message[1]) && isCount(message[2]) && isValue(message[3], message[4], blocks);
}

function isAnswer(message: ReceivedMessage, blocks: number): boolean {
  return isNumber(message[1]) && isPart(message[2], message[3], blocks) && isPayload(message[4]);
}

// --- parts of messages ---

/** Tasks and requests are numbered from 1. */
function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A count, or null for none. */
function isBound(value: unknown): boolean {
  return value === null || isCount(value);
}

/** A finite number that is not negative. */
function isQuantity(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isChunkMode(value: unknown): boolean {
  return value === 0 || value === 1 || value === 2;
}

function isBeginReport(value: unknown): boolean {
  return value === undefined || value === 1 || value === 2;
}

function isFlag(value: unknown): boolean {
  return value === 0 || value === 1;
}

/** A key or token in hexadecimal digits; names of files are made of tokens. */
function isToken(value: unknown): boolean {
  return isText(value) && value.length > 0 && value.length <= 128 && /^[0-9a-f]*$/.test(value);
}

function isAddress(value: unknown): boolean {
  return isText(value) && /^(?:unix:.|tcp:.*:\d+$)/.test(value);
}

function isFunctionRef(value: unknown): boolean {
  const { by, name } = (value ?? {}) as Record<string, unknown>;
  return isText(by) && isText(name);
}

/** A payload whose blocks are all those of the frame from `base` on. */
function isValue(base: unknown, payload: unknown, blocks: number): boolean {
  return isCount(base) && base <= blocks && isPayload(payload);
}

/** So many of the frame's blocks, from `base` on. */
function isPart(base: unknown, count: unknown, blocks: number): boolean {
  return isCount(base) && isCount(count) && base + count <= blocks;
}

/** Undefined, a plain value, a table of nodes, or a list of such. The codec checks what is in it. */
function isPayload(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > 3) return false;
  return value.length < 2 || Array.isArray(value[1]) && (value.length === 2 || Array.isArray(value[0]));
}
