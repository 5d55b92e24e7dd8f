import type { Address } from "../../mod.ts";
import { VECTORS } from "../_support/vectors.ts";
import { told } from "../replay/_fixtures/replay_tell.ts";
import { assert, assertEquals, assertMatch } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { Folder } from "../_support/folder.ts";
import {
  type Ended,
  hasPermissions,
  type ProgramOptions,
  run,
  type Running,
  runtimes,
  start,
} from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** The runtime under test, and the other, which is under test in its turn. */
const [here, there] = runtimes as [string, string];
const PATIENCE = { limit: 120_000 };
type Facts = Record<string, unknown[][]>;

/** Runs a program that listens, and `act` while it does; then it shall end, or is ended. */
async function beside(
  program: string,
  options: ProgramOptions,
  act: (owner: Running) => Promise<void>,
): Promise<Ended> {
  const owner = start(program, options);
  const timer = setTimeout(() => owner.kill("SIGKILL"), 60_000);
  try {
    let hasEnded = false;
    void owner.ended.then(() => hasEnded = true);
    await until(() => hasEnded || owner.stdout().includes("\n"), "it listens", 20_000);
    assertEquals([hasEnded, owner.stderr()], [false, ""]);
    await act(owner);
    return await owner.ended;
  } finally {
    owner.kill("SIGKILL");
    clearTimeout(timer);
  }
}

/** Where somebody listens who has just said so. */
function addressOf(listener: Running): string {
  return JSON.stringify(JSON.parse(listener.stdout().split("\n")[0]!)[1]);
}

/** What the two programs found: that of this runtime, which listened, and that of the other. */
async function play(address: Address, options: ProgramOptions = {}, ...how: string[]): Promise<Facts[]> {
  const program = "remote/_programs/mixed_runtimes.ts";
  let caller: Ended;
  const args = ["listen", JSON.stringify(address), ...how];
  const listener = await beside(program, { args, runtime: here, ...options }, async (running) => {
    caller = await run(program, { args: ["call", addressOf(running), ...how], runtime: there, limit: 60_000 });
  });
  for (const { code, stderr } of [caller!, listener]) assertEquals([code, stderr], [0, ""]);
  return [listener, caller!].map(({ stdout }) => told(stdout));
}

async function playAtPath(): Promise<Facts[]> {
  using folder = new Folder();
  return await play(folder.at("socket"));
}

let played: Promise<Facts[]> | undefined;

/** What both found of a thing, whichever made it: its owner, and its user. */
async function both(name: string, owner: unknown, user: unknown): Promise<void> {
  const sides = await (played ??= playAtPath());
  for (const [at, facts] of sides.entries()) {
    const [one, other] = at === 0 ? [here, there] : [there, here];
    assertEquals(facts[`own ${name}`], [[owner]], `${name} of ${one}, as found there`);
    assertEquals(sides[1 - at]![`use ${name}`], [[user]], `${name} of ${one}, as found by ${other}`);
  }
}

test(
  "Queue carries every kind of value to the other runtime and back, holds up who puts and who takes, and says when it is closed",
  async () => {
    await both("Queue", [[true, false], []], [["first", "second", "third"], [], "ClosedError"]);
  },
  PATIENCE,
);

test("JoinableQueue is joined when the other runtime has done all that it took", async () => {
  await both("JoinableQueue", [[false, false], true], [[1, 2], "RangeError"]);
});

test("SimpleQueue keeps the order of a thousand items between runtimes", async () => {
  await both("SimpleQueue", true, true);
});

test("Pipe carries every kind of value, and bytes, between its ends in two runtimes, and says when the other end is closed", async () => {
  await both("Pipe", [[], "EOFError"], [true, true, true]);
  await both("Pipe of one direction", ["one", true, "two"], [false, true]);
});

test("Value is counted by two runtimes at once, and keeps bigints and minus zero", async () => {
  await both("Value", [242, true, true], 242);
});

test("SharedArray is read and written by the other runtime", async () => {
  await both("SharedArray", [[1, -0.5, 3], "RangeError"], [3, 3, [1, 2]]);
});

test("SharedMemory is one memory for two runtimes", async () => {
  await both("SharedMemory", [1, 2, 7], [1_048_576, true]);
});

test("A handle inside values of another leads to the same thing in the other runtime, and back", async () => {
  await both("handle inside values", [true, true], [true, "by the pipe", "to a queue of the user's", true]);
});

test("Lock lets one runtime wait for the other", async () => {
  await both("Lock", [false, true, false], [false, false, true, true]);
});

test("RLock is entered again by its holder only, in whichever runtime", async () => {
  await both("RLock", [false, "StateError", true], [true, true]);
});

test("Semaphore and BoundedSemaphore count what two runtimes take and give back", async () => {
  await both("Semaphore", [0, 3], [true, true]);
  await both("BoundedSemaphore", 1, [true, "RangeError"]);
});

test("Event wakes who waits in the other runtime", async () => {
  await both("Event", [false, true], [false, true]);
});

test("Condition wakes who waits in the other runtime", async () => {
  await both("Condition", true, [true, "StateError"]);
});

test("Barrier lets two runtimes go at once, and breaks for both", async () => {
  await both("Barrier", ["BrokenBarrierError", true, false], [[0, 1], 2, 1]);
});

test("Manager of one runtime gives the other its dict, list, set and Namespace", async () => {
  await both("dict", ["zero", [131_072, true], 7, true, "\udc00"], [
    [1, "undefined"],
    true,
    7,
    [1, "undefined"],
    "RangeError",
  ]);
  await both("list", [4, "last"], [3, 4, true]);
  await both("set", [2, true], [true, ["1", "5", "7"]]);
  await both("Namespace", ["-0", "undefined"], ["Ada", { when: "-0" }]);
});

test("Manager of one runtime gives the other its registered objects, its locks, and what is in its dict", async () => {
  await both("registered object", 6, [5, "RangeError", 4, ["1n", [0], "\ud800"]]);
  await both("managed lock", [false, true], [true, false]);
  await both("handle in a dict", ["by the dict", "-0"], true);
});

/** Nothing by which files, and so unix sockets, could be used. */
const NETWORK = ["--allow-run", "--allow-net=127.0.0.1", "--allow-ffi"];

test(
  "Handles lead from one runtime to the other in the same way where the network of 127.0.0.1 is all that their owner may use",
  async () => {
    const [owner, user] = await play({ hostname: "127.0.0.1", port: 0 }, { flags: NETWORK }, "once");
    const [found, used] = await (played ??= playAtPath());
    const owned = (facts: Facts, role: string) =>
      Object.entries(facts).filter(([name]) => name.startsWith(role) && `own${name.slice(3)}` in owner!);
    assertEquals(owned(owner!, "own"), owned(found!, "own"));
    assertEquals(owned(user!, "use"), owned(used!, "use"));
    assert(owned(owner!, "own").length > 20);
  },
  PATIENCE,
);

const deaths = "remote/_programs/mixed_runtimes_deaths.ts";

/**
 * What the owner, of this runtime, and users, of the other, tell when a user ends so, and the next, and so on. The other
 * way round they are seen when the other runtime is under test.
 */
async function dying(ends: readonly string[]): Promise<[Ended, Ended[]]> {
  using folder = new Folder();
  const users: Ended[] = [];
  const ended = await beside(
    deaths,
    { args: ["own", JSON.stringify(folder.at("socket"))], runtime: here, env: { TMPDIR: folder.path } },
    async (running) => {
      for (const end of ends) {
        users.push(await run(deaths, { args: ["use", addressOf(running), end], runtime: there }));
        const answered = () => told(running.stdout())[end] !== undefined;
        if (end !== "sees") await until(answered, "the owner has found out", 20_000);
      }
      if (!ends.includes("sees")) running.kill("SIGKILL");
    },
  );
  return [ended, users];
}

const rest = Array.from({ length: 97 }, (_, n) => n + 3);
const all = Array.from({ length: 100 }, (_, n) => n);

test(
  "Lock and Semaphore of one runtime are free again when who held them in the other is killed, and the next is told",
  async () => {
    const [{ stdout, stderr }, users] = await dying(["killed"]);
    assertEquals(users.map(({ signal }) => signal), ["SIGKILL"]);
    const [[gone, abandoned, units]] = told(stdout).killed as [unknown[]];
    assertEquals([gone, abandoned, units, stderr], ["EOFError", true, [true, false], ""]);
  },
  PATIENCE,
);

test(
  "Queue of one runtime has all that was put, and what was not taken, when its user of the other kills itself",
  async () => {
    const [{ stdout }] = await dying(["kills itself"]);
    const [[, , , returned, left]] = told(stdout)["kills itself"] as [unknown[]];
    assertEquals(returned, [0, 1, 2, ...all]);
    assertEquals(left, rest);
  },
  PATIENCE,
);

test(
  "Whoever waits for things of the other runtime gets ConnectError at once when that process is killed, and EOFError from a connection",
  async () => {
    const [{ signal }, [ended]] = await dying(["sees"]);
    assertEquals([signal, ended!.code, ended!.stderr], ["SIGKILL", 0, ""]);
    const [[names, after, atOnce]] = told(ended!.stdout).sees as [unknown[]];
    assertEquals(names, ["ConnectError", "ConnectError", "EOFError", "goes on"]);
    assertEquals([after, atOnce], [["ConnectError", "ConnectError"], true]);
  },
  PATIENCE,
);

test("Whoever uses a handle that leads to a unix socket, and may not, gets an error that names the flag, where there are permissions", async () => {
  using folder = new Folder();
  const args = ["own", JSON.stringify({ hostname: "127.0.0.1", port: 0 })];
  await beside(deaths, { args, runtime: there, env: { TMPDIR: folder.path } }, async (owner) => {
    const { code, stderr } = await run(deaths, { args: ["use", addressOf(owner), "sees"], flags: NETWORK });
    if (!hasPermissions) return assertEquals([code, stderr], [0, ""]);
    assertEquals(code, 1);
    assertMatch(stderr, /ConnectError: Cannot connect to unix:.*, run with --allow-(read|write|net)=/);
    owner.kill("SIGKILL");
  });
});

test("encode() gives the same bytes on both runtimes for every vector, and each decodes the other's to what it encodes again", async () => {
  const program = "remote/_programs/mixed_runtimes_codec.ts";
  const expected = VECTORS.map(({ name, text, blocks }) => [name, text, blocks]);
  const made: string[] = [];
  for (const runtime of [here, there]) {
    const { stdout, stderr } = await run(program, { runtime });
    assertEquals(stderr, "");
    assertEquals(JSON.parse(stdout), expected, runtime);
    made.push(stdout);
  }
  const kept = (lines: unknown[]) => lines.filter((_, at) => VECTORS[at]!.arrives === undefined);
  const again: string[] = [];
  for (const [at, runtime] of [here, there].entries()) {
    const { stdout, stderr } = await run(program, { runtime, input: made[1 - at]! });
    assertEquals(stderr, "");
    assertEquals(kept(JSON.parse(stdout)), kept(expected), `${runtime} with what the other made`);
    again.push(stdout);
  }
  assert(made[0] === made[1] && again[0] === again[1], "the two differ");
  assert(VECTORS.length > 90);
});

noLeaks();
