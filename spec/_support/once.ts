/**
 * Runs of programs that several cases of a file look at.
 *
 * @module
 */

/** A function that does as `act`, but once only for the same words: who asks again gets what came of the first time. */
export function once<T>(act: (...words: string[]) => Promise<T>): (...words: string[]) => Promise<T> {
  const results = new Map<string, Promise<T>>();
  return (...words) => {
    const key = JSON.stringify(words);
    const result = results.get(key) ?? act(...words);
    results.set(key, result);
    return result;
  };
}
