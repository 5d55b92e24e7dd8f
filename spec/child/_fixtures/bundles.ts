/** Bundles of programs, made by the tools of both runtimes and by esbuild. Each runs on every runtime. */
import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { scratch } from "../../_support/folder.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const TOOLS = `${ROOT}node_modules/.bin`;

/** What stands before the flags of each bundler. */
const BUNDLERS = {
  bun: ["bun", "build", "--target=bun"],
  esbuild: ["esbuild", "--log-level=error", "--bundle", "--format=esm", "--platform=node"],
  deno: ["deno", "bundle", "--quiet"],
};

export type Bundler = keyof typeof BUNDLERS;

/** What a bundler calls it to make several files. */
const SPLITTING: Record<Bundler, string> = { bun: "--splitting", esbuild: "--splitting", deno: "--code-splitting" };

/** Runs a tool as one does who has it installed. */
export async function tool([name, ...args]: readonly string[], cwd: string): Promise<void> {
  await promisify(execFile)(`${TOOLS}/${name}`, args, { cwd, env: environment() });
}

/** Runs a line that somebody types who has the tools installed. */
export function shell(line: string, cwd: string): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)("sh", ["-c", line], { cwd, env: environment() });
}

function environment(): Record<string, string | undefined> {
  return { ...process.env, PATH: `${TOOLS}:${process.env.PATH}`, NO_COLOR: "1" };
}

/** How a bundle is made. */
export interface Build {
  by: Bundler;
  /** Several files. */
  splits?: boolean;
  flags?: readonly string[];
  /** Where the bundler runs; the root of the repository unless given. */
  folder?: string;
}

/** Makes a bundle of a program, by its path in the repository or from the root; gives the path of its main file. */
export async function bundle(
  program: string,
  { by, splits = false, flags = [], folder: cwd = ROOT }: Build,
): Promise<string> {
  // Beside the program's own modules, where it finds the same packages.
  const folder = cwd === ROOT ? scratch() : `${cwd}/dist-${by}`;
  const [, stem] = /([^/]+)\.ts$/.exec(program)!;
  const out = splits
    ? [SPLITTING[by], `--outdir=${folder}`]
    : [`--${by === "deno" ? "output" : "outfile"}=${folder}/${stem}.js`];
  await tool([...BUNDLERS[by], ...flags, ...out, program], cwd);
  return `${folder}/${stem}.js`;
}

/** Folder of a project that has the library installed, with these files in it. */
export function project(files: Record<string, string>): string {
  const folder = scratch();
  mkdirSync(`${folder}/node_modules/@brood`, { recursive: true });
  symlinkSync(ROOT, `${folder}/node_modules/@brood/multiprocessing`);
  writeFileSync(
    `${folder}/package.json`,
    JSON.stringify({ type: "module", dependencies: { "@brood/multiprocessing": "*" } }),
  );
  for (const [name, text] of Object.entries(files)) writeFileSync(`${folder}/${name}`, text);
  return folder;
}
