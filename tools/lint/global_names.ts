/**
 * Which names in a file mean something that the file does not declare itself.
 *
 * @module
 */

/** A use of a global name, as a value. */
export type GlobalUse = Deno.lint.Identifier;

/** Any node, with the one that Deno's own union of them leaves out. */
type Node = Deno.lint.Node | Deno.lint.TSParameterProperty;

interface Declaration {
  readonly name: string;
  readonly scope: Deno.lint.Range;
}

const FUNCTIONS = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
]);

const SCOPES = new Set([
  ...FUNCTIONS,
  "Program",
  "BlockStatement",
  "StaticBlock",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "SwitchStatement",
  "CatchClause",
  "TSModuleBlock",
]);

/** Nodes of the type language whose direct children are values all the same. */
const VALUES_IN_TYPES = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSTypeAssertion",
  "TSInstantiationExpression",
  "TSEnumMember",
  "TSExportAssignment",
]);

/**
 * Visits every use of a global name as a value. Names in types do not count, except a namespace in front
 * of a dot (`Deno.Conn`); names that the file binds do not count where they are bound.
 *
 * @param visit Called for each, at the end of the file.
 * @returns A visitor for a rule.
 */
export function globalVisitor(visit: (use: GlobalUse) => void): Deno.lint.LintVisitor {
  const declarations: Declaration[] = [];
  const uses: Deno.lint.Identifier[] = [];
  const declare = (pattern: Node | null | undefined, scope: Node) => {
    for (const name of boundNames(pattern)) declarations.push({ name, scope: scope.range });
  };
  const declareFunction = (
    node:
      | Deno.lint.FunctionDeclaration
      | Deno.lint.FunctionExpression
      | Deno.lint.ArrowFunctionExpression,
  ) => {
    for (const parameter of node.params) declare(parameter, node);
    if (node.id) declare(node.id, node.type === "FunctionDeclaration" ? scopeOf(node) : node);
  };
  return {
    VariableDeclarator(node) {
      // `declare const Deno` promises a global, it does not replace it.
      if (node.parent.type === "VariableDeclaration" && node.parent.declare) return;
      declare(node.id, scopeOf(node));
    },
    FunctionDeclaration: declareFunction,
    FunctionExpression: declareFunction,
    ArrowFunctionExpression: declareFunction,
    ClassDeclaration: (node) => declare(node.id, scopeOf(node)),
    CatchClause: (node) => declare(node.param, node),
    ImportSpecifier: (node) => declare(node.local, scopeOf(node)),
    ImportDefaultSpecifier: (node) => declare(node.local, scopeOf(node)),
    ImportNamespaceSpecifier: (node) => declare(node.local, scopeOf(node)),
    Identifier(node) {
      if (isUse(node)) uses.push(node);
    },
    "Program:exit"() {
      for (const use of uses) {
        const bound = declarations.some(({ name, scope: [start, end] }) =>
          name === use.name && start <= use.range[0] && use.range[1] <= end
        );
        if (!bound) visit(use);
      }
    },
  };
}

/** The nearest node around another in which names are bound. */
function scopeOf(node: Node): Node {
  let scope = parentOf(node);
  while (scope !== undefined && !SCOPES.has(scope.type)) scope = parentOf(scope);
  return scope ?? node;
}

function parentOf(node: Node): Node | undefined {
  return "parent" in node ? node.parent : undefined;
}

/** The names that a pattern binds. */
function boundNames(pattern: Node | null | undefined): string[] {
  switch (pattern?.type) {
    case "Identifier":
      return [pattern.name];
    case "AssignmentPattern":
      return boundNames(pattern.left);
    case "RestElement":
      return boundNames(pattern.argument);
    case "TSParameterProperty":
      return boundNames(pattern.parameter);
    case "ArrayPattern":
      return pattern.elements.flatMap(boundNames);
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === "Property" ? property.value : property)
      );
    default:
      return [];
  }
}

/** Whether an identifier stands for a value, rather than being a property's name, a label or a type. */
function isUse(node: Deno.lint.Identifier): boolean {
  const parent: Deno.lint.Node = node.parent;
  const isSame = (other: Deno.lint.Node | null | undefined) =>
    other?.range[0] === node.range[0] && other.range[1] === node.range[1];
  switch (parent.type) {
    case "MemberExpression":
      return parent.computed || isSame(parent.object);
    case "Property":
      return parent.computed || parent.shorthand || !isSame(parent.key);
    case "PropertyDefinition":
    case "MethodDefinition":
      return parent.computed || !isSame(parent.key);
    case "ImportSpecifier":
    case "ExportAllDeclaration":
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "MetaProperty":
      return false;
    case "ExportSpecifier":
      return parent.parent.type === "ExportNamedDeclaration" && parent.parent.source === null &&
        isSame(parent.local);
    case "TSQualifiedName":
      return isSame(parent.left);
    case "TSEnumMember":
      return !isSame(parent.id);
    default:
      return !parent.type.startsWith("TS") || VALUES_IN_TYPES.has(parent.type);
  }
}
