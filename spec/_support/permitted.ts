/** Whether this process may do something, by trying it: no other error but a refusal is expected. */
export function can(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    if ((error as Error).name !== "NotCapable" && !/permission|access/i.test(String(error))) throw error;
    return false;
  }
}
