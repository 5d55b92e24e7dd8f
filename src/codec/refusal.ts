/**
 * What cannot cross to another process, and what to send in its place. Knows names
 * of classes only.
 *
 * @module
 */

/** A value that cannot cross. */
export interface Refusal {
  /** What it is, as in "a Response". */
  readonly thing: string;
  /** What to do instead. */
  readonly remedy: string;
}

export const MAKE_AGAIN = "send what it is made from, and make it again there";
export const OPEN_AGAIN = "open it in the process that uses it";
export const OF_ITS_PROCESS = "use it in the process that made it";
export const OF_ANOTHER_COPY = "import the library from one place only";

export const A_SYMBOL: Refusal = { thing: "a symbol", remedy: "send a string" };
export const UNREADABLE: Refusal = { thing: "a value whose reading throws", remedy: "its cause says why" };
export const SHARED_BYTES: Refusal = { thing: "shared memory", remedy: "use SharedMemory or SharedArray" };
export const TOO_MUCH_OF_ERROR: Refusal = { thing: "one part more of an error", remedy: "keep less in it" };

/** A function, or a class. */
export function refusalOfFunction(fn: { name: string }): Refusal {
  const isClass = /^class\b/.test(Function.prototype.toString.call(fn));
  return {
    thing: `${isClass ? "class" : "function"} ${fn.name || "(anonymous)"}`,
    remedy: "export it from a module, and import it where it is used",
  };
}

const STREAM = "send the chunks through a Queue or a Pipe";
const CHANNEL = "use a Pipe or a Queue";

/** By the name of a global class. */
const BUILT_IN_REMEDIES: Readonly<Record<string, string>> = {
  AbortController: "keep it, pass { signal: controller.signal }, and call taskSignal() in the task",
  AbortSignal: "pass it as { signal }, and call taskSignal() in the task",
  Blob: "send await blob.arrayBuffer()",
  BroadcastChannel: CHANNEL,
  Event: "send the fields of it that are needed",
  File: "send its name and await file.arrayBuffer()",
  FormData: "send [...form], and make it again there",
  Headers: "send [...headers], and make it again there",
  MessageChannel: CHANNEL,
  MessagePort: CHANNEL,
  Promise: "await it first",
  ReadableStream: `send await new Response(stream).bytes(), or ${STREAM}`,
  Request: "send its url, its method, [...request.headers] and await request.text()",
  Response: "send await response.text(), or its json() or bytes()",
  SharedArrayBuffer: SHARED_BYTES.remedy,
  TransformStream: STREAM,
  URLSearchParams: "send String(params)",
  WeakMap: "send a Map",
  WeakRef: "send what its deref() gives",
  WeakSet: "send a Set",
  WritableStream: STREAM,
};

/** What to do instead of sending an instance of a class that the runtime has as a global of this name. */
export function remedyForBuiltIn(name: string): string {
  return Object.hasOwn(BUILT_IN_REMEDIES, name) ? BUILT_IN_REMEDIES[name]! : MAKE_AGAIN;
}
