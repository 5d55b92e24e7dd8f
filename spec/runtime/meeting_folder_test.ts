import { Process } from "../../mod.ts";
import { thisProcess } from "../../src/runtime/installed.ts";
import type { ByteStream } from "../../src/runtime/network.ts";
import { ConnectError } from "../../src/errors.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { Folder, scratch } from "../_support/folder.ts";
import { beReachable } from "./_fixtures/meeting_targets.ts";
import { run, start } from "../_support/system.ts";
import { textOf } from "../_support/scratch.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import process from "node:process";

const MEETS = "runtime/_programs/meets.ts";
const NEIGHBOUR = "runtime/_programs/meets_neighbour.ts";
/** Runs a command in a namespace of process ids, with a `/proc` of it. */
const OTHER_PIDS = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];
/** Runs a command with `script` done before it, in a namespace of mounts. */
const withMounts = (script: string) => ["unshare", "--mount", "sh", "-c", `${script}; exec "$0" "$@"`];

const network = await thisProcess().network();

/** Runs the program that meets a child, or `all` that it may meet; gives its address. */
async function meets(env: Record<string, string>, under: readonly string[] = [], whom = "child"): Promise<string> {
  const { code, stdout, stderr } = await run(MEETS, { args: [whom], env, under, limit: 28_000 });
  assertEquals([code, stderr], [0, ""], `${JSON.stringify(env)}: ${stdout}`);
  const [address, ...found] = JSON.parse(stdout);
  assertEquals(found, whom === "all" ? [7, [1, 4, 9], 1] : [7]);
  return address;
}

test(
  "Network.listen() takes another folder when TMPDIR is missing, empty, a file, relative, not to be written, or too long for the path of a socket",
  async () => {
    using folder = new Folder();
    const long = folder.at("d".repeat(90));
    mkdirSync(long);
    const wanted = [folder.at("missing"), "", folder.write("file", ""), "/proc", long];
    const addresses = await Promise.all(wanted.map((TMPDIR) => meets({ TMPDIR })));
    for (const address of addresses) {
      assertMatch(address, /^unix:\/(tmp|var\/tmp|dev\/shm)\/brood-\d+-\d+-[0-9a-f]{8}\/link$/);
      assert(!existsSync(dirname(address.slice("unix:".length))), address);
    }
    assertMatch(await meets({ TMPDIR: "." }), /^unix:\//);
    assertEquals(readdirSync(long), []);
  },
  { limit: 60_000 },
);

test("Network.listen() listens at 127.0.0.1 when there is no folder that it may write", async () => {
  const none = "for f in /tmp /var/tmp /dev/shm; do mount -t tmpfs -o ro none $f || exit 9; done";
  // The program itself may lie there.
  const kept = process.cwd().startsWith("/tmp") ? null : withMounts(none);
  if (kept !== null) assertMatch(await meets({ TMPDIR: "/proc" }, kept, "all"), /^tcp:127\.0\.0\.1:\d+$/);
}, { limit: 60_000 });

test("Network.listen() needs no room on the disk: on a full one everything goes on without journals", async () => {
  using folder = new Folder();
  for (const left of [0, 8, 80]) {
    const full = `mount -t tmpfs -o size=256k none ${folder.path} && head -c ${(256 - left) * 1024} /dev/zero > ${
      folder.at("zeros")
    }`;
    assertMatch(await meets({ TMPDIR: folder.path }, withMounts(full), "all"), /^unix:/);
  }
}, { limit: 90_000 });

test(
  "SocketListener is back when somebody has removed its folder: new workers, new children and those that had not yet called reach it, and the program ends with 0 and leaves nothing",
  async () => {
    using folder = new Folder();
    const { code, stdout, stderr } = await run("runtime/_programs/meets_cleaned.ts", {
      env: { TMPDIR: folder.path },
      limit: 28_000,
    });
    assertEquals([code, stderr], [0, ""]);
    const [isReplaced, items, codes, isBack] = JSON.parse(stdout);
    assertEquals([isReplaced, items, codes, isBack], [true, ["new", "late"], [0, 0], true]);
    assertEquals(readdirSync(folder.path), []);
  },
  { limit: 60_000 },
);

test(
  "SocketListener of a program in another pid namespace is left alone while that one runs, in both directions",
  async () => {
    using folder = new Folder();
    const env = { TMPDIR: folder.path };
    for (const [mine, theirs] of [[[], OTHER_PIDS], [OTHER_PIDS, []]] as const) {
      using signs = new Folder();
      const victim = start(NEIGHBOUR, { env, under: mine, args: [signs.at("go")] });
      await until(() => victim.stdout() !== "", "it listens", 20_000);
      await meets(env, theirs);
      signs.write("go", "");
      const { code, stdout, stderr } = await victim.ended;
      assertEquals([code, stdout.split("\n")[1], stderr], [0, "0,0", ""]);
    }
  },
  { limit: 90_000 },
);

test("SocketListener of a program in another pid namespace that was killed is removed", async () => {
  using folder = new Folder();
  const env = { TMPDIR: folder.path };
  const victim = start(NEIGHBOUR, { env, under: OTHER_PIDS, args: [folder.at("never")] });
  await until(() => victim.stdout() !== "", "it listens", 20_000);
  const place = dirname(victim.stdout().trim().slice("unix:".length));
  process.kill(-victim.pid, "SIGKILL");
  await victim.ended;
  assert(existsSync(place));
  const later = start(NEIGHBOUR, { env, args: [folder.at("go")] });
  await until(() => !existsSync(place), "it is removed", 20_000);
  folder.write("go", "");
  assertEquals((await later.ended).code, 0);
}, { limit: 60_000 });

test("SocketListener of a child that a signal has ended is removed with its folder by the parent", async () => {
  const sign = `${scratch()}/sign`;
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`brood-${child.pid}-`));
  const child = new Process({ target: beReachable, args: [sign] }).start();
  await until(() => textOf(sign) !== "", "others reach it");
  assertEquals(folders().length, 1);
  child.kill();
  assertEquals(await child.join(), -9);
  assertEquals(folders(), []);
});

test("Network.listenAt() makes a path that only this user can reach, whatever the umask", () => {
  const mask = process.umask(0);
  try {
    const path = `${scratch()}/socket`;
    const listener = network.listenAt(`unix:${path}`);
    assertEquals(statSync(path).mode & 0o777, 0o600);
    assertEquals(process.umask(), 0);
    listener.close();
    assert(!existsSync(path));
  } finally {
    process.umask(mask);
  }
});

test("Network.listenAt() listens at an abstract name on Linux, where others find it, and leaves nothing", async () => {
  const address = `unix:\0brood-spec-${process.pid}`;
  const listener = network.listenAt(address);
  const taken = new Promise<ByteStream>((resolve) => listener.accept(resolve));
  const caller = await network.connect(address);
  caller.close();
  (await taken).close();
  listener.close();
  await assertRejects(() => network.connect(address), ConnectError);
  await until(() => !readFileSync("/proc/net/unix", "utf8").includes(`@brood-spec-${process.pid}`), "it is gone");
});

noLeaks();
