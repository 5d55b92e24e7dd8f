import process from "node:process";
import { type Address, AuthenticationError, ConnectError, Manager, StateError } from "../../mod.ts";
import { Counters } from "./_fixtures/types.ts";
import { told } from "../replay/_fixtures/replay_tell.ts";
import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "../_support/assert.ts";
import { deadline, until } from "../_support/async.ts";
import { Folder } from "../_support/folder.ts";
import { run, type Running, runtimes, start } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const authkey = new TextEncoder().encode("a key");
const ANY = { hostname: "127.0.0.1", port: 0 };

/** A program that has a manager: where that is. Ends it by ^C afterwards. */
async function served(args: string[], runtime: string, act: (address: string) => Promise<void>): Promise<string> {
  const running: Running = start("manager/_programs/serve.ts", { args, runtime });
  try {
    await until(() => running.stdout().includes("\n"), "the manager serves", 20_000);
    await act(running.stdout().split("\n")[0]!);
    process.kill(-running.pid, "SIGINT");
    const { code, stderr, stdout } = await deadline(running.ended, 10_000);
    assertEquals([code, stderr], [0, ""]);
    return stdout;
  } finally {
    running.kill("SIGKILL");
  }
}

/** What a program of each runtime can do with a manager of this one. */
async function everywhere(how: "serve" | "start", inNetwork: boolean): Promise<void> {
  using folder = new Folder();
  const path = folder.at("manager");
  await served(inNetwork ? [how] : [how, path], runtimes[0]!, async (address) => {
    if (!inNetwork) assertEquals(JSON.parse(address), `unix:${path}`);
    for (const runtime of runtimes) {
      const { stdout, stderr } = await run("manager/_programs/client.ts", {
        args: [address],
        runtime,
        limit: 40_000,
      });
      assertEquals(stderr, "", runtime);
      const said = told(stdout);
      assertEquals(said.dict, [[[1, null], true, new Date(7).toJSON()]]);
      assertEquals([said.lock, said.large], [[[true, false]], [[3]]]);
      assertEquals([said.counter, said.made], [[[5, true, "RangeError: there"]], [[4]]]);
      const [[value, refusal]] = said.unregistered as [[number, string]];
      assertEquals(value, 1);
      assert(refusal.startsWith("RangeError: Cannot make None: the manager does not know it"), refusal);
      assert(String(said["wrong key"]).startsWith("AuthenticationError"));
      assert(String(said.shutdown).startsWith("StateError"));
    }
  });
  assert(!folder.has("manager"), "the socket is gone");
}

test(
  "Manager.serveForever() serves programs of each runtime at a place in the network",
  () => everywhere("serve", true),
  {
    limit: 120_000,
  },
);

test(
  "Manager.serveForever() serves programs of each runtime at a path, which is free again afterwards",
  () => everywhere("serve", false),
  {
    limit: 120_000,
  },
);

test(
  "Manager.start() with an address serves other programs of each runtime as well, from a process of its own",
  async () => {
    await everywhere("start", true);
    await everywhere("start", false);
  },
  { limit: 240_000 },
);

test("Manager.serveForever() ends at ^C, and what it owned is gone", async () => {
  const stdout = await served(["serve"], runtimes[0]!, () => Promise.resolve());
  assertEquals(stdout.split("\n").slice(1), ["ConnectError", ""]);
});

test("Manager.serveForever() ends at shutdown(), and every use of what it owned rejects with ConnectError", async () => {
  const server = new Manager({ address: ANY, authkey });
  const serving = server.serveForever();
  const client = await new Manager({ address: server.address!, authkey }).connect();
  const dict = client.dict({ a: 1 });
  const pending = client.Queue().get();
  pending.catch(() => {});
  assertEquals(await dict.get("a"), 1);
  await server.shutdown();
  await deadline(serving, 5_000);
  await assertRejects(() => deadline(pending, 5_000), ConnectError);
  await assertRejects(() => deadline(dict.get("a"), 5_000), ConnectError);
  await assertRejects(() => new Manager({ address: server.address!, authkey }).connect(), ConnectError);
});

test("Manager.serveForever() rejects with ConnectError when its address is taken, and can be tried again", async () => {
  const first = new Manager({ address: ANY, authkey });
  const serving = first.serveForever();
  const { address } = first;
  await using second = new Manager({ address: address!, authkey });
  await assertRejects(() => second.serveForever(), StateError, "does already");
  await first.shutdown();
  await serving;
  using folder = new Folder();
  const taken = new Manager({ address: folder.write("taken", "text"), authkey });
  for (let tries = 0; tries < 2; tries++) await assertRejects(() => taken.serveForever(), ConnectError);
});

test("Manager that serves can be one after the other at the same address", async () => {
  let address: Address = ANY;
  for (const value of [1, 2, 3]) {
    const manager: Manager = new Manager({ address, authkey });
    const serving = manager.serveForever();
    address = manager.address!;
    assertEquals(await manager.list([value]).toArray(), [value]);
    await manager.shutdown();
    await serving;
  }
});

test("Manager.start() at an address that is taken makes the first use reject, with the reason", async () => {
  using folder = new Folder();
  await using manager = new Manager({ address: folder.write("taken", "text"), authkey });
  const error = await assertRejects(() => deadline(manager.list().length(), 20_000), ConnectError);
  assert(`${error} ${error.cause}`.includes("Cannot listen at"), String(error));
});

test("Manager.address has the port that it got, as soon as that is known", async () => {
  await using manager = new Manager({ address: ANY, authkey });
  assertEquals(manager.address, ANY);
  await manager.list().length();
  const { hostname, port } = manager.address as typeof ANY;
  assert(hostname === "127.0.0.1" && port > 0);
});

test("Manager.connect() rejects with ConnectError where nobody is, and with AuthenticationError where another key is", async () => {
  using folder = new Folder();
  const nobody = new Manager({ address: folder.at("nobody"), authkey });
  await assertRejects(() => nobody.connect(), ConnectError);
  await using manager = new Manager({ address: folder.at("there"), authkey });
  await manager.list().length();
  const stranger = new Manager({ address: folder.at("there"), authkey: new Uint8Array(32) });
  const error = await assertRejects(() => stranger.connect());
  assertInstanceOf(error, AuthenticationError);
  await assertRejects(() => new Manager().connect(), TypeError, "it has no address");
});

test("Manager.connect() gives the manager, which cannot be started, nor connected again, nor shut down", async () => {
  using folder = new Folder();
  await using owner = new Manager({ address: folder.at("manager"), authkey });
  await owner.list().length();
  const manager = new Manager({ address: folder.at("manager"), authkey });
  assert(await manager.connect() === manager);
  assertThrows(() => manager.start(), StateError, "it is connected");
  for (const act of [() => manager.connect(), () => manager.shutdown(), () => manager.serveForever()]) {
    await assertRejects(act, StateError, "it is connected");
  }
  await manager[Symbol.asyncDispose]();
  assertEquals(await manager.list([1]).length(), 1);
});

test("Manager.create() on one that serves others makes what was registered there, and imports nothing that a caller names", async () => {
  using folder = new Folder();
  await using owner = new Manager({ address: folder.at("manager"), authkey });
  await owner.list().length();
  const manager = await new Counters({ address: folder.at("manager"), authkey }).connect();
  await assertRejects(() => manager.create("Counter").add!(), RangeError, "the manager does not know it");
});

test("new Manager() throws a TypeError when a place in the network is given without a key", () => {
  assertThrows(() => new Manager({ address: { hostname: "127.0.0.1", port: 5_000 } }), TypeError, "give an authkey");
});

noLeaks();
