/** What stands in `docs/deploy.md`, to be run as it stands. */
import { readFileSync, rmSync } from "node:fs";
import { assert, assertEquals } from "../../_support/assert.ts";
import { shell } from "./bundles.ts";

/** What begins a command that makes something; the others run that. */
const BUNDLES = /^(bun build|deno bundle|esbuild) /;

/** A block of code, and whether a comment above it says that it is not run. */
interface Block {
  language: string;
  text: string;
  isRun: boolean;
}

const page = readFileSync(new URL("../../../docs/deploy.md", import.meta.url), "utf8");
const blocks: Block[] = Array.from(
  page.matchAll(/(<!-- not run: [^>]*-->\n\n)?```(\w+)\n([^]*?)```\n/g),
  ([, note, language, text]) => ({ language: language!, text: text!, isRun: note === undefined }),
);

function textsOf(language: string): string[] {
  const texts = blocks.filter((block) => block.language === language && block.isRun).map(({ text }) => text);
  assert(texts.length > 0, `docs/deploy.md has ${language}`);
  return texts;
}

/** The program of the bundles and binaries, the service of the containers, and what the program prints. */
export const [program, service] = textsOf("ts") as [string, string];
export const [printed] = textsOf("text") as [string];
/** Commands that belong together, line by line. */
export const recipes: string[][] = textsOf("sh").map((text) => text.trim().split("\n"));

/** The words that start the service in the image for a runtime. */
export function entrypointFor(runtime: string): string[] {
  const all = textsOf("dockerfile").map((text) => JSON.parse(/^ENTRYPOINT (.*)$/m.exec(text)![1]!) as string[]);
  return all.find(([name]) => name === runtime)!;
}

/** Types a recipe in a project that has the program as `main.ts`: what is made prints what the page says. */
export async function assertRecipe(recipe: readonly string[], folder: string): Promise<void> {
  assert(BUNDLES.test(recipe[0]!), recipe[0]);
  for (const line of recipe) {
    const { stdout, stderr } = await shell(line, folder);
    if (!BUNDLES.test(line)) assertEquals([line, stdout, stderr], [line, printed, ""]);
  }
  rmSync(`${folder}/dist`, { recursive: true });
}
