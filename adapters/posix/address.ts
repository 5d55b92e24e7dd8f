/**
 * Addresses of sockets: `unix:PATH`, or `tcp:HOST:PORT`. A path that starts with a
 * zero byte is an abstract name, which Linux keeps outside of the file system.
 *
 * @module
 */

/** An address in its parts. */
export type SocketAddress =
  | { readonly transport: "unix"; readonly path: string }
  | { readonly transport: "tcp"; readonly hostname: string; readonly port: number };

/** The parts of an address. */
export function parseAddress(address: string): SocketAddress {
  if (address.startsWith("unix:")) return { transport: "unix", path: address.slice("unix:".length) };
  const [, hostname = "", port = ""] = /^tcp:(.*):(\d+)$/s.exec(address) ?? [];
  return { transport: "tcp", hostname, port: Number(port) };
}

/** Whether a path is a name outside of the file system. */
export function isAbstract(path: string): boolean {
  return path.startsWith("\0");
}
