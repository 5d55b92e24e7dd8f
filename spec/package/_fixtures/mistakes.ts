/** Functions that run in a worker and make a mistake there. */

/** Gives what cannot cross. */
export function giveResponse(): Response {
  return new Response("text");
}

/** Lets a promise reject of which nobody takes notice. */
export async function leaveRejection(): Promise<void> {
  void Promise.reject(new RangeError("left behind"));
  await new Promise(() => setTimeout(() => {}, 10_000));
}
