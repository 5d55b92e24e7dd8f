/**
 * The program in a child on Bun, which runs the library's entry instead: its main
 * module is told to this process's own modules, and its boot message kept from the
 * programs that it starts.
 *
 * @module
 */
import { BOOT, Bun, process, require, START } from "./globals.ts";

/** Path of the program's main module; empty where there is none that can be imported. */
let main: string | null = null;
/** The entry of children. */
let entry = "";

/** Path of the main module of the program of which this process is one; empty where there is none. */
export function programMain(): string {
  return main ??= /\[(eval|stdin)\]$/.test(Bun.main) ? "" : Bun.main;
}

/** Gives a variable of the boot message and removes it; what stands before the message is the path of the main module. */
export function takeBoot(name: string): string | undefined {
  const value = process.env[name];
  delete process.env[name];
  if (name !== BOOT || value === undefined) return value;
  delete process.env.BROOD_BOOT_OWNER; // set by a parent under --watch
  const end = value.indexOf("\n");
  beChildOf(value.slice(0, end));
  return value.slice(end + 1);
}

function beChildOf(program: string): void {
  main = program;
  entry = Bun.main;
  if (program !== "") process.argv[1] = program;
  hideBoot();
}

/**
 * Shows the program's main module as that, or hides it while modules are imported: Bun compares each with it, and none
 * of a child's may take itself for the main one. One that is not loaded yet may still be, by the program itself.
 */
export function showMain(isShown: boolean): void {
  if (!main || entry === "") return;
  Bun.main = isShown && main in require.cache ? main : entry;
}

type Spawn = (...args: unknown[]) => unknown;

/**
 * Programs that this process starts without an environment of their own get the one with which it started, which Bun
 * has kept. From now on that is without the message.
 */
function hideBoot(): void {
  const scope = Bun as unknown as Record<"spawn" | "spawnSync", Spawn>;
  for (const name of ["spawn", "spawnSync"] as const) {
    const spawn = scope[name];
    scope[name] = (command, options) => {
      const isList = Array.isArray(command);
      const given = (isList ? options : command) as { env?: unknown } | undefined;
      const whole = { ...given, env: given?.env ?? START.env };
      return isList ? spawn(command, whole) : spawn(whole);
    };
  }
}
