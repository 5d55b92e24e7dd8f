/**
 * Deno: `Deno.Command`, `Deno.listen`, `Deno.connect`. Maps, never decides.
 *
 * Limits of the platform: a permission granted in part cannot be listed, so a
 * child gets nothing of it but what the link needs; a pipe to a child is written
 * by the event loop, so only a boot message of up to 96 KiB is complete when
 * `spawn` returns; importing any `node:` module costs a child more than its whole
 * start, so nothing here imports one.
 *
 * @module
 */
import type { Adapter, Child, Command, ExitStatus } from "../src/adapter.ts";
import { SpawnError, UnsupportedError } from "../src/errors.ts";
import { outlive } from "./deno_errors.ts";
import { commandLine, type Name, NAMES, whole } from "./deno_permissions.ts";
import { BOOT, denoSelf, mainModule, START } from "./deno_self.ts";

const BOOT_LIMIT = 96 * 1024;
const CHILD = beside("deno_child");
const REPLAY = beside("deno_replay");

function beside(name: string): string {
  return new URL(`./${name}.${import.meta.url.split(".").pop()}`, import.meta.url).href;
}

// --- permissions ---

/** Flags of the runtime that would grant something, long or as letters. */
const GRANT = /^--(allow-|permission-set)|^-[a-zA-Z]*[ARWNESIP]/;

function permissionFlags(command: Command): string[] {
  const grant = command.runtimeArgs.find((flag) => GRANT.test(flag));
  if (grant !== undefined) {
    throw new SpawnError(
      `Cannot start process: ${grant} among runtimeArgs is a permission, use the permissions option`,
      [
        grant,
      ],
    );
  }
  const flags: string[] = [];
  const given = new Set<Name>();
  const { permissions } = command;
  if (permissions === "inherit") {
    if (commandLine() !== null) return ["--allow-all"];
    for (const name of NAMES) {
      if (!whole(name)) continue;
      flags.push(`--allow-${name}`);
      given.add(name);
    }
  } else if (permissions !== "none") {
    for (const name of NAMES) {
      const wanted = permissions[name];
      if (wanted === undefined || wanted === false) continue;
      const scopes = wanted === true ? [undefined] : wanted;
      for (const scope of scopes) {
        if (scope?.includes(",")) {
          throw new SpawnError(`Cannot start process: a flag cannot carry the comma in ${scope}, use a name without`, [
            `--allow-${name}`,
          ]);
        }
        if (!whole(name, scope)) {
          const flag = scope === undefined ? `--allow-${name}` : `--allow-${name}=${scope}`;
          throw new SpawnError(`Cannot start process: it would get ${flag}, which this process does not have itself`, [
            flag,
          ]);
        }
      }
      flags.push(wanted === true ? `--allow-${name}` : `--allow-${name}=${wanted.join(",")}`);
      if (wanted === true) given.add(name);
    }
  }
  const { address } = command;
  if (address?.startsWith("tcp:") && !given.has("net")) flags.push(`--allow-net=${address.slice(4)}`);
  if (!given.has("env")) flags.push(`--allow-env=${BOOT}`);
  return merged(flags);
}

/** One flag per name: the lists of a name are joined. */
function merged(flags: string[]): string[] {
  const lists = new Map<string, string[]>();
  for (const flag of flags) {
    const [name, list] = flag.split(/=(.*)/s) as [string, string?];
    lists.set(name, [...lists.get(name) ?? [], ...(list === undefined ? [] : [list])]);
  }
  return [...lists].map(([name, list]) => list.length === 0 ? name : `${name}=${list.join(",")}`);
}

// --- runtime flags ---

/** Flags that decide how modules are found and run; the child needs the same. With a value apart or after `=`. */
const KEPT = new Set([
  "--config",
  "-c",
  "--no-config",
  "--import-map",
  "--lock",
  "--no-lock",
  "--frozen",
  "--node-modules-dir",
  "--vendor",
  "--cached-only",
  "--no-remote",
  "--no-npm",
  "--v8-flags",
  "--conditions",
  "--cert",
  "--location",
  "--seed",
  "--unsafely-ignore-certificate-errors",
]);
const VALUED = new Set(["--config", "-c", "--import-map", "--lock", "--conditions", "--cert", "--location", "--seed"]);
/** Flags whose value is a file, named relative to the directory in which this process runs; a child's may be another. */
const FILES = new Set(["--config", "-c", "--import-map", "--lock", "--cert"]);
/** Flags whose value is a module that runs before the program. */
const PRELOADS = new Set(["--preload", "--import", "--require"]);
let kept: { name: string; value: string | undefined }[] | undefined;

/** The flags with which this process was started, as far as a child needs them. */
function flags(): NonNullable<typeof kept> {
  if (kept !== undefined) return kept;
  kept = [];
  const line = commandLine()?.slice(1) ?? [];
  for (let at = 0; at < line.length; at++) {
    const flag = line[at]!;
    if (!flag.startsWith("-") && /[./:]/.test(flag)) break; // the main module; what follows is the program's
    const [name, given] = flag.split(/=(.*)/s) as [string, string?];
    const isPreload = PRELOADS.has(name);
    const value = given ?? (VALUED.has(name) || isPreload ? line[++at] : undefined);
    if (isPreload || KEPT.has(name) || name.startsWith("--unstable")) kept.push({ name, value });
  }
  return kept;
}

function runtimeFlags(): string[] {
  return flags().filter(({ name }) => !PRELOADS.has(name)).map(({ name, value }) =>
    value === undefined ? name : `${name}=${FILES.has(name) ? absolute(value) : value}`
  );
}

/** What the program itself had run before it: a fork child runs that again, after the library's own. */
function preloads(): string[] {
  return flags().filter(({ name, value }) => PRELOADS.has(name) && !value?.startsWith("data:")).map(({ name, value }) =>
    `${name}=${value}`
  );
}

function absolute(file: string): string {
  return /^(\/|\w+:)/.test(file) ? file : `${Deno.cwd()}/${file}`;
}

// --- start a child ---

let setpriv: boolean | undefined;

/** setpriv (util-linux) asks the kernel to kill the child when this process dies; it keeps the pid. */
function canBind(): boolean {
  if (setpriv !== undefined) return setpriv;
  if (Deno.build.os !== "linux" || !whole("run")) return setpriv = false;
  try {
    const probe = new Deno.Command("setpriv", {
      args: ["--pdeathsig", "KILL", "true"],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    });
    return setpriv = probe.outputSync().success;
  } catch {
    return setpriv = false;
  }
}

function preload({ program, modules }: Command): string {
  if (program === "main") return inline(`import ${JSON.stringify(REPLAY)};`);
  const importers = modules.map((url) => `${JSON.stringify(url)}: () => import(${JSON.stringify(url)})`);
  const source = `import { main } from ${JSON.stringify(CHILD)}; await main({ ${importers.join(", ")} });`;
  return inline(source);
}

function inline(source: string): string {
  return `data:application/javascript,${encodeURIComponent(source)}`;
}

function spawn(command: Command): Child {
  if (Deno.build.standalone) {
    // The program's own binary would run the program again, and so on.
    throw new UnsupportedError(
      "Cannot start process: a compiled program cannot start itself as a child, run it uncompiled",
      "compiled programs",
    );
  }
  const bytes = new TextEncoder().encode(command.boot);
  const piped = bytes.length > BOOT_LIMIT;
  const entry = mainModule() ?? command.modules[0] ?? "data:application/javascript,";
  const run = [
    "run",
    "--no-prompt",
    ...permissionFlags(command),
    ...runtimeFlags(),
    ...command.runtimeArgs,
    "--preload",
    preload(command),
    ...(command.program === "main" ? preloads() : []),
    entry,
    ...Deno.args,
  ];
  const [program, ...args] = command.bound && canBind()
    ? ["setpriv", "--pdeathsig", "KILL", Deno.execPath(), ...run]
    : [Deno.execPath(), ...run];
  const again = command.origin === "start";
  const cwd = command.cwd ?? (again ? START.cwd : null);
  const startEnv = again ? START.env : null;
  const options: Deno.CommandOptions = {
    args,
    env: { ...startEnv, ...command.env, [BOOT]: piped ? `+${bytes.length}` : command.boot },
    clearEnv: startEnv !== null,
    ...(cwd === null ? {} : { cwd }),
    stdin: piped ? "piped" : again ? "inherit" : "null",
    stdout: command.stdout,
    stderr: command.stderr,
  };
  const child = launch(program!, options);
  if (piped) {
    const writer = child.stdin.getWriter();
    // A child that dies first breaks the pipe; `exited` tells.
    writer.write(bytes).then(() => writer.close()).catch(() => {});
  }
  const exited = child.status.then(
    ({ code, signal }): ExitStatus => signal === null ? { code } : { signal, number: code - 128 },
    unnamedSignal,
  );
  if (!command.bound) outlive(exited);
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
    ref: () => child.ref(),
    unref: () => child.unref(),
  };
}

/** Deno rejects with the number of a signal that it has no name for, such as those for real time. */
function unnamedSignal(error: unknown): ExitStatus {
  const number = Number(/signal: (\d+)/.exec(String(error))?.[1] ?? NaN);
  return Number.isNaN(number) ? { code: 1 } : { signal: `SIG${number}`, number };
}

function launch(program: string, options: Deno.CommandOptions): Deno.ChildProcess {
  try {
    return new Deno.Command(program, options).spawn();
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    if (/LD_|DYLD_/.test(said) && whole("env") && !options.clearEnv) {
      // Deno refuses these variables under a scoped --allow-run; the child does without them.
      const kept = Object.entries(Deno.env.toObject()).filter(([name]) => !/^(LD|DYLD)_/.test(name));
      return launch(program, { ...options, clearEnv: true, env: { ...Object.fromEntries(kept), ...options.env } });
    }
    const remedy = cause instanceof Deno.errors.NotCapable
      ? /LD_|DYLD_/.test(said) ? "unset it, or run with --allow-run unscoped" : "run with --allow-run"
      : options.cwd !== undefined
      ? `check the directory ${options.cwd}`
      : "check the runtime's binary";
    throw new SpawnError(`Cannot start process: ${said}, ${remedy}`, [program, ...options.args ?? []], cause);
  }
}

/** The adapter, on Deno. */
export function deno(): Adapter {
  return {
    name: "Deno",
    self: denoSelf(),
    get binds() {
      return canBind();
    },
    spawn,
  };
}
