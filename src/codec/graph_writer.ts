/**
 * Writes one value as a table of nodes, in the order in which containers are met.
 * The table grows while it is walked: no recursion, so a value may be of any depth.
 *
 * What only an error holds is optional: parts of it that cannot cross are left
 * out. Should the value itself hold the same part as well, it is required.
 *
 * @module
 */
import { SerializationError } from "../errors.ts";
import { writeError } from "./error_codec.ts";
import { OptionalNodes } from "./optional_nodes.ts";
import { ATOMS, type Block, type Graph, LONG_BIGINT_DIGITS, type Node, type Slot } from "./graph.ts";
import { isNumberBlock, MIN_BLOCK_UNITS } from "./plain_json.ts";
import { handleOf, reasonToRefuse, type WrittenHandle } from "./reduction.ts";
import { writeTemporal } from "./temporal.ts";

/** A long string, which is sent as a block of bytes. */
class LongText {
  constructor(readonly text: string) {}
}

/** Arrays of more numbers than this are sent without their named properties. */
const MAX_LISTED_KEYS = 65_536;
/** The most nodes that only errors of a value hold; what the errors hold beyond that is left out. */
const MAX_OPTIONAL_NODES = 10_000;

/** The name of a typed array's class, which no subclass can change. */
const viewKind = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!.get!;

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
  readonly #optional = new OptionalNodes();
  /** Whether what the current node holds is optional. */
  #isOptional = false;

  /**
   * @param what name of the value for messages
   * @param room gives the memory into which bytes are copied
   */
  constructor(what: string, room: (size: number) => Block = newRoom) {
    this.#what = what;
    this.#room = room;
  }

  /** Writes all of it. @throws {SerializationError} a part cannot cross */
  run(value: unknown): Graph {
    const root = this.#slot(value, "") as Slot;
    for (let number = 0; number < this.#values.length; number++) {
      this.#current = number;
      this.nodes[number] = this.#write(this.#values[number]!);
    }
    return [root, this.nodes];
  }

  // --- parts of the current node ---

  /**
   * What stands for a part of the current node; undefined for an optional part that cannot cross.
   *
   * @param step leads from the node to it, as in `.name`
   */
  #slot(value: unknown, step: string): Slot | undefined {
    switch (typeof value) {
      case "object":
        return value === null ? null : this.#reference(value, step);
      case "string":
        if (value.length < MIN_BLOCK_UNITS || !value.isWellFormed()) return value;
        return [this.#number(new LongText(value), step)];
      case "boolean":
        return value;
      case "number":
        if (Number.isFinite(value) && !Object.is(value, -0)) return value;
        return [-1 - ATOMS.findIndex((atom) => Object.is(atom, value))];
      case "undefined":
        return [-1];
      case "bigint":
        return [bigintText(value)];
      case "symbol":
        return this.#leaveOut("a symbol", step);
      default:
        return this.#leaveOut(`function ${(value as { name: string }).name || "(anonymous)"}`, step);
    }
  }

  #reference(value: object, step: string): Slot | undefined {
    const known = this.#numbers.get(value);
    if (known !== undefined) {
      if (this.#isOptional) this.#optional.hold(this.#current, known);
      else if (this.#optional.size > 0) this.#optional.require(known, (node) => this.#values[node] instanceof Error);
      return [known];
    }
    if (this.#isOptional) {
      const reason = this.#optional.size < MAX_OPTIONAL_NODES ? reasonToLeaveOut(value) : "one part more of an error";
      if (reason !== null) return this.#leaveOut(reason, step);
    }
    return [this.#number(value, step)];
  }

  #number(value: object, step: string): number {
    const number = this.#values.push(value) - 1;
    this.#numbers.set(value, number);
    this.#origins[number] = [this.#current, step];
    if (this.#isOptional) {
      this.#optional.add(number, this.#current);
    }
    return number;
  }

  /** Leaves out a part that cannot cross. @throws {SerializationError} it is required */
  #leaveOut(thing: string, step: string, cause?: unknown): undefined {
    const refusal = this.#refusal(thing, step, cause);
    if (!this.#isOptional) throw refusal;
    this.#optional.leaveOut(this.#current, refusal);
  }

  #refusal(thing: string, step: string, cause?: unknown): SerializationError {
    let path = step;
    for (let at = this.#current; at !== -1; at = this.#origins[at]![0]) path = this.#origins[at]![1] + path;
    path = (this.#what + path).replace(/^\./, "");
    return new SerializationError(`Cannot send ${path} to another process: ${thing} cannot cross`, path, cause);
  }

  // --- nodes ---

  #write(value: object): Node {
    this.#reading = "";
    this.#isOptional = this.#optional.has(this.#current);
    try {
      return this.#node(value);
    } catch (error) {
      const refusal = error instanceof SerializationError
        ? error
        : this.#refusal("a value whose reading throws", this.#reading, error);
      if (!this.#optional.leaveOut(this.#current, refusal)) throw refusal;
      return ["o"];
    }
  }

  #node(value: object): Node {
    if (Array.isArray(value)) return this.#array(value);
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? ["d"] : ["d", value.getTime()];
    if (value instanceof RegExp) return ["r", value.source, value.flags, value.lastIndex];
    if (value instanceof Map) return this.#map(value);
    if (value instanceof Set) return this.#set(value);
    if (value instanceof Error) {
      this.#isOptional = true;
      return writeError(value, (part, step) => this.#slot(part, step));
    }
    if (value instanceof ArrayBuffer) {
      const block = this.#copy(new Uint8Array(value));
      return value.resizable ? ["b", block, value.maxByteLength] : ["b", block];
    }
    if (value instanceof LongText) return ["S", this.blocks.push(new TextEncoder().encode(value.text)) - 1];
    if (value instanceof String || value instanceof Boolean) return ["p", value.valueOf()];
    if (value instanceof Number || value instanceof BigInt) return ["p", this.#slot(value.valueOf(), "")];
    if (value instanceof URL) return ["u", value.href];
    return this.#object(value);
  }

  #map(value: Map<unknown, unknown>): Node {
    const node: Node = ["m"];
    let at = 0;
    for (const [key, item] of value) {
      const keySlot = this.#slot(key, `.keys()[${at++}]`);
      const slot = this.#slot(item, `.get(${keyText(key)})`);
      if (keySlot !== undefined && slot !== undefined) node.push(keySlot, slot);
    }
    return node;
  }

  #set(value: Set<unknown>): Node {
    const node: Node = ["s"];
    let at = 0;
    for (const item of value) {
      const slot = this.#slot(item, `.values()[${at++}]`);
      if (slot !== undefined) node.push(slot);
    }
    return node;
  }

  #array(value: unknown[]): Node {
    // Listing the keys of a very long array costs more than sending it, so its named properties are not sent.
    const isLong = value.length > MAX_LISTED_KEYS && isNumberBlock(value);
    const keys = isLong ? [] : Object.keys(value);
    if (isLong || keys.length === value.length && isNumberBlock(value)) {
      const block = this.#room(8 * value.length);
      new Float64Array(block.buffer, block.byteOffset, value.length).set(value); // many times faster than from(), which iterates
      return ["f", this.blocks.push(block) - 1];
    }
    const named = keys.length > 0 && String(keys.length - 1) !== keys.at(-1) && !/^\d+$/.test(keys.at(-1)!);
    if (named || value.length > 2 * keys.length + 16) return this.#entries(["A", value.length], value, keys);
    const node: Node = ["a"];
    for (let index = 0; index < value.length; index++) {
      if (!(index in value)) node.push([-ATOMS.length]);
      else {
        const slot = this.#slot(value[index], `[${index}]`);
        node.push(slot === undefined ? [-1] : slot);
      }
    }
    return node;
  }

  #view(value: ArrayBufferView): Node {
    if (!(value.buffer instanceof ArrayBuffer)) throw this.#refusal("shared memory", "");
    const kind = value instanceof DataView ? "DataView" : viewKind.call(value) as string;
    return ["t", kind, this.#copy(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))];
  }

  /** Adds a block with a copy of the user's bytes. */
  #copy(bytes: Uint8Array): number {
    const copy = this.#room(bytes.length);
    copy.set(bytes);
    return this.blocks.push(copy) - 1;
  }

  #object(value: object): Node {
    const written = handleOf(value);
    if (written !== null) {
      this.handles.push(written);
      return ["h", written.handle];
    }
    const keys = Object.keys(value);
    const temporal = keys.length === 0 ? writeTemporal(value) : null;
    if (temporal !== null) return temporal;
    const reason = reasonToRefuse(value, keys);
    if (reason !== null) throw this.#refusal(reason, "");
    return this.#entries(["o"], value, keys);
  }

  #entries(node: Node, value: object, keys: readonly string[]): Node {
    for (const key of keys) {
      this.#reading = propertyStep(key);
      const slot = this.#entry(value, key);
      if (slot !== undefined) node.push(key, slot);
    }
    return node;
  }

  #entry(value: object, key: string): Slot | undefined {
    if (!this.#isOptional) return this.#slot((value as Record<string, unknown>)[key], this.#reading);
    try {
      return this.#slot((value as Record<string, unknown>)[key], this.#reading);
    } catch (error) {
      return this.#leaveOut("a value whose reading throws", this.#reading, error);
    }
  }
}

/** Whether a container is written in a way of its own, not field by field. */
function hasOwnKind(value: object): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value) || COPIED.some((kind) => value instanceof kind);
}

const COPIED = [Date, RegExp, Map, Set, Error, ArrayBuffer, String, Boolean, Number, BigInt, URL];

/** Why an optional part is left out; null when it can cross. */
function reasonToLeaveOut(value: object): string | null {
  try {
    if (ArrayBuffer.isView(value) && !(value.buffer instanceof ArrayBuffer)) return "shared memory";
    if (hasOwnKind(value)) return null;
    const keys = Object.keys(value);
    return keys.length === 0 && writeTemporal(value) !== null ? null : reasonToRefuse(value, keys);
  } catch {
    return "a value whose reading throws";
  }
}

function bigintText(value: bigint): string {
  const digits = value.toString(16);
  if (digits.length <= LONG_BIGINT_DIGITS) return String(value);
  return value < 0n ? `-0x${digits.slice(1)}` : `0x${digits}`;
}

function propertyStep(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${/^\d+$/.test(key) ? key : JSON.stringify(key)}]`;
}

function keyText(key: unknown): string {
  return typeof key === "string" ? JSON.stringify(key) : typeof key === "object" ? "…" : String(key);
}

function newRoom(size: number): Block {
  return new Uint8Array(size);
}
