/**
 * Sends an object of each kind as soon as it is made, for the first time in this program, to a worker that uses it at
 * once: the owner may not have loaded yet what the kind needs.
 */
import {
  Barrier,
  type Connection,
  Event,
  Lock,
  Pipe,
  Pool,
  Queue,
  Semaphore,
  SharedArray,
  Value,
} from "../../../mod.ts";

const MAKERS: Record<string, () => object[]> = {
  Pipe: () => Pipe(),
  Lock: () => [new Lock()],
  Semaphore: () => [new Semaphore(1)],
  Event: () => [new Event()],
  Barrier: () => [new Barrier(1)],
  Value: () => [new Value("i", 7)],
  SharedArray: () => [new SharedArray("i", [7])],
};

// deno-lint-ignore no-explicit-any
const USES: Record<string, (thing: any) => Promise<unknown>> = {
  Queue: (queue: Queue) => queue.put(1),
  Pipe: (end: Connection<unknown>) => end.send("sent"),
  Lock: (lock: Lock) => lock.acquire(),
  Semaphore: (semaphore: Semaphore) => semaphore.acquire(),
  Event: (event: Event) => event.isSet(),
  Barrier: (barrier: Barrier) => barrier.wait(),
  Value: (value: Value) => value.getLock().acquire(),
  SharedArray: (array: SharedArray) => array.get(0),
};

export async function use(kind: string, thing: object): Promise<string> {
  return await USES[kind]!(thing).then(() => kind, (error) => `${kind}: ${error}`);
}

if (import.meta.main) {
  await using pool = new Pool(1);
  console.log(await pool.apply(use, ["Queue", new Queue()]));
  const kept: object[] = []; // an end of a pipe that is collected is closed
  for (const [kind, make] of Object.entries(MAKERS)) {
    const things = make();
    kept.push(...things);
    console.log(await pool.apply(use, [kind, things[0]!]));
  }
}
