/**
 * Checks that `src/` type-checks with the web's types alone: neither Deno's nor Bun's nor Node's.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { ROOT, SELF } from "../runtimes.mjs";

const [program, ...args] = [...SELF, "node_modules/typescript/bin/tsc", "--project", "tsconfig.core.json"];
const { status } = spawnSync(program, args, { cwd: ROOT, stdio: "inherit" });
console.log(`core: src/ ${status === 0 ? "type-checks" : "does not type-check"} without the types of any runtime`);
process.exit(status === 0 ? 0 : 1);
