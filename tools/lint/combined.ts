/**
 * Several visitors as one.
 *
 * @module
 */

/**
 * Makes one visitor of several, more than one of which may want to see the same kind of node.
 *
 * @param visitors The visitors.
 * @returns A visitor that does what each of them does, in their order.
 */
export function combined(visitors: readonly Deno.lint.LintVisitor[]): Deno.lint.LintVisitor {
  // deno-lint-ignore no-explicit-any -- the visitor's own type for kinds that it does not know
  const all: Record<string, (node: any) => void> = {};
  for (const [kind, visit] of visitors.flatMap((visitor) => Object.entries(visitor))) {
    if (visit === undefined) continue;
    const before = all[kind];
    all[kind] = (node) => {
      before?.(node);
      visit(node);
    };
  }
  return all;
}
