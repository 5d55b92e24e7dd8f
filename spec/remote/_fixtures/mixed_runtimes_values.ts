/** Queues, pipes and shared values between two processes. */
import {
  type Connection,
  JoinableQueue,
  Lock,
  Pipe,
  Queue,
  SharedArray,
  SharedMemory,
  SimpleQueue,
  Value,
} from "../../../mod.ts";
import { assertEquals } from "../../_support/assert.ts";
import { type AnyWay, outcome, way } from "./mixed_runtimes_way.ts";
import { samples } from "../../queue/_fixtures/samples.ts";

const MiB = 1024 * 1024;

/** What crosses, each with a name. */
export const VALUES: Record<string, unknown> = {
  ...samples,
  keys: new Map<unknown, unknown>([[-0, NaN], ["\udfff", new Set([-0n, "\ud800\u0000"])], [new Date(-1), null]]),
  floats: Float64Array.from({ length: MiB / 8 }, (_, n) => n % 7 === 0 ? -0 : n / 3),
  words: Uint32Array.from({ length: MiB / 4 }, (_, n) => n * 2_654_435_761),
  longs: BigInt64Array.from({ length: MiB / 8 }, (_, n) => -(BigInt(n) ** 3n)),
  text: "\ud83dé😀".repeat(40_000) + "\udc00",
  cause: new TypeError("outer", { cause: new RangeError("inner", { cause: { at: new Date(7), n: -0 } }) }),
};

/** Names of those that are not what they were. An error's stack is its process's own. */
function altered(given: Record<string, unknown>): string[] {
  return Object.keys(VALUES).filter((name) => {
    if (!(name in given)) return true;
    const [one, other] = [given[name], VALUES[name]];
    if (one instanceof Error && other instanceof Error) return !alike(one, other);
    try {
      assertEquals(one, other);
      return false;
    } catch {
      return true;
    }
  });
}

function alike(one: Error, other: Error): boolean {
  if (one.constructor !== other.constructor || one.message !== other.message) return false;
  const [cause, expected] = [one.cause, other.cause];
  if (expected instanceof Error) return cause instanceof Error && alike(cause, expected);
  try {
    assertEquals(cause, expected);
    return true;
  } catch {
    return false;
  }
}

export const VALUE_WAYS: Record<string, AnyWay> = {
  Queue: way({
    make: () => ({ there: new Queue<unknown>(1), back: new Queue<unknown>() }),
    async own({ there, back }, talk) {
      await talk.hear(); // it waits
      await there.put("first");
      await talk.hear(); // it has it
      await there.put("second");
      let isThere = false;
      const third = there.put("third").then(() => isThere = true);
      const full = [await there.full(), isThere];
      await talk.say();
      await third;
      const returned: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(VALUES)) {
        await there.put(value);
        returned[name] = await back.get();
      }
      await there.close();
      return [full, altered(returned)];
    },
    async use({ there, back }, talk) {
      const first = there.get();
      await there.qsize(); // asked after it
      await talk.say();
      const taken = [await first];
      await talk.say();
      await talk.hear();
      taken.push(await there.get(), await there.get());
      const arrived: Record<string, unknown> = {};
      for (const name of Object.keys(VALUES)) await back.put(arrived[name] = await there.get());
      return [taken, altered(arrived), await outcome(() => there.get())];
    },
  }),
  JoinableQueue: way({
    make: () => new JoinableQueue<number>(),
    async own(queue, talk) {
      await queue.put(1);
      await queue.put(2);
      let isJoined = false;
      const joined = queue.join().then((all) => (isJoined = true, all));
      await talk.hear(); // one is done
      const before = [isJoined, await queue.join({ timeout: 0 })];
      await talk.say();
      return [before, await joined];
    },
    async use(queue, talk) {
      const taken = [await queue.get(), await queue.get()];
      await queue.taskDone();
      await talk.say();
      await talk.hear();
      await queue.taskDone();
      return [taken, await outcome(() => queue.taskDone())];
    },
  }),
  SimpleQueue: way({
    make: () => ({ there: new SimpleQueue<number>(), back: new SimpleQueue<number>() }),
    async own({ there, back }) {
      const items = Array.from({ length: 1_000 }, (_, n) => n);
      for (const n of items) await there.put(n);
      const returned: number[] = [];
      while (returned.length < items.length) returned.push(await back.get());
      return returned.every((item, n) => item === n);
    },
    async use({ there, back }) {
      for (let n = 0; n < 1_000; n++) await back.put(await there.get());
      return await there.empty();
    },
  }),
  Pipe: way<[Connection, Connection]>({
    make: () => Pipe(),
    give: ([, far]) => far,
    async own([near, far]) {
      far.close();
      const returned: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(VALUES)) {
        await near.send(value);
        returned[name] = await near.recv();
      }
      const bytes = Uint8Array.from({ length: MiB }, (_, n) => n % 251);
      await near.sendBytes(bytes);
      assertEquals(await near.recvBytes(), bytes);
      return [altered(returned), await outcome(() => near.recv())];
    },
    async use(given) {
      const far = given as unknown as Connection;
      for (const _ of Object.keys(VALUES)) await far.send(await far.recv());
      await far.sendBytes(await far.recvBytes());
      far.close();
      return [far.readable, far.writable, far.closed];
    },
  }),
  "Pipe of one direction": way<[Connection, Connection]>({
    make: () => Pipe({ duplex: false }),
    give: ([, writer]) => writer,
    async own([reader]) {
      return [await reader.recv(), await reader.poll({ timeout: 5_000 }), await reader.recv()];
    },
    async use(given) {
      const writer = given as unknown as Connection;
      await writer.send("one");
      await writer.send("two");
      return [writer.readable, writer.writable];
    },
  }),
  Value: way({
    make: () => ({ int: new Value("i", 40), long: new Value<bigint>("q", 2n ** 40n), real: new Value("d", 0) }),
    async own({ int, long, real }, talk) {
      await Promise.all(Array.from({ length: 100 }, () => int.add(1)));
      await talk.say();
      await talk.hear();
      return [await int.get(), await long.get() === 2n ** 40n - 1n, Object.is(await real.get(), -0)];
    },
    async use({ int, long, real }, talk) {
      await Promise.all(Array.from({ length: 100 }, () => int.add(1)));
      await talk.hear();
      {
        await using _ = await int.getLock().hold();
        await int.set(await int.get() + 2);
      }
      await long.add(-1n);
      await real.set(-0);
      await talk.say();
      return await int.get();
    },
  }),
  SharedArray: way({
    make: () => new SharedArray("d", [1, 2, 3]),
    async own(array, talk) {
      await talk.hear();
      return [await array.slice(), await outcome(() => array.get(3))];
    },
    async use(array, talk) {
      const found = [array.length, await array.get(2), await array.slice(0, 2)];
      await array.set(1, -0.5);
      await talk.say();
      return found;
    },
  }),
  SharedMemory: way({
    make: () => SharedMemory.create(MiB),
    async own(memory, talk) {
      memory.buf.fill(7);
      await talk.say();
      await talk.hear();
      return [memory.buf[0], memory.buf[MiB - 1], memory.buf[1]];
    },
    async use(memory, talk) {
      await talk.hear();
      const found = [memory.size, memory.buf.every((byte) => byte === 7)];
      memory.buf[0] = 1;
      memory.buf[MiB - 1] = 2;
      await talk.say();
      return found;
    },
    end: (memory) => memory.unlink(),
  }),
  "handle inside values": way({
    make: () => ({ queue: new Queue<unknown>(), lock: new Lock(), inner: new Queue<unknown>() }),
    give: ({ queue }) => queue,
    async own({ queue, lock, inner }, talk) {
      const [near, far] = Pipe<unknown>();
      await lock.acquire();
      await queue.put({ list: [lock, new Map([["inner", inner]])], far, twice: lock });
      const own = await inner.get() as { lock: Lock; theirs: Queue<unknown> };
      await near.send("by the pipe");
      await own.theirs.put("to a queue of the user's");
      await lock.release();
      await talk.hear();
      return [own.lock === lock, await lock.locked()];
    },
    async use(given, talk) {
      const queue = given as unknown as Queue<
        { list: [Lock, Map<string, Queue<unknown>>]; far: Connection; twice: Lock }
      >;
      const { list: [lock, map], far, twice } = await queue.get();
      const theirs = new Queue<unknown>();
      await map.get("inner")!.put({ lock, theirs });
      const found = [lock === twice, await far.recv(), await theirs.get(), await lock.acquire()];
      await talk.say();
      return found;
    },
  }),
};
