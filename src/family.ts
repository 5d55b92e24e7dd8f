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
const mourners: (() => void)[] = [];
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

/** Makes this process the child that its boot message says, and watches the parent from now on. */
export function join(as: Family): void {
  own = as;
  const { self } = runtime();
  const { pid } = as.parent!;
  const gone = () => {
    parentGone = true;
    for (const mourn of mourners.splice(0)) mourn();
  };
  if (self.ppid !== pid) gone();
  else self.watch(pid, gone);
}

/** Whether the parent lives. */
export function parentLives(): boolean {
  return !parentGone && runtime().self.ppid === own?.parent?.pid;
}

/** Calls back when the parent is gone, at once if it is. */
export function onParentGone(mourn: () => void): void {
  if (parentGone) mourn();
  else mourners.push(mourn);
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

/** Whether this process is a child that imports the module of its target. */
export function isImporting(): boolean {
  return importing;
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
