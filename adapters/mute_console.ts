/**
 * Silences a console and keeps its state: indentation, counters and timers go on
 * as they would have. The same on every runtime, since the console is a standard.
 *
 * @module
 */

type Method = (...args: unknown[]) => unknown;

/** Methods that only write. */
const WRITERS = [
  "log",
  "info",
  "debug",
  "warn",
  "error",
  "trace",
  "dir",
  "dirxml",
  "table",
  "assert",
  "clear",
  "timeLog",
];

/**
 * Replaces the methods of `console`; those taken from it meanwhile stay good afterwards.
 *
 * @returns ends the silence
 */
export function muteConsole(): () => void {
  const target = console as unknown as Record<string, Method>;
  const originals = new Map<string, Method>();
  const mutes = new Map<string, Method>();
  let muted = true;
  const replace = (name: string, instead: Method) => {
    const original = target[name];
    if (typeof original !== "function") return;
    originals.set(name, original);
    const wrapper: Method = (...args) => (muted ? instead : originals.get(name)!).apply(target, args);
    mutes.set(name, wrapper);
    target[name] = wrapper;
  };

  for (const name of WRITERS) replace(name, () => {});
  let depth = 0;
  replace("group", () => void depth++);
  replace("groupCollapsed", () => void depth++);
  replace("groupEnd", () => void (depth = Math.max(0, depth - 1)));
  const timers = new Set<unknown>();
  replace("time", (label = "default") => void timers.add(label));
  replace("timeEnd", (label = "default") => void timers.delete(label));
  const counts = new Map<string, number>();
  const count = (label: unknown) => {
    const key = String(label);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return `${key}: ${counts.get(key)}`;
  };
  replace("count", (label = "default") => void count(label));
  replace("countReset", (label = "default") => void counts.delete(String(label)));

  return () => {
    muted = false;
    for (const [name, original] of originals) if (target[name] === mutes.get(name)) target[name] = original;
    for (; depth > 0; depth--) quietly(originals.get("group")!);
    for (const label of timers) originals.get("time")!(label);
    if (counts.size === 0) return;
    // The console's own counters cannot be set: these go on with those of the path.
    originals.set("count", (label = "default") => target.info!(count(label)));
    target.count = mutes.get("count")!;
    originals.set("countReset", (label = "default") => void counts.delete(String(label)));
    target.countReset = mutes.get("countReset")!;
  };
}

/** A group without a label writes nothing. */
function quietly(group: Method): void {
  group();
}
