/**
 * The runtimes under which everything here is run, as binaries of the npm packages of the same names, and how another
 * one is described.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Folder of the repository, without a slash at its end. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");

/** How a script is run by what runs this one: Node, or a Deno or Bun that somebody has already. */
export const SELF = [process.execPath, ...(process.versions.deno ? ["run", "--allow-all"] : [])];

/**
 * How a runtime is called.
 *
 * @typedef {object} Runtime
 * @property {string} name of its column
 * @property {string} bin its binary: a path, or a name on the PATH
 * @property {string} global a global that no other runtime has, to tell a test that nobody has told
 * @property {string[]} run what stands before a program that may do everything
 * @property {string[]} evaluate what stands before the text of a program
 * @property {{ run: string[], none: string[] } | null} permissions what stands before a program's permission flags,
 * and the flags of one that has none; null where the runtime knows no permissions
 * @property {(file: string, junit: string) => string[]} test runs a file of `node:test` cases, with a JUnit report
 */

/** @type {Runtime[]} */
export const RUNTIMES = [
  {
    name: "deno",
    bin: `${ROOT}/node_modules/.bin/deno`,
    global: "Deno",
    run: ["run", "--allow-all"],
    evaluate: ["eval"],
    // node:child_process adds --allow-all on Deno unless some permission flag is there.
    permissions: { run: ["run", "--no-prompt"], none: ["--deny-ffi"] },
    test: (file, junit) => ["test", "--allow-all", "--no-check", `--junit-path=${junit}`, file],
  },
  {
    name: "bun",
    bin: `${ROOT}/node_modules/.bin/bun`,
    global: "Bun",
    run: [],
    evaluate: ["-e"],
    permissions: null,
    test: (file, junit) => ["test", "--timeout=60000", "--reporter=junit", `--reporter-outfile=${junit}`, file],
  },
];

/** What a description must have, and of which kind. */
const SHAPE = {
  name: (value) => typeof value === "string" && /^[\w.-]+$/.test(value),
  bin: (value) => typeof value === "string",
  global: (value) => typeof value === "string",
  run: isWords,
  evaluate: isWords,
  permissions: (value) => value === null || (isWords(value?.run) && isWords(value.none)),
  test: (value) => typeof value === "function",
};

/** The runtime of that name, or the one that a module describes in its default export. */
export async function findRuntime(named) {
  const known = RUNTIMES.find(({ name }) => name === named);
  if (known !== undefined) return known;
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), named);
  if (!existsSync(path)) {
    const names = RUNTIMES.map(({ name }) => name).join(", ");
    throw new Error(`Cannot find the runtime ${named}: it is none of ${names}, and no file that describes one`);
  }
  const { default: runtime } = await import(pathToFileURL(path).href);
  const wrong = Object.entries(SHAPE).filter(([key, holds]) => !holds(runtime?.[key])).map(([key]) => key);
  if (wrong.length > 0) {
    throw new Error(
      `Cannot use ${path}: its default export lacks ${wrong.join(", ")}, which scripts/runtimes.mjs describes`,
    );
  }
  return runtime;
}

function isWords(value) {
  return Array.isArray(value) && value.every((word) => typeof word === "string");
}
