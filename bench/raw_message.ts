/**
 * Station: an exchange of messages over a unix socket between two processes, without the library: JSON in a frame, and a
 * promise for each answer. What any library for calls does at least. With a path as first argument it is the process at
 * the other end.
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

type Message = [number: number, payload: unknown];
type Send = (message: Message) => void;
interface Writer {
  write(bytes: Uint8Array): unknown;
}

const LENGTH_BYTES = 4;
/** Bytes of a frame at most: the messages here are small. */
const ROOM = 65_536;

// deno-lint-ignore no-explicit-any
const { Deno, Bun } = globalThis as any;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const scratch = new Uint8Array(ROOM);
const scratchView = new DataView(scratch.buffer);

function frameOf(message: Message): Uint8Array {
  const { written } = encoder.encodeInto(JSON.stringify(message), scratch.subarray(LENGTH_BYTES));
  scratchView.setUint32(0, written, true);
  return scratch.subarray(0, LENGTH_BYTES + written);
}

/** Takes the messages out of bytes that come in pieces. */
function reader(take: (message: Message) => void): (bytes: Uint8Array) => void {
  const room = new Uint8Array(ROOM);
  const view = new DataView(room.buffer);
  let filled = 0;
  return (bytes) => {
    room.set(bytes, filled);
    filled += bytes.length;
    let at = 0;
    for (
      let end;
      filled - at >= LENGTH_BYTES && (end = at + LENGTH_BYTES + view.getUint32(at, true)) <= filled;
      at = end
    ) {
      take(JSON.parse(decoder.decode(room.subarray(at + LENGTH_BYTES, end))));
    }
    room.copyWithin(0, at, filled);
    filled -= at;
  };
}

/** Reads what comes over a connection of Deno, for good. */
// deno-lint-ignore no-explicit-any
async function readAll(connection: any, read: (bytes: Uint8Array) => void): Promise<void> {
  const room = new Uint8Array(ROOM);
  for (let count = await connection.read(room); count !== null; count = await connection.read(room)) {
    read(room.subarray(0, count));
  }
}

async function connect(path: string, take: (message: Message) => void): Promise<Send> {
  const read = reader(take);
  let socket: Writer;
  if (Deno) {
    const connection = await Deno.connect({ transport: "unix", path });
    void readAll(connection, read);
    socket = connection;
  } else socket = await Bun.connect({ unix: path, socket: { data: (_: Writer, bytes: Uint8Array) => read(bytes) } });
  return (message) => void socket.write(frameOf(message));
}

async function answer(path: string): Promise<void> {
  const echo = (socket: Writer) => reader((message) => void socket.write(frameOf(message)));
  if (Bun) {
    const open = (socket: { data: unknown }) => void (socket.data = echo(socket as unknown as Writer));
    const data = ({ data: read }: { data: (bytes: Uint8Array) => void }, bytes: Uint8Array) => read(bytes);
    Bun.listen({ unix: path, socket: { open, data } });
  }
  const listener = Deno?.listen({ transport: "unix", path });
  console.log("ready");
  if (!listener) return;
  const connection = await listener.accept();
  await readAll(connection, echo(connection));
}

let close = () => {};
let opened: Promise<(payload: unknown) => Promise<unknown>> | undefined;

/** Starts the other end, and gives what exchanges a message with it. */
async function open(): Promise<(payload: unknown) => Promise<unknown>> {
  const folder = mkdtempSync(`${tmpdir()}/bench-`);
  const path = `${folder}/socket`;
  const flags = Deno ? ["run", "-A", "--no-check"] : [];
  const child = spawn(process.execPath, [...flags, fileURLToPath(import.meta.url), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  close = () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  };
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const pending = new Map<number, (payload: unknown) => void>();
  const send = await connect(path, ([number, payload]) => {
    pending.get(number)!(payload);
    pending.delete(number);
  });
  let count = 0;
  return (payload) =>
    new Promise((resolve) => {
      pending.set(++count, resolve);
      send([count, payload]);
    });
}

/** Milliseconds of an exchange, of so many that follow each other. */
async function roundTrip(count: number): Promise<number> {
  const exchange = await (opened ??= open());
  return await latency(() => exchange(1), count);
}

const [, , path] = process.argv;
if (path !== undefined) await answer(path);
else serve({ roundTrip }, () => close());
