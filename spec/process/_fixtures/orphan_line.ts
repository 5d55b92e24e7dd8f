/** A line of processes, each started by the one before it, in which one ends and the others write down what they see. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import process from "node:process";
import { blockUntil } from "../../_support/blocking.ts";
import { fork, getpid, getppid, parentProcess, Process, wait } from "../../../mod.ts";

/** How one process of the line was started. */
export type Kind = "fork" | "process" | "daemon";

/** How a process ends when the last of the line runs: of itself, or not before it is released or killed. */
export type End = "dry" | "exit" | "throw" | "reject" | "wait";

export interface Plan {
  folder: string;
  /** The second process of the line, the third, … */
  line: Kind[];
  /** How the first process ends, the second, …; the last one lives as `leaf` says. */
  ends: End[];
  /** Whether the event loop of the last process turns. */
  leaf: "idle" | "busy";
  /** What the last process lives for. */
  until: "orphaned" | "released";
  /** Whether the others have a `wait()` that has not settled. */
  waiting: boolean;
}

/** Nothing here lasts longer, in milliseconds, also when nobody ends it. */
const LIFE = 20_000;
const limit = Date.now() + LIFE;

/** Whole or not there at all: the reader polls. */
function tell({ folder }: Plan, name: string, fact: unknown): void {
  writeFileSync(`${folder}/${name}.part`, JSON.stringify(fact));
  renameSync(`${folder}/${name}.part`, `${folder}/${name}`);
}

function isReleased({ folder }: Plan): boolean {
  return existsSync(`${folder}/release`) || !existsSync(folder) || Date.now() > limit;
}

/** The last of the line has done what it lived for. */
function isOver({ folder }: Plan): boolean {
  return !existsSync(folder) || existsSync(`${folder}/release`) && existsSync(`${folder}/done`);
}

/** Starts the rest of the line from its process `level`, and lives on as the one that this process is then. */
export async function descend(plan: Plan, level: number): Promise<void> {
  for (; level < plan.line.length; level++) {
    const kind = plan.line[level]!;
    if (kind === "fork") {
      if (fork() !== 0) break;
    } else {
      new Process({ target: descend, args: [plan, level + 1], daemon: kind === "daemon" }).start();
      break;
    }
  }
  const parent = parentProcess();
  const of = parent === null ? null : { pid: parent.pid, isAlive: parent.isAlive() };
  tell(plan, `began-${level}`, { pid: getpid(), ppid: getppid(), parent: of });
  await (level === plan.line.length ? leaf(plan, level) : finish(plan, level));
}

async function finish(plan: Plan, level: number): Promise<void> {
  const end = plan.ends[level]!;
  if (plan.waiting) void wait();
  await pauseUntil(() => existsSync(`${plan.folder}/began-${plan.line.length}`) || isReleased(plan));
  if (end === "exit") process.exit(3);
  if (end === "throw") setTimeout(() => breakDown());
  if (end === "reject") void Promise.reject(new Error("the parent breaks"));
  if (end !== "dry") await pauseUntil(() => isOver(plan));
  process.on("exit", () => tell(plan, `left-${level}`, existsSync(`${plan.folder}/done`)));
}

async function leaf(plan: Plan, level: number): Promise<void> {
  if (plan.until === "released") {
    if (plan.leaf === "idle") await pauseUntil(() => isReleased(plan));
    blockUntil(() => isReleased(plan), LIFE);
    return tell(plan, "done", { ppid: getppid(), isAlive: parentProcess()!.isAlive() });
  }
  const parent = parentProcess()!;
  // The event loop of the busy one does not turn until it has seen what it can see without.
  if (plan.leaf === "busy") blockUntil(() => getppid() !== parent.pid || isReleased(plan), LIFE);
  const inLoop = [getppid() === parent.pid, parent.isAlive()];
  const joined = await parent.join({ timeout: LIFE });
  const after = [getppid() === parent.pid, parent.isAlive()];
  const seen = plan.leaf === "busy" ? { inLoop, joined, after } : { joined, after };
  tell(plan, "orphaned", { seen, level, ppid: getppid(), system: ppidOfSystem(), parent: parentProcess()!.pid });
}

function breakDown(): never {
  throw new Error("the parent breaks");
}

function ppidOfSystem(): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync("/proc/self/status", "utf8"))![1]);
}

/** Lets the event loop turn until the fact holds, or for as long as anything here may last. */
export async function pauseUntil(fact: () => boolean): Promise<void> {
  while (!fact() && Date.now() < limit) await new Promise((resolve) => setTimeout(resolve, 10));
}
