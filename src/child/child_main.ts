/**
 * Every child's own side: becomes what the boot message says, finds what it names,
 * runs it, waits for children of its own and exits. Mirror of `process.ts`; pool
 * workers go on in `pool/worker_main.ts`, managers in `manager/manager_main.ts`. It imports as little as it can, and
 * loads the rest when it is needed: every module costs the start of every child.
 *
 * @module
 */
import type { Self } from "../runtime/adapter.ts";
import { installSelf, thisProcess } from "../runtime/installed.ts";
import { type AnyBootMessage, type BootMessage, keepBoot } from "../process/boot_message.ts";
import { isParentAlive, setIdentity, whileImporting } from "../runtime/process_info.ts";
import { onParentGone, runExitHooks } from "../runtime/exit_hooks.ts";
import { type Importer, resolve } from "../function/resolve.ts";
import type { FinishedChild, Process } from "../process/process.ts";

type Namespace = Readonly<Record<string, unknown>>;

/**
 * Serves as the child that the boot message describes.
 *
 * @param importers modules that were named literally and can be imported without permission
 */
export async function runChild(
  self: Self,
  importers: Readonly<Record<string, () => Promise<Namespace>>>,
): Promise<void> {
  installSelf(self);
  const text = self.boot();
  if (text === null) throw new Error("Cannot run child: nobody said what to run, start it through the library");
  await runBootMessage(JSON.parse(text), importers, (url) => import(url));
}

/**
 * Becomes the child that a boot message describes, to its end.
 *
 * @param message what it says
 * @param importers modules that were named literally
 * @param otherwise gives any other
 */
export async function runBootMessage(
  message: AnyBootMessage,
  importers: Readonly<Record<string, () => Promise<Namespace>>>,
  otherwise: Importer,
): Promise<void> {
  const self = thisProcess();
  const { fork, ...rest } = message;
  const boot = rest as BootMessage;
  boot.family.pid ||= self.pid;
  if (fork === undefined) setIdentity(boot.family);
  else (await import("../replay/fork_child.ts")).replay(fork, await self.mute());
  if (fork === undefined && boot.family.daemon) obey(boot);
  const load = (url: string) => whileImporting(importers[url] ?? (() => otherwise(url)));
  if (boot.family.kind === "process") {
    keepBoot(boot, Object.keys(importers));
    return await runProcess(boot, load);
  }
  if (boot.family.kind === "manager") {
    const { runManager } = await import("../manager/manager_main.ts");
    return await runManager(boot, load);
  }
  const { runWorker } = await import("../pool/worker_main.ts");
  return await runWorker(boot, load, (url) => url in importers);
}

/** A daemon ends with its parent. The operating system sees to that where it can, but may have come too late. */
function obey(boot: BootMessage): void {
  const { pid } = boot.family.parent!;
  if (boot.guard) thisProcess().guardParent(pid);
  if (boot.guard || thisProcess().ppid !== pid) onParentGone(() => thisProcess().exit(1));
}

async function runProcess(boot: BootMessage, load: Importer): Promise<void> {
  let code = 0;
  try {
    if (boot.note !== null) await run(boot, load);
  } catch (error) {
    code = 1;
    if (boot.family.daemon && (error as Error | null)?.name === "ConnectError") await outlived();
    const { formatError, withHint } = await import("../runtime/format_error.ts");
    thisProcess().writeStderr(`Process ${boot.family.name}:\n${formatError(withHint(error))}\n`);
  }
  await runExitHooks();
  thisProcess().exitWhenFlushed(code);
}

/** What a daemon misses may be its parent, which is just ending, and takes it with it without a word. */
async function outlived(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, FAREWELL));
  if (!isParentAlive()) thisProcess().exit(1);
}

/** So many milliseconds a parent may take to end after it was there no more for others. */
const FAREWELL = 500;

async function run(boot: BootMessage, load: Importer): Promise<void> {
  const note = boot.note!;
  const found = await resolve(note, load);
  const payload = await payloadOf(boot);
  if (boot.subclass) {
    // Loaded by the subclass's module already: only a plain function can do without.
    const { instantiateSubclass } = await import("../process/process.ts");
    const { this: fields, note, args, kwargs } = payload as FinishedChild;
    const target = note === null ? {} : { target: await resolve(note, load) };
    const options = { ...target, args, ...kwargs && { kwargs } };
    return await instantiateSubclass(found as unknown as typeof Process, fields, options).run();
  }
  const result: unknown = await found(...payload as unknown[]);
  if (isGenerator(result)) {
    const { TargetError } = await import("../errors.ts");
    throw new TargetError(
      `Cannot run ${note.name} as a process: it is a generator and nothing would draw from it, call it from a function that does`,
      note.name,
    );
  }
}

/** What came with the note. Plain data needs no codec: a child that gets nothing else does not load it. */
export async function payloadOf(boot: BootMessage): Promise<unknown> {
  const payload = JSON.parse(boot.text);
  if (payload.length < 2) return payload[0];
  const { decode } = await import("../codec/codec.ts");
  const blocks = boot.blocks.map((block) => Uint8Array.fromBase64(block));
  try {
    return decode(payload, blocks);
  } catch (error) {
    const { UnknownKind } = await import("../codec/reduction.ts");
    if (!(error instanceof UnknownKind)) throw error;
    await (await import("./all_kinds.ts")).loadAllKinds();
    return decode(payload, blocks);
  }
}

function isGenerator(value: unknown): boolean {
  return typeof value === "object" && value !== null && /Generator/.test(String((value as never)[Symbol.toStringTag]));
}
