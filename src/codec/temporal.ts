/**
 * Values of `Temporal`, where the runtime has it: exact to the nanosecond, with
 * calendar and time zone.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import type { Node } from "./graph.ts";

// deno-lint-ignore no-explicit-any
type TemporalClass = any;

/** Looked up each time: the program may load a polyfill at any time. */
function temporal(): Record<string, TemporalClass> | undefined {
  return (globalThis as { Temporal?: Record<string, TemporalClass> }).Temporal;
}

/** Classes whose text says everything. */
const AS_TEXT = ["PlainDate", "PlainDateTime", "PlainMonthDay", "PlainTime", "PlainYearMonth"];
/** Parts of a duration in the order of its constructor; its text would add up the smallest. */
const DURATION = [
  "years",
  "months",
  "weeks",
  "days",
  "hours",
  "minutes",
  "seconds",
  "milliseconds",
  "microseconds",
  "nanoseconds",
];

/** The node of a value of Temporal; null for any other. */
export function writeTemporal(value: object): Node | null {
  const classes = temporal();
  if (classes === undefined) return null;
  for (const name of AS_TEXT) {
    if (is(classes, name, value)) return ["T", name, classes[name].prototype.toString.call(value)];
  }
  if (is(classes, "Instant", value)) return ["T", "Instant", String(read(classes.Instant, value, "epochNanoseconds"))];
  if (is(classes, "ZonedDateTime", value)) {
    const [nanoseconds, zone, calendar] = ["epochNanoseconds", "timeZoneId", "calendarId"]
      .map((key) => String(read(classes.ZonedDateTime, value, key)));
    return ["T", "ZonedDateTime", nanoseconds, zone, calendar];
  }
  if (!is(classes, "Duration", value)) return null;
  return ["T", "Duration", ...DURATION.map((key) => read(classes.Duration, value, key) as number)];
}

/** The value of such a node. @throws {ProtocolError} this runtime has no Temporal, or the node is malformed */
export function readTemporal([, name, first, ...more]: Node): unknown {
  const classes = temporal();
  if (classes === undefined) throw new ProtocolError("Cannot decode value: this runtime has no Temporal");
  if (AS_TEXT.includes(name as string)) return classes[name as string].from(first);
  switch (name) {
    case "Instant":
      return new classes.Instant(BigInt(first as string));
    case "ZonedDateTime":
      return new classes.ZonedDateTime(BigInt(first as string), ...more);
    case "Duration":
      return new classes.Duration(first, ...more);
    default:
      throw new ProtocolError("Cannot decode value: a class of Temporal is not known here");
  }
}

function is(classes: Record<string, TemporalClass>, name: string, value: object): boolean {
  return typeof classes[name] === "function" && value instanceof classes[name];
}

/** What the class's own getter says, whatever a subclass makes of it. */
function read(temporalClass: TemporalClass, value: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(temporalClass.prototype, key)!.get!.call(value);
}
