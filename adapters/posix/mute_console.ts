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
 * @param indenting those that indent what follows, and write nothing when called without a label
 * @returns ends the silence
 */
export function muteConsole(indenting: readonly string[] = ["group", "groupCollapsed"]): () => void {
  const target = console as unknown as Record<string, Method>;
  const originals = new Map<string, Method>();
  /** What is called once the silence has ended: the originals, or what goes on with captured state. */
  const voices = new Map<string, Method>();
  const mutes = new Map<string, Method>();
  let muted = true;
  const replace = (name: string, instead: Method) => {
    const original = target[name];
    if (typeof original !== "function") return;
    originals.set(name, original);
    voices.set(name, original);
    const mute: Method = (...args) => (muted ? instead : voices.get(name)!).apply(target, args);
    mutes.set(name, mute);
    target[name] = mute;
  };
  const restore = () => {
    // What the program itself has put in the place of a method stays.
    for (const [name, original] of originals) {
      if (target[name] === mutes.get(name) && voices.get(name) === original) target[name] = original;
    }
  };
  const call = (name: string, ...args: unknown[]) => originals.get(name)!.apply(target, args);

  for (const name of WRITERS) replace(name, () => {});
  for (const name of ["group", "groupCollapsed"]) {
    replace(name, indenting.includes(name) ? () => void call(name) : () => {});
  }
  const timers = new Set<string>();
  replace("time", (label = "default") => void timers.add(String(label)));
  replace("timeEnd", (label = "default") => void timers.delete(String(label)));
  const counts = new Map<string, number>();
  const count = (label: string) => {
    const times = (counts.get(label) ?? 0) + 1;
    counts.set(label, times);
    return `${label}: ${times}`;
  };
  replace("count", (label = "default") => void count(String(label)));
  replace("countReset", (label = "default") => void counts.delete(String(label)));

  return () => {
    muted = false;
    for (const label of timers) call("time", label);
    if (counts.size > 0) {
      // The console's own counters cannot be set: these go on with those of the path, until they are reset.
      voices.set("count", (label = "default") => {
        const key = String(label);
        return counts.has(key) ? call("info", count(key)) : call("count", key);
      });
      voices.set("countReset", (label = "default") => {
        if (!counts.delete(String(label))) return call("countReset", label);
        if (counts.size > 0) return;
        for (const name of ["count", "countReset"]) voices.set(name, originals.get(name)!);
        restore();
      });
    }
    restore();
  };
}
