import type { PermissionSet } from "../../mod.ts";
import {
  familyBeyond,
  generationBeyond,
  generationOf,
  PARENTS,
  parents,
  Place,
  sampleOf,
} from "./_fixtures/permission_families.ts";
import type { Probed } from "./_fixtures/permission_probes.ts";
import type { Ask } from "./_programs/permission_matrix.ts";
import { assertEquals } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

const LIMIT = { limit: 120_000 };

test(
  "Process, Pool, Manager and fork() give a child nothing that its parent has not, whatever the parent has and is asked for",
  async () => {
    const wrong = await Promise.all(parents.map((parent, at) => familyBeyond(parent, sampleOf(at))));
    assertEquals(wrong.flat(), []);
  },
  LIMIT,
);

test("Process gives the child of a child nothing that the child has not", async () => {
  const wrong = await Promise.all(parents.map((parent, at) => generationBeyond(parent, ...generationOf(at))));
  assertEquals(wrong.flat(), []);
}, LIMIT);

test(
  "Process gives a child what it is asked for where its parent has it: a list, a pattern, a name, beside a deny list",
  async () => {
    const cases: [parent: string, permissions: PermissionSet, what: string[]][] = [
      ["all", { read: ["open"], env: ["S*"], net: ["*.example.com"] }, [
        "read <F>/open",
        "env SECRET",
        "net a.example.com",
      ]],
      ["lists", { read: ["open"], sys: ["osRelease"], run: ["true"] }, ["reads open", "sys osRelease", "run true"]],
      ["lists", { net: ["example.com:443"], import: ["example.com:443"] }, [
        "net example.com:443",
        "import example.com:443",
      ]],
      ["all but deny lists", { read: ["open"], env: ["SAFE_A"] }, ["reads open", "sees SAFE_A"]],
      ["all but deny lists", { net: ["localhost", "127.0.0.1"] }, ["net localhost:8", "connects to 127.0.0.1:7"]],
      ["lists beside deny lists", { net: ["localhost"], run: ["true"] }, ["net localhost", "run true"]],
      ["patterns", { read: ["open"], net: ["a.example.com:443", "10.0.0.1:80"] }, ["reads open", "net 10.0.0.1:80"]],
      ["patterns", { env: ["SAFE_A"], net: ["10.0.0.1:80"] }, ["sees SAFE_A", "import a.example.com"]],
      ["a set of deno.json", { read: ["open"], env: ["SAFE_A"] }, ["reads open", "sees SAFE_A", "import jsr.io:443"]],
    ];
    await Promise.all([...new Set(cases.map(([parent]) => parent))].map(async (parent) => {
      using place = new Place();
      const own = cases.filter(([name]) => name === parent);
      const asks = own.map(([, permissions]) => ({ by: "Process", permissions }) as Ask);
      const { outcomes } = await place.family(PARENTS[parent]!, asks);
      for (const [at, [, permissions, what]] of own.entries()) {
        const [probed] = outcomes[at] as Probed[];
        assertEquals(
          what.filter((probe) => probed?.[place.filled(probe)] !== 2),
          [],
          `${JSON.stringify(permissions)}: ${outcomes[at]}`,
        );
      }
    }));
  },
  LIMIT,
);

noLeaks();
