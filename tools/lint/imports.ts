/**
 * Every way in which one file can name another.
 *
 * @module
 */

/** One place where a file names another. */
export interface Import {
  /** The text between the quotes; `undefined` if it is not written there. */
  readonly specifier: string | undefined;
  /** What to underline. */
  readonly node: Deno.lint.Node;
}

/**
 * Visits all imports of a file: `import`, `export … from`, `import()`, `import x = require()` and the type
 * `import("…")`; whether only types are imported makes no difference.
 *
 * @param visit Called for each.
 * @returns A visitor for a rule.
 */
export function importVisitor(visit: (found: Import) => void): Deno.lint.LintVisitor {
  const visitSource = (source: Deno.lint.Node, node: Deno.lint.Node) =>
    visit({ specifier: literalText(source), node });
  return {
    ImportDeclaration: (node) => visitSource(node.source, node),
    ExportAllDeclaration: (node) => visitSource(node.source, node),
    ExportNamedDeclaration: (node) => {
      if (node.source !== null) visitSource(node.source, node);
    },
    ImportExpression: (node) => visitSource(node.source, node),
    TSExternalModuleReference: (node) => visitSource(node.expression, node),
    TSImportType: (node) => visitSource(node.argument, node),
  };
}

/** The text of a string literal, also of one without holes in back quotes. */
function literalText(node: Deno.lint.Node): string | undefined {
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" ? node.value : undefined;
    case "TSLiteralType":
      return literalText(node.literal);
    case "TemplateLiteral":
      return node.expressions.length === 0 ? node.quasis[0]?.cooked : undefined;
    default:
      return undefined;
  }
}
