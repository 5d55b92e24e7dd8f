import { show } from "./show.ts";
import anonymous, { fallback, renamed, space, starred } from "./barrel.ts";
import object from "./object.ts";
import { memoized, once } from "./wrapped.ts";
import data from "./data.json" with { type: "json" };
import common from "./common.cjs";
import { cyclic } from "./cycle_one.ts";
import { given as awaited, late } from "./awaits.ts";
import { typed } from "./typed.mts";
import { element } from "./element.tsx";
import { script } from "./script.jsx";
import { given } from "./through.ts";
import { twice } from "./twice_one.ts";

const { dynamic } = await import("./dynamic.ts");
const computed = await import(`./${"computed"}.ts`);
const kept = (n: number): string => `kept ${n}`;
export { kept as shown };
export const wrapped = once((n) => `wrapped ${n} ${data.value}`);

if (import.meta.main) {
  await show({
    ...{ anonymous, starred, renamed, spaced: space.starred, fallback, object: object.inside, memoized, common },
    ...{ cyclic, late, typed, element, script, twice, dynamic, computed: computed.computed, kept, wrapped },
    ...{ exported: common.exported },
    ...awaited(),
    ...given(),
  });
}
