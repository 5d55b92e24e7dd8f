import { AuthenticationError, ConnectError } from "../../mod.ts";
import type { ByteStream } from "../../src/runtime/network.ts";
import { HandshakeBuffer, respond } from "../../src/transport/handshake.ts";
import type { Channel } from "../../src/transport/channel.ts";
import { connectTo } from "../../src/transport/client.ts";
import { closeService, openService, type ServiceAddress } from "../../src/transport/server.ts";
import { adapter, frame, Inbox, joined } from "../_support/sockets.ts";
import { raw } from "../_support/raw_message.ts";
import { assert, assertEquals, assertRejects } from "../_support/assert.ts";
import { deadline, delay, until } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** A peer has five seconds to prove itself; a bit more for a machine under load. */
const PATIENCE = 8_000;
const HELLO = 48;

/** A service that answers every message with `["echo"]`, and what it got. */
async function service() {
  const got: unknown[][] = [];
  let welcomed = 0;
  const link = await openService((channel) => {
    welcomed++;
    return {
      message(message) {
        got.push(message as unknown[]);
        channel.post(raw('["echo"]'));
      },
      closed() {},
    };
  });
  return { link, got, welcomed: () => welcomed };
}

/** Calls a service and waits for its answer. */
async function talk(link: ServiceAddress): Promise<Channel> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const channel = await connectTo(
    link,
    () => ({ message: () => resolve(), closed: () => reject(new Error("closed")) }),
  );
  channel.post(raw('["request"]'));
  await deadline(promise, 5_000, "the answer");
  return channel;
}

/** A connection that says what it is told and keeps what it hears. */
async function stranger(link: ServiceAddress, ...bytes: Uint8Array[]): Promise<{ inbox: Inbox; duplex: ByteStream }> {
  const duplex = await adapter.connect(link.address);
  const inbox = new Inbox();
  duplex.receive(inbox);
  for (const part of bytes) await duplex.send(part);
  return { inbox, duplex };
}

/** While a stranger is dropped, a caller who knows the key is served; the stranger is never welcomed. */
async function dropped(...bytes: Uint8Array[]): Promise<void> {
  const { link, got, welcomed } = await service();
  const { inbox, duplex } = await stranger(link, ...bytes);
  const { link: other } = await service();
  (await talk(other)).close();
  await deadline(inbox.end(), PATIENCE, "the stranger's drop");
  duplex.close();
  assertEquals([got, welcomed()], [[], 0]);
  (await talk(link)).close();
  assertEquals([got, welcomed()], [[["request"]], 1]);
}

/** Waits of some seconds each. */
type Wait = "silent" | "half" | "caller";

let waits: Record<Wait, Promise<void>> | undefined;

/** Awaits one of the waits: the first case that needs one begins them all, so that they pass side by side. */
async function waited(which: Wait): Promise<void> {
  waits ??= beginWaits();
  await waits[which];
}

function beginWaits(): Record<Wait, Promise<void>> {
  const begun = { silent: dropped(), half: dropped(random(40)), caller: waitForSilentOwner() };
  for (const wait of Object.values(begun)) wait.catch(() => {}); // the case that awaits it fails
  return begun;
}

const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));

test("Owner serves a caller who knows the key and names its service, which learns nothing of the handshake", async () => {
  const { link, got } = await service();
  const channel = await talk(link);
  assertEquals(got, [["request"]]);
  channel.close();
});

test("Owner serves many callers at once, each with the service that it names", async () => {
  const services = await Promise.all(Array.from({ length: 50 }, service));
  const channels = await Promise.all(services.map(({ link }) => talk(link)));
  assert(services.every(({ got, welcomed }) => got.length === 1 && welcomed() === 1));
  for (const channel of channels) channel.close();
});

test("Owner sends 16 fixed bytes and a fresh challenge of 32 bytes to everyone who connects, and nothing else", async () => {
  const { link } = await service();
  const first = await stranger(link);
  const second = await stranger(link);
  const [one, two] = [await first.inbox.bytes(HELLO), await second.inbox.bytes(HELLO)];
  assertEquals([one.length, two.length], [HELLO, HELLO]);
  assertEquals(new TextDecoder().decode(one.subarray(0, 16)), "brood-handshake1");
  assert(one.toHex() !== two.toHex());
  assert(!one.toHex().includes(link.key));
  first.duplex.close();
  second.duplex.close();
  closeService(link);
});

test("Owner drops a caller who is silent within its deadline, and serves others meanwhile", () => waited("silent"));

test("Owner drops a caller who proves half within its deadline, and serves others meanwhile", () => waited("half"));

test("Owner drops a caller who does not know the key, and serves others meanwhile", async () => {
  await dropped(random(64));
  const { link, welcomed } = await service();
  await assertRejects(
    () => connectTo({ ...link, key: random(32).toHex() }, () => assert(false) as never),
    AuthenticationError,
  );
  assertEquals(welcomed(), 0);
  (await talk(link)).close();
});

test("Owner drops a caller who sends a frame, or much of anything, instead of a proof, and serves others meanwhile", async () => {
  await dropped(frame('[["hello","x"],["request"]]'), random(100));
  await dropped(new Uint8Array(200_000));
});

test("Owner drops a caller who plays back what another has proved, and serves others meanwhile", async () => {
  const { link } = await service();
  const heard = await overheard(link);
  assert(heard.length > 64);
  await dropped(heard);
  await dropped(heard.subarray(0, 64));
});

/** What a caller who knows the key says to the owner, by way of one who listens between them. */
async function overheard(link: ServiceAddress): Promise<Uint8Array> {
  const between = await adapter.listen();
  const said: Uint8Array[] = [];
  between.accept(async (caller) => {
    const owner = await adapter.connect(link.address);
    owner.receive(relay(caller, () => {}));
    caller.receive(relay(owner, (bytes) => said.push(bytes)));
  });
  (await talk({ ...link, address: between.address })).close();
  between.close();
  return joined(...said);
}

function relay(to: ByteStream, hear: (bytes: Uint8Array) => void) {
  const space = new Uint8Array(65_536);
  return {
    space: () => space,
    filled(count: number) {
      const bytes = space.slice(0, count);
      hear(bytes);
      void to.send(bytes);
    },
    ended: () => to.close(),
  };
}

test("Owner drops a caller who closes within the handshake, and serves others", async () => {
  const { link } = await service();
  for (const size of [0, 1, 63, 64]) (await stranger(link, random(size))).duplex.close();
  (await talk(link)).close();
});

test("Owner drops a caller who knows the key and names no service, or one that was named before", async () => {
  const { link, welcomed } = await service();
  for (const token of ["", "__proto__", random(32).toHex()]) await refused({ ...link, token });
  (await talk(link)).close();
  await refused(link);
  assertEquals(welcomed(), 1);
});

async function refused(link: ServiceAddress): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const channel = await connectTo(link, () => ({ message: () => assert(false), closed: () => resolve() }));
  await deadline(promise, 5_000, "the end of the connection");
  channel.close();
}

test("Owner drops a caller who knows the key and sends a header that claims 4 GiB, and no other", async () => {
  const { link, got } = await service();
  const other = await service();
  const steady = await talk(other.link);
  const duplex = await adapter.connect(link.address);
  const intake = new HandshakeBuffer();
  duplex.receive(intake);
  await respond(duplex, intake, Uint8Array.fromHex(link.key));
  const inbox = new Inbox();
  intake.handOver(inbox);
  await duplex.send(frame(JSON.stringify([["hello", link.token], ["request"]])));
  await until(() => got.length === 1, "the caller is served");
  await duplex.send(Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0));
  await deadline(inbox.end(), 5_000, "the end of the connection");
  duplex.close();
  steady.post(raw('["again"]'));
  await until(() => other.got.length === 2, "the other caller is served still");
  steady.close();
});

test("Caller rejects with an AuthenticationError when the owner does not know the key, or says something else", async () => {
  const { link } = await service();
  const answers = [
    [joined(new TextEncoder().encode("brood-handshake1"), random(32)), random(32)],
    [random(200)],
  ];
  for (const answer of answers) {
    const fake = await adapter.listen();
    const taken: ByteStream[] = [];
    fake.accept(async (duplex) => {
      taken.push(duplex);
      duplex.receive(new Inbox());
      for (const part of answer) await duplex.send(part);
    });
    const calling = connectTo({ ...link, address: fake.address }, () => assert(false) as never);
    await assertRejects(() => deadline(calling, PATIENCE, "the rejection"), AuthenticationError);
    for (const duplex of taken) duplex.close();
    fake.close();
  }
  closeService(link);
});

test("Caller waits for an owner of its machine that is silent, and rejects with a ConnectError when that is gone", () =>
  waited("caller"));

async function waitForSilentOwner(): Promise<void> {
  const { link } = await service();
  const silent = await adapter.listen();
  const taken: ByteStream[] = [];
  silent.accept((duplex) => {
    taken.push(duplex);
    duplex.receive(new Inbox());
    void duplex.send(random(10));
  });
  let outcome: unknown = null;
  const calling = connectTo({ ...link, address: silent.address }, () => assert(false) as never);
  calling.catch((error) => outcome = error);
  await delay(PATIENCE);
  assertEquals(outcome, null);
  silent.close();
  for (const duplex of taken) duplex.close();
  await assertRejects(() => deadline(calling, PATIENCE, "the rejection"), ConnectError);
  closeService(link);
}

test("Caller rejects with a ConnectError that has the address when nobody is there", async () => {
  const gone = await adapter.listen();
  gone.close();
  const { link } = await service();
  const error = await assertRejects(
    () => connectTo({ ...link, address: gone.address }, () => assert(false) as never),
    ConnectError,
  );
  assertEquals(error.address, gone.address);
  closeService(link);
});

test("Intake.handOver() gives what a read under way brings, in its place, when more had come than was asked for", async () => {
  const got: number[] = [];
  const room = new Uint8Array(8);
  const intake = new HandshakeBuffer();
  const put = (space: Uint8Array, ...bytes: number[]) => {
    space.set(bytes);
    intake.filled(bytes.length);
  };
  const proof = intake.read(2);
  put(intake.space(), 1, 2, 3, 4, 5);
  const underWay = intake.space();
  assertEquals(await proof, new Uint8Array([1, 2]));
  intake.handOver({
    space: () => room,
    filled: (count) => void got.push(...room.subarray(0, count)),
    ended: () => got.push(-1),
  });
  put(underWay, 6, 7, 8);
  put(intake.space(), 9);
  intake.ended();
  assertEquals(got, [3, 4, 5, 6, 7, 8, 9, -1]);
});

test("Intake hands over what comes into a space that it gave out before something was taken, byte for byte", async () => {
  const intake = new HandshakeBuffer();
  const put = (space: Uint8Array, ...bytes: number[]) => {
    space.set(bytes);
    intake.filled(bytes.length);
  };
  put(intake.space(), 1, 2, 3, 4);
  const early = intake.space();
  assertEquals([...(await intake.read(3))!], [1, 2, 3]);
  put(early, 5, 6);
  const late = intake.space();
  assertEquals([...(await intake.read(2))!], [4, 5]);
  const handed: number[] = [];
  const room = new Uint8Array(10);
  intake.handOver({ space: () => room, filled: (count) => void handed.push(...room.subarray(0, count)), ended() {} });
  put(late, 7, 8, 9);
  put(intake.space(), 10);
  assertEquals(handed, [6, 7, 8, 9, 10]);
});

noLeaks();
