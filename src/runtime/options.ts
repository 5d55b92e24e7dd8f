/**
 * Checks objects of options that users give: an option that does not exist is
 * refused, since a misspelled one would have no effect.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";

/** The names of all options of a kind, which the compiler holds complete. */
export type OptionNames<T> = Readonly<Record<keyof T, true>>;

/**
 * Checks that options are an object, and that each of them exists.
 *
 * @param act what the user asked for, such as "make pool"
 * @param example the option that a bare value was probably meant for
 * @throws {TypeError} they are no object, or one does not exist
 */
export function checkOptions<T>(options: T, names: OptionNames<T>, act: string, example: keyof T & string): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw typeError(`Cannot ${act}: the options are not an object, ${remedyForBare(options, names, example)}`);
  }
  for (const name in options) {
    if (!Object.hasOwn(names, name)) throw unknownOption(name, Object.keys(names), act);
  }
}

/** What to do with a value that was given in place of an object of options. */
function remedyForBare(value: unknown, names: object, example: string): string {
  if (typeof value === "number" || typeof value === "boolean") return `did you mean { ${example}: ${value} }?`;
  if (typeof value === "function") {
    const name = ["target", "callback", "onProgress"].find((each) => Object.hasOwn(names, each));
    if (name !== undefined) return `did you mean { ${name}: ${value.name || "…"} }?`;
  }
  return `pass one such as { ${example}: … }`;
}

/** What other libraries call an option, and its name here. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  concurrency: "processes",
  size: "processes",
  threads: "processes",
  workers: "processes",
};

function unknownOption(name: string, names: readonly string[], act: string): TypeError {
  const other = OTHER_NAMES[name];
  const [nearest] = names
    .map((each) => ({ each, distance: distanceOf(name.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, distance }) => distance <= Math.max(2, Math.floor(each.length / 3)))
    .sort((one, other) => one.distance - other.distance);
  const meant = other !== undefined && names.includes(other) ? other : nearest?.each;
  const remedy = meant === undefined ? `there are ${names.join(", ")}` : `did you mean ${meant}?`;
  return typeError(`Cannot ${act}: there is no option ${name}, ${remedy}`);
}

/** How far two names are apart; one that begins with the other is near. */
function distanceOf(one: string, other: string): number {
  const isNear = one.length > 2 && (one.startsWith(other) || other.startsWith(one));
  return isNear ? 1 : editDistance(one, other);
}

/** Characters that must be inserted, removed or replaced to make one word of the other. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
