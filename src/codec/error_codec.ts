/**
 * Errors as nodes of a table: class, name, message, stack, cause, the errors of an
 * aggregate, and own properties, hidden ones as well. A class that both sides know
 * is kept; any other arrives as `RemoteError` under its own name. What cannot cross
 * of an error is left out, so that the error itself always arrives.
 *
 * @module
 */
import { placeElsewhere, readStack, splitStack, userStack } from "../error_stack.ts";
import { ERROR_CLASSES, LIBRARY } from "../error_classes.ts";
import { ProtocolError, RemoteError, SerializationError } from "../errors.ts";
import { defineOwn, type Slot } from "./graph.ts";
import { nameInKey, registeredError, registeredNameOf } from "./register_error.ts";

/** Error as data. `cause` and `errors` are empty where the error has none, `hidden` is there where it has some. */
export type ErrorNode = [
  kind: "e",
  /** Of a registered one module and name. */
  className: string,
  /** 1: a class that both sides have. 2: one that its module registers. */
  known: 0 | 1 | 2,
  name: string,
  message: string,
  stack: string,
  cause: [] | [Slot],
  errors: [] | [Slot],
  /** Keys and values of own enumerable properties. */
  entries: unknown[],
  /** Keys and values of own properties that are not enumerable. */
  hidden?: unknown[],
];

/** What stands for a part of an error; undefined for one that cannot cross. */
type WritePart = (value: unknown, step: string) => Slot | undefined;

type ErrorClass = { prototype: Error; new (message: string): Error };

const BUILT_IN: ReadonlyMap<string, ErrorClass> = new Map(
  [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]
    .map((errorClass) => [errorClass.name, errorClass]),
);

/** Own properties that are written under names of their own, or that engines make. */
const APART = new Set([
  "message",
  "stack",
  "cause",
  "errors",
  "line",
  "column",
  "sourceURL",
  "originalLine",
  "originalColumn",
]);

const LEFT_OUT = "(a value that cannot cross)";

// --- writing ---

export function writeError(error: Error, writePart: WritePart): ErrorNode {
  const known = knownClass(error);
  const remote = error instanceof RemoteError;
  const registered = known === null ? registeredNameOf(error) : null;
  const className = known ?? registered ?? (remote ? error.remoteName : nameOfClass(error));
  const name = readText(() => error.name, "Error");
  const write = (read: () => unknown, step: string): Slot => {
    const part = partOf(read, step, writePart);
    return part === undefined ? LEFT_OUT : part;
  };
  const entries: unknown[] = [];
  const hidden: unknown[] = [];
  for (const key of Object.getOwnPropertyNames(error)) {
    if (APART.has(key) || remote && key.startsWith("remote")) continue;
    const part = partOf(() => (error as unknown as Record<string, unknown>)[key], `.${key}`, writePart);
    if (part === undefined) continue;
    (Object.prototype.propertyIsEnumerable.call(error, key) ? entries : hidden).push(key, part);
  }
  const node: ErrorNode = [
    "e",
    className,
    known !== null ? 1 : registered !== null ? 2 : 0,
    known === null && registered === null && classOf(name) !== undefined ? className : name,
    readText(() => error.message, ""),
    userStack(readText(() => readStack(error), ""), readText(() => error.message, "")),
    "cause" in error ? [write(() => error.cause, ".cause")] : [],
    error instanceof AggregateError ? [write(() => error.errors, ".errors")] : [],
    entries,
  ];
  if (hidden.length > 0) node.push(hidden);
  return node;
}

function partOf(read: () => unknown, step: string, writePart: WritePart): Slot | undefined {
  try {
    return writePart(read(), step);
  } catch {
    return undefined; // a getter threw
  }
}

function classOf(name: string): { prototype: Error } | undefined {
  return name === "AggregateError" ? AggregateError : BUILT_IN.get(name) ?? ERROR_CLASSES.get(name);
}

/** Name of the error's class, if it is a built-in one or the library's; another copy of the library has the same. */
function knownClass(error: Error): string | null {
  if (typeof DOMException === "function" && error instanceof DOMException) return "DOMException";
  const prototype = Object.getPrototypeOf(error) as Error;
  const name = nameOfClass(error);
  const isKnown = classOf(name)?.prototype === prototype ||
    ERROR_CLASSES.has(name) && Object.hasOwn(prototype, LIBRARY);
  return isKnown ? name : null;
}

function nameOfClass(error: Error): string {
  return readText(() => Object.getPrototypeOf(error).constructor.name || undefined, "Error");
}

/** Reading a property of a foreign error may throw. */
function readText(read: () => unknown, otherwise: string): string {
  try {
    const value = read();
    return value === undefined ? otherwise : String(value);
  } catch {
    return otherwise;
  }
}

/** What the user is told of a thrown value that cannot cross at all. */
export function describeThrown(thrown: unknown, cause: unknown): RemoteError {
  const described = readText(
    () => thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
    "a value that cannot be described",
  );
  const className = typeof thrown === "object" && thrown !== null
    ? readText(() => thrown.constructor?.name, "Object")
    : typeof thrown;
  const stack = userStack(readText(() => thrown instanceof Error ? readStack(thrown) : "", ""), described);
  return new RemoteError(described, className, stack, {
    cause: cause instanceof SerializationError ? cause : undefined,
  });
}

// --- reading ---

/** The error of a node, without the parts that may refer to other nodes. @throws {ProtocolError} it is malformed */
export function emptyError(node: ErrorNode): Error {
  const [, className, known, name, message, stack, cause, errors, entries, hidden = []] = node;
  const hasTexts = typeof className === "string" && typeof name === "string" && typeof message === "string" &&
    typeof stack === "string";
  const hasLists = Array.isArray(cause) && Array.isArray(errors) && Array.isArray(entries) && Array.isArray(hidden);
  if (!hasTexts || !hasLists) throw new ProtocolError("Cannot decode value: an error lacks a part");
  if (known === 1 && className === "DOMException") return withStack(new DOMException(message, name), stack);
  const errorClass = known === 1 ? classOf(className) : known === 2 ? registeredError(className) : undefined;
  if (errorClass === undefined) {
    const ownName = known === 2 ? nameInKey(className) : className;
    const error = new RemoteError(message, ownName, stack);
    error.name = known === 2 && classOf(name) !== undefined ? ownName : name;
    return withStack(error, stack);
  }
  const error = made(className, message, errorClass);
  if (error.name !== name && !holdsName(node[8]) && !holdsName(node[9] ?? [])) defineOwn(error, "name", name, false);
  return withStack(error, stack);
}

/** Whether a name of the error's own comes with its properties. */
function holdsName(entries: readonly unknown[]): boolean {
  return entries.some((key, at) => at % 2 === 0 && key === "name");
}

/** Built-in classes make their own instances, which engines tell apart; ours come without their constructors. */
function made(className: string, message: string, { prototype }: { prototype: Error }): Error {
  if (className === "AggregateError") return new AggregateError([], message);
  const BuiltIn = BUILT_IN.get(className);
  if (BuiltIn !== undefined) return new BuiltIn(message);
  return Object.setPrototypeOf(prototype instanceof TypeError ? new TypeError(message) : new Error(message), prototype);
}

function withStack<E extends Error>(error: E, stack: string): E {
  defineOwn(error, "stack", stack, false);
  return error;
}

/** Adds the parts that may refer to other nodes. */
export function fillError(error: Error, node: ErrorNode, read: (slot: unknown) => unknown): void {
  const [, , , , , , cause, errors, entries, hidden = []] = node;
  if (cause.length === 1) defineOwn(error, "cause", read(cause[0]), false);
  if (errors.length === 1) defineOwn(error, "errors", read(errors[0]), false);
  for (let at = 0; at < entries.length; at += 2) addOwn(error, String(entries[at]), read(entries[at + 1]));
  for (let at = 0; at < hidden.length; at += 2) defineOwn(error, String(hidden[at]), read(hidden[at + 1]), false);
}

/** Assigns where nothing of that name is there, which engines do faster. */
function addOwn(error: Error, key: string, value: unknown): void {
  if (key in error) defineOwn(error, key, value, true);
  else (error as unknown as Record<string, unknown>)[key] = value;
}

/**
 * The same error, as one that was thrown in another process: its cause has its stack there, as in Python that of
 * `RemoteTraceback`. One that has a cause already keeps that, and shows the frames there behind its own. What is no
 * error is left alone.
 */
export function thrownElsewhere(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const { name, message, stack = "" } = thrown;
  const head = `${name}: ${message}`;
  const { frames } = splitStack(stack, message);
  const hasCause = "cause" in thrown;
  // Thrown again by a process that had it from yet another one.
  const isPassedOn = thrown.cause instanceof RemoteError && thrown.cause.message === head;
  if (frames !== "" && (!hasCause || isPassedOn)) {
    const remote = new RemoteError(head, name, stack, hasCause ? { cause: thrown.cause } : undefined);
    remote.stack = stack;
    defineOwn(thrown, "cause", remote, false);
  }
  const isShown = frames === "" || !hasCause || isPassedOn;
  placeElsewhere(thrown, isShown ? "" : `    at <another process> (native)\n${frames}`);
  return thrown;
}
