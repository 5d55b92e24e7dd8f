/**
 * One of two programs that share what either of them makes, and tell what they found: `listen` at an address, or `call`
 * there. First what the one that listens makes is used by the other, then, unless it is told `once`, the other way round.
 *
 * @module
 */
import process from "node:process";
import { type Address, Client, type Connection, Listener } from "../../../mod.ts";
import { LOCK_WAYS } from "../_fixtures/mixed_runtimes_locks.ts";
import { MANAGED_WAYS } from "../_fixtures/mixed_runtimes_managed.ts";
import { VALUE_WAYS } from "../_fixtures/mixed_runtimes_values.ts";
import { type AnyWay, Talk } from "../_fixtures/mixed_runtimes_way.ts";
import { tell } from "../../replay/_fixtures/replay_tell.ts";

const WAYS: Record<string, AnyWay> = { ...VALUE_WAYS, ...LOCK_WAYS, ...MANAGED_WAYS };

/** There its user gives a handle back, which may lead where the owner may not go. */
const RETURNING = "handle inside values";

/** A fact as JSON has it, with what that would lose. */
function plain(fact: unknown): unknown {
  if (fact === undefined) return "undefined";
  if (Object.is(fact, -0)) return "-0";
  if (typeof fact === "bigint") return `${fact}n`;
  if (fact instanceof Set) return [...fact].map(plain);
  if (Array.isArray(fact)) return fact.map(plain);
  if (typeof fact === "object" && fact !== null) {
    return Object.fromEntries(Object.entries(fact).map(([key, value]) => [key, plain(value)]));
  }
  return fact;
}

async function own(connection: Connection<unknown>): Promise<void> {
  for (const [name, { make, give, own, end }] of Object.entries(WAYS)) {
    const thing = await make();
    await connection.send(give === undefined ? thing : give(thing));
    tell(`own ${name}`, plain(await own(thing, new Talk(connection))));
    await connection.recv(); // the other has done its part
    await end?.(thing);
  }
}

async function use(connection: Connection<unknown>): Promise<void> {
  for (const [name, { use }] of Object.entries(WAYS)) {
    tell(`use ${name}`, plain(await use(await connection.recv(), new Talk(connection))));
    await connection.send("done");
  }
}

if (import.meta.main) {
  const [role, given, how] = process.argv.slice(2) as [string, string, string?];
  const address: Address = JSON.parse(given);
  if (how === "once") delete WAYS[RETURNING];
  const authkey = new TextEncoder().encode("a key");
  if (role === "listen") {
    using listener = new Listener({ address, authkey });
    console.log(JSON.stringify(["listens", listener.address]));
    const connection = await listener.accept();
    await own(connection);
    if (how !== "once") await use(connection);
  } else {
    const connection = await Client(address, { authkey });
    await use(connection);
    if (how !== "once") await own(connection);
  }
}
