/**
 * The examples that people copy: those of the doc comments of what is published, and those of the README.
 *
 * @module
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Ended, run } from "../port/system.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** So many run at a time: most of them wait for processes. */
const LANES = 4;
/** What the README asks for. */
const FLAGS = ["--allow-run", "--allow-net=127.0.0.1"];

/** An example, whose text is a whole program. */
export interface Example {
  /** Its file and its title. */
  title: string;
  text: string;
  /** Lines that print something, each with what it prints. */
  printing: { line: string; what: string | null }[];
}

/** Those of the doc comments of `mod.ts` and `src/`. */
export function documented(): Example[] {
  const files = readdirSync(`${ROOT}src`, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  return ["mod.ts", ...files.sort().map((name) => `src/${name}`)].flatMap((path) => {
    const comments = readFileSync(ROOT + path, "utf8").matchAll(/^ *\/\*\*\n([^]*?)\*\/$/gm);
    return [...comments].flatMap(([, comment]) => {
      const plain = comment!.replace(/^ *\* ?/gm, "");
      return [...plain.matchAll(/^@example (.*)\n+```ts.*\n([^]*?)^```/gm)].map(([, title, text]) =>
        example(`${path}: ${title}`, text!)
      );
    });
  });
}

/** Those of the README, each with what is shown below it as its output, if anything is. */
export function shown(): { example: Example; output: string | null }[] {
  const page = readFileSync(`${ROOT}README.md`, "utf8");
  const blocks = [...page.matchAll(/^```(\w+)\n([^]*?)^```/gm)].map(([, language, text]) => ({
    language,
    text: text!,
  }));
  return blocks.flatMap(({ language, text }, at) => {
    if (language !== "ts") return [];
    const next = blocks[at + 1];
    return [{
      example: example(`README.md: block ${at + 1}`, text),
      output: next?.language === "text" ? next.text : null,
    }];
  });
}

function example(title: string, text: string): Example {
  const printing = text.split("\n").filter((line) => line.includes("console.log(")).map((line) => ({
    line,
    what: / \/\/ (.*)$/.exec(line)?.[1] ?? null,
  }));
  return { title, text, printing };
}

/** Runs them all in a new folder, each as the main module of a program of its own. */
export async function runAll(examples: readonly Example[], folder: string): Promise<Ended[]> {
  // What the library itself imports is found from there.
  for (const name of ["deno.json", "package.json"]) copyFileSync(ROOT + name, `${folder}/${name}`);
  symlinkSync(`${ROOT}node_modules`, `${folder}/node_modules`);
  const results: Ended[] = [];
  const waiting = examples.map((example, at) => ({ example, at }));
  await Promise.all(Array.from({ length: LANES }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results[next.at] = await runOne(next.example.text, `${folder}/${next.at}`);
    }
  }));
  return results;
}

function runOne(text: string, folder: string): Promise<Ended> {
  mkdirSync(folder);
  writeFileSync(`${folder}/main.ts`, text.replaceAll('"@brood/multiprocessing"', JSON.stringify(`${ROOT}mod.ts`)));
  const flags = text.includes("SharedMemory") ? [...FLAGS, "--allow-ffi"] : FLAGS;
  return run(`${folder}/main.ts`, { flags, cwd: folder, limit: 60_000 });
}

/** Without what the runtimes' ways to show a value differ in: quotes, white space, a last comma, how many there are. */
export function bare(output: string): string {
  return output.replace(/,(?=\s*[\]}])|\(\d+\)|["\s]/g, "");
}
