/**
 * The contract between the semantics and a runtime: what `src/` asks of Deno,
 * Bun or a third runtime, as plain data wherever it can be data. Members without
 * a question mark are what every runtime must have; the others are capabilities,
 * whose absence `capabilities.ts` specifies. Every promise is a sentence of
 * `spec/runtime/adapter.md` or `self.md`, and what holds without a capability one of
 * `spec/runtime/absent_capabilities.md`.
 *
 * @module
 */
import type { Interrupts, Memory, Muting, ParentGuard } from "./capabilities.ts";
import type { Modules } from "./modules.ts";
import type { Network } from "./network.ts";

/** How a child process ended: with a code, or by a signal of that number. */
export type ExitStatus = { code: number } | { signal: string; number: number };

/**
 * What a child process may do, by name of Deno's permissions; ignored where a runtime has none. `true` is everything,
 * an array names scopes as Deno's flags do, an empty array and `false` are nothing. A scope that this process does not
 * have itself is refused, and so is a pattern (`S*`, `*.a.example`, `10.0.0.0/8`) beside a list or a deny list.
 */
export interface PermissionSet {
  /** Paths that it may read; a relative one is meant in the directory of this process. */
  read?: boolean | readonly string[];
  /** Paths that it may write, as for `read`. */
  write?: boolean | readonly string[];
  /** Hosts that it may reach: `"a.example"`, `"a.example:443"`, `"127.0.0.1:80"`, `"unix:/path"`. */
  net?: boolean | readonly string[];
  /** Variables that it may see. */
  env?: boolean | readonly string[];
  /** What it may learn of the machine: `"hostname"`, `"cpus"`, … */
  sys?: boolean | readonly string[];
  /** Programs that it may start, by path or by a name that is looked up in `PATH`. */
  run?: boolean | readonly string[];
  /** Libraries that it may load, as for `read`. */
  ffi?: boolean | readonly string[];
  /** Hosts that it may import from. Left out: those of this process, without which it may not find its own modules. */
  import?: boolean | readonly string[];
}

/**
 * Permissions of a child on Deno: `"inherit"` (default) for what this process holds whole, `"none"`, or a set that is
 * checked against its own. Hosts to import from are those of this process, unless a set names others.
 */
export type Permissions = "inherit" | "none" | PermissionSet;

/** Where an output stream of a child goes. */
export type Output = "inherit" | "null" | "piped";

/**
 * How a program was made: of modules that a child can import, or the library is among what a bundler or a compiler has
 * made one. Then there are no entries of children, and a child is the program itself again.
 */
export type Packaging = "modules" | "bundled" | "compiled";

/** One child process to start, as data. */
export interface Command {
  /**
   * What it runs: the entry of children; as a fork child the program's own main module, after the library's entry; or
   * that main module and nothing before it, where the library has no entries.
   */
  readonly program: "child" | "main" | "itself";
  /**
   * Whose environment and directory it gets: those that this process has at present, with an empty standard input, or
   * those with which this process started, and its standard input.
   */
  readonly origin: "present" | "start";
  /** Modules, by URL, that the child must be able to import even without permissions. */
  readonly modules: readonly string[];
  /** The boot message; complete in the child's hands when `spawn` returns, up to the adapter's limit. */
  readonly boot: string;
  /** Variables that are added to the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly permissions: Permissions;
  /** Arguments for the runtime itself, before the module. */
  readonly runtimeArgs: readonly string[];
  /** The operating system shall kill the child when this process dies, where `binds` says it can. */
  readonly bound: boolean;
  /** Addresses at which the child meets others, in so far as this process may: it connects there, or listens. */
  readonly addresses: readonly string[];
}

/** A child process that was started. */
export interface Child {
  readonly pid: number;
  /** Settles once, when the child has ended and was reaped; never rejects. */
  readonly exited: Promise<ExitStatus>;
  readonly stdout: ReadableStream<Uint8Array> | null;
  readonly stderr: ReadableStream<Uint8Array> | null;
  /** Sends a signal; does nothing once the child has ended. */
  kill(signal: "SIGTERM" | "SIGKILL"): void;
  /** A child that is referenced keeps the event loop of this process alive. */
  ref(): void;
  unref(): void;
}

/** What the runtime knows of this very process, and can do to it. */
export interface Self {
  readonly pid: number;
  /** Live: changes when the parent has died. */
  readonly ppid: number;
  /** URL of the main module; null when it cannot be imported again (eval, standard input, REPL). */
  readonly main: string | null;
  /** Who runs the code here: the program's own thread, another of its threads, or a test runner in a way of its own. */
  readonly host: "program" | "thread" | "test runner";
  /**
   * Whether functions may have other texts here than in other processes of the program, as beside a debugger for which
   * the runtime leaves them as they were written. Absent: no.
   */
  readonly hasOtherTexts?: boolean;
  /** How the program was made. */
  readonly packaging: Packaging;
  /** Processors that this process can use, at least 1. */
  readonly cpus: number;
  /** A variable of the environment; a refused read is undefined. */
  env(name: string): string | undefined;
  /** The boot message, once, when this process is a child of the library; otherwise null. Programs that it starts never see it. */
  boot(): string | null;
  /** Calls back once when the process `parent` is no longer this one's parent. Never keeps this process alive. */
  watchParent(parent: number, ended: () => void): void;
  /**
   * Runs a synchronous clean-up when this process ends in any way that still runs code. It may give the exit code to
   * end with instead, and is given the uncaught error where that is what ends it and the runtime tells.
   */
  atExit(clean: (error?: unknown) => number | void): void;
  /** Calls back in a later turn of the event loop, which it holds; costs the start of a process little. */
  nextTurn(act: () => void): void;
  /** Calls back once, after so many milliseconds; never keeps this process alive, and costs its start little. */
  unrefTimeout(after: number, ring: () => void): void;
  /** Writes to descriptor 2, complete when it returns. */
  writeStderr(text: string): void;
  /** Loaded when it is first needed: most processes meet nobody. */
  network(): Promise<Network>;
  /** The whole of this runtime, loaded when a child needs it after all. */
  adapter(): Promise<Adapter>;
  /** Ends this process now. */
  exit(code: number): never;
  /**
   * Ends this process when all that it wrote to its standard streams is out; open timers and sockets do not hold it. With
   * 0, it ends with the exit code that the program has set, if it has.
   */
  exitWhenFlushed(code: number): void;

  readonly parentGuard?: ParentGuard | undefined;
  readonly interrupts?: Interrupts | undefined;
  readonly muting?: Muting | undefined;
  /**
   * Bytes of memory that this process occupies. Absent: `maxMemoryPerChild` throws UnsupportedError, and `Pool.stats()`
   * tells of no worker how much it occupies.
   */
  residentBytes?(): number;
  /**
   * Collects garbage, now or soon. Absent: what large messages took is given back when the engine likes, which in a
   * process at rest may be never.
   */
  collectGarbage?(): void;
  /**
   * From now on notes the first permission that is refused, until the function is called that it gives, which tells.
   * Absent: a lost fork child names none.
   */
  recordRefusals?(): () => string | null;
  /**
   * Throws what the system says when this process can open no further file. Absent: nobody is told before something
   * fails.
   */
  checkDescriptors?(): void;
  /**
   * Lets a module be imported again whose import has failed. Gives the file that could not be loaded, or null when the
   * failure names none. Absent: what the runtime keeps of a failure stays.
   *
   * @param base URL of the module that imports it
   * @param load imports it, by a specifier in its text
   */
  forgetFailedModules?(failure: unknown, base: string, load: () => unknown): string | null;
  /**
   * From now on an uncaught error ends this process also while its main module awaits, unless the program handles it.
   * Absent: the runtime does that by itself.
   */
  exitOnUncaughtErrors?(): void;
  /**
   * Where the runtime tells its programs which module is the main one: from now on that of the program, or, while
   * modules are imported, none of theirs, so that none takes itself for it. Absent: the runtime tells it right by itself.
   */
  showMain?(isShown: boolean): void;
}

/** A runtime. */
export interface Adapter {
  /** For messages to people; nothing branches on it. */
  readonly name: string;
  readonly self: Self;
  /** Whether a bound child dies with this process by the operating system's own doing. */
  readonly canBindChildren: boolean;
  readonly memory?: Memory | undefined;
  /** What to do where memory is absent: "run with …". Absent: to use a SharedArray. */
  readonly memoryRemedy?: string;
  /** The same as {@linkcode Self.network} gives, at once. */
  network(): Network;
  readonly modules: Modules;
  /** Synchronous: the child exists on return. Throws SpawnError. */
  spawn(command: Command): Child;
}
