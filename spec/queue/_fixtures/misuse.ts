/** What somebody who knows the key, and not the manners, may ask of a queue. */
import type { Queue } from "../../../mod.ts";
import { connectTo } from "../../../src/transport/client.ts";
import type { Message } from "../../../src/transport/protocol.ts";
import { raw } from "../../_support/raw_message.ts";
import { existingRefOf } from "../../../src/remote/object_registry.ts";

/** Asks for all sorts of things over a connection of its own; gives the names of the errors of those that were refused. */
export async function misuse(queue: Queue<unknown>): Promise<string[]> {
  const [, id, [address, key]] = existingRefOf(queue)!.handle();
  const names: string[] = [];
  const questions = [
    `["request",1,"${id}","fly",0,0,0,null]`,
    `["request",2,"${id}","put",0,0,0,null]`,
    `["request",3,"${id}","put",0,0,0,[null],"soon"]`,
    `["request",4,"nothing","get",0,0,0,null]`,
    `["request",5,"factory","make",0,0,0,null,"Nothing","x"]`,
    `["cancel",17]`,
    `["nack",18]`,
    `["ack",19,20]`,
  ];
  await new Promise<void>((resolve, reject) => {
    connectTo({ address, key, token: "objects" }, (channel) => {
      queueMicrotask(() => {
        for (const question of questions) channel.post(raw(question));
      });
      return {
        message(message: Message) {
          if (message[0] === "done") names[message[1]! - 1] = "done";
          if (message[0] === "refusal") names[message[1] - 1] = "Error";
          if (names.filter(Boolean).length === 5) channel.post(raw(`["sing"]`)); // ends the connection
        },
        closed: () => resolve(),
      };
    }).catch(reject);
  });
  return names;
}
