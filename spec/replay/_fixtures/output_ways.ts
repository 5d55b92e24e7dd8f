/** Ways to write to standard output and error, apart from the console. Each gives what its call gave. */
import nodeConsole, { Console } from "node:console";
import process, { stderr, stdout } from "node:process";
import { Readable } from "node:stream";

/** Writes a text, and gives what the writing gave; perhaps a promise of it. */
export type Way = (text: string) => unknown;

/** What the runtimes have besides the standards. */
interface Output {
  write(data: unknown): Promise<number>;
  writeSync(bytes: Uint8Array): number;
  readonly writable: WritableStream<Uint8Array>;
  writer(): { write(data: unknown): number; flush(): unknown; end(): unknown };
}
interface Runtime {
  readonly stdout: Output;
  readonly stderr: Output;
  write(output: unknown, data: unknown): Promise<number>;
  file(descriptor: number): Output;
}
const scope = globalThis as unknown as { Deno: Runtime; Bun: Runtime; process: NodeJS.Process };
const isDeno = "Deno" in globalThis;

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function called(
  stream: NodeJS.WriteStream,
  ...data: [string | Uint8Array] | [string, BufferEncoding]
): Promise<string> {
  return new Promise((resolve) => {
    const given: unknown[] = [...data, () => resolve("called back")];
    (stream.write as (...args: unknown[]) => boolean)(...given);
  });
}

/** Ways through Node's interface, which every runtime has. */
export const PROCESS_WAYS: Record<string, Way> = {
  "process.stdout.write(string)": (text) => process.stdout.write(text),
  "process.stderr.write(string)": (text) => process.stderr.write(text),
  "process.stdout.write(bytes)": (text) => process.stdout.write(bytes(text)),
  "process.stdout.write(string, callback)": (text) => called(process.stdout, text),
  "process.stderr.write(string, encoding, callback)": (text) => called(process.stderr, text, "utf8"),
  "globalThis.process.stdout": (text) => scope.process.stdout.write(text),
  "imported stdout": (text) => stdout.write(text),
  "imported stderr": (text) => stderr.write(text),
  "node:console": (text) => nodeConsole.log(text.trimEnd()),
  "node:console's error()": (text) => nodeConsole.error(text.trimEnd()),
  "new Console()": (text) => new Console(process.stdout, process.stderr).log(text.trimEnd()),
};

/** Those of them that go on when their call has returned. */
export const PROCESS_PIPES: Record<string, Way> = {
  "Readable.pipe(process.stdout)": (text) =>
    new Promise((resolve) => {
      const source = Readable.from([text]);
      source.on("end", () => setTimeout(resolve, 0, "ended"));
      source.pipe(process.stdout);
    }),
};

const DENO_WAYS: Record<string, Way> = {
  "Deno.stdout.write()": (text) => scope.Deno.stdout.write(bytes(text)),
  "Deno.stderr.write()": (text) => scope.Deno.stderr.write(bytes(text)),
  "Deno.stdout.writeSync()": (text) => scope.Deno.stdout.writeSync(bytes(text)),
  "Deno.stderr.writeSync()": (text) => scope.Deno.stderr.writeSync(bytes(text)),
  "Deno.stdout.writable.getWriter()": (text) => writeInto(scope.Deno.stdout, text),
  "Deno.stderr.writable.getWriter()": (text) => writeInto(scope.Deno.stderr, text),
};

async function writeInto({ writable }: Output, text: string): Promise<unknown> {
  const writer = writable.getWriter();
  const written = writer.write(bytes(text));
  writer.releaseLock();
  return await written;
}

const DENO_PIPES: Record<string, Way> = {
  "pipeTo(Deno.stdout.writable)": (text) =>
    new Blob([text]).stream().pipeTo(scope.Deno.stdout.writable, { preventClose: true }),
};

const BUN_WAYS: Record<string, Way> = {
  "console.write()": (text) => (console as unknown as { write(...texts: string[]): number }).write(text),
  "Bun.stdout.writer()": (text) => writeAndFlush(scope.Bun.stdout, text),
  "Bun.stderr.writer()": (text) => writeAndFlush(scope.Bun.stderr, text),
  "Bun.file(1).writer().end()": (text) => {
    const writer = scope.Bun.file(1).writer();
    writer.write(bytes(text));
    writer.end();
  },
  "Bun.stdout.write()": (text) => scope.Bun.stdout.write(text),
  "Bun.stderr.write()": (text) => scope.Bun.stderr.write(text),
  "Bun.file(1).write()": (text) => scope.Bun.file(1).write(text),
  "Bun.write(1)": (text) => scope.Bun.write(1, text),
  "Bun.write(Bun.file(2))": (text) => scope.Bun.write(scope.Bun.file(2), text),
  "Bun.write(Bun.stdout, string)": (text) => scope.Bun.write(scope.Bun.stdout, text),
  "Bun.write(Bun.stderr, bytes)": (text) => scope.Bun.write(scope.Bun.stderr, bytes(text)),
  "Bun.write(Bun.stdout, Blob)": (text) => scope.Bun.write(scope.Bun.stdout, new Blob([text])),
  "Bun.write(Bun.stdout, Response)": async (text) => {
    const response = new Response(text);
    return [await scope.Bun.write(scope.Bun.stdout, response), response.bodyUsed];
  },
};

function writeAndFlush(output: Output, text: string): number {
  const writer = output.writer();
  const count = writer.write(text);
  writer.flush();
  return count;
}

/** Ways of this runtime's own. */
export const RUNTIME_WAYS: Record<string, Way> = isDeno ? DENO_WAYS : BUN_WAYS;

/** Those of them that go on when their call has returned. */
export const RUNTIME_PIPES: Record<string, Way> = isDeno ? DENO_PIPES : {};

/** A writer of this runtime's own to standard output, which may be kept. What it takes may wait in it until its end. */
export function openWriter(): { write(text: string): void; end(): Promise<void> } {
  if (isDeno) {
    const writer = scope.Deno.stdout.writable.getWriter();
    return { write: (text) => void writer.write(bytes(text)), end: () => writer.close() };
  }
  const writer = scope.Bun.stdout.writer();
  return { write: (text) => void writer.write(text), end: async () => void await writer.end() };
}
