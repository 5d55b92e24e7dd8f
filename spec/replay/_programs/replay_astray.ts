/** Forks in a way that only the first process can go: its own id tells it from its child. */
import { existsSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fork, snapshot, wait, waitpid, waitStatusToExitCode } from "../../../mod.ts";
import { tell } from "../_fixtures/replay_tell.ts";

const [name, folder] = process.argv.slice(2) as [string, string];
const isFirst = snapshot(() => process.pid) === process.pid;

// Assigned out here: some engines drop the frame of a function whose last act is a call.
let pid = -1;

const cases: Record<string, () => void | Promise<void>> = {
  branch() {
    if (!isFirst) snapshot(() => "other branch");
    pid = fork();
  },

  file() {
    if (!existsSync(`${folder}/seen`)) snapshot(() => "first time");
    writeFileSync(`${folder}/seen`, "");
    pid = fork();
  },

  fork() {
    if (isFirst) pid = fork();
    else pid = fork();
  },

  async wait() {
    if (!isFirst) await wait();
    pid = fork();
  },

  round() {
    for (let round = 0; round < (isFirst ? 3 : 2); round++) snapshot(() => round);
    pid = fork();
  },

  nameless() {
    [0].forEach(() => {
      if (!isFirst) snapshot(() => "other branch");
      pid = fork();
    });
  },

  callback() {
    if (isFirst) [0].forEach(() => snapshot(() => "one callback"));
    else [0].forEach(() => snapshot(() => "another callback"));
    pid = fork();
  },

  listener() {
    const place = new EventTarget();
    place.addEventListener("one", function () {
      pid = fork(); // one
    });
    place.addEventListener("other", function () {
      pid = fork(); // other
    });
    place.dispatchEvent(new Event(isFirst ? "one" : "other"));
  },

  initializer() {
    const evaluate = [
      () =>
        class {
          static {
            pid = fork(); // one
          }
        },
      () =>
        class {
          static {
            pid = fork(); // other
          }
        },
    ];
    evaluate[isFirst ? 0 : 1]!();
  },

  end() {
    if (isFirst) pid = fork();
  },

  async early() {
    await null;
    if (!isFirst) return;
    pid = fork();
  },

  exit() {
    if (!isFirst) process.exit(0);
    pid = fork();
  },

  throw() {
    if (!isFirst) throw new RangeError("not the same");
    pid = fork();
  },

  async reject() {
    if (!isFirst) await Promise.reject(new RangeError("not the same"));
    pid = fork();
  },

  async timer() {
    if (!isFirst) {
      setInterval(() => {}, 1_000);
      await new Promise(() => {});
    }
    pid = fork();
  },

  async stuck() {
    if (!isFirst) await new Promise(() => {});
    pid = fork();
  },

  async inside() {
    const made = await snapshot(async () => {
      await null;
      pid = fork();
      return pid;
    });
    tell("made", made === pid);
  },
};

await cases[name]!();
if (isFirst) {
  const [child, status] = await waitpid(pid);
  tell("parent", child === pid, waitStatusToExitCode(status));
} else if (pid === 0) tell("child");
