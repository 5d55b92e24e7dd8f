/**
 * A manager's own process: owns objects, says where they are, and ends when it is
 * told to, or with its parent. Mirror of `keeper.ts`.
 *
 * @module
 */
import { complete, here } from "../runtime/adapter.ts";
import type { Boot } from "../process/boot_message.ts";
import type { Channel } from "../transport/channel.ts";
import { door } from "../transport/server.ts";
import { encodeThrown } from "../codec/encode_thrown.ts";
import { find, type Importer } from "../function/resolve.ts";
import { call, type Link } from "../transport/client.ts";
import { learnKinds } from "../child/all_kinds.ts";
import { moveHome } from "../remote/location.ts";
import { payloadOf } from "../child/child_main.ts";
import { Gate } from "./public_listener.ts";
import type { Orders } from "./orders.ts";
import type { Model } from "./auto_state.ts";
import { settleHere } from "./kinds.ts";

/** Serves until it is told to end. */
export async function runManager(boot: Boot, load: Importer): Promise<void> {
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
    channel.post(JSON.stringify(["settled", ...await settled(await payloadOf(boot) as Orders, link, load)]));
  } catch (error) {
    const { text, blocks } = encodeThrown(error);
    channel.post(`["unfit",0,${text}]`, blocks);
    await channel.drained();
    return self.exit(1);
  }
  await new Promise(() => {}); // the connection to the parent keeps it alive
}

/** Opens it for the family and, where that is wanted, for strangers. */
async function settled(
  { id, gate, types }: Orders,
  link: Link,
  load: Importer,
): Promise<[address: string, key: string, gate: string | null]> {
  await complete();
  await learnKinds();
  settleHere(async (name, note, exposed): Promise<Model> => {
    const known = types.find((type) => type.name === name);
    if (known !== undefined) return { target: await find(known.note, load), exposed: known.exposed };
    // What a stranger names is not imported: it could be anything.
    if (note !== null && gate === null) return { target: await find(note, load), exposed };
    throw new RangeError(`Cannot make ${name}: the manager does not know it, register it before the manager starts`);
  });
  const opened = gate === null ? null : new Gate(gate.address, gate.key);
  moveHome(opened === null ? [link.address, link.key, id] : [opened.address, gate!.key]);
  const { address, key } = door(link.address);
  return [address, key, opened?.address ?? null];
}
