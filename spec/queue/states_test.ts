import { ObjectClient, Operation } from "../../src/remote/operation.ts";
import { PrefetchedItem } from "../../src/queue/prefetched_item.ts";
import { QueueLeases } from "../../src/queue/queue_leases.ts";
import { assertEquals } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** A put that is answered to nobody, and may be given a lease. */
class Put extends Operation {
  returnLease: () => void = () => {};
  isRevoked = false;

  constructor(client: ObjectClient = new ObjectClient()) {
    super(client, "put", [], null, false);
  }

  settle(): void {}
  fail(): void {}
  lapse(): void {}

  override lease(over: () => void): () => void {
    this.returnLease = over;
    return () => void (this.isRevoked = true);
  }
}

function prefetched(): { item: PrefetchedItem; said: string[] } {
  const said: string[] = [];
  const say = (what: string) => () => void said.push(what);
  const item = new PrefetchedItem({
    leftQueue: say("left"),
    arrived: say("arrived"),
    putBack: say("back"),
    confirmed: say("confirmed"),
  });
  return { item, said };
}

test("PrefetchedItem.kept() of an item that is ahead takes it out of the queue, once", () => {
  const { item, said } = prefetched();
  item.kept();
  assertEquals(said, ["confirmed", "left", "arrived"]);
});

test("PrefetchedItem.undone() puts the item back, whether it was ahead or doubtful", () => {
  const [ahead, doubtful] = [prefetched(), prefetched()];
  ahead.item.undone();
  assertEquals(ahead.said, ["back", "left", "arrived"]);
  doubtful.item.begun();
  doubtful.item.undone();
  assertEquals(doubtful.said, ["left", "back", "arrived"]);
});

test("PrefetchedItem.begun() takes the item out of the queue, and it has arrived when it is kept or some time has passed", async () => {
  const [kept, lasting] = [prefetched(), prefetched()];
  for (const { item, said } of [kept, lasting]) {
    item.begun();
    assertEquals(said, ["left"]);
  }
  kept.item.kept();
  assertEquals(kept.said, ["left", "confirmed", "arrived"]);
  await until(() => lasting.said.length === 2, "some time has passed");
  lasting.item.undone();
  assertEquals(lasting.said, ["left", "arrived", "back"]);
});

test("QueueLeases.isAwaited is true while a lease is out, and false when all have come back", () => {
  let changes = 0;
  const leases = new QueueLeases(() => 0, () => changes++);
  const puts = [new Put(), new Put()];
  for (const put of puts) leases.grant(put);
  assertEquals([leases.isAwaited, leases.has(puts[0]!.client), leases.has(new ObjectClient())], [true, true, false]);
  leases.revokeAll();
  assertEquals(puts.map(({ isRevoked }) => isRevoked), [true, true]);
  puts[0]!.returnLease();
  assertEquals([leases.isAwaited, changes], [true, 1]);
  puts[1]!.returnLease();
  assertEquals([leases.isAwaited, changes], [false, 2]);
});

test("QueueLeases.revokeAll() gives up leases that do not come back, but not while items come", async () => {
  let items = 0;
  const coming = setInterval(() => items++, 1);
  const leases = new QueueLeases(() => items, () => {});
  leases.grant(new Put());
  leases.revokeAll();
  const start = performance.now();
  await until(() => performance.now() - start > 1_300, "it would have been given up");
  assertEquals(leases.isAwaited, true);
  clearInterval(coming);
  await until(() => !leases.isAwaited, "it is given up");
});

noLeaks();
