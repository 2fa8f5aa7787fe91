/**
 * The rule of the rooms: a folder of `lib/` imports only from itself and from the folders above it.
 *
 * @module
 */
import { importVisitor } from "./imports.ts";
import { isPath, isRoom, placeOf, placeOfImport, type Room, roomNameOf, ROOMS } from "./place.ts";

/** What the order alone would allow. A server that cannot import the code that decrypts cannot decrypt. */
const FORBIDDEN: Partial<Record<Room, readonly Room[]>> = { server: ["e2ee", "client"] };

/** Refuses imports against the order of the rooms, and imports that hide where they lead. */
export const rooms: Deno.lint.Rule = {
  create(context) {
    const place = placeOf(context.filename);
    if (!place.startsWith("lib/")) return {};
    const room = roomNameOf(place);
    if (!isRoom(room)) {
      return {
        Program: (node) =>
          context.report({
            node,
            message: `${place} is in none of the rooms of lib/`,
            hint: `The rooms are: ${ROOMS.join(", ")}.`,
          }),
      };
    }
    return importVisitor(({ specifier, node }) => {
      const objection = specifier === undefined
        ? "an import in lib/ must name its file between quotes"
        : isPath(specifier)
        ? objectionToFile(placeOfImport(specifier, place), room)
        : objectionToPackage(specifier);
      if (objection !== undefined) context.report({ node, message: objection });
    });
  },
};

/** Why a room may not import a file; `undefined` if it may. */
function objectionToFile(target: string, room: Room): string | undefined {
  if (target === "deno.json") return undefined; // the version that programs print
  const targetRoom = roomNameOf(target);
  if (!isRoom(targetRoom)) return `lib/ may not import ${target}`;
  if (ROOMS.indexOf(targetRoom) > ROOMS.indexOf(room)) {
    return `${room}/ may not import ${targetRoom}/, which stands below it`;
  }
  if (FORBIDDEN[room]?.includes(targetRoom)) return `${room}/ may never import ${targetRoom}/`;
  return undefined;
}

/** Why `lib/` may not import what is no file of ours; `undefined` if it may. */
function objectionToPackage(specifier: string): string | undefined {
  if (/^(@socp\/|#)/.test(specifier)) return `lib/ names its own files by their paths`;
  if (/^(?!npm:|node:)[a-z][a-z0-9+.-]*:/i.test(specifier)) {
    return `lib/ may not import ${specifier}`;
  }
  return undefined;
}
