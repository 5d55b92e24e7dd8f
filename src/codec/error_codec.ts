/**
 * Errors as nodes of a graph: class, name, message, stack, cause, the errors of
 * an aggregate, and own properties. A class that both sides know is kept; any
 * other arrives as `RemoteError` under its own name. An own property that cannot
 * cross is left out, so that the error itself always arrives.
 *
 * @module
 */
import { ERROR_CLASSES, ProtocolError, RemoteError, SerializationError } from "../errors.ts";
import { fillEntries, type GraphWriter, type Slot, writeGraph } from "./graph.ts";

/** Error as data. `cause` and `errors` are empty where the error has none. */
export type ErrorNode = [
  kind: "e",
  className: string,
  known: 0 | 1,
  name: string,
  message: string,
  stack: string,
  cause: [] | [Slot],
  errors: [] | [Slot],
  entries: unknown[],
];

const BUILT_IN: ReadonlyMap<string, { prototype: Error; new (message: string): Error }> = new Map(
  [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]
    .map((errorClass) => [errorClass.name, errorClass]),
);

/** Written under names of their own, or of the engine's making. */
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

function classOf(name: string): { prototype: Error } | undefined {
  return name === "AggregateError" ? AggregateError : BUILT_IN.get(name) ?? ERROR_CLASSES.get(name);
}

function knownClass(error: Error): string | null {
  const name = error.constructor?.name;
  if (typeof DOMException === "function" && error instanceof DOMException) return "DOMException";
  const errorClass = classOf(name);
  return errorClass !== undefined && errorClass.prototype === Object.getPrototypeOf(error) ? name : null;
}

export function writeError(error: Error, writer: GraphWriter): ErrorNode {
  const known = knownClass(error);
  const remote = error instanceof RemoteError;
  const className = known ?? (remote ? error.remoteName : error.constructor?.name ?? "Error");
  const name = text(() => error.name, "Error");
  const entries: unknown[] = [];
  for (const key of Object.keys(error)) {
    if (APART.has(key) || remote && key.startsWith("remote")) continue;
    const item = crossing(() => (error as unknown as Record<string, unknown>)[key]);
    if (item !== null) entries.push(key, writer.slot(item.value, `.${key}`));
  }
  return [
    "e",
    className,
    known === null ? 0 : 1,
    known === null && classOf(name) !== undefined ? className : name,
    text(() => error.message, ""),
    text(() => remote ? error.remoteStack : error.stack, ""),
    "cause" in error ? [part(() => error.cause, ".cause", writer)] : [],
    error instanceof AggregateError ? [part(() => error.errors, ".errors", writer)] : [],
    entries,
  ];
}

/** Reading a property of a foreign error may throw. */
function text(read: () => unknown, otherwise: string): string {
  try {
    const value = read();
    return value === undefined ? otherwise : String(value);
  } catch {
    return otherwise;
  }
}

/** Values being tried: one that holds its own error is met again inside the trial. */
const trials = new Set<unknown>();

/** The value, when it can be read and can cross. Tried on its own, since the writer cannot step back. */
function crossing(read: () => unknown): { value: unknown } | null {
  try {
    const value = read();
    if (typeof value === "function" || typeof value === "symbol") return null;
    if (typeof value === "object" && value !== null && !(value instanceof Error) && !trials.has(value)) {
      trials.add(value);
      try {
        writeGraph(value, "");
      } finally {
        trials.delete(value);
      }
    }
    return { value };
  } catch {
    return null;
  }
}

function part(read: () => unknown, step: string, writer: GraphWriter): Slot {
  const value = crossing(read);
  return writer.slot(value === null ? `(a value that cannot cross)` : value.value, step);
}

export function emptyError(node: ErrorNode): Error {
  const [, className, known, name, message, stack, ...lists] = node;
  if (lists.length !== 3 || !lists.every(Array.isArray)) {
    throw new ProtocolError("Cannot decode value: an error lacks a part");
  }
  if (known === 1 && className === "DOMException") return withStack(new DOMException(message, name), stack);
  const errorClass = known === 1 ? classOf(className) : undefined;
  if (errorClass === undefined) {
    const error = new RemoteError(message, className, stack);
    error.name = name;
    return withStack(error, stack);
  }
  const error = made(className, message, errorClass);
  // A name of its own comes with its properties, as enumerable as it was.
  if (error.name !== name && !node[8].some((key, at) => at % 2 === 0 && key === "name")) define(error, "name", name);
  return withStack(error, stack);
}

/** Built-in classes make their own instances, which engines tell apart; ours come without their constructors. */
function made(className: string, message: string, { prototype }: { prototype: Error }): Error {
  if (className === "AggregateError") return new AggregateError([], message);
  const BuiltIn = BUILT_IN.get(className);
  if (BuiltIn !== undefined) return new BuiltIn(message);
  return Object.setPrototypeOf(prototype instanceof TypeError ? new TypeError(message) : new Error(message), prototype);
}

function withStack<E extends Error>(error: E, stack: string): E {
  define(error, "stack", stack);
  return error;
}

function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true });
}

export function fillError(error: Error, node: ErrorNode, read: (slot: unknown) => unknown): void {
  const [, , , , , , cause, errors, entries] = node;
  if (cause.length === 1) define(error, "cause", read(cause[0]));
  if (errors.length === 1) define(error, "errors", read(errors[0]));
  fillEntries(error, entries, 0, read);
}

/** What the user is told of a thrown value that cannot cross at all. */
export function describeThrown(thrown: unknown, cause: unknown): RemoteError {
  const described = text(
    () => thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
    "a value that cannot be described",
  );
  return new RemoteError(
    described,
    typeof thrown === "object" && thrown !== null ? text(() => thrown.constructor?.name, "Object") : typeof thrown,
    text(() => thrown instanceof Error ? thrown.stack : "", ""),
    {
      cause: cause instanceof SerializationError ? cause : undefined,
    },
  );
}
