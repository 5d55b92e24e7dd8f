/** What a child shows of the objects that it is given. */
import { inspect } from "node:util";
import { Process, type Queue } from "../../../mod.ts";

export async function showGiven(queue: Queue<string>, objects: object[]): Promise<void> {
  for (const object of objects) await queue.put(inspect(object, { breakLength: Infinity }));
}

export class Greeter extends Process {
  greeting: string = "hello";

  override run(): void {}
}

export class Counter {
  count = 0;

  increment(): number {
    return ++this.count;
  }
}
