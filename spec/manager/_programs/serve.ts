/** Is a manager for other programs: in this process, or in one that it starts; tells where. Ends when it is told to. */
import process from "node:process";
import { Counters } from "../_fixtures/types.ts";

if (import.meta.main) {
  const [how, path] = process.argv.slice(2);
  const address = path ?? { hostname: "127.0.0.1", port: 0 };
  const manager = new Counters({ address, authkey: new TextEncoder().encode("a key") });
  const tell = () => console.log(JSON.stringify(manager.address));
  if (how === "serve") {
    const served = manager.serveForever();
    const list = manager.list(["of the server's"]);
    await list.length();
    tell();
    await served;
    console.log(await list.length().catch((error) => error.name));
  } else {
    const list = manager.list(["of the starter's"]);
    await list.length();
    tell();
    await new Promise<void>((resolve) => process.once("SIGINT", resolve));
    await manager.shutdown();
  }
}
