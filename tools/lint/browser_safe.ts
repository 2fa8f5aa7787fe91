/**
 * The rule of the browser: what a client is made of uses nothing that only Deno or Node.js has.
 *
 * @module
 */
import { combined } from "./combined.ts";
import { globalVisitor } from "./global_names.ts";
import { importVisitor } from "./imports.ts";
import { isBrowserSafe, placeOf, placeOfImport } from "./place.ts";

const FORBIDDEN = new Set(["Deno", "process", "Buffer", "global", "require"]);

/** Refuses `Deno`, Node.js and files that are not for browsers in the rooms that must run there. */
export const browserSafe: Deno.lint.Rule = {
  create(context) {
    const place = placeOf(context.filename);
    if (!isBrowserSafe(place)) return {};
    const refuse = (node: Deno.lint.Node, what: string) =>
      context.report({ node, message: `${place} must run in a browser, which has no ${what}` });

    const globals = globalVisitor((use) => {
      if (FORBIDDEN.has(use.name)) refuse(use, `\`${use.name}\``);
    });
    const imports = importVisitor(({ specifier, node }) => {
      if (specifier === undefined) return;
      const target = placeOfImport(specifier, place);
      if (target.startsWith("node:")) refuse(node, `\`${target}\``);
      if (/^lib\/(?!std\/)/.test(target) && !isBrowserSafe(target)) refuse(node, target);
    });
    return combined([globals, imports, {
      // `globalThis.Deno` and `const { Deno } = globalThis`
      MemberExpression: (node) => {
        if (isGlobalObject(node.object) && FORBIDDEN.has(propertyName(node.property))) {
          refuse(node, `\`${propertyName(node.property)}\``);
        }
      },
      VariableDeclarator: (node) => {
        if (!isGlobalObject(node.init) || node.id.type !== "ObjectPattern") return;
        for (const property of node.id.properties) {
          if (property.type !== "Property" || !FORBIDDEN.has(propertyName(property.key))) continue;
          refuse(property, `\`${propertyName(property.key)}\``);
        }
      },
    }]);
  },
};

function isGlobalObject(node: Deno.lint.Node | null | undefined): boolean {
  return node?.type === "Identifier" && /^(globalThis|self|window)$/.test(node.name);
}

function propertyName(node: Deno.lint.Node): string {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" ? String(node.value) : "";
}
