import { assert, assertEquals } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { Folder } from "../_support/folder.ts";
import { once } from "../_support/once.ts";
import { isAlive, start } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { type AbruptEnd, daemonGoesAtOnce, orphanGoesOn, type Parent } from "./_fixtures/orphan_at_once.ts";
import {
  ABRUPT,
  ALL,
  awaited,
  bereft,
  BOTH,
  type Ending,
  every,
  inTurns,
  Line,
  orphaned,
  OTHERS,
  SOME,
} from "./_fixtures/orphan_cases.ts";

/** Each kind of parent, and each end. */
const AT_ONCE: [AbruptEnd, Parent][] = [["exit", "first"], ["SIGKILL", "fork"], ["exit", "process"]];

/** All ends between them: each is seen once, with a parent in wait() or with a child in a loop, for all that is said of it. */
const WAITING: Ending[] = ["exit", "reject", "SIGTERM"];
const TURNING: Ending[] = ["dry", "throw", "SIGINT", "SIGKILL"];

const inWait = once((ending) => orphaned("fork", ending as Ending, { waiting: true }));
const inLoop = once((ending) => orphaned("fork", ending as Ending, { leaf: "busy" }));

test("fork() child does not hold its parent, which ends with 0 when its event loop runs dry, whether the child's turns or not", async () => {
  await every(BOTH, async (leaf) => {
    await using line = new Line("fork", "dry", { until: "released", leaf });
    await line.ended();
    assertEquals([line.read("left-0"), line.isAlive(1)], [false, true]);
    await line.wentOn();
    await line.result();
  });
});

test("fork() child goes on however its parent ends: getppid() changes, parentProcess().isAlive() is false and its join() settles", async () => {
  await every(WAITING, inWait);
  await every(TURNING, inLoop);
});

test("fork() child goes on when its parent exits, throws, rejects or is killed while it is in wait()", async () => {
  await every(WAITING, inWait);
});

test("fork() child in a synchronous loop goes on however its parent ends: getppid() changes and parentProcess().isAlive() is false in the loop, and join() settles after it", async () => {
  await every(TURNING, inLoop);
});

test("fork() child made directly before its parent exits or gets SIGKILL runs to its end, whether the parent is the first process, a fork child or a Process", async () => {
  await every(AT_ONCE, ([end, parent]) => orphanGoesOn(end, parent));
});

test("fork() child of a fork child goes on, its event loop turning or not, however the fork child ends", async () => {
  await every(inTurns(SOME), ([ending, leaf]) => orphaned("fork.fork", ending, { leaf }));
});

test("fork() child of a Process goes on, its event loop turning or not, however the Process ends", async () => {
  await every(inTurns(OTHERS), ([ending, leaf]) => orphaned("process.fork", ending, { leaf }));
});

test("fork() child of a daemon Process goes on when the daemon ends with its own parent", async () => {
  await every(["dry", "SIGKILL"] as const, async (ending) => {
    await using line = new Line("daemon.fork", ending, { who: 0 });
    await line.ended();
    await line.gone(1, 1_000);
    await line.mourned();
  });
});

test("fork() child and its own children keep their parents when only the first process of the program ends", async () => {
  const rows = [["fork.fork", "dry"], ["fork.process", "SIGKILL"], ["fork.daemon", "dry"], [
    "fork.daemon",
    "SIGKILL",
  ]] as const;
  await every(rows, async ([kinds, ending]) => {
    await using line = new Line(kinds, ending, { who: 0, until: "released" });
    await line.ended();
    assertEquals(await line.wentOn(), { ppid: line.began(1).pid, isAlive: true });
    await line.gone(1);
  });
});

test("Process that is no daemon keeps a parent that runs dry to its own end, whether the parent is the first process, a fork child or a Process", async () => {
  const rows = [["process", "idle"], ["fork.process", "busy"], ["process.process", "idle"]] as const;
  await every(rows, ([kinds, leaf]) => awaited(kinds, leaf));
});

test("Process that is no daemon goes on, its event loop turning or not, when its parent exits, throws, rejects or is killed: getppid() changes, parentProcess().isAlive() is false and its join() settles", async () => {
  await every(inTurns(ABRUPT), ([ending, leaf]) => orphaned("process", ending, { leaf }));
});

test("Process that a fork child started goes on, its event loop turning or not, when the fork child exits, throws, rejects or is killed", async () => {
  await every(inTurns(OTHERS.slice(1)), ([ending, leaf]) => orphaned("fork.process", ending, { leaf }));
});

test("Process that a Process started goes on, its event loop turning or not, when its parent exits, throws, rejects or is killed", async () => {
  await every(inTurns(SOME.slice(1)), ([ending, leaf]) => orphaned("process.process", ending, { leaf }));
});

test("Process that a daemon started goes on when the daemon is killed, or ends with its own parent", async () => {
  const rows = [["SIGTERM", 1], ["exit", 0]] as const;
  await every(rows, async ([ending, who]) => {
    await using line = new Line("daemon.process", ending, { who });
    await line.ended();
    await line.gone(1, 1_000);
    await line.mourned();
  });
});

test("Process that is a daemon is gone within a second however its parent ends, its event loop turning or not", async () => {
  await every(inTurns(ALL), ([ending, leaf]) => bereft("daemon", ending, { leaf }));
});

test("Process that is a daemon, started directly before its parent exits or gets SIGKILL, is gone within a second", async () => {
  await every(AT_ONCE.filter(([, parent]) => parent !== "process"), ([end, parent]) => daemonGoesAtOnce(end, parent));
});

test("Process that is a daemon of a Process is gone within a second however the Process ends, its event loop turning or not", async () => {
  await every(inTurns(SOME), ([ending, leaf]) => bereft("process.daemon", ending, { leaf }));
});

test("Process that is a daemon of a fork child is gone within a second however the fork child ends, its event loop turning or not", async () => {
  await every(inTurns(OTHERS), ([ending, leaf]) => bereft("fork.daemon", ending, { leaf }));
});

test("Process that is a daemon of a fork child is gone within a second of it also when the system has no setpriv", async () => {
  await every(
    inTurns(["dry", "SIGKILL"]),
    ([ending, leaf]) => bereft("fork.daemon", ending, { leaf, env: { PATH: "/nowhere" } }),
  );
});

test("Process that is a daemon of a daemon is gone within a second of the first process, its event loop turning or not", async () => {
  await every(
    inTurns(["dry", "exit", "SIGKILL"]),
    ([ending, leaf]) => bereft("daemon.daemon", ending, { who: 0, leaf }),
  );
});

test("wait() and waitpid() give no grandchild: its pid is NoChildError while its parent lives and when it is an orphan", async () => {
  await every(["fork", "process"], async (kind) => {
    using folder = new Folder();
    const first = start("process/_programs/orphan_wait.ts", { args: [folder.path, kind] });
    const pid = () => Number(folder.read("grandchild"));
    try {
      await until(() => first.stdout().includes("\n"), "the first process has asked");
      const none = "NoChildError";
      assertEquals(JSON.parse(first.stdout()), { before: none, isChild: true, status: 768, after: [none, none] });
      await until(() => !isAlive(first.pid), "the first process has ended");
      assert(isAlive(pid()), "the grandchild lives");
    } catch (error) {
      first.kill("SIGKILL");
      throw error;
    } finally {
      folder.write("release", "");
      await until(() => !isAlive(pid()), "the grandchild has ended");
    }
    assertEquals((await first.ended).code, 0);
  });
});

noLeaks();
