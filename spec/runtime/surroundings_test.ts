import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Pool, Process, Queue } from "../../mod.ts";
import { linger } from "../_support/lingers.ts";
import { leaveThread, listenForTheEnd, putOne, take } from "./_fixtures/surroundings_targets.ts";
import { countKept, keepWeakly, square, tellWorker } from "./_fixtures/surroundings_tasks.ts";
import { assert, assertEquals, assertMatch } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { outcome } from "../_support/children.ts";
import { Folder, scratch } from "../_support/folder.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** Whether it is collected when much memory was used. What is looked at stays until the end of that turn. */
async function collected(weak: WeakRef<object>): Promise<boolean> {
  const grown: unknown[] = []; // what lives for a while makes the engine look at all that has
  for (let round = 0; round < 200; round++) {
    if (weak.deref() === undefined) return true;
    await delay(1);
    grown[round % 10] = Array.from({ length: 100_000 }, (_, n) => ({ n }));
    await delay(1);
  }
  return false;
}

/** How many pipes and sockets a process has; the runtime's own files come and go. */
function channels(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).filter((number) => {
    try {
      return /^(pipe|socket):/.test(readlinkSync(`/proc/${pid}/fd/${number}`));
    } catch {
      return false; // it was closed meanwhile
    }
  }).length;
}

test("A signal that the program listens for disturbs no wait: for a message, an item, a lock, a task or the end of a child", async () => {
  const { code, stdout, stderr } = await run("runtime/_programs/surroundings_signals.ts");
  assertEquals([code, stderr], [0, ""]);
  assertEquals(JSON.parse(stdout), ["held", "message", "item", true, 0, 0, true, "NoChildError"]);
});

test("Process keeps nothing of what it gave to the child", async () => {
  const [child, weak] = (() => {
    const given = new Uint8Array(1000);
    return [new Process({ target: take, args: [given] }).start(), new WeakRef(given)] as const;
  })();
  assertEquals(await child.join(), 0);
  assertEquals(await collected(weak), true);
  assertEquals(child.exitCode, 0);
});

test("Process gives its child no more descriptors when siblings run beside it", async () => {
  const folder = scratch();
  const counts: number[] = [];
  const children: Process[] = [];
  for (let n = 0; n < 4; n++) {
    const child = new Process({ target: linger, args: [`${folder}/${n}`], stdout: "piped" }).start();
    children.push(child);
    await until(() => existsSync(`${folder}/${n}`), "the child runs");
    counts.push(channels(child.pid!));
  }
  assert(counts[0]! > 0);
  assertEquals(counts, counts.map(() => counts[0]!));
  for (const child of children) child.kill();
  for (const child of children) await child.join();
});

test("Process ends when its target has settled, although a thread is running", async () => {
  assertEquals(await new Process({ target: leaveThread }).start().join({ timeout: 20_000 }), 0);
});

test("Process calls at its end what listens for `unload`, or for `exit` of the process where there is no such event", async () => {
  const { code, stdout, stderr } = await outcome({ target: listenForTheEnd });
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^(unload\n)?(exit 0\n)?$/);
  assertMatch(stdout, /./);
});

test("Process and Pool run in a program whose standard output and error are closed", async () => {
  using folder = new Folder();
  const { code } = await run("runtime/_programs/surroundings_closed.ts", { args: [folder.at("came")], isClosed: true });
  assertEquals([code, folder.read("came")], [0, "[0,[1,4,9]]"]);
});

test("Pool workers have the directory, variables, runtimeArgs and name of its options", async () => {
  const path = fileURLToPath(new URL("../_support/preload.js", import.meta.url));
  const env = { SURROUNDINGS: "some" };
  await using pool = new Pool(1, { cwd: "/", env, runtimeArgs: ["--preload", path], name: "ants" });
  const [directory, variable, name, preloaded] = await pool.apply(tellWorker, ["SURROUNDINGS"]);
  assertEquals([directory, variable, preloaded], ["/", "some", true]);
  assertMatch(name as string, /^antsWorker-\d+$/);
});

test("Pool workers keep nothing of a task's arguments and result when it has ended", async () => {
  await using pool = new Pool(1);
  for (let n = 1; n < 4; n++) {
    assertEquals((await pool.apply(keepWeakly, [new Uint8Array(n * 1000)])).length, n * 1000);
  }
  assertEquals(await pool.apply(countKept), 0);
});

test("Pool is used in its own callbacks: what they submit runs, and may be waited for", async () => {
  await using pool = new Pool(1);
  const value = await new Promise((resolve, reject) => {
    pool.applyAsync(square, [3], {
      callback: (nine) => void pool.apply(square, [nine]).then(resolve, reject),
      errorCallback: reject,
    });
  });
  assertEquals(value, 81);
});

test("Queue.get() waits on when every process that put has ended", async () => {
  const queue = new Queue<string>();
  assertEquals(await new Process({ target: putOne, args: [queue] }).start().join(), 0);
  assertEquals(await queue.get(), "one");
  const next = queue.get();
  assertEquals(await Promise.race([next, delay(200).then(() => "still waiting")]), "still waiting");
  await queue.put("two");
  assertEquals(await next, "two");
});

noLeaks();
