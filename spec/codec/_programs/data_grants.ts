/** Gives data that looks like handles to children that may do nothing, on every way there is: `file`, which exists. */
import process from "node:process";
import { Pool, Process, Queue } from "../../../mod.ts";
import { ignore, intrude, looksLikeHandles, same, tell, Teller } from "../_fixtures/intrusion.ts";

const [file] = process.argv.slice(2) as [string];

async function start(child: Process): Promise<void> {
  await child.start().join();
}

if (import.meta.main) {
  const data = looksLikeHandles(file);
  const permissions = "none";
  await start(new Process({ target: tell, args: [file, ...data], permissions }));
  await start(new Process({ target: tell, args: [file], kwargs: { data }, permissions }));
  const teller = new Teller({ permissions });
  [teller.file, teller.data] = [file, data];
  await start(teller);
  await using initialized = new Pool(1, { initializer: ignore, initargs: [data], permissions });
  console.log(JSON.stringify(await initialized.apply(intrude, [file])));
  await using pool = new Pool(1, { permissions });
  await start(new Process({ target: tell, args: [file, await pool.apply(same, [data])], permissions }));
  console.log(JSON.stringify(await pool.apply(intrude, [file])));
  const queue = new Queue<unknown>();
  await queue.put(data);
  await start(new Process({ target: tell, args: [file, await queue.get()], permissions }));
}
