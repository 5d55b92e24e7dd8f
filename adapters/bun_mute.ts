/**
 * Silences what a program writes on Bun: the console, `Bun.stdout`, `Bun.stderr`
 * and `Bun.write` to them, and with them `process.stdout` and `process.stderr`,
 * which write to a file of Bun's. To touch those themselves would cost more than
 * the whole start of a child.
 *
 * @module
 */
import type { Bun as BunScope } from "./bun_types.ts";
import { muteConsole } from "./mute_console.ts";

const { Bun } = globalThis as unknown as { Bun: BunScope & Record<"stdout" | "stderr", Output> & Writes };

interface Sink {
  write(chunk: string | ArrayBufferView | ArrayBuffer): number | Promise<number>;
  end(...args: unknown[]): unknown;
}
interface Output {
  writer(...args: unknown[]): Sink;
  write(...args: unknown[]): Promise<number>;
}
interface Writes {
  write(destination: unknown, data: unknown, ...rest: unknown[]): Promise<number>;
  file(path: unknown, ...rest: unknown[]): Output;
}

/** Silences; gives what ends the silence. */
export function mute(): Promise<() => void> {
  let muted = true;
  const endConsole = muteConsole();
  const outputs = new WeakSet<object>();
  const { write, file } = Bun;

  const muteOutput = (output: Output): Output => {
    const { writer } = output;
    outputs.add(output);
    define(output, "write", (data: unknown, ...rest: unknown[]) => Bun.write(output, data, ...rest));
    define(output, "writer", (...args: unknown[]) => {
      const sink = writer.apply(output, args);
      const { write } = sink;
      define(sink, "write", (chunk: Parameters<Sink["write"]>[0]) => muted ? sizeOf(chunk) : write.call(sink, chunk));
      return sink;
    });
    return output;
  };

  muteOutput(Bun.stdout);
  muteOutput(Bun.stderr);
  Bun.file = (path, ...rest) => {
    const output = file.call(Bun, path, ...rest);
    return path === 1 || path === 2 ? muteOutput(output) : output;
  };
  Bun.write = (destination, data, ...rest) => {
    const isMuted = muted && typeof destination === "object" && destination !== null && outputs.has(destination);
    return isMuted ? Promise.resolve(sizeOf(data)) : write.call(Bun, destination, data, ...rest);
  };
  const own = { write: Bun.write, file: Bun.file };
  return Promise.resolve(() => {
    muted = false;
    endConsole();
    // What the program itself has put in their place stays.
    if (Bun.write === own.write) Bun.write = write;
    if (Bun.file === own.file) Bun.file = file;
  });
}

/** Own properties: those of the prototypes cannot be assigned to. */
function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

/** Bytes of what would be written, where that can be told. */
function sizeOf(data: unknown): number {
  if (typeof data === "string") return new TextEncoder().encode(data).length;
  const { byteLength, size } = data as { byteLength?: number; size?: number };
  return byteLength ?? size ?? 0;
}
