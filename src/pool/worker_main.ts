/**
 * Entry of a pool worker: connects to its pool, runs the initializer, and then the
 * tasks that come. The pool's side is `worker_handle.ts`.
 *
 *     channel ─► WorkerLoop ─► TaskRunner ─► WorkerReports ─► channel
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import type { ChildContext } from "../process/child_context.ts";
import type { Channel } from "../transport/channel.ts";
import { encodeThrown } from "../codec/encode_thrown.ts";
import { resolve } from "../function/resolve.ts";
import { connectTo } from "../transport/client.ts";
import { readyMessage, startFailureMessage, terminationListenerMessage } from "../transport/messages.ts";
import { WorkerLoop } from "./worker_loop.ts";

/** Runs tasks until the pool has no more. */
export async function runWorker(context: ChildContext): Promise<void> {
  const service = context.boot.service!;
  const self = thisProcess();
  self.interrupts?.ignore();
  // A signal to the whole process group is the program's affair: it may want to finish its tasks.
  let hasListener = self.interrupts === undefined;
  let reportListener = () => {};
  self.interrupts?.ignoreTermination(() => {
    hasListener = true;
    reportListener();
  });
  let loop: WorkerLoop;
  let channel: Channel;
  try {
    channel = await connectTo(service, (channel) => loop = new WorkerLoop(context, channel));
  } catch {
    return self.exit(1); // the pool is gone, or has not authenticated itself
  }
  reportListener = () => {
    channel.post(terminationListenerMessage());
    channel.flush();
  };
  if (hasListener) reportListener();
  // A task may end the process: the results before it must not be lost.
  self.atExit(() => channel.flush());
  try {
    await runInitializer(context);
  } catch (error) {
    const failure = encodeThrown(error);
    channel.post(startFailureMessage(channel.base(failure.blocks.length), failure), failure.blocks);
    await channel.drained();
    return self.exit(1);
  }
  const { journals } = await self.network();
  loop!.reports.journal = journals?.open(service.address, service.token) ?? null;
  channel.post(readyMessage());
  channel.flush();
  return await loop!.finished;
}

async function runInitializer({ boot, importModule, decodePayload }: ChildContext): Promise<void> {
  if (boot.functionRef === null) return;
  const initializer = await resolve(boot.functionRef, importModule);
  await initializer(...await decodePayload() as unknown[]);
}
