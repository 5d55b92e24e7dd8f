import { inspect } from "node:util";
import process from "node:process";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  JoinableQueue,
  Listener,
  Lock,
  Manager,
  Pipe,
  Pool,
  Process,
  Queue,
  RLock,
  Semaphore,
  SharedArray,
  SharedMemory,
  SimpleQueue,
  Value,
} from "../../mod.ts";
import { assertEquals, assertMatch } from "../_support/assert.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { pid } from "../_support/waiting.ts";
import { Counter, Greeter, showGiven } from "./_fixtures/shown.ts";

/** On one line, with the quotes of Node. */
function shown(object: unknown): string {
  return inspect(object, { breakLength: Infinity });
}

test("Process shows its name, pid and state, and its exit code when it has ended", async () => {
  const child = new Process({ target: pid, name: "crunch" });
  assertEquals(shown(child), "Process { name: 'crunch', pid: null, state: 'not started' }");
  child.start();
  assertEquals(shown(child), `Process { name: 'crunch', pid: ${child.pid}, state: 'started' }`);
  await child.join();
  assertEquals(shown(child), `Process { name: 'crunch', pid: ${child.pid}, state: 'ended', exitCode: 0 }`);
  const { pid: old } = child;
  child.close();
  assertEquals(shown(child), `Process { name: 'crunch', pid: ${old}, state: 'closed' }`);
});

test("Process of a subclass shows that class and its own fields", () => {
  const child = new Greeter({ name: "g" });
  assertEquals(shown(child), "Greeter { name: 'g', pid: null, state: 'not started', greeting: 'hello' }");
});

test("Pool shows its state, the number of its processes and its tasks", async () => {
  const pool = new Pool(2);
  await pool.apply(pid);
  const counts = "queued: 0, running: 0, completed: 1, failed: 0";
  assertEquals(shown(pool), `Pool { state: 'open', processes: 2, ${counts} }`);
  pool.close();
  await pool.join();
  assertEquals(shown(pool), `Pool { state: 'closed', processes: 2, ${counts} }`);
});

test("AsyncResult shows its state, and its value or reason", async () => {
  await using pool = new Pool(1);
  const result = pool.applyAsync(pid);
  assertEquals(shown(result), "AsyncResult { state: 'pending' }");
  const value = await result;
  assertEquals(shown(result), `AsyncResult { state: 'fulfilled', value: ${value} }`);
  const failed = pool.applyAsync(pid, [], { signal: AbortSignal.abort(new RangeError("no")) });
  await failed.catch(() => {});
  assertMatch(shown(failed), /^AsyncResult \{\s+state: 'rejected',\s+reason: RangeError: no\s/);
});

test("Queue, JoinableQueue and SimpleQueue show what they hold", async () => {
  const [queue, joinable, simple] = [new Queue(3), new JoinableQueue(), new SimpleQueue()];
  for (const each of [queue, joinable, simple]) await each.put(1);
  assertEquals(shown(queue), "Queue { size: 1, maxsize: 3, closed: false }");
  assertEquals(shown(joinable), "JoinableQueue { size: 1, maxsize: Infinity, closed: false }");
  assertEquals(shown(simple), "SimpleQueue { size: 1, maxsize: Infinity, closed: false }");
  await queue.close();
  assertEquals(shown(queue), "Queue { size: 1, maxsize: 3, closed: true }");
});

test("Lock, RLock, Semaphore, BoundedSemaphore, Event, Condition and Barrier show their state", async () => {
  const [lock, recursive, event] = [new Lock(), new RLock(), new Event()];
  await lock.acquire();
  await recursive.locked();
  await event.set();
  const semaphores = [new Semaphore(2), new BoundedSemaphore(3)];
  for (const semaphore of semaphores) await semaphore.acquire();
  const [condition, barrier] = [new Condition(), new Barrier(2)];
  await condition.notify().catch(() => {});
  await barrier.reset();
  assertEquals([lock, recursive, event, ...semaphores, condition, barrier].map(shown), [
    "Lock { locked: true }",
    "RLock { locked: false }",
    "Event { isSet: true }",
    "Semaphore { value: 1 }",
    "BoundedSemaphore { value: 2 }",
    "Condition { waiting: 0 }",
    "Barrier { parties: 2, waiting: 0, broken: false }",
  ]);
});

test("Value and SharedArray show their typecode, and the value or the length", async () => {
  const [value, array] = [new Value("d", 1.5), new SharedArray("i", 4)];
  await value.get();
  await array.get(0);
  assertEquals(shown(value), "Value { typecode: 'd', value: 1.5 }");
  assertEquals(shown(array), "SharedArray { typecode: 'i', length: 4 }");
});

test("SharedMemory shows its name and size", () => {
  const memory = SharedMemory.create(64, `shown-${process.pid}`);
  try {
    assertEquals(shown(memory), `SharedMemory { name: 'shown-${process.pid}', size: 64 }`);
    memory.close();
    assertEquals(shown(memory), `SharedMemory { name: 'shown-${process.pid}', size: null }`);
  } finally {
    memory.unlink();
  }
});

test("Connection and Listener show whether they are open", () => {
  const [here, there] = Pipe({ duplex: false });
  assertEquals(shown(here), "Connection { readable: true, writable: false, closed: false }");
  here.close();
  there.close();
  assertEquals(shown(here), "Connection { readable: true, writable: false, closed: true }");
  const listener = new Listener();
  assertMatch(shown(listener), /^Listener \{ address: '.+', closed: false \}$/);
  listener.close();
  assertMatch(shown(listener), /^Listener \{ address: '.+', closed: true \}$/);
});

test("Manager shows its name, address and state", async () => {
  const manager = new Manager({ name: "keeper" });
  assertEquals(shown(manager), "Manager { name: 'keeper', address: null, state: 'new' }");
  await manager.start().shutdown();
  assertMatch(shown(manager), /^Manager \{ name: 'keeper', address: .+, state: 'shut down' \}$/);
});

test("Objects that live in another process show its address: dicts, lists, sets, namespaces, registered objects, and queues in a child", async () => {
  class Makes extends Manager {}
  Makes.register("Counter", Counter);
  await using manager = new Makes();
  const counter = manager.create<Counter>("Counter");
  assertEquals(await counter.increment(), 1);
  const objects = [manager.dict(), manager.list(), manager.set(), manager.Namespace(), manager.Queue()];
  for (const [at, name] of ["DictProxy", "ListProxy", "SetProxy", "NamespaceProxy", "Queue"].entries()) {
    assertMatch(shown(objects[at]), new RegExp(`^${name} \\{ owner: '(unix|tcp):.+' \\}$`));
  }
  assertMatch(shown(counter), /^\w+ \{ type: 'Counter', owner: '(unix|tcp):.+'/);
  const [said, own] = [new Queue<string>(), new Queue()];
  const child = new Process({ target: showGiven, args: [said, [own, new Lock()]] }).start();
  assertMatch(await said.get(), /^Queue \{ owner: '(unix|tcp):.+' \}$/);
  assertMatch(await said.get(), /^Lock \{ owner: '(unix|tcp):.+' \}$/);
  await child.join();
});

test("Objects are shown so by console.log() as well, by themselves, in arrays and in fields", async () => {
  const { code, stdout } = await run("runtime/_programs/shown.ts");
  assertEquals([
    code,
    stdout.replaceAll('"', "'").replace(/\s+/g, " ").replaceAll(",]", "]").replaceAll(", }", " }").trim(),
  ], [
    0,
    "Lock { locked: false } [ Lock { locked: false } ] { field: Lock { locked: false } }",
  ]);
});

noLeaks();
