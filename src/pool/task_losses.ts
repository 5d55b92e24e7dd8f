/**
 * What becomes of the tasks of a worker that has died.
 *
 * @module
 */
import type { Task } from "./task.ts";

/** How many workers a task may lose that have not noted that they began it. */
const MAX_UNBEGUN_LOSSES = 10;

/**
 * Divides the tasks of a dead worker into those that run again, in order, and those that are lost with it.
 *
 * @param begun the task that it had begun, if it had noted one
 * @param waiting tasks that it had not begun
 * @param retries how often a task that was begun runs again
 */
export function divideTasks(
  begun: readonly Task[],
  waiting: readonly Task[],
  retries: number,
): { retried: Task[]; lost: Task[] } {
  const retried = [...waiting];
  const lost: Task[] = [];
  const [first] = waiting;
  // A task may remove the note of its own beginning: it would end one worker after the other.
  const isSuspect = begun.length === 0 && first !== undefined && ++first.unbegunLosses > MAX_UNBEGUN_LOSSES;
  if (isSuspect) lost.push(retried.shift()!);
  for (const task of begun) {
    if (!task.settled && task.losses++ < retries) retried.unshift(task);
    else lost.push(task);
  }
  return { retried, lost };
}
