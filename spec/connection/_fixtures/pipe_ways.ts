/** Functions that children run with connections. */
import { thisProcess } from "../../../src/runtime/installed.ts";
import { nodeProcess } from "../../_support/node_process.ts";
import type { Connection, Queue } from "../../../mod.ts";
import { EOFError } from "../../../src/errors.ts";
import { exists, mark, note } from "../../_support/scratch.ts";
import { blockForGood } from "../../_support/blocking.ts";

export function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Sends back whatever comes, until nothing will. */
export async function echo(connection: Connection): Promise<void> {
  for await (const item of connection) await connection.send(item);
}

export async function sendAll(connection: Connection, items: readonly unknown[]): Promise<void> {
  for (const item of items) await connection.send(item);
}

/** Sends all items at once and waits for none. */
export function sendUnawaited(connection: Connection, count: number): void {
  for (let n = 0; n < count; n++) void connection.send(n);
}

/** Sends `count` items `[name, n]`, and closes. */
export async function produce(connection: Connection, name: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await connection.send([name, n]);
  connection.close();
}

/** Sends one item, and is killed when that has settled. */
export async function sendAndDie(connection: Connection, item: unknown): Promise<void> {
  await connection.send(item);
  nodeProcess().kill(thisProcess().pid, "SIGKILL");
}

/** Passes all on until nothing comes, and says so. */
export async function passOn(from: Connection, to: Queue<unknown>): Promise<void> {
  for await (const item of from) await to.put(item);
  await to.put("end of file");
}

/** Tells the name of what `recv()` comes to. */
export async function tellRecv(connection: Connection, to: Queue<unknown>): Promise<void> {
  await to.put(await connection.recv().catch((error: Error) => error.name));
}

/** What an end that can do one thing only says of itself, and of the other. */
export async function tellDirection(connection: Connection, to: Queue<unknown>): Promise<void> {
  const refused = await (connection.readable ? connection.send(1) : connection.recv()).catch((error) => error.name);
  await to.put([connection.readable, connection.writable, refused]);
}

/** Has the end, closes it, says so, and lives on until the file is there. */
export async function closeAndLive(connection: Connection, until: string, closed: string): Promise<void> {
  connection.close();
  mark(closed);
  while (!exists(until)) await later(10);
}

/** Has the end, and does nothing with it until the file is there. */
export async function keep(_connection: Connection, until: string, there: string): Promise<void> {
  mark(there);
  while (!exists(until)) await later(10);
}

/** Waits for an item that it never gets: lets no event loop turn when the pipe knows that it waits. */
export async function spinWhileReceiving(connection: Connection, waiting: string): Promise<never> {
  void connection.recv();
  await connection.poll();
  mark(waiting);
  blockForGood();
}

/** Takes a connection from another one, and answers through it. */
export async function answerThrough(connection: Connection<Connection>): Promise<void> {
  const inner = await connection.recv();
  await inner.send("through the inner one");
}

/** Tells of each message whether it came whole. */
export async function receiveLarge(connection: Connection<Float64Array>): Promise<void> {
  const { length } = await connection.recv();
  await connection.send(Float64Array.of(length));
}

/** Receives one item, and waits for ever. */
export async function receiveAndStay(connection: Connection, got: string): Promise<never> {
  await connection.recv();
  mark(got);
  for (;;) await later(1_000);
}

/** Receives until nothing comes, and gives how many came. */
export async function count(connection: Connection): Promise<number> {
  let n = 0;
  try {
    for (;;) {
      await connection.recv();
      n++;
    }
  } catch (error) {
    if (error instanceof EOFError) return n;
    throw error;
  }
}

export function nothing(_connection: Connection): void {}

/** Sends arrays of 4 MiB, each filled with its number, for good. */
export async function sendLargeForGood(connection: Connection, sending: string): Promise<void> {
  for (let n = 0;; n++) {
    await connection.send(new Float64Array(512 * 1024).fill(n));
    if (n === 1) mark(sending);
  }
}

/** Receives and notes what it has, for good. */
export async function noteAll(connection: Connection, file: string): Promise<void> {
  for await (const item of connection) note(file, item);
}

/** Receives everything, and tells how much. */
export async function drain(connection: Connection, to: Queue<unknown>): Promise<void> {
  await to.put(await count(connection));
}

/** Sends `total` items, and tells how much memory it occupies after a quarter and at the end. */
export async function sendMany(connection: Connection, total: number, to: Queue<number>): Promise<void> {
  for (let n = 0; n < total; n++) {
    if (n === total / 4) await to.put(nodeProcess().memoryUsage().rss);
    await connection.send({ n, text: "some text" });
  }
  await to.put(nodeProcess().memoryUsage().rss);
  connection.close();
}

/** Does not use the end that it was given: ends in that way, or marks `path` and lives on. */
export async function die(_end: Connection, way: string, path: string): Promise<void> {
  if (way === "exits") nodeProcess().exit(3);
  if (way === "throws") throw new Error("early");
  if (way === "returns") return;
  mark(path);
  if (way === "turns") await later(600_000);
  blockForGood();
}
