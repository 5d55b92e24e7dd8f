/**
 * What `bun.ts` uses of Bun and of its Node modules, as types of its own: so the
 * adapter type-checks under every checker, without Bun's types beside Deno's.
 *
 * @module
 */

export interface Bun {
  readonly main: string;
  readonly isStandaloneExecutable?: boolean;
  readonly isMainThread: boolean;
  jest(): object;
  spawn(cmd: string[], options: SpawnOptions): Subprocess;
  spawnSync(cmd: string[], options: Partial<SpawnOptions>): { success: boolean };
  listen<Data>(
    options: ({ unix: string } | { hostname: string; port: number }) & { socket: SocketHandler<Data> },
  ): { readonly port: number; stop(): void; unref(): void };
  connect<Data>(
    options: ({ unix: string } | { hostname: string; port: number }) & { socket: SocketHandler<Data>; data: Data },
  ): Promise<Socket<Data>>;
  inspect(value: unknown): string;
  fileURLToPath(url: string | URL): string;
  pathToFileURL(path: string): URL;
  mmap(path: string, options: { shared: boolean }): Uint8Array<ArrayBuffer>;
}

export interface SpawnOptions {
  stdin: "ignore" | "inherit" | Uint8Array;
  stdout: "ignore" | "inherit" | "pipe";
  stderr: "ignore" | "inherit" | "pipe";
  env: Record<string, string | undefined>;
  cwd?: string;
}

export interface Subprocess {
  readonly pid: number;
  readonly exited: Promise<number>;
  readonly signalCode: string | null;
  readonly stdout: unknown;
  readonly stderr: unknown;
  kill(signal: string): void;
  ref(): void;
  unref(): void;
}

export interface Socket<Data> {
  data: Data;
  /** Bytes that were taken; the rest waits for `drain`. Negative when closed. */
  write(bytes: Uint8Array): number;
  end(): void;
  ref(): void;
  unref(): void;
}

export interface SocketHandler<Data> {
  open?(socket: Socket<Data>): void;
  data(socket: Socket<Data>, bytes: Uint8Array): void;
  drain(socket: Socket<Data>): void;
  close(socket: Socket<Data>): void;
  end(socket: Socket<Data>): void;
  error(socket: Socket<Data>): void;
}

export interface Process {
  cwd(): string;
  memoryUsage: { rss(): number };
  readonly pid: number;
  readonly ppid: number;
  readonly platform: string;
  readonly execPath: string;
  readonly execArgv: string[];
  readonly argv: string[];
  readonly env: Record<string, string | undefined>;
  kill(pid: number, signal: string | number): void;
  on(event: string, listener: (...args: unknown[]) => void): void;
  prependListener(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
  listenerCount(event: string): number;
  exitCode: number;
  readonly stdout: { end(done: () => void): void };
  readonly stderr: { end(done: () => void): void };
  exit(code: number): never;
}

export interface NodeFs {
  chmodSync(path: string, mode: number): void;
  existsSync(path: string): boolean;
  ftruncateSync(descriptor: number): void;
  mkdtempSync(prefix: string): string;
  readdirSync(path: string): string[];
  readFileSync(path: string | URL, encoding: "utf8"): string;
  readFileSync(path: string): Uint8Array<ArrayBuffer>;
  readSync(descriptor: number, bytes: Uint8Array): number;
  rmSync(path: string, options: { recursive?: boolean; force: boolean }): void;
  writeFileSync(path: string, bytes: Uint8Array, options: { mode: number; flag?: "wx" }): void;
  truncateSync(path: string, size: number): void;
  writeSync(descriptor: number, bytes: Uint8Array): number;
}
