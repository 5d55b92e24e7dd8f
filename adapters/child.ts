/**
 * Entry of every child: reads the boot message, becomes what it says, and serves.
 * On Bun it is the program; on Deno a preload calls `main` with the importers of
 * the modules that it names literally, which need no permission. It loads as
 * little as it can: every module costs the start of every process.
 *
 * @module
 */
import { here, installSelf } from "../src/adapter.ts";
import { type Boot, readBoot } from "../src/boot.ts";
import { join, onParentGone, whileImporting } from "../src/family.ts";
import { runProcess } from "../src/worker.ts";
import { detectSelf } from "./self.ts";

type Namespace = Readonly<Record<string, unknown>>;

/** Becomes the child that the boot message describes. */
export async function main(importers: Readonly<Record<string, () => Promise<Namespace>>>): Promise<void> {
  installSelf(detectSelf());
  const text = here().boot();
  if (text === null) throw new Error("Cannot run child: nobody said what to run, start it through the library");
  const boot = readBoot(text);
  enter(boot);
  const load = (url: string) => whileImporting(importers[url] ?? (() => import(url)));
  if (boot.family.kind === "process") return await runProcess(boot, load);
  await import("../mod.ts");
  const { runWorker } = await import("../src/pool/worker_main.ts");
  return await runWorker(boot, load, (url: string) => url in importers);
}

function enter(boot: Boot): void {
  const self = here();
  join(boot.family);
  if (!boot.family.daemon) return;
  if (boot.guard) self.guard(boot.family.parent!.pid);
  // A bound child needs no watch: the operating system kills it. It may have come too late, though.
  if (boot.guard || self.ppid !== boot.family.parent!.pid) onParentGone(() => self.exit(1));
}

const { Bun } = globalThis as { Bun?: { main: string; pathToFileURL(path: string): URL } };
if (Bun !== undefined && Bun.pathToFileURL(Bun.main).href === import.meta.url) await main({});
