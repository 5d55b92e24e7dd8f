/** Tasks that take their worker over: they say or write what no worker does. */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { existsSync, ftruncateSync, unlinkSync, writeFileSync, writeSync } from "node:fs";
import process from "node:process";
import { Channel } from "../../../src/transport/channel.ts";
import { blockFor } from "../../_support/blocking.ts";
import { raw } from "../../_support/raw_message.ts";

export function double(n: number): number {
  return 2 * n;
}

/** Sends a message before the result of this task; gives the result 1. */
export function sayBefore(message: string): number {
  const { post } = Channel.prototype;
  Channel.prototype.post = function (...args) {
    Channel.prototype.post = post;
    post.call(this, raw(message));
    post.apply(this, args);
  };
  return 1;
}

/** Sends a message in the place of the result of its task; `TASK` in it stands for the task's number. */
export function sayInstead(message: string): void {
  const { post } = Channel.prototype;
  Channel.prototype.post = function (text, ...rest) {
    const task = /^\["value",(\d+)/.exec(text)?.[1];
    if (task === undefined) return post.call(this, text, ...rest);
    Channel.prototype.post = post;
    post.call(this, raw(message.replace("TASK", task)));
  };
}

/** The same for the task of a map. */
export function sayInsteadOfEach(n: number, message: string): number {
  if (n === 0) sayInstead(message);
  return n;
}

/** Writes into its own journal that the pool has frozen it. Gives 0 where there is none. */
export function freezeItself(): number {
  const path = journalPath();
  if (path === null) return 0;
  const flag = path + ".frozen";
  if (existsSync(flag)) writeFileSync(flag, "f");
  else {
    const file = openSync(path, "r+");
    writeSync(file, crypto.getRandomValues(new Uint8Array(8)).fill(1, 0, 1), 0, 8, 0);
    closeSync(file);
  }
  return 1;
}

/** What may stand in the place of a journal. */
export type Replacement = "nothing" | "noise" | "torn" | "others" | "sparse" | "directory" | "endless" | "pipe";

/** Puts something in the place of the journal; keeps the worker's event loop busy, or ends the worker. */
export function replaceJournal(replacement: Replacement, busyMs: number, exits: boolean): number {
  const path = journalPath();
  if (path !== null) replace(path, replacement);
  blockFor(busyMs);
  if (exits) process.kill(process.pid, "SIGKILL");
  return 1;
}

/** The file of the journal: this process has it open, or mapped. Null where it has none. */
function journalPath(): string | null {
  const names = readFileSync("/proc/self/maps", "utf8").split("\n").map((line) => line.split(/\s+/).at(-1)!);
  for (const fd of readdirSync("/proc/self/fd")) {
    try {
      names.push(readlinkSync(`/proc/self/fd/${fd}`));
    } catch {
      // the descriptor of the listing itself
    }
  }
  return names.find((name) => /^\/.*-[0-9a-f]{16}$/.test(name)) ?? null;
}

function replace(path: string, replacement: Replacement): void {
  if (replacement === "torn" || replacement === "others" || replacement === "noise") {
    return writeFileSync(path, bytesOf(replacement));
  }
  unlinkSync(path);
  switch (replacement) {
    case "nothing":
      return;
    case "sparse": {
      const file = openSync(path, "w");
      ftruncateSync(file, 2 ** 40);
      return closeSync(file);
    }
    case "directory":
      return void mkdirSync(`${path}/inner`, { recursive: true });
    case "endless":
      return symlinkSync("/dev/zero", path);
    case "pipe":
      rmSync(path, { force: true });
      return void execFileSync("mkfifo", [path]);
  }
}

/** Notes as both formats have them: each behind its length. The second format has eight bytes before all notes. */
function bytesOf(replacement: "noise" | "torn" | "others"): Uint8Array {
  const notes = replacement === "torn"
    ? ['["value",1', "null", "", "[]"]
    : ['["returned",1,2]', '["ready"]', '["request",1,"1","get",0,0,0,null]', '["begun",1e999,{}]'];
  const isMapped = readFileSync("/proc/self/maps", "utf8").split("\n").some((line) => /-[0-9a-f]{16}$/.test(line));
  const head = new Array(isMapped ? 8 : 0).fill(0);
  if (replacement === "noise") return Uint8Array.from([...head, ...crypto.getRandomValues(new Uint8Array(65_000))]);
  const parts = notes.flatMap((note) => {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, note.length, true);
    return [...length, ...new TextEncoder().encode(note)];
  });
  return Uint8Array.from([...head, ...parts, 0, 0, 0, 0]);
}
