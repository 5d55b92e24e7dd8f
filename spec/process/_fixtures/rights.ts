/** What a process may do, by trying it. */
import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import process from "node:process";
import { Process } from "../../../mod.ts";
import { can } from "../../_support/permitted.ts";

export interface Rights {
  read: boolean;
  write: boolean;
  env: boolean;
  sys: boolean;
  run: boolean;
  net: boolean;
}

/** Nobody listens there: whether the attempt is refused by the system, or before. */
async function canConnect(): Promise<boolean> {
  try {
    await fetch("http://127.0.0.1:8/");
    return true;
  } catch (error) {
    return (error as Error).name !== "NotCapable";
  }
}

async function canStart(): Promise<boolean> {
  try {
    return await new Process().start().join() === 0;
  } catch (error) {
    if ((error as Error).name !== "SpawnError") throw error;
    return false;
  }
}

/** `folder` holds a file `there`. */
export async function rights(folder: string): Promise<Rights> {
  return {
    read: can(() => readFileSync(`${folder}/there`)),
    write: can(() => writeFileSync(`${folder}/written`, "")),
    env: can(() => process.env.HOME),
    sys: can(hostname),
    run: await canStart(),
    net: await canConnect(),
  };
}

/** Tells them as one line of JSON. */
export async function tellRights(folder: string): Promise<void> {
  console.log(JSON.stringify(await rights(folder)));
}
