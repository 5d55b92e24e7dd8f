/**
 * Who this process is among those of one program: its name, its parent, how it
 * was started and how deep it lies. Written once, at boot. Knows no other process
 * but by number.
 *
 * @module
 */
import { thisProcess } from "./installed.ts";

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

let identity: ProcessIdentity | undefined;
/** Who this process was on its path: before each fork that it came from, and now. */
let lives: readonly ProcessIdentity[] = [];
/** Imports that are under way: a manager may make several objects at once. */
let imports = 0;
let children = 0;

/** This process. */
export function ownIdentity(): Readonly<ProcessIdentity> {
  return identity ??= {
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
  identity = as;
}

/** Makes this process the last of the given, in which a line of forks has led to it. */
export function setForkLineage(through: readonly ProcessIdentity[]): void {
  lives = through;
  identity = through.at(-1);
}

/** Who this process was, from the first process to call `fork()` to itself. */
export function forkLineage(): readonly ProcessIdentity[] {
  return lives.length > 0 ? lives : [ownIdentity()];
}

/** Whether the parent lives. */
export function isParentAlive(): boolean {
  return thisProcess().ppid === identity?.parent?.pid;
}

/** Whether this process is a child that is importing the module of its target. */
export function isImporting(): boolean {
  return imports > 0;
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
  imports += is ? 1 : -1;
  thisProcess().showMain?.(imports === 0);
}

/** While `load` runs, the module of the target is being imported. */
export async function whileImporting<T>(load: () => Promise<T>): Promise<T> {
  setImporting(true);
  try {
    return await load();
  } finally {
    setImporting(false);
  }
}
