import * as checks from "../../src/transport/check_message.ts";
import { parseNote, type ReceivedMessage } from "../../src/transport/check_message.ts";
import * as messages from "../../src/transport/messages.ts";
import type { MessageText } from "../../src/transport/messages.ts";
import { ProtocolError } from "../../src/errors.ts";
import { assertEquals, assertThrows } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

type Check = (message: ReceivedMessage, blocks: number) => unknown;

const block = new Uint8Array(1);
const value = { text: "[7]", blocks: [block], handles: [] };
const token = "0f".repeat(32);
const ref = { by: "task", name: "square", url: "file:///square.ts" } as const;

/** Messages of each receiver: what writes each, and the parts that arrive. A frame has three blocks. */
const WRITTEN: Record<string, [MessageText, ReceivedMessage][]> = {
  checkHello: [[messages.helloMessage(token), ["hello", token]]],
  checkToWorker: [
    [messages.functionMessage(1, ref), ["function", 1, ref]],
    [messages.callMessage(1, 2, 3, value, null), ["call", 1, 2, 3, [7]]],
    [messages.chunkMessage(1, 2, 3, value, 1, null), ["chunk", 1, 2, 3, [7], 1]],
    [messages.abortMessage(1, 0, value), ["abort", 1, 0, [7]]],
    [messages.recallMessage(), ["recall"]],
    [messages.thawMessage(), ["thaw"]],
    [messages.finishMessage(), ["finish"]],
  ],
  checkFromWorker: [
    [messages.readyMessage(), ["ready"]],
    [messages.startFailureMessage(0, value), ["startFailure", 0, [7]]],
    [messages.begunMessage(1, 2), ["begun", 1, 2]],
    [messages.preparingMessage(1, "file:///m.ts"), ["preparing", 1, "file:///m.ts"]],
    [messages.preparingMessage(1, null), ["preparing", 1, null]],
    [messages.calledMessage(1, 2), ["called", 1, 2]],
    [messages.returnedMessage([]), ["returned"]],
    [messages.returnedMessage([1, 2]), ["returned", 1, 2]],
    [messages.valueMessage(1, 0, value), ["value", 1, 0, [7]]],
    [messages.failureMessage(1, 0, value, 4), ["failure", 1, 0, [7], 4]],
    [messages.spentMessage(1, 0.5), ["spent", 1, 0.5]],
    [messages.terminationListenerMessage(), ["terminationListener"]],
    [messages.frozenMessage(), ["frozen"]],
    [messages.memoryMessage(9e9), ["memory", 9e9]],
    [messages.importRefusedMessage(1, 0, value, "file:///a.ts"), ["importRefused", 1, 0, [7], "file:///a.ts"]],
  ],
  checkToManager: [[messages.finishMessage(), ["finish"]]],
  checkFromManager: [
    [messages.servingMessage("unix:/a", token, null), ["serving", "unix:/a", token, null]],
    [messages.servingMessage("tcp:::1:80", token, "unix:/b"), ["serving", "tcp:::1:80", token, "unix:/b"]],
    [messages.startFailureMessage(0, value), ["startFailure", 0, [7]]],
  ],
  checkToOwner: [
    [messages.requestMessage(1, "2", "get", true, 0, null, []), ["request", 1, "2", "get", 1, 0, 0, null]],
    [messages.requestMessage(1, "2", "put", false, 2, value, []), ["request", 1, "2", "put", 0, 2, 1, [7]]],
    [messages.pushMessage(1, '"', "put", 2, value, []), ["push", 1, '"', "put", 2, 1, [7]]],
    [messages.revokeMessage("2", "put"), ["revoke", "2", "put"]],
    [messages.cancelMessage(1, false), ["cancel", 1]],
    [messages.ackMessage(1), ["ack", 1]],
    [messages.nackMessage(1), ["nack", 1]],
    [messages.takenMessage(1), ["taken", 1]],
    [messages.declineMessage(), ["decline"]],
    [messages.reclaimedMessage([3, 4]), ["reclaimed", 3, 4]],
  ],
  checkFromOwner: [
    [messages.grantMessage("2", "put", 7, 30), ["grant", "2", "put", 7, 30]],
    [messages.grantMessage("2", "put", Infinity, Infinity), ["grant", "2", "put", null, null]],
    [messages.revokedMessage(), ["revoked"]],
    [messages.refusedMessage(7), ["refused", 7]],
    [messages.revokeMessage("2", "put"), ["revoke", "2", "put"]],
    [messages.journalMessage(token, "mapped"), ["journal", token, "mapped"]],
    [messages.prefetchMessage(1, "2", 0, value), ["prefetch", 1, "2", 0, 1, [7]]],
    [messages.reclaimMessage(), ["reclaim"]],
    [messages.doneMessage([1, 2]), ["done", 1, 2]],
    [messages.answerMessage(1, 0, value), ["answer", 1, 0, 1, [7]]],
    [messages.deliveryMessage(1, 0, value), ["delivery", 1, 0, 1, [7]]],
    [messages.deliveryMessage(1, 0, value, "release 2"), ["delivery", 1, 0, 1, [7], "release 2"]],
    [messages.refusalMessage(1, 0, value), ["refusal", 1, 0, 1, [7]]],
    [messages.lapseMessage(1), ["lapse", 1]],
  ],
  checkToSocketEnd: [
    [messages.itemMessage(true, 3, 0, value), ["item", 1, 3, 0, 1, [7]]],
    [messages.consumedMessage(100), ["consumed", 100]],
  ],
};
/** Messages that have a meaning without their last part. */
const SHORTER = new Set(["returned", "reclaimed", "ack", "done", "delivery"]);
/** Messages that two receivers get. */
const SHARED = new Set(["finish", "startFailure", "revoke"]);

const CHECKS = Object.entries(checks).filter(([name]) => name.startsWith("check")) as [string, Check][];
const checkOf = (name: string) => CHECKS.find(([each]) => each === name)![1];
const all = Object.entries(WRITTEN).flatMap(([name, list]) =>
  list.map(([text, parts]) => ({ name, parts, message: JSON.parse(text) as ReceivedMessage }))
);

function refused(check: Check, message: ReceivedMessage): void {
  assertThrows(() => check(message, 3), ProtocolError, "Cannot read message");
}

test("Messages that the library writes pass the check of their receiver and have the parts that were given", () => {
  for (const { name, parts, message } of all) assertEquals(checkOf(name)(message, 3), parts);
  const written = new Set(all.map(({ parts }) => `${parts[0]}Message`));
  written.add("creditMessage"); // the channel's own
  assertEquals(Object.keys(messages).filter((name) => !written.has(name)), []);
  const request = messages.requestMessage(1, "2", "get", false, 0, null, [1, "a", null]);
  assertEquals(checks.checkToOwner(JSON.parse(request), 0).slice(8), [1, "a", null]);
  const limited = [messages.callMessage(1, 2, 3, value, 1), messages.chunkMessage(1, 2, 3, value, 1, 2)];
  assertEquals(limited.map((text) => checks.checkToWorker(JSON.parse(text), 3).at(-1)), [1, 2]);
  refused(checks.checkToWorker, ["call", 1, 2, 3, [7], 3]);
  assertEquals(checks.checkToOwner(JSON.parse(messages.cancelMessage(1, true)), 0), ["cancel", 1, 1]);
  refused(checks.checkToOwner, ["cancel", 1, 0]);
});

test("Messages pass the check of no other receiver", () => {
  for (const { name, message } of all) {
    if (SHARED.has(message[0] as string)) continue;
    for (const [other, check] of CHECKS) if (other !== name) refused(check, message);
  }
});

test("Messages with a part that is missing or of another kind are refused", () => {
  for (const { name, message } of all) {
    const check = checkOf(name);
    if (message.length > 1 && !SHORTER.has(message[0] as string)) refused(check, message.slice(0, -1));
    for (let at = 0; at < message.length; at++) {
      for (const wrong of [{}, true, undefined, [[], [], [], []]]) refused(check, message.with(at, wrong));
    }
  }
});

test("Messages of an unknown type, also of a name that every object has, are refused", () => {
  for (const [, check] of CHECKS) {
    for (const type of ["", "sing", "__proto__", "constructor", "toString", null, 0, {}, []]) refused(check, [type]);
    refused(check, []);
  }
});

test("Messages with numbers that are infinite, negative or no integers are refused where these count something", () => {
  for (const { name, message } of all) {
    for (let at = 1; at < message.length; at++) {
      if (typeof message[at] !== "number") continue;
      for (const wrong of [-1, -0.5, Infinity, NaN]) refused(checkOf(name), message.with(at, wrong));
      if (message[0] !== "spent" && message[0] !== "memory") refused(checkOf(name), message.with(at, 0.25));
    }
  }
});

test("parseNote() gives the message of a note, and null for a torn note and for one that is no message", () => {
  assertEquals(parseNote(messages.begunMessage(1, 2)), ["begun", 1, 2]);
  for (const note of ["", "[", '["begun",1', "null", "{}", "1", '"x"', "\0\0"]) assertEquals(parseNote(note), null);
});

noLeaks();
