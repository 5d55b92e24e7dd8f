/** Lines of processes in which one ends: what becomes of the last one. */
import process from "node:process";
import { assert, assertEquals } from "../../_support/assert.ts";
import { delay, until } from "../../_support/async.ts";
import { Folder } from "../../_support/folder.ts";
import { isAlive, type Running, start } from "../../_support/system.ts";
import type { End, Plan } from "./orphan_line.ts";

type Signal = "SIGTERM" | "SIGINT" | "SIGKILL";
export type Leaf = Plan["leaf"];

/** The ways in which a process ends: what it does itself, or the signal that it gets. */
export type Ending = Exclude<End, "wait"> | Signal;

export const ABRUPT: Ending[] = ["exit", "throw", "reject", "SIGTERM", "SIGINT", "SIGKILL"];
export const ALL: Ending[] = ["dry", ...ABRUPT];

/** Two parts of all: cases that share what ends take one each, and see all between them. */
export const SOME: Ending[] = ["dry", "exit", "reject", "SIGINT"];
export const OTHERS: Ending[] = ["dry", "throw", "SIGTERM", "SIGKILL"];

const CODES = { dry: 0, exit: 3, throw: 1, reject: 1 } as const;

interface Setting {
  /** Which of the line ends first, from 0; default the last but one. */
  who?: number;
  until?: Plan["until"];
  leaf?: Leaf;
  waiting?: boolean;
  env?: Record<string, string>;
}

/** A line of processes under test; at the end of the case none is left. */
export class Line implements AsyncDisposable {
  readonly #folder = new Folder();
  readonly #kinds: Plan["line"];
  readonly #who: number;
  readonly #ending: Ending;
  readonly #leaf: Leaf;
  readonly first: Running;

  /** @param kinds how the second was started, the third, …, as in `fork.daemon` */
  constructor(kinds: string, ending: Ending, setting: Setting = {}) {
    this.#kinds = kinds.split(".") as Plan["line"];
    this.#who = setting.who ?? this.#kinds.length - 1;
    this.#ending = ending;
    this.#leaf = setting.leaf ?? "idle";
    const ends = this.#kinds.map((_, at) => at !== this.#who || ending.startsWith("SIG") ? "wait" : ending as End);
    const plan: Plan = {
      folder: this.#folder.path,
      line: this.#kinds,
      ends,
      leaf: this.#leaf,
      until: setting.until ?? "orphaned",
      waiting: setting.waiting ?? false,
    };
    this.first = start("process/_programs/orphan_line.ts", { args: [JSON.stringify(plan)], env: setting.env ?? {} });
  }

  get last(): number {
    return this.#kinds.length;
  }

  has(name: string): boolean {
    return this.#folder.has(name);
  }

  read(name: string): unknown {
    return JSON.parse(this.#folder.read(name));
  }

  began(level: number): { pid: number; ppid: number; parent: { pid: number; isAlive: boolean } | null } {
    return this.read(`began-${level}`) as ReturnType<Line["began"]>;
  }

  isAlive(level: number): boolean {
    return isAlive(this.began(level).pid);
  }

  /** All run, each the child of the one before. */
  async begun(): Promise<void> {
    await until(() => this.has(`began-${this.last}`) && this.has("began-0"), "all of the line run");
    for (let level = 1; level <= this.last; level++) {
      await until(() => this.has(`began-${level}`), `process ${level} of the line runs`);
      const { pid } = this.began(level - 1);
      const { ppid, parent } = this.began(level);
      assertEquals({ ppid, parent }, { ppid: pid, parent: { pid, isAlive: true } });
    }
  }

  /** The one that is to end first has ended. */
  async ended(): Promise<void> {
    await this.begun();
    const { pid } = this.began(this.#who);
    if (this.#ending.startsWith("SIG")) process.kill(pid, this.#ending as Signal);
    await until(() => !isAlive(pid), `process ${this.#who} of the line has ended by ${this.#ending}`);
  }

  async gone(level: number, ms = 10_000): Promise<void> {
    await until(() => !this.isAlive(level), `process ${level} of the line is gone`, ms);
  }

  release(): void {
    this.#folder.write("release", "");
  }

  /** What became of the first one itself: its code, or its signal. */
  async result(): Promise<void> {
    const { code, signal } = await this.first.ended;
    const ending = this.#ending;
    assertEquals(signal ?? code, ending.startsWith("SIG") ? ending : CODES[ending as keyof typeof CODES]);
  }

  /** The last one has seen that it became an orphan, and ends by itself. */
  async mourned(): Promise<void> {
    await until(() => this.has("orphaned"), `the orphan has learnt of the end by ${this.#ending}`);
    const { seen, ppid, system, parent } = this.read("orphaned") as Record<string, unknown>;
    const lost = { joined: true, after: [false, false] };
    const alike = this.#leaf === "busy" ? { inLoop: [false, false], ...lost } : lost;
    assertEquals(seen, alike);
    assertEquals([ppid, parent], [system, this.began(this.last - 1).pid]);
    await this.gone(this.last);
  }

  /** The last one answers although the other has ended, and ends by itself. */
  async wentOn(): Promise<unknown> {
    assert(!this.has("done"), "the last of the line ended before its time");
    this.release();
    await until(() => this.has("done"), "the last of the line has run to its end");
    await this.gone(this.last);
    return this.read("done");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
    this.first.kill("SIGKILL");
    for (let level = 0; level <= this.last; level++) {
      if (this.has(`began-${level}`) && this.isAlive(level)) process.kill(this.began(level).pid, "SIGKILL");
    }
    // Who has not begun ends as it finds the folder released or gone.
    this.#folder[Symbol.dispose]();
    await this.first.ended;
  }
}

export const BOTH: Leaf[] = ["idle", "busy"];

export function withBoth(endings: readonly Ending[]): [Ending, Leaf][] {
  return endings.flatMap((ending) => BOTH.map((leaf): [Ending, Leaf] => [ending, leaf]));
}

/** One of both for each ending, in turns: with both, each is seen where the line is shorter. */
export function inTurns(endings: readonly Ending[]): [Ending, Leaf][] {
  return endings.map((ending, at) => [ending, BOTH[at % 2]!]);
}

/** A case for every row; two rows at a time. */
export async function every<T>(rows: readonly T[], check: (row: T) => Promise<void>): Promise<void> {
  const left = [...rows];
  const worker = async () => {
    for (let row = left.shift(); row !== undefined; row = left.shift()) await check(row);
  };
  await Promise.all([worker(), worker()]);
}

export async function orphaned(kinds: string, ending: Ending, setting?: Setting): Promise<void> {
  await using line = new Line(kinds, ending, setting);
  await line.ended();
  await line.mourned();
  if ((setting?.who ?? line.last - 1) === 0) await line.result();
}

/** The last one, a daemon, is gone within a second of the end of the one before. */
export async function bereft(kinds: string, ending: Ending, setting?: Setting): Promise<void> {
  await using line = new Line(kinds, ending, { until: "released", ...setting });
  await line.ended();
  await line.gone(line.last, 1_000);
  assert(!line.has("done"), "the daemon was not ended, but ended by itself");
}

/** The process before the last one has nothing more to do, and ends when the last one has ended. */
export async function awaited(kinds: string, leaf: Leaf): Promise<void> {
  await using line = new Line(kinds, "dry", { until: "released", leaf });
  await line.begun();
  await delay(300);
  assertEquals([line.isAlive(line.last - 1), line.has("done")], [true, false]);
  assertEquals(await line.wentOn(), { ppid: line.began(line.last - 1).pid, isAlive: true });
  await line.gone(line.last - 1);
  if (line.last === 1) await line.result();
}
