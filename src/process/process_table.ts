/**
 * The table of this process's children, and the one place that learns how each of
 * them ended. What ended and was not asked for stays in it, until one who waits
 * takes it: first come, first served. Knows no `Process`, pool or fork.
 *
 * @module
 */
import type { Child, ExitStatus } from "../runtime/adapter.ts";
import { recordAnswer } from "../replay/recorder.ts";
import { type Wait, waitFor } from "../runtime/deadline.ts";

/** What a child is to the program. */
export type ProcessKind = "process" | "fork" | "worker" | "manager";

/** A line of the process table. */
export interface ProcessRecord {
  /** Process id. */
  pid: number;
  /** Whether it is a `Process`, a fork, a worker of a pool or a manager. */
  kind: ProcessKind;
  /** Its name. */
  name: string;
  /** A zombie has ended, and nobody has waited for it. */
  state: "running" | "zombie";
  /** Null while it runs, else its exit code, −N when signal N killed it. */
  exitCode: number | null;
  /** When it was started, in milliseconds since the epoch. */
  startedAt: number;
}

/** A child in the table. */
export class ChildEntry {
  readonly child: Child;
  readonly kind: ProcessKind;
  readonly name: string;
  readonly startedAt: number = Date.now();
  /** How it ended; null while it runs. */
  status: ExitStatus | null = null;
  /** Settles with the exit code when the table has taken note of the end. */
  readonly ended: Promise<number>;
  /** Keeps the program alive by itself, not only while one waits for it. */
  readonly #holds: boolean;
  #claims = 0;

  constructor(child: Child, kind: ProcessKind, name: string, holds: boolean) {
    this.child = child;
    this.kind = kind;
    this.name = name;
    this.#holds = holds;
    this.ended = child.exited.then((status) => {
      this.status = status;
      settle(this);
      return this.exitCode!;
    });
  }

  get pid(): number {
    return this.child.pid;
  }

  get exitCode(): number | null {
    return this.status === null ? null : "code" in this.status ? this.status.code : -this.status.number;
  }

  /** Whether `wait()` gives it. The library collects its own children itself. */
  get isWaitable(): boolean {
    return this.kind === "process" || this.kind === "fork";
  }

  /** Counts those who wait for it alone; it keeps the program alive while there are any. */
  claimed(by: 1 | -1): void {
    this.#claims += by;
    this.hold();
  }

  /** Keeps the program alive, or not, as things are now. */
  hold(): void {
    if (!this.isWaitable || this.status !== null) return;
    if (this.#holds || this.#claims > 0 || anyone > 0) this.child.ref();
    else this.child.unref();
  }
}

/** Who waits: for one child, or for any. Told once: the child that it got, or null when there is none left for it. */
interface Claim {
  readonly entry: ChildEntry | null;
  readonly told: (entry: ChildEntry | null) => void;
}

const entries = new Set<ChildEntry>();
/** Ended and not taken, in the order of their ends. */
const zombies = new Set<ChildEntry>();
const claims = new Set<Claim>();
/** How many wait for any child. */
let anyone = 0;

/**
 * Enters a child into the table.
 *
 * @param holds whether it keeps the program alive by itself
 */
export function addChild(child: Child, kind: ProcessKind, name: string, holds = false): ChildEntry {
  const entry = new ChildEntry(child, kind, name, holds);
  entries.add(entry);
  entry.hold();
  return entry;
}

function settle(entry: ChildEntry): void {
  if (!entry.isWaitable) return void entries.delete(entry);
  for (const claim of claims) {
    if (claim.entry === null || claim.entry === entry) return serve(claim, entry);
  }
  zombies.add(entry);
}

function serve(claim: Claim, entry: ChildEntry): void {
  entries.delete(entry);
  zombies.delete(entry);
  drop(claim);
  claim.told(entry);
  const isLast = !hasWaitable();
  for (const other of claims) {
    if (other.entry === entry || isLast && other.entry === null) {
      drop(other);
      other.told(null);
    }
  }
}

function drop(claim: Claim): void {
  if (!claims.delete(claim)) return;
  if (claim.entry !== null) return claim.entry.claimed(-1);
  if (--anyone === 0) { for (const entry of entries) entry.hold(); }
}

function hasWaitable(): boolean {
  for (const entry of entries) if (entry.isWaitable) return true;
  return false;
}

/** The child with this id that can be waited for; of several, which an id used twice means, the first. */
export function waitable(pid: number): ChildEntry | undefined {
  for (const entry of entries) if (entry.pid === pid && entry.isWaitable) return entry;
  return undefined;
}

/**
 * Takes a child that has ended out of the table, this one or any (null): who asks first gets it.
 *
 * @returns the child; null when there is none left to take; undefined when the timeout came first
 */
export async function reap(
  entry: ChildEntry | null,
  options: Wait | undefined,
): Promise<ChildEntry | null | undefined> {
  options?.signal?.throwIfAborted();
  let got: ChildEntry | null | undefined;
  const told = Promise.withResolvers<void>();
  const withdraw = claim(entry, (taken) => {
    got = taken;
    told.resolve();
  });
  try {
    await waitFor(told.promise, () => got !== undefined, options);
  } catch (error) {
    if (got === undefined) throw error; // what was taken is given, also when the signal came at the same time
  } finally {
    withdraw();
  }
  return got;
}

/** Takes a child that has ended out of the table, when nobody has, and nobody will ask. */
export function forgetChild(entry: ChildEntry): void {
  if (zombies.has(entry)) claim(entry, () => {});
}

/** Enters a claim; `told` is called once, perhaps at once. Gives what withdraws it. */
function claim(entry: ChildEntry | null, told: (entry: ChildEntry | null) => void): () => void {
  const made: Claim = { entry, told };
  const [ready] = entry === null ? zombies : zombies.has(entry) ? [entry] : [];
  if (ready !== undefined) serve(made, ready);
  else if (entry === null ? !hasWaitable() : !entries.has(entry)) told(null);
  else {
    claims.add(made);
    if (entry !== null) entry.claimed(1);
    else if (anyone++ === 0) { for (const each of entries) each.hold(); }
  }
  return () => drop(made);
}

/**
 * The children of this process that run, or have ended and were not waited for,
 * in the order in which they were started. Python has no such call; `ps` has.
 */
export function processTable(): ProcessRecord[] {
  return recordAnswer(
    "processTable()",
    () =>
      Array.from(entries, ({ pid, kind, name, status, exitCode, startedAt }) => ({
        pid,
        kind,
        name,
        state: status === null ? "running" : "zombie",
        exitCode,
        startedAt,
      })),
  );
}
