import { Buffer } from "node:buffer";
import { writeFileSync } from "node:fs";
import { header, Intruder, noise, type Place } from "./_fixtures/hostile_client.ts";
import { attack, endAttacks } from "../transport/_fixtures/hostile_owner.ts";
import { frame } from "../_support/sockets.ts";
import { ProtocolError } from "../../mod.ts";
import { PrefetchSender } from "../../src/remote/prefetch_sender.ts";
import { assert, assertEquals, assertThrows } from "../_support/assert.ts";
import { deadline, until } from "../_support/async.ts";
import { noLeaks, test } from "../_support/testing.ts";

const LIMIT = { limit: 120_000 };
const MiB = 1024 * 1024;

/** Makes an object of its own with the owner, and gives its number. */
async function make(intruder: Intruder, kind: string, ...args: unknown[]): Promise<string> {
  const id = crypto.randomUUID();
  await intruder.say(["request", 1_000, "factory", "make", 0, 0, 0, null, kind, id, null, ...args]);
  await intruder.answer("done", 1_000);
  return id;
}

/** What the owner refuses with: an error's name and message. */
async function refusal(intruder: Intruder, request: number, object: unknown, act: unknown, ...args: unknown[]) {
  await intruder.say(["request", request, object, act, 0, 0, 0, null, ...args]);
  return JSON.stringify((await intruder.answer("refusal", request)).at(-1));
}

const put = (request: number, object: string, value: unknown) => ["request", request, object, "put", 0, 0, 0, [value]];
const get = (request: number, object: string) => ["request", request, object, "get", 0, 0, 0, null];

/** Messages that no guest sends: types that are not for owners, parts that are missing, too many, or of another kind. */
const MEANINGLESS: readonly unknown[] = [
  ...[[], [null], [0], [{}], [["request"]], [""], ["requests"], ["__proto__"], ["constructor"]],
  ...[["hello", "objects"], ["call", 1, 1, 0, []], ["function", 1, {}], ["finish"], ["value", 1, 0, []], ["ready"]],
  ...[["answer", 1, 0, 0, [1]], ["delivery", 1, 0, 0, [1]], ["done", 1], ["grant", "1", "put", null, null], [
    "prefetch",
    1,
    "1",
    0,
    0,
    [],
  ]],
  ...[["journal", "x", "mapped"], ["reclaim"], ["lapse", 1], ["refusal", 1, 0, 0, []]],
  ...[["request"], ["request", 1], ["request", 1, "1"], ["request", 1, "1", "put"], ["request", 1, "1", "size", 0, 0]],
  ...[null, 0, -1, 1.5, 2 ** 53, "1", {}, [1], true].map((request) => ["request", request, "1", "size", 0, 0, 0, null]),
  ...[null, 1, {}, ["1"], true].map((object) => ["request", 1, object, "size", 0, 0, 0, null]),
  ...[null, 1, {}, ["size"], false].map((act) => ["request", 1, "1", act, 0, 0, 0, null]),
  ...[null, 2, "0", {}, true].map((now) => ["request", 1, "1", "size", now, 0, 0, null]),
  ...[[1, 0], [0, 1], [-1, 1], [0, -1], [0.5, 0], [null, 0], ["0", "0"], [0, 2 ** 40]].map(([base, count]) => [
    ...["request", 1, "1", "put", 0, base, count, [1]],
  ]),
  ...[1, "x", {}, true, [1, 2], [1, 2, 3], [1, {}]].map((
    payload,
  ) => ["request", 1, "1", "put", 0, 0, 0, payload]),
  ...[["push"], ["push", 1], ["push", 0, "1", "put", 0, 0, [1]], ["push", "1", "1", "put", 0, 0, [1]]],
  ...[["push", 1, "1", "put", 0, 1, [1]], ["push", 1, "1", "put", 0, 0, 7], ["push", 1, 1, "put", 0, 0, [1]]],
  ...[["cancel"], ["cancel", "1"], ["cancel", null], ["cancel", {}], ["cancel", 1, 2], ["cancel", [1]]],
  ...[["nack"], ["nack", -1], ["nack", {}], ["nack", 1, 1], ["ack", "1"], ["ack", 1, null], ["ack", [1]], ["ack", 0.5]],
  ...[["revoke"], ["revoke", 1, 2], ["revoke", "1"], ["revoke", "1", "put", 3], ["revoke", null, null]],
  ...[["taken"], ["taken", "1"], ["taken", 0], ["reclaimed", "1"], ["reclaimed", -1], ["decline", 1]],
  ...[["credit"], ["credit", "x"], ["credit", -1], ["credit", {}]],
  ...[null, 1, "request", {}, true],
];

test("Owner ends the connection of a guest that sends a message without meaning, and no other", async () => {
  await attack(async ({ place }) => {
    const steady = await Intruder.at(place);
    const id = await make(steady, "Queue", 0);
    for (const message of MEANINGLESS) {
      const intruder = await Intruder.at(place);
      await intruder.say(message, put(77, id, "after"));
      await intruder.dropped(`one who says ${JSON.stringify(message)}`);
    }
    await steady.say(["request", 2, id, "size", 0, 0, 0, null]);
    assertEquals((await steady.answer("answer", 2)).at(-1), [0]);
    steady.duplex.close();
  });
}, LIMIT);

test("Owner ends the connection of a guest that sends a frame which is no list of messages, or noise", async () => {
  await attack(async ({ place }) => {
    for (const text of ["", "[", "{}", "null", "1", '"x"', "[1]", "[[]", '[["request",1', "\u0000", "[[[["]) {
      const intruder = await Intruder.at(place);
      await intruder.send(frame(text));
      await intruder.dropped(`one who sends ${JSON.stringify(text)}`);
    }
    const bytes = noise(100_000);
    bytes[3] = 255; // longer than any frame
    const intruder = await Intruder.at(place);
    await intruder.send(bytes);
    await intruder.dropped();
  });
}, LIMIT);

test(
  "Owner refuses what a guest asks of objects that it does not have, and acts and kinds that it does not know",
  async () => {
    await attack(async ({ place }) => {
      const intruder = await Intruder.at(place);
      let request = 1;
      for (const object of ["", "0", "999999", "__proto__", "x".repeat(100_000), crypto.randomUUID()]) {
        assert((await refusal(intruder, request++, object, "get")).includes("it is gone"));
      }
      const queue = await make(intruder, "Queue", 0);
      for (const act of ["", "puts", "constructor", "act", "x".repeat(100_000)]) {
        for (const object of [queue, "factory"]) {
          assert((await refusal(intruder, request++, object, act)).includes("does not know how"));
        }
      }
      for (
        const kind of ["", "queue", "__proto__", "constructor", "toString", "x".repeat(100_000), null, 1, {}, ["Queue"]]
      ) {
        const said = await refusal(intruder, request++, "factory", "make", kind, crypto.randomUUID());
        assert(/is no kind of shared object|is no number of a new one/.test(said), said);
      }
      for (const name of [undefined, null, 1, {}, "nobody", "__proto__"]) {
        assert((await refusal(intruder, request++, "factory", "locate", name)).includes("is gone"));
      }
      intruder.duplex.close();
    });
  },
  LIMIT,
);

test("Owner makes what a guest asks for with absurd arguments, or refuses it, and works on", async () => {
  const absurd: unknown[] = [null, -1, 0.5, 1e308, 2 ** 53, "5", "x", true, [], [1], {}, { length: 4e9 }, {
    valueOf: 1,
  }];
  const codes = ["i", "d", "?", "", "x", "__proto__", null, 1, {}];
  await attack(async (owner) => {
    const { memory } = owner;
    const intruder = await Intruder.at(owner.place);
    let request = 1;
    const asked = async (kind: string, ...args: unknown[]) => {
      const number = request++;
      await intruder.say([
        "request",
        number,
        "factory",
        "make",
        0,
        0,
        0,
        null,
        kind,
        crypto.randomUUID(),
        null,
        ...args,
      ]);
      const isAnswer = ([type, ...numbers]: unknown[]) =>
        type === "done" && numbers.includes(number) || type === "refusal" && numbers[0] === number;
      await until(() => intruder.over || intruder.heard.some(isAnswer), `${kind} ${JSON.stringify(args)}`, 20_000);
      assert(!intruder.over, `the connection has ended at ${kind} ${JSON.stringify(args)}`);
    };
    for (const first of absurd) {
      for (const kind of ["Queue", "JoinableQueue", "SimpleQueue"]) await asked(kind, first, first);
      for (const code of codes) {
        await asked("Value", code, first);
        await asked("SharedArray", code, first);
      }
    }
    assert(owner.memory < memory + 300, `${owner.memory} MiB of memory are used, ${memory} before`);
    intruder.duplex.close();
  });
}, LIMIT);

test("Owner makes nothing under a number that is taken or that it gives itself", async () => {
  await attack(async ({ place }) => {
    const intruder = await Intruder.at(place);
    const taken = await make(intruder, "Queue", 0);
    await intruder.say(put(1, taken, "kept"));
    await intruder.answer("done", 1);
    const ids = [taken, "factory", "1", "2", "3", "1000", "", "__proto__", taken.toUpperCase(), 1, null, {}, [taken]];
    for (const [at, id] of ids.entries()) {
      const said = await refusal(intruder, 10 + at, "factory", "make", "Queue", id, null, 0);
      assert(said.includes("no number of a new one"), said);
    }
    await intruder.say(get(2, taken));
    assertEquals((await intruder.answer("delivery", 2)).at(-1), ["kept"]);
    intruder.duplex.close();
  });
}, LIMIT);

test("Owner does nothing that a guest tells of without a credit, and ends its connection", async () => {
  await attack(async ({ place }) => {
    const witness = await Intruder.at(place);
    const [bounded, free] = [await make(witness, "Queue", 1), await make(witness, "Queue", 0)];
    for (
      const [id, act] of [[bounded, "put"], [free, "get"], [free, "close"], ["factory", "make"], ["nobody", "put"]]
    ) {
      const intruder = await Intruder.at(place);
      await intruder.say(["push", 1, id, act, 0, 0, ["told"]]);
      await intruder.dropped();
    }
    await witness.say(put(1, free, "one"), put(2, bounded, "two"), get(3, free), get(4, bounded));
    assertEquals((await witness.answer("delivery", 3)).at(-1), ["one"]);
    assertEquals((await witness.answer("delivery", 4)).at(-1), ["two"]);
    witness.duplex.close();
  });
}, LIMIT);

test(
  "Owner ends the connection of a guest that asks for two things by one number, and gives the first to another",
  async () => {
    await attack(async ({ place }) => {
      const witness = await Intruder.at(place);
      const id = await make(witness, "Queue", 0);
      const waiting = await Intruder.at(place);
      await waiting.say(get(5, id), get(5, id));
      await waiting.dropped();
      await witness.say(put(1, id, "one"));
      const greedy = await Intruder.at(place);
      await greedy.say(get(5, id));
      await greedy.answer("delivery", 5);
      await greedy.say(get(5, id));
      await greedy.dropped();
      await witness.say(get(2, id));
      assertEquals((await witness.answer("delivery", 2)).at(-1), ["one"]);
      witness.duplex.close();
    });
  },
  LIMIT,
);

test("Owner frees what a guest has held and waited for when it ends its connection for a fault", async () => {
  await attack(async ({ place }) => {
    const witness = await Intruder.at(place);
    const [held, waited, full] = [
      await make(witness, "Queue"),
      await make(witness, "Queue"),
      await make(witness, "Queue", 1),
    ];
    await witness.say(put(1, held, "held"), put(2, full, "first"));
    const lock = await make(witness, "Lock");
    const guilty = await Intruder.at(place);
    await guilty.say(get(1, held), get(2, waited), put(3, full, "never"));
    assertEquals((await guilty.answer("delivery", 1)).at(-1), ["held"]);
    const acquire = (request: number) => ["request", request, lock, "acquire", 0, 0, 0, null];
    await guilty.say(acquire(4));
    const isGranted = (who: Intruder, request: number) => who.heard.some(([, ...numbers]) => numbers.includes(request));
    await until(() => isGranted(guilty, 4), "the lock is acquired");
    await witness.say(acquire(8), ["request", 9, lock, "isLocked", 0, 0, 0, null]);
    await witness.answer("answer", 9);
    assertEquals(isGranted(witness, 8), false);
    await guilty.say(["request", 0]);
    await guilty.dropped();
    await witness.say(get(3, held), put(4, waited, "waited"), get(5, waited), get(6, full), [
      "request",
      7,
      full,
      "size",
      0,
      0,
      0,
      null,
    ]);
    assertEquals((await witness.answer("delivery", 3)).at(-1), ["held"]);
    assertEquals((await witness.answer("delivery", 5)).at(-1), ["waited"]);
    assertEquals((await witness.answer("delivery", 6)).at(-1), ["first"]);
    assertEquals((await witness.answer("answer", 7)).at(-1), [0]);
    await until(() => isGranted(witness, 8), "the lock is free");
    witness.duplex.close();
  });
}, LIMIT);

test("Owner gives an item that cannot be decoded to who asks for it, and the next item to the next", async () => {
  await attack(async ({ place }) => {
    const intruder = await Intruder.at(place);
    const id = await make(intruder, "Queue", 0);
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    await intruder.send(frame(`[["request",1,${JSON.stringify(id)},"put",0,0,0,[${deep}]]]`));
    await intruder.say(["request", 2, id, "put", 0, 0, 0, [[5], [["z"]]]], put(3, id, "next"));
    await intruder.say(get(4, id), get(5, id), get(6, id));
    assertEquals((await intruder.answer("delivery", 6)).at(-1), ["next"]);
    intruder.duplex.close();
  });
}, LIMIT);

test("Owner gives no memory to what a frame announces and does not send", async () => {
  await attack(async (owner) => {
    const { memory } = owner;
    const announced = [
      header(2 ** 29 - 64, 0),
      header(2 ** 29 - 64, 1, [2 ** 33 - 1]),
      header(10, 2 ** 20),
      header(10, 8, Array(8).fill(2 ** 30)),
      header(10, 10_000, Array(10_000).fill(800_000)),
    ];
    const intruders = await Promise.all(announced.map(async (bytes) => {
      const intruder = await Intruder.at(owner.place);
      await intruder.send(bytes, noise(64));
      return intruder;
    }));
    await owner.works(2);
    assert(owner.memory < memory + 200, `${owner.memory} MiB of memory are used, ${memory} before`);
    for (const { duplex } of intruders) duplex.close();
  });
}, LIMIT);

test("Owner ends the connection of a guest that announces what no frame has", async () => {
  await attack(async ({ place }) => {
    const claims = [
      header(2 ** 32 - 1, 0),
      header(0, 2 ** 32 - 1),
      header(2, 2 ** 20 + 1),
      ...[-1, NaN, Infinity, 0.5, 2 ** 60].map((length) => header(2, 1, [length])),
      header(2, 3, [2 ** 32, 2 ** 32, 2 ** 32]),
    ];
    for (const claim of claims) {
      const intruder = await Intruder.at(place);
      await intruder.send(claim);
      await intruder.dropped();
    }
  });
}, LIMIT);

test("Owner does not parse a text of millions of nested lists, and ends the connection", async () => {
  await attack(async (owner) => {
    const { memory } = owner;
    for (const unit of ["[", '{"a":', '["\\"]",', '[{"a":']) {
      const intruder = await Intruder.at(owner.place);
      await intruder.send(frame(`[["request",1,"1","put",0,0,0,[${unit.repeat(16 * MiB / unit.length)}`));
      await intruder.dropped();
    }
    assert(owner.memory < memory + 400, `${owner.memory} MiB of memory are used, ${memory} before`);
  });
}, LIMIT);

test("Owner takes millions of tiny messages, frames and blocks, and keeps nothing of them", async () => {
  await attack(async (owner) => {
    const intruder = await Intruder.at(owner.place);
    const acks = frame(JSON.stringify(Array(100_000).fill(["ack", 1])));
    const frames = Buffer.concat(Array(10_000).fill(frame("[]")));
    const blocks = Buffer.concat([header(2, 2 ** 18), new Uint8Array(8 * 2 ** 18), new TextEncoder().encode("[]")]);
    const id = await make(intruder, "Queue");
    const flood = async (request: number) => {
      for (let round = 0; round < 2; round++) {
        for (const bytes of [acks, frames, blocks]) {
          await deadline(Promise.resolve(intruder.duplex.send(bytes)), 20_000);
        }
      }
      await intruder.say(["request", request, id, "size", 0, 0, 0, null]);
      await intruder.answer("answer", request);
      return owner.memory;
    };
    const first = await flood(1);
    const second = await flood(2);
    assert(second < first + 150, `${second} MiB of memory are used after twice as much, ${first} before`);
    intruder.duplex.close();
  });
}, LIMIT);

test("Owner works on when the notes of a guest are none, while it lives and when it is gone", async () => {
  await attack(async ({ place }) => {
    for (const notes of [[`["push",1,"nobody","put",0,0,[1]]`], [`["push",1,{}]`, "["], ["x".repeat(5_000)]]) {
      const witness = await Intruder.at(place);
      const [id, other] = [await make(witness, "Queue"), await make(witness, "Queue")];
      const intruder = await Intruder.at(place);
      await intruder.say(put(1, id, "granted"));
      await intruder.answer("done", 1);
      await until(() => intruder.heard.some(([type]) => type === "grant"), "the credit");
      scribble(place, intruder.heard.find(([type]) => type === "journal"), notes);
      await intruder.say(get(2, id), get(3, other));
      await intruder.answer("delivery", 2);
      intruder.duplex.close();
      await witness.say(put(1, other, "waited"), get(2, other), get(3, id));
      assertEquals((await witness.answer("delivery", 2)).at(-1), ["waited"]);
      assertEquals((await witness.answer("delivery", 3)).at(-1), ["granted"]);
      witness.duplex.close();
    }
  });
}, LIMIT);

/** Writes notes where the owner looks for them. */
function scribble(place: Place, message: unknown[] | undefined, notes: readonly string[]): void {
  const [, token, format] = message as [string, string, string];
  const parts = notes.flatMap((note) => {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, note.length, true);
    return [length, new TextEncoder().encode(note)];
  });
  const head = new Uint8Array(format === "mapped" ? 8 : 0);
  const all = Buffer.concat([head, ...parts, new Uint8Array(64)]);
  writeFileSync(`${place.address.slice("unix:".length)}-${token.slice(0, 16)}`, all);
}

/** A sender of three values, and what has become of each. */
function sender(ticks: number | null): { sender: PrefetchSender; ends: string[][] } {
  const sender = new PrefetchSender({ ticks: () => ticks, freeze: () => true });
  const ends: string[][] = [[], [], []];
  for (const end of ends) {
    sender.give("1", {
      begun: () => void end.push("begun"),
      kept: () => void end.push("kept"),
      undone: () => void end.push("undone"),
    });
  }
  return { sender, ends };
}

test("Owner ends the connection of a guest that counts values which it was not sent", () => {
  for (const number of [NaN, -1, 0, 0.5, 4, 1e300, Infinity]) {
    const { sender: one, ends } = sender(1);
    assertThrows(() => one.took(number), ProtocolError);
    assertThrows(() => one.reclaimed([number]), ProtocolError);
    one.end();
    assertEquals(ends, [["kept"], ["undone"], ["undone"]]);
  }
});

test(
  "Owner gives each value that it has sent ahead to one process, whatever the journal of the first counts: less than nothing, no number, or more than it was sent",
  () => {
    const all = (end: string) => [[end], [end], [end]];
    for (const [ticks, expected] of [[-7, "undone"], [NaN, "kept"], [1e300, "kept"], [null, "kept"]] as const) {
      const ended = sender(ticks);
      ended.sender.end();
      assertEquals(ended.ends, all(expected), `${ticks}`);
      const reclaimed = sender(ticks);
      assertEquals(reclaimed.sender.reclaim(), true);
      reclaimed.sender.reclaimed([]);
      for (const end of reclaimed.ends) assertEquals(end.filter((each) => each !== "begun").length, 1, `${ticks}`);
      assertEquals(reclaimed.sender.give("1", { undone() {} }), 4);
    }
  },
);

noLeaks(endAttacks);
