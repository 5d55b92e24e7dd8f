/**
 * Bun: `Bun.spawn`, `Bun.listen`, `Bun.connect`. Maps, never decides.
 *
 * Limits of the platform: there are no permissions, so the option is ignored; a
 * child's environment is a snapshot from the start of this process unless it is
 * passed; a socket may take less than it is given and calls back for the rest.
 *
 * @module
 */
import type { Adapter, Child, Command, Duplex, ExitStatus, Listener, Self, Sink } from "../src/adapter.ts";
import { ConnectError, SpawnError } from "../src/errors.ts";
import type { Bun as BunScope, NodeFs, Process, Socket, SocketHandler, Subprocess } from "./bun_types.ts";

// Taken at call time: this module is also loaded where there is no Bun.
const { Bun, process } = globalThis as unknown as { Bun: BunScope; process: Process };
const fs = (): NodeFs => (import.meta as unknown as { require(name: string): NodeFs }).require("node:fs");

const PARENT_POLL = 200;

// --- runtime flags ---

/** Flags that decide how modules are found and run; the child needs the same. */
const KEPT = /^--(smol|conditions|define|loader|jsx-[\w-]+|tsconfig-override|no-deprecation|expose-gc)\b/;

function runtimeFlags(): string[] {
  return process.execArgv.filter((flag) => KEPT.test(flag));
}

// --- start a child ---

function childEntry(): string {
  return Bun.fileURLToPath(new URL(`./child.${import.meta.url.split(".").pop()}`, import.meta.url));
}

let setpriv: boolean | undefined;

/** setpriv (util-linux) asks the kernel to kill the child when this process dies; it keeps the pid. */
function canBind(): boolean {
  if (setpriv !== undefined) return setpriv;
  if (process.platform !== "linux") return setpriv = false;
  try {
    const probe = Bun.spawnSync(["setpriv", "--pdeathsig", "KILL", "true"], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    });
    return setpriv = probe.success;
  } catch {
    return setpriv = false;
  }
}

function spawn(command: Command): Child {
  const run = [process.execPath, ...runtimeFlags(), ...command.runtimeArgs, childEntry(), ...process.argv.slice(2)];
  const cmd = command.bound && canBind() ? ["setpriv", "--pdeathsig", "KILL", ...run] : run;
  const child = launch(cmd, command);
  const { stdout, stderr } = child;
  return {
    pid: child.pid,
    exited: child.exited.then((code): ExitStatus =>
      child.signalCode === null ? { code } : { signal: child.signalCode, number: code - 128 }
    ),
    stdout: stdout instanceof ReadableStream ? stdout as ReadableStream<Uint8Array> : null,
    stderr: stderr instanceof ReadableStream ? stderr as ReadableStream<Uint8Array> : null,
    kill: (signal) => child.kill(signal),
    ref: () => child.ref(),
    unref: () => child.unref(),
  };
}

function launch(cmd: string[], command: Command): Subprocess {
  const output = (where: string) => where === "null" ? "ignore" : where === "piped" ? "pipe" : "inherit";
  try {
    return Bun.spawn(cmd, {
      // Bytes become a memory file, complete before the child runs, whatever their size.
      stdin: new TextEncoder().encode(command.boot),
      stdout: output(command.stdout),
      stderr: output(command.stderr),
      env: { ...process.env, ...command.env },
      ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    });
  } catch (cause) {
    const remedy = command.cwd !== undefined ? `check the directory ${command.cwd}` : "check the runtime's binary";
    throw new SpawnError(`Cannot start process: ${(cause as Error).message}, ${remedy}`, cmd, cause);
  }
}

// --- connections ---

interface Wire {
  sink: Sink | null;
  early: Uint8Array[];
  rest: Uint8Array;
  sent: (() => void) | null;
  open: boolean;
}

const handlers: SocketHandler<Wire> = {
  data({ data: wire }, bytes) {
    if (wire.sink === null) wire.early.push(bytes.slice());
    else feed(wire.sink, bytes);
  },
  drain(socket) {
    const wire = socket.data;
    wire.rest = wire.rest.subarray(Math.max(0, socket.write(wire.rest)));
    if (wire.rest.length === 0) settle(wire);
  },
  close: ({ data: wire }) => end(wire),
  end: (socket) => void socket.end(),
  error: ({ data: wire }) => end(wire),
};

function feed(sink: Sink, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    const space = sink.space();
    const part = bytes.subarray(at, at + space.length);
    space.set(part);
    sink.filled(part.length);
    at += part.length;
  }
}

function settle(wire: Wire): void {
  const { sent } = wire;
  wire.sent = null;
  sent?.();
}

function end(wire: Wire): void {
  if (!wire.open) return;
  wire.open = false;
  settle(wire);
  wire.sink?.ended();
}

function wireOf(): Wire {
  return { sink: null, early: [], rest: new Uint8Array(0), sent: null, open: true };
}

function duplex(socket: Socket<Wire>): Duplex {
  const wire = socket.data;
  return {
    receive(sink) {
      wire.sink = sink;
      for (const bytes of wire.early.splice(0)) feed(sink, bytes);
      if (!wire.open) sink.ended();
    },
    send(bytes) {
      if (!wire.open) return;
      const count = Math.max(0, socket.write(bytes));
      if (count === bytes.length) return;
      wire.rest = bytes.subarray(count);
      return new Promise((resolve) => wire.sent = resolve);
    },
    close() {
      if (!wire.open) return;
      end(wire);
      socket.end();
    },
    ref: () => socket.ref(),
    unref: () => socket.unref(),
  };
}

function listen(): Listener {
  sweep();
  const folder = fs().mkdtempSync(`${tmp()}/brood-${process.pid}-`);
  const path = `${folder}/link`;
  let take: ((duplex: Duplex) => void) | null = null;
  const server = Bun.listen<Wire>({
    unix: path,
    socket: {
      ...handlers,
      open(socket) {
        socket.data = wireOf();
        take?.(duplex(socket));
      },
    },
  });
  fs().chmodSync(path, 0o600);
  server.unref();
  let open = true;
  return {
    address: `unix:${path}`,
    accept: (taker) => take = taker,
    close() {
      if (!open) return;
      open = false;
      server.stop();
      fs().rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A socket path has about 100 bytes at most: a longer folder than this is of no use. */
function tmp(): string {
  const folder = process.env.TMPDIR ?? "/tmp";
  return folder.length > 60 ? "/tmp" : folder.replace(/\/$/, "");
}

/** Removes the folders of owners that were killed. */
function sweep(): void {
  for (const name of fs().readdirSync(tmp())) {
    const owner = /^brood-(\d+)-/.exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    try {
      fs().rmSync(`${tmp()}/${name}`, { recursive: true, force: true });
    } catch {
      // another user's
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}

async function connect(address: string): Promise<Duplex> {
  const [transport, ...rest] = address.split(":");
  const data = wireOf();
  try {
    const socket = transport === "unix"
      ? await Bun.connect<Wire>({ unix: rest.join(":"), socket: handlers, data })
      : await Bun.connect<Wire>({ hostname: rest[0]!, port: Number(rest[1]), socket: handlers, data });
    return duplex(socket);
  } catch (cause) {
    throw new ConnectError(`Cannot connect to ${address}: ${(cause as Error).message}`, address, cause);
  }
}

// --- this process ---

function thisProcess(): Self {
  return {
    pid: process.pid,
    get ppid() {
      return process.ppid;
    },
    main: mainModule(),
    args: process.argv.slice(2),
    cpus: cpus(),
    env: (name) => process.env[name],
    source(url) {
      try {
        return fs().readFileSync(new URL(url), "utf8");
      } catch {
        return null;
      }
    },
    namespace(url) {
      if (!url.startsWith("file:") || /[?#]/.test(url)) return null;
      try {
        // Synchronous, and the same instance as import's; it throws while a module awaits at its top level.
        return (import.meta as unknown as { require(path: string): Record<string, unknown> }).require(
          Bun.fileURLToPath(url),
        );
      } catch {
        return null;
      }
    },
    boot() {
      const chunks: Uint8Array[] = [];
      const { readSync } = fs();
      for (;;) {
        const chunk = new Uint8Array(65_536);
        const count = readSync(0, chunk);
        if (count === 0) break;
        chunks.push(chunk.subarray(0, count));
      }
      fs().ftruncateSync(0); // user code finds an empty stdin, through every door
      return new TextDecoder().decode(Bun.concatArrayBuffers(chunks));
    },
    watch(parent, ended) {
      const timer = setInterval(() => {
        if (process.ppid === parent) return;
        clearInterval(timer);
        ended();
      }, PARENT_POLL);
      timer.unref();
    },
    guard(parent) {
      const source =
        `setInterval(() => { if (process.ppid !== ${parent}) process.kill(${process.pid}, "SIGKILL"); }, ${PARENT_POLL})`;
      const thread = new Worker(`data:application/javascript,${encodeURIComponent(source)}`);
      (thread as Worker & { unref(): void }).unref();
    },
    ignoreInterrupt() {
      process.on("SIGINT", () => {});
    },
    atExit(clean) {
      process.on("exit", clean);
    },
    warn(text) {
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length;) at += fs().writeSync(2, bytes.subarray(at));
    },
    exit: (code) => process.exit(code),
  };
}

function mainModule(): string | null {
  return /\[(eval|stdin)\]$/.test(Bun.main) || Bun.main === "" ? null : Bun.pathToFileURL(Bun.main).href;
}

/** Affinity is in what Bun reports; the quota of a control group is not. */
function cpus(): number {
  const available = navigator.hardwareConcurrency;
  try {
    const [quota, period] = fs().readFileSync("/sys/fs/cgroup/cpu.max", "utf8").split(" ").map(Number) as [
      number,
      number,
    ];
    if (quota > 0) return Math.max(1, Math.min(available, Math.ceil(quota / period)));
  } catch {
    // no such control group, or it is not for us to read
  }
  return available;
}

/** The adapter, on Bun. */
export function bun(): Adapter {
  return {
    name: "Bun",
    self: thisProcess(),
    get binds() {
      return canBind();
    },
    spawn,
    listen,
    connect,
  };
}
