/**
 * What a process holds, as the kernel counts it.
 *
 * @module
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import process from "node:process";

/** Counts, and bytes of memory. */
export interface Held {
  resident: number;
  descriptors: number;
  processes: number;
  listeners: number;
}

/** What this process holds. Its memory is that of its children too. */
export function held(): Held {
  const started = children();
  return {
    resident: [process.pid, ...started].reduce((sum, pid) => sum + resident(pid), 0),
    descriptors: readdirSync("/proc/self/fd").length,
    processes: started.length,
    listeners: listeningSockets() + eventListeners(),
  };
}

/** Bytes that a process has in memory. */
export function resident(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
}

/** Bytes that a process has in memory and shares with nobody. */
export function unshared(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return [...rollup.matchAll(/^Private_\w+:\s+(\d+)/gm)].reduce((sum, [, kilobytes]) => sum + Number(kilobytes), 0) *
    1024;
}

/** Bytes of memory that a process has of mappings of that name; what several have is divided among them. */
export function mapped(pid: number, name: string): number {
  const mappings = readFileSync(`/proc/${pid}/smaps`, "utf8").split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  return mappings.filter((mapping) => mapping.split("\n", 1)[0]!.includes(name))
    .reduce((sum, mapping) => sum + Number(/^Pss:\s+(\d+)/m.exec(mapping)![1]) * 1024, 0);
}

/** Processes that this one has started and that live, or that nobody has waited for. */
function children(): number[] {
  const parent = new RegExp(`^PPid:\\s+${process.pid}$`, "m");
  return readdirSync("/proc").filter((entry) => /^\d+$/.test(entry)).map(Number).filter((pid) => {
    try {
      return parent.test(readFileSync(`/proc/${pid}/status`, "utf8"));
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

function listeningSockets(): number {
  const own = new Set(readdirSync("/proc/self/fd").map(inode));
  const unix = rows("unix").filter((row) => row[3] === "00010000").map((row) => row[6]);
  const tcp = [...rows("tcp"), ...rows("tcp6")].filter((row) => row[3] === "0A").map((row) => row[9]);
  return [...unix, ...tcp].filter((listening) => own.has(listening)).length;
}

function inode(descriptor: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`))?.[1];
  } catch {
    return undefined; // the one that was open for reading the folder
  }
}

/** Rows of a table of the kernel's, without its head. */
function rows(table: string): string[][] {
  return readFileSync(`/proc/net/${table}`, "utf8").trim().split("\n").slice(1).map((line) => line.trim().split(/\s+/));
}

function eventListeners(): number {
  return process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
}
