/**
 * Projects that have the package installed, as npm or JSR gives it.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { scratch } from "../../_support/folder.ts";
import type { Ended } from "../../_support/system.ts";
import { bridge } from "./bridge.ts";
import { Registry } from "./registry.ts";
import { makePackage, project, publish, tool } from "./tools.ts";

/** A project with the package: its folder, that of the package as it was published, and how the installation went. */
export interface Installed {
  user: string;
  folder: string;
  ended: Ended;
}

/** A project as `bun add @brood/multiprocessing` leaves it. */
export async function installFromNpm(): Promise<Installed> {
  const folder = await packed(await makePackage());
  return await install("@brood/multiprocessing", folder);
}

/** A project as `bunx jsr add @brood/multiprocessing` leaves it. */
export async function installFromJsr(): Promise<Installed> {
  const registry = await Registry.open(scratch());
  await publish(registry, await makePackage());
  await registry.close();
  const { name, folder } = bridge(registry.files);
  return await install(name, folder);
}

/** What is sent to npm of a folder, unpacked. */
async function packed(from: string): Promise<string> {
  const [archives, folder] = [scratch(), scratch()];
  const { code, stderr } = await tool("bun", ["pm", "pack", `--destination=${archives}`], { cwd: from });
  if (code !== 0) throw new Error(stderr);
  const [archive] = readdirSync(archives);
  const { status } = spawnSync("tar", ["xzf", `${archives}/${archive}`, "-C", folder, "--strip-components=1"]);
  if (status !== 0) throw new Error(`tar cannot unpack ${archive}`);
  return folder;
}

async function install(name: string, folder: string): Promise<Installed> {
  const home = scratch();
  const registry = await Registry.open(home);
  registry.offer(name, folder);
  const { JSR_URL } = registry.env;
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const user = project({
    ".npmrc": `registry=${JSR_URL}\n@jsr:registry=${JSR_URL}\n`,
    "package.json": {
      type: "module",
      dependencies: { "@brood/multiprocessing": `npm:${name}@^${version}` },
      imports: { "#words": "./words.ts" },
    },
  });
  const env = { ...registry.env, BUN_INSTALL_CACHE_DIR: `${home}/cache` };
  const ended = await tool("bun", ["install"], { cwd: user, env });
  await registry.close();
  return { user, folder, ended };
}
