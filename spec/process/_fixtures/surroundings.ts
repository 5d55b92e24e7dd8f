/** Targets that tell what surrounds them, as one line of JSON. */
import { readFileSync } from "node:fs";
import process from "node:process";

export function variables(...names: string[]): void {
  console.log(JSON.stringify(names.map((name) => process.env[name] ?? null)));
}

export function directory(): void {
  console.log(JSON.stringify(process.cwd()));
}

export function preloaded(): void {
  console.log(JSON.stringify((globalThis as { preloaded?: boolean }).preloaded ?? false));
}

/** How many bytes come on standard input, by descriptor and by stream. `padding` makes the arguments large. */
export async function input(padding: string): Promise<void> {
  const descriptor = readFileSync(0).length;
  let stream = 0;
  for await (const chunk of process.stdin) stream += chunk.length;
  console.log(JSON.stringify({ descriptor, stream, padding: padding.length }));
}
