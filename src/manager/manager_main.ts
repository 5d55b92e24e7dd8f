/**
 * A manager's own process: owns objects, says where they are, and ends when it is
 * told to, or with its parent. Mirror of `keeper.ts`.
 *
 * @module
 */
import { loadAdapter, thisProcess } from "../runtime/installed.ts";
import type { ChildContext } from "../process/child_context.ts";
import type { Channel } from "../transport/channel.ts";
import { checkToManager } from "../transport/check_message.ts";
import { servingMessage, startFailureMessage } from "../transport/messages.ts";
import { server } from "../transport/server.ts";
import { encodeThrown } from "../codec/encode_thrown.ts";
import { resolve } from "../function/resolve.ts";
import { connectTo, type ServiceAddress } from "../transport/client.ts";
import { setOwnLocation } from "../remote/location.ts";
import { PublicListener } from "./public_listener.ts";
import type { ManagerParameters } from "./orders.ts";
import type { RegisteredModel } from "./auto_state.ts";
import { registerManagerKinds } from "./kinds.ts";

/** Serves until it is told to end. */
export async function runManager(context: ChildContext): Promise<void> {
  const self = thisProcess();
  self.ignoreInterrupt();
  const link = context.boot.service!;
  let channel: Channel;
  try {
    channel = await connectTo(link, () => ({
      message(message, blocks) {
        checkToManager(message, blocks.length);
        self.exit(0); // it can only be told to finish
      },
      closed: () => self.exit(0), // the parent is gone
    }));
  } catch {
    return self.exit(1);
  }
  try {
    const parameters = await context.decodePayload() as ManagerParameters;
    channel.post(servingMessage(...await settled(context, parameters, link)));
  } catch (error) {
    const failure = encodeThrown(error);
    channel.post(startFailureMessage(channel.base(failure.blocks.length), failure), failure.blocks);
    await channel.drained();
    return self.exit(1);
  }
  await new Promise(() => {}); // the connection to the parent keeps it alive
}

/** Opens it for the family and, where that is wanted, for strangers. */
async function settled(
  { importModule, loadSharedClasses }: ChildContext,
  { id, gate, types }: ManagerParameters,
  link: ServiceAddress,
): Promise<[address: string, key: string, gate: string | null]> {
  await loadAdapter();
  await loadSharedClasses();
  registerManagerKinds(async (name, note, exposed): Promise<RegisteredModel> => {
    const known = types.find((type) => type.name === name);
    if (known !== undefined) return { target: await resolve(known.note, importModule), exposed: known.exposed };
    // What a stranger names is not imported: it could be anything.
    if (note !== null && gate === null) return { target: await resolve(note, importModule), exposed };
    throw new RangeError(`Cannot make ${name}: the manager does not know it, register it before the manager starts`);
  });
  const opened = gate === null ? null : new PublicListener(gate.address, gate.key);
  setOwnLocation(opened === null ? [link.address, link.key, id] : [opened.address, gate!.key]);
  const { address, key } = server(link.address);
  return [address, key, opened?.address ?? null];
}
