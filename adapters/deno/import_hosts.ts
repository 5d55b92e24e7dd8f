/**
 * Hosts from which a child may import modules: those of this process.
 *
 * @module
 */
import type { Command } from "../../src/runtime/adapter.ts";
import { hasExceptions, whole } from "./permissions.ts";
import { type Holdings, sampleOf } from "./scopes.ts";
import { mainModule } from "./self.ts";
import { listedImports } from "./start_flags.ts";

/** Hosts that a program may import from without a flag: https://docs.deno.com/runtime/fundamentals/security/. */
const DEFAULT_IMPORT_HOSTS = [
  "deno.land:443",
  "jsr.io:443",
  "esm.sh:443",
  "raw.esm.sh:443",
  "cdn.jsdelivr.net:443",
  "raw.githubusercontent.com:443",
  "gist.githubusercontent.com:443",
];

/** Whether this process has the default hosts: otherwise it was given others by a flag. */
function hasDefaultImports(): boolean {
  return DEFAULT_IMPORT_HOSTS.every((host) => whole("import", host));
}

/** Hosts for a child of which no others were named; `"all"` beside the flags that deny some to this process. */
export function importHosts({ modules }: Command, own: Holdings): "all" | string[] {
  if (own.has("import") || hasExceptions("import") && own.passesDenials("import")) return "all";
  const needed = [import.meta.url, mainModule() ?? "", ...modules].flatMap(hostOf);
  const listed = hasDefaultImports() ? [] : listedImports();
  return [...DEFAULT_IMPORT_HOSTS, ...needed, ...listed].filter((host) => own.has("import", sampleOf(host)));
}

/** The host and port that a module comes from, if it comes from any. */
function hostOf(url: string): string[] {
  if (!/^https?:/.test(url)) return [];
  const { protocol, host, port } = new URL(url);
  return [port !== "" ? host : `${host}:${protocol === "http:" ? 80 : 443}`];
}
