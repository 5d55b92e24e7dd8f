/**
 * Silences what a program writes on Deno: the console, `Deno.stdout` and
 * `Deno.stderr`, and with them `process.stdout` and `process.stderr`, which write
 * through those; on a terminal they do not, and are silenced themselves.
 *
 * @module
 */
import { muteConsole } from "../posix/mute_console.ts";

type Output = typeof Deno.stdout;

/** Silences; gives what ends the silence. */
export async function mute(): Promise<() => void> {
  let muted = true;
  const isMuted = () => muted;
  const ends = [muteConsole(), ...[Deno.stdout, Deno.stderr].map((output) => muteOutput(output, isMuted))];
  if (Deno.stdout.isTerminal() || Deno.stderr.isTerminal()) ends.push(await muteStreams(isMuted));
  return () => {
    muted = false;
    for (const end of ends) end();
  };
}

function muteOutput(output: Output, isMuted: () => boolean): () => void {
  const { write, writeSync } = output;
  output.write = (bytes) => isMuted() ? Promise.resolve(bytes.length) : write.call(output, bytes);
  output.writeSync = (bytes) => isMuted() ? bytes.length : writeSync.call(output, bytes);
  let stream: WritableStream<Uint8Array<ArrayBuffer>> | undefined;
  Object.defineProperty(output, "writable", { configurable: true, get: () => stream ??= relay(output, isMuted) });
  const own = { write: output.write, writeSync: output.writeSync };
  return () => {
    // What the program itself has put in the place of a method stays.
    const methods = output as Partial<Output>;
    if (output.write === own.write) delete methods.write;
    if (output.writeSync === own.writeSync) delete methods.writeSync;
    if (stream === undefined) delete (output as { writable?: unknown }).writable;
  };
}

/** A stream in the place of the output's own. What is written counts as of the call, not of when it is its turn. */
function relay(output: Output, isMuted: () => boolean): WritableStream<Uint8Array<ArrayBuffer>> {
  const { get } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(output), "writable")!;
  const mutes: boolean[] = [];
  let writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> | undefined;
  const real = () => writer ??= (get!.call(output) as WritableStream<Uint8Array<ArrayBuffer>>).getWriter();
  return new WritableStream({
    write: (bytes) => mutes.shift() ? undefined : real().write(bytes),
    close: () => real().close(),
    abort: (reason) => real().abort(reason),
  }, {
    size() {
      mutes.push(isMuted());
      return 1;
    },
  });
}

interface Stream {
  write(...args: unknown[]): boolean;
  end(...args: unknown[]): Stream;
}

/** Those of Node's interface, which on a terminal write by a way of their own. Costs 25 ms: only there. */
async function muteStreams(isMuted: () => boolean): Promise<() => void> {
  const { default: process } = await import("node:process");
  const ends = [process.stdout, process.stderr].map((given) => {
    const stream = given as unknown as Stream;
    const { write, end } = stream;
    const own = {
      write(...args: unknown[]): boolean {
        if (!isMuted()) return write.apply(stream, args);
        const [done] = args.filter(isFunction);
        if (done !== undefined) queueMicrotask(done);
        return true;
      },
      end: (...args: unknown[]) => end.apply(stream, isMuted() ? args.filter(isFunction) : args),
    };
    Object.assign(stream, own);
    return () => {
      const methods = stream as Partial<Stream>;
      if (stream.write === own.write) delete methods.write;
      if (stream.end === own.end) delete methods.end;
    };
  });
  return () => ends.forEach((end) => end());
}

function isFunction(value: unknown): value is () => void {
  return typeof value === "function";
}
