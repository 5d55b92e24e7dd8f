/**
 * Reads the junit reports of `deno test` and `bun test`.
 *
 * @module
 */

/** Cases of a report: name, and the failure's text or null. A case that was skipped has failed. */
export function readJunit(xml) {
  const cases = xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g);
  return [...cases].map(([, attributes, body = ""]) => ({
    name: unescape(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? ""),
    failure: failureOf(body),
  }));
}

function failureOf(body) {
  if (/<skipped\b/.test(body)) return "it was skipped";
  const found = /<(?:failure|error)\b([^>]*?)(?:\/>|>([\s\S]*?)<\/(?:failure|error)>)/.exec(body);
  if (found === null) return null;
  const [, attributes, text = ""] = found;
  return unescape(text.trim() || /\bmessage="([^"]*)"/.exec(attributes)?.[1] || "it failed without a message");
}

const ENTITIES = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescape(text) {
  return text.replace(
    /&(?:(lt|gt|amp|quot|apos)|#(\d+)|#x([\da-fA-F]+));/g,
    (_, name, decimal, hex) =>
      name ? ENTITIES[name] : String.fromCodePoint(decimal ? Number(decimal) : parseInt(hex, 16)),
  );
}
