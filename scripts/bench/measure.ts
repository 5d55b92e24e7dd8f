/**
 * Measures the library on the runtime that runs this, beside the bare runtime;
 * prints one JSON object of readings. Started by run.mjs.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Pool, Process } from "../../mod.ts";
import { nothing, pid, tiny } from "./tasks.ts";
import { nothingBesideLibrary } from "./tasks_with_library.ts";

/** How each runtime runs an empty module. */
const EMPTY: Record<string, string[]> = { Deno: ["run"], Bun: [] };
const name = Object.keys(EMPTY).find((global) => global in globalThis)!;

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await act();
  return performance.now() - begin;
}

function bare(module: string): { pid: number; ended: Promise<void>; kill(): void } {
  const path = fileURLToPath(new URL(module, import.meta.url));
  // A permission flag keeps node:child_process on Deno from adding all of them.
  const flags = name === "Deno" ? ["--deny-ffi"] : [];
  const child = spawn(process.execPath, [...EMPTY[name]!, ...flags, path], { stdio: "ignore" });
  return {
    pid: child.pid!,
    ended: new Promise((resolve) => child.on("exit", () => resolve())),
    kill: () => void child.kill("SIGKILL"),
  };
}

/** Start to end, interleaved, so that what else the machine does falls on all alike. */
async function starts(rounds: number): Promise<Record<string, number>> {
  const readings = { empty: [] as number[], process: [] as number[], withLibrary: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    readings.empty.push(await timed(() => bare("./empty.ts").ended));
    readings.process.push(await timed(() => new Process({ target: nothing }).start().join()));
    readings.withLibrary.push(await timed(() => new Process({ target: nothingBesideLibrary }).start().join()));
  }
  return {
    empty: median(readings.empty),
    process: median(readings.process),
    withLibrary: median(readings.withLibrary),
  };
}

async function rate(pool: Pool, count: number): Promise<number> {
  const milliseconds = await timed(async () => {
    const results = Array.from({ length: count }, (_, n) => pool.applyAsync(tiny, [n]));
    for (const result of results) await result.wait();
  });
  return count / milliseconds * 1000;
}

/** Runs a program to its end: its lines. */
function linesOf(program: string): Promise<string[]> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const flags = name === "Deno" ? ["-A", "--no-check"] : [];
  const child = spawn(process.execPath, [...EMPTY[name]!, ...flags, path], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk) => text += chunk);
  return new Promise((resolve) => child.on("close", () => resolve(text.trim().split("\n"))));
}

/** From fork() to the child's first statement after it, the program's own time to get there, and an empty module. */
async function forks(rounds: number): Promise<Record<string, number>> {
  const readings = { empty: [] as number[], reached: [] as number[], own: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    readings.empty.push(await timed(() => bare("./empty.ts").ended));
    const [child, parent] = (await linesOf("./fork_point.ts")).map((line) => JSON.parse(line));
    readings.reached.push(child - parent.before);
    readings.own.push(parent.own);
  }
  return { empty: median(readings.empty), reached: median(readings.reached), own: median(readings.own) };
}

function resident(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1024;
}

async function memory(): Promise<{ worker: number; empty: number }> {
  const workers: number[] = [];
  const empties: number[] = [];
  for (let round = 0; round < 5; round++) {
    const idle = bare("./idle.ts");
    const pool = new Pool(1);
    const worker = await pool.apply(pid);
    await new Promise((resolve) => setTimeout(resolve, 300));
    workers.push(resident(worker));
    empties.push(resident(idle.pid));
    await pool.terminate();
    idle.kill();
    await idle.ended;
  }
  return { worker: median(workers), empty: median(empties) };
}

if (import.meta.main) {
  const start = await starts(21);
  const fork = await forks(21);
  const [sequence] = (await linesOf("./forks_in_sequence.ts")).map((line) => JSON.parse(line));
  const pool = new Pool(2);
  await rate(pool, 20_000);
  const rates: number[] = [];
  for (let round = 0; round < 7; round++) rates.push(await rate(pool, 50_000));
  await pool.terminate();
  const readings = { start, fork, sequence, applyAsync: median(rates), memory: await memory() };
  console.log(JSON.stringify({ runtime: name, ...readings }));
}
