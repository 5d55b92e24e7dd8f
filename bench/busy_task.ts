/** A task that says that it runs, by a file, and then takes a minute. */
import { writeFileSync } from "node:fs";

export async function busy(path: string): Promise<void> {
  writeFileSync(path, "");
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}
