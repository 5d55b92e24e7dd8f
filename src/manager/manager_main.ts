/**
 * A manager's own process: owns objects, says where they are, and ends when it is
 * told to, or with its parent. Mirror of `keeper.ts`.
 *
 * @module
 */
import { complete, here } from "../adapter.ts";
import type { Boot } from "../boot.ts";
import type { Channel } from "../channel.ts";
import { door } from "../door.ts";
import { encodeThrown } from "../encode_thrown.ts";
import type { Importer } from "../find.ts";
import { call } from "../link.ts";
import { learnKinds } from "../shared/kinds.ts";
import { moveHome } from "../shared/where.ts";
import { payloadOf } from "../worker.ts";

/** What a manager is told: the name by which its objects are asked for. */
export type Orders = [name: string];

/** Serves until it is told to end. */
export async function runManager(boot: Boot, _load: Importer): Promise<void> {
  const self = here();
  self.ignoreInterrupt();
  const link = boot.link!;
  let channel: Channel;
  try {
    channel = await call(link, () => ({
      message(message) {
        if (message[0] === "finish") self.exit(0);
      },
      closed: () => self.exit(0), // the parent is gone
    }));
  } catch {
    return self.exit(1);
  }
  try {
    const [name] = await payloadOf(boot) as Orders;
    await complete();
    await Promise.all([learnKinds(), import("./residents.ts")]);
    moveHome([link.address, link.key, name]);
    const { address, key } = door(link.address);
    channel.post(JSON.stringify(["settled", address, key]));
  } catch (error) {
    const { text, blocks } = encodeThrown(error);
    channel.post(`["unfit",0,${text}]`, blocks);
    await channel.drained();
    self.exit(1);
  }
  await new Promise(() => {}); // the connection to the parent keeps it alive
}
