/**
 * The examples that users read: those of doc comments and of the README, with what
 * they say that they print.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";

const ROOT = new URL("../../", import.meta.url);

/** A program that is shown. */
export interface Example {
  /** File and number in it. */
  name: string;
  code: string;
  /** What it prints: all of it, or some of it in this order. */
  prints: string | string[];
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

/** Those of the README; a text that follows one is all that it prints. */
export function shown(): Example[] {
  const blocks = [...read("README.md").matchAll(/^```(\w+)\n([^]*?)^```$/gm)];
  return blocks.flatMap(([, language, code], at) => {
    if (language !== "ts") return [];
    const [, kind, text] = blocks[at + 1] ?? [];
    return [{ name: `README.md ${at + 1}`, code: code!, prints: kind === "text" ? text! : commented(code!) }];
  });
}

/** What stands behind calls of `console.log`, unless it only describes what comes. */
function commented(code: string): string[] {
  return [...code.matchAll(/console\.log\(.*\); \/\/ (?!the )(.*)$/gm)].map(([, text]) => text!);
}

/** The same text however values are laid out. */
export function plain(text: string): string {
  return text.replace(/,(?=\s*[\]}])|\s/g, "");
}

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), "utf8");
}
