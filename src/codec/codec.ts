/**
 * Values to bytes and back: the one format that every process of every runtime
 * speaks. A value becomes a JSON text and a list of raw byte blocks. Trees of
 * plain data go through the engine's own JSON; whatever JSON would lose is
 * written as a table of nodes (`graph.ts`). Knows no frame and no connection.
 *
 * @module
 */
import { ProtocolError, SerializationError } from "../errors.ts";
import { type Block, type Graph, readGraph, writeGraph } from "./graph.ts";
import type { WrittenHandle } from "./reduction.ts";

/** A value on its way. */
export interface Encoded {
  /** JSON text of a {@linkcode Payload}. */
  readonly text: string;
  /** The blocks that the text refers to by position. */
  readonly blocks: readonly Block[];
  /** The shared objects in it: what was written for objects, never for data that looks alike. */
  readonly handles: readonly WrittenHandle[];
}

/** The parsed text: nothing for undefined, the value itself when it is plain, else a root and its nodes; or a list. */
export type Payload = [] | [plain: unknown] | Graph | EncodedList;

/** Values that were encoded one by one: how many of the blocks each has, and what each is. */
export type EncodedList = [counts: number[], payloads: Payload[], isList: 1];

/** Nothing beside the text: no bytes and no shared objects. */
const TEXT_ONLY = { blocks: [] as readonly Block[], handles: [] as readonly WrittenHandle[] };
const UNDEFINED: Encoded = { text: "[]", ...TEXT_ONLY };

/** An array of at least so many numbers travels as one block of 64-bit floats. */
const NUMBERS_AS_BLOCK = 64;
/** A string of at least so many UTF-16 units travels as one block of UTF-8. */
export const STRING_AS_BLOCK = 32_768;
/** A text has fewer bytes than this: what an engine can hold as one string, with room for a message around it. */
const LONGEST = 2 ** 29 - 2 ** 21;
/** Deeper trees take the table of nodes, which does not recurse over the engine's own limit. */
const PLAIN_DEPTH = 64;

/**
 * Encodes `value` now: later changes of it do not show.
 *
 * @param what name of the value for messages, such as `args` or `result`
 * @param room gives the memory into which bytes are copied: new one, unless given
 * @throws {SerializationError} a part of the value cannot cross; `path` starts with `what`
 */
export function encode(value: unknown, what: string, room?: (size: number) => Block): Encoded {
  if (value === undefined) return UNDEFINED;
  if (isFewNumbers(value)) return textOnly(`[[${value.join()}]]`);
  if (readsAsPlain(value)) return textOnly(textOf([value], what));
  const { graph, blocks, handles } = writeGraph(value, what, room);
  return { text: textOf(graph, what), blocks, handles };
}

function textOnly(text: string): Encoded {
  return { text, blocks: TEXT_ONLY.blocks, handles: TEXT_ONLY.handles };
}

/** A list of what was encoded one by one, without decoding any of it. */
export function joinEncoded(parts: readonly Encoded[], what: string): Encoded {
  const texts = parts.map(({ text }) => text).join();
  // A text has at most three bytes for each unit.
  if (3 * texts.length + 2 ** 24 >= LONGEST && new TextEncoder().encode(texts).length + 2 ** 24 >= LONGEST) {
    throw tooLarge(what);
  }
  const counts = parts.map(({ blocks }) => blocks.length);
  return {
    text: `[[${counts.join()}],[${texts}],1]`,
    blocks: parts.flatMap(({ blocks }) => blocks),
    handles: parts.flatMap(({ handles }) => handles),
  };
}

/** The parts of a list, each as it was encoded. @throws {ProtocolError} it is none */
export function splitEncoded(payload: Payload, blocks: readonly Block[]): { payload: Payload; blocks: Block[] }[] {
  const [counts, payloads, isList] = payload as EncodedList;
  if (isList !== 1 || !Array.isArray(counts) || !Array.isArray(payloads) || counts.length !== payloads.length) {
    throw new ProtocolError("Cannot decode value: it is no list of values");
  }
  let at = 0;
  return payloads.map((payload, index) => {
    const part = { payload, blocks: blocks.slice(at, at + counts[index]!) };
    at += counts[index]!;
    // A list of lists would recurse as deep as its sender likes.
    if (!Array.isArray(payload) || payload.length > 2 || part.blocks.length !== counts[index]) {
      throw new ProtocolError("Cannot decode value: a list of values is malformed");
    }
    return part;
  });
}

/** JSON of a payload, refused where no engine could hold it, or no frame take it. */
function textOf(payload: unknown, what: string): string {
  let text: string | null;
  try {
    text = JSON.stringify(payload);
  } catch {
    text = null; // longer than a string of this engine can be
  }
  const fits = text !== null && (3 * text.length < LONGEST || new TextEncoder().encode(text).length < LONGEST);
  if (fits) return text!;
  throw tooLarge(what);
}

function tooLarge(what: string): SerializationError {
  return new SerializationError(
    `Cannot send ${what} to another process: it is larger than one message can be, send it in parts or as typed arrays`,
    what,
  );
}

/**
 * The value again. Runs no code of the value's and makes no instance of a class that is not built in.
 *
 * @param isFromParent the value came from the process that started this one, which may name any address in it
 * @throws {ProtocolError} it is malformed
 */
export function decode(payload: Payload, blocks: readonly Block[], isFromParent: boolean = false): unknown {
  if (payload.length === 0) return undefined;
  if (payload.length === 1) return payload[0];
  if (payload.length !== 3) return readGraph(payload, blocks, isFromParent);
  return splitEncoded(payload, blocks).map((part) => decode(part.payload, part.blocks, isFromParent));
}

/** Decodes the text of an {@linkcode Encoded}. */
export function decodeText(text: string, blocks: readonly Block[]): unknown {
  return decode(JSON.parse(text) as Payload, blocks);
}

/** Whether an array is long and holds numbers only, without holes. */
export function isNumberBlock(value: readonly unknown[]): value is number[] {
  if (value.length < NUMBERS_AS_BLOCK) return false;
  for (let index = 0; index < value.length; index++) {
    if (typeof value[index] !== "number") return false;
  }
  return true;
}

/** The arguments of most tiny tasks; JSON and join() write a finite number alike. */
function isFewNumbers(value: unknown): value is number[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 4) return false;
  for (let index = 0; index < value.length; index++) {
    const item = value[index];
    if (typeof item !== "number" || !Number.isFinite(item) || Object.is(item, -0)) return false;
  }
  return Object.getPrototypeOf(value) === Array.prototype && Object.keys(value).length === value.length;
}

function readsAsPlain(value: unknown): boolean {
  try {
    return isPlain(value, 0, new Seen());
  } catch {
    return false; // a getter threw: writeGraph meets it again and says where
  }
}

/** The containers met so far: one, or a short list, or many, since most values are small. */
class Seen {
  #first: object | null = null;
  #few: object[] | null = null;
  #many: Set<object> | null = null;

  /** Notes a container; false when it was noted before. */
  add(container: object): boolean {
    if (this.#first === null) {
      this.#first = container;
      return true;
    }
    if (this.#many !== null) return this.#many.size !== this.#many.add(container).size;
    const few = this.#few ??= [this.#first];
    if (few.includes(container)) return false;
    if (few.push(container) > 8) this.#many = new Set(few);
    return true;
  }
}

/** Whether JSON gives back exactly this value: a tree (no part twice) of data that JSON has. */
function isPlain(value: unknown, depth: number, seen: Seen): boolean {
  switch (typeof value) {
    case "string":
      return value.length < STRING_AS_BLOCK;
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    case "object":
      if (value === null) return true;
      if (depth === PLAIN_DEPTH || !seen.add(value)) return false;
      return Array.isArray(value) ? isPlainArray(value, depth + 1, seen) : isPlainObject(value, depth + 1, seen);
    default:
      return false;
  }
}

function isPlainArray(value: unknown[], depth: number, seen: Seen): boolean {
  if (Object.getPrototypeOf(value) !== Array.prototype || isNumberBlock(value)) return false;
  for (let index = 0; index < value.length; index++) {
    if (!isPlain(value[index], depth, seen)) return false; // a hole reads as undefined, which is not plain
  }
  return Object.keys(value).length === value.length; // more keys are named properties, which JSON drops
}

function isPlainObject(value: object, depth: number, seen: Seen): boolean {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const key of Object.keys(value)) {
    if (!isPlain((value as Record<string, unknown>)[key], depth, seen)) return false;
  }
  return true;
}
