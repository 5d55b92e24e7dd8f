/**
 * The call stack as the user's own places in it: modules and lines, without the
 * library's frames and the runtime's. Knows both engines' way of writing it.
 *
 * @module
 */

/** A place in a module of the user's. */
export interface Frame {
  url: string;
  /** Line and column, as in `12:5`. */
  at: string;
}

/** Where the library itself lies: its own frames are nobody's. */
const HOME = new URL("../..", import.meta.url).href;
const OWN = [`${HOME}src/`, `${HOME}adapters/`, `${HOME}mod.`];

/** The user's frames on the call stack, nearest first, out of the `depth` topmost of all. */
export function framesOf(depth: number): Frame[] {
  const frames: Frame[] = [];
  for (const line of stackText(depth).split("\n")) {
    // The place may hold spaces and parentheses; where eval comes in, none is told.
    const at = /^\s*(?:at )?(?:async )?(?:.*? \()?((?:\w+:\/\/|\/|[A-Za-z]:\\)[^<]*?):(\d+:\d+)\)?$/
      .exec(line);
    if (at === null) continue;
    const url = urlOf(at[1]!);
    if (OWN.some((own) => url.startsWith(own)) || /^(ext|node|bun|native):/.test(url)) continue;
    frames.push({ url, at: at[2]! });
  }
  return frames;
}

/** The text of the stack, whatever the program has made of `Error`. */
function stackText(depth: number): string {
  const { stackTraceLimit, prepareStackTrace } = Error as { stackTraceLimit?: unknown; prepareStackTrace?: unknown };
  set("stackTraceLimit", depth);
  if (prepareStackTrace !== undefined) set("prepareStackTrace", undefined);
  const stack: unknown = new Error().stack;
  set("stackTraceLimit", stackTraceLimit);
  if (prepareStackTrace !== undefined) set("prepareStackTrace", prepareStackTrace);
  return typeof stack === "string" ? stack : "";
}

/** Does nothing where the program has frozen `Error`. */
function set(name: string, value: unknown): void {
  if (value === undefined && name === "stackTraceLimit") Reflect.deleteProperty(Error, name);
  else Reflect.set(Error, name, value);
}

/** The URL of a place on the stack: a URL, a path, or `file://` before a path as it is called, where a query may follow. */
function urlOf(place: string): string {
  if (!place.startsWith("file://")) return place.includes("://") ? place : pathToUrl(place);
  const [, path, query] = /^file:\/\/(.*?)(\?[^/]*)?$/s.exec(place)!;
  return pathToUrl(path!) + (query ?? "");
}

/** The URL of an absolute path, with what a URL reserves escaped. */
export function pathToUrl(path: string): string {
  const escaped = path.replaceAll("\\", "/").replace(/[%?#]/g, encodeURIComponent);
  return new URL(`file://${escaped.startsWith("/") ? "" : "/"}${escaped}`).href;
}
