import { existsSync, statSync } from "node:fs";
import {
  type Address,
  AuthenticationError,
  Client,
  ClosedError,
  ConnectError,
  type Connection,
  EOFError,
  Event,
  Listener,
  Pipe,
  Process,
  Queue,
  SerializationError,
  TimeoutError,
} from "../../mod.ts";
import { HandshakeBuffer, respond } from "../../src/transport/handshake.ts";
import { callListener } from "./_fixtures/many_callers.ts";
import { adapter, Inbox } from "../_support/sockets.ts";
import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { run, start } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const SERVES = "connection/_programs/listener_serves.ts";
const KEY = new TextEncoder().encode("the key");
const LOCAL = { hostname: "127.0.0.1", port: 0 };
const MIB = 1024 * 1024;

async function met(listener: Listener, authkey?: Uint8Array): Promise<[client: Connection, server: Connection]> {
  const calling = Client(listener.address, authkey && { authkey });
  const server = await listener.accept();
  return [await calling, server];
}

function close(...things: { close(): void }[]): void {
  for (const thing of things) thing.close();
}

/** Address of a program that serves. */
async function served(way: string): Promise<{ address: Address; ended: Promise<unknown> }> {
  const program = start(SERVES, { args: [way] });
  await until(() => program.stdout().includes("\n"), "it listens");
  return { address: program.stdout().trim(), ended: program.ended };
}

/** The address as adapters have it. */
function textOf(address: Address): string {
  return typeof address === "string" ? address : `tcp:${address.hostname}:${address.port}`;
}

test("new Listener() listens at an address of its own that only this user can reach, and its clients need no key", async () => {
  using listener = new Listener();
  const path = String(listener.address).replace(/^unix:/, "");
  assertEquals(statSync(path).mode & 0o077, 0);
  const [client, server] = await met(listener);
  await client.send("hello");
  assertEquals(await server.recv(), "hello");
  close(client, server);
});

test("new Listener() listens at a path, with and without `unix:` before it, which only this user can reach", async () => {
  const path = `${scratch()}/door`;
  for (const address of [path, `unix:${path}`]) {
    using listener = new Listener({ address });
    assertEquals([listener.address, statSync(path).mode & 0o777], [`unix:${path}`, 0o600]);
    const client = await Client(address);
    close(await listener.accept(), client);
  }
});

test("new Listener() listens at a place in the network, and takes a free port when it is 0", async () => {
  using listener = new Listener({ address: LOCAL, authkey: KEY });
  const { hostname, port } = listener.address as { hostname: string; port: number };
  assertEquals([hostname, port > 0], ["127.0.0.1", true]);
  const [client, server] = await met(listener, KEY);
  await client.send([1, 2]);
  assertEquals(await server.recv(), [1, 2]);
  close(client, server);
});

test("new Listener() throws TypeError when a place in the network is given without a key", () => {
  assertThrows(() => new Listener({ address: LOCAL }), TypeError, "give an authkey");
});

test("new Listener() throws ConnectError with the address when something is there already", () => {
  const path = `${scratch()}/door`;
  using listener = new Listener({ address: path });
  const error = assertThrows(() => new Listener({ address: path }), ConnectError, "Cannot listen at ");
  assertEquals([error!.address, existsSync(path)], [listener.address, true]);
  using other = new Listener({ address: LOCAL, authkey: KEY });
  assertThrows(() => new Listener({ address: other.address, authkey: KEY }), ConnectError, "Cannot listen at ");
  assertThrows(() => new Listener({ address: `${path}/no/folder` }), ConnectError, "Cannot listen at ");
});

test("new Listener() throws TypeError or RangeError that names the option when the address or the key is wrong", () => {
  for (const address of [5, null, {}, { hostname: "localhost" }, { hostname: 1, port: 1 }]) {
    assertThrows(() => new Listener({ address: address as never }), TypeError, "address");
  }
  for (const [hostname, port] of [["", 1], ["localhost", -1], ["localhost", 65_536], ["localhost", 0.5]] as const) {
    assertThrows(() => new Listener({ address: { hostname, port }, authkey: KEY }), RangeError, "no host");
  }
  assertThrows(() => new Listener({ address: "" }), RangeError, "address");
  assertThrows(() => new Listener({ authkey: "text" as never }), TypeError, "authkey");
  assertThrows(() => new Listener({ authkey: new Uint8Array(0) }), RangeError, "authkey");
  assertThrows(() => new Listener([] as never), TypeError, "options");
});

test("new Listener() before a fork is the parent's: its address is known in the child, and accept() throws StateError there", async () => {
  const { stdout, code } = await run(SERVES, { args: ["fork"] });
  assertEquals([stdout.split("\n").sort(), code], [["", "StateError string", "parent string"], 0]);
});

test("Listener.accept() gives the callers in the order in which they came, each its own connection", async () => {
  using listener = new Listener();
  const accepting = [listener.accept(), listener.accept()];
  const clients: Connection[] = [];
  for (const n of [0, 1, 2]) {
    clients.push(await Client(listener.address));
    await clients[n]!.send(n);
  }
  const servers = [...await Promise.all(accepting), await listener.accept()];
  assertEquals(await Promise.all(servers.map((server) => server.recv())), [0, 1, 2]);
  close(...clients, ...servers);
});

test("Listener.accept() gives a caller that connected, sent and closed before, with what it sent", async () => {
  using listener = new Listener();
  const client = await Client(listener.address);
  await client.send("early");
  client.close();
  const server = await listener.accept();
  assertEquals(await server.recv(), "early");
  await assertRejects(() => server.recv(), EOFError);
  server.close();
});

test("Listener.accept() throws TimeoutError when nobody calls in time, the reason when it is aborted, and loses no caller", async () => {
  using listener = new Listener();
  for (const timeout of [20, 0]) await assertRejects(() => listener.accept({ timeout }), TimeoutError);
  const reason = new Error("reason");
  const controller = new AbortController();
  const accepting = listener.accept({ signal: controller.signal });
  controller.abort(reason);
  assertEquals(await accepting.catch((caught) => caught), reason);
  const [client, server] = await met(listener);
  await client.send(1);
  assertEquals(await server.recv(), 1);
  close(client, server);
});

test("Listener.accept() throws ClosedError when the listener is closed, or closed meanwhile", async () => {
  const listener = new Listener();
  const accepting = listener.accept();
  accepting.catch(() => {});
  listener.close();
  await assertRejects(() => accepting, ClosedError, "the listener is closed");
  await assertRejects(() => listener.accept(), ClosedError, "the listener is closed");
});

test("Listener.accept() goes on to the next caller when one has a wrong key, says nothing, sends garbage or leaves", async () => {
  using listener = new Listener({ authkey: KEY });
  const accepting = listener.accept();
  await assertRejects(() => Client(listener.address, { authkey: KEY.slice(1) }), AuthenticationError);
  const strangers = [];
  for (const said of [0, 1, 64, 65, 8192, 100_000]) {
    const duplex = await adapter.connect(textOf(listener.address));
    duplex.receive(new Inbox());
    if (said > 0) await duplex.send(new Uint8Array(said).fill(91));
    strangers.push(duplex);
  }
  (await adapter.connect(textOf(listener.address))).close();
  const client = await Client(listener.address, { authkey: KEY });
  await client.send("served");
  const server = await accepting;
  assertEquals(await server.recv(), "served");
  close(client, server, ...strangers);
});

test(
  "Listener.accept() gives a thousand callers that come at once, also beside 600 strangers who say nothing",
  async () => {
    for (const where of [{}, { address: LOCAL }]) {
      using listener = new Listener({ authkey: KEY, ...where });
      const strangers = await Promise.all(Array.from({ length: 600 }, () => adapter.connect(textOf(listener.address))));
      const gate = new Event();
      const target = callListener;
      const callers = Array.from(
        { length: 4 },
        () => new Process({ target, args: [listener.address, KEY, 250, gate] }).start(),
      );
      gate.set();
      const numbers = new Set<unknown>();
      for (let count = 0; count < 1_000; count++) {
        using connection = await listener.accept({ timeout: 60_000 });
        numbers.add(await connection.recv());
        await connection.send("welcome");
      }
      assertEquals(numbers.size, 1_000);
      for (const caller of callers) {
        assertEquals(await caller.join(), 0);
      }
      close(...strangers);
    }
  },
  { limit: 90_000 },
);

test("Listener.accept() keeps its program running, an idle listener does not", async () => {
  assertEquals((await run(SERVES, { args: ["accepts"] })).stdout, "TimeoutError\n");
  assertEquals((await run(SERVES, { args: ["idle"] })).stdout, "idle\n");
});

test("Listener.close() frees the address, removes the file, and leaves connections that were accepted", async () => {
  const path = `${scratch()}/door`;
  const listener = new Listener({ address: path });
  const [client, server] = await met(listener);
  listener.close();
  assertEquals(existsSync(path), false);
  await assertRejects(() => Client(path), ConnectError);
  await client.send("still");
  assertEquals(await server.recv(), "still");
  close(client, server);
  new Listener({ address: path }).close();
});

test("Listener.close() closes callers that were not accepted, and a second call does nothing", async () => {
  const listener = new Listener();
  const client = await Client(listener.address);
  await until(() => client.send(1).then(() => true), "it is in");
  await delay(50);
  listener.close();
  listener.close();
  await assertRejects(() => client.recv(), EOFError);
  client.close();
});

test("Listener leaves no file behind when its program ends", async () => {
  const path = `${scratch()}/door`;
  assertEquals((await run(SERVES, { args: ["at", path] })).stdout, "idle\n");
  assertEquals(existsSync(path), false);
});

test("Client() connects to a listener of another process, with the key, and both sides send what queues and pipes take", async () => {
  const { address, ended } = await served("echo");
  const client = await Client(address, { authkey: KEY });
  for (const item of [undefined, new Map([[1, { two: 3n }]]), new Float64Array(100_000).fill(7)]) {
    await client.send(item);
    assertEquals(await client.recv(), item);
  }
  client.close();
  await ended;
});

test("Client() gets what the listener's side sends at once, of whatever size", async () => {
  const authkey = new TextEncoder().encode("a key");
  using listener = new Listener({ address: { hostname: "127.0.0.1", port: 0 }, authkey });
  for (let n = 0; n < 30; n++) {
    const sent = listener.accept().then(async (connection) => {
      await connection.sendBytes(new Uint8Array(300_000).fill(n));
      return connection;
    });
    using client = await Client(listener.address, { authkey });
    assert((await client.recvBytes()).every((byte) => byte === n));
    (await sent).close();
  }
});

test("Client() rejects with AuthenticationError when it has another key, none, or one where none is wanted", async () => {
  using locked = new Listener({ authkey: KEY });
  using unlocked = new Listener();
  await assertRejects(() => Client(locked.address, { authkey: Uint8Array.of(1) }), AuthenticationError);
  await assertRejects(() => Client(locked.address), AuthenticationError);
  await assertRejects(() => Client(unlocked.address, { authkey: KEY }), AuthenticationError);
});

test("Client() rejects with ConnectError that has the address when nobody is there", async () => {
  const path = `${scratch()}/nobody`;
  assertEquals((await assertRejects(() => Client(path), ConnectError)).address, `unix:${path}`);
});

test("Client() rejects with TimeoutError when whoever is there says nothing in time, and with the reason when it is aborted", async () => {
  const silent = adapter.listen();
  silent.accept(() => {});
  await assertRejects(() => Client(silent.address, { timeout: 50 }), TimeoutError, "50 ms");
  const reason = new Error("reason");
  const signal = AbortSignal.abort(reason);
  assertEquals(await Client(silent.address, { signal }).catch((caught) => caught), reason);
  silent.close();
});

test("Client() rejects with TypeError or RangeError when the address or the key is wrong", async () => {
  for (const address of [undefined, 5, {}]) await assertRejects(() => Client(address as never), TypeError, "address");
  await assertRejects(() => Client(""), RangeError, "address");
  await assertRejects(() => Client("/nowhere", { authkey: "text" as never }), TypeError, "authkey");
  await assertRejects(() => Client("/nowhere", { timeout: "1" as never }), TypeError, "timeout");
});

test("Connection of a listener throws EOFError when the process at its other end is killed, after all that it sent", async () => {
  const { address, ended } = await served("dies");
  const client = await Client(address, { authkey: KEY });
  assertEquals(await client.recv(), "last");
  await assertRejects(() => client.recv(), EOFError);
  await assertRejects(() => client.send(1), ClosedError);
  client.close();
  await ended;
});

test("Connection of a listener sends 64 MiB, and waits while 8 MiB or 1 000 items lie unread", async () => {
  using listener = new Listener();
  const [client, server] = await met(listener);
  const large = client.send(new Uint8Array(64 * MIB).fill(5));
  const [first] = await Promise.all([server.recv() as Promise<Uint8Array>, large]);
  assertEquals([first.length, first[0], first.at(-1)], [64 * MIB, 5, 5]);
  for (const [item, room] of [["small", 1_000], [new Uint8Array(MIB), 8]] as const) {
    const sending = Array.from({ length: room + 200 }, () => client.send(item));
    let sent = 0;
    for (const each of sending) void each.then(() => sent++);
    await until(() => sent >= room, "there is no more room");
    await delay(50);
    assert(sent <= room + 1, `${sent} went`);
    for (let n = 0; n < room + 200; n++) assertEquals((await server.recv() as string).length, item.length);
    await Promise.all(sending);
  }
  close(client, server);
}, { limit: 60_000 });

test("Connection of a listener cannot be sent to another process: SerializationError", async () => {
  using listener = new Listener();
  const [client, server] = await met(listener);
  await assertRejects(() => new Queue().put([client]), SerializationError, "does not belong to a pipe");
  await assertRejects(() => client.send(listener), SerializationError, "a Listener");
  close(client, server);
});

test("Connection of a listener brings queues and ends of pipes, which work on the other side", async () => {
  const { address, ended } = await served("echo");
  const client = await Client(address, { authkey: KEY });
  const queue = new Queue();
  const [mine, theirs] = Pipe();
  await client.send({ queue, theirs });
  const back = await client.recv() as { queue: Queue; theirs: Connection };
  assertEquals([back.queue === queue, back.theirs === theirs], [true, true]);
  client.close();
  await ended;
  theirs.close();
  await assertRejects(() => mine.recv(), EOFError);
});

test("Connection of a listener ends alone when its peer, which knows the key, sends what is no message", async () => {
  using listener = new Listener({ authkey: KEY });
  const duplex = await adapter.connect(textOf(listener.address));
  const intake = new HandshakeBuffer();
  duplex.receive(intake);
  await respond(duplex, intake, KEY);
  const victim = await listener.accept();
  const [client, server] = await met(listener, KEY);
  await duplex.send(new Uint8Array(64).fill(255));
  const error = await assertRejects(() => victim.recv(), EOFError);
  assertInstanceOf(error.cause, Error);
  await client.send("unharmed");
  assertEquals(await server.recv(), "unharmed");
  close(client, server, victim, duplex);
});

noLeaks();
