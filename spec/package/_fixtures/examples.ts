/**
 * The examples that users read: those of doc comments and of the pages, with what they say that they print.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";

const ROOT = new URL("../../../", import.meta.url);

/** A program that is shown. */
export interface Example {
  /** File and number in it. */
  name: string;
  code: string;
  /** All that it prints; null where it does not say. */
  prints: string | null;
}

/** Those of the doc comments. */
export function documented(): Example[] {
  const modules = readdirSync(new URL("src", ROOT), { recursive: true }).map((path) => `src/${path}`);
  return ["mod.ts", ...modules.filter((path) => path.endsWith(".ts")).sort()].flatMap((path) =>
    [...read(path).matchAll(/^ *\* ```ts.*\n([^]*?)^ *\* ```$/gm)].map(([, text], at) => {
      const code = text!.replace(/^ *\* ?/gm, "");
      return { name: `${path} ${at + 1}`, code, prints: commented(code) };
    })
  );
}

/** Pages with examples that are programs of their own. */
const PAGES = ["README.md", "docs/fork.md", "docs/faq.md"];

/** Stands above a block that is no program of its own, with the reason. */
const NOT_RUN = /<!-- not run: [^>]+ -->\s*$/;

/** Those of the pages; a text that follows one is all that it prints. */
export function shown(): Example[] {
  return PAGES.flatMap((path) => {
    const blocks = [...read(path).matchAll(/^```(\w+)\n([^]*?)^```$/gm)];
    return blocks.flatMap(({ 1: language, 2: code, index, input }, at) => {
      if (language !== "ts" || NOT_RUN.test(input.slice(0, index))) return [];
      const [, kind, text] = blocks[at + 1] ?? [];
      return [{ name: `${path} ${at + 1}`, code: code!, prints: kind === "text" ? text! : commented(code!) }];
    });
  });
}

/** The permission flags that README.md names. */
export function flagsOfReadme(): string[] {
  return /`deno run (--.*?) main\.ts`/.exec(read("README.md"))![1]!.split(" ");
}

/** What stands behind each call of `console.log`; null when behind one of them there is nothing. */
function commented(code: string): string | null {
  const calls = code.split("\n").filter((line) => line.includes("console.log("));
  const said = calls.map((line) => / \/\/ (.*)$/.exec(line)?.[1]);
  return calls.length === 0 || said.includes(undefined) ? null : said.join("\n");
}

/** The same text however values are laid out. */
export function plain(text: string): string {
  return text.replace(/,(?=\s*[\]}])|\s/g, "");
}

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), "utf8");
}
