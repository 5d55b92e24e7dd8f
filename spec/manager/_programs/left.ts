/** Has a manager and leaves it to itself; tells its process id. */
import process from "node:process";
import { Manager, processTable } from "../../../mod.ts";

if (import.meta.main) {
  const list = new Manager().list([1]);
  await list.length();
  console.log(processTable()[0]!.pid);
  if (process.argv[2] === "stay") setInterval(() => {}, 1_000);
}
