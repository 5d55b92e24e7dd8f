/**
 * Tells what this program may do, and what becomes of children that ask for permissions: what they may do, asked inside
 * of them, or how they were refused. Arguments: a folder, and what is asked as JSON.
 */
import { fork, Manager, Pool, Process, type ProcessOptions } from "../../../mod.ts";
import { probe, type Probed, tellOwn } from "../_fixtures/permission_probes.ts";

/** One child to try. */
export interface Ask extends Pick<ProcessOptions, "permissions" | "cwd" | "env"> {
  /** `grandchild`: a child that tries a child of its own with each of these. */
  by: "Process" | "Pool" | "Manager" | "fork()" | "grandchild";
  then?: Ask[];
}

/** What became of it: what each process said that came of it may do, or an error. */
export type Outcome = Probed[] | string;

export class Prober {
  probe(folder: string): Promise<Probed> {
    return probe(folder);
  }
}

class Probers extends Manager {}

Probers.register("Prober", Prober);

/** A child: says what it may, and what its own children may, one a line. */
export async function tell(folder: string, then: Ask[]): Promise<void> {
  await tellOwn(folder);
  for (const ask of then) {
    const outcome = await attempt(folder, ask);
    if (typeof outcome !== "string") { for (const probed of outcome) console.log(JSON.stringify(probed)); }
  }
}

async function attempt(folder: string, { by, then = [], ...options }: Ask): Promise<Outcome> {
  try {
    if (by === "Pool") {
      await using pool = new Pool(1, options);
      return [await pool.apply(probe, [folder])];
    }
    if (by === "Manager") {
      await using manager = new Probers();
      return [await manager.create<Prober>("Prober").probe(folder)];
    }
    // Who has no children of its own needs nothing of the library, which would double its start.
    const given = { stdout: "piped", stderr: "piped", ...options } as const;
    const child = then.length === 0
      ? new Process({ ...given, target: tellOwn, args: [folder] }).start()
      : new Process({ ...given, target: tell, args: [folder, then] }).start();
    const [lines, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    const code = await child.join();
    return code === 0 ? parsed(lines) : `exit code ${code}: ${errors}`;
  } catch (error) {
    return String(error);
  }
}

function parsed(lines: string): Probed[] {
  return lines.trim().split("\n").map((line) => JSON.parse(line));
}

/** Forks, and gives what the fork child printed; the forks come first, where nothing has happened yet. */
function forked(folder: string, options: Omit<Ask, "by">): string {
  try {
    if (fork(options) !== 0) return "forked";
  } catch (error) {
    return String(error);
  }
  probe(folder).then((probed) => {
    console.log(JSON.stringify({ forked: probed }));
    // deno-lint-ignore no-explicit-any
    ((globalThis as any).Deno ?? (globalThis as any).process).exit(0);
  });
  return "child";
}

// Importing node:process would cost every child more than its start.
// deno-lint-ignore no-explicit-any
const argv = (): string[] => (globalThis as any).Deno?.args ?? (globalThis as any).process.argv.slice(2);

if (import.meta.main) {
  const [folder, text] = argv() as [string, string];
  const asks: Ask[] = JSON.parse(text);
  const outcomes: Record<number, Outcome> = {};
  let isForkChild = false;
  for (const [at, { by, ...options }] of asks.entries()) {
    if (by !== "fork()" || isForkChild) continue;
    outcomes[at] = forked(folder, options);
    isForkChild = outcomes[at] === "child";
  }
  if (!isForkChild) {
    const left = [...asks.entries()].filter(([, { by }]) => by !== "fork()");
    await Promise.all(Array.from({ length: 4 }, async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        outcomes[next[0]] = await attempt(folder, next[1]);
      }
    }));
    console.log(JSON.stringify({ own: await probe(folder), outcomes: asks.map((_, at) => outcomes[at]) }));
  }
}
