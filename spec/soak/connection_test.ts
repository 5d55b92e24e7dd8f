import process from "node:process";
import { EOFError, Pipe, Process, Queue } from "../../mod.ts";
import { sendMany } from "../connection/_fixtures/pipe_ways.ts";
import { assert, assertEquals, assertRejects } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

const MIB = 1024 * 1024;

test("Connection.send() of 100 000 items leaves the memory of sender and owner as it was", async () => {
  const [mine, theirs] = Pipe<{ n: number }>();
  const memory = new Queue<number>();
  const child = new Process({ target: sendMany, args: [theirs, 100_000, memory] }).start();
  let quarter = 0;
  for (let n = 0; n < 100_000; n++) {
    if (n === 25_000) quarter = process.memoryUsage().rss;
    assertEquals((await mine.recv()).n, n);
  }
  const own = process.memoryUsage().rss - quarter;
  await assertRejects(() => mine.recv(), EOFError);
  const [before, after] = [await memory.get(), await memory.get()];
  await child.join();
  assert(own < 60 * MIB, `the owner grew by ${own}`);
  assert(after - before < 60 * MIB, `the sender grew by ${after - before}`);
}, { limit: 120_000 });

test("Pipe() makes 2 000 pipes whose ends are closed, and leaves the memory as it was", async () => {
  const use = async () => {
    for (let n = 0; n < 1_000; n++) {
      const [mine, theirs] = Pipe<Uint8Array>();
      await mine.send(new Uint8Array(100_000));
      if (n % 2 === 0) await theirs.recv();
      mine.close();
      theirs.close();
    }
  };
  await use();
  const before = process.memoryUsage().rss;
  await use();
  const grown = process.memoryUsage().rss - before;
  assert(grown < 80 * MIB, `it grew by ${grown}`);
}, { limit: 60_000 });

noLeaks();
