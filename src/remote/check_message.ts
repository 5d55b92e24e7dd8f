/**
 * What a guest may say: every message to an owner of shared objects is checked
 * for its form before anything is done about it. Knows no object.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import type { Message } from "../transport/protocol.ts";

/**
 * Checks a message with which `count` blocks have come.
 *
 * @throws {ProtocolError} it is none that may be sent to an owner, or a part of it is not what its type says
 */
export function checkClientMessage(message: Message, count: number): void {
  if (!isFormed(message, count)) {
    throw new ProtocolError("Cannot serve connection: it sent a message that has no meaning");
  }
}

function isFormed(message: readonly unknown[], blocks: number): boolean {
  switch (message[0]) {
    case "request": {
      const [, request, object, act, now, base, count, payload] = message;
      return isNumber(request) && typeof object === "string" && typeof act === "string" && (now === 0 || now === 1) &&
        isPart(base, count, blocks) && isPayload(payload);
    }
    case "push": {
      const [, number, object, act, base, count, payload] = message;
      return isNumber(number) && typeof object === "string" && typeof act === "string" && isPart(base, count, blocks) &&
        isPayload(payload);
    }
    case "revoke":
      return message.length === 3 && typeof message[1] === "string" && typeof message[2] === "string";
    case "cancel":
    case "nack":
    case "taken":
      return message.length === 2 && isNumber(message[1]);
    case "ack":
    case "reclaimed":
      for (let at = 1; at < message.length; at++) if (!isNumber(message[at])) return false;
      return true;
    case "decline":
      return message.length === 1;
    default:
      return false;
  }
}

/** Requests and the like are counted from 1. */
function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isPart(base: unknown, count: unknown, blocks: number): boolean {
  return Number.isSafeInteger(base) && Number.isSafeInteger(count) && (base as number) >= 0 && (count as number) >= 0 &&
    (base as number) + (count as number) <= blocks;
}

/** None, undefined, a plain value, a table of nodes, or a list of such: what is in it shows when it is opened. */
function isPayload(value: unknown): boolean {
  if (value === null) return true;
  if (!Array.isArray(value) || value.length > 3) return false;
  return value.length < 2 || Array.isArray(value[1]) && (value.length === 2 || Array.isArray(value[0]));
}
