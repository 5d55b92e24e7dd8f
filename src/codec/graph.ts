/**
 * What JSON would lose, as a table of nodes: cycles and shared parts, holes,
 * undefined, -0, NaN, bigint, Date, RegExp, Map, Set, URL, boxed primitives,
 * byte buffers, errors. Containers are numbered in the order in which they are
 * met, so equal values give equal tables on every runtime. Knows no connection.
 *
 * @module
 */
import { isNumberBlock, STRING_AS_BLOCK } from "./codec.ts";
import { ProtocolError, SerializationError } from "../errors.ts";
import { handleOf, objectOf, refusal, type WrittenHandle } from "./reduction.ts";
import { emptyError, type ErrorNode, fillError, writeError } from "./error_codec.ts";

/** Raw bytes beside a text. */
export type Block = Uint8Array<ArrayBuffer>;

/** A primitive as JSON has it, `[n]` for node n, `["12"]` for a bigint, or `[-n]` for an {@linkcode ATOMS atom}. */
export type Slot = string | number | boolean | null | [number] | [string];

/** Containers are written as a kind and what the kind needs; see `write` and `shell`. */
export type Node = [kind: string, ...parts: unknown[]];

export type Graph = [root: Slot, nodes: Node[]];

const HOLE = Symbol("hole");
const ATOMS: readonly unknown[] = [undefined, NaN, Infinity, -Infinity, -0, HOLE];

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

/** A long string, which travels as bytes of its own. */
class LongText {
  constructor(readonly text: string) {}
}

/** Arrays of more numbers than this are sent without their named properties. */
const KEYS_LISTED = 65_536;

/** Writes the nodes of one value, first met first. */
export class GraphWriter {
  readonly nodes: Node[] = [];
  readonly blocks: Block[] = [];
  readonly handles: WrittenHandle[] = [];
  readonly #values: object[] = [];
  readonly #numbers = new Map<object, number>();
  /** For each node the node that met it first, and under which key: the way back to the root. */
  readonly #origins: [parent: number, step: string][] = [];
  readonly #what: string;
  readonly #room: (size: number) => Block;
  #current = -1;
  /** The property of the current node that is being read: a getter may throw. */
  #reading = "";

  constructor(what: string, room: (size: number) => Block = newRoom) {
    this.#what = what;
    this.#room = room;
  }

  run(value: unknown): Graph {
    const root = this.slot(value, "");
    // The table grows while it is walked: no recursion, so no depth is too deep.
    for (let number = 0; number < this.#values.length; number++) {
      this.#current = number;
      this.nodes[number] = this.#write(this.#values[number]!);
    }
    return [root, this.nodes];
  }

  /** What stands for `value` inside the current node; `step` leads from the node to it, as in `.name`. */
  slot(value: unknown, step: string): Slot {
    if (typeof value === "object") {
      return value === null ? null : [this.#numbers.get(value) ?? this.#number(value, step)];
    }
    switch (typeof value) {
      case "string":
        if (value.length < STRING_AS_BLOCK || !value.isWellFormed()) return value;
        return [this.#number(new LongText(value), step)];
      case "boolean":
        return value;
      case "number": {
        if (Number.isFinite(value) && !Object.is(value, -0)) return value;
        return [-1 - ATOMS.findIndex((atom) => Object.is(atom, value))];
      }
      case "undefined":
        return [-1];
      case "bigint":
        return [String(value)];
      case "symbol":
        throw this.refuse("a symbol", step);
      default:
        throw this.refuse(`function ${(value as { name: string }).name || "(anonymous)"}`, step);
    }
  }

  /** Adds raw bytes that nobody else holds: what is the user's must be copied before. */
  block(bytes: Block): number {
    return this.blocks.push(bytes) - 1;
  }

  /** The error for a part that cannot cross. */
  refuse(thing: string, step: string, cause?: unknown): SerializationError {
    const path = (this.#path(this.#current) + step).replace(/^\./, "");
    return new SerializationError(`Cannot send ${path} to another process: ${thing} cannot cross`, path, cause);
  }

  #number(value: object, step: string): number {
    const number = this.#values.push(value) - 1;
    this.#numbers.set(value, number);
    this.#origins[number] = [this.#current, step];
    return number;
  }

  #path(number: number): string {
    let path = "";
    for (let at = number; at !== -1; at = this.#origins[at]![0]) path = this.#origins[at]![1] + path;
    return this.#what + path;
  }

  #write(value: object): Node {
    this.#reading = "";
    try {
      return this.#node(value);
    } catch (error) {
      if (error instanceof SerializationError) throw error;
      throw this.refuse("a value whose reading throws", this.#reading, error);
    }
  }

  #node(value: object): Node {
    if (Array.isArray(value)) return this.#array(value);
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? ["d"] : ["d", value.getTime()];
    if (value instanceof RegExp) return ["r", value.source, value.flags, value.lastIndex];
    if (value instanceof Map) {
      return [
        "m",
        ...[...value].flatMap(([key, item], at) => [
          this.slot(key, `.keys()[${at}]`),
          this.slot(item, `.get(${keyText(key)})`),
        ]),
      ];
    }
    if (value instanceof Set) return ["s", ...Array.from(value, (item, at) => this.slot(item, `.values()[${at}]`))];
    if (value instanceof Error) return writeError(value, this);
    if (value instanceof ArrayBuffer) {
      const block = this.#copy(new Uint8Array(value));
      return value.resizable ? ["b", block, value.maxByteLength] : ["b", block];
    }
    if (value instanceof LongText) return ["S", this.block(new TextEncoder().encode(value.text))];
    if (value instanceof String || value instanceof Boolean) return ["p", value.valueOf()];
    if (value instanceof Number || value instanceof BigInt) return ["p", this.slot(value.valueOf(), "")];
    if (typeof URL === "function" && value instanceof URL) return ["u", value.href];
    return this.#object(value);
  }

  #array(value: unknown[]): Node {
    // Listing the keys of a very long array costs more than sending it; such have no named properties.
    const isLong = value.length > KEYS_LISTED && isNumberBlock(value);
    const keys = isLong ? [] : Object.keys(value);
    if (isLong || keys.length === value.length && isNumberBlock(value)) {
      const block = this.#room(8 * value.length);
      new Float64Array(block.buffer, block.byteOffset, value.length).set(value); // many times faster than from(), which iterates
      return ["f", this.block(block)];
    }
    const named = keys.length > 0 && String(keys.length - 1) !== keys.at(-1) && !/^\d+$/.test(keys.at(-1)!);
    if (named || value.length > 2 * keys.length + 16) {
      const entries = keys.flatMap((key) => [key, this.slot((value as never)[key], step(key))]);
      return ["A", value.length, ...entries];
    }
    const node: Node = ["a"];
    for (let index = 0; index < value.length; index++) {
      node.push(index in value ? this.slot(value[index], `[${index}]`) : [-ATOMS.length]);
    }
    return node;
  }

  #view(value: ArrayBufferView): Node {
    if (!(value.buffer instanceof ArrayBuffer)) throw this.refuse("shared memory", "");
    const kind = value instanceof DataView
      ? "DataView"
      : (value as unknown as Record<symbol, string>)[Symbol.toStringTag]!;
    return ["t", kind, this.#copy(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))];
  }

  /** Adds a copy of bytes that are the user's. */
  #copy(bytes: Uint8Array): number {
    const copy = this.#room(bytes.length);
    copy.set(bytes);
    return this.block(copy);
  }

  #object(value: object): Node {
    const written = handleOf(value);
    if (written !== null) {
      this.handles.push(written);
      return ["h", written.handle];
    }
    const reason = refusal(value);
    if (reason !== null) throw this.refuse(reason, "");
    const node: Node = ["o"];
    for (const key of Object.keys(value)) {
      this.#reading = step(key);
      node.push(key, this.slot((value as Record<string, unknown>)[key], this.#reading));
    }
    return node;
  }
}

function step(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${/^\d+$/.test(key) ? key : JSON.stringify(key)}]`;
}

function keyText(key: unknown): string {
  return typeof key === "string" ? JSON.stringify(key) : typeof key === "object" ? "…" : String(key);
}

function newRoom(size: number): Block {
  return new Uint8Array(size);
}

/** Writes `value` as a table; its bytes are copied into memory that `room` gives. */
export function writeGraph(
  value: unknown,
  what: string,
  room?: (size: number) => Block,
): { graph: Graph; blocks: Block[]; handles: WrittenHandle[] } {
  const writer = new GraphWriter(what, room);
  return { graph: writer.run(value), blocks: writer.blocks, handles: writer.handles };
}

/**
 * The value of a table. Empty containers are made first and filled afterwards, so every cycle closes.
 *
 * @throws {ProtocolError} the table is malformed
 */
export function readGraph(graph: Graph, blocks: readonly Block[], isFromParent: boolean): unknown {
  try {
    return valueOf(graph, blocks, isFromParent);
  } catch (cause) {
    if (cause instanceof ProtocolError) throw cause;
    throw new ProtocolError("Cannot decode value: its table is malformed", { cause });
  }
}

function valueOf([root, nodes]: Graph, blocks: readonly Block[], isFromParent: boolean): unknown {
  const values = nodes.map((node) => shell(node, blocks, isFromParent));
  const read = (slot: unknown): unknown => {
    if (typeof slot !== "object" || slot === null) return slot;
    const at: unknown = (slot as unknown[])[0];
    if (typeof at === "string") return BigInt(at);
    if (Number.isInteger(at) && (at as number) < values.length && (at as number) >= -ATOMS.length) {
      return (at as number) < 0 ? ATOMS[-(at as number) - 1] : values[at as number];
    }
    throw new ProtocolError("Cannot decode value: it refers to a part that it does not have");
  };
  nodes.forEach((node, number) => fill(values[number], node, read));
  return read(root);
}

function shell(node: Node, blocks: readonly Block[], isFromParent: boolean): unknown {
  const [kind, first, second] = node as [string, never, never];
  switch (kind) {
    case "o":
      return {};
    case "a":
    case "A":
      return [];
    case "f":
      return arrayOf(new Float64Array(bufferOf(blockAt(first, blocks))));
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
      return bufferOf(blockAt(first, blocks), second);
    case "t": {
      const view = VIEWS.get(first);
      if (view === undefined) throw new ProtocolError(`Cannot decode value: ${first} is not known here`);
      return new view(bufferOf(blockAt(second, blocks)));
    }
    case "S":
      return new TextDecoder().decode(blockAt(first, blocks));
    case "p":
      return Object(typeof first === "object" ? readAtom(first) : first);
    case "u":
      return new URL(first);
    case "h":
      return objectOf(first, isFromParent);
    default:
      throw new ProtocolError(`Cannot decode value: unknown kind ${JSON.stringify(kind)}`);
  }
}

function arrayOf(numbers: Float64Array): number[] {
  const array: number[] = new Array(numbers.length);
  for (let index = 0; index < numbers.length; index++) array[index] = numbers[index]!;
  return array;
}

function readAtom(slot: [number] | [string]): unknown {
  return typeof slot[0] === "string" ? BigInt(slot[0]) : ATOMS[-slot[0] - 1];
}

function blockAt(at: number, blocks: readonly Block[]): Block {
  const block = blocks[at];
  if (block === undefined) throw new ProtocolError("Cannot decode value: a block of bytes is missing");
  return block;
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

function fill(value: unknown, node: Node, read: (slot: unknown) => unknown): void {
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
        const item = read(parts[at]);
        if (item !== HOLE) array[at - 1] = item;
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
export function fillEntries(value: object, parts: unknown[], start: number, read: (slot: unknown) => unknown): void {
  for (let at = start; at < parts.length; at += 2) {
    const key = parts[at] as string;
    const item = read(parts[at + 1]);
    if (key === "__proto__") {
      Object.defineProperty(value, key, { value: item, writable: true, enumerable: true, configurable: true });
    } else {
      (value as Record<string, unknown>)[key] = item;
    }
  }
}
