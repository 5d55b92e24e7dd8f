/**
 * Child's side of `Process`: finds what the boot message names, runs it, waits
 * for children of its own and exits. Mirror of `process.ts`.
 *
 * @module
 */
import { here } from "./adapter.ts";
import { type Boot, payloadOf } from "./boot.ts";
import { describe } from "./describe.ts";
import { leave } from "./family.ts";
import { find, type Importer } from "./find.ts";
import type { Process, Remains } from "./process.ts";

/** Runs the process of `boot` to its end. */
export async function runProcess(boot: Boot, load: Importer): Promise<never> {
  const self = here();
  let code = 0;
  try {
    await run(boot, load);
  } catch (error) {
    code = 1;
    self.warn(`Process ${boot.family.name}:\n${describe(error)}\n`);
  }
  await leave();
  return self.exit(code);
}

async function run(boot: Boot, load: Importer): Promise<void> {
  const { note } = boot;
  if (note === null) return;
  const found = await find(note, load);
  const payload = await payloadOf(boot);
  if (boot.subclass) {
    // Loaded by the subclass's module already: only a plain function can do without.
    const { adopt } = await import("./process.ts");
    const { this: fields, note: inner, args, kwargs } = payload as Remains;
    const target = inner === null ? {} : { target: await find(inner, load) };
    const options = { ...target, args, ...kwargs && { kwargs } };
    return await adopt(found as unknown as typeof Process, fields, options).run();
  }
  const result: unknown = await found(...payload as unknown[]);
  if (isIterator(result)) {
    const { TargetError } = await import("./errors.ts");
    throw new TargetError(
      `Cannot run ${note.name} as a process: it is a generator and nothing would draw from it, call it from a function that does`,
      note.name,
    );
  }
}

function isIterator(value: unknown): boolean {
  return typeof value === "object" && value !== null && /Generator/.test(String((value as never)[Symbol.toStringTag]));
}
