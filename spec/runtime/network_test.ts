import "../../mod.ts";
import type { ByteStream, SocketListener } from "../../src/runtime/network.ts";
import { thisProcess } from "../../src/runtime/installed.ts";
import { ConnectError } from "../../src/errors.ts";
import { greet } from "./_fixtures/connects.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { Collector } from "../_support/collector.ts";
import { spawn } from "../_support/commands.ts";
import { scratch } from "../_support/folder.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { existsSync, statSync } from "node:fs";

const network = await thisProcess().network();

/** A listener and the two ends of one connection to it. */
async function pair(): Promise<{ listener: SocketListener; caller: ByteStream; owner: ByteStream }> {
  const listener = network.listen();
  const taken = new Promise<ByteStream>((resolve) => listener.accept(resolve));
  const caller = await network.connect(listener.address);
  return { listener, caller, owner: await taken };
}

function numbers(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, at) => (at * 31 + (at >> 8)) % 251);
}

test("ByteStream.send() brings bytes to the other side in order, both ways at once", async () => {
  const { listener, caller, owner } = await pair();
  const [atCaller, atOwner] = [new Collector(7), new Collector(4096)];
  caller.receive(atCaller);
  owner.receive(atOwner);
  const bytes = numbers(10_000);
  for (let at = 0; at < bytes.length; at += 100) {
    await caller.send(bytes.subarray(at, at + 100));
    await owner.send(bytes.subarray(at, at + 100));
  }
  assertEquals([await atCaller.bytes(10_000), await atOwner.bytes(10_000)], [bytes, bytes]);
  caller.close();
  owner.close();
  listener.close();
});

test("ByteStream.send() of 32 MiB settles, and all arrive in order", async () => {
  const { listener, caller, owner } = await pair();
  const collector = new Collector(1 << 20);
  const bytes = numbers(32 << 20);
  owner.receive(collector);
  await caller.send(bytes);
  const arrived = await collector.bytes(bytes.length);
  assertEquals(arrived.length, bytes.length);
  assert(arrived.every((byte, at) => byte === bytes[at]));
  caller.close();
  owner.close();
  listener.close();
});

test("ByteStream.receive() delivers what came before it was called", async () => {
  const { listener, caller, owner } = await pair();
  const collector = new Collector();
  await caller.send(numbers(500));
  caller.close();
  await delay(50);
  owner.receive(collector);
  assertEquals(await collector.bytes(500), numbers(500));
  await until(() => collector.ends === 1, "the end is seen");
  owner.close();
  listener.close();
});

test("ByteStream.close() is seen by the other side once, after all bytes, and a second call does nothing", async () => {
  const { listener, caller, owner } = await pair();
  const [atCaller, atOwner] = [new Collector(), new Collector()];
  caller.receive(atCaller);
  owner.receive(atOwner);
  await caller.send(numbers(100_000));
  caller.close();
  caller.close();
  await until(() => atOwner.ends > 0, "the end is seen");
  assertEquals([atOwner.size, atOwner.ends], [100_000, 1]);
  owner.close();
  owner.close();
  await delay(20);
  assertEquals([atCaller.ends, atOwner.ends], [1, 1]);
  listener.close();
});

test("ByteStream.send() never rejects: when the connection is over it does nothing", async () => {
  const { listener, caller, owner } = await pair();
  const collector = new Collector();
  owner.receive(collector);
  caller.receive(new Collector());
  owner.close();
  for (let round = 0; round < 20; round++) {
    await caller.send(numbers(100_000));
    await delay(1);
  }
  caller.close();
  await caller.send(numbers(10));
  await owner.send(numbers(10));
  listener.close();
});

test("ByteStream ends its sink when the process at the other side is killed", async () => {
  const listener = network.listen();
  const taken = new Promise<ByteStream>((resolve) => listener.accept(resolve));
  const child = spawn(greet, [listener.address]);
  const owner = await taken;
  const collector = new Collector();
  owner.receive(collector);
  assertEquals(new TextDecoder().decode(await collector.bytes(5)), "hello");
  child.kill("SIGKILL");
  await until(() => collector.ends === 1, "the end is seen");
  await child.exited;
  owner.close();
  listener.close();
});

test("Network.connect() rejects with ConnectError that has the address when nobody is there", async () => {
  for (const address of ["unix:/nowhere/at/all", "tcp:127.0.0.1:1"]) {
    const error = await assertRejects(() => network.connect(address), ConnectError, "Cannot connect to ");
    assertEquals(error.address, address);
  }
});

test("Network.listen() gives each listener an address of its own, which only this user can reach", () => {
  const listeners = [network.listen(), network.listen()];
  const [first, second] = listeners.map(({ address }) => address);
  assert(first !== second);
  for (const { address } of listeners) {
    const path = /^unix:(.+)$/.exec(address)![1]!;
    assertEquals(statSync(path).mode & 0o777, 0o600);
    assertEquals(statSync(path.slice(0, path.lastIndexOf("/"))).mode & 0o777, 0o700);
  }
  for (const listener of listeners) listener.close();
});

test("Network.listenAt() listens at the path or port given, port 0 takes a free one, and others find it there", async () => {
  for (const asked of [`unix:${scratch()}/door`, "tcp:127.0.0.1:0"]) {
    const listener = network.listenAt(asked);
    assert(asked.endsWith(":0") ? /^tcp:127\.0\.0\.1:[1-9]\d*$/.test(listener.address) : listener.address === asked);
    const taken = new Promise<ByteStream>((resolve) => listener.accept(resolve));
    const caller = await network.connect(listener.address);
    caller.close();
    (await taken).close();
    listener.close();
    await assertRejects(() => network.connect(listener.address), ConnectError);
  }
});

test("Network.listenAt() throws ConnectError that has the address when something is there already", () => {
  for (const asked of [`unix:${scratch()}/door`, "tcp:127.0.0.1:0"]) {
    const { address, close } = network.listenAt(asked);
    assertEquals(assertThrows(() => network.listenAt(address), ConnectError, "Cannot listen at ").address, address);
    close();
  }
});

test("Network.socketTurn() lets the event loop look at its sockets, however busy the program keeps it, or is not needed for that", async () => {
  const { listener, caller, owner } = await pair();
  const collector = new Collector();
  owner.receive(collector);
  let isBusy = true;
  const keepBusy = () => {
    for (const end = performance.now() + 2; performance.now() < end;);
    if (isBusy) setImmediate(keepBusy);
  };
  keepBusy();
  try {
    for (let round = 1; round <= 10; round++) {
      void caller.send(numbers(10));
      await network.socketTurn?.();
      await new Promise((resolve) => setTimeout(resolve, 0));
      assertEquals(collector.size, 10 * round);
    }
  } finally {
    isBusy = false;
    for (const end of [caller, owner, listener]) end.close();
  }
});

test("Network.oomKills() is a count, or null where it cannot be read", () => {
  const kills = network.oomKills!();
  assert(kills === null || Number.isInteger(kills) && kills >= 0, String(kills));
});

test("SocketListener.accept() takes every connection, also several at once", async () => {
  const listener = network.listen();
  const taken: ByteStream[] = [];
  listener.accept((duplex) => taken.push(duplex));
  const callers = await Promise.all(Array.from({ length: 20 }, () => network.connect(listener.address)));
  await until(() => taken.length === 20, "all are taken");
  for (const duplex of [...callers, ...taken]) duplex.close();
  listener.close();
});

test("SocketListener.close() removes what it left in the file system, nobody can connect any more, and a second call does nothing", async () => {
  const listener = network.listen();
  const { address } = listener;
  const path = address.slice("unix:".length);
  assert(existsSync(path));
  listener.close();
  listener.close();
  assert(!existsSync(path) && !existsSync(path.slice(0, path.lastIndexOf("/"))));
  await assertRejects(() => network.connect(address), ConnectError);
});

test("SocketListener and an idle ByteStream that is not referenced do not keep the program running", async () => {
  const { code, stdout, stderr } = await run("runtime/_programs/idle_link.ts");
  assertEquals([code, stdout, stderr], [0, "idle\n", ""]);
});

test("Journals throw nothing when their folder is gone or no descriptor is left: a journal that cannot be used is absent", async () => {
  const options = { args: ["journals"], limits: "ulimit -n 150" };
  const { stdout, stderr } = await run("runtime/_programs/adapter_self.ts", options);
  const [gone, short] = JSON.parse(stdout);
  assertEquals(gone, [false, null, [], []], stderr);
  assertEquals(short, [false, null], stderr);
});

noLeaks();
