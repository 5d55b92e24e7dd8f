/** Makes memory beside that of another user, tries to open and to replace that one's, and says what is left of its own. */
import { readdirSync, statSync } from "node:fs";
import process from "node:process";
import { SharedMemory } from "../../../mod.ts";

function nameOf(act: () => unknown): string {
  try {
    return String(act());
  } catch (error) {
    return (error as Error).name;
  }
}

/** Memory of this user. */
function own(): string[] {
  return readdirSync("/dev/shm").filter((name) => statSync(`/dev/shm/${name}`).uid === process.getuid!());
}

const [name] = process.argv.slice(2) as [string];
const memory = SharedMemory.create(64);
memory.buf.fill(7);
const ends = [nameOf(() => SharedMemory.open(name)), nameOf(() => SharedMemory.create(64, name))];
const again = SharedMemory.open(memory.name);
const size = again.buf.filter((byte) => byte === 7).length;
memory.unlink();
console.log(JSON.stringify([...ends, size, own()]));
