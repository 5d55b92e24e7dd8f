/** Targets that tell what they got, on standard output. */
import { nodeProcess } from "./node_process.ts";

/** Writes its arguments as one line of JSON. */
export function say(...args: unknown[]): void {
  console.log(JSON.stringify(args));
}

/** As `say`, on standard error. */
export function complain(...args: unknown[]): void {
  console.error(JSON.stringify(args));
}

/** Writes so many bytes. */
export async function fill(bytes: number): Promise<void> {
  await new Promise<void>((resolve) => nodeProcess().stdout.write("x".repeat(bytes), () => resolve()));
}
