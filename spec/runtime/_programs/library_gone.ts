/**
 * Imports the library from a folder, which is moved away then, and says how each thing fares that is used for the first
 * time: with "back" once more when the folder is there again, and with "running" what was used before.
 */
import { renameSync } from "node:fs";
import process from "node:process";
import { deadline } from "../../_support/async.ts";

/** Milliseconds in which each must be settled. */
const LIMIT_MS = 12_000;

type Library = typeof import("../../../mod.ts");

export const double = (n: number) => 2 * n;

export async function echo(
  incoming: InstanceType<Library["Queue"]>,
  outgoing: InstanceType<Library["Queue"]>,
): Promise<void> {
  for (;;) await outgoing.put(await incoming.get());
}

async function outcome(act: () => unknown): Promise<string[]> {
  try {
    return [JSON.stringify(await deadline(Promise.resolve(act()), LIMIT_MS, "an outcome"))];
  } catch (error) {
    const { name, message, constructor } = error as Error;
    return [name, message, String(constructor.name === name)];
  }
}

function firstUses(library: Library): Record<string, () => unknown> {
  const { Client, Event, Listener, Lock, Manager, Pipe, Pool, Process, Queue, Value } = library;
  const authkey = new Uint8Array(32);
  return {
    Pool: () => new Pool(1).apply(double, [2]),
    Process: () => new Process({ target: double, args: [1] }).start().join(),
    Queue: async () => {
      const queue = new Queue<number>();
      await queue.put(4);
      return await queue.get();
    },
    Lock: () => new Lock().acquire(),
    Event: () => new Event().isSet(),
    Value: () => new Value("i", 4).get(),
    Pipe: async () => {
      const [here, there] = Pipe<number>();
      await there.send(4);
      return await here.recv();
    },
    Manager: () => new Manager().dict().set("a", 1),
    Client: async () => {
      using listener = new Listener({ authkey });
      const client = await Client(listener.address, { authkey, timeout: 5_000 });
      client.close();
    },
  };
}

async function allOutcomes(library: Library): Promise<Record<string, string[]>> {
  const outcomes: Record<string, string[]> = {};
  for (const [name, use] of Object.entries(firstUses(library))) outcomes[name] = await outcome(use);
  return outcomes;
}

async function running(library: Library, lose: () => void): Promise<unknown> {
  const { Pool, Process, Queue } = library;
  const pool = new Pool(1);
  const [incoming, outgoing] = [new Queue(), new Queue()];
  const child = new Process({ target: echo, args: [incoming, outgoing] }).start();
  await incoming.put(1);
  const before = [await pool.apply(double, [1]), await outgoing.get()];
  lose();
  await incoming.put(3);
  const after = [await pool.apply(double, [2]), await outgoing.get({ timeout: LIMIT_MS })];
  child.kill();
  await child.join();
  await pool.terminate();
  return [before, after];
}

if (import.meta.main) {
  const [folder, what] = process.argv.slice(2);
  const library: Library = await import(`file://${folder}/mod.ts`);
  const lose = () => renameSync(folder!, `${folder}.gone`);
  if (what === "running") console.log(JSON.stringify(await running(library, lose)));
  else {
    lose();
    const gone = await allOutcomes(library);
    renameSync(`${folder}.gone`, folder!);
    console.log(JSON.stringify([gone, what === "back" ? await allOutcomes(library) : null]));
  }
  process.exit(0);
}
