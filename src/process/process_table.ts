/**
 * The table of this process's children, and the one place that learns how each of
 * them ended. A child that has ended stays in the table as a zombie until somebody
 * collects its status; of several who wait for it, the first gets it. Knows no
 * `Process`, pool or fork.
 *
 * @module
 */
import { recordAnswer } from "../replay/recorder.ts";
import type { Child } from "../runtime/adapter.ts";
import { type Wait, waitFor } from "../runtime/deadline.ts";
import { ChildRecord, type ProcessKind } from "./child_record.ts";

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

/** Somebody who waits for one child, or for any when `wanted` is null. */
interface StatusWaiter {
  readonly wanted: ChildRecord | null;
  /** Called once: with the child, or with null when there is none left that it could get. */
  readonly notify: (entry: ChildRecord | null) => void;
}

class ProcessTable {
  /** Running children and zombies, in the order of their start. */
  readonly #entries = new Set<ChildRecord>();
  /** In the order of their ends. */
  readonly #zombies = new Set<ChildRecord>();
  readonly #waiters = new Set<StatusWaiter>();
  /** How many wait for any child: each child keeps the program alive meanwhile. */
  #waitersForAny = 0;

  get records(): ProcessRecord[] {
    return Array.from(this.#entries, ({ pid, kind, name, status, exitCode, startedAt }) => {
      return { pid, kind, name, state: status === null ? "running" : "zombie", exitCode, startedAt };
    });
  }

  add(child: Child, kind: ProcessKind, name: string, keepsProgramAlive: boolean): ChildRecord {
    const entry = new ChildRecord(child, kind, name, keepsProgramAlive, (ended) => this.#onEnd(ended));
    this.#entries.add(entry);
    if (this.#waitersForAny > 0) entry.addWaiter();
    return entry;
  }

  /** The child with this id that can be waited for. An id may have been used twice: then the first child. */
  find(pid: number): ChildRecord | undefined {
    for (const entry of this.#entries) if (entry.pid === pid && entry.isWaitable) return entry;
    return undefined;
  }

  /** Collects the status of a child, now or when it ends. @returns ends the wait */
  collect(wanted: ChildRecord | null, notify: StatusWaiter["notify"]): () => void {
    const waiter: StatusWaiter = { wanted, notify };
    const [zombie] = wanted === null ? this.#zombies : this.#zombies.has(wanted) ? [wanted] : [];
    const canCome = wanted === null ? this.#hasWaitable() : this.#entries.has(wanted);
    if (zombie !== undefined) this.#give(waiter, zombie);
    else if (!canCome) notify(null);
    else this.#addWaiter(waiter);
    return () => this.#removeWaiter(waiter);
  }

  /** Removes a zombie that nobody will ask for. */
  discard(entry: ChildRecord): void {
    if (this.#zombies.has(entry)) this.collect(entry, () => {});
  }

  #onEnd(entry: ChildRecord): void {
    if (!entry.isWaitable) return void this.#entries.delete(entry);
    for (const waiter of this.#waiters) {
      if (waiter.wanted === null || waiter.wanted === entry) return this.#give(waiter, entry);
    }
    this.#zombies.add(entry);
  }

  /** Gives the status of a child to one who waits. Whoever can get none from now on is told. */
  #give(waiter: StatusWaiter, entry: ChildRecord): void {
    this.#entries.delete(entry);
    this.#zombies.delete(entry);
    this.#removeWaiter(waiter);
    waiter.notify(entry);
    const isLast = !this.#hasWaitable();
    for (const other of this.#waiters) {
      if (other.wanted === entry || isLast && other.wanted === null) {
        this.#removeWaiter(other);
        other.notify(null);
      }
    }
  }

  #addWaiter(waiter: StatusWaiter): void {
    this.#waiters.add(waiter);
    if (waiter.wanted !== null) waiter.wanted.addWaiter();
    else if (this.#waitersForAny++ === 0) { for (const entry of this.#entries) entry.addWaiter(); }
  }

  #removeWaiter(waiter: StatusWaiter): void {
    if (!this.#waiters.delete(waiter)) return;
    if (waiter.wanted !== null) waiter.wanted.removeWaiter();
    else if (--this.#waitersForAny === 0) { for (const entry of this.#entries) entry.removeWaiter(); }
  }

  #hasWaitable(): boolean {
    for (const entry of this.#entries) if (entry.isWaitable) return true;
    return false;
  }
}

const table = new ProcessTable();

/**
 * Enters a child into the table.
 *
 * @param keepsProgramAlive whether it does so by itself, not only while somebody waits for it
 */
export function addChild(child: Child, kind: ProcessKind, name: string, keepsProgramAlive = false): ChildRecord {
  return table.add(child, kind, name, keepsProgramAlive);
}

/** The child with this id that can be waited for. */
export function findChild(pid: number): ChildRecord | undefined {
  return table.find(pid);
}

/**
 * Waits until a child has ended and takes it out of the table; of several calls the first gets it.
 *
 * @param wanted null for any child
 * @returns the child; null when there is none left to wait for; undefined when the timeout came first
 */
export async function collectChild(
  wanted: ChildRecord | null,
  options: Wait | undefined,
): Promise<ChildRecord | null | undefined> {
  options?.signal?.throwIfAborted();
  let collected: ChildRecord | null | undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stopWaiting = table.collect(wanted, (entry) => {
    collected = entry;
    resolve();
  });
  try {
    await waitFor(promise, () => collected !== undefined, options);
  } catch (error) {
    if (collected === undefined) throw error; // a status that was taken is given, also when the signal came with it
  } finally {
    stopWaiting();
  }
  return collected;
}

/** Takes a child that has ended out of the table, unless somebody has. */
export function discardChild(entry: ChildRecord): void {
  table.discard(entry);
}

/**
 * The children of this process that run, or have ended and were not waited for,
 * in the order in which they were started. Python has no such call; `ps` has.
 */
export function processTable(): ProcessRecord[] {
  return recordAnswer("processTable()", () => table.records);
}
