/**
 * The contract between the semantics and a runtime: what `src/` asks of Deno,
 * Bun or a third runtime, as plain data wherever it can be data. Every promise
 * made here is a sentence of `spec/runtime/adapter.md`. Nothing here knows a runtime.
 *
 * @module
 */

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

/** One child process to start, as data. */
export interface Command {
  /** What it runs: the entry of children, or, as a fork child, the program's own main module with its arguments. */
  readonly program: "child" | "main";
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

/** Takes the bytes of a connection. The space given out may be filled before the next call only. */
export interface ByteSink {
  /** Where the next bytes go; never empty. */
  space(): Uint8Array;
  /** That many bytes were put at the start of the last space. */
  filled(count: number): void;
  /** No more bytes come: the other side closed, died, or the connection broke. Called once. */
  ended(): void;
}

/** A byte stream to another process, both ways. */
export interface ByteStream {
  /** Starts delivery to the sink. */
  receive(sink: ByteSink): void;
  /** Writes all bytes in order; the promise settles when the kernel has them, and never rejects: a broken stream ends the sink. */
  send(bytes: Uint8Array): Promise<void> | void;
  /** Idempotent. */
  close(): void;
  ref(): void;
  unref(): void;
}

/** Accepts connections; keeps nothing alive. */
export interface SocketListener {
  readonly address: string;
  /** Called for every connection from now on. */
  accept(take: (duplex: ByteStream) => void): void;
  /** Idempotent; removes what it left in the file system. */
  close(): void;
}

/** Notes that can be read after this process has died, however it did. */
export interface Journal {
  /** Adds a note, which is safe on return; false when there is no room for it. Cheaper than a message. */
  write(note: string): boolean;
  /** Forgets all notes. */
  clear(): void;
  /**
   * Whether the owner has frozen this process. An owner that did so before it looked at the notes, and saw the last one
   * not yet, is seen here: one of the two always knows of the other.
   */
  frozen(): boolean;
  /** This process is frozen no longer. */
  thaw(): void;
  /** Counts one more, or one less; safe on return, and cheaper than a note. */
  tick(by: 1 | -1): void;
}

/** What the runtime knows of this very process. */
export interface Self {
  readonly pid: number;
  /** Live: changes when the parent has died. */
  readonly ppid: number;
  /** URL of the main module; null when it cannot be imported again (eval, standard input, REPL). */
  readonly main: string | null;
  /** Who runs the code here: the program's own thread, another of its threads, or a test runner in a way of its own. */
  readonly host: "program" | "thread" | "test runner";
  /** Whether this is a compiled program: a binary that has no modules to import, and whose children are itself again. */
  readonly isCompiled: boolean;
  /** Arguments of the program. */
  readonly args: readonly string[];
  /** Processors that this process can use, at least 1. */
  readonly cpus: number;
  /** Bytes of memory that this process occupies. */
  residentBytes(): number;
  /** A variable of the environment; a refused read is undefined. */
  env(name: string): string | undefined;
  /** Text of a `file:` module, or null where reading is refused or fails. */
  source(url: string): string | null;
  /** Namespace of a module that is loaded already, or null while it cannot be had synchronously. */
  namespace(url: string): Readonly<Record<string, unknown>> | null;
  /** The boot message, once, when this process is a child of the library; otherwise null. */
  boot(): string | null;
  /** Calls back once when the process `parent` is no longer this one's parent. Never keeps this process alive. */
  watchParent(parent: number, ended: () => void): void;
  /** From now on a thread ends this process when the parent dies, also while no event loop of the program turns. */
  guardParent(parent: number): void;
  /** SIGINT does nothing from now on. */
  ignoreInterrupt(): void;
  /** Calls back at every SIGINT, in the place of its default; gives what ends that. Keeps nothing alive. */
  onInterrupt(act: () => void): () => void;
  /** Whether the program itself listens for SIGINT; asked at one, whether it did when that came. */
  listensForInterrupt(): boolean;
  /** Runs the clean-up of {@linkcode atExit}, and sends SIGINT to this process. */
  raiseInterrupt(): void;
  /**
   * Runs a synchronous clean-up when this process ends in any way that still runs code. It may give the exit code to
   * end with instead, and is given the uncaught error where that is what ends it and the runtime tells.
   */
  atExit(clean: (error?: unknown) => number | void): void;
  /** Calls back in a later turn of the event loop, which it holds; costs the start of a process little. */
  nextTurn(act: () => void): void;
  /** Calls back once, after so many milliseconds; never keeps this process alive, and costs its start little. */
  unrefTimeout(after: number, ring: () => void): void;
  /** From now on an uncaught error ends this process also while its main module awaits, unless the program handles it. */
  exitOnUncaughtErrors(): void;
  /** From now on notes the first permission that is refused, until the function is called that it gives, which tells. */
  recordRefusals(): () => string | null;
  /** From now on nothing comes of what the program writes to its output streams, until the function is called that it gives. */
  mute(): Promise<() => void>;
  /** Writes to descriptor 2, complete when it returns. */
  writeStderr(text: string): void;
  /** Loaded when it is first needed: most processes meet nobody. */
  network(): Promise<Network>;
  /** The whole of this runtime, loaded when a child needs it after all. */
  adapter(): Promise<Adapter>;
  /** Ends this process now. */
  exit(code: number): never;
  /** Ends this process when all that it wrote to its standard streams is out; open timers and sockets do not hold it. */
  exitWhenFlushed(code: number): void;
}

/** How this process meets others. */
export interface Network {
  /**
   * Throws ConnectError when no transport is permitted.
   *
   * @param beside address of a parent in whose folder it may be, which goes when that one ends, however this one did
   */
  listen(beside?: string): SocketListener;
  /** At a given address, `unix:PATH` or `tcp:HOST:PORT`; port 0 takes a free one. Throws ConnectError. */
  listenAt(address: string): SocketListener;
  /** Rejects with ConnectError. */
  connect(address: string): Promise<ByteStream>;
  /** How many processes the system has killed for want of memory where this one runs; null where it cannot be read. */
  oomKills(): number | null;
  /** Journals of children, for the owner at `address`, each known by a token. Absent: there are none here. */
  readonly journals?: {
    /** Name of how they are written: one can be read where the name is the same. */
    readonly format: string;
    /** Makes the place for that of a child to be. */
    create(address: string, token: string): void;
    /** Opens that of this process; null where it may not. */
    open(address: string, token: string): Journal | null;
    /** Bids a child to begin nothing, which its journal tells it, even while no event loop of it turns; false without one. */
    freeze(address: string, token: string): boolean;
    /** What a child has counted, living or dead. */
    ticks(address: string, token: string): number;
    /** The notes of a child that lives; one that is being written may be torn. */
    peek(address: string, token: string): string[];
    /** The notes of a child that is dead; the journal is removed. */
    read(address: string, token: string): string[];
  };
}

/** Memory that several processes see, by name. */
export interface Memory {
  /** New memory of zeros; null when the name is taken. @throws {RangeError} there is no room, and nothing is left */
  create(name: string, size: number): Uint8Array<ArrayBuffer> | null;
  /** Memory that is there; null when it is not. */
  open(name: string): Uint8Array<ArrayBuffer> | null;
  /** Takes the name away, which nobody need have; who sees the memory goes on seeing it. */
  remove(name: string): void;
  /** Names that are taken, of others' memory as well, as far as they can be listed. */
  names(): string[];
  /** Whether a process lives. */
  isAlive(pid: number): boolean;
}

/** A runtime. */
export interface Adapter {
  /** For messages to people; nothing branches on it. */
  readonly name: string;
  readonly self: Self;
  /** Whether a bound child dies with this process by the operating system's own doing. */
  readonly canBindChildren: boolean;
  /** Absent: this runtime cannot share memory, or may not. */
  readonly memory?: Memory | undefined;
  /** What to do where it is absent: "run with …". */
  readonly memoryRemedy: string;
  /** The same as {@linkcode Self.network} gives, at once. */
  network(): Network;
  /** Synchronous: the child exists on return. Throws SpawnError. */
  spawn(command: Command): Child;
}
