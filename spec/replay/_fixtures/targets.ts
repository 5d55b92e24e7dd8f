/** Targets that fork. */
import { currentProcess, fork, getpid, getppid, parentProcess, Process } from "../../../mod.ts";
import { reap, tell, who } from "./telling.ts";

/** Forks, and both tell who they are. Timers do not hold a process whose target has returned. */
export async function forks(...args: unknown[]): Promise<void> {
  const before = getpid();
  const pid = fork();
  tell({ ...who([pid]), before, args });
  if (pid === 0) setTimeout(() => tell("too late"), 60_000);
  else tell({ codes: await reap() });
}

export class Forking extends Process {
  label: string;

  constructor(label: string) {
    super();
    this.label = label;
  }

  override async run(): Promise<void> {
    const pid = fork();
    tell({ ...who([pid]), args: [this.label, this === currentProcess(), this instanceof Forking] });
    if (pid !== 0) tell({ codes: await reap() });
  }
}

/** What a fork says where there can be none. */
export function refusedFork(): string {
  try {
    return `forked ${fork()}`;
  } catch (error) {
    return String(error);
  }
}

export function tellParent(label: string): void {
  tell({ label, name: currentProcess().name, ppid: getppid(), parent: parentProcess()!.pid });
}
