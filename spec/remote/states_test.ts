import type { Journal } from "../../src/runtime/capabilities.ts";
import type { ByteStream } from "../../src/runtime/network.ts";
import { encode } from "../../src/codec/codec.ts";
import { EncodedValue } from "../../src/codec/encoded_value.ts";
import { Channel } from "../../src/transport/channel.ts";
import { Queue } from "../../mod.ts";
import { runtime } from "../../src/runtime/installed.ts";
import { server } from "../../src/transport/server.ts";
import { ClientJournal } from "../../src/remote/client_journal.ts";
import { ClientCredits } from "../../src/remote/client_credits.ts";
import { HeldCredits } from "../../src/remote/held_credits.ts";
import { boundCall, CallOutcome, type CallParameters, DEFAULT_PARAMETERS } from "../../src/remote/pending_call.ts";
import { PrefetchReceiver } from "../../src/remote/prefetch_receiver.ts";
import { PrefetchSender } from "../../src/remote/prefetch_sender.ts";
import { PushedCalls } from "../../src/remote/pushed_calls.ts";
import { assertEquals, assertRejects, assertStrictEquals } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { blockFor } from "../_support/blocking.ts";
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

// --- ClientCredits ---

function clientCredits() {
  const state = { said: [] as unknown[][], journals: 0, canFreeze: true, over: [] as string[] };
  const credits = new ClientCredits({
    post: (text) => void state.said.push(JSON.parse(text)),
    openJournal: () => void state.journals++,
    freeze: () => state.canFreeze,
  });
  return { state, credits, open: (id: string) => credits.open(id, "put", () => state.over.push(id)) };
}

test("ClientCredits.use() lets the client push as often as it was granted, counted with what was under way then, and no more", () => {
  const { state, credits, open } = clientCredits();
  const credit = open("1")!;
  credit.grant(3, 70);
  const use = (count: number) => Array.from({ length: count }, () => credits.use("put 1"));
  assertEquals([use(2), credits.use("put 2")], [[true, true], false]);
  credit.grant(1, 80);
  assertEquals(use(2), [true, false]);
  credit.grant(5, 90);
  credit.grant(2, 100); // of the five some may be on their way
  assertEquals(use(6), [true, true, true, true, true, false]);
  credit.grant(Infinity, Infinity);
  assertEquals(use(1), [true]);
  const grants = [[3, 70], [3, 80], [8, 90], [5, 100], [null, null]].map((grant) => ["grant", "1", "put", ...grant]);
  assertEquals([state.said, state.journals], [grants, 1]);
});

test("ClientCredits: an open credit grants nothing, and a returned one is over once", () => {
  const { state, credits, open } = clientCredits();
  const credit = open("1")!;
  assertEquals([credits.use("put 1"), state.said, state.journals], [false, [], 0]);
  credit.grant(1, 5);
  credit.revoke();
  assertEquals([state.said[1], state.over], [["revoke", "1", "put"], []]);
  credits.returned("1", "put");
  credits.returned("1", "put");
  assertEquals([credits.use("put 1"), state.over, state.said.length], [false, ["1"], 2]);
});

test("ClientCredits: a frozen credit that is returned: the client is told once", () => {
  const { state, credits, open } = clientCredits();
  const credit = open("1")!;
  credit.grant(Infinity, Infinity);
  state.canFreeze = false;
  assertEquals(credit.freeze(), false);
  state.canFreeze = true;
  assertEquals([credit.freeze(), credit.freeze(), credits.use("put 1")], [true, true, true]);
  for (let n = 0; n < 2; n++) credits.returned("1", "put");
  assertEquals([state.said.slice(1), state.over], [[["revoked"]], ["1"]]);
});

test("ClientCredits.decline() ends all credits of a client that takes none, and opens no more", () => {
  const { state, credits, open } = clientCredits();
  for (const id of ["1", "2"]) open(id);
  credits.decline();
  assertEquals([state.over, open("3")], [["1", "2"], null]);
});

test("ClientCredits.clear() ends all credits of a client that is gone, once", () => {
  const { state, credits, open } = clientCredits();
  for (const id of ["1", "2"]) open(id)!.grant(5, 5);
  credits.clear();
  credits.clear();
  assertEquals([state.over, credits.use("put 1")], [["1", "2"], false]);
});

// --- HeldCredits ---

test("HeldCredits.use() gives a credit as often as it was granted, with all pushes before, and nothing once it is dropped", () => {
  const credits = new HeldCredits();
  const use = (count: number) => Array.from({ length: count }, () => credits.use("put 1") !== null);
  credits.grant("put 1", 2, Infinity);
  assertEquals([use(3), credits.use("put 2")], [[true, true, false], null]);
  credits.grant("put 1", 3, Infinity);
  assertEquals(use(2), [true, false]);
  credits.grant("put 1", Infinity, Infinity);
  assertEquals([use(1), credits.use("put 1")!.end], [[true], Infinity]);
  credits.drop("put 1");
  assertEquals(use(1), [false]);
});

test("HeldCredits.use() gives nothing when the credit's end is reached, and again when it is granted anew", async () => {
  const credits = new HeldCredits();
  credits.grant("put 1", 9, 0);
  assertEquals(credits.use("put 1"), null);
  const end = performance.now() + 60_000;
  credits.grant("put 1", 9, end);
  assertEquals(credits.use("put 1")!.end, end);
  credits.grant("put 1", 9, performance.now() + 5);
  await until(() => credits.use("put 1") === null, "the end is reached");
});

test("HeldCredits.use() has the clock told with the first push, and then once each millisecond, unless there is no end", async () => {
  const credits = new HeldCredits();
  credits.grant("put 1", Infinity, performance.now() + 60_000);
  const told: number[] = [];
  await until(() => {
    const { clock } = credits.use("put 1")!;
    if (clock > 0) told.push(clock);
    return told.length > 3;
  }, "the clock is told");
  assertEquals(told.every((clock, at) => Number.isInteger(clock) && clock > (told[at - 1] ?? 0)), true);
  assertEquals(told[0]! <= performance.now(), true);
  credits.grant("put 2", Infinity, Infinity);
  assertEquals(credits.use("put 2")!.clock, 0);
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

test("ClientJournal shows what the client notes and counts, and tells it whether it is frozen and how often a credit was", async () => {
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
  /** What waits for the owner to have read everything. */
  const unread: (() => void)[] = [];
  const calls = new PushedCalls({
    onSettled() {},
    settle: (outcome) => outcome.settle(undefined),
    request: ({ id, value }) => void requested.push(`${id} ${value!.text}`),
    confirm: (read) => void unread.push(read),
  });
  const { stream, take } = heldStream();
  const channel = new Channel(stream, { message() {}, closed() {} });
  /** The outcome of a call that is pushed; null when it is not. */
  const tryPush = (parameters: CallParameters) => {
    const outcome = new CallOutcome({});
    return calls.push(channel, parameters, outcome, false) ? outcome : null;
  };
  const push = (id: string, item: unknown) => tryPush(asked({ id, value: encode(item, "item") }))!;
  return { calls, channel, tryPush, push, take, requested, unread };
}

const asked = (more: Partial<CallParameters> = {}): CallParameters => ({
  ...DEFAULT_PARAMETERS,
  id: "1",
  act: "put",
  ...more,
});

/** Waits until all of the calls have arrived, whose frames are taken one after the other. */
async function arrive(take: () => void): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    take();
    await delay(0);
  }
}

test("PushedCalls.push() takes what is granted, and what is enabled as often as it was enabled, but nothing with bounds", () => {
  const { calls, tryPush } = pushedCalls();
  const isPushed = (more: Partial<CallParameters> = {}) => tryPush(asked(more)) !== null;
  assertEquals(isPushed(), false);
  calls.grant("put", "1", 2, Infinity);
  assertEquals([isPushed({ isBounded: true }), isPushed(), isPushed({ id: "2" }), isPushed(), isPushed()], [
    ...[false, true, false, true, false],
  ]);
  calls.grant("put", "1", 9, Infinity);
  calls.drop("put", "1");
  assertEquals(isPushed(), false);
  for (let n = 0; n < 2; n++) calls.enable("release 1");
  assertEquals([1, 2, 3].map(() => isPushed({ act: "release", isEnabled: true })), [true, true, false]);
  assertEquals(calls.push(null, asked(), new CallOutcome({}), false), false);
});

test("PushedCalls.push() settles a call when its frame is in the kernel's hands, or when it is noted behind such a frame", async () => {
  const { calls, push, take } = pushedCalls();
  const journal = new MemoryJournal();
  calls.grant("put", "1", Infinity, Infinity);
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

test("PushedCalls: a call that arrives after the end of its credit settles when the owner has read it, and is requested when the owner has refused it", async () => {
  const { calls, push, take, requested, unread } = pushedCalls();
  const start = performance.now();
  calls.grant("put", "1", 9, start + 60_000);
  const early = push("1", "early");
  calls.grant("put", "1", 9, start + 1_000);
  const late = ["a", "b", "c"].map((item) => push("1", item));
  blockFor(start + 1_100 - performance.now());
  calls.refuse(3); // the owner may have read it before this process knows that it is in the kernel's hands
  await arrive(take);
  assertEquals([early.isSettled, late.map(({ isSettled }) => isSettled), calls.pending], [
    true,
    Array(3).fill(false),
    3,
  ]);
  calls.refuse(4);
  assertEquals(unread.length, 1);
  unread[0]!();
  assertEquals(late.map(({ isSettled }) => isSettled), [true, false, false]);
  assertEquals([requested, calls.pending], [['1 ["b"]', '1 ["c"]'], 0]);
});

test("PushedCalls: a call that arrives while a credit without end is frozen settles when the owner has read it, and so for other objects, until the revocation is over", async () => {
  const { calls, push, take, requested, unread } = pushedCalls();
  const journal = new MemoryJournal();
  journal.hasRoom = false;
  calls.openJournal(journal);
  for (const id of ["1", "2"]) calls.grant("put", id, Infinity, Infinity);
  const outcomes = [push("1", "a"), push("1", "b"), push("2", "c")];
  journal.revoked++;
  await arrive(take);
  assertEquals([outcomes.map(({ isSettled }) => isSettled), calls.pending], [[false, false, false], 3]);
  calls.refuse(2);
  const later = push("2", "d");
  await arrive(take);
  unread[0]!();
  assertEquals([outcomes.map(({ isSettled }) => isSettled), later.isSettled], [[true, false, true], false]);
  assertEquals([requested, unread.length], [['1 ["b"]'], 2]);
  unread[1]!();
  assertEquals([later.isSettled, calls.pending], [true, 0]);
  calls.revoked();
  const usual = push("2", "e");
  await arrive(take);
  assertEquals([usual.isSettled, unread.length], [true, 2]);
});

test("PushedCalls takes no credit without end where the owner's journal cannot be used", () => {
  const { calls, tryPush } = pushedCalls();
  calls.openJournal(null);
  calls.grant("put", "1", Infinity, Infinity);
  assertEquals(tryPush(asked()), null);
  calls.grant("put", "1", 5, performance.now() + 60_000);
  assertEquals(tryPush(asked()) === null, false);
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
