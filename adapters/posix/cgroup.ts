/**
 * What Linux says about the control group in which this process is, of either
 * version: the processes killed there for want of memory, and the share of
 * processors.
 *
 * @module
 */

/** How many processes were killed for want of memory; null where it cannot be read. */
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

/** How many processors the group may use at once, rounded up; null where that is not limited, or cannot be read. */
export function cpuQuota(read: (path: string) => string): number | null {
  try {
    const [quota, period] = read("/sys/fs/cgroup/cpu.max").split(" ").map(Number) as [number, number];
    return quota > 0 ? Math.max(1, Math.ceil(quota / period)) : null;
  } catch {
    return null; // no such control group, or not for this process to read
  }
}
