import {
  Barrier,
  BoundedSemaphore,
  ClosedError,
  Condition,
  Lock,
  Manager,
  Pool,
  Process,
  Queue,
  SharedArray,
  Value,
} from "../../mod.ts";
import { assert, assertEquals, assertInstanceOf, assertMatch } from "../_support/assert.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { sleep } from "../_support/waiting.ts";
import { failBelow, failInWorker, failOn, failWithCause, putIntoClosed, Till } from "./_fixtures/failing_calls.ts";

/** Frames of the library, as a URL or a path. */
const OURS = /(?:src|adapters)\/\w+\/\w+\.ts:|\/mod\.ts:|data:/;

/** What the call throws or rejects with. */
async function failureOf(call: () => unknown): Promise<Error> {
  try {
    await call();
  } catch (error) {
    assertInstanceOf(error, Error);
    return error;
  }
  throw new Error("it did not fail");
}

/** The frames of an error, innermost first. */
function framesOf({ stack }: Error): string[] {
  return stack!.split("\n").filter((line) => /^\s+at /.test(line));
}

/** Checks that the stack begins in that function of this file, and has no frame of the library. */
function assertBegins(error: Error, name: string): void {
  assertMatch(framesOf(error)[0] ?? error.stack!, new RegExp(`\\b${name}\\b.*stacks_test\\.ts`));
  assert(!OURS.test(error.stack!), error.stack);
  assert(error.stack!.startsWith(`${error.name}: ${error.message}`), error.stack);
}

/** Checks that the cause shows those functions of the fixtures, and nothing of the library. */
function assertShows(cause: unknown, ...names: string[]): void {
  assertInstanceOf(cause, Error);
  for (const name of names) assertMatch(cause.stack!, new RegExp(`${name}.*failing_calls\\.ts`));
  assert(!OURS.test(cause.stack!), cause.stack);
}

test("An error that a call throws or rejects with has a stack that begins at the line of the call", async () => {
  await using pool = new Pool(1);
  const closed = new Pool(1);
  closed.close();
  let deep: unknown = () => {};
  for (let depth = 0; depth < 30; depth++) deep = [deep];
  const child = new Process({ target: sleep, args: [0] });
  // Each awaits or assigns: a function that only returns a call has no frame on every engine.
  const calls: Record<string, () => unknown> = {
    async makePool() {
      const made = new Pool({ process: 1 } as never);
      await made;
    },
    async callTooEarly() {
      await child.join();
    },
    async callClosed() {
      await closed.apply(sleep, [1]);
    },
    async callWithClosure() {
      await pool.map((n: number) => n, [1]);
    },
    async callWithDeepValue() {
      await pool.apply(failInWorker, [deep as string]);
    },
    async startWithDeepValue() {
      const started = new Process({ target: failInWorker, args: [deep as string] }).start();
      await started.join();
    },
    async waitTooShort() {
      await pool.applyAsync(sleep, [300]).get({ timeout: 5 });
    },
    async getNothing() {
      const queue = new Queue();
      await queue.getNowait();
    },
    async getNothingInTime() {
      const queue = new Queue();
      await queue.get({ timeout: 5 });
    },
    async readOutside() {
      const array = new SharedArray("i", 3);
      await array.set(7, 1);
    },
    async releaseUnheld() {
      await new Lock().release();
    },
    async runTooLong() {
      await pool.apply(sleep, [2_000], { timeout: 20 });
    },
  };
  for (const [name, call] of Object.entries(calls)) assertBegins(await failureOf(call), name);
});

test("An error of a task has a stack that begins at the line of the call, and a cause with the stack of the worker", async () => {
  await using pool = new Pool(1);
  const calls: Record<string, () => unknown> = {
    async callApply() {
      await pool.apply(failInWorker, ["bread"]);
    },
    async callApplyAsync() {
      const result = pool.applyAsync(failInWorker, ["bread"]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await result.get();
    },
    async callMap() {
      await pool.map(failOn, [1, 2, 3, 4], { chunksize: 2 });
    },
    async callStarmap() {
      await pool.starmap(failOn, [[1], [3]]);
    },
    async callImap() {
      for await (const _ of pool.imap(failOn, [1, 2, 3])) { /* until it fails */ }
    },
    async callImapInChunks() {
      for await (const _ of pool.imapUnordered(failOn, [1, 2, 3, 4], { chunksize: 4 })) { /* until it fails */ }
    },
    async callBroadcast() {
      await pool.broadcast(failOn, [3]);
    },
  };
  for (const [name, call] of Object.entries(calls)) {
    const error = await failureOf(call);
    assertInstanceOf(error, RangeError);
    assertEquals((error as { code?: string }).code, "E_TEXT");
    assertBegins(error, name);
    assertShows(error.cause, "failDeeper", /Apply/.test(name) ? "failInWorker" : "failOn");
  }
});

test("An error of a task with a cause of its own keeps that, and shows the frames of the worker behind its own", async () => {
  await using pool = new Pool(1);
  const error = await failureOf(async function callFailing() {
    await pool.apply(failWithCause);
  });
  assertBegins(error, "callFailing");
  assertMatch(error.stack!, /at <another process>[^]*failWithCause/);
  assertInstanceOf(error.cause, RangeError);
  assertShows(error.cause, "failureBelow", "failWithCause");
});

test("An error that passes through two processes shows the stack of each", async () => {
  await using pool = new Pool(1);
  const error = await failureOf(async function callBoth() {
    await pool.apply(failBelow, ["bread"]);
  });
  assertBegins(error, "callBoth");
  assertShows(error.cause, "failBelow");
  assertShows((error.cause as Error).cause, "failDeeper", "failInWorker");
  assertEquals(((error.cause as Error).cause as Error).cause, undefined);
});

test("An error of an operation on a shared object has a stack that begins at the line of the call, wherever it failed", async () => {
  class TillManager extends Manager {}
  TillManager.register("Till", Till);
  await using manager = new TillManager();
  const till = manager.create<Till>("Till");
  const [list, dict, queue] = [manager.list([1]), manager.dict<string, number>(), manager.Queue<number>()];
  const [lock, value] = [manager.Lock(), new Value("i", 0)];
  const bounded = new BoundedSemaphore(1);
  await queue.close();
  const calls: Record<string, () => unknown> = {
    async takeFromTill() {
      await till.take(-1);
    },
    async setInList() {
      await list.set(9, 1);
    },
    async popFromDict() {
      await dict.pop("ant");
    },
    async putIntoClosedQueue() {
      await queue.put(1);
    },
    async getFromClosedQueue() {
      await queue.get();
    },
    async releaseUnheldLock() {
      await lock.release();
    },
    async setWrongValue() {
      await value.set("one" as never);
    },
    async releaseTooOften() {
      await bounded.release();
    },
    async notifyUnheld() {
      await new Condition().notify();
    },
    async waitAtBroken() {
      const barrier = new Barrier(2);
      await barrier.abort();
      await barrier.wait();
    },
  };
  for (const [name, call] of Object.entries(calls)) {
    const error = await failureOf(call);
    assertBegins(error, name);
    if (name === "takeFromTill") assertShows(error.cause, "take", "failDeeper");
  }
  const own = new Queue<number>();
  await own.close();
  await using pool = new Pool(1);
  const error = await failureOf(async function callPutter() {
    await pool.apply(putIntoClosed, [own]);
  });
  assertInstanceOf(error, ClosedError);
  assertBegins(error, "callPutter");
  assertShows(error.cause, "putIntoClosed");
});

test("An error that ends several calls has for each of them a stack that begins at its line", async () => {
  const queue = new Queue<number>();
  async function getFirst() {
    await queue.get();
  }
  async function getSecond() {
    await queue.get();
  }
  const both = Promise.all([failureOf(getFirst), failureOf(getSecond)]);
  await queue.close();
  const [first, second] = await both;
  assertBegins(first!, "getFirst");
  assertBegins(second!, "getSecond");
  const pool = new Pool({ processes: 1, initializer: failInWorker, initargs: ["bread"], maxRestarts: 0 });
  async function callFirst() {
    await pool.apply(sleep, [0]);
  }
  async function callSecond() {
    await pool.apply(sleep, [0]);
  }
  const broken = await Promise.all([failureOf(callFirst), failureOf(callSecond)]);
  assertBegins(broken[0]!, "callFirst");
  assertBegins(broken[1]!, "callSecond");
  for (const error of broken) {
    assertEquals(error.name, "BrokenPoolError");
    assertShows(error.cause, "failDeeper", "failInWorker");
  }
  await pool.terminate();
});

test("An error with which the program cancels keeps its stack", async () => {
  await using pool = new Pool(1);
  function tired(): Error {
    return new RangeError("tired");
  }
  const reason = tired();
  const { stack } = reason;
  const result = pool.applyAsync(sleep, [2_000]);
  result.cancel(reason);
  assert(await failureOf(() => result) === reason);
  const queue = new Queue();
  assert(await failureOf(() => queue.get({ signal: AbortSignal.abort(reason) })) === reason);
  const later = new AbortController();
  const waiting = failureOf(() => queue.get({ signal: later.signal }));
  later.abort(reason);
  assert(await waiting === reason);
  assertEquals(reason.stack, stack);
});

test("An error that nobody catches is printed with each stack once and without frames of the library", async () => {
  const { code, stderr } = await run("package/_programs/uncaught_task.ts");
  assertEquals(code, 1);
  assertMatch(stderr, /RangeError: no bread[^]*askPool[^]*uncaught_task\.ts[^]*failDeeper[^]*failInWorker/);
  assertEquals(stderr.match(/at failDeeper/g)?.length, 1, stderr);
  assertEquals(stderr.match(/at askPool/g)?.length, 1, stderr);
  assert(!OURS.test(stderr), stderr);
});

test("An error of a Process is printed without frames of the library", async () => {
  const { stdout, stderr } = await run("package/_programs/failing_process.ts");
  assertEquals(stdout, "1\n");
  assertMatch(stderr, /^Process Process-1:\nRangeError: no bread\n\s+at failDeeper[^]*failInWorker/);
  assert(!OURS.test(stderr), stderr);
});

test("An error of one of very many calls at once has the stack of its call or none", async () => {
  await using pool = new Pool(1);
  const results = Array.from({ length: 3_000 }, () => pool.applyAsync(failInWorker, ["bread"]));
  let shown = 0;
  for (const result of results) {
    const error = await failureOf(() => result);
    if (framesOf(error).length === 0) assertEquals(error.stack, "RangeError: no bread");
    else {
      shown++;
      assert(!OURS.test(error.stack!), error.stack);
      assertMatch(error.stack!, /stacks_test\.ts/);
    }
    assertShows(error.cause, "failDeeper");
  }
  assert(shown >= 1_000, `${shown} of them are shown with the line of their call`);
}, { limit: 60_000 });

noLeaks();
