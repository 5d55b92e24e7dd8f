/**
 * Silences what a program writes on Bun: the console, `Bun.stdout`, `Bun.stderr`
 * and `Bun.write` to them, and with them `process.stdout` and `process.stderr`,
 * which write to a file of Bun's. To touch those themselves would cost more than
 * the whole start of a child.
 *
 * @module
 */
import type { Bun as BunScope } from "./types.ts";
import { muteConsole } from "../posix/mute_console.ts";

const { Bun } = globalThis as unknown as { Bun: BunScope & Record<"stdout" | "stderr", Output> & Writes };

/** What is not to be seen is written there: it is used up, and counted, as it would have been. */
const NOWHERE = "/dev/null";

interface Sink {
  write(chunk: string | ArrayBufferView | ArrayBuffer): number | Promise<number>;
  flush(...args: unknown[]): number | Promise<number>;
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
export function mute(): () => void {
  let muted = true;
  const isMuted = () => muted;
  // groupCollapsed() does not indent there: https://github.com/oven-sh/bun/pull/34237
  const endConsole = muteConsole(["group"]);
  const outputs = new WeakSet<object>();
  const { write, file } = Bun;

  const writeTo: Writes["write"] = (destination, data, ...rest) =>
    muted && (isNumbered(destination) || outputs.has(destination as object))
      ? write.call(Bun, file.call(Bun, NOWHERE), data)
      : write.call(Bun, destination, data, ...rest);
  const muteOutput = (output: Output): () => void => {
    const { writer } = output;
    outputs.add(output);
    const own: Output = {
      write: (data, ...rest) => writeTo(output, data, ...rest),
      writer: (...args) => muteSink(writer.apply(output, args), isMuted),
    };
    define(output, own);
    return () => {
      const methods = output as Partial<Output>;
      if (output.write === own.write) delete methods.write;
      if (output.writer === own.writer) delete methods.writer;
    };
  };

  const ends = [endConsole, muteOutput(Bun.stdout), muteOutput(Bun.stderr)];
  const own: Writes = {
    write: writeTo,
    file(path, ...rest) {
      const output = file.call(Bun, path, ...rest);
      if (muted && isNumbered(path)) muteOutput(output);
      return output;
    },
  };
  Object.assign(Bun, own);
  return () => {
    muted = false;
    for (const end of ends) end();
    // What the program itself has put in their place stays.
    if (Bun.write === own.write) Bun.write = write;
    if (Bun.file === own.file) Bun.file = file;
  };
}

/** A sink keeps what it takes and tells when it is flushed how much that was. */
function muteSink(sink: Sink, isMuted: () => boolean): Sink {
  const { write, flush, end } = sink;
  let kept = 0;
  const take = () => {
    const size = kept;
    kept = 0;
    return size;
  };
  define(
    sink,
    {
      write(chunk) {
        if (!isMuted()) return write.call(sink, chunk);
        const size = sizeOf(chunk);
        kept += size;
        return size;
      },
      flush: (...args) => isMuted() ? take() : flush.apply(sink, args),
      end(...args) {
        const ended = end.apply(sink, args);
        return isMuted() ? take() : ended;
      },
    } satisfies Sink,
  );
  return sink;
}

function isNumbered(destination: unknown): boolean {
  return destination === 1 || destination === 2;
}

/** Own properties: those of the prototypes cannot be assigned to. */
function define(target: object, members: object): void {
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
  }
}

function sizeOf(chunk: Parameters<Sink["write"]>[0]): number {
  return typeof chunk === "string" ? new TextEncoder().encode(chunk).length : chunk.byteLength;
}
