/**
 * The process of a manager: owns objects, tells its starter where it serves, and
 * ends when it is told to, or with its starter. The other side is
 * `manager_process.ts`.
 *
 * @module
 */
import { rangeError } from "../error_stack.ts";
import { encodeThrown } from "../codec/encode_thrown.ts";
import { resolve } from "../function/resolve.ts";
import type { ChildContext } from "../process/child_context.ts";
import { setOwnLocation } from "../remote/location.ts";
import { loadAllStates } from "../remote/object_host.ts";
import { loadAdapter, thisProcess } from "../runtime/installed.ts";
import type { Channel } from "../transport/channel.ts";
import { checkToManager } from "../transport/check_message.ts";
import { connectTo } from "../transport/client.ts";
import { servingMessage, startFailureMessage } from "../transport/messages.ts";
import { server } from "../transport/server.ts";
import { type ModelFinder, provideModels, type RegisteredModel } from "./auto_state.ts";
import { PublicListener } from "./public_listener.ts";
import type { ManagerParameters } from "./spawn_manager.ts";

/** Serves until it is told to end. */
export async function runManager(context: ChildContext): Promise<void> {
  const self = thisProcess();
  self.interrupts?.ignore();
  self.interrupts?.ignoreTermination(() => {}); // a program that finishes its work at SIGTERM needs its objects
  let channel: Channel;
  try {
    channel = await connectTo(context.boot.service!, () => ({
      message(message, blocks) {
        checkToManager(message, blocks.length);
        self.exit(0); // it can only be told to finish
      },
      closed: () => self.exit(0), // its starter is gone
    }));
  } catch {
    return self.exit(1); // its starter is gone, and nobody is left to be told
  }
  try {
    channel.post(servingMessage(...await beginToServe(context)));
  } catch (error) {
    const failure = encodeThrown(error);
    channel.post(startFailureMessage(channel.base(failure.blocks.length), failure), failure.blocks);
    await channel.drained();
    return self.exit(1);
  }
  await new Promise(() => {}); // until it exits: the connection to its starter keeps the event loop running
}

/** Makes its objects reachable for the program of its starter and, where that is wanted, for others. */
async function beginToServe(
  context: ChildContext,
): Promise<[address: string, key: string, publicAddress: string | null]> {
  const parameters = await context.decodePayload() as ManagerParameters;
  await loadAdapter();
  await context.loadSharedClasses();
  await loadAllStates();
  provideModels(modelsOf(parameters, context));
  const { id, endpoint } = parameters;
  const service = context.boot.service!;
  const listener = endpoint === null ? null : new PublicListener(endpoint.address, endpoint.key);
  setOwnLocation(listener === null ? [service.address, service.key, id] : [listener.address, endpoint!.key]);
  const { address, key } = server(service.address);
  return [address, key, listener?.address ?? null];
}

/** Resolves what was registered under a name. */
function modelsOf(
  { types, endpoint }: ManagerParameters,
  { importModule }: ChildContext,
): ModelFinder {
  return async (name, functionRef, exposed): Promise<RegisteredModel> => {
    const known = types.find((type) => type.name === name);
    if (known !== undefined) return { target: await resolve(known.functionRef, importModule), exposed: known.exposed };
    // What a process of another program names is not imported: it could be any module.
    if (functionRef !== null && endpoint === null) return { target: await resolve(functionRef, importModule), exposed };
    throw rangeError(`Cannot make ${name}: the manager does not know it, register it before the manager starts`);
  };
}
