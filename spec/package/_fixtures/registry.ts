/**
 * The two registries from which a user gets the package and what it depends on,
 * on this machine: what is published to it as JSR, and what lies in `node_modules`
 * as npm.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

const MODULES = fileURLToPath(new URL("../../../node_modules", import.meta.url));

/** Serves both, from a folder of its own. */
export class Registry {
  readonly #folder: string;
  /** Folders of packages of npm's that do not lie in `node_modules`. */
  readonly #offered = new Map<string, string>();
  readonly #server: Server;
  #url = "";
  #package: { scope: string; name: string; version: string } | null = null;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#server = createServer(async (request, response) => {
      const { pathname } = new URL(request.url!, this.#url);
      const answer = request.method === "POST" ? this.#receive(pathname, await bytesOf(request)) : this.#find(pathname);
      if (answer === null) response.writeHead(404).end();
      else response.end(answer instanceof Uint8Array ? answer : JSON.stringify(answer));
    });
  }

  /** One that listens. */
  static async open(folder: string): Promise<Registry> {
    const registry = new Registry(folder);
    await new Promise<void>((resolve) => registry.#server.listen(0, "127.0.0.1", resolve));
    registry.#server.unref();
    registry.#url = `http://127.0.0.1:${(registry.#server.address() as AddressInfo).port}/`;
    return registry;
  }

  /** What makes the runtimes ask here. */
  get env(): Record<string, string> {
    return { JSR_URL: this.#url, NPM_CONFIG_REGISTRY: this.#url };
  }

  /** Folder with the files of the version that was published. */
  get files(): string {
    return `${this.#folder}/published`;
  }

  /** Serves a package as one of npm's. */
  offer(name: string, folder: string): void {
    this.#offered.set(name, folder);
  }

  #home(name: string): string {
    return this.#offered.get(name) ?? `${MODULES}/${name}`;
  }

  /** Nobody is there any more. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** A version arrives as a compressed archive. */
  #receive(path: string, archive: Uint8Array<ArrayBuffer>): unknown {
    const [, scope, name, version] = /^\/api\/scopes\/([^/]+)\/packages\/([^/]+)\/versions\/([^/]+)$/.exec(path) ?? [];
    if (scope === undefined) return null;
    mkdirSync(this.files);
    tar(["xzf", "-", "-C", this.files], archive);
    this.#package = { scope, name: name!, version: version! };
    return { id: "1", status: "success", error: null };
  }

  #find(path: string): unknown {
    if (/^\/api\/scopes\/[^/]+\/packages\/[^/]+$/.test(path)) return {}; // the name is there, and nothing of it yet
    return this.#findPublished(path) ?? this.#findOffered(path);
  }

  #findPublished(path: string): unknown {
    if (this.#package === null) return null;
    const { scope, name, version } = this.#package;
    const home = `/@${scope}/${name}`;
    if (path === `${home}/meta.json`) return { scope, name, latest: version, versions: { [version]: {} } };
    if (path === `${home}/${version}_meta.json`) return this.#meta();
    return path.startsWith(`${home}/${version}/`) ? read(this.files + path.slice(`${home}/${version}`.length)) : null;
  }

  #findOffered(path: string): unknown {
    const [, module, archive] = /^\/((?:@[^/]+\/)?[^/]+)(\/-\/.*)?$/.exec(decodeURIComponent(path)) ?? [];
    if (module === undefined || !existsSync(this.#home(module))) return null;
    return archive === undefined ? this.#packument(module) : this.#archive(module);
  }

  #meta(): unknown {
    const manifest = Object.fromEntries(
      list(this.files).map((path) => {
        const bytes = readFileSync(this.files + path);
        const checksum = `sha256-${createHash("sha256").update(bytes).digest("hex")}`;
        return [path, { size: bytes.length, checksum }];
      }),
    );
    const { exports: main } = JSON.parse(readFileSync(`${this.files}/deno.json`, "utf8"));
    return { manifest, exports: { ".": main } };
  }

  #packument(name: string): unknown {
    const manifest = JSON.parse(readFileSync(`${this.#home(name)}/package.json`, "utf8"));
    const integrity = `sha512-${createHash("sha512").update(this.#archive(name)).digest("base64")}`;
    const dist = { integrity, tarball: `${this.#url}${name}/-/${manifest.version}.tgz` };
    const { version } = manifest;
    return { name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } };
  }

  /** A package as npm packs it: all in one folder. */
  #archive(name: string): Uint8Array {
    const folder = `${this.#folder}/npm/${name}`;
    const path = `${folder}/packed.tgz`;
    if (!existsSync(path)) {
      mkdirSync(folder, { recursive: true });
      symlinkSync(this.#home(name), `${folder}/package`);
      tar(["chzf", path, "-C", folder, "package"]);
    }
    return readFileSync(path);
  }
}

function tar(args: string[], input = new Uint8Array()): void {
  const { status, stderr } = spawnSync("tar", args, { input });
  if (status !== 0) throw new Error(`tar ${args.join(" ")}: ${stderr}`);
}

async function bytesOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function read(path: string): Uint8Array | null {
  return existsSync(path) && statSync(path).isFile() ? readFileSync(path) : null;
}

/** Paths of all files below a folder, each with a slash before it. */
export function list(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length)).sort();
}
