/** What is refused where the runtime lacks it: `what`; says the error, or what came instead, as JSON. */
import process from "node:process";
import { fork, Pool, processTable, SharedMemory } from "../../../mod.ts";

const ACTS: Record<string, () => unknown> = {
  create: () => SharedMemory.create(8).size,
  open: () => SharedMemory.open("brood-spec-none").size,
  fork: () => fork() === 0 ? process.exit(0) : "forked",
  maxMemoryPerChild: () => new Pool(1, { maxMemoryPerChild: 1e9 }).terminate(),
};

if (import.meta.main) {
  const said = process.argv.slice(2).map((what) => {
    try {
      return ACTS[what]!();
    } catch (error) {
      const { name, message, feature } = error as Error & { feature?: string };
      return [name, message, feature];
    }
  });
  console.log(JSON.stringify([...said, processTable().length]));
}
