/**
 * What a user of the package does: runs the tools of both runtimes, in a project
 * with nothing of this repository in it.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assertEquals } from "../../_support/assert.ts";
import { scratch } from "../../_support/folder.ts";
import type { Ended } from "../../_support/system.ts";
import type { Registry } from "./registry.ts";

/** Milliseconds after which a tool is ended. */
const LIMIT = 60_000;

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs one of the runtimes, whichever runs this. */
export function tool(
  name: "deno" | "bun",
  args: readonly string[],
  { cwd, env }: { cwd: string; env?: Record<string, string> },
): Promise<Ended> {
  const child = spawn(`${ROOT}node_modules/.bin/${name}`, args, {
    cwd,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (bytes) => stdout += bytes);
  child.stderr.on("data", (bytes) => stderr += bytes);
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT);
  return new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  }).finally(() => clearTimeout(timer));
}

/** Makes the package as it is published, unless the runner has. @returns its folder */
export async function makePackage(): Promise<string> {
  const folder = scratch();
  if (process.env.SPEC_PACKAGE) {
    cpSync(process.env.SPEC_PACKAGE, folder, { recursive: true });
    return folder;
  }
  const { code, stderr } = await tool("deno", ["run", "-A", "scripts/package/run.mjs", folder], { cwd: ROOT });
  if (code !== 0) throw new Error(stderr);
  return folder;
}

/** Publishes the package that lies in a folder. Its types are checked elsewhere; that none of them is slow is checked here. */
export function publish(registry: Registry, folder: string): Promise<Ended> {
  const args = ["publish", "--allow-dirty", "--no-check", "--no-provenance", "--token=none"];
  return tool("deno", args, { cwd: folder, env: registry.env });
}

/** Folder of a project with the guest's modules and these files beside them. */
export function project(files: Record<string, unknown>): string {
  const folder = scratch();
  cpSync(fileURLToPath(new URL("package_guest", import.meta.url)), folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(`${folder}/${name}`, typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

/** What comes of the guest's program, without the token that is another every time. */
const OUTCOME = {
  forked: 0,
  queued: ["HELLO ADA!", "HELLO GRACE!"],
  code: 0,
  greetings: ["HELLO ADA!", "HELLO GRACE!"],
  squares: [1, 4, 9],
  cubes: [1, 8, 27],
  noted: "HELLO ADA!",
};

/** What is said, but for what is said of downloads. */
export function said(text: string): string {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("Download ")).join("\n");
}

/** The guest's program has said what it is for, and nothing else. */
export function assertOutcome({ code, stdout, stderr }: Ended): void {
  assertEquals([code, said(stderr)], [0, ""]);
  const [child, parent] = stdout.trim().split("\n");
  const { token, ...outcome } = JSON.parse(parent!);
  assertEquals([child, outcome], [`child ${token}`, OUTCOME]);
}
