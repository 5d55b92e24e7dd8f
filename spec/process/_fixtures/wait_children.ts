/** Children of every kind for the programs `wait_*.ts`, which end when their file is there, and what those programs tell. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fork, NoChildError, Process, processTable, wait } from "../../../mod.ts";
import { end, type How, pauseSync } from "./wait_ends.ts";

/** How children are made: in one way, or by `Process` and fork(), a daemon and none, in turns. */
export type Kind = "fork" | "process" | "daemon" | "turns";

/** Whether the operating system sees a process that has not ended, with all its threads. */
export function runs(pid: number): boolean {
  try {
    // The first thread may be seen dead while others are still on their way.
    return !/^State:\s+[ZX][^]*^Threads:\s+[01]$/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

export async function until(fact: () => boolean, what: string): Promise<void> {
  for (const last = Date.now() + 20_000; !fact();) {
    if (Date.now() > last) throw new Error(`${what} did not come true`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export type Scenario = (children: Children) => Promise<void>;

/** The scenario of which `say()` tells, where a program plays several. */
let played: string | null = null;

/** Plays what the arguments ask for, `KIND SCENARIO FOLDER`: one scenario, or `together` all that make no forks. */
export async function play(scenarios: Record<string, Scenario>, forking: readonly string[]): Promise<void> {
  const [kind, asked, folder] = process.argv.slice(2) as [Kind, string, string];
  if (asked !== "together") return await scenarios[asked]!(new Children(kind, folder));
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (forking.includes(name)) continue; // its child would go through all of the scenarios before it
    played = name;
    mkdirSync(`${folder}/${name}`);
    await scenario(new Children(kind, `${folder}/${name}`));
    if (processTable().length > 0) throw new Error(`${name} has left children: ${JSON.stringify(processTable())}`);
  }
}

/** Writes a line of JSON; where scenarios are played together, with the name of its own. */
export function say(...values: unknown[]): void {
  const said = values.length === 1 ? values[0] : values;
  console.log(JSON.stringify(played === null ? said : [played, said]));
}

/** What a call gave: its value, or the name of its error. */
export async function outcome<T>(promise: Promise<T>): Promise<T | string> {
  try {
    return await promise;
  } catch (error) {
    return (error as Error).name;
  }
}

/** The children of a program, known by the names of their files. */
export class Children {
  readonly kind: Kind;
  readonly folder: string;
  readonly #pids = new Map<string, number>();

  constructor(kind: Kind, folder: string) {
    this.kind = kind;
    this.folder = folder;
  }

  /** Starts a child that ends in that way after `open(name)`; gives its pid. */
  make(name: string, how: How = 0): number {
    const gate = `${this.folder}/${name}`;
    const isFork = this.kind === "turns" ? this.#pids.size % 2 === 1 : this.kind === "fork";
    const pid = isFork ? fork() : this.process(name, how).pid!;
    if (pid === 0) end(how, gate);
    this.#pids.set(name, pid);
    return pid;
  }

  process(name: string, how: How = 0): Process {
    const args: Parameters<typeof end> = [how, `${this.folder}/${name}`];
    const daemon = this.kind === "turns" ? this.#pids.size % 2 === 1 : this.kind === "daemon";
    const child = new Process({ target: end, args, daemon }).start();
    this.#pids.set(name, child.pid!);
    return child;
  }

  pid(name: string): number {
    return this.#pids.get(name)!;
  }

  /** Lets children end. */
  open(...names: string[]): void {
    for (const name of names) writeFileSync(`${this.folder}/${name}`, "");
  }

  /** Lets a child end, and lets no event loop turn until it has. */
  endSync(name: string): void {
    this.open(name);
    while (runs(this.pid(name))) pauseSync(1);
    pauseSync(20); // on a busy machine the parent's runtime may hear of it later than /proc shows it
  }

  /** Lets children end one after the other, each when the table knows of the one before. */
  async end(...names: string[]): Promise<void> {
    for (const name of names) {
      this.open(name);
      await until(() => this.state(name) === "zombie", `the end of ${name}`);
    }
  }

  state(name: string): string | undefined {
    return processTable().find(({ pid }) => pid === this.pid(name))?.state;
  }

  /** What a wait gave, by the child's name: `a 768`, or the name of its error. */
  async tell(waiting: Promise<[number, number]>): Promise<string> {
    const got = await outcome(waiting);
    if (typeof got === "string") return got;
    const name = this.#pids.entries().find(([, pid]) => pid === got[0])?.[0] ?? got[0];
    return `${name} ${got[1]}`;
  }

  /** Lets every child end and takes what is left: the names, in alphabetical order. */
  async rest(): Promise<string> {
    this.open(...this.#pids.keys());
    const names: string[] = [];
    for (;;) {
      const told = await this.tell(wait());
      if (told === NoChildError.name) return names.sort().join(", ");
      names.push(told);
    }
  }
}
