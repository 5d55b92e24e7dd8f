/**
 * Processes under test: what they write, and what comes of them.
 *
 * @module
 */
import process from "node:process";
import { Process, type ProcessOptions } from "../../mod.ts";

/** All text of a stream. */
export function textOf(stream: ReadableStream<Uint8Array> | null): Promise<string> {
  return new Response(stream).text();
}

/** Runs a process to its end: its exit code and what it wrote. */
export async function outcome(
  given: ProcessOptions | Process,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = given instanceof Process ? given : new Process({ stdout: "piped", stderr: "piped", ...given });
  child.start();
  const [stdout, stderr, code] = await Promise.all([textOf(child.stdout), textOf(child.stderr), child.join()]);
  return { code, stdout, stderr };
}

/** Runs a process that writes one line of JSON and ends well: the value. */
export async function told<T = unknown>(given: ProcessOptions | Process): Promise<T> {
  const { code, stdout, stderr } = await outcome(given);
  if (code !== 0 || stderr !== "") throw new Error(`the child exited with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Kills a child with SIGKILL: its exit code, when it is gone. */
export function kill(child: Process): Promise<number | null> {
  process.kill(child.pid!, "SIGKILL");
  return child.join();
}
