/**
 * Station: a round trip of eight bytes over a unix socket of the runtime's own, between two processes, without the
 * library: what an exchange costs at least. With a path as first argument it is the process at the other end.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { serve } from "./serve.ts";
import { latency } from "./timing.ts";

const MESSAGE = 8;

interface Peer {
  /** Sends the bytes and settles with the answer. */
  exchange(bytes: Uint8Array): Promise<void>;
  close(): void;
}

// deno-lint-ignore no-explicit-any
const { Deno, Bun } = globalThis as any;

let opened: Promise<{ peer: Peer; close(): void }> | undefined;

/** Starts the other end, and connects to it. */
async function open(): Promise<{ peer: Peer; close(): void }> {
  const folder = mkdtempSync(`${tmpdir()}/bench-`);
  const path = `${folder}/socket`;
  const flags = Deno ? ["run", "-A", "--no-check"] : [];
  const child = spawn(process.execPath, [...flags, fileURLToPath(import.meta.url), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const peer = Deno ? await connectDeno(path) : await connectBun(path);
  return {
    peer,
    close() {
      peer.close();
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true });
    },
  };
}

/** Milliseconds of an exchange, of so many that follow each other. */
async function roundTrip(count: number): Promise<number> {
  const { peer } = await (opened ??= open());
  const bytes = new Uint8Array(MESSAGE);
  return await latency(() => peer.exchange(bytes), count);
}

async function connectDeno(path: string): Promise<Peer> {
  const connection = await Deno.connect({ transport: "unix", path });
  const answer = new Uint8Array(MESSAGE);
  return {
    async exchange(bytes) {
      await connection.write(bytes);
      await connection.read(answer);
    },
    close: () => connection.close(),
  };
}

async function connectBun(path: string): Promise<Peer> {
  let answered = () => {};
  const socket = await Bun.connect({ unix: path, socket: { data: () => answered() } });
  return {
    exchange(bytes) {
      socket.write(bytes);
      return new Promise((resolve) => answered = resolve);
    },
    close: () => socket.end(),
  };
}

async function answer(path: string): Promise<void> {
  if (Bun) {
    Bun.listen({
      unix: path,
      socket: { data: (socket: { write(b: unknown): void }, b: unknown) => socket.write(b) },
    });
  }
  const listener = Deno?.listen({ transport: "unix", path });
  console.log("ready");
  if (!listener) return;
  const connection = await listener.accept();
  const bytes = new Uint8Array(MESSAGE);
  while (await connection.read(bytes) !== null) await connection.write(bytes);
}

const [, , path] = process.argv;
if (path !== undefined) await answer(path);
else serve({ roundTrip }, async () => (await opened)?.close());
