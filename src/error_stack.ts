/**
 * Stacks as users want to read them: the place in their own program at which they
 * called, without the frames of the library. Knows no other module.
 *
 * A stack is noted when a call begins and written out when somebody reads it, since
 * that costs twenty times as much. What fails later, or in another process, gets the
 * stack of the call that it fails.
 *
 * @module
 */

/** Frames of the library that a stack may have on top of the user's. */
const OWN_FRAMES_MOST = 16;

/** The place of the library, as a URL and as a path; empty in a bundle, whose file is the user's as well. */
const OWN_PLACES = ownPlaces(import.meta.url);

function ownPlaces(url: string): string[] {
  const root = /^(.*\/)src\/(?:error_stack\.ts|(?:deno|bun|parts)\/child(?:_entry)?\.js)$/.exec(url)?.[1];
  if (root === undefined) return [];
  const roots = root.startsWith("file://") ? [root, decodeURIComponent(root.slice("file://".length))] : [root];
  return roots.flatMap((each) => [`${each}src/`, `${each}adapters/`, `${each}mod.`]);
}

/** Whose a line of a stack is. `native`: a function of the engine or of the runtime, which whoever stands below called. */
type Owner = "user" | "native" | "library";

function ownerOf(line: string): Owner {
  if (OWN_PLACES.some((place) => line.includes(place)) || /(?:\(|at )(?:async )?data:/.test(line)) return "library";
  if (/(?:\(|at )(?:async )?(?:ext|node|bun|internal|native):/.test(line)) return "native";
  return /\((?:<anonymous>|native(?::[\d:]+)?|index \d+|:0)\)$|at native$/.test(line) ? "native" : "user";
}

/** The lines of a stack that are frames of the user's, with the native functions that these called. */
function userLines(stack: string): string[] {
  const kept: string[] = [];
  let natives: string[] = [];
  for (const line of stack.split("\n")) {
    if (!/^\s+at /.test(line)) continue;
    const owner = ownerOf(line);
    if (owner === "native") {
      natives.push(line);
      continue;
    }
    if (owner === "user") kept.push(...natives, withParentheses(line));
    natives = [];
  }
  return kept;
}

/** Bun shows no further than to a frame of a path alone. */
function withParentheses(line: string): string {
  return line.replace(/^(\s+at (?:async )?)(\/[^()]*)$/, "$1<anonymous> ($2)");
}

/** The frames of a stack, and what stands above them; the message may have lines that look like frames. */
export function splitStack(stack: string, message: string): { head: string; frames: string } {
  const headEnd = Math.max(0, stack.indexOf(message)) + (stack.includes(message) ? message.length : 0);
  const at = stack.slice(headEnd).search(/^[ \t]+at /m);
  return at < 0
    ? { head: stack, frames: "" }
    : { head: stack.slice(0, headEnd + at).trimEnd(), frames: stack.slice(headEnd + at) };
}

/** A stack without the frames of the library and what stands below the user's then; one without such frames as it is. */
export function userStack(stack: string, message: string): string {
  const { head, frames } = splitStack(stack, message);
  const isOurs = frames.split("\n").some((line) => ownerOf(line) === "library");
  return isOurs ? [head, ...userLines(frames)].join("\n") : stack;
}

// --- where a call was made ---

/** The user's part of a call stack, written out when it is read. */
export class CallTrace {
  readonly #stack: Error;
  readonly #depth: number;
  #frames: string | null = null;

  constructor(stack: Error, depth: number) {
    this.#stack = stack;
    this.#depth = depth;
  }

  /** A line for each frame, innermost first; empty where the user's program is not on the stack. */
  get frames(): string {
    if (this.#frames === null && !isReadable()) return "";
    return this.#frames ??= this.#write();
  }

  #write(): string {
    const lines = userLines(textOf(this.#stack));
    // JavaScriptCore knows no place of a constructor that a class has not written.
    const first = lines.findIndex((line) => ownerOf(line) === "user" && !line.includes("(unknown"));
    return first < 0 ? "" : lines.slice(first, first + this.#depth).join("\n");
  }
}

let isReadable = () => true;

/** Says how to ask whether a stack can be written out now: the runtime may need a descriptor for it. */
export function setStackCheck(check: () => boolean): void {
  isReadable = check;
}

/** The stack of an error that may be anybody's; empty when it cannot be written out now. */
export function readStack(error: Error): string {
  return isReadable() ? error.stack ?? "" : "";
}

/** A stack as the engine writes it, whatever the program has set on `Error`. */
function textOf(error: Error): string {
  const { prepareStackTrace } = Error as { prepareStackTrace?: unknown };
  if (prepareStackTrace !== undefined) Reflect.set(Error, "prepareStackTrace", undefined);
  const stack: unknown = error.stack;
  if (prepareStackTrace !== undefined) Reflect.set(Error, "prepareStackTrace", prepareStackTrace);
  return typeof stack === "string" ? stack : "";
}

/** The call stack now. */
export function traceHere(): CallTrace {
  const { stackTraceLimit } = Error as { stackTraceLimit?: unknown };
  const depth = typeof stackTraceLimit === "number" ? stackTraceLimit : 0;
  Reflect.set(Error, "stackTraceLimit", depth + OWN_FRAMES_MOST);
  const trace = new CallTrace(new Error(), depth);
  if (stackTraceLimit === undefined) Reflect.deleteProperty(Error, "stackTraceLimit");
  else Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
  return trace;
}

/** So many traces of small calls are taken at once, and so many a millisecond: one costs 2 µs on V8. */
const TRACES_AT_ONCE = 2_000;
const TRACES_PER_MS = 10;
/** Calls that go without one until the clock is read again. */
const CALLS_PER_READING = 256;

/** Takes the traces of calls that a program may make by the hundred thousand: of all of them, unless they are that many. */
export class TraceBudget {
  #left = TRACES_AT_ONCE;
  #skip = 0;
  #since = -Infinity;

  /** The call stack now; null when too many were taken lately. */
  take(): CallTrace | null {
    if (this.#left === 0 && !this.#refill()) return null;
    this.#left--;
    return traceHere();
  }

  #refill(): boolean {
    if (this.#skip > 0) {
      this.#skip--;
      return false;
    }
    const now = performance.now();
    this.#left = Math.min(TRACES_AT_ONCE, Math.floor((now - this.#since) * TRACES_PER_MS));
    if (this.#left < CALLS_PER_READING) this.#skip = CALLS_PER_READING;
    if (this.#left === 0) return false;
    this.#since = now;
    return true;
  }
}

// --- the stacks of errors ---

/** Where an error is said to have happened. */
interface Placement {
  trace: CallTrace | null;
  /** Frames in another process that nothing else shows; empty when there are none. */
  elsewhere: string;
  /** Whether somebody was given the error as the failure of a call. */
  isGiven: boolean;
}

const NOWHERE: Placement = { trace: null, elsewhere: "", isGiven: false };

const placements = new WeakMap<Error, Placement>();

/** The last error that the library has made here. */
let latest: Error | null = null;

const STACK: PropertyDescriptor & ThisType<Error> = {
  configurable: true,
  enumerable: false,
  get() {
    const { trace, elsewhere } = placements.get(this) ?? NOWHERE;
    const head = this.message === "" ? this.name : `${this.name}: ${this.message}`;
    return [head, trace?.frames, elsewhere].filter((part) => part).join("\n");
  },
  set(value) {
    Object.defineProperty(this, "stack", { value, writable: true, configurable: true, enumerable: false });
  },
};

function place<E extends Error>(error: E, placement: Placement): E {
  placements.set(error, placement);
  Object.defineProperty(error, "stack", STACK);
  return error;
}

/** An error of the library's, which is made now: its stack begins where the user called. */
export function placeHere<E extends Error>(error: E): E {
  latest = error;
  return place(error, { ...NOWHERE, trace: traceHere() });
}

/**
 * What a module has thrown while it was imported. Deno replaces an error whose own stack the engine has not written out by
 * a plain one with a longer message.
 */
export function thrownByModule(error: unknown): unknown {
  const isCopy = latest !== null && error instanceof Error && error.message.startsWith(`${latest.message} at `);
  return isCopy ? latest : error;
}

/** A `TypeError` of the library's. */
export function typeError(message: string, options?: ErrorOptions): TypeError {
  return placeHere(new TypeError(message, options));
}

/** A `RangeError` of the library's. */
export function rangeError(message: string): RangeError {
  return placeHere(new RangeError(message));
}

/** An error that came from another process. @param elsewhere frames there that its causes do not show */
export function placeElsewhere(error: Error, elsewhere: string): void {
  place(error, { ...NOWHERE, elsewhere });
}

/**
 * The error with which a call fails, as its caller gets it: with the stack of the call, when it is one of the library's
 * or came from another process. One that failed another call before is copied.
 *
 * @param trace of the call; null when there were too many to note each
 */
export function failureOf(error: unknown, trace: CallTrace | null): unknown {
  if (!(error instanceof Error)) return error;
  const placement = placements.get(error);
  if (placement === undefined || trace === null && !placement.isGiven) return error;
  if (placement.isGiven) return place(copyOf(error), { ...placement, trace });
  placement.isGiven = true;
  placement.trace = trace;
  return error;
}

/** As {@linkcode failureOf} for what the user may have made: an error that has a place already keeps it. */
export function reasonOf(reason: unknown, trace: CallTrace | null): unknown {
  const placement = reason instanceof Error ? placements.get(reason) : undefined;
  if (placement?.trace?.frames === "" || placement?.trace === null) return failureOf(reason, trace);
  return reason;
}

/** An error with the class and the properties of another one. */
function copyOf(error: Error): Error {
  const copy = error instanceof TypeError ? new TypeError() : new Error();
  const { stack: _stack, ...properties } = Object.getOwnPropertyDescriptors(error);
  return Object.setPrototypeOf(Object.defineProperties(copy, properties), Object.getPrototypeOf(error));
}
