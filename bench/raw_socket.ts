/**
 * Station: a round trip over a unix socket of the runtime's own, of eight bytes or more, between two processes, without
 * the library: what an exchange costs at least. With a path as first argument it is the process at the other end.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { serve } from "./serve.ts";
import { latency, type Percentiles, percentiles } from "./timing.ts";

const MESSAGE = 8;
/** Bytes that are read at once at most. */
const LARGE = 2 ** 20;

interface Writer {
  /** Bytes that it has taken. */
  write(bytes: Uint8Array): number;
}

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

/** The same of any size, once for each of so many. */
async function latencyOf({ bytes, count }: { bytes: number; count: number }): Promise<Percentiles> {
  const { peer } = await (opened ??= open());
  const given = new Uint8Array(Math.max(bytes, 1));
  return await percentiles(() => peer.exchange(given), count);
}

async function connectDeno(path: string): Promise<Peer> {
  const connection = await Deno.connect({ transport: "unix", path });
  const room = new Uint8Array(LARGE);
  /** What is large is read while it is written, or both sides would wait for each other. */
  const exchangeLarge = async (bytes: Uint8Array) => {
    const write = async () => {
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    };
    const written = write();
    for (let left = bytes.length; left > 0;) {
      const count = await connection.read(room);
      if (count === null) throw new Error("the other end has closed");
      left -= count;
    }
    await written;
  };
  return {
    async exchange(bytes) {
      if (bytes.length > MESSAGE) return await exchangeLarge(bytes);
      await connection.write(bytes);
      await connection.read(room);
    },
    close: () => connection.close(),
  };
}

async function connectBun(path: string): Promise<Peer> {
  let answered = () => {};
  let awaited = 0;
  let rest = new Uint8Array();
  const send = (bytes: Uint8Array<ArrayBuffer>) => rest = bytes.subarray(Math.max(0, socket.write(bytes)));
  const socket = await Bun.connect({
    unix: path,
    socket: {
      data(_: unknown, { length }: Uint8Array) {
        awaited -= length;
        if (awaited <= 0) answered();
      },
      drain: () => void send(rest),
    },
  });
  return {
    exchange(bytes) {
      awaited = bytes.length;
      send(bytes as Uint8Array<ArrayBuffer>);
      return new Promise((resolve) => answered = resolve);
    },
    close: () => socket.end(),
  };
}

async function answer(path: string): Promise<void> {
  if (Bun) {
    // What the socket does not take waits, in order.
    const waiting: Uint8Array[] = [];
    const flush = (socket: Writer) => {
      while (waiting.length > 0) {
        const taken = Math.max(0, socket.write(waiting[0]!));
        if (taken < waiting[0]!.length) return void (waiting[0] = waiting[0]!.subarray(taken));
        waiting.shift();
      }
    };
    const data = (socket: Writer, bytes: Uint8Array) => {
      waiting.push(bytes.slice());
      flush(socket);
    };
    Bun.listen({ unix: path, socket: { data, drain: flush } });
  }
  const listener = Deno?.listen({ transport: "unix", path });
  console.log("ready");
  if (!listener) return;
  const connection = await listener.accept();
  const room = new Uint8Array(LARGE);
  for (let count = await connection.read(room); count !== null; count = await connection.read(room)) {
    for (let at = 0; at < count;) at += await connection.write(room.subarray(at, count));
  }
}

const [, , path] = process.argv;
if (path !== undefined) await answer(path);
else serve({ roundTrip, latency: latencyOf }, async () => (await opened)?.close());
