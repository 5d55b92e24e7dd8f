/** Uses its manager again after SIGINT has come to all. */
import process from "node:process";
import { Manager } from "../../../mod.ts";

if (import.meta.main) {
  const manager = new Manager();
  const list = manager.list([1]);
  await list.length();
  const held = setInterval(() => {}, 1_000);
  process.on("SIGINT", async () => {
    console.log("heard", await list.length());
    await manager.shutdown();
    clearInterval(held);
    process.exit(0);
  });
  console.log("ready");
}
