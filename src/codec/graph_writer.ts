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
import { hasOnlyItems, keysToWrite } from "./array_keys.ts";
import { writeBigint } from "./bigint_text.ts";
import { type Columns, columnsOf } from "./columns.ts";
import { type Table, writeColumns } from "./column_writer.ts";
import { OptionalNodes, reasonToLeaveOut } from "./optional_nodes.ts";
import { ATOMS, type Block, HOLE, type Node, propertyStep, type Slot } from "./graph.ts";
import { jsonText, listText } from "./json_text.ts";
import { NodeNumbers, referenceTo, type Step } from "./node_numbers.ts";
import { isNumberBlock, MIN_BLOCK_UNITS, type PlainWalk } from "./plain_json.ts";
import { A_SYMBOL, type Refusal, refusalOfFunction, SHARED_BYTES, TOO_MUCH_OF_ERROR, UNREADABLE } from "./refusal.ts";
import { handleOf, reasonToRefuse, type WrittenHandle } from "./reduction.ts";
import { writeTemporal } from "./temporal.ts";

/** A long string, which is sent as a block of bytes. */
class LongText {
  constructor(readonly text: string) {}
}

/** So many nodes become text together: many small texts cost time, and all nodes at once memory. */
const NODES_OF_TEXT = 4_096;
/** The most nodes that only errors of a value hold; what the errors hold beyond that is left out. */
const MAX_OPTIONAL_NODES = 10_000;

/** The name of a typed array's class, which no subclass can change. */
const viewKind = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!.get!;

export class GraphWriter implements Table {
  readonly blocks: Block[] = [];
  readonly handles: WrittenHandle[] = [];
  readonly #numbers = new NodeNumbers();
  readonly #what: string;
  readonly #room: (size: number) => Block;
  readonly #walk: PlainWalk;
  readonly isTree: boolean;
  #current = -1;
  /** The property of the current node that is being read: a getter may throw. */
  #reading = "";
  readonly #optional = new OptionalNodes();
  /** Whether what the current node holds is optional. */
  #isOptional = false;

  /**
   * @param what name of the value for messages
   * @param walk what was met of the value
   * @param isTree whether it is plain apart from the rows in it, and no part of it stands twice
   * @param room gives the memory into which bytes are copied
   */
  constructor(what: string, walk: PlainWalk, isTree: boolean, room: (size: number) => Block = newRoom) {
    this.#what = what;
    this.#walk = walk;
    this.isTree = isTree;
    this.#room = room;
  }

  /** Writes all of it. @returns JSON of the table @throws {SerializationError} a part cannot cross, or it is too much */
  run(value: unknown): string {
    const root = this.slot(value, "");
    const texts: string[] = [];
    let nodes: Node[] = [];
    for (let number = 0; number < this.#numbers.values.length; number++) {
      this.#current = number;
      nodes.push(this.#write(this.#numbers.values[number]!));
      if (nodes.length < NODES_OF_TEXT) continue;
      texts.push(jsonText(nodes, this.#what).slice(1, -1));
      nodes = [];
    }
    if (nodes.length > 0) texts.push(jsonText(nodes, this.#what).slice(1, -1));
    return listText(`[${JSON.stringify(root)},[`, texts, "]]", this.#what);
  }

  // --- for columns, which are never what only an error holds ---

  columnsOf(list: readonly unknown[]): Columns | null {
    try {
      return this.#walk.columns?.get(list) ?? (this.isTree ? null : columnsOf(list));
    } catch {
      return null; // a getter threw: it is met again, and then it is said where
    }
  }

  claim(rows: readonly object[]): boolean {
    return this.isTree || this.#numbers.addRows(rows);
  }

  slot(value: unknown, step: string): Slot {
    return this.#slot(value, step)!;
  }

  numberBlock(values: readonly number[]): number {
    const block = this.#room(8 * values.length);
    new Float64Array(block.buffer, block.byteOffset, values.length).set(values); // many times faster than from(), which iterates
    return this.blocks.push(block) - 1;
  }

  // --- parts of the current node ---

  /**
   * What stands for a part of the current node; undefined for an optional part that cannot cross.
   *
   * @param step leads from the node to it, as in `.name`, or is its index
   */
  #slot(value: unknown, step: Step): Slot | undefined {
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
        return [writeBigint(value)];
      case "symbol":
        return this.#leaveOut(A_SYMBOL, step);
      default:
        return this.#leaveOut(refusalOfFunction(value as { name: string }), step);
    }
  }

  #reference(value: object, step: Step): Slot | undefined {
    const known = this.#numbers.of(value);
    if (known !== undefined) {
      if (this.#isOptional) this.#optional.hold(this.#current, known);
      else if (this.#optional.size > 0) {
        this.#optional.require(known, (node) => this.#numbers.values[node] instanceof Error);
      }
      return referenceTo(known);
    }
    if (this.#isOptional) {
      const reason = this.#optional.size < MAX_OPTIONAL_NODES ? reasonToLeaveOut(value) : TOO_MUCH_OF_ERROR;
      if (reason !== null) return this.#leaveOut(reason, step);
    }
    return [this.#number(value, step)];
  }

  #number(value: object, step: Step): number {
    const number = this.#numbers.add(value, this.#current, step);
    if (this.#isOptional) this.#optional.add(number, this.#current);
    return number;
  }

  /** Leaves out a part that cannot cross. @throws {SerializationError} it is required */
  #leaveOut(reason: Refusal, step: Step, cause?: unknown): undefined {
    const refusal = this.#refusal(reason, step, cause);
    if (!this.#isOptional) throw refusal;
    this.#optional.leaveOut(this.#current, refusal);
  }

  #refusal({ thing, remedy }: Refusal, step: Step, cause?: unknown): SerializationError {
    const path = (this.#what + this.#numbers.pathTo(this.#current, step)).replace(/^\./, "");
    const state = `${thing} cannot cross, ${remedy}`;
    return new SerializationError(`Cannot send ${path} to another process: ${state}`, path, cause);
  }

  // --- nodes ---

  #write(value: object): Node {
    this.#reading = "";
    this.#isOptional = this.#optional.has(this.#current);
    try {
      return this.#node(value);
    } catch (error) {
      const refusal = error instanceof SerializationError ? error : this.#refusal(UNREADABLE, this.#reading, error);
      if (!this.#optional.leaveOut(this.#current, refusal)) throw refusal;
      return ["o"];
    }
  }

  #node(value: object): Node {
    if (this.isTree && !this.#walk.holders.has(value)) return ["j", value];
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
    const isDense = value === this.#walk.list || hasOnlyItems(value);
    if (isDense && isNumberBlock(value)) return ["f", this.numberBlock(value)];
    const written = isDense && !this.#isOptional ? writeColumns(value, this) : null;
    if (written !== null) return written;
    const keys = value === this.#walk.list ? null : keysToWrite(value);
    if (keys !== null) return this.#entries(["A", value.length], value, keys);
    const node: Node = ["a"];
    for (let index = 0; index < value.length; index++) {
      const item = value[index];
      if (item === undefined && !(index in value)) node.push([HOLE]);
      else {
        const slot = this.#slot(item, index);
        node.push(slot === undefined ? [-1] : slot);
      }
    }
    return node;
  }

  #view(value: ArrayBufferView): Node {
    if (!(value.buffer instanceof ArrayBuffer)) throw this.#refusal(SHARED_BYTES, "");
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
      return this.#leaveOut(UNREADABLE, this.#reading, error);
    }
  }
}

function keyText(key: unknown): string {
  return typeof key === "string" ? JSON.stringify(key) : typeof key === "object" ? "…" : String(key);
}

const newRoom = (size: number): Block => new Uint8Array(size);
