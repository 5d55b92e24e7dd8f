/**
 * A program that is compiled, or is not: tells for each of its arguments, the names of what it is to do, what came of
 * it, a line of JSON each.
 */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { Counter, double, registered, unexported } from "../_fixtures/compiled_parts.ts";
import * as targets from "../_fixtures/compiled_targets.ts";
import { spin } from "../../_support/waiting.ts";
import {
  type AnyFunction,
  fork,
  freezeSupport,
  getpid,
  inline,
  Lock,
  Manager,
  Pool,
  Process,
  processTable,
  Queue,
  type Remote,
  Value,
} from "../../../mod.ts";
import * as self from "./compiled.ts";

export * from "../_fixtures/compiled_targets.ts";
export { Counter, double } from "../_fixtures/compiled_parts.ts";
export { square } from "../../_support/arithmetic.ts";
export { exitWith, killAt, killSelf } from "../../_support/dying.ts";
export { sleep, spin } from "../../_support/waiting.ts";
export default function anonymous(): string {
  return "the default";
}

/** Starts it, waits, and gives its exit code. */
async function codeOf(target: AnyFunction, ...args: unknown[]): Promise<number | null> {
  return await new Process({ target, args }).start().join();
}

/** What an error says of itself. */
async function refused(act: () => unknown): Promise<string[]> {
  try {
    await act();
    return [];
  } catch (error) {
    return [(error as Error).name, (error as Error).message];
  }
}

/** What it is to do; after a colon stands a folder. */
const WAYS: Record<string, (folder: string) => Promise<unknown>> = {
  async plain() {
    return await codeOf(self.square, 2);
  },
  async process() {
    const queue = new Queue<targets.Facts>();
    const given = [1n, new Map([["a", new Date(0)]])] as const;
    const child = new Process({ target: targets.tell, args: [queue, getpid(), given], kwargs: { b: 2 }, name: "ant" });
    child.start();
    const { given: got, ...facts } = await queue.get();
    const [big, map] = got as typeof given;
    const kinds = processTable().map(({ kind }) => kind);
    return { ...facts, got: [`${big}`, map.get("a")!.getTime()], kinds, code: await child.join() };
  },
  async faults() {
    return [
      await codeOf(self.exitWith, 7),
      await codeOf(self.killSelf),
      await codeOf(targets.fail),
      await codeOf(targets.failLater, "throw"),
      await codeOf(targets.failLater, "reject"),
    ];
  },
  async terminate() {
    const queue = new Queue<string>();
    const children = [0, 1].map(() => new Process({ target: targets.greetAndWait, args: [queue] }).start());
    await Promise.all([queue.get(), queue.get()]);
    children[0]!.terminate();
    children[1]!.kill();
    const pool = new Pool(1);
    const pid = await pool.apply(self.sleep, [0]);
    const task = refused(() => pool.apply(self.sleep, [60_000]));
    pool.terminate();
    await pool.join();
    const isGone = (await refused(() => process.kill(pid, 0))).length > 0;
    return [...await Promise.all(children.map((child) => child.join())), (await task)[0], isGone];
  },
  async names() {
    await using pool = new Pool(1);
    const greeter = new targets.Greeter({ name: "bee" });
    greeter.greeting = "good day";
    greeter.queue = new Queue<string>();
    greeter.start();
    return [
      await pool.map(self.square, [1, 2]),
      await pool.map(double, [1, 2]),
      await pool.apply(anonymous),
      await pool.map(registered.cube, [1, 2]),
      await pool.map(registered.halve, [1, 2]),
      await pool.apply(inline((a: number, b: number) => a + b), [2, 3]),
      await greeter.queue.get(),
      await greeter.join(),
    ];
  },
  async pool() {
    await using pool = new Pool(2, { initializer: targets.setBase, initargs: [100] });
    const values = await pool.map(targets.addBase, [1, 2, 3, 4, 5], { chunksize: 1 });
    const error = await refused(() => pool.apply(targets.fail));
    const [lost] = await refused(() => pool.apply(self.killAt, [1, 1]));
    const after = await pool.map(targets.addBase, Array(50).fill(1));
    return { values, error, lost, sum: after.reduce((sum, n) => sum + n), restarts: pool.stats().restarts };
  },
  async shared() {
    const [lock, value] = [new Lock(), new Value("i", 0)];
    const adders = [1, 2].map(() => new Process({ target: targets.addSlowly, args: [lock, value, 20] }).start());
    await Promise.all(adders.map((adder) => adder.join()));
    class Own extends Manager {}
    Own.register("Counter", Counter);
    await using manager = new Own();
    await manager.start();
    const counter: Remote<Counter> = manager.create<Counter>("Counter");
    const dict = manager.dict([["a", 1]]);
    return [await value.get(), await counter.add(2), await counter.add(3), await dict.get("a")];
  },
  async nested() {
    const queue = new Queue<unknown>();
    const child = new Process({ target: targets.nest, args: [queue] }).start();
    return [await queue.get(), await child.join()];
  },
  async large() {
    const queue = new Queue<number>();
    const child = new Process({ target: targets.measure, args: [queue, "é".repeat(1_500_000)] }).start();
    return [await queue.get(), await child.join()];
  },
  async again() {
    const queue = new Queue<string>();
    await freezeSupport(self);
    await freezeSupport({});
    const child = new Process({ target: targets.supportAgain, args: [queue] }).start();
    return [await queue.get(), await child.join()];
  },
  async refusals() {
    return {
      unexported: await refused(() => codeOf(unexported, 1)),
      pool: await refused(() => new Pool(1).apply(unexported, [1])),
      fork: await refused(() => fork()),
      runtimeArgs: await refused(() =>
        new Process({ target: self.exitWith, args: [0], runtimeArgs: ["--smol"] }).start()
      ),
    };
  },
  async wrong() {
    const given = [null, undefined, 3, "a", [], () => {}, Promise.resolve(self)];
    return await Promise.all(given.map((each) => refused(() => freezeSupport(each as never))));
  },
  async permissions() {
    return await refused(() => new Process({ target: self.square, args: [0], permissions: "none" }).start());
  },
  async busy(folder) {
    const daemon = new Process({ target: spin, args: [`${folder}/begun`], daemon: true }).start();
    await using pool = new Pool(1);
    const task = pool.apply(spin, [`${folder}/begun`]);
    writeFileSync(`${folder}/daemon`, `${daemon.pid}`);
    await task;
    return null;
  },
};

if (import.meta.main) {
  await freezeSupport(self);
  console.log("main"); // in the program itself alone
  for (const word of process.argv.slice(2)) {
    const [, way, folder] = /^(\w+):?(.*)$/.exec(word)!;
    console.log(JSON.stringify([way, await WAYS[way!]!(folder!)]));
  }
}
