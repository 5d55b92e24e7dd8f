/**
 * What Linux says about processes killed for want of memory: the counter of the
 * control group in which this process is, of either version.
 *
 * @module
 */

/** The counter; null where it cannot be read. */
export function oomKills(read: (path: string) => string): number | null {
  try {
    const groups = read("/proc/self/cgroup");
    const [, unified] = /^0::(.*)$/m.exec(groups) ?? [];
    const [, memory] = /^\d+:memory:(.*)$/m.exec(groups) ?? [];
    const text = memory === undefined
      ? read(`/sys/fs/cgroup${unified}/memory.events`)
      : read(`/sys/fs/cgroup/memory${memory}/memory.oom_control`);
    const [, count] = /^oom_kill (\d+)$/m.exec(text) ?? [];
    return count === undefined ? null : Number(count);
  } catch {
    return null; // not Linux, no such group here, or not for this process to read
  }
}
