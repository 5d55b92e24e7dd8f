import { type AddressInfo, connect, createServer } from "node:net";
import { Connection, Pool, ProtocolError } from "../../mod.ts";
import { SentTasks } from "../../src/pool/sent_tasks.ts";
import { Task, TaskCounters } from "../../src/pool/task.ts";
import { checkFromWorker } from "../../src/transport/check_message.ts";
import { forgeEnd } from "../codec/_fixtures/forgery.ts";
import {
  double,
  freezeItself,
  replaceJournal,
  type Replacement,
  sayBefore,
  sayInstead,
  sayInsteadOfEach,
} from "./_fixtures/hostile_worker.ts";
import { assert, assertEquals, assertThrows } from "../_support/assert.ts";
import { deadline, until } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";

const LIMIT = { limit: 120_000 };

/** What came of a promise: its value, or the name of its error. */
async function outcome(promise: Promise<unknown>): Promise<unknown> {
  return await deadline(promise, 30_000, "the outcome of a task").catch((error) => (error as Error).name);
}

/** While a pool has a hostile worker, one with the same program goes on; the first goes on afterwards. */
async function attack(harm: (pool: Pool) => Promise<void>): Promise<void> {
  await using pool = new Pool(2);
  await using other = new Pool(1);
  const bystander = other.map(double, [1, 2, 3]);
  await harm(pool);
  assertEquals(await bystander, [2, 4, 6]);
  assertEquals(await outcome(pool.map(double, [1, 2, 3])), [2, 4, 6]);
  assertEquals(await other.apply(double, [4]), 8);
}

/** Messages that no worker sends: the check of their receiver refuses them. */
const MALFORMED: readonly string[] = [
  ...["[]", "[null]", '["sing"]', '["__proto__"]', '["constructor",1]', '["call",1,1,0,[]]'],
  ...['["request",1,"1","get",0,0,0,null]', '["hello","objects"]', '["serving","unix:/x","00",null]', '["credit",-1]'],
  ...['["ready",1]', '["begun"]', '["begun",1]', '["begun",1,1e999]', '["begun",-1,2]', '["begun",{},2]'],
  ...['["returned",null]', '["returned",0.5]', '["value"]', '["value",1]', '["value",1,0]', '["value",1,7,[]]'],
  ...['["value",1,0,{}]', '["value",1,0,[1,2]]', '["value",null,0,[]]', '["failure",1,0,[],-1]', '["failure",1,0,[]]'],
  ...['["spent",0,1]', '["spent",1,-1]', '["spent",1,1e999]', '["spent",null,null]', '["memory",null]'],
  ...['["preparing",0,null]', '["preparing",1]', '["preparing",1,2]', '["called",1]', '["called",1,-1]'],
  ...['["memory",-1]', '["memory",1e999]', '["startFailure",0]', '["importRefused",1,0,[],null]'],
];

/** What a worker sends: of each kind of those one, and what is no message. */
const SENT = [
  "null",
  "1",
  "{}",
  '["__proto__"]',
  '["call",1,1,0,[]]',
  '["credit",-1]',
  '["begun",1]',
  '["value",1,7,[]]',
];

test("Pool ends a worker that sends a message which is malformed, or none that workers send, and goes on", async () => {
  for (const message of MALFORMED) {
    assertThrows(() => checkFromWorker(JSON.parse(message), 0), ProtocolError);
  }
  await attack(async (pool) => {
    const ends = await Promise.all(SENT.map((message) => outcome(pool.apply(sayBefore, [message]))));
    for (const [at, end] of ends.entries()) assert(end === 1 || end === "WorkerLostError", `${SENT[at]}: ${end}`);
    const { restarts } = pool.stats();
    assert(restarts > 0, "no worker was ended");
  });
}, LIMIT);

test(
  "Pool ends a worker that gives back tasks for which it was not asked, or asks for a module that is not its task's",
  async () => {
    await attack(async (pool) => {
      for (const message of ['["returned",1]', '["returned"]']) {
        assertEquals(await outcome(pool.apply(sayInstead, [message])), "WorkerLostError");
      }
      const url = "data:text/javascript,globalThis.process.exit(7)";
      assertEquals(await outcome(pool.apply(sayInstead, [`["importRefused",TASK,0,[],"${url}"]`])), "ProtocolError");
    });
  },
  LIMIT,
);

test("Pool rejects a map whose worker sends something else than one value per item, and goes on", async () => {
  await attack(async (pool) => {
    for (const value of ["[]", "[5]", "[null]", "[[]]", "[[1]]", '[{"length":4000000000}]', "[[1,2,3,4]]", '["abc"]']) {
      const message = `["value",TASK,0,${value}]`;
      const items = [[0, message], [1, ""], [2, ""]] as [number, string][];
      assertEquals(await outcome(pool.starmap(sayInsteadOfEach, items, { chunksize: 3 })), "ProtocolError", value);
    }
    const failure = `["failure",TASK,0,["odd"],4000000000]`;
    const failed = pool.starmap(sayInsteadOfEach, [[0, failure], [1, ""]], { chunksize: 2 });
    assert(await failed.then(() => false, () => true), "a map fails with whatever its worker has sent as an error");
  });
}, LIMIT);

test("Pool ends a worker that sends a frame which is no frame, and goes on", async () => {
  await attack(async (pool) => {
    for (const message of ["[", "]", '["value",1,0,[', '"', '["a"],["b"', "[".repeat(200_000)]) {
      assertEquals(await outcome(pool.apply(sayInstead, [message])), "WorkerLostError", message.slice(0, 20));
    }
  });
}, LIMIT);

test(
  "Pool whose worker gives the end of a pipe at an address of its choice does not connect there before the program uses that end",
  async () => {
    let calls = 0;
    const server = createServer((socket) => {
      calls++;
      socket.on("error", () => {}).destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `tcp:127.0.0.1:${(server.address() as AddressInfo).port}`;
    await attack(async (pool) => {
      const end = await pool.apply(forgeEnd, [address]) as Connection;
      assert(end instanceof Connection);
      assertEquals(await pool.map(double, [1, 2]), [2, 4]);
      // Who comes after it would be taken after it.
      const other = connect(Number(address.split(":")[2]), "127.0.0.1").on("error", () => {});
      await until(() => calls > 0, "a call of the test's own");
      other.destroy();
      assertEquals(calls, 1);
      assertEquals(await outcome(end.recv()), "ConnectError");
      assert(calls > 1);
    });
    server.close();
  },
  LIMIT,
);

test(
  "Pool ends a worker whose journal says that it is frozen when the pool has not frozen it, and runs the tasks behind elsewhere",
  async () => {
    await attack(async (pool) => {
      const frozen = outcome(pool.apply(freezeItself));
      const behind = await Promise.all(Array.from({ length: 8 }, (_, n) => outcome(pool.apply(double, [n]))));
      const end = await frozen;
      assert(end === 0 || end === 1 || end === "WorkerLostError", String(end));
      // The worker sees it when it is to begin its next task, which is lost with it.
      await until(async () => {
        await outcome(pool.map(double, [1, 2, 3, 4], { chunksize: 1 }));
        return end === 0 || pool.stats().restarts > 0;
      }, "the worker is ended");
      for (const [n, value] of behind.entries()) assert(value === 2 * n || value === "WorkerLostError", String(value));
      assert(behind.filter((value) => value === "WorkerLostError").length <= 1, String(behind));
    });
  },
  LIMIT,
);

test("SentTasks.takeReturned() throws a ProtocolError when a task was given back a hundred times and is once more, and leaves it where it was", () => {
  const fn = { ref: { by: "task", name: "f", url: "file:///f.ts" }, number: 0, name: "f" } as const;
  const outcome = { value() {}, error() {} };
  const task = new Task(fn, "call", { text: "[]", blocks: [], handles: [] }, outcome, new TaskCounters());
  for (let times = 0; times < 100; times++) {
    const sent = new SentTasks(); // each time another worker's
    assertEquals(sent.takeReturned([sent.add(task)]), [task]);
    assertEquals(sent.size, 0);
  }
  const sent = new SentTasks();
  const number = sent.add(task);
  assertThrows(() => sent.takeReturned([number]), ProtocolError);
  assertEquals(sent.numberOf(task), number);
  assertEquals(sent.takeReturned([number, 7]), [task]); // the next worker may mean it
});

test(
  "Pool goes on when a worker has put something else in the place of its journal: nothing, noise, torn notes, messages of others, a huge file without content, a directory, a link to a file without end, a named pipe",
  async () => {
    const replacements: Replacement[] = [
      ...["nothing", "noise", "torn", "others", "sparse", "directory", "endless", "pipe"] as const,
    ];
    await attack(async () => {
      for (const replacement of replacements) {
        for (const exits of replacement === "torn" ? [false, true] : [false]) {
          await using pool = new Pool(2);
          const replaced = outcome(pool.apply(replaceJournal, [replacement, exits ? 50 : 300, exits]));
          // Behind it, so that the pool looks for what its worker has begun.
          const behind = Promise.all(Array.from({ length: 8 }, (_, n) => outcome(pool.apply(double, [n]))));
          const end = await replaced;
          assert(end === 1 || end === "WorkerLostError", `${replacement}: ${end}`);
          const values = (await behind).filter((value) => typeof value === "number");
          assert(values.length >= 7, `${replacement}: ${await behind}`);
          assertEquals(await outcome(pool.map(double, [1, 2, 3])), [2, 4, 6]);
        }
      }
    });
  },
  LIMIT,
);

noLeaks();
