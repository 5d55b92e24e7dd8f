/** Functions of a module that knows nothing of the library. */

interface Sends {
  send(item: unknown): Promise<void>;
}

export async function sendPlainly(connection: Sends): Promise<void> {
  await connection.send("plain");
}
