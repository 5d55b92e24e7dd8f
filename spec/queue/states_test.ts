import "../../mod.ts";
import { type Credit, ObjectClient, Operation } from "../../src/remote/operation.ts";
import { PrefetchedItem } from "../../src/queue/prefetched_item.ts";
import { PutCredits } from "../../src/queue/put_credits.ts";
import { assert, assertEquals } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** A put that is answered to nobody. */
class Put extends Operation {
  override readonly isPushed: boolean;
  readonly #producer: TestProducer;

  constructor(producer: TestProducer, clock: number | null, isPushed: boolean) {
    super(producer.client, "put", clock === null ? [] : [clock], null, false);
    this.#producer = producer;
    this.isPushed = isPushed;
  }

  settle(): void {}
  fail(): void {}
  lapse(): void {}

  override credit(over: () => void): Credit {
    return this.#producer.open(over);
  }
}

/** A process that puts, and may be given a credit. */
class TestProducer {
  readonly client = new ObjectClient();
  readonly #canFreeze: boolean;
  /** Returns its credit. */
  over: () => void = () => {};
  /** What was done with its credit. */
  readonly did: unknown[] = [];

  constructor(canFreeze: boolean = true) {
    this.#canFreeze = canFreeze;
  }

  open(over: () => void): Credit {
    this.over = over;
    return {
      grant: (count, end) => void this.did.push([count, end]),
      revoke: () => void this.did.push("revoke"),
      freeze: () => this.did.push("freeze") > 0 && this.#canFreeze,
    };
  }

  /** @param clock null for one that the put does not tell */
  put(clock: number | null = null, isPushed: boolean = clock === null): Put {
    return new Put(this, clock, isPushed);
  }
}

/** A process that has put twice, into a queue of a hundred places. */
function onStreak(): { credits: PutCredits; producer: TestProducer } {
  const [credits, producer] = [creditsOf(100), new TestProducer()];
  credits.grant(producer.put(1_000), 99);
  credits.grant(producer.put(1_001), 98);
  return { credits, producer };
}

function creditsOf(maxsize: number, onChange: () => void = () => {}, countItems: () => number = () => 0): PutCredits {
  return new PutCredits(maxsize, countItems, onChange);
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

test("PutCredits.grant() grants any number without end, once, where there is no bound, and isAwaited() until it is back", () => {
  let changes = 0;
  const credits = creditsOf(Infinity, () => changes++);
  const producers = [new TestProducer(), new TestProducer()] as const;
  for (const producer of [...producers, ...producers]) credits.grant(producer.put(1), Infinity);
  assertEquals([credits.isAwaited(), credits.kept, credits.use(producers[0].client)], [true, 0, false]);
  credits.revokeAll();
  assertEquals(producers.map(({ did }) => did), Array(2).fill([[Infinity, Infinity], "revoke"]));
  producers[0].over();
  assertEquals(producers.map(({ client }) => credits.isAwaited(client)), [false, true]);
  assertEquals([credits.isAwaited(), changes], [true, 1]);
  producers[1].over();
  assertEquals([credits.isAwaited(), changes], [false, 2]);
});

test("PutCredits.grant() grants nothing where the bound is small, and nothing to who has put once or puts seldom", async () => {
  const [small, large] = [creditsOf(15), creditsOf(16)];
  const [often, once, seldom] = [new TestProducer(), new TestProducer(), new TestProducer()];
  for (const clock of [1, 2, 3]) small.grant(often.put(clock), 15);
  large.grant(once.put(1), 16);
  for (const clock of [1, 30]) {
    large.grant(seldom.put(clock), 16);
    await delay(30);
  }
  assertEquals([often.did, once.did, seldom.did, large.isAwaited()], [[], [], [], false]);
});

test("PutCredits.grant() keeps a quarter of the bound for who puts again at once, until a time that it tells by the client's clock", () => {
  const { credits, producer } = onStreak();
  assertEquals([producer.did, credits.kept, credits.isAwaited()], [[[25, 1_021]], 25, true]);
  const [lacking, crowded] = [creditsOf(10_000), creditsOf(100)];
  const [first, second] = [new TestProducer(), new TestProducer()];
  for (const clock of [1, 2]) lacking.grant(first.put(clock), 9_000);
  for (const clock of [1, 2]) crowded.grant(second.put(clock), 24);
  assertEquals([first.did, second.did, lacking.kept, crowded.kept], [[[256, 22]], [], 256, 0]);
});

test("PutCredits.use() uses the room that is kept for the client, and nobody else's", () => {
  const { credits, producer } = onStreak();
  assertEquals([credits.use(new ObjectClient()), credits.kept], [false, 25]);
  for (let n = 24; n >= 0; n--) assertEquals([credits.use(producer.client), credits.kept], [true, n]);
  assertEquals([credits.use(producer.client), credits.kept], [false, 0]);
});

test("PutCredits.grant() keeps as much again when half of it is used up, and grants new time to who asks although it has room", () => {
  const { credits, producer } = onStreak();
  for (let n = 0; n < 13; n++) {
    assertEquals([credits.use(producer.client), producer.did.length], [true, 1]);
    credits.grant(producer.put(), 50);
  }
  assertEquals([producer.did.slice(1), credits.kept], [[[37, 1_021]], 37]);
  credits.use(producer.client);
  credits.grant(producer.put(1_002), 50);
  assertEquals([producer.did.slice(2), credits.kept], [[[36, 1_022]], 36]);
});

test("PutCredits.grantMore() keeps room for who lacked it when there is enough, unless it has stopped meanwhile", async () => {
  const [credits, late] = [creditsOf(100), creditsOf(100)];
  const producers = [1, 2, 3].map(() => new TestProducer());
  for (const clock of [1, 2]) for (const producer of producers) credits.grant(producer.put(clock), 0);
  const stopped = new TestProducer();
  for (const clock of [1, 2]) late.grant(stopped.put(clock), 0);
  assertEquals([0, 24, 25].map((room) => credits.wants(room)), [false, false, true]);
  credits.grantMore(60);
  assertEquals([producers.map(({ did }) => did), credits.kept], [[[[25, 22]], [[25, 22]], []], 50]);
  assertEquals(credits.wants(25), true);
  await delay(30);
  late.grantMore(100);
  assertEquals([stopped.did, late.kept, late.wants(100)], [[], 0, false]);
});

test("PutCredits.expire() frees the room that was kept when its time is over, without a word", async () => {
  let changes = 0;
  const [credits, producer] = [creditsOf(100, () => changes++), new TestProducer()];
  const start = performance.now();
  for (const clock of [1_000, 1_001]) credits.grant(producer.put(clock), 98);
  credits.expireLater();
  credits.expire();
  if (performance.now() - start < 20) assertEquals([credits.kept, changes], [25, 0]);
  await until(() => changes > 0, "its time is over");
  assert(performance.now() - start >= 20);
  assertEquals([credits.kept, producer.did.length, credits.isAwaited()], [0, 1, true]);
});

test("PutCredits frees the room of a client that is gone", () => {
  const { credits, producer } = onStreak();
  producer.over();
  assertEquals([credits.kept, credits.isAwaited(), credits.use(producer.client)], [0, false, false]);
});

test("PutCredits.revokeAll() freezes credits without end that do not come back, and ends them when no item comes any more", async () => {
  let items = 0;
  const coming = setInterval(() => items++, 1);
  const [credits, producer] = [creditsOf(Infinity, () => {}, () => items), new TestProducer()];
  credits.grant(producer.put(1), Infinity);
  credits.revokeAll();
  await until(() => producer.did.length === 3, "it is frozen");
  const count = items;
  await until(() => items - count > 100, "items come");
  assertEquals([producer.did.slice(1), credits.isAwaited()], [["revoke", "freeze"], true]);
  clearInterval(coming);
  await until(() => !credits.isAwaited(), "it has ended");
});

test("PutCredits.revokeAll() ends no credit that comes back frozen, and waits for one that cannot be frozen", async () => {
  const [credits, late, deaf] = [creditsOf(Infinity), new TestProducer(), new TestProducer(false)];
  for (const producer of [late, deaf]) credits.grant(producer.put(1), Infinity);
  credits.revokeAll();
  await until(() => late.did.length === 3, "it is frozen");
  late.over();
  const start = performance.now();
  await until(() => performance.now() - start > 150, "it would have ended");
  assertEquals([late.did, deaf.did].map((did) => did.slice(1)), Array(2).fill(["revoke", "freeze"]));
  assertEquals(credits.isAwaited(), true);
  deaf.over();
  assertEquals(credits.isAwaited(), false);
});

test("PutCredits.revokeAll() freezes no credit that has an end, and ends it when its time is over and no item comes any more", async () => {
  let items = 0;
  const coming = setInterval(() => items++, 1);
  const [credits, producer] = [creditsOf(100, () => {}, () => items), new TestProducer()];
  for (const clock of [1, 2]) credits.grant(producer.put(clock), 98);
  credits.revokeAll();
  await until(() => items > 200, "its time is over, and items come");
  assertEquals([producer.did.slice(1), credits.isAwaited()], [["revoke"], true]);
  clearInterval(coming);
  await until(() => !credits.isAwaited(), "it has ended");
  assertEquals(producer.did.slice(1), ["revoke"]);
});

noLeaks();
