import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import process from "node:process";
import { Pool, Process, ProtocolError, Queue, SharedMemory, StateError, UnsupportedError } from "../../mod.ts";
import { count, readAndClose, write, writeTaken } from "./_fixtures/memory_targets.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { decodeText } from "../_support/decode_text.ts";
import { Folder } from "../_support/folder.ts";
import { hasPermissions, run, start } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const MAKES = "shared_values/_programs/memory_makes.ts";

/** A way to make memory that is removed with the test. */
function memoryOf(size: number, name?: string): SharedMemory & Disposable {
  const memory = SharedMemory.create(size, name);
  return Object.assign(memory, { [Symbol.dispose]: () => memory.unlink() });
}

function exists(name: string): boolean {
  try {
    SharedMemory.open(name).close();
    return true;
  } catch (error) {
    assert(error instanceof StateError, String(error));
    return false;
  }
}

test("SharedMemory.create() makes that many bytes of zeros, under a name of its own or the given one", () => {
  using one = memoryOf(1_001);
  using other = memoryOf(1, "spec-given.name");
  assertEquals([one.size, one.buf.length, one.buf.every((byte) => byte === 0)], [1_001, 1_001, true]);
  assertEquals([other.name, other.size], ["spec-given.name", 1]);
  assert(one.name !== other.name);
});

test("SharedMemory.create() throws StateError when there is memory of that name", () => {
  using memory = memoryOf(8);
  assertThrows(() => SharedMemory.create(8, memory.name), StateError, memory.name);
  assertEquals(memory.size, 8);
});

test("SharedMemory.create() throws TypeError when the size is not a whole number or the name is no string, and RangeError when the size is below 1 or the name is empty, has more than 240 bytes, or a slash or zero in it", () => {
  for (const size of [1.5, NaN, Infinity, "8", undefined, null]) {
    assertThrows(() => SharedMemory.create(size as number), TypeError, "size");
  }
  for (const size of [0, -1, -(2 ** 40)]) assertThrows(() => SharedMemory.create(size), RangeError, "size");
  assertThrows(() => SharedMemory.create(8, 5 as never), TypeError, "name");
  for (const name of ["", "a/b", "../a", "a\0b", "x".repeat(241), "ü".repeat(121)]) {
    assertThrows(() => SharedMemory.create(8, name), RangeError, "name");
  }
});

test("SharedMemory.create() removes what a process left that was killed with SIGKILL, and nothing of those that live", async () => {
  const dead = start(MAKES, { args: ["hold"] });
  const living = start(MAKES, { args: ["hold"] });
  await until(() => dead.stdout() !== "" && living.stdout() !== "", "both have made theirs");
  const [lost, kept] = [dead.stdout().trim(), living.stdout().trim()];
  dead.kill("SIGKILL");
  await dead.ended;
  assertEquals(exists(lost), true);
  await run(MAKES, { args: ["return"] });
  assertEquals([exists(lost), exists(kept)], [false, true]);
  living.kill("SIGKILL");
  await living.ended;
  await run(MAKES, { args: ["return"] });
  assertEquals(exists(kept), false);
});

test("SharedMemory.create() and open() pass over what others have put there: empty files, huge ones, pipes and folders", async () => {
  const folder = process.platform === "linux" ? "/dev/shm" : process.env.TMPDIR ?? "/tmp";
  const names = ["empty", "huge", "short", "pipe", "folder"].map((name) => `spec-${process.pid}-${name}`);
  const [empty, huge, short, pipe, directory] = names.map((name) => `${folder}/brood-memory-${name}`) as string[];
  writeFileSync(empty!, "");
  writeFileSync(short!, "some");
  writeFileSync(huge!, "");
  truncateSync(huge!, 2 ** 36);
  assertEquals(spawnSync("mkfifo", [pipe!]).status, 0);
  mkdirSync(directory!);
  try {
    const { code, stderr } = await run(MAKES, { args: ["return"] }); // it looks for what the dead have left
    assertEquals([code, stderr], [0, ""]);
    for (const name of names) {
      assertThrows(() => SharedMemory.open(name), StateError, "Cannot open shared memory");
      assertThrows(() => SharedMemory.create(8, name), StateError, "Cannot make shared memory");
    }
    for (const path of [empty, huge, short, pipe, directory]) assert(existsSync(path!), path);
  } finally {
    for (const path of [empty, huge, short, pipe, directory]) rmSync(path!, { recursive: true });
  }
});

test(
  "SharedMemory of another user is passed over: it can be neither opened nor replaced, and each makes and removes its own (tried where root runs the test)",
  async () => {
    if (process.getuid!() !== 0) return;
    using memory = memoryOf(64, `spec-of-root-${process.pid}`);
    // Where this test's own folders lie another user need not come.
    using folder = new Folder("/tmp");
    for (const part of ["mod.ts", "src", "adapters"]) {
      cpSync(new URL(`../../${part}`, import.meta.url), folder.at(part), { recursive: true });
    }
    const text = readFileSync(new URL("_programs/memory_other_user.ts", import.meta.url), "utf8");
    const program = folder.write("other.ts", text.replace("../../../mod.ts", "./mod.ts"));
    spawnSync("chmod", ["-R", "a+rX", folder.path]);
    const under = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
    const env = { HOME: folder.path, DENO_DIR: "/nonexistent/deno", TMPDIR: "/tmp" };
    const { stdout, stderr } = await run(program, { args: [memory.name], under, env });
    assertEquals(stdout, '["StateError","StateError",64,[]]\n', stderr);
    assertEquals([memory.size, exists(memory.name)], [64, true]);
  },
);

test("SharedMemory.create() before a fork gives the child the parent's memory", async () => {
  assertEquals((await run(MAKES, { args: ["fork"] })).stdout, "5\n");
});

test("SharedMemory.create() throws UnsupportedError that names what to allow where memory cannot be shared", async () => {
  const { stdout, stderr, code } = await run(MAKES, { args: ["return"], flags: ["--allow-net"] });
  if (!hasPermissions) return assertEquals([code, stdout.length > 1], [0, true]);
  assertEquals([code, stdout], [1, ""]);
  assertStringIncludes(stderr, new UnsupportedError("", "").name);
  assertStringIncludes(stderr, "--allow-ffi");
});

test("SharedMemory.open() gives the memory that another process made, and what is written on one side is read on the other", async () => {
  using memory = memoryOf(16);
  assertEquals((await run(MAKES, { args: ["return", memory.name] })).stdout.trim(), memory.name);
  assertEquals(memory.buf[0], 9);
});

test("SharedMemory.open() throws StateError when there is none of that name", () => {
  assertThrows(() => SharedMemory.open("spec-nobody"), StateError, "spec-nobody");
});

test("SharedMemory is the same memory in a process that gets it as an argument, in a queue, or in a pool's task", async () => {
  using memory = memoryOf(16);
  await new Process({ target: write, args: [memory, 1, 2] }).start().join();
  assertEquals([...memory.buf.subarray(0, 3)], [1, 2, 0]);
  const queue = new Queue<SharedMemory>();
  await queue.put(memory);
  await new Process({ target: writeTaken, args: [queue, 77] }).start().join();
  assertEquals(memory.buf[0], 77);
  await using pool = new Pool(1);
  await pool.apply(write, [memory, 3]);
  assertEquals(memory.buf[0], 3);
});

test("SharedMemory takes atomic operations of several processes at once, and loses none", async () => {
  using memory = memoryOf(4);
  const children = [0, 1, 2].map(() => new Process({ target: count, args: [memory, 200_000] }).start());
  count(memory, 200_000);
  for (const child of children) assertEquals(await child.join(), 0);
  assertEquals(new Int32Array(memory.buf.buffer, memory.buf.byteOffset, 1)[0], 800_000);
});

test("SharedMemory[Symbol.dispose]() and close() let go of it in this process only: buf and size throw StateError, others go on", async () => {
  using memory = memoryOf(8);
  memory.buf[0] = 4;
  await using pool = new Pool(1);
  assertEquals(await pool.apply(readAndClose, [memory]), 4);
  assertEquals(memory.buf[0], 4);
  const again = SharedMemory.open(memory.name);
  again[Symbol.dispose]();
  again.close();
  assertThrows(() => again.buf, StateError, "closed");
  assertThrows(() => again.size, StateError, "closed");
  assertEquals(again.name, memory.name);
});

test("SharedMemory.unlink() takes its name away: nobody opens it any more, and who has it goes on; a second time does nothing", () => {
  const memory = SharedMemory.create(8);
  const other = SharedMemory.open(memory.name);
  memory.unlink();
  memory.unlink();
  assertThrows(() => SharedMemory.open(memory.name), StateError);
  memory.buf[1] = 6;
  assertEquals(other.buf[1], 6);
});

test("SharedMemory is removed when the process that made it ends, by return, by exit() and by an uncaught error, and not when another that opened it ends", async () => {
  for (const [way, code] of [["return", 0], ["exit", 3], ["throw", 1]] as const) {
    const { code: ended, stdout } = await run(MAKES, { args: [way] });
    assertEquals([way, ended], [way, code]);
    assertEquals([way, exists(stdout.trim())], [way, false]);
  }
  using memory = memoryOf(8);
  await run(MAKES, { args: ["exit", memory.name] });
  assertEquals(exists(memory.name), true);
});

test("SharedMemory.close() leaves what was taken of buf before in use", () => {
  using memory = memoryOf(8);
  const part = memory.buf.subarray(2, 4);
  memory.close();
  part[0] = 5;
  assertEquals([part[0], part.length], [5, 2]);
  using again = SharedMemory.open(memory.name);
  assertEquals(again.buf[2], 5);
});

test("SharedMemory.create() throws RangeError when the system has no room for it, and leaves nothing", () => {
  const size = Number.MAX_SAFE_INTEGER - 1_000;
  assertThrows(() => SharedMemory.create(size, "spec-no-room"), RangeError, "ask for less");
  assertEquals(exists("spec-no-room"), false);
  using memory = memoryOf(8, "spec-no-room");
  assertEquals(memory.size, 8);
});

test("SharedMemory whose handle has no name that memory can have gives a ProtocolError, and no file is looked at", () => {
  using folder = new Folder();
  const path = folder.write("brood-memory-there", "x".repeat(100));
  for (const name of ["", "a/b", `x/../../../..${path}`, "../" + path, "a\\u0000b", "x".repeat(300)]) {
    const handle = `["SharedMemory","${name}",["memory",""],"${name}"]`;
    assertThrows(() => decodeText(`[[0],[["h",${handle}]]]`, []), ProtocolError);
  }
  for (const name of ["5", "null", "{}"]) {
    assertThrows(() => decodeText(`[[0],[["h",["SharedMemory","a",["memory",""],${name}]]]]`, []), ProtocolError);
  }
});

noLeaks();
