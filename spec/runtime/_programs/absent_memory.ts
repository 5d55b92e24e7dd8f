/** Sends large arrays through a pool and a queue, and says what a worker occupies and how a killed one is spoken of. */
import process from "node:process";
import { Pool, Queue } from "../../../mod.ts";
import { identity } from "../../_support/arithmetic.ts";
import { killSelf } from "../../_support/dying.ts";
import { sleep } from "../../_support/waiting.ts";

if (import.meta.main) {
  await using pool = new Pool(1);
  const large = new Float64Array(1_000_000).fill(0.5);
  const back = await pool.apply(identity<Float64Array>, [large]);
  const queue = new Queue<Float64Array>();
  await queue.put(large);
  for (let n = 0; n < 3; n++) await pool.apply(sleep, [300]); // more than the time between two reports
  const { workers } = pool.stats();
  const lost = await pool.apply(killSelf).catch(({ name, message }) => [name, message.replace(/\d+/, "N")]);
  console.log(
    JSON.stringify([back.length, back[7], (await queue.get()).length, workers.map((one) => one.resident), lost]),
  );
  process.exitCode = 0;
}
