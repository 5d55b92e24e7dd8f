/**
 * Values to bytes and back: the one format that every process of every runtime
 * speaks. A value becomes a JSON text and a list of raw byte blocks. Trees of
 * plain data go through the engine's own JSON; whatever JSON would lose is
 * written as a table of nodes (`graph_writer.ts`,
 * `graph_reader.ts`). Knows no frame and no connection.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import type { Block, Graph } from "./graph.ts";
import { readGraph } from "./graph_reader.ts";
import { GraphWriter } from "./graph_writer.ts";
import { jsonText, listText } from "./json_text.ts";
import { isFewNumbers, isPlain, PlainWalk } from "./plain_json.ts";
import type { WrittenHandle } from "./reduction.ts";

/** A value as bytes. */
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

/** Values that were encoded one by one: how many of the blocks belong to each, and the payload of each. */
export type EncodedList = [counts: number[], payloads: Payload[], isList: 1];

/** Nothing beside the text: no bytes and no shared objects. */
const TEXT_ONLY = { blocks: [] as readonly Block[], handles: [] as readonly WrittenHandle[] };
const UNDEFINED: Encoded = { text: "[]", ...TEXT_ONLY };

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
  return encodeContent(value, what, room, null);
}

/** Encodes a list that the library has made, and of which it knows that it has no named properties. */
export function encodeList(list: readonly unknown[], what: string, room?: (size: number) => Block): Encoded {
  return encodeContent(list, what, room, list);
}

function encodeContent(
  value: unknown,
  what: string,
  room: ((size: number) => Block) | undefined,
  list: unknown,
): Encoded {
  const walk = new PlainWalk(list);
  const isTree = isPlain(value, walk);
  if (isTree && walk.columns === null) return textOnly(jsonText([value], what));
  const writer = new GraphWriter(what, walk, isTree, room);
  const text = writer.run(value);
  return { text, blocks: writer.blocks, handles: writer.handles };
}

function textOnly(text: string): Encoded {
  return { text, blocks: TEXT_ONLY.blocks, handles: TEXT_ONLY.handles };
}

/** Makes one list of values that were encoded one by one, and decodes none of them. */
export function joinEncoded(parts: readonly Encoded[], what: string): Encoded {
  const counts = parts.map(({ blocks }) => blocks.length);
  return {
    text: listText(`[[${counts.join()}],[`, parts.map(({ text }) => text), "],1]", what),
    blocks: parts.flatMap(({ blocks }) => blocks),
    handles: parts.flatMap(({ handles }) => handles),
  };
}

/** The values of such a list, each as it was encoded. @throws {ProtocolError} it is no list */
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

/**
 * The value again. Runs no code of the value's and makes no instance of a class that is not built in.
 *
 * @param isFromParent the value came from the process that started this one, which may name any address in it
 * @throws {ProtocolError} it is malformed
 */
export function decode(payload: Payload, blocks: readonly Block[], isFromParent: boolean = false): unknown {
  if (!Array.isArray(payload)) throw new ProtocolError("Cannot decode value: it is no list");
  if (payload.length === 0) return undefined;
  if (payload.length === 1) return payload[0];
  if (payload.length !== 3) return readGraph(payload, blocks, isFromParent);
  return splitEncoded(payload, blocks).map((part) => decode(part.payload, part.blocks, isFromParent));
}

/** The payload of a text. @throws {ProtocolError} it is no JSON, or deeper than this engine can read */
export function parsePayload(text: string): Payload {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProtocolError("Cannot decode value: its text is torn", { cause });
  }
}
