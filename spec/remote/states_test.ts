import type { Journal } from "../../src/runtime/capabilities.ts";
import type { ByteStream } from "../../src/runtime/network.ts";
import { encode } from "../../src/codec/codec.ts";
import { EncodedValue } from "../../src/codec/encoded_value.ts";
import { Channel } from "../../src/transport/channel.ts";
import { Queue } from "../../mod.ts";
import { runtime } from "../../src/runtime/installed.ts";
import { server } from "../../src/transport/server.ts";
import { ClientJournal } from "../../src/remote/client_journal.ts";
import { ClientLeases } from "../../src/remote/client_leases.ts";
import { boundCall, CallOutcome, type CallParameters, DEFAULT_PARAMETERS } from "../../src/remote/pending_call.ts";
import { PrefetchReceiver } from "../../src/remote/prefetch_receiver.ts";
import { PrefetchSender } from "../../src/remote/prefetch_sender.ts";
import { PushedCalls } from "../../src/remote/pushed_calls.ts";
import { assertEquals, assertRejects, assertStrictEquals } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** A journal in memory, for both sides. */
class MemoryJournal implements Journal {
  notes: string[] = [];
  count: number | null = 0;
  isFrozen = false;
  revoked = 0;
  hasRoom = true;

  write(note: string): boolean {
    if (this.hasRoom) this.notes.push(note);
    return this.hasRoom;
  }
  clear(): void {
    this.notes = [];
  }
  frozen(): boolean {
    return this.isFrozen;
  }
  thaw(): void {
    this.isFrozen = false;
  }
  tick(by: 1 | -1): void {
    this.count! += by;
  }
  revocations(): number {
    return this.revoked;
  }
  ticks(): number | null {
    return this.count;
  }
  freeze(): boolean {
    return this.isFrozen = true;
  }
}

// --- ClientLeases ---

function clientLeases() {
  const state = { said: [] as unknown[][], pushes: 0, canFreeze: true, over: [] as string[] };
  const leases = new ClientLeases({
    post: (text) => void state.said.push(JSON.parse(text)),
    freeze: () => state.canFreeze,
    readPushes: () => state.pushes,
  });
  return { state, leases, grant: (id: string) => leases.grant(id, "put", () => state.over.push(id)) };
}

test("ClientLeases.grant() lets the client push until it returns the lease, and tells when that is over", () => {
  const { state, leases, grant } = clientLeases();
  const lease = grant("1");
  assertEquals([leases.has("put 1"), leases.has("put 2"), leases.hasEnded("put 1")], [true, false, false]);
  lease.revoke();
  assertEquals([leases.has("put 1"), state.over], [true, []]);
  leases.returned("1", "put");
  leases.returned("1", "put");
  assertEquals([leases.has("put 1"), state.over], [false, ["1"]]);
  assertEquals(state.said, [["lease", "1", "put"], ["revoke", "1", "put"]]);
});

test("ClientLeases: a frozen lease that ends: the client is told the last push that counts, and later ones are ignored until it has returned the lease", () => {
  const { state, leases, grant } = clientLeases();
  const lease = grant("1");
  state.canFreeze = false;
  assertEquals(lease.freeze(), false);
  state.canFreeze = true;
  assertEquals(lease.freeze(), true);
  state.pushes = 7;
  lease.end();
  lease.end();
  assertEquals(state.said.slice(1), [["leaseEnd", "1", "put", 7]]);
  assertEquals([leases.has("put 1"), leases.hasEnded("put 1"), state.over], [false, true, []]);
  leases.returned("1", "put");
  assertEquals([leases.hasEnded("put 1"), state.said.length, state.over], [false, 2, []]);
});

test("ClientLeases: a frozen lease that is returned: the client is told that all of its pushes count", () => {
  const { state, leases, grant } = clientLeases();
  const lease = grant("1");
  lease.freeze();
  state.pushes = 9;
  leases.returned("1", "put");
  lease.end();
  assertEquals(state.said.slice(1), [["leaseEnd", "1", "put", 9]]);
  assertEquals([leases.hasEnded("put 1"), state.over], [false, ["1"]]);
});

test("ClientLeases.clear() ends all leases of a client that is gone, once", () => {
  const { state, leases, grant } = clientLeases();
  const [one] = [grant("1"), grant("2")];
  leases.clear();
  leases.clear();
  one!.end();
  assertEquals([state.over, leases.has("put 1"), leases.hasEnded("put 1")], [["1", "2"], false, false]);
});

// --- ClientJournal ---

/** A journal that was opened on both sides; null where the runtime has none. */
async function openedJournal(): Promise<{ journal: ClientJournal; client: Journal } | null> {
  await new Queue().put("something"); // loads what shared objects need
  const announced: [token: string, format: string][] = [];
  const journal = new ClientJournal((...what) => void announced.push(what));
  const { journals } = runtime().network();
  assertEquals([journal.open(), journal.isOpen, journal.open()], Array(3).fill(journals !== undefined));
  if (journals === undefined) return null;
  assertEquals(announced.map(([, format]) => format), [journals.format]);
  return { journal, client: journals.open(server().address, announced[0]![0])! };
}

test("ClientJournal.open() makes a journal once, where there can be any, which the client opens by what it is told", async () => {
  const opened = await openedJournal();
  assertEquals([opened?.journal.peek() ?? [], opened?.journal.ticks() ?? 0], [[], 0]);
  opened?.journal.close();
});

test("ClientJournal shows what the client notes and counts, and tells it whether it is frozen and how often a lease was", async () => {
  const opened = await openedJournal();
  if (opened === null) return;
  const { journal, client } = opened;
  for (const note of ['["push",1]', "torn ["]) client.write(note);
  for (const by of [1, 1, 1, -1] as const) client.tick(by);
  assertEquals([journal.peek(), journal.ticks()], [[["push", 1], null], 2]);
  assertEquals([client.frozen(), client.revocations()], [false, 0]);
  assertEquals([journal.freeze(), client.frozen(), client.revocations()], [true, true, 0]);
  client.thaw();
  for (const count of [1, 2, 3]) {
    assertEquals([journal.revoke(), client.revocations(), client.frozen(), journal.ticks()], [true, count, false, 2]);
  }
  client.clear();
  client.write('["push",3]');
  assertEquals([journal.peek(), client.revocations()], [[["push", 3]], 3]);
  journal.close();
});

test("ClientJournal.close() gives the last notes, and the journal is gone for both", async () => {
  const opened = await openedJournal();
  if (opened === null) return;
  const { journal, client } = opened;
  client.write('["push",1]');
  assertEquals(journal.close(), [["push", 1]]);
  assertEquals([journal.isOpen, journal.open(), journal.revoke(), journal.peek()], [false, false, false, []]);
});

// --- PushedCalls ---

/** A stream that takes what is sent when it is told to. */
function heldStream(): { stream: ByteStream; take: () => void } {
  let take = () => {};
  return {
    stream: {
      receive() {},
      send: () => new Promise((resolve) => take = resolve),
      close() {},
      ref() {},
      unref() {},
    },
    take: () => take(),
  };
}

function pushedCalls() {
  const requested: string[] = [];
  const calls = new PushedCalls({
    onSettled() {},
    settle: (outcome) => outcome.settle(undefined),
    request: ({ id, value }) => void requested.push(`${id} ${value!.text}`),
  });
  const { stream, take } = heldStream();
  const channel = new Channel(stream, { message() {}, closed() {} });
  const push = (id: string, item: unknown) => {
    const parameters: CallParameters = { ...DEFAULT_PARAMETERS, id, act: "put", value: encode(item, "item") };
    const outcome = new CallOutcome({});
    calls.push(channel, parameters, outcome, false);
    return outcome;
  };
  return { calls, channel, push, take, requested };
}

const asked = (more: Partial<CallParameters> = {}): CallParameters => ({
  ...DEFAULT_PARAMETERS,
  id: "1",
  act: "put",
  ...more,
});

test("PushedCalls.mayPush() allows what is leased, and what is enabled as often as it was enabled, but nothing with bounds", () => {
  const { calls } = pushedCalls();
  assertEquals(calls.mayPush(asked()), false);
  calls.addLease("put", "1");
  assertEquals([calls.mayPush(asked()), calls.mayPush(asked({ id: "2" }))], [true, false]);
  assertEquals(calls.mayPush(asked({ isBounded: true })), false);
  calls.endLease("put", "1");
  assertEquals(calls.mayPush(asked()), false);
  const release = asked({ act: "release", isEnabled: true });
  for (let n = 0; n < 2; n++) calls.enable("release 1");
  assertEquals([1, 2, 3].map(() => calls.mayPush(release)), [true, true, false]);
});

test("PushedCalls.push() settles a call when its frame is in the kernel's hands, or when it is noted behind such a frame", async () => {
  const { calls, push, take } = pushedCalls();
  const journal = new MemoryJournal();
  const sent = push("1", "a");
  await Promise.resolve();
  assertEquals([sent.isSettled, calls.pending, calls.count, calls.isUnread], [false, 1, 1, true]);
  take();
  await sent.promise;
  assertEquals(calls.pending, 0);
  calls.readUpTo(1);
  assertEquals(calls.isUnread, false);
  calls.openJournal(journal);
  const noted = push("1", "b");
  assertEquals(journal.notes.length, 1);
  take();
  await noted.promise;
  assertEquals([journal.notes, calls.pending], [[], 0]); // what is sent need not be noted any more
});

test("PushedCalls: a call that arrives after a lease was frozen waits for the owner's word: what counts settles, the others are requested", async () => {
  const { calls, channel, push, take, requested } = pushedCalls();
  const journal = new MemoryJournal();
  calls.openJournal(journal);
  calls.addLease("put", "1");
  const outcomes = [push("1", "a"), push("1", "b"), push("1", "c")];
  journal.revoked++;
  channel.flush();
  for (let turn = 0; turn < 3; turn++) {
    take();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assertEquals([outcomes.map(({ isSettled }) => isSettled), calls.pending], [[false, false, false], 3]);
  calls.leaseEnded("put", "1", 2);
  assertEquals(outcomes.map(({ isSettled }) => isSettled), [true, true, false]);
  assertEquals([requested, calls.pending, calls.mayPush(asked())], [['1 ["c"]'], 0, false]);
});

test("PushedCalls: a call of another object, which arrives while a lease is frozen, settles when the owner has spoken", async () => {
  const { calls, push, take, requested } = pushedCalls();
  const journal = new MemoryJournal();
  journal.hasRoom = false;
  calls.openJournal(journal);
  calls.addLease("put", "1");
  calls.addLease("put", "2");
  journal.revoked++;
  const other = push("2", "a");
  await Promise.resolve();
  take();
  await until(() => calls.pending === 1 && !other.isSettled, "it has arrived");
  await Promise.resolve();
  calls.leaseEnded("put", "1", 0);
  await other.promise;
  assertEquals([requested, calls.pending, calls.mayPush(asked({ id: "2" }))], [[], 0, true]);
});

test("PushedCalls takes no lease where the owner's journal cannot be used", () => {
  const { calls } = pushedCalls();
  calls.openJournal(null);
  calls.addLease("put", "1");
  assertEquals(calls.mayPush(asked()), false);
});

// --- PrefetchSender and PrefetchReceiver ---

function sender(count = 0) {
  const journal = new MemoryJournal();
  const prefetched = new PrefetchSender(journal);
  const said: string[] = [];
  const give = (object: string, name: string) =>
    prefetched.give(object, {
      begun: () => said.push(`begun ${name}`),
      kept: () => said.push(`kept ${name}`),
      undone: () => said.push(`undone ${name}`),
    });
  for (let n = 1; n <= count; n++) give("1", String(n));
  return { journal, prefetched, said, give };
}

test("PrefetchSender.took() delivers up to a number, and PrefetchSender.give() numbers on", () => {
  const { prefetched, said, give } = sender(3);
  prefetched.took(2);
  prefetched.took(2);
  assertEquals([said, give("1", "4"), give("2", "other")], [["kept 1", "kept 2"], 4, 0]);
  prefetched.took(4);
  assertEquals(give("2", "5"), 5);
});

test("PrefetchSender.reclaim() takes back what is not counted, in the order in which it can be put back, and sends nothing until the client has answered", () => {
  const { journal, prefetched, said, give } = sender(4);
  assertEquals([prefetched.reclaim(), said], [true, ["undone 4", "undone 3", "undone 2", "undone 1"]]);
  assertEquals([journal.isFrozen, prefetched.reclaim(), give("1", "5")], [true, false, 0]);
  prefetched.reclaimed([1, 2, 3, 4]);
  assertEquals(give("1", "again"), 1);
});

test("PrefetchSender.reclaim() leaves open what is counted last, until the client says whether it has used it", () => {
  for (const [unused, last, next] of [[[3], "undone 2", 2], [[], "kept 2", 4]] as const) {
    const { journal, prefetched, said, give } = sender(3);
    journal.count = 2;
    prefetched.reclaim();
    assertEquals(said, ["kept 1", "begun 2", "undone 3"]);
    prefetched.reclaimed(last === "undone 2" ? [2, 3] : [...unused]);
    assertEquals([said.at(-1), give("1", "next")], [last, next]);
  }
});

test("PrefetchSender.decline() takes all back and sends nothing more, whatever the client answers", () => {
  const { prefetched, said, give } = sender(2);
  prefetched.decline();
  assertEquals(said, ["undone 2", "undone 1"]);
  prefetched.reclaimed([]);
  assertEquals([give("1", "3"), prefetched.reclaim()], [0, false]);
});

test("PrefetchSender.end() takes what a dead client has counted for taken, and all when that cannot be known", () => {
  const [known, unknown] = [sender(3), sender(2)];
  known.journal.count = 1;
  unknown.journal.count = null;
  for (const { prefetched } of [known, unknown]) prefetched.end();
  assertEquals(known.said, ["kept 1", "undone 3", "undone 2"]);
  assertEquals(unknown.said, ["kept 1", "kept 2"]);
});

const packed = (value: unknown) => EncodedValue.packed(encode(value, "value"));

test("PrefetchReceiver.take() counts a value before it gives it, and gives none and counts none when it is frozen", () => {
  const journal = new MemoryJournal();
  const receiver = new PrefetchReceiver(journal);
  const value = packed("a");
  receiver.add("1", 1, value);
  receiver.add("1", 2, packed("b"));
  assertEquals([receiver.has("1"), receiver.has("2")], [true, false]);
  assertStrictEquals(receiver.take()!.value, value);
  assertEquals(journal.count, 1);
  journal.freeze();
  assertEquals([receiver.take(), journal.count, receiver.has("1")], [null, 1, true]);
});

test("PrefetchReceiver.clear() gives the numbers of what was not taken, and may be filled again", () => {
  const journal = new MemoryJournal();
  const receiver = new PrefetchReceiver(journal);
  for (const number of [1, 2, 3]) receiver.add("1", number, packed(number));
  receiver.take();
  journal.freeze();
  assertEquals([receiver.clear(), receiver.has("1"), journal.isFrozen], [[2, 3], false, false]);
  receiver.add("2", 2, packed("again"));
  assertEquals(receiver.take()!.number, 2);
});

// --- CallOutcome and boundCall() ---

test("CallOutcome settles once, and calls back whoever asks later at once", async () => {
  const outcome = new CallOutcome({ mapError: (error) => `mapped ${error}` });
  let called = 0;
  outcome.whenSettled(() => called++);
  outcome.settle("first");
  outcome.settle("second");
  outcome.fail("late");
  outcome.lapse();
  outcome.whenSettled(() => called++);
  assertEquals([await outcome.promise, called], ["first", 2]);
  const failed = new CallOutcome({ mapError: (error) => `mapped ${error}` });
  failed.fail("fault");
  assertEquals(await failed.promise.catch((error) => error), "mapped fault");
});

/** A call whose cancelling gives that, and which counts how often it was cancelled. */
function call(isCancelled: boolean) {
  const outcome = new CallOutcome({ onTimeout: () => "late" });
  const given = { outcome, cancelled: 0, cancel: () => (given.cancelled++, isCancelled) };
  return given;
}

test("boundCall() lapses at the timeout when the call could be cancelled, and else waits for its answer", async () => {
  const [free, bound] = [call(true), call(false)];
  for (const each of [free, bound]) boundCall(each, { timeout: 5 });
  assertEquals(await free.outcome.promise, "late");
  await until(() => bound.cancelled === 1, "its timeout is over");
  assertEquals(bound.outcome.isSettled, false);
  bound.outcome.settle("done");
  assertEquals(await bound.outcome.promise, "done");
});

test("boundCall() fails with the reason of the signal, also after the timeout of a call that was not cancelled", async () => {
  const control = new AbortController();
  const [free, bound] = [call(true), call(false)];
  boundCall(free, { signal: control.signal });
  boundCall(bound, { timeout: 5, signal: control.signal });
  await until(() => bound.cancelled === 1, "its timeout is over");
  control.abort(new Error("no more"));
  await assertRejects(() => free.outcome.promise, Error, "no more");
  bound.outcome.lapse(); // the owner says that it was not performed
  await assertRejects(() => bound.outcome.promise, Error, "no more");
});

test("boundCall() does nothing to a call that has settled", () => {
  const control = new AbortController();
  const each = call(true);
  boundCall(each, { timeout: 60_000, signal: control.signal });
  each.outcome.settle("done");
  control.abort();
  boundCall(each, { signal: control.signal });
  assertEquals(each.cancelled, 0);
});

noLeaks();
