/**
 * Entry of every child: reads the boot message, becomes what it says, and serves.
 * On Bun it is the program; on Deno a preload calls `main` with the importers of
 * the modules that it names literally, which need no permission.
 *
 * @module
 */
import { install, runtime } from "../src/adapter.ts";
import { type Boot, readBoot } from "../src/boot.ts";
import { join, onParentGone, whileImporting } from "../src/family.ts";
import { runProcess } from "../src/worker.ts";
import { detect } from "./mod.ts";

type Namespace = Readonly<Record<string, unknown>>;

/** Becomes the child that the boot message describes. */
export async function main(importers: Readonly<Record<string, () => Promise<Namespace>>>): Promise<void> {
  install(detect());
  const { self } = runtime();
  const text = self.boot();
  if (text === null) throw new Error("Cannot run child: nobody said what to run, start it through the library");
  const boot = readBoot(text);
  enter(boot);
  const load = (url: string) => whileImporting(importers[url] ?? (() => import(url)));
  if (boot.family.kind === "process") return await runProcess(boot, load);
  const { runWorker } = await import("../src/pool/worker_main.ts");
  return await runWorker(boot, load, (url) => url in importers);
}

function enter(boot: Boot): void {
  const { self } = runtime();
  join(boot.family);
  if (!boot.family.daemon) return;
  if (boot.guard) self.guard(boot.family.parent!.pid);
  onParentGone(() => self.exit(1));
}

const program = (globalThis as { Bun?: { main: string; pathToFileURL(path: string): URL } }).Bun;
if (program !== undefined && program.pathToFileURL(program.main).href === import.meta.url) await main({});
