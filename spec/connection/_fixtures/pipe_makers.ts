/** Functions that children run: they make pipes and children themselves. */
import { type Connection, Pipe, Process } from "../../../mod.ts";
import { sendAll } from "./pipe_ways.ts";

/** Gives its end to a child of its own, and closes its copy. */
export async function handDown(connection: Connection): Promise<void> {
  const child = new Process({ target: sendAll, args: [connection, ["from below"]] }).start();
  connection.close();
  await child.join();
}

/** Sends the far end of a pipe of its own, and what comes in there back. */
export async function giveOwn(connection: Connection): Promise<void> {
  const [mine, theirs] = Pipe();
  await connection.send(theirs);
  await connection.send(await mine.recv());
}
