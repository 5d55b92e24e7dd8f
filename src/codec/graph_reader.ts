/**
 * The value of a table of nodes. Empty containers are made first and filled
 * afterwards, so every cycle closes. The table may come from a process that is not
 * to be trusted: whatever it holds, the outcome is a value or a `ProtocolError`.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import { readBigint } from "./bigint_text.ts";
import { ColumnReader } from "./column_reader.ts";
import { emptyError, type ErrorNode, fillError } from "./error_codec.ts";
import { ATOMS, type Block, defineOwn, type Graph, HOLE, type Node } from "./graph.ts";
import { objectOf } from "./reduction.ts";
import { readTemporal } from "./temporal.ts";

const VIEWS = new Map<string, { new (buffer: ArrayBuffer): ArrayBufferView }>(
  [
    "Int8Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "Int16Array",
    "Uint16Array",
    "Int32Array",
    "Uint32Array",
    "Float16Array",
    "Float32Array",
    "Float64Array",
    "BigInt64Array",
    "BigUint64Array",
    "DataView",
  ].filter((name) => name in globalThis).map((name) => [name, (globalThis as never)[name]]),
);

/** The kinds of primitives that have boxes, but for numbers and bigints that JSON lacks. */
const BOXED = ["string", "number", "boolean"];

type ReadSlot = (slot: unknown) => unknown;

/**
 * Makes the value.
 *
 * @param isFromParent the table came from the process that started this one
 * @throws {ProtocolError} the table is malformed
 */
export function readGraph(graph: Graph, blocks: readonly Block[], isFromParent: boolean): unknown {
  try {
    const [root, nodes] = graph;
    const unused = new UnusedBlocks(blocks);
    const columns = new ColumnReader((at) => numbersIn(unused.take(at as number)));
    const values = nodes.map((node) => node[0] === "c" ? columns.read(node) : shell(node, unused, isFromParent));
    const read: ReadSlot = (slot) => {
      if (typeof slot !== "object" || slot === null) return slot;
      const [at, isRow] = slot as unknown[];
      if (isRow === 1) return columns.row(at);
      if (typeof at === "number" && at >= 0 && Number.isInteger(at) && at < values.length) return values[at];
      return readAtom(at);
    };
    columns.fill(read);
    nodes.forEach((node, number) => fill(values[number], node, read));
    return read(root);
  } catch (cause) {
    if (cause instanceof ProtocolError) throw cause;
    throw new ProtocolError("Cannot decode value: its table is malformed", { cause });
  }
}

/** The blocks of a value. Each is one part of it and no more, so that a sender can not have a few bytes copied often. */
class UnusedBlocks {
  readonly #blocks: (Block | null | undefined)[];

  constructor(blocks: readonly Block[]) {
    this.#blocks = [...blocks];
  }

  take(at: number): Block {
    const block = this.#blocks[at];
    if (block === undefined) throw new ProtocolError("Cannot decode value: a block of bytes is missing");
    if (block === null) throw new ProtocolError("Cannot decode value: a block of bytes is used twice");
    this.#blocks[at] = null;
    return block;
  }
}

function readAtom(at: unknown): unknown {
  if (typeof at === "string") return readBigint(at);
  const index = typeof at === "number" && at < 0 ? -1 - at : -1;
  if (index >= 0 && Number.isInteger(index) && index < ATOMS.length) return ATOMS[index];
  throw new ProtocolError("Cannot decode value: it refers to a part that it does not have");
}

// --- empty containers ---

function shell(node: Node, blocks: UnusedBlocks, isFromParent: boolean): unknown {
  const [kind, first, second] = node as [string, never, never];
  switch (kind) {
    case "o":
      return {};
    case "a":
    case "A":
      return [];
    case "j":
      return first;
    case "f":
      return arrayOf(numbersIn(blocks.take(first)));
    case "d":
      return new Date(first ?? NaN);
    case "r":
      return new RegExp(first, second);
    case "m":
      return new Map();
    case "s":
      return new Set();
    case "e":
      return emptyError(node as ErrorNode);
    case "b":
      return bufferOf(blocks.take(first), second);
    case "t": {
      const view = VIEWS.get(first);
      if (view === undefined) throw new ProtocolError(`Cannot decode value: ${first} is not known here`);
      return new view(bufferOf(blocks.take(second)));
    }
    case "S":
      return new TextDecoder().decode(blocks.take(first));
    case "p":
      return Object(readBoxed(first));
    case "u":
      return new URL(first);
    case "h":
      return objectOf(first, isFromParent);
    case "T":
      return readTemporal(node);
    default:
      throw new ProtocolError(`Cannot decode value: unknown kind ${JSON.stringify(kind)}`);
  }
}

function arrayOf(numbers: Float64Array): number[] {
  const array: number[] = new Array(numbers.length);
  for (let index = 0; index < numbers.length; index++) array[index] = numbers[index]!;
  return array;
}

function readBoxed(given: unknown): unknown {
  const primitive = typeof given === "object" && given !== null ? readAtom((given as unknown[])[0]) : given;
  if (BOXED.includes(typeof primitive) || typeof primitive === "bigint") return primitive;
  throw new ProtocolError("Cannot decode value: a boxed primitive is none");
}

function numbersIn(block: Block): Float64Array {
  return new Float64Array(bufferOf(block));
}

/** The block's own buffer where it has one to itself, so that large arrays are not copied again. */
function bufferOf(block: Block, maxByteLength?: number): ArrayBuffer {
  if (maxByteLength === undefined) {
    return block.byteLength === block.buffer.byteLength ? block.buffer : block.slice().buffer;
  }
  const buffer = new ArrayBuffer(block.byteLength, { maxByteLength });
  new Uint8Array(buffer).set(block);
  return buffer;
}

// --- what they hold ---

function fill(value: unknown, node: Node, read: ReadSlot): void {
  const parts = node as unknown[];
  switch (node[0]) {
    case "o":
      return fillEntries(value as object, parts, 1, read);
    case "A":
      (value as unknown[]).length = parts[1] as number;
      return fillEntries(value as object, parts, 2, read);
    case "a": {
      const array = value as unknown[];
      array.length = parts.length - 1;
      for (let at = 1; at < parts.length; at++) {
        const slot = parts[at];
        if (!Array.isArray(slot) || slot[0] !== HOLE) array[at - 1] = read(slot);
      }
      return;
    }
    case "m":
      for (let at = 1; at < parts.length; at += 2) {
        (value as Map<unknown, unknown>).set(read(parts[at]), read(parts[at + 1]));
      }
      return;
    case "s":
      for (let at = 1; at < parts.length; at++) (value as Set<unknown>).add(read(parts[at]));
      return;
    case "r":
      (value as RegExp).lastIndex = parts[3] as number;
      return;
    case "e":
      return fillError(value as Error, node as ErrorNode, read);
  }
}

/** Assigns key by key; `__proto__` as a property of its own, never as the prototype. */
function fillEntries(value: object, parts: unknown[], start: number, read: ReadSlot): void {
  for (let at = start; at < parts.length; at += 2) {
    const key = parts[at] as string;
    const item = read(parts[at + 1]);
    if (key === "__proto__") defineOwn(value, key, item, true);
    else (value as Record<string, unknown>)[key] = item;
  }
}
