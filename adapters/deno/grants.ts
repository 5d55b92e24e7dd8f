/**
 * What a child is granted, as flags.
 *
 * @module
 */
import { type Name, NAMES, whole } from "./permissions.ts";
import { denyingFlags } from "./start_flags.ts";

/** Permissions of a child: all of each, or some scopes. */
export class Grants {
  readonly #scopes = new Map<Name, Set<string> | "all">();

  /** Adds scopes, beside which others of that permission may stand, or all. */
  add(name: Name, scopes: "all" | readonly string[]): void {
    const known = this.#scopes.get(name);
    if (known !== "all") this.#scopes.set(name, scopes === "all" ? scopes : new Set([...known ?? [], ...scopes]));
  }

  flags(): string[] {
    return NAMES.flatMap((name) => {
      const scopes = this.#scopes.get(name);
      if (scopes !== undefined && scopes !== "all" && scopes.size > 0) {
        return [`--allow-${name}=${[...scopes].join(",")}`, ...denials(name)];
      }
      if (scopes === "all") return [`--allow-${name}`, ...denials(name)];
      // The runtime grants its default hosts unless it is told of others, also beside a flag that denies all.
      return name === "import" ? ["--allow-import", "--deny-import"] : [];
    });
  }
}

/** What is denied to this process inside of what it has, where no query tells of it. */
function denials(name: Name): readonly string[] {
  const isTold = name !== "net" && name !== "import" || whole(name);
  return isTold ? [] : denyingFlags(name) ?? [];
}
