/**
 * Starts children on Bun: `Bun.spawn`. There are no permissions, so that option is
 * ignored; a child's environment is what it is given, since Bun itself would pass
 * the one with which this process started.
 *
 * @module
 */
import { shortageRemedy } from "../../src/runtime/shortage.ts";
import type { Child, Command, ExitStatus } from "../../src/runtime/adapter.ts";
import { SpawnError } from "../../src/errors.ts";
import { entryGone } from "../posix/entry_gone.ts";
import { isWatched, OWNER } from "./watch.ts";
import { BIND, bindProbe } from "../posix/setpriv.ts";
import { packBoot, type PackedBoot } from "./boot.ts";
import { preloads, runtimeFlags } from "./flags.ts";
import { beside, Bun, fs, process, START } from "./globals.ts";
import { programMain } from "./program.ts";
import { removeSocketsOf } from "./sockets.ts";
import type { Subprocess } from "./types.ts";

/** Variables of a debugger: it waits at each process that has them, and finds its port taken in the second. */
const DEBUGGER = /^BUN_INSPECT/;

/** What is run: the entry of children, after what ran before the program, or the program again after the library's own. */
function entry({ program }: Command): string[] {
  const replay = beside("fork_entry");
  const own = preloads().filter((value) => value !== replay).flatMap((value) => ["--preload", value]);
  if (program === "child") return [...own, beside("child_entry")];
  return [...program === "main" ? ["--preload", replay] : [], ...own, programMain()];
}

/** Whether the kernel can be asked to kill children when this process dies. */
export const canBind: () => boolean = bindProbe(
  () => process.platform === "linux",
  (command) => Bun.spawnSync([...command], { stdio: ["ignore", "ignore", "ignore"] }).success,
);

/** Starts a child. @throws {SpawnError} the runtime could not */
export function spawn(command: Command): Child {
  // A compiled program is its own binary, and takes no flags.
  if (!Bun.isStandaloneExecutable) checkEntry(command);
  const flags = Bun.isStandaloneExecutable ? [] : [...runtimeFlags(), ...command.runtimeArgs, ...entry(command)];
  const run = [process.execPath, ...flags, ...process.argv.slice(2)];
  let child: Subprocess | null = launch(command.bound && canBind() ? [...BIND, ...run] : run, command);
  const { pid, stdout, stderr } = child;
  const exited = child.exited.then((code): ExitStatus => {
    const { signalCode } = child!;
    child = null;
    if (signalCode === null) return { code };
    removeSocketsOf(pid);
    return { signal: signalCode, number: code - 128 };
  });
  return {
    pid,
    exited,
    stdout: stdout instanceof ReadableStream ? stdout as ReadableStream<Uint8Array> : null,
    stderr: stderr instanceof ReadableStream ? stderr as ReadableStream<Uint8Array> : null,
    kill: (signal) => child?.kill(signal),
    ref: () => child?.ref(),
    unref: () => child?.unref(),
  };
}

/** A child whose entry is gone would end without a word of ours. @throws {SpawnError} it is */
function checkEntry({ program }: Command): void {
  const path = program === "itself" ? programMain() : beside(program === "child" ? "child_entry" : "fork_entry");
  if (!fs().existsSync(path)) throw entryGone(program, path, [process.execPath, path]);
}

function packed(boot: string, cmd: string[]): PackedBoot {
  try {
    return packBoot(boot, Bun.isStandaloneExecutable ? "" : programMain());
  } catch (cause) {
    throw new SpawnError(
      `Cannot start process: ${(cause as Error).message}, ${
        shortageRemedy(cause) ?? "set TMPDIR to a folder with room"
      }`,
      cmd,
      cause,
    );
  }
}

/** Variables of the child, but for its boot message: without those of a debugger, unless it is given them. */
function environment({ origin, env }: Command): Record<string, string | undefined> {
  const own = Object.entries(origin === "start" ? START.env : process.env).filter(([name]) => !DEBUGGER.test(name));
  return { ...Object.fromEntries(own), ...env };
}

/** The boot message itself is not kept. */
function launch(cmd: string[], command: Command): Subprocess {
  const boot = packed(command.boot, cmd);
  const output = (where: string) => where === "null" ? "ignore" : where === "piped" ? "pipe" : "inherit";
  const cwd = command.cwd ?? (command.origin === "start" ? START.cwd : null);
  try {
    return Bun.spawn(cmd, {
      stdio: [
        command.origin === "start" ? "inherit" : "ignore",
        output(command.stdout),
        output(command.stderr),
        ...boot.descriptor === null ? [] : [boot.descriptor],
      ],
      // A piped output that nobody reads fills the pipe, and not the memory of this process.
      lazy: true,
      env: {
        ...environment(command),
        ...boot.env,
        ...command.bound && isWatched() && { [OWNER]: String(process.pid) },
      },
      ...(cwd === null ? {} : { cwd }),
    });
  } catch (cause) {
    const isBinary = cwd === null || (cause as { code?: string }).code === "ENOENT" && fs().existsSync(cwd);
    const remedy = shortageRemedy(cause) ?? (isBinary ? "check the runtime's binary" : `check the directory ${cwd}`);
    throw new SpawnError(`Cannot start process: ${(cause as Error).message}, ${remedy}`, cmd, cause);
  } finally {
    boot.close();
  }
}
