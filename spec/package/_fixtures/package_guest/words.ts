/** Something of the guest's own, which its modules import by a name of its import map. */
export function shout(text: string): string {
  return `${text.toUpperCase()}!`;
}
