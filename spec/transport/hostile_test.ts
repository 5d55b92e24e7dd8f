import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { AuthenticationError, Event, Process, Queue } from "../../mod.ts";
import { connectTo } from "../../src/transport/client.ts";
import { nameService, openService, server } from "../../src/transport/server.ts";
import { noise, Stranger } from "../remote/_fixtures/hostile_client.ts";
import { tellAll } from "./_fixtures/tell_all.ts";
import { attack, endAttacks, Owner } from "./_fixtures/hostile_owner.ts";
import { adapter, frame, joined } from "../_support/sockets.ts";
import { callTogether } from "./_fixtures/many_callers.ts";
import { assert, assertEquals, assertRejects } from "../_support/assert.ts";
import { textOf } from "../_support/children.ts";
import { deadline, delay, until } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";
import type { ByteStream } from "../../src/runtime/network.ts";

const HELLO = 48;
const ANSWER = 64;
const SETPRIV = "/usr/bin/setpriv";
const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];
const LIMIT = { limit: 120_000 };

/** So many strangers who say nothing, one after the other. */
async function crowd(address: string, count: number): Promise<Stranger[]> {
  const strangers: Stranger[] = [];
  while (strangers.length < count) {
    strangers.push(...await Promise.all(Array.from({ length: 50 }, () => Stranger.at(address))));
  }
  return strangers;
}

test("Owner works on while two thousand strangers connect, and soon has few of them", async () => {
  await attack(async (owner) => {
    const [memory, files] = [owner.memory, owner.descriptors];
    for (let count = 0; count < 2_000; count += 1_000) {
      const strangers = await crowd(owner.place.address, 1_000);
      await until(
        () => owner.descriptors < files + 650,
        `no more than 650 descriptors are open, ${files} before`,
        30_000,
      );
      for (const { duplex } of strangers) duplex.close();
    }
    assert(owner.memory < memory + 150, `${owner.memory} MiB of memory are used, ${memory} before`);
  });
}, LIMIT);

test(
  "Owner drops the oldest of more than 2 048 strangers, and the others when they are silent for too long",
  async () => {
    await attack(async (owner) => {
      const files = owner.descriptors;
      const strangers = await crowd(owner.place.address, 2_400);
      await until(
        () => strangers.slice(0, 300).every(({ inbox }) => inbox.over),
        "the oldest are dropped",
      );
      await Promise.all(strangers.map((stranger) => stranger.dropped()));
      await until(() => owner.descriptors < files + 40, "no descriptor of a stranger's is left");
    });
  },
  LIMIT,
);

test(
  "Owner lets a thousand callers in who come at once and know the key, also beside 600 strangers who say nothing",
  async () => {
    for (const silent of [0, 600]) {
      const token = crypto.randomUUID();
      let welcomed = 0;
      nameService(token, (channel) => {
        welcomed++;
        channel.unref();
        return { message() {}, closed() {} };
      });
      const strangers = await crowd(server().address, silent);
      const gate = new Event();
      const callers = Array.from(
        { length: 4 },
        () => new Process({ target: callTogether, args: [{ ...server(), token }, 250, gate], stdout: "piped" }).start(),
      );
      gate.set();
      for (const caller of callers) assertEquals([await textOf(caller.stdout), await caller.join()], ["[250]\n", 0]);
      assertEquals(welcomed, 1_000);
      await Promise.all(strangers.map((stranger) => stranger.dropped()));
    }
  },
  LIMIT,
);

test("Owner ends when its work is done, however many strangers come and say nothing", async () => {
  const owner = await Owner.run("transport/_programs/hostile_idle.ts");
  const strangers = await crowd(owner.place.address, 50);
  await Promise.all(strangers.map(({ inbox }) => inbox.bytes(HELLO)));
  let isOver = false;
  const ended = owner.stop().finally(() => isOver = true);
  while (!isOver) {
    await Stranger.at(owner.place.address).catch(() => {});
    await delay(10);
  }
  const { code, stdout, stderr } = await ended;
  assertEquals([code, stderr, stdout.endsWith("idle\n")], [0, "", true]);
  await Promise.all(strangers.map((stranger) => stranger.dropped()));
});

test("Owner drops strangers who send noise, all at once or byte by byte", async () => {
  await attack(async ({ place }) => {
    const atOnce = [1, 63, 64, 65, 100, 4_096, 5_000, 65_536, 2_000_000].map(async (size) => {
      const stranger = await Stranger.at(place.address);
      await stranger.send(noise(size));
      await stranger.dropped();
    });
    const slow = await Stranger.at(place.address);
    for (const byte of noise(ANSWER)) await slow.send(Uint8Array.of(byte));
    await Promise.all([...atOnce, slow.dropped()]);
  });
}, LIMIT);

test("Owner drops strangers who never read what it says and never stop sending, and keeps nothing of it", async () => {
  await attack(async (owner) => {
    const { memory } = owner;
    const flood = noise(1024 * 1024);
    await Promise.all(Array.from({ length: 20 }, async () => {
      const { duplex, inbox } = await Stranger.at(owner.place.address);
      for (let sent = 0; sent < 50 && !inbox.over; sent++) await deadline(Promise.resolve(duplex.send(flood)), 20_000);
      duplex.close();
    }));
    assert(owner.memory < memory + 150, `${owner.memory} MiB of memory are used, ${memory} before`);
  });
}, LIMIT);

test("Owner drops a stranger who sends back its challenge, or a proof of its own", async () => {
  await attack(async ({ place }) => {
    const mirror = await Stranger.at(place.address);
    const challenge = (await mirror.inbox.bytes(HELLO)).subarray(16, HELLO);
    await mirror.send(challenge, challenge);
    await mirror.dropped();
    // What it proves to a caller who has the key, another plays back as the proof of a caller.
    const { fromOwner, fromCaller } = await overheard(place);
    const [theirs, proof] = [fromOwner.subarray(16, HELLO), fromOwner.subarray(HELLO, HELLO + 32)];
    for (const said of [[theirs, proof], [fromCaller.subarray(0, 32), proof], [proof, theirs], [fromCaller]]) {
      const echo = await Stranger.at(place.address);
      await echo.send(joined(...said));
      await echo.dropped();
    }
  });
}, LIMIT);

/** What both sides say when a caller who has the key calls, by way of one who listens between them. */
async function overheard(place: Owner["place"]): Promise<{ fromOwner: Uint8Array; fromCaller: Uint8Array }> {
  const between = adapter.listen();
  const said = { fromOwner: [] as Uint8Array[], fromCaller: [] as Uint8Array[] };
  between.accept(async (caller) => {
    const owner = await adapter.connect(place.address);
    owner.receive(relay(caller, said.fromOwner));
    caller.receive(relay(owner, said.fromCaller));
  });
  const channel = await connectTo({ ...place, address: between.address, token: "objects" }, () => ({
    message() {},
    closed() {},
  }));
  await until(() => joined(...said.fromCaller).length > ANSWER, "the caller has said what it wants");
  channel.close();
  between.close();
  return { fromOwner: joined(...said.fromOwner), fromCaller: joined(...said.fromCaller) };
}

function relay(to: ByteStream, said: Uint8Array[]) {
  const space = new Uint8Array(65_536);
  return {
    space: () => space,
    filled(count: number) {
      const bytes = space.slice(0, count);
      said.push(bytes);
      void to.send(bytes);
    },
    ended: () => to.close(),
  };
}

test("Owner decodes nothing of what a stranger sends before and after a wrong proof", async () => {
  await attack(async ({ place }) => {
    const request = frame(
      JSON.stringify([["hello", "objects"], ["request", 1, "factory", "locate", 0, 0, 0, null, "x"]]),
    );
    for (const parts of [[request], [noise(ANSWER), request], [noise(ANSWER), request, request, request]]) {
      const stranger = await Stranger.at(place.address);
      await stranger.send(...parts);
      await stranger.dropped();
      const rest = (await stranger.inbox.bytes(HELLO)).subarray(HELLO);
      assert(rest.length <= 32 && rest.every((byte) => byte === 0), "nothing but a refusal follows");
    }
  });
}, LIMIT);

test("Caller rejects with an AuthenticationError when a false owner sends its own proof back to it", async () => {
  const place = { address: "", key: noise(32).toHex() };
  const listener = adapter.listen();
  const taken: ByteStream[] = [];
  listener.accept((duplex) => {
    taken.push(duplex);
    const space = new Uint8Array(65_536);
    duplex.receive({
      space: () => space,
      filled: (count) => void duplex.send(space.slice(count - 32, count)),
      ended() {},
    });
    void duplex.send(joined(new TextEncoder().encode("brood-handshake1"), noise(32)));
  });
  const link = { ...place, address: listener.address, token: "objects" };
  await assertRejects(() => connectTo(link, () => assert(false) as never), AuthenticationError);
  for (const duplex of taken) duplex.close();
  listener.close();
});

test("Caller tries again when it is dropped before the owner has proved itself, and rejects after a while", async () => {
  const { address, key } = server();
  const between = adapter.listen();
  let calls = 0;
  let dropsAll = false;
  between.accept(async (caller) => {
    if (++calls <= 3 || dropsAll) return caller.close();
    const owner = await adapter.connect(address);
    owner.receive(relay(caller, []));
    caller.receive(relay(owner, []));
  });
  const { token } = openService(() => ({ message() {}, closed() {} }));
  const link = { address: between.address, key, token };
  (await connectTo(link, () => ({ message() {}, closed() {} }))).close();
  assertEquals(calls, 4);
  dropsAll = true;
  await assertRejects(() => connectTo(link, () => assert(false) as never), AuthenticationError);
  assert(calls > 10, "it has tried often");
  between.close();
});

test("Owner has its socket in a folder that nobody else may enter, and which is gone with it", async () => {
  const owner = await Owner.run();
  const path = owner.place.address.slice("unix:".length);
  const folder = dirname(path);
  try {
    assertEquals([statSync(folder).mode & 0o777, statSync(path).mode & 0o777], [0o700, 0o600]);
    for (const name of readdirSync(folder)) assertEquals(statSync(`${folder}/${name}`).mode & 0o077, 0, name);
    const look = `ls ${folder} || test -r ${path} || test -w ${path} || cat ${path}`;
    if (process.getuid!() === 0 && existsSync(SETPRIV)) {
      const { status, stdout } = spawnSync(SETPRIV, [...NOBODY, "sh", "-c", look], { encoding: "utf8" });
      assert(status !== 0, "nothing of that is allowed to another user");
      assertEquals(stdout, "");
    }
  } finally {
    await owner.stop();
  }
  assertEquals(existsSync(folder), false);
}, LIMIT);

test("Key stands in no command line, and in no variable of a child that runs or of what it starts", async () => {
  const queue = new Queue<string>();
  const { key } = server();
  const child = new Process({ target: tellAll, args: [queue] });
  child.start();
  const seen = await queue.get();
  assert(seen.length > 20 && !seen.includes(key), "the key is not there");
  for (const pid of [process.pid, child.pid!]) {
    assert(!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(key), "the key is not there");
    assertEquals(statSync(`/proc/${pid}/environ`).mode & 0o077, 0);
  }
  await queue.put("looked");
  assertEquals(await child.join(), 0);
});

noLeaks(endAttacks);
