/** Many children: `wait_crowd.ts KIND SCENARIO FOLDER COUNT`. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import process from "node:process";
import { Process, processTable, wait, waitpid, waitStatusToExitCode } from "../../../mod.ts";
import { Children, type Kind, outcome, runs, say, until } from "../_fixtures/wait_children.ts";
import { take } from "../_fixtures/wait_ends.ts";

/** Children that live at the same time. */
const CHUNK = 50;

/** Descriptors that a runtime may open for itself meanwhile. */
const SLACK = 10;

const count = Number(process.argv[5]);

function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

/** What the descriptors of this program lead to. */
function links(): string {
  return readdirSync("/proc/self/fd").flatMap((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      return []; // that of the folder itself
    }
  }).join(" ");
}

/** Children of this program that ended and that the operating system still keeps. */
function systemZombies(): number {
  return readdirSync("/proc").filter((name) => {
    try {
      const status = /^\d+$/.test(name) ? readFileSync(`/proc/${name}/status`, "utf8") : "";
      return new RegExp(`^State:\\s+Z[^]*^PPid:\\s+${process.pid}$`, "m").test(status);
    } catch {
      return false; // it went meanwhile
    }
  }).length;
}

const scenarios: Record<string, (children: Children) => Promise<void>> = {
  /** Every third is waited for by wait(), by its pid, and joined: each status comes to exactly one of them. */
  async mixed(children) {
    let taken = 0;
    for (let from = 0; from < count; from += CHUNK) {
      const made: { pid: number; code: number; process: Process | null }[] = [];
      for (let at = from; at < Math.min(from + CHUNK, count); at++) {
        const code = at % 200;
        const isProcess = children.kind === "process" || children.kind === "turns" && at % 4 > 0;
        const process = isProcess ? children.process(`gate ${from}`, code) : null;
        made.push({ pid: process?.pid ?? children.make(`gate ${from}`, code), code, process });
      }
      const expected = new Map(made.map(({ pid, code }) => [pid, code]));
      const joins = made.filter((_, at) => at % 3 === 1).map(async ({ pid, process }) => {
        return [pid, process === null ? waitStatusToExitCode((await waitpid(pid))[1]) : await process.join()] as const;
      });
      const chosen = made.filter((_, at) => at % 3 === 2).map(({ pid }) => waitpid(pid));
      const any = made.filter((_, at) => at % 3 === 0).map(() => wait());
      children.open(`gate ${from}`);
      for (const [pid, code] of await Promise.all(joins)) {
        if (expected.get(pid) === code && expected.delete(pid)) taken++;
      }
      for (const [pid, status] of await Promise.all([...chosen, ...any])) {
        if (expected.get(pid) === waitStatusToExitCode(status) && expected.delete(pid)) taken++;
      }
    }
    say(taken, await outcome(wait()), processTable().length);
  },

  async zombies(children) {
    const before = descriptors();
    const codes = new Map<number, number>();
    for (let at = 0; at < count; at++) {
      const name = `gate ${at - at % CHUNK}`;
      codes.set(children.make(name, at % 200), at % 200);
      if ((at + 1) % CHUNK > 0 && at < count - 1) continue;
      children.open(name);
      await until(() => codes.keys().every((pid) => !runs(pid)), "the end of all");
      await until(() => processTable().every(({ state }) => state === "zombie"), "all being in the table");
    }
    say(descriptors() - before < SLACK, systemZombies());
    const table = processTable();
    const shown = table.map(({ pid, exitCode }) => codes.get(pid) === exitCode);
    say(table.length, shown.every((isRight) => isRight), new Set(table.map(({ state }) => state)).size);
    let taken = 0;
    for (const { pid } of table) {
      const [, status] = taken % 2 === 0 ? await waitpid(pid) : await waitpid(pid, { noHang: true });
      if (waitStatusToExitCode(status) === codes.get(pid) && processTable().length === count - ++taken) continue;
      say("wrong", pid, status);
    }
    say(taken, await outcome(wait()), processTable());
  },

  async heavy() {
    const before = descriptors();
    for (let at = 0; at < count; at++) {
      const child = new Process({ target: take, args: ["x".repeat(1_000_000)] }).start();
      await child.sentinel;
    }
    const left = descriptors() - before;
    say(left < SLACK || `${left} descriptors are left: ${links()}`, processTable().length);
    for (let at = 0; at < count; at++) await wait();
  },

  async sequence(children) {
    const once = async () => {
      const pid = children.make("open", 3);
      const [got, status] = await wait();
      return pid === got && status === 768;
    };
    children.open("open");
    let good = 0;
    for (let times = 0; times < 5; times++) if (await once()) good++;
    const before = descriptors();
    for (let times = 5; times < count; times++) if (await once()) good++;
    say(good, descriptors() - before < SLACK, processTable().length);
  },
};

if (import.meta.main) {
  const [kind, scenario, folder] = process.argv.slice(2) as [Kind, string, string];
  await scenarios[scenario]!(new Children(kind, folder));
}
