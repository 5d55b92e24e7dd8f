/**
 * Uses what its argument names, with children where that is for children, and tells what came of it: a value, what this
 * process may do, and what each child may.
 */
import process from "node:process";
import {
  type Address,
  Barrier,
  BoundedSemaphore,
  Client,
  Condition,
  type Connection,
  cpuCount,
  Event,
  fork,
  inline,
  JoinableQueue,
  Listener,
  Lock,
  Manager,
  Pipe,
  Pool,
  Process,
  processTable,
  Queue,
  RLock,
  Semaphore,
  SharedArray,
  SharedMemory,
  SimpleQueue,
  Value,
  wait,
} from "../../../mod.ts";
import { held, QUERIES } from "../_fixtures/least_privilege_held.ts";
import { registered, say, sayRegistered } from "../_fixtures/least_privilege_other.ts";

type Held = number[];
type Used = [value: unknown, ...children: Held[]];

const authkey = new TextEncoder().encode("a key");

// --- what children run ---

export function report(): void {
  console.log(JSON.stringify(held()));
}

export function square(n: number): [number, Held] {
  return [n * n, held()];
}

export async function put(queue: Queue<Held> | SimpleQueue<Held>): Promise<void> {
  await queue.put(held());
}

export async function join(queue: JoinableQueue<Held>, told: Queue<Held>): Promise<void> {
  await queue.get();
  await told.put(held());
  await queue.taskDone();
}

export async function echo(connection: Connection): Promise<void> {
  await connection.send([await connection.recv(), held()]);
}

export async function synchronize(
  [lock, rlock, semaphore, bounded]: [Lock, RLock, Semaphore, BoundedSemaphore],
  [event, condition, barrier]: [Event, Condition, Barrier],
  told: Queue<Held>,
): Promise<void> {
  for (const one of [lock, rlock, semaphore, bounded]) {
    await one.acquire();
    await one.release();
  }
  await event.set();
  await barrier.wait();
  await condition.acquire();
  await condition.notify();
  await condition.release();
  await told.put(held());
}

export async function count(value: Value<number>, array: SharedArray, told: Queue<Held>): Promise<void> {
  await value.add(2);
  await array.set(1, 7);
  await told.put(held());
}

export function write(memory: SharedMemory): void {
  memory.buf[0] = 9;
  report();
}

export class Reporter {
  held(): Held {
    return held();
  }
}

class Reporters extends Manager {}

Reporters.register("Reporter", Reporter);

// --- what is used ---

/** A child that prints what it may do: the line. */
async function line(child: Process): Promise<Held> {
  const text = await new Response(child.stdout).text();
  if (await child.join() !== 0) throw new Error(`the child failed: ${text}`);
  return JSON.parse(text);
}

const piped = { stdout: "piped" } as const;

const USES: Record<string, () => Promise<Used> | Used> = {
  process: async () => ["ended", await line(new Process({ target: report, ...piped }).start())],
  task: async () => ["ended", await line(new Process({ target: sayRegistered, ...piped }).start())],
  export: async () => ["ended", await line(new Process({ target: say, ...piped }).start())],
  async inline() {
    const target = inline((queries: object[]) => {
      // deno-lint-ignore no-explicit-any
      const permissions = (globalThis as any).Deno?.permissions;
      const may = (query: object) => permissions === undefined || permissions.querySync(query).state === "granted";
      console.log(JSON.stringify(queries.map((query) => may(query) ? 2 : 0)));
    });
    return ["ended", await line(new Process({ target, args: [[...QUERIES]], ...piped }).start())];
  },
  async fork() {
    if (fork() === 0) {
      report();
      process.exit(3);
    }
    const [, status] = await wait();
    return [status];
  },
  async pool() {
    await using pool = new Pool(1);
    const [one, children] = await pool.apply(square, [3]);
    const map = await pool.map(square, [1, 2]);
    const imap: number[] = [];
    for await (const [n] of pool.imap(square, [4, 5])) imap.push(n);
    const [other, again] = await pool.apply(registered, [6]);
    return [[one, map.map(([n]) => n), imap, other], children, again];
  },
  async queue() {
    const queues = [new Queue<Held>(), new SimpleQueue<Held>()];
    const joinable = new JoinableQueue<Held>();
    await joinable.put([]);
    const told = new Queue<Held>();
    const children = queues.map((queue) => new Process({ target: put, args: [queue] }).start());
    children.push(new Process({ target: join, args: [joinable, told] }).start());
    const given = await Promise.all([...queues.map((queue) => queue.get()), told.get()]);
    await joinable.join();
    return [await Promise.all(children.map((child) => child.join())), ...given];
  },
  async pipe() {
    const [near, far] = Pipe();
    const child = new Process({ target: echo, args: [far] }).start();
    await near.send("there");
    const [value, rights] = await near.recv() as [string, Held];
    await child.join();
    return [value, rights];
  },
  async locks() {
    const told = new Queue<Held>();
    const locks = [new Lock(), new RLock(), new Semaphore(1), new BoundedSemaphore(1)] as const;
    const [event, condition, barrier] = [new Event(), new Condition(), new Barrier(2)];
    await condition.acquire();
    const args = [[...locks], [event, condition, barrier], told] as Parameters<typeof synchronize>;
    const child = new Process({ target: synchronize, args }).start();
    await event.wait();
    await barrier.wait();
    await condition.wait();
    await condition.release();
    await child.join();
    return ["ended", await told.get()];
  },
  async value() {
    const [value, array, told] = [new Value("i", 1), new SharedArray("d", 2), new Queue<Held>()];
    await new Process({ target: count, args: [value, array, told] }).start().join();
    return [[await value.get(), await array.get(1)], await told.get()];
  },
  async memory() {
    const memory = SharedMemory.create(8);
    const rights = await line(new Process({ target: write, args: [memory], ...piped }).start());
    const value = memory.buf[0];
    memory.unlink();
    return [value, rights];
  },
  manager: () => manage(),
  "manager-tcp": () => manage({ hostname: "127.0.0.1", port: 0 }),
  "manager-unix": () => manage(process.argv[3]!),
  "listener-tcp": () => connect({ hostname: "127.0.0.1", port: 0 }),
  "listener-unix": () => connect(process.argv[3]!),
  "transport": () => {
    using listener = new Listener({ authkey });
    return [typeof listener.address === "string" ? "unix" : "tcp"];
  },
  cpus: () => [cpuCount()],
  table: () => [processTable().length],
  async permissions() {
    const child = new Process({ target: report, permissions: { env: ["HOME"] }, ...piped });
    return ["ended", await line(child.start())];
  },
};

async function manage(address?: Address): Promise<Used> {
  await using manager = new Reporters(address === undefined ? {} : { address, authkey });
  const [dict, queue, reporter] = [manager.dict({ a: 1 }), manager.Queue<Held>(), manager.create<Reporter>("Reporter")];
  const owner = await reporter.held();
  const child = new Process({ target: put, args: [queue] }).start();
  const rights = await queue.get();
  await child.join();
  return [await dict.get("a"), owner, rights];
}

async function connect(address: Address): Promise<Used> {
  using listener = new Listener({ address, authkey });
  const client = await Client(listener.address, { authkey });
  const server = await listener.accept();
  await client.send("hello");
  return [await server.recv()];
}

if (import.meta.main) {
  const use = process.argv[2]!;
  const [value, ...children] = await USES[use]!();
  console.log(JSON.stringify({ value, own: held(), children }));
}
