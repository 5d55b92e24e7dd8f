/**
 * Projects of users, each in a folder as its tools leave it, whose programs print
 * what their targets gave.
 *
 * @module
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { scratch } from "../../_support/folder.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Packages that the projects have installed. */
const INSTALLED = ["acorn", "esrecurse", "estraverse"];

/** Folder of a new copy of a project, with what it depends on. */
export function project(name: string): string {
  const folder = `${scratch()}/${name}`;
  cpSync(fileURLToPath(new URL(`package_guests/${name}`, import.meta.url)), folder, { recursive: true });
  const modules = `${folder}/node_modules`;
  mkdirSync(`${modules}/@brood`, { recursive: true });
  symlinkSync(ROOT, `${modules}/@brood/multiprocessing`);
  for (const each of INSTALLED) symlinkSync(`${ROOT}node_modules/${each}`, `${modules}/${each}`);
  if (existsSync(`${folder}/installed`)) cpSync(`${folder}/installed`, modules, { recursive: true });
  if (existsSync(`${folder}/linked`)) symlinkSync("../linked", `${modules}/linked`);
  if (existsSync(`${folder}/members`)) symlinkSync("../members", `${modules}/@guest`);
  for (const file of readdirSync(folder, { recursive: true }).map(String)) {
    if (/^[^/]+\.json$/.test(file)) fill(`${folder}/${file}`);
  }
  return folder;
}

/** Says where the library lies. */
function fill(file: string): void {
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("LIBRARY", `file://${ROOT}mod.ts`));
}

/** Folder for `DENO_DIR`, with the packages in its cache as they are when they have been fetched. */
export function cacheOfPackages(): string {
  const folder = scratch();
  for (const name of INSTALLED) {
    const manifest = JSON.parse(readFileSync(`${ROOT}node_modules/${name}/package.json`, "utf8"));
    const { version } = manifest;
    const home = `${folder}/npm/registry.npmjs.org/${name}`;
    cpSync(`${ROOT}node_modules/${name}`, `${home}/${version}`, { recursive: true });
    const dist = { tarball: `https://registry.npmjs.org/${name}/-/${name}-${version}.tgz` };
    const registered = { name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } };
    writeFileSync(`${home}/registry.json`, JSON.stringify(registered));
  }
  return folder;
}

/** Serves a folder, and the library below `/library/`. */
export async function serve(folder: string): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    const path = request.url!.startsWith("/library/")
      ? ROOT + request.url!.slice("/library/".length)
      : folder + request.url!;
    if (!existsSync(path)) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": "application/typescript" }).end(readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
