/**
 * Starts children on Deno: `Deno.Command`. A pipe to a child is written by the event
 * loop, so only a boot message of up to 1 MiB is complete when `spawn` returns.
 *
 * @module
 */
import { shortageRemedy } from "../../src/runtime/shortage.ts";
import type { Child, Command, ExitStatus } from "../../src/runtime/adapter.ts";
import { SpawnError, UnsupportedError } from "../../src/errors.ts";
import { entryGone } from "../posix/entry_gone.ts";
import { BIND, bindProbe } from "../posix/setpriv.ts";
import { packBoot } from "./boot.ts";
import { preloads, runtimeFlags } from "./flags.ts";
import { permissionFlags } from "./permission_flags.ts";
import { saidBy, whole } from "./permissions.ts";
import { mainModule, START } from "./self.ts";
import { removeSocketsOf } from "./sockets.ts";
import { outlive } from "./uncaught.ts";

/** Address of an entry of children. */
function beside(name: "child_entry" | "fork_entry"): string {
  return new URL(`./${name}.${import.meta.url.split(".").pop()}`, import.meta.url).href;
}

/** Whether the kernel can be asked to kill children when this process dies. */
export const canBind: () => boolean = bindProbe(
  () => Deno.build.os === "linux" && whole("run"),
  ([program, ...args]) =>
    new Deno.Command(program!, { args, stdin: "null", stdout: "null", stderr: "null" }).outputSync().success,
);

function preload({ program, modules }: Command): string {
  if (program === "main") return inline(`import { main } from ${JSON.stringify(beside("fork_entry"))}; await main();`);
  const importers = modules.map((url) => `${JSON.stringify(url)}: () => import(${JSON.stringify(url)})`);
  const source = `import { main } from ${JSON.stringify(beside("child_entry"))}; await main({ ${
    importers.join(", ")
  } });`;
  return inline(source);
}

/** A child whose entry is gone would end without a word of ours. @throws {SpawnError} it is */
function checkEntry({ program }: Command): void {
  const url = new URL(
    program === "itself" ? mainModule()! : beside(program === "child" ? "child_entry" : "fork_entry"),
  );
  if (url.protocol !== "file:" || !whole("read")) return;
  try {
    Deno.statSync(url);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw entryGone(program, decodeURIComponent(url.pathname), [Deno.execPath()], cause);
    }
  }
}

/** What stands before the program's arguments. */
function flags(command: Command, variables: string[]): string[] {
  const granting = permissionFlags(command, variables);
  return [
    "run",
    "--no-prompt",
    ...granting,
    ...runtimeFlags(command.program === "child" && granting.includes("--allow-all")),
    ...command.runtimeArgs,
    // The library's own runs a child to its end, and silences a fork child before the program's own run again.
    ...(command.program === "main" ? [] : preloads()),
    ...(command.program === "itself" ? [] : ["--preload", preload(command)]),
    ...(command.program === "main" ? preloads() : []),
    mainModule() ?? command.modules[0] ?? "data:application/javascript,",
  ];
}

/** A compiled program is its own binary, takes no flags, and has the permissions that it was compiled with. */
function refused({ permissions }: Command, variables: string[]): string[] {
  if (permissions !== "inherit") {
    throw new UnsupportedError(
      "Cannot start process: a compiled program's children have its permissions, leave the option out",
      "permissions",
    );
  }
  // A child that cannot read what it is to do would be the program once more, and so on.
  const unread = variables.filter((name) => !whole("env", name));
  if (unread.length === 0) return [];
  throw new SpawnError(
    `Cannot start process: the compiled program may not read ${unread.join()}, compile it with --allow-env=${unread.join()}`,
    [Deno.execPath(), ...Deno.args],
  );
}

function inline(source: string): string {
  return `data:application/javascript,${encodeURIComponent(source)}`;
}

/** Starts a child. @throws {SpawnError} the runtime could not */
export function spawn(command: Command): Child {
  if (!Deno.build.standalone) checkEntry(command);
  const boot = packBoot(command.boot, command.permissions === "inherit");
  const variables = Object.keys(boot.env);
  const run = [...Deno.build.standalone ? refused(command, variables) : flags(command, variables), ...Deno.args];
  const [program, ...args] = command.bound && canBind()
    ? [...BIND, Deno.execPath(), ...run]
    : [Deno.execPath(), ...run];
  const again = command.origin === "start";
  const cwd = command.cwd ?? (again ? START.cwd : null);
  const startEnv = again ? START.env : null;
  const options: Deno.CommandOptions = {
    args,
    env: { ...startEnv, ...command.env, ...boot.env },
    clearEnv: startEnv !== null,
    ...(cwd === null ? {} : { cwd }),
    stdin: boot.rest !== null ? "piped" : again ? "inherit" : "null",
    stdout: command.stdout,
    stderr: command.stderr,
  };
  const child = orElse(boot.discard, () => launch(program!, options));
  if (boot.rest !== null) {
    const writer = child.stdin.getWriter();
    // A child that dies first breaks the pipe; `exited` tells.
    writer.write(boot.rest).then(() => writer.close()).catch(() => {});
  }
  const exited = child.status.then(({ code, signal }): ExitStatus => {
    if (signal === null) return { code };
    removeSocketsOf(child.pid);
    return { signal, number: code - 128 };
  }, unnamedSignal);
  if (!command.bound) outlive(exited);
  void exited.then(boot.discard);
  return {
    pid: child.pid,
    exited,
    stdout: command.stdout === "piped" ? child.stdout : null,
    stderr: command.stderr === "piped" ? child.stderr : null,
    kill(signal) {
      try {
        child.kill(signal);
      } catch (error) {
        if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error; // it has ended
      }
    },
    ref: () => unlessEnded(() => child.ref()),
    unref: () => unlessEnded(() => child.unref()),
  };
}

/** A child that has ended is a bad resource already before `status` settles. */
function unlessEnded(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

/** Deno rejects with the number of a signal that it has no name for, such as those for real time. */
function unnamedSignal(error: unknown): ExitStatus {
  const number = Number(/signal: (\d+)/.exec(String(error))?.[1] ?? NaN);
  return Number.isNaN(number) ? { code: 1 } : { signal: `SIG${number}`, number };
}

/** What `act` gives; when it throws, `undo` first. */
function orElse<T>(undo: () => void, act: () => T): T {
  try {
    return act();
  } catch (error) {
    undo();
    throw error;
  }
}

function launch(program: string, options: Deno.CommandOptions): Deno.ChildProcess {
  try {
    return new Deno.Command(program, options).spawn();
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    const env = options.clearEnv ? options.env ?? {} : whole("env") ? { ...Deno.env.toObject(), ...options.env } : {};
    const kept = Object.entries(env).filter(([name]) => !/^(LD|DYLD)_/.test(name));
    if (/LD_|DYLD_/.test(said) && kept.length < Object.keys(env).length) {
      // Deno refuses these variables under a scoped --allow-run; the child does without them.
      return launch(program, { ...options, clearEnv: true, env: Object.fromEntries(kept) });
    }
    const command = [program, ...options.args ?? []];
    if (cause instanceof Deno.errors.NotCapable && !/LD_|DYLD_/.test(said)) {
      throw new SpawnError(`Cannot start process: ${saidBy(cause)}`, command, cause);
    }
    const remedy = shortageRemedy(cause) ??
      (cause instanceof Deno.errors.NotCapable
        ? "unset it, or run with --allow-run unscoped"
        : options.cwd !== undefined && (!(cause instanceof Deno.errors.NotFound) || said.includes("cwd"))
        ? `check the directory ${options.cwd}`
        : "check the runtime's binary");
    throw new SpawnError(`Cannot start process: ${said}, ${remedy}`, command, cause);
  }
}
