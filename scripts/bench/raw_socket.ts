/**
 * A round trip of eight bytes over a unix socket of the runtime's own, between two
 * processes, without this library: what an exchange costs at least.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";

const MESSAGE = 8;

interface Peer {
  /** Sends the bytes and settles with the answer. */
  exchange(bytes: Uint8Array): Promise<void>;
  close(): void;
}

// deno-lint-ignore no-explicit-any
const { Deno, Bun } = globalThis as any;

/** Median milliseconds of so many exchanges. */
export async function roundTrip(count: number): Promise<number> {
  const folder = mkdtempSync(`${tmpdir()}/bench-`);
  const path = `${folder}/socket`;
  const flags = Deno ? ["run", "-A", "--no-check"] : [];
  const child = spawn(process.execPath, [...flags, fileURLToPath(import.meta.url), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const peer = Deno ? await connectDeno(path) : await connectBun(path);
  const bytes = new Uint8Array(MESSAGE);
  for (let n = 0; n < count; n++) await peer.exchange(bytes);
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const begin = performance.now();
    for (let n = 0; n < count; n++) await peer.exchange(bytes);
    times.push((performance.now() - begin) / count);
  }
  peer.close();
  child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
  return times.sort((a, b) => a - b)[times.length >> 1]!;
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

if (import.meta.main) await answer(process.argv[2]!);
