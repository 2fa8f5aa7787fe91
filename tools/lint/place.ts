/**
 * Where a file lives in the project, and what follows from that.
 *
 * @module
 */

/** The rooms of `lib/` in the order of dependency: each imports only from itself and from those before it. */
export const ROOMS = [
  "std",
  "base",
  "protocol",
  "crypto",
  "link",
  "e2ee",
  "mesh",
  "store",
  "server",
  "client",
  "config",
  "terminal",
  "web",
] as const;

/** A folder of `lib/`. */
export type Room = typeof ROOMS[number];

/** The project's folder, with a slash at its end: this file lives two levels below it. */
const PROJECT = new URL("../../", import.meta.url);

/**
 * The place of a file.
 *
 * @param filename Its path as the linter knows it, absolute or relative to the project.
 * @returns Its path relative to the project with forward slashes, or its URL if it lies elsewhere.
 */
export function placeOf(filename: string): string {
  const path = filename.replaceAll("\\", "/");
  const absolute = /^[A-Za-z]:\//.test(path) ? `/${path}` : path;
  return placeOfUrl(new URL(absolute.replaceAll("%", "%25"), PROJECT));
}

/**
 * The place of a file by its URL.
 *
 * @param url Its URL.
 * @returns Its path relative to the project, or the URL if it lies elsewhere.
 */
export function placeOfUrl(url: URL): string {
  if (url.protocol !== "file:") return url.href;
  // An escaped letter or dot would otherwise be a second spelling of the same file.
  const path = new URL(encodeURI(decodeURIComponent(url.pathname)), PROJECT).pathname;
  return path.startsWith(PROJECT.pathname)
    ? decodeURIComponent(path.slice(PROJECT.pathname.length))
    : url.href;
}

/**
 * What an import names, seen from the file that imports it.
 *
 * @param specifier The text between the quotes.
 * @param importer The place of the importing file.
 * @returns The place of the target for a relative, absolute or `file:` specifier; otherwise the specifier.
 */
export function placeOfImport(specifier: string, importer: string): string {
  return isPath(specifier) ? placeOfUrl(new URL(specifier, new URL(importer, PROJECT))) : specifier;
}

/**
 * Tells the path of a file from the name of a package.
 *
 * @param specifier What an import names.
 * @returns Whether it is relative, absolute or a `file:` URL.
 */
export function isPath(specifier: string): boolean {
  return /^(\.{0,2}\/|file:)/i.test(specifier);
}

/**
 * The room of a file.
 *
 * @param place Its place.
 * @returns The name of the folder below `lib/`, known or not; `undefined` outside of `lib/` and directly in it.
 */
export function roomNameOf(place: string): string | undefined {
  return /^lib\/([^/]+)\//.exec(place)?.[1];
}

/**
 * Tells a room from any other folder.
 *
 * @param name The name of a folder.
 * @returns Whether there is such a room.
 */
export function isRoom(name: string | undefined): name is Room {
  return ROOMS.some((room) => room === name);
}

/**
 * Whether a file belongs to the synchronous core, which owns no clock, no randomness and no I/O.
 *
 * @param place Its place.
 * @returns `true` if it does.
 */
export function isSynchronousCore(place: string): boolean {
  if (/^lib\/server\/(runtime\.ts|http\.ts|edge\/)/.test(place)) return false;
  return /^lib\/(protocol|mesh|server)\//.test(place) ||
    /^lib\/link\/(session|advance[^/]*|liveness)\.ts$/.test(place);
}

/**
 * Whether a file must run in a browser as well.
 *
 * @param place Its place.
 * @returns `true` if it must.
 */
export function isBrowserSafe(place: string): boolean {
  // They call a library of the machine, and choose whether it is called.
  if (/^lib\/crypto\/((openssl|libcrypto)[^/]*|select)\.ts$/.test(place)) return false;
  return /^lib\/(base|protocol|crypto|link|e2ee|client)\//.test(place);
}
