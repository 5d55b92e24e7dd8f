import { type Lease, ObjectClient, Operation } from "../../src/remote/operation.ts";
import { PrefetchedItem } from "../../src/queue/prefetched_item.ts";
import { QueueLeases } from "../../src/queue/queue_leases.ts";
import { assertEquals } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** A put that is answered to nobody, and may be given a lease. */
class Put extends Operation {
  readonly #canFreeze: boolean;
  returnLease: () => void = () => {};
  /** What was done with its lease. */
  readonly did: string[] = [];

  constructor(canFreeze: boolean = true) {
    super(new ObjectClient(), "put", [], null, false);
    this.#canFreeze = canFreeze;
  }

  settle(): void {}
  fail(): void {}
  lapse(): void {}

  override lease(over: () => void): Lease {
    this.returnLease = over;
    return {
      revoke: () => void this.did.push("revoke"),
      freeze: () => this.did.push("freeze") > 0 && this.#canFreeze,
      end: () => void this.did.push("end"),
    };
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
  assertEquals(leases.isAwaited, true);
  leases.revokeAll();
  assertEquals(puts.map(({ did }) => did), [["revoke"], ["revoke"]]);
  puts[0]!.returnLease();
  assertEquals([leases.isAwaited, changes], [true, 1]);
  puts[1]!.returnLease();
  assertEquals([leases.isAwaited, changes], [false, 2]);
});

test("QueueLeases.revokeAll() freezes leases that do not come back, and ends them when no item comes any more", async () => {
  let items = 0;
  const coming = setInterval(() => items++, 1);
  const leases = new QueueLeases(() => items, () => {});
  const put = new Put();
  leases.grant(put);
  leases.revokeAll();
  await until(() => put.did.length === 2, "it is frozen");
  const count = items;
  await until(() => items - count > 100, "items come");
  assertEquals([put.did, leases.isAwaited], [["revoke", "freeze"], true]);
  clearInterval(coming);
  await until(() => !leases.isAwaited, "it has ended");
  assertEquals(put.did, ["revoke", "freeze", "end"]);
});

test("QueueLeases.revokeAll() ends no lease that comes back frozen, and waits for one that cannot be frozen", async () => {
  const leases = new QueueLeases(() => 0, () => {});
  const [late, deaf] = [new Put(), new Put(false)];
  for (const put of [late, deaf]) leases.grant(put);
  leases.revokeAll();
  await until(() => late.did.length === 2, "it is frozen");
  late.returnLease();
  const start = performance.now();
  await until(() => performance.now() - start > 150, "it would have ended");
  assertEquals([late.did, deaf.did], [["revoke", "freeze"], ["revoke", "freeze"]]);
  assertEquals(leases.isAwaited, true);
  deaf.returnLease();
  assertEquals(leases.isAwaited, false);
});

noLeaks();
