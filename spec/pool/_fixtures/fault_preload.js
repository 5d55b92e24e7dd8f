/** Preloaded: ends its process, and notes that in the file that the environment names, while that file is there. */
import process from "node:process";
import { appendFileSync, existsSync } from "node:fs";

const path = process.env.FAULT_PRELOAD;
if (path !== undefined && existsSync(path)) {
  appendFileSync(path, `${process.pid}\n`);
  process.exit(1);
}
