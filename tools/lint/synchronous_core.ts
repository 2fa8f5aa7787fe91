/**
 * The rule of the synchronous core: no `await`, clock, randomness, timer, output or input. Time and
 * randomness come in as arguments, so that a whole network of servers runs in one test, from a seed.
 *
 * @module
 */
import { combined } from "./combined.ts";
import { globalVisitor } from "./global_names.ts";
import { importVisitor } from "./imports.ts";
import { isSynchronousCore, placeOf, placeOfImport } from "./place.ts";

/** Global names that the core may not even mention, and what they would bring in. */
const FORBIDDEN = new Map<string, string>([
  ...reasons("waits", "Promise", "Atomics"),
  ...reasons("reads a clock", "performance", "Temporal"),
  ...reasons("is random", "crypto"),
  ...reasons(
    "is a timer",
    "setTimeout",
    "clearTimeout",
    "setInterval",
    "clearInterval",
    "setImmediate",
    "clearImmediate",
    "queueMicrotask",
    "requestAnimationFrame",
    "requestIdleCallback",
  ),
  ...reasons(
    "is input or output",
    "console",
    "Deno",
    "process",
    "fetch",
    "WebSocket",
    "EventSource",
    "BroadcastChannel",
    "MessageChannel",
    "Worker",
    "localStorage",
    "sessionStorage",
    "alert",
    "confirm",
    "prompt",
  ),
  ...reasons(
    "hides what is used",
    "globalThis",
    "window",
    "self",
    "global",
    "eval",
    "Function",
    "require",
  ),
]);

function reasons(reason: string, ...names: string[]): [name: string, reason: string][] {
  return names.map((name) => [name, reason]);
}

/** Refuses in the core whatever would make its result depend on more than its arguments. */
export const synchronousCore: Deno.lint.Rule = {
  create(context) {
    const place = placeOf(context.filename);
    if (!isSynchronousCore(place)) return {};
    const refuse = (node: Deno.lint.Node, what: string) =>
      context.report({ node, message: `the synchronous core has no ${what}` });

    const globals = globalVisitor((use) => {
      const reason = FORBIDDEN.get(use.name);
      if (reason !== undefined) refuse(use, `\`${use.name}\`: it ${reason}`);
      else if (use.name === "Date" && !isTimeless(use)) refuse(use, "clock: give it the time");
      else if (use.name === "Math" && !isCertain(use)) {
        refuse(use, "`Math.random`: give it a number");
      }
    });
    const imports = importVisitor(({ specifier, node }) => {
      if (specifier === undefined) return;
      const target = placeOfImport(specifier, place);
      if (target.startsWith("node:")) refuse(node, `\`${target}\``);
    });
    return combined([
      globals,
      imports,
      {
        AwaitExpression: (node) => refuse(node, "`await`"),
        ImportExpression: (node) => refuse(node, "`import()`: it waits"),
        ForOfStatement: (node) => {
          if (node.await) refuse(node, "`for await`");
        },
        VariableDeclaration: (node) => {
          if (node.kind === "await using") refuse(node, "`await using`");
        },
        ":matches(FunctionDeclaration, FunctionExpression, ArrowFunctionExpression)[async=true]": (
          node: Deno.lint.Node,
        ) => refuse(node, "`async` functions"),
      },
    ]);
  },
};

/** Whether a use of `Date` needs no clock: a date of given parts, or the mere class. */
function isTimeless(use: Deno.lint.Identifier): boolean {
  const parent: Deno.lint.Node = use.parent;
  switch (parent.type) {
    case "NewExpression":
      return parent.callee.range[0] === use.range[0] && parent.arguments.length > 0 &&
        parent.arguments.every((argument) => argument.type !== "SpreadElement");
    case "BinaryExpression":
      return parent.operator === "instanceof" && parent.right.range[0] === use.range[0];
    case "MemberExpression":
      return /^(UTC|parse)$/.test(plainProperty(parent) ?? "");
    default:
      return false;
  }
}

/** Whether a use of `Math` is some function of it by name, and not the random one. */
function isCertain(use: Deno.lint.Identifier): boolean {
  const parent: Deno.lint.Node = use.parent;
  if (parent.type !== "MemberExpression") return false;
  const property = plainProperty(parent);
  return property !== undefined && property !== "random";
}

function plainProperty(node: Deno.lint.MemberExpression): string | undefined {
  return !node.computed && node.property.type === "Identifier" ? node.property.name : undefined;
}
