/**
 * Who this process is among those of one program: its name, its parent, how it
 * was started and how deep it lies. Written once, at boot. Knows no other process
 * but by number.
 *
 * @module
 */
import { thisProcess } from "./adapter.ts";

/** What a process knows of itself. */
export interface ProcessIdentity {
  pid: number;
  kind: "main" | "process" | "worker" | "manager";
  name: string;
  /** Numbers of the ancestors and its own: `[2, 1]` is the first child of the second child. */
  path: readonly number[];
  daemon: boolean;
  parent: { pid: number; name: string } | null;
  /** URL of the program's main module, the same in all its processes. */
  main: string | null;
}

/** Where a fork child comes from. */
export interface ForkAncestry {
  /** Who the process was, from the first one on the path to this one, whose pid is only known here. */
  lives: ProcessIdentity[];
  /** How many children the parent had made. */
  children: number;
  /** Milliseconds that the parent took from its start to the fork. */
  elapsed: number;
  /** When this process was started, in milliseconds since the epoch. */
  startedAt: number;
}

let own: ProcessIdentity | undefined;
/** Who this process was on its path: before each fork that it came from, and now. */
let lives: readonly ProcessIdentity[] = [];
let importing = false;
let parentGone = false;
let watching = false;
const mourners: (() => void)[] = [];
const departures: (() => Promise<void>)[] = [];
let children = 0;

/** This process. */
export function ownIdentity(): Readonly<ProcessIdentity> {
  return own ??= {
    pid: thisProcess().pid,
    kind: "main",
    name: "MainProcess",
    path: [],
    daemon: false,
    parent: null,
    main: thisProcess().main,
  };
}

/** Makes this process the child that its boot message says. */
export function setIdentity(as: ProcessIdentity): void {
  own = as;
}

/** Makes this process the last of the given, in which a line of forks has led to it. */
export function setForkLineage(through: readonly ProcessIdentity[]): void {
  lives = through;
  own = through.at(-1);
}

/** Who this process was, from the first process to call `fork()` to itself. */
export function forkLineage(): readonly ProcessIdentity[] {
  return lives.length > 0 ? lives : [ownIdentity()];
}

/** Whether the parent lives. */
export function isParentAlive(): boolean {
  return thisProcess().ppid === own?.parent?.pid;
}

/** Calls back when the parent is gone, at once if it is. */
export function onParentGone(mourn: () => void): void {
  if (parentGone || !isParentAlive()) return mourn();
  mourners.push(mourn);
  if (watching) return;
  watching = true;
  thisProcess().watchParent(own!.parent!.pid, () => {
    parentGone = true;
    for (const each of mourners.splice(0)) each();
  });
}

/** Runs before this process ends of its own accord: see {@linkcode runExitHooks}. */
export function onExit(act: () => Promise<void>): void {
  departures.push(act);
}

/** What must be seen by others before this process says that something is done; null when nothing is. */
type Unseen = () => Promise<void> | null;

const unseen: Unseen[] = [];

/** Asked whenever this process is to say that something is done. */
export function onBeforeReply(ask: Unseen): void {
  unseen.push(ask);
}

/** Settles when others see what this process has done; null when they do. */
export function settleWrites(): Promise<void> | null {
  for (const ask of unseen) {
    const waiting = ask();
    if (waiting !== null) return waiting.then(() => settleWrites() ?? undefined);
  }
  return null;
}

/** What a child does when its work is done and before it exits. */
export async function runExitHooks(): Promise<void> {
  for (const act of departures) await act();
}

/** Whether this process is a child that is importing the module of its target. */
export function isImporting(): boolean {
  return importing;
}

/** How many children this process has given a path. */
export function childCount(): number {
  return children;
}

/** Goes on counting where the parent was at the fork. */
export function setChildCount(count: number): void {
  children = count;
}

/** The path of the next child. */
export function nextChildPath(): readonly number[] {
  return [...ownIdentity().path, ++children];
}

/** From now on, or no longer, the module of the target is being imported. */
export function setImporting(is: boolean): void {
  importing = is;
}

/** While `load` runs, the module of the target is being imported. */
export async function whileImporting<T>(load: () => Promise<T>): Promise<T> {
  const before = importing;
  importing = true;
  try {
    return await load();
  } finally {
    importing = before;
  }
}
