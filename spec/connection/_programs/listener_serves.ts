/** Listens, says where, and serves one caller in the way that the argument names. */
import process from "node:process";
import { fork, Listener, wait } from "../../../mod.ts";

const [, , way, ...rest] = process.argv;
const authkey = new TextEncoder().encode("the key");
const listener = way === "at" ? new Listener({ address: rest[0]! }) : new Listener({ authkey });

switch (way) {
  case "echo": {
    console.log(listener.address);
    const connection = await listener.accept();
    for await (const item of connection) await connection.send(item);
    break;
  }
  case "dies": {
    console.log(listener.address);
    const connection = await listener.accept();
    await connection.send("last");
    process.kill(process.pid, "SIGKILL");
    break;
  }
  case "at":
  case "idle":
    console.log("idle");
    break;
  case "accepts":
    console.log(await listener.accept({ timeout: 300 }).catch((error) => error.name));
    break;
  case "fork": {
    const said = fork() === 0 ? await listener.accept().catch((error) => error.name) : "parent";
    console.log(said, typeof listener.address);
    if (said === "parent") await wait();
    listener.close();
    break;
  }
}
