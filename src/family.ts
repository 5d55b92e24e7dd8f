/**
 * Who this process is among those of one program: its name, its parent, how it
 * was started and how deep it lies. Written once, at boot. Knows no other process
 * but by number.
 *
 * @module
 */
import { runtime } from "./adapter.ts";
import { BootstrapError } from "./errors.ts";

/** What a process knows of itself. */
export interface Family {
  kind: "main" | "process" | "worker";
  name: string;
  /** Numbers of the ancestors and its own: `[2, 1]` is the first child of the second child. */
  path: readonly number[];
  daemon: boolean;
  parent: { pid: number; name: string } | null;
  /** URL of the program's main module, the same in all its processes. */
  main: string | null;
}

let own: Family | undefined;
let importing = false;
let parentGone = false;
let watching = false;
const mourners: (() => void)[] = [];
const departures: (() => Promise<void>)[] = [];
let children = 0;

/** This process. */
export function family(): Readonly<Family> {
  return own ??= {
    kind: "main",
    name: "MainProcess",
    path: [],
    daemon: false,
    parent: null,
    main: runtime().self.main,
  };
}

/** Makes this process the child that its boot message says. */
export function join(as: Family): void {
  own = as;
}

/** Whether the parent lives. */
export function parentLives(): boolean {
  return runtime().self.ppid === own?.parent?.pid;
}

/** Calls back when the parent is gone, at once if it is. */
export function onParentGone(mourn: () => void): void {
  if (parentGone || !parentLives()) return mourn();
  mourners.push(mourn);
  if (watching) return;
  watching = true;
  runtime().self.watch(own!.parent!.pid, () => {
    parentGone = true;
    for (const each of mourners.splice(0)) each();
  });
}

/** Runs before this process ends of its own accord: see {@linkcode leave}. */
export function onLeaving(act: () => Promise<void>): void {
  departures.push(act);
}

/** What a child does when its work is done and before it exits. */
export async function leave(): Promise<void> {
  for (const act of departures) await act();
}

/** The path of the next child. */
export function nextPath(): readonly number[] {
  return [...family().path, ++children];
}

/** While `load` runs, the module of the target is being imported: see {@linkcode refuseWhileImporting}. */
export async function whileImporting<T>(load: () => Promise<T>): Promise<T> {
  const before = importing;
  importing = true;
  try {
    return await load();
  } finally {
    importing = before;
  }
}

/** At most so many generations: a main module that starts its children without a guard, later than at import, ends here. */
const GENERATIONS = 12;

/**
 * Refuses what a module may not do while a child imports it.
 *
 * @param act what was tried, such as `start process`
 * @throws {BootstrapError} the main guard is missing
 */
export function refuseWhileImporting(act: string): void {
  if (importing) {
    throw new BootstrapError(
      `Cannot ${act}: this process is a child that is still importing the module, guard what starts processes:

    if (import.meta.main) {
      // start processes and pools here
    }
`,
    );
  }
  if (family().path.length >= GENERATIONS) {
    throw new BootstrapError(
      `Cannot ${act}: this process lies ${GENERATIONS} generations deep, start processes only inside if (import.meta.main) or in a target`,
    );
  }
}
