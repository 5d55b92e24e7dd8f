/**
 * What the spec asks of the machine and of the runtime under test: running whole
 * programs, and looking at processes from outside. How each runtime is called is told
 * by the runner of the spec.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** How a runtime runs a program, from a file or as text: what `scripts/runtimes.mjs` says of it. */
interface Runtime {
  name: string;
  bin: string;
  global?: string;
  run: string[];
  evaluate: string[];
  permissions: { run: string[]; none: string[] } | null;
}

/** Runtimes in the order in which whoever started this program has told them: that of this very process first. */
const told: Runtime[] = await findRuntimes();
const runtime = told[0]!;

/** All runtimes under test, that of this very process first. */
export const runtimes: readonly string[] = told.map(({ name }) => name);

/** Whether this runtime knows permissions: both branches are specified. */
export const hasPermissions = runtime.permissions !== null;

/** How a program ended and what it wrote. */
export interface Ended {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

/** A program that runs. */
export interface Running {
  pid: number;
  /** What it has written so far. */
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

/** How to run a program. */
export interface ProgramOptions {
  args?: readonly string[];
  /** Permission flags, where the runtime knows them; default all. */
  flags?: readonly string[];
  /** Arguments for the runtime itself, which all runtimes know. */
  runtimeArgs?: readonly string[];
  env?: Record<string, string>;
  cwd?: string;
  input?: string;
  /** One of {@linkcode runtimes}; that of this process unless given. */
  runtime?: string;
  /** The program is its own text, to be evaluated. */
  isText?: boolean;
  /** Run it by a copy of the runtime's binary, which the program may remove. */
  isCopy?: boolean;
  /** A command that runs the command after it, such as `unshare`. */
  under?: readonly string[];
  /** Run it with standard output and error closed. */
  isClosed?: boolean;
  /** Shell commands that set limits for it, such as `ulimit -n 64`. */
  limits?: string;
}

function pathOf(program: string): string {
  if (program === "-" || /^(\/|https?:)/.test(program)) return program;
  return fileURLToPath(new URL(`../${program}`, import.meta.url));
}

/** A test that was started by hand finds its runtime by the global of it. */
async function findRuntimes(): Promise<Runtime[]> {
  const said = process.env.SPEC_RUNTIMES;
  if (said !== undefined) return JSON.parse(said);
  const { RUNTIMES } = await import("../../scripts/runtimes.mjs");
  return RUNTIMES.toSorted((one: Runtime, other: Runtime) => Number(isOwn(other)) - Number(isOwn(one)));
}

function isOwn({ global = "" }: Runtime): boolean {
  return global in globalThis;
}

function wordsFor({ run, permissions }: Runtime, flags?: readonly string[]): readonly string[] {
  if (flags === undefined || permissions === null) return run;
  return [...permissions.run, ...flags.length > 0 ? flags : permissions.none];
}

/**
 * Starts a program of `spec/`, one at an absolute path or a URL, or `-` for the one that is its
 * input, in a process group of its own.
 */
export function start(program: string, options: ProgramOptions = {}): Running {
  const by = options.runtime === undefined ? runtime : told.find(({ name }) => name === options.runtime)!;
  const words = options.isText
    ? [...by.evaluate, program]
    : [...wordsFor(by, options.flags), ...options.runtimeArgs ?? [], pathOf(program)];
  const own = by === runtime ? process.execPath : by.bin;
  const binary = options.isCopy ? `${mkdtempSync(`${tmpdir()}/spec-`)}/runtime` : own;
  if (options.isCopy) copyFileSync(process.execPath, binary);
  const tell = by === runtime ? {} : { SPEC_RUNTIMES: JSON.stringify([by, ...told.filter((other) => other !== by)]) };
  const closing = options.isClosed ? ["sh", "-c", 'exec "$0" "$@" >&- 2>&-'] : [];
  const limiting = options.limits === undefined ? [] : ["sh", "-c", `${options.limits}; exec "$0" "$@"`];
  const [command, ...rest] = [...options.under ?? [], ...closing, ...limiting, binary, ...words, ...options.args ?? []];
  const child = spawn(command!, rest, {
    cwd: options.cwd,
    env: { ...process.env, NO_COLOR: "1", ...tell, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  return following(child, () => {
    if (options.isCopy) rmSync(dirname(binary), { recursive: true });
  });
}

/** What runs in a child process, as the spec sees it; `over` is called when all that hold its output have ended. */
export function following(child: ChildProcess, over: () => void = () => {}): Running {
  let stdout = "";
  let stderr = "";
  child.stdout!.on("data", (bytes) => stdout += bytes);
  child.stderr!.on("data", (bytes) => stderr += bytes);
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => {
      over();
      resolve({ code, signal, stdout, stderr });
    });
  });
  return {
    pid: child.pid!,
    stdout: () => stdout,
    stderr: () => stderr,
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

/** Runs a program to its end and to the end of all that hold its output; ended after `limit` milliseconds. */
export async function run(program: string, options: ProgramOptions & { limit?: number } = {}): Promise<Ended> {
  const running = start(program, options);
  const timer = setTimeout(() => running.kill("SIGKILL"), options.limit ?? 20_000);
  try {
    return await running.ended;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a process exists and is no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Living children of `parent`, by number and command line. */
export function children(parent: number = process.pid): { pid: number; command: string }[] {
  return childPids(parent).filter(isAlive).sort((one, other) => one - other).flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").slice(0, 200);
      return [{ pid, command }];
    } catch {
      return []; // it ended meanwhile
    }
  });
}

/** The kernel lists what each thread has started; kernels that do not are asked for the parent of every process. */
function childPids(parent: number): number[] {
  try {
    return readdirSync(`/proc/${parent}/task`).flatMap((thread) =>
      readFileSync(`/proc/${parent}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number)
    );
  } catch {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
      try {
        return new RegExp(`^PPid:\\s+${parent}$`, "m").test(readFileSync(`/proc/${pid}/status`, "utf8"));
      } catch {
        return false;
      }
    });
  }
}

/** Seconds of a processor that a process has taken; 0 when it is gone. */
export function processorSeconds(pid: number): number {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ").slice(11, 13);
    return (Number(user) + Number(system)) / 100; // ticks, of which Linux tells programs 100 a second
  } catch {
    return 0;
  }
}

/** Numbers of open descriptors of a process. */
export function descriptors(pid: number = process.pid): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** What dead owners left in the folder for sockets. */
export function leftovers(): string[] {
  const folder = process.env.TMPDIR ?? "/tmp";
  return readdirSync(folder).filter((name) => {
    const owner = /^brood-(\d+)-/.exec(name)?.[1];
    return owner !== undefined && !existsSync(`/proc/${owner}`);
  });
}
