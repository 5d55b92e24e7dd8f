/**
 * Entry of every child: becomes the process that the boot message describes, runs
 * it, and exits. A `Process` runs here, a worker in
 * `pool/worker_main.ts`, a manager in `manager/manager_main.ts`. Imports as little
 * as it can and loads the rest when it is needed: every module costs the start of
 * every child.
 *
 * @module
 */
import { type Importer, resolve } from "../function/resolve.ts";
import { type AnyBootMessage, type BootMessage, keepBoot } from "../process/boot_message.ts";
import type { ChildContext } from "../process/child_context.ts";
import type { Process } from "../process/process.ts";
import type { SubclassPayload } from "../process/subclass_fields.ts";
import type { Self } from "../runtime/adapter.ts";
import { onParentGone, runExitHooks } from "../runtime/exit_hooks.ts";
import { installSelf, thisProcess } from "../runtime/installed.ts";
import { isParentAlive, setIdentity, whileImporting } from "../runtime/process_info.ts";
import { loadPart } from "../runtime/load_part.ts";

type ModuleNamespace = Readonly<Record<string, unknown>>;
/** Modules that were named literally when the child was started: it needs no permission to import them. */
type Importers = Readonly<Record<string, () => Promise<ModuleNamespace>>>;

/** How long a daemon waits for the end of its parent when a connection to that one failed. */
const PARENT_END_MS = 500;

/** Serves as the child that the boot message describes, to its end. */
export async function runChild(self: Self, importers: Importers): Promise<void> {
  installSelf(self);
  const text = self.boot();
  if (text === null) throw new Error("Cannot run child: there is no boot message, start it through the library");
  await runBootMessage(JSON.parse(text), importers, (url) => import(url));
}

/**
 * Serves as the child that a boot message describes, to its end.
 *
 * @param importOther imports any other module
 */
export async function runBootMessage(
  message: AnyBootMessage,
  importers: Importers,
  importOther: Importer,
): Promise<void> {
  const self = thisProcess();
  const { fork, ...rest } = message;
  const boot = rest as BootMessage;
  boot.identity.pid ||= self.pid;
  if (fork !== undefined) {
    (await loadPart(import.meta.url, () => import("../replay/fork_child.ts"))).replayFork(
      fork,
      await self.muting!.mute(),
    );
  } else {
    setIdentity(boot.identity);
    if (boot.identity.daemon) endWithParent(boot);
  }
  const context = contextOf(boot, importers, importOther);
  switch (boot.identity.kind) {
    case "worker":
      return await (await loadPart(import.meta.url, () => import("../pool/worker_main.ts"))).runWorker(context);
    case "manager":
      return await (await loadPart(import.meta.url, () => import("../manager/manager_main.ts"))).runManager(context);
    default:
      keepBoot(boot, Object.keys(importers));
      return await runProcess(context);
  }
}

function contextOf(boot: BootMessage, importers: Importers, importOther: Importer): ChildContext {
  const modules = new Map<string, ReturnType<Importer>>();
  return {
    boot,
    importModule(url) {
      // Once for each: nothing of a module that is there runs again, and what a task makes meanwhile is no import's.
      const module = modules.get(url) ?? importFor(boot, url, importers[url] ?? (() => importOther(url)));
      modules.set(url, module);
      module.catch(() => modules.delete(url));
      return module;
    },
    wasStartedWith: (url) => url in importers,
    decodePayload: () => decodePayload(boot),
    loadSharedClasses,
  };
}

/** Imports a module of the program. @throws {BootstrapError} it failed, with the reason as its cause */
async function importFor(
  { identity }: BootMessage,
  url: string,
  load: () => Promise<ModuleNamespace>,
): Promise<ModuleNamespace> {
  try {
    return await whileImporting(load);
  } catch (error) {
    const { importFailure } = await loadPart(import.meta.url, () => import("../process/import_failure.ts"));
    throw importFailure(error, url, identity.kind);
  }
}

async function loadSharedClasses(): Promise<void> {
  await (await loadPart(import.meta.url, () => import("./all_kinds.ts"))).loadAllClasses();
}

/** Decodes what came with the function. A child that got plain data only does not load the codec. */
async function decodePayload(boot: BootMessage): Promise<unknown> {
  const payload = JSON.parse(boot.text);
  if (payload.length < 2) return payload[0];
  const { decode } = await loadPart(import.meta.url, () => import("../codec/codec.ts"));
  const blocks = boot.blocks.map((block) => Uint8Array.fromBase64(block));
  try {
    return decode(payload, blocks, true);
  } catch (error) {
    const { UnknownKind } = await loadPart(import.meta.url, () => import("../codec/reduction.ts"));
    if (!(error instanceof UnknownKind)) throw error;
    await loadSharedClasses();
    return decode(payload, blocks, true);
  }
}

/** A daemon ends with its parent. The operating system sees to that where it can, but may have been asked too late. */
function endWithParent({ identity, watchesParent }: BootMessage): void {
  const { pid } = identity.parent!;
  if (watchesParent) thisProcess().parentGuard?.start(pid);
  if (watchesParent || thisProcess().ppid !== pid) onParentGone(() => thisProcess().exit(1));
}

// --- a Process ---

async function runProcess(context: ChildContext): Promise<void> {
  let code = 0;
  try {
    await runFunction(context);
  } catch (error) {
    code = 1;
    await reportFailure(context.boot, error);
  }
  await runExitHooks();
  thisProcess().exitWhenFlushed(code);
}

/** Writes what the function threw to standard error. */
async function reportFailure({ identity }: BootMessage, error: unknown): Promise<void> {
  if (identity.daemon && (error as Error | null)?.name === "ConnectError") await exitWithParent();
  const text = await loadPart(import.meta.url, () => import("../runtime/format_error.ts")).then(
    ({ formatError, withHint }) => formatError(withHint(error)),
    () => String((error as Error | null)?.stack ?? error), // a shortage that made the function fail, perhaps
  );
  thisProcess().writeStderr(`Process ${identity.name}:\n${text}\n`);
}

/** A daemon whose connection failed may see its parent end. It exits with that one, and reports nothing. */
async function exitWithParent(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, PARENT_END_MS));
  if (!isParentAlive()) thisProcess().exit(1);
}

async function runFunction({ boot, importModule, decodePayload }: ChildContext): Promise<void> {
  const { functionRef } = boot;
  if (functionRef === null) return;
  const fn = await resolve(functionRef, importModule);
  const payload = await decodePayload();
  if (boot.isSubclass) {
    // Loaded by the subclass's module already: only a child that runs a plain function can do without.
    const { instantiateCurrent } = await loadPart(import.meta.url, () => import("../process/current_process.ts"));
    const { this: fields, targetRef, args, kwargs } = payload as SubclassPayload;
    const target = targetRef === null ? {} : { target: await resolve(targetRef, importModule) };
    const options = { ...target, args, ...kwargs && { kwargs } };
    return await instantiateCurrent(fn as unknown as typeof Process, fields, options).run();
  }
  const result: unknown = await fn(...payload as unknown[]);
  if (isGenerator(result)) {
    const { TargetError } = await loadPart(import.meta.url, () => import("../errors.ts"));
    throw new TargetError(
      `Cannot run ${functionRef.name} as a process: it is a generator and nothing would draw from it, call it from a function that does`,
      functionRef.name,
    );
  }
}

function isGenerator(value: unknown): boolean {
  return typeof value === "object" && value !== null && /Generator/.test(String((value as never)[Symbol.toStringTag]));
}
