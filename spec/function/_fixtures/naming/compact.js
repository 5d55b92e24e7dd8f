// deno-fmt-ignore-file
import { tools } from "./chain.ts";import{unlisted}from"./unlisted.ts"; export { tools };export const compact = { unlisted };
