import {
  Barrier,
  Client,
  Condition,
  connectionWait,
  Event,
  fork,
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
  SimpleQueue,
  Value,
  wait,
  waitpid,
} from "../../mod.ts";
import { assertEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { Counter } from "./_fixtures/shown.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { pid } from "../_support/waiting.ts";

type Call = (options: never) => unknown;

/** Everything that takes options, with one that is misspelled and the one that was meant. */
function calls(pool: Pool): [what: string, call: Call, misspelled: string, meant: string][] {
  const [queue, joinable, simple] = [new Queue(), new JoinableQueue(), new SimpleQueue()];
  const [lock, semaphore, condition] = [new Lock(), new Semaphore(), new Condition()];
  const [here] = Pipe();
  return [
    ["make pool", (options) => new Pool(options), "process", "processes"],
    ["make pool", (options) => new Pool(1, options), "maxTaskPerChild", "maxTasksPerChild"],
    ["apply", (options) => pool.apply(pid, [], options), "timout", "timeout"],
    ["applyAsync", (options) => pool.applyAsync(pid, [], options), "errorCallBack", "errorCallback"],
    ["map", (options) => pool.map(pid, [1] as never, options), "chunkSize", "chunksize"],
    ["mapAsync", (options) => pool.mapAsync(pid, [1] as never, options), "call_back", "callback"],
    ["starmap", (options) => pool.starmap(pid, [[]], options), "onprogress", "onProgress"],
    ["imap", (options) => pool.imap(pid, [1] as never, options), "buffers", "buffer"],
    ["join pool", (options) => pool.join(options), "timeOut", "timeout"],
    ["get result", (options) => pool.applyAsync(pid).get(options), "timeoutMs", "timeout"],
    ["make process", (options) => new Process(options), "arg", "args"],
    ["join process", (options) => new Process({ target: pid }).join(options), "timout", "timeout"],
    ["wait for a child", (options) => wait(options), "signals", "signal"],
    ["wait for process 1", (options) => waitpid(1, options), "nohang", "noHang"],
    ["fork", (options) => fork(options), "runtimeargs", "runtimeArgs"],
    ["put into queue", (options) => queue.put(1, options), "timout", "timeout"],
    ["get from queue", (options) => queue.get(options), "blocks", "block"],
    ["join queue", (options) => joinable.join(options), "timout", "timeout"],
    ["get from queue", (options) => simple.get(options), "timout", "timeout"],
    ["acquire lock", (options) => lock.acquire(options), "blocking", "block"],
    ["hold lock", (options) => lock.hold(options), "timout", "timeout"],
    ["acquire semaphore", (options) => semaphore.acquire(options), "timout", "timeout"],
    ["wait on condition", (options) => condition.waitFor(() => true, options), "timout", "timeout"],
    ["wait for event", (options) => new Event().wait(options), "timout", "timeout"],
    ["make barrier", (options) => new Barrier(2, options), "actions", "action"],
    ["wait at barrier", (options) => new Barrier(2).wait(options), "timout", "timeout"],
    ["make pipe", (options) => Pipe(options), "duplexe", "duplex"],
    ["receive", (options) => here.recv(options), "timout", "timeout"],
    ["receive bytes", (options) => here.recvBytes(options), "maxlength", "maxLength"],
    ["poll connection", (options) => here.poll(options), "timout", "timeout"],
    ["wait for connections", (options) => connectionWait([here], options), "timout", "timeout"],
    ["listen", (options) => new Listener(options), "adress", "address"],
    ["connect", (options) => Client("/nowhere", options), "authKey", "authkey"],
    ["make manager", (options) => new Manager(options), "auth_key", "authkey"],
  ];
}

/** The message of the TypeError with which a call throws or rejects. */
async function messageOf(call: Call, options: unknown): Promise<string> {
  try {
    await call(options as never);
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
  return "nothing";
}

test("Options that do not exist are a TypeError that says which was probably meant, wherever options are taken", async () => {
  await using pool = new Pool(1);
  for (const [what, call, misspelled, meant] of calls(pool)) {
    const expected = `TypeError: Cannot ${what}: there is no option ${misspelled}, did you mean ${meant}?`;
    assertEquals(await messageOf(call, { [misspelled]: undefined }), expected);
  }
});

test("Options that resemble none are a TypeError that lists those that exist", async () => {
  const lock = new Lock();
  await assertRejects(
    () => lock.acquire({ patience: 5 } as never),
    TypeError,
    "Cannot acquire lock: there is no option patience, there are timeout, signal, block",
  );
  const toString = "Cannot make pipe: there is no option toString, there are duplex";
  assertThrows(() => Pipe({ toString: true } as never), TypeError, toString);
});

test("Options that are no object are a TypeError that shows the object that was probably meant", async () => {
  await using pool = new Pool(1);
  const hint = (what: string, object: string) =>
    `TypeError: Cannot ${what}: the options are not an object, did you mean { ${object} }?`;
  const cases: [call: Call, value: unknown, message: string][] = [
    [(options) => pool.map(pid, [1] as never, options), 10, hint("map", "chunksize: 10")],
    [(options) => pool.apply(pid, [], options), 100, hint("apply", "timeout: 100")],
    [(options) => new Queue().get(options), 5, hint("get from queue", "timeout: 5")],
    [(options) => Pipe(options), false, hint("make pipe", "duplex: false")],
  ];
  for (const [call, value, message] of cases) assertEquals(await messageOf(call, value), message);
  for (const value of [null, "fast", [1]]) {
    const said = await messageOf((options) => new Lock().acquire(options), value);
    assertEquals(
      said,
      "TypeError: Cannot acquire lock: the options are not an object, pass one such as { timeout: … }",
    );
  }
});

test("Options may be undefined, and each of them too", async () => {
  await using pool = new Pool(1, { name: undefined as never });
  const options = { timeout: undefined, signal: undefined };
  assertEquals(typeof await pool.apply(pid, [], options), "number");
  assertEquals(await new Lock().acquire(undefined), true);
  assertEquals(await new Lock().acquire(options), true);
});

test("Fields that are set on a shared object are a TypeError, and those of a subclass are set", async () => {
  class CounterManager extends Manager {}
  CounterManager.register("Counter", Counter);
  await using manager = new CounterManager();
  const cases: [object: object, key: string][] = [
    [manager.dict(), "x"],
    [manager.list([1]), "0"],
    [manager.set(), "x"],
    [manager.Namespace(), "x"],
    [manager.create("Counter"), "count"],
    [new Value("i", 0), "value"],
    [new SharedArray("i", 2), "1"],
    [new Queue(), "x"],
    [new JoinableQueue(), "x"],
    [new RLock(), "x"],
    [new Event(), "isSet2"],
  ];
  for (const [object, key] of cases) assertThrows(() => (object as Record<string, unknown>)[key] = 1, TypeError);
  class Named extends Queue {
    constructor(label: string) {
      super();
      (this as { label?: string }).label = label;
    }
  }
  assertEquals((new Named("letters") as { label?: string }).label, "letters");
});

noLeaks();
