/**
 * What the files here use of Bun and of its Node modules, as types of its own: so the
 * adapter type-checks under every checker, without Bun's types beside Deno's.
 *
 * @module
 */

export interface Bun {
  gc(isSynchronous: boolean): void;
  main: string;
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
  resolveSync(specifier: string, folder: string): string;
  mmap(path: string, options: { shared: boolean }): Uint8Array<ArrayBuffer>;
}

export type Output = "ignore" | "inherit" | "pipe";

export interface SpawnOptions {
  /** Standard input, output and error, and what the process inherits as its descriptor 3. */
  stdio: ["ignore" | "inherit", Output, Output, ...number[]];
  env: Record<string, string | undefined>;
  cwd?: string;
  /** Whether piped outputs are read only when somebody does. */
  lazy: boolean;
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
  getBuiltinModule<T>(name: string): T;
  memoryUsage: { rss(): number };
  readonly pid: number;
  readonly ppid: number;
  readonly platform: string;
  readonly execPath: string;
  readonly execArgv: string[];
  readonly argv: string[];
  readonly env: Record<string, string | undefined>;
  umask(mask: number): number;
  kill(pid: number, signal: string | number): void;
  on(event: string, listener: (...args: unknown[]) => void): void;
  prependListener(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
  listenerCount(event: string): number;
  exitCode: number | undefined;
  readonly stdout: { end(done: () => void): void };
  readonly stderr: { end(done: () => void): void };
  exit(code?: number): never;
}

export interface NodeFs {
  accessSync(path: string, mode: number): void;
  closeSync(descriptor: number): void;
  existsSync(path: string): boolean;
  fstatSync(descriptor: number): { readonly size: number };
  linkSync(from: string, to: string): void;
  lstatSync(path: string): { readonly size: number; readonly mtimeMs: number; isFile(): boolean };
  mkdirSync(path: string, options: { mode: number; recursive?: boolean }): void;
  rmdirSync(path: string): void;
  openSync(path: string, flags: "r" | "wx+", mode?: number): number;
  readdirSync(path: string): string[];
  readFileSync(path: string | URL, encoding: "utf8"): string;
  readlinkSync(path: string): string;
  readSync(descriptor: number, bytes: Uint8Array, offset?: number, length?: number, position?: number): number;
  rmSync(path: string, options: { recursive?: boolean; force: boolean }): void;
  truncateSync(path: string, size: number): void;
  unlinkSync(path: string): void;
  writeFileSync(path: string, bytes: Uint8Array, options: { mode: number; flag?: "wx" }): void;
  writeSync(descriptor: number, bytes: Uint8Array, offset?: number, length?: number, position?: number): number;
}
