import { assert, assertEquals } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { Folder } from "../_support/folder.ts";
import { isAlive, type Running, start } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { type AbruptEnd, daemonGoesAtOnce, orphanGoesOn, type Parent } from "./_fixtures/orphan_at_once.ts";
import type { End, Plan } from "./_fixtures/orphan_line.ts";
import process from "node:process";

type Signal = "SIGTERM" | "SIGINT" | "SIGKILL";
type Leaf = Plan["leaf"];

/** The ways in which a process ends: what it does itself, or the signal that it gets. */
type Ending = Exclude<End, "wait"> | Signal;

const ABRUPT: Ending[] = ["exit", "throw", "reject", "SIGTERM", "SIGINT", "SIGKILL"];
const ALL: Ending[] = ["dry", ...ABRUPT];

const CODES = { dry: 0, exit: 3, throw: 1, reject: 1 } as const;

interface Setting {
  /** Which of the line ends first, from 0; default the last but one. */
  who?: number;
  until?: Plan["until"];
  leaf?: Leaf;
  waiting?: boolean;
  env?: Record<string, string>;
}

/** A line of processes under test; at the end of the case none is left. */
class Line implements AsyncDisposable {
  readonly #folder = new Folder();
  readonly #kinds: Plan["line"];
  readonly #who: number;
  readonly #ending: Ending;
  readonly #leaf: Leaf;
  readonly first: Running;

  /** @param kinds how the second was started, the third, …, as in `fork.daemon` */
  constructor(kinds: string, ending: Ending, setting: Setting = {}) {
    this.#kinds = kinds.split(".") as Plan["line"];
    this.#who = setting.who ?? this.#kinds.length - 1;
    this.#ending = ending;
    this.#leaf = setting.leaf ?? "idle";
    const ends = this.#kinds.map((_, at) => at !== this.#who || ending.startsWith("SIG") ? "wait" : ending as End);
    const plan: Plan = {
      folder: this.#folder.path,
      line: this.#kinds,
      ends,
      leaf: this.#leaf,
      until: setting.until ?? "orphaned",
      waiting: setting.waiting ?? false,
    };
    this.first = start("process/_programs/orphan_line.ts", { args: [JSON.stringify(plan)], env: setting.env ?? {} });
  }

  get last(): number {
    return this.#kinds.length;
  }

  has(name: string): boolean {
    return this.#folder.has(name);
  }

  read(name: string): unknown {
    return JSON.parse(this.#folder.read(name));
  }

  began(level: number): { pid: number; ppid: number; parent: { pid: number; isAlive: boolean } | null } {
    return this.read(`began-${level}`) as ReturnType<Line["began"]>;
  }

  isAlive(level: number): boolean {
    return isAlive(this.began(level).pid);
  }

  /** All run, each the child of the one before. */
  async begun(): Promise<void> {
    await until(() => this.has(`began-${this.last}`) && this.has("began-0"), "all of the line run");
    for (let level = 1; level <= this.last; level++) {
      await until(() => this.has(`began-${level}`), `process ${level} of the line runs`);
      const { pid } = this.began(level - 1);
      const { ppid, parent } = this.began(level);
      assertEquals({ ppid, parent }, { ppid: pid, parent: { pid, isAlive: true } });
    }
  }

  /** The one that is to end first has ended. */
  async ended(): Promise<void> {
    await this.begun();
    const { pid } = this.began(this.#who);
    if (this.#ending.startsWith("SIG")) process.kill(pid, this.#ending as Signal);
    await until(() => !isAlive(pid), `process ${this.#who} of the line has ended by ${this.#ending}`);
  }

  async gone(level: number, ms = 10_000): Promise<void> {
    await until(() => !this.isAlive(level), `process ${level} of the line is gone`, ms);
  }

  release(): void {
    this.#folder.write("release", "");
  }

  /** What became of the first one itself: its code, or its signal. */
  async result(): Promise<void> {
    const { code, signal } = await this.first.ended;
    const ending = this.#ending;
    assertEquals(signal ?? code, ending.startsWith("SIG") ? ending : CODES[ending as keyof typeof CODES]);
  }

  /** The last one has seen that it became an orphan, and ends by itself. */
  async mourned(): Promise<void> {
    await until(() => this.has("orphaned"), `the orphan has learnt of the end by ${this.#ending}`);
    const { seen, ppid, system, parent } = this.read("orphaned") as Record<string, unknown>;
    const lost = { joined: true, after: [false, false] };
    const alike = this.#leaf === "busy" ? { inLoop: [false, false], ...lost } : lost;
    assertEquals(seen, alike);
    assertEquals([ppid, parent], [system, this.began(this.last - 1).pid]);
    await this.gone(this.last);
  }

  /** The last one answers although the other has ended, and ends by itself. */
  async wentOn(): Promise<unknown> {
    assert(!this.has("done"), "the last of the line ended before its time");
    this.release();
    await until(() => this.has("done"), "the last of the line has run to its end");
    await this.gone(this.last);
    return this.read("done");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
    this.first.kill("SIGKILL");
    for (let level = 0; level <= this.last; level++) {
      if (this.has(`began-${level}`) && this.isAlive(level)) process.kill(this.began(level).pid, "SIGKILL");
    }
    // Who has not begun ends as it finds the folder released or gone.
    this.#folder[Symbol.dispose]();
    await this.first.ended;
  }
}

const BOTH: Leaf[] = ["idle", "busy"];

function withBoth(endings: readonly Ending[]): [Ending, Leaf][] {
  return endings.flatMap((ending) => BOTH.map((leaf): [Ending, Leaf] => [ending, leaf]));
}

/** One of both for each ending, in turns: with both, each is seen where the line is shorter. */
function inTurns(endings: readonly Ending[]): [Ending, Leaf][] {
  return endings.map((ending, at) => [ending, BOTH[at % 2]!]);
}

/** A case for every row; two rows at a time. */
async function every<T>(rows: readonly T[], check: (row: T) => Promise<void>): Promise<void> {
  const left = [...rows];
  const worker = async () => {
    for (let row = left.shift(); row !== undefined; row = left.shift()) await check(row);
  };
  await Promise.all([worker(), worker()]);
}

async function orphaned(kinds: string, ending: Ending, setting?: Setting): Promise<void> {
  await using line = new Line(kinds, ending, setting);
  await line.ended();
  await line.mourned();
  if ((setting?.who ?? line.last - 1) === 0) await line.result();
}

/** The last one, a daemon, is gone within a second of the end of the one before. */
async function bereft(kinds: string, ending: Ending, setting?: Setting): Promise<void> {
  await using line = new Line(kinds, ending, { until: "released", ...setting });
  await line.ended();
  await line.gone(line.last, 1_000);
  assert(!line.has("done"), "the daemon was not ended, but ended by itself");
}

/** The process before the last one has nothing more to do, and ends when the last one has ended. */
async function awaited(kinds: string, leaf: Leaf): Promise<void> {
  await using line = new Line(kinds, "dry", { until: "released", leaf });
  await line.begun();
  await delay(300);
  assertEquals([line.isAlive(line.last - 1), line.has("done")], [true, false]);
  assertEquals(await line.wentOn(), { ppid: line.began(line.last - 1).pid, isAlive: true });
  await line.gone(line.last - 1);
}

/** Each parent by each end. */
function atOnce(parents: Parent[]): [AbruptEnd, Parent][] {
  return (["exit", "SIGKILL"] as const).flatMap((end) => parents.map((parent) => [end, parent] as [AbruptEnd, Parent]));
}

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
  await every(ALL, (ending) => orphaned("fork", ending));
});

test("fork() child goes on when its parent exits, throws, rejects or is killed while it is in wait()", async () => {
  await every(ABRUPT, (ending) => orphaned("fork", ending, { waiting: true }));
});

test("fork() child in a synchronous loop goes on however its parent ends: getppid() changes and parentProcess().isAlive() is false in the loop, and join() settles after it", async () => {
  await every(ALL, (ending) => orphaned("fork", ending, { leaf: "busy" }));
});

test("fork() child made directly before its parent exits or gets SIGKILL runs to its end, whether the parent is the first process, a fork child or a Process", async () => {
  await every(atOnce(["first", "fork", "process"]), ([end, parent]) => orphanGoesOn(end, parent));
});

test("fork() child of a fork child goes on, its event loop turning or not, however the fork child ends", async () => {
  await every(inTurns(ALL), ([ending, leaf]) => orphaned("fork.fork", ending, { leaf }));
});

test("fork() child of a Process goes on, its event loop turning or not, however the Process ends", async () => {
  await every(inTurns(ALL), ([ending, leaf]) => orphaned("process.fork", ending, { leaf }));
});

test("fork() child of a daemon Process goes on when the daemon ends with its own parent", async () => {
  await every(["dry", "exit", "SIGKILL"] as const, async (ending) => {
    await using line = new Line("daemon.fork", ending, { who: 0 });
    await line.ended();
    await line.gone(1, 1_000);
    await line.mourned();
  });
});

test("fork() child and its own children keep their parents when only the first process of the program ends", async () => {
  const rows = ["fork.fork", "fork.process", "fork.daemon"].flatMap((kinds) =>
    (["dry", "SIGKILL"] as const).map((ending) => [kinds, ending] as const)
  );
  await every(rows, async ([kinds, ending]) => {
    await using line = new Line(kinds, ending, { who: 0, until: "released" });
    await line.ended();
    assertEquals(await line.wentOn(), { ppid: line.began(1).pid, isAlive: true });
    await line.gone(1);
  });
});

test("Process that is no daemon keeps a parent that runs dry to its own end, whether the parent is the first process, a fork child or a Process", async () => {
  const rows = ["process", "fork.process", "process.process"].flatMap((kinds) =>
    BOTH.map((leaf) => [kinds, leaf] as const)
  );
  await every(rows, ([kinds, leaf]) => awaited(kinds, leaf));
});

test("Process that is no daemon goes on, its event loop turning or not, when its parent exits, throws, rejects or is killed", async () => {
  await every(withBoth(ABRUPT), ([ending, leaf]) => orphaned("process", ending, { leaf }));
});

test("Process that a fork child started goes on, its event loop turning or not, when the fork child exits, throws, rejects or is killed", async () => {
  await every(inTurns(ABRUPT), ([ending, leaf]) => orphaned("fork.process", ending, { leaf }));
});

test("Process that a Process started goes on, its event loop turning or not, when its parent exits, throws, rejects or is killed", async () => {
  await every(inTurns(ABRUPT), ([ending, leaf]) => orphaned("process.process", ending, { leaf }));
});

test("Process that a daemon started goes on when the daemon is killed, or ends with its own parent", async () => {
  const rows = [["SIGTERM", 1], ["SIGKILL", 1], ["exit", 0], ["SIGKILL", 0]] as const;
  await every(rows, async ([ending, who]) => {
    await using line = new Line("daemon.process", ending, { who });
    await line.ended();
    await line.gone(1, 1_000);
    await line.mourned();
  });
});

test("Process that is a daemon is gone within a second however its parent ends, its event loop turning or not", async () => {
  await every(withBoth(ALL), ([ending, leaf]) => bereft("daemon", ending, { leaf }));
});

test("Process that is a daemon, started directly before its parent exits or gets SIGKILL, is gone within a second", async () => {
  await every(atOnce(["first", "fork"]), ([end, parent]) => daemonGoesAtOnce(end, parent));
});

test("Process that is a daemon of a Process is gone within a second however the Process ends, its event loop turning or not", async () => {
  await every(inTurns(ALL), ([ending, leaf]) => bereft("process.daemon", ending, { leaf }));
});

test("Process that is a daemon of a fork child is gone within a second however the fork child ends, its event loop turning or not", async () => {
  await every(inTurns(ALL), ([ending, leaf]) => bereft("fork.daemon", ending, { leaf }));
});

test("Process that is a daemon of a fork child is gone within a second of it also when the system has no setpriv", async () => {
  await every(
    withBoth(["dry", "SIGKILL"]),
    ([ending, leaf]) => bereft("fork.daemon", ending, { leaf, env: { PATH: "/nowhere" } }),
  );
});

test("Process that is a daemon of a daemon is gone within a second of the first process, its event loop turning or not", async () => {
  await every(
    withBoth(["dry", "exit", "SIGKILL"]),
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
