/**
 * A process that owns things, and one that uses them and dies, or sees the other die: `own` or `use`, an address, and
 * for the user how it ends.
 *
 * @module
 */
import process from "node:process";
import { type Address, Client, Listener, Lock, Queue, Semaphore } from "../../../mod.ts";
import { outcome } from "../_fixtures/mixed_runtimes_way.ts";
import { tell } from "../../replay/_fixtures/replay_tell.ts";

const ITEMS = 100;

interface Things {
  lock: Lock;
  semaphore: Semaphore;
  there: Queue<number>;
  back: Queue<number>;
}

const authkey = new TextEncoder().encode("a key");

async function own(address: Address): Promise<void> {
  using listener = new Listener({ address, authkey });
  console.log(JSON.stringify(["listens", listener.address]));
  for (;;) {
    const connection = await listener.accept();
    const things = {
      lock: new Lock(),
      semaphore: new Semaphore(1),
      there: new Queue<number>(),
      back: new Queue<number>(),
    };
    const { lock, semaphore, there, back } = things;
    for (let n = 0; n < ITEMS; n++) await there.put(n);
    await connection.send(things);
    const { pid, end } = await connection.recv() as { pid: number; end: string };
    if (end === "sees") process.kill(process.pid, "SIGKILL");
    if (end === "killed") process.kill(pid, "SIGKILL");
    const gone = await outcome(() => connection.recv());
    const held = await lock.hold();
    await held[Symbol.asyncDispose]();
    const units = [await semaphore.acquire({ timeout: 10_000 }), await semaphore.acquire({ block: false })];
    const returned: number[] = [];
    while (await back.qsize() > 0) returned.push(await back.get());
    const left: number[] = [];
    while (await there.qsize() > 0) left.push(await there.get());
    tell(end, gone, held.abandoned, units, returned, left);
  }
}

async function use(address: Address, end: string): Promise<void> {
  const connection = await Client<unknown>(address, { authkey });
  const { lock, semaphore, there, back } = await connection.recv() as Things;
  await lock.acquire();
  await semaphore.acquire();
  for (let n = 0; n < 3; n++) await back.put(await there.get());
  if (end === "kills itself") {
    for (let n = 0; n < ITEMS; n++) await back.put(n);
    await connection.send({ pid: process.pid, end });
    process.kill(process.pid, "SIGKILL");
  }
  if (end === "sees") { for (let n = 0; n < 3; n++) await back.get(); }
  const mine = new Queue<string>();
  const waits: Promise<unknown>[] = [mine.get(), back.get({ timeout: 60_000 }), lock.acquire(), connection.recv()].map((
    wait,
  ) => outcome(() => wait));
  await there.qsize(); // asked after them
  await connection.send({ pid: process.pid, end });
  const names = await Promise.all(waits.slice(1));
  await mine.put("goes on");
  names.push(await waits[0]);
  const since = performance.now();
  const after = [await outcome(() => there.put(1)), await outcome(() => semaphore.release())];
  tell(end, names, after, performance.now() - since < 1_000);
}

if (import.meta.main) {
  const [role, address, end] = process.argv.slice(2) as [string, string, string];
  await (role === "own" ? own(JSON.parse(address)) : use(JSON.parse(address), end));
}
