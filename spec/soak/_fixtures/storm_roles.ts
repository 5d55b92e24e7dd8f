/** What the processes of a storm do until the file `stop` is there: each role uses one kind of object, and notes in files what it did. */
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import {
  type Barrier,
  type Condition,
  type Connection,
  type DictProxy,
  type Event,
  fork,
  type Lock,
  type Queue,
  type RLock,
  type Semaphore,
  type SharedArray,
  type Value,
  waitpid,
} from "../../../mod.ts";

/** No wait of a storm takes this long unless something is lost. */
const BOUND_MS = 60_000;

const PERMITS = 2;

/** All that the processes of a storm share. */
export interface Shared {
  folder: string;
  unbounded: Queue<Item>;
  bounded: Queue<Item>;
  managed: Queue<Item>;
  lock: Lock;
  rlock: RLock;
  semaphore: Semaphore;
  total: Value<number>;
  cells: SharedArray<number>;
  dict: DictProxy<string, number>;
  event: Event;
  condition: Condition;
  barrier: Barrier;
}

/** Who has put it, and the how manieth of that one it is. */
export type Item = [producer: string, number: number];

export type QueueName = "unbounded" | "bounded" | "managed";

/** Told so, or left alone by whoever began it. */
export function isOver({ folder }: Pick<Shared, "folder">): boolean {
  return existsSync(`${folder}/stop`) || !existsSync(folder);
}

function note({ folder }: Shared, file: string, line: unknown): void {
  appendFileSync(`${folder}/${file}`, `${line}\n`);
}

/** Whether a process exists and is no zombie. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Something that must not be: the storm has failed. */
function violation(shared: Shared, what: string): void {
  note(shared, "violations", `${process.pid}: ${what}`);
}

function isNamed(error: unknown, ...names: string[]): boolean {
  return names.includes((error as Error).name);
}

export async function produce(shared: Shared, name: string, queue: QueueName): Promise<void> {
  for (let n = 0; !isOver(shared);) {
    try {
      await shared[queue].put([name, n], { timeout: 200 });
    } catch (error) {
      if (!isNamed(error, "Full")) throw error;
      if (queue === "unbounded") violation(shared, `the queue without a bound was full for ${n} of ${name}`);
      continue;
    }
    note(shared, `put-${queue}-${name}`, n);
    if (n++ % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function consume(shared: Shared, name: string, queue: QueueName): Promise<void> {
  while (!isOver(shared)) {
    try {
      const item = await shared[queue].get({ timeout: 200 });
      note(shared, `got-${queue}-${name}`, JSON.stringify(item));
    } catch (error) {
      if (!isNamed(error, "Empty")) throw error;
    }
  }
}

export async function exclude(shared: Shared, name: string, kind: "lock" | "rlock"): Promise<void> {
  const path = `${shared.folder}/inside-${kind}`;
  while (!isOver(shared)) {
    const held = await shared[kind].hold({ timeout: BOUND_MS });
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
    } catch {
      if (await staysAlive(Number(readFileSync(path, "utf8")))) violation(shared, `two hold the ${kind}`);
      if (!held.abandoned) violation(shared, `nobody told ${name} that the holder of the ${kind} has died`);
      writeFileSync(path, String(process.pid));
    }
    await new Promise((resolve) => setTimeout(resolve));
    rmSync(path);
    await held[Symbol.asyncDispose]();
    note(shared, `held-${kind}-${name}`, "");
  }
}

/** A process that was killed is seen to live for a moment after its connections have ended. */
async function staysAlive(pid: number): Promise<boolean> {
  for (const end = Date.now() + 5_000; Date.now() < end;) {
    if (!isAlive(pid)) return false;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return true;
}

export async function limit(shared: Shared, name: string): Promise<void> {
  const own = `permit-${process.pid}`;
  while (!isOver(shared)) {
    await shared.semaphore.acquire({ timeout: BOUND_MS });
    writeFileSync(`${shared.folder}/${own}`, "");
    const all = readdirSync(shared.folder).filter((file) => file.startsWith("permit-") && file !== own);
    const alive: string[] = [];
    for (const file of all) {
      const isThere = () => existsSync(`${shared.folder}/${file}`) && isAlive(Number(file.slice("permit-".length)));
      if (isThere()) alive.push(file);
    }
    if (alive.length >= PERMITS && await remain(shared, alive)) violation(shared, `${alive.length + 1} have a permit`);
    rmSync(`${shared.folder}/${own}`);
    await shared.semaphore.release();
    note(shared, `permitted-${name}`, "");
  }
}

/** Whether so many still have a permit after the dying have died; this one has its own all the time. */
async function remain(shared: Shared, files: string[]): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const isThere = (file: string) =>
    existsSync(`${shared.folder}/${file}`) && isAlive(Number(file.slice("permit-".length)));
  return files.filter(isThere).length >= PERMITS;
}

export async function count(shared: Shared, name: string, slot: number): Promise<void> {
  for (let n = 1; !isOver(shared); n++) {
    await shared.total.add(1);
    note(shared, `added-${name}`, n);
    await shared.cells.set(slot, n);
    await shared.dict.set(name, n);
    if (await shared.cells.get(slot) !== n) violation(shared, `cell ${slot} is not what ${name} has set`);
    if (await shared.dict.get(name) !== n) violation(shared, `the dict has not what ${name} has set`);
  }
}

/** Meets others at the barrier, which breaks whenever one of them is killed there. */
export async function meet(shared: Shared, name: string): Promise<void> {
  while (!isOver(shared)) {
    try {
      await shared.barrier.wait({ timeout: 2_000 });
      note(shared, `met-${name}`, "");
    } catch (error) {
      if (!isNamed(error, "BrokenBarrierError")) throw error;
      if (await shared.barrier.broken()) await shared.barrier.reset();
    }
  }
}

/** Waits for the event and the condition, which {@linkcode wake} sets and notifies. */
export async function sleep(shared: Shared, name: string): Promise<void> {
  while (!isOver(shared)) {
    await shared.event.wait({ timeout: 500 });
    const held = await shared.condition.hold({ timeout: BOUND_MS });
    if (await shared.condition.wait({ timeout: 500 })) note(shared, `woken-${name}`, "");
    await held[Symbol.asyncDispose]();
  }
}

export async function wake(shared: Shared, name: string): Promise<void> {
  while (!isOver(shared)) {
    await shared.event.set();
    const held = await shared.condition.hold({ timeout: BOUND_MS });
    await shared.condition.notifyAll();
    await held[Symbol.asyncDispose]();
    await shared.event.clear();
    note(shared, `woke-${name}`, "");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Forks a child, which adds one as well, and waits for it. */
export async function divide(shared: Shared, name: string): Promise<void> {
  const pid = fork();
  if (pid === 0) return note(shared, `forked-${name}`, process.pid);
  await waitpid(pid);
}

/** Sends back what comes, until the other end is closed. */
export async function echo(connection: Connection<number>): Promise<void> {
  for await (const item of connection) await connection.send(item);
}

/** A task: runs once, and says so. */
export async function work(folder: string, n: number): Promise<number> {
  appendFileSync(`${folder}/ran`, `${n}\n`);
  if (n % 3 === 0) await new Promise((resolve) => setTimeout(resolve, n % 7));
  return 2 * n;
}
