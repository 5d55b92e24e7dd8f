/**
 * The user's part of the call stack: modules and lines, without the frames of the
 * library and of the runtime. Reads the form of V8 and that of JavaScriptCore.
 *
 * @module
 */

/** A place in one of the user's modules. */
export interface Frame {
  url: string;
  /** Line and column, as in `12:5`. */
  at: string;
}

/** Where the library lies. */
const LIBRARY_URL = new URL("../..", import.meta.url).href;
const LIBRARY_FILES = [`${LIBRARY_URL}src/`, `${LIBRARY_URL}adapters/`, `${LIBRARY_URL}mod.`];

/** Whether a module is one of the library's own. */
export function isOwnModule(url: string): boolean {
  return LIBRARY_FILES.some((own) => url.startsWith(own));
}

/** The user's frames among the `depth` innermost frames of the call stack, innermost first. */
export function framesOf(depth: number): Frame[] {
  const frames: Frame[] = [];
  for (const line of stackText(depth).split("\n")) {
    // The place may hold spaces and parentheses. A frame of eval tells no place of its own, and is skipped.
    const at = /^\s*(?:at )?(?:async )?(?:.*? \()?((?:\w+:\/\/|\/|[A-Za-z]:\\)[^<]*?):(\d+:\d+)\)?$/
      .exec(line);
    if (at === null) continue;
    const url = urlOf(at[1]!);
    if (isOwnModule(url) || /^(ext|node|bun|native):/.test(url)) continue;
    frames.push({ url, at: at[2]! });
  }
  return frames;
}

/** The text of the stack, whatever the program has set on `Error`. */
function stackText(depth: number): string {
  const { stackTraceLimit, prepareStackTrace } = Error as { stackTraceLimit?: unknown; prepareStackTrace?: unknown };
  setOnError("stackTraceLimit", depth);
  if (prepareStackTrace !== undefined) setOnError("prepareStackTrace", undefined);
  const stack: unknown = new Error().stack;
  setOnError("stackTraceLimit", stackTraceLimit);
  if (prepareStackTrace !== undefined) setOnError("prepareStackTrace", prepareStackTrace);
  return typeof stack === "string" ? stack : "";
}

/** Does nothing where the program has frozen `Error`. */
function setOnError(name: string, value: unknown): void {
  if (value === undefined && name === "stackTraceLimit") Reflect.deleteProperty(Error, name);
  else Reflect.set(Error, name, value);
}

/**
 * The URL of a place on the stack: a URL, a path, or `file://` before a path as it is called or as a URL has it. A query
 * may follow.
 */
function urlOf(place: string): string {
  if (!place.startsWith("file://")) return place.includes("://") ? place : pathToUrl(place);
  const [, path, query] = /^file:\/\/(.*?)(\?[^/]*)?$/s.exec(place)!;
  return (isEscaped(path!) ? `file://${path}` : pathToUrl(path!)) + (query ?? "");
}

/** Whether a path is as a URL has it: nothing in it is escaped that need not be, and nothing else is left to escape. */
function isEscaped(path: string): boolean {
  try {
    return pathToUrl(decodeURIComponent(path)) === `file://${path}`;
  } catch {
    return false; // a percent sign escapes nothing
  }
}

/** The URL of an absolute path, with what a URL reserves escaped. */
export function pathToUrl(path: string): string {
  const escaped = path.replaceAll("\\", "/").replace(/[%?#]/g, encodeURIComponent);
  return new URL(`file://${escaped.startsWith("/") ? "" : "/"}${escaped}`).href;
}
