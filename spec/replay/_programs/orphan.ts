/** A parent that ends in the given way after the fork, and a child that lives on until it finds the file. */
import process from "node:process";
import { fork, getpid, getppid, parentProcess } from "../../../mod.ts";
import { leave, meet, tell } from "../_fixtures/telling.ts";

const [folder, end] = process.argv.slice(2) as [string, string];
const pid = fork();
if (pid !== 0) {
  if (end === "exit") process.exit(3);
  await meet(`${folder}/began`);
  tell({ child: pid });
  if (end === "throw") throw new Error("the parent breaks");
  if (end === "reject") Promise.reject(new Error("the parent breaks"));
  if (end === "wait") setTimeout(() => {}, 60_000);
} else {
  const parent = parentProcess()!;
  leave(`${folder}/began`);
  await meet(`${folder}/go`);
  await parent.join();
  tell({ pid: getpid(), isOrphan: getppid() !== parent.pid, parentIsAlive: parent.isAlive() });
}
