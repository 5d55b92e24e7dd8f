/** Is reached in a folder, says in which, and is reached again when the file that it is given is there. */
import { existsSync } from "node:fs";
import process from "node:process";
import { Process, Queue } from "../../../mod.ts";
import { server } from "../../../src/transport/server.ts";
import { put } from "../_fixtures/meeting_targets.ts";

if (import.meta.main) {
  const queue = new Queue<unknown>();
  const codes: (number | null)[] = [];
  for (const round of [1, 2]) {
    if (round === 2) {
      console.log(server().address);
      while (!existsSync(process.argv[2]!)) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const child = new Process({ target: put, args: [queue, round] }).start();
    await queue.get({ timeout: 15_000 });
    codes.push(await child.join());
  }
  console.log(codes.join());
}
