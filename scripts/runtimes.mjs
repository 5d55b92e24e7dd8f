/**
 * The runtimes under which everything here is run, as binaries of the npm packages of the same names.
 *
 * @module
 */
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Folder of the repository, without a slash at its end. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");

/** How a script is run by what runs this one: Node, or a Deno or Bun that somebody has already. */
export const SELF = [process.execPath, ...(process.versions.deno ? ["run", "--allow-all"] : [])];

/** Runtimes: how they are called, and how each runs a program and a file of tests. */
export const RUNTIMES = [
  {
    name: "deno",
    bin: `${ROOT}/node_modules/.bin/deno`,
    run: ["run", "--allow-all"],
    test: (file, junit) => ["test", "--allow-all", "--no-check", `--junit-path=${junit}`, file],
  },
  {
    name: "bun",
    bin: `${ROOT}/node_modules/.bin/bun`,
    run: ["run"],
    test: (file, junit) => ["test", "--timeout=60000", "--reporter=junit", `--reporter-outfile=${junit}`, file],
  },
];
