/** Tells whether this process and a worker may read a file. */
import { readFileSync } from "node:fs";
import { Pool } from "../../../mod.ts";

export function read(path: string): string {
  try {
    readFileSync(path);
    return "read";
  } catch (error) {
    return (error as Error).name;
  }
}

if (import.meta.main) {
  await using pool = new Pool(1);
  console.log(read("/etc/hostname"), await pool.apply(read, ["/etc/hostname"]));
}
