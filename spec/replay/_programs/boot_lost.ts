/** Forks where nobody comes to read what the child is told, several megabytes; tells what stays of it in its folder. */
import { existsSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { fork, snapshot, wait } from "../../../mod.ts";
import { tell } from "../_fixtures/telling.ts";

const [how, replacement] = process.argv.slice(2);
snapshot(() => "x".repeat(3_000_000));
if (how === "killed") {
  const pid = fork();
  if (pid === 0) await setTimeout(60_000); // it was quicker, which is rare: it goes no further
  process.kill(pid, "SIGKILL");
  if (replacement === "file") {
    rmSync(process.env.TMPDIR!, { recursive: true });
    writeFileSync(process.env.TMPDIR!, "");
  }
  tell((await wait())[1]);
} else {
  rmdirSync(process.cwd());
  try {
    fork();
  } catch (error) {
    tell(String(error));
  }
}
await setTimeout(0); // what follows from the end comes with it
tell(replacement === "file" ? existsSync(process.env.TMPDIR!) : readdirSync(process.env.TMPDIR!));
