import "../../mod.ts";
import type { ByteStream, SocketListener } from "../../src/runtime/network.ts";
import { thisProcess } from "../../src/runtime/installed.ts";
import { ConnectError, SpawnError } from "../../src/errors.ts";
import { greet } from "./_fixtures/connects.ts";
import { exit, killSelf } from "../_support/ends.ts";
import { nothing } from "../_support/identity.ts";
import { linger } from "../_support/lingers.ts";
import { complain, fill, say } from "../_support/say.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { textOf } from "../_support/children.ts";
import { Collector } from "../_support/collector.ts";
import { spawn } from "../_support/commands.ts";
import { Folder, scratch } from "../_support/folder.ts";
import { hasPermissions, isAlive, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";

const network = await thisProcess().network();
const piped = { stdout: "piped", stderr: "piped" } as const;

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

test("Adapter.spawn() is synchronous: the child exists on return", async () => {
  const child = spawn(linger);
  assert(isAlive(child.pid));
  child.kill("SIGKILL");
  await child.exited;
});

test("Adapter.spawn() throws SpawnError with the command and the cause when the directory does not exist", () => {
  const error = assertThrows(() => spawn(nothing, [], { cwd: "/nowhere" }), SpawnError, "check the directory /nowhere");
  assert(error.command.length > 1);
  assert(error.cause instanceof Error);
});

test("Adapter.spawn() throws SpawnError when a variable or an argument holds a zero byte", () => {
  assertThrows(() => spawn(nothing, [], { env: { A: "a\0b" } }), SpawnError, "Cannot start process: ");
  assertThrows(() => spawn(nothing, [], { runtimeArgs: ["a\0b"] }), SpawnError, "Cannot start process: ");
});

test("Child.exited settles with the code when the child exits, and with signal and number when one kills it", async () => {
  assertEquals(await spawn(exit, [7]).exited, { code: 7 });
  assertEquals(await spawn(exit, [137]).exited, { code: 137 });
  assertEquals(await spawn(killSelf, ["SIGKILL"]).exited, { signal: "SIGKILL", number: 9 });
  assertEquals(await spawn(killSelf, ["SIGINT"]).exited, { signal: "SIGINT", number: 2 });
});

test("Child.exited settles when the child is reaped: the system does not know it any more", async () => {
  const child = spawn(nothing);
  await child.exited;
  assert(!existsSync(`/proc/${child.pid}`));
});

test("Child.exited settles with the same status whenever it is asked", async () => {
  const child = spawn(exit, [3]);
  const [first, second] = await Promise.all([child.exited, child.exited]);
  assertStrictEquals(await child.exited, first);
  assertStrictEquals(second, first);
});

test("Child.kill() sends the signal, and does nothing once the child has ended", async () => {
  const terminated = spawn(linger);
  terminated.kill("SIGTERM");
  assertEquals(await terminated.exited, { signal: "SIGTERM", number: 15 });
  const ended = spawn(nothing);
  await ended.exited;
  ended.kill("SIGTERM");
  ended.kill("SIGKILL");
  assertEquals(await ended.exited, { code: 0 });
});

test("Child.stdout and stderr are streams when piped, and null otherwise", async () => {
  const child = spawn(say, ["out"], piped);
  assertEquals([await textOf(child.stdout), await textOf(child.stderr)], ['["out"]\n', ""]);
  const other = spawn(complain, ["err"], piped);
  assertEquals([await textOf(other.stdout), await textOf(other.stderr)], ["", '["err"]\n']);
  const silent = spawn(fill, [100_000], { stdout: "null", stderr: "null" });
  assertEquals([silent.stdout, silent.stderr], [null, null]);
  for (const { exited } of [child, other, silent]) assertEquals(await exited, { code: 0 });
});

test("Child.ref() keeps this program running until the child has ended, and Child.unref() does not", async () => {
  for (const [act, when] of [["ref", "after"], ["unref", "before"]]) {
    using folder = new Folder();
    assertEquals(
      (await run("runtime/_programs/child_refs.ts", { args: [folder.path, act!] })).stdout,
      `${when} the child\n`,
    );
    if (folder.has("began")) await until(() => !isAlive(Number(folder.read("began"))), "the child is gone");
  }
});

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

test("Self knows pid, parent, main module, processors and variables, and no boot message in a first process", async () => {
  const { stdout } = await run("runtime/_programs/self.ts", { env: { SPEC_SET: "set" } });
  const { cpus, ...facts } = JSON.parse(stdout);
  assert(Number.isInteger(cpus) && cpus > 0);
  assertEquals(facts, {
    pid: true,
    ppid: true,
    main: new URL("./_programs/self.ts", import.meta.url).href,
    env: ["set", null],
    boot: null,
  });
});

test("Self.main is null when the program comes from eval or standard input", async () => {
  const text = `import ${JSON.stringify(new URL("./_programs/self.ts", import.meta.url).href)};`;
  assertEquals(JSON.parse((await run(text, { isText: true })).stdout).main, null);
  assertEquals(JSON.parse((await run("-", { input: text })).stdout).main, null);
});

test("Self.host tells a program's own thread, another of its threads and a test runner from each other", async () => {
  assertEquals(thisProcess().host, "test runner");
  const env = { NODE_ENV: "test" };
  for (const options of [{}, { env }, { flags: ["--allow-read"] }]) {
    assertEquals((await run("runtime/_programs/host.ts", options)).stdout, "program\nthread\n");
  }
});

test("Self.source() gives the text of a module, and null when it cannot be read", () => {
  assertMatch(thisProcess().source(new URL("../_support/say.ts", import.meta.url).href)!, /export function say/);
  assertEquals(thisProcess().source(new URL("_fixtures/none.ts", import.meta.url).href), null);
  assertEquals(thisProcess().source("file:///"), null);
});

test("Self.namespace() gives the very module that is loaded, and null for what is no file", async () => {
  const url = new URL("../_support/say.ts", import.meta.url).href;
  assertStrictEquals(thisProcess().namespace(url)!.say, say);
  assertEquals((await import(url)).say, say);
  for (const other of ["data:text/javascript,", "node:fs", "https://a.example/b.ts"]) {
    assertEquals(thisProcess().namespace(other), null);
  }
});

test("Self.atExit() runs the clean-up once when the program ends, exits, throws or rejects", async () => {
  for (const way of ["return", "exit", "own", "throw", "reject"]) {
    const { code, stderr } = await run("runtime/_programs/at_exit.ts", { args: [way] });
    assertEquals(code, way === "throw" || way === "reject" ? 1 : 0, way);
    assertEquals(stderr.split("cleaned\n").length, 2, way);
  }
});

test("Self.atExit() makes the program end with the code that the clean-up gives", async () => {
  assertEquals((await run("runtime/_programs/adapter_self.ts", { args: ["code"] })).code, 5);
});

test("Self.nextTurn() calls back in a later turn of the event loop, which it keeps running until then", async () => {
  const { code, stdout } = await run("runtime/_programs/adapter_self.ts", { args: ["nextTurn"] });
  assertEquals([code, stdout], [0, "now\nlater\n"]);
});

test("Self.unrefTimeout() calls back when its time has come, and does not keep the program running", async () => {
  assertEquals((await run("runtime/_programs/adapter_self.ts", { args: ["timeout"] })).stdout, "true\n");
  const begin = Date.now();
  const { code, stdout } = await run("runtime/_programs/adapter_self.ts", { args: ["unreferenced"] });
  assertEquals([code, stdout], [0, ""]);
  assert(Date.now() - begin < 15_000);
});

test("Muting.mute() lets nothing of what the program writes be seen, until the function is called that it gives", async () => {
  assertEquals((await run("runtime/_programs/adapter_self.ts", { args: ["mute"] })).stdout, "heard\n");
});

test("Self.recordRefusals() tells the first permission that was refused meanwhile, also when the program caught it, and null when there was none", async () => {
  const refused = thisProcess().recordRefusals?.() ?? (() => null);
  assertEquals(refused(), null);
  const flags = ["--allow-run", "--allow-env"];
  const { stdout } = await run("runtime/_programs/adapter_refusals.ts", { flags, args: ["/etc/hostname"] });
  assertEquals(JSON.parse(stdout), hasPermissions ? ["NotCapable", true, true] : [null, false, true]);
});

test("Self.checkDescriptors() throws what the system says while no descriptor is left, and leaves none open", async () => {
  const before = readdirSync("/proc/self/fd").length;
  for (let n = 0; n < 100; n++) thisProcess().checkDescriptors?.();
  assert(readdirSync("/proc/self/fd").length < before + 50);
  const { stdout } = await run("runtime/_programs/adapter_self.ts", { args: ["descriptors"], limits: "ulimit -n 150" });
  assertMatch(stdout, /^(EMFILE|Too many open files)/);
});

test(
  "Self.forgetFailedModules() lets a module be imported again that failed since a file was missing which it imports, and gives that file",
  async () => {
    const { forgetFailedModules } = thisProcess();
    if (forgetFailedModules === undefined) return; // what the library loads does not fail so there
    using folder = new Folder();
    const top = folder.write("top.ts", 'export { two } from "./middle.ts";');
    folder.write("middle.ts", 'export { two } from "./bottom.ts";');
    const base = `file://${folder.at("base.ts")}`;
    const load = Object.assign(() => import(top), { toString: () => '() => import("./top.ts")' });
    const failure = await load().catch((error) => error);
    assertEquals(forgetFailedModules(failure, base, load), folder.at("middle.ts"));
    folder.write("bottom.ts", "export const two = 2;");
    assertEquals((await load()).two, 2);
    assertEquals(forgetFailedModules(new Error("another"), base, load), null);
  },
);

test("Self.residentBytes() is what the system says that this process occupies", () => {
  const said = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))![1]) * 1024;
  const own = thisProcess().residentBytes!();
  assert(own > said / 2 && own < said * 2, `${own} of ${said} bytes`);
});

test("Interrupts.listen() calls back at SIGINT in the place of its default until it is ended, and is no listener of the program's own: those alone Interrupts.isHeardByProgram() tells", async () => {
  const { signal, stdout } = await run("runtime/_programs/adapter_self.ts", { args: ["interrupts"] });
  assertEquals([JSON.parse(stdout), signal], [[[false, true, false], ["ours"]], "SIGINT"]);
});

test("Interrupts.ignore() makes SIGINT do nothing from then on", async () => {
  const ignoring = await run("runtime/_programs/interrupt.ts", { args: ["ignore"] });
  assertEquals([ignoring.code, ignoring.stdout], [0, "goes on\n"]);
  const plain = await run("runtime/_programs/interrupt.ts", { args: ["obey"] });
  assertEquals([plain.signal, plain.stdout], ["SIGINT", ""]);
});

test("Interrupts.ignoreTermination() makes SIGTERM do nothing from then on but call the program's listeners, of which it tells", async () => {
  const { code, stdout } = await run("runtime/_programs/termination.ts");
  assertEquals([code, stdout], [0, "goes on, told 0\ncalled\ngoes on, told 1\n"]);
});

test("Self.writeStderr() has written all when it returns, also a megabyte", async () => {
  const { code, stderr } = await run("runtime/_programs/farewell.ts", { args: ["warn"] });
  assertEquals([code, stderr.length, /^w+$/.test(stderr)], [3, 1 << 20, true]);
});

test("Self.exitWhenFlushed() ends the program with the code when its output is out, although a timer is pending", async () => {
  const { code, stdout } = await run("runtime/_programs/farewell.ts", { args: ["leave"] });
  assertEquals([code, stdout.length], [3, 1 << 20]);
});

noLeaks();
