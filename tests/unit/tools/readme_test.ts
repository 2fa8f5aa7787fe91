import { assert, assertEquals } from "@std/assert";
import project from "../../../deno.json" with { type: "json" };
import { CLIENT_OPTIONS } from "../../../lib/config/client_config.ts";
import type { OptionTable } from "../../../lib/config/options.ts";
import { SERVER_OPTIONS } from "../../../lib/config/server_config.ts";
import { commandReference } from "../../../lib/terminal/command_table.ts";
import { EXIT } from "../../../lib/terminal/exit_codes.ts";
import { ROOMS } from "../../../tools/lint/place.ts";
import { testNeeding } from "../../support/permissions.ts";

const ROOT = new URL("../../../", import.meta.url);
const DOCUMENTS = ["README.md", "CHANGELOG.md", "docs/bootstrap.md", "lib/README.md"];

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

/** What stands in the README between `<!-- name -->` and `<!-- end -->`. */
function section(name: string): string {
  const [, text] = read("README.md").split(`<!-- ${name} -->`);
  assert(text !== undefined, `the README has no <!-- ${name} -->`);
  return text.split("<!-- end -->")[0] ?? "";
}

/** The cells of a Markdown table, however the formatter has spaced them. */
function cells(table: string): string[][] {
  const rows = table.split("\n").filter((line) => line.startsWith("|"));
  return rows
    .map((row) => row.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()))
    .filter((row) => !row.every((cell) => /^-+$/.test(cell)));
}

/** What the README must say of a program's options. */
function optionCells(table: OptionTable): string[][] {
  const rows = Object.entries(table).map(([name, option]) => {
    if (option.kind === undefined) {
      return [
        `\`--${name}\``,
        option.env === undefined ? "" : `\`${option.env}\``,
        "",
        option.help,
      ];
    }
    const usual = option.default === undefined ? option.defaultNote ?? "" : `\`${option.default}\``;
    const variable = option.env === undefined ? "" : `\`${option.env}\``;
    return [`\`--${name} <${option.placeholder}>\``, variable, usual, option.help];
  });
  return [["option", "environment", "default", "what it does"], ...rows];
}

testNeeding(["read"], "the README lists the options that the server has", () => {
  assertEquals(cells(section("server options")), optionCells(SERVER_OPTIONS));
});

testNeeding(["read"], "the README lists the options that the client has", () => {
  assertEquals(cells(section("client options")), optionCells(CLIENT_OPTIONS));
});

testNeeding(["read"], "the README lists the commands that the chat has", () => {
  assertEquals(cells(section("commands")), cells(commandReference()));
});

testNeeding(["read"], "the README lists the exit codes that the client has", () => {
  const listed = [...read("README.md").matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
  assertEquals(listed, Object.values(EXIT));
});

testNeeding(["read"], "the README says why each dependency is there", () => {
  const named = [...read("README.md").matchAll(/^\| `([^`]+)` +\| (?:`npm:|`lib\/std\/)/gm)];
  assertEquals(
    named.map(([, name]) => name).toSorted(),
    Object.keys(project.imports).toSorted(),
  );
});

testNeeding(["read"], "lib/README.md lists the rooms in the order of dependency", () => {
  const there = ROOMS.filter((room) =>
    [...Deno.readDirSync(new URL("lib", ROOT))].some(({ name }) => name === room)
  );
  const listed = [...read("lib/README.md").matchAll(/^\| `([a-z0-9]+)\/` +\|/gm)];
  assertEquals(listed.map(([, room]) => room), there);
});

testNeeding(["read"], "every file that lib/README.md names is there", () => {
  for (const [, path = ""] of read("lib/README.md").matchAll(/`([a-z0-9_/]+\.ts)`/g)) {
    const folder = /^(tests|tools)\/|^[^/]+$/.test(path) ? "" : "lib/";
    assert(Deno.statSync(new URL(`${folder}${path}`, ROOT)).isFile, path);
  }
});

testNeeding(["read"], "every link of the documents leads to a file, every task exists", () => {
  for (const document of DOCUMENTS) {
    const text = read(document);
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      assert(Deno.statSync(new URL(target, new URL(document, ROOT))).isFile, target);
    }
    for (const [, task = ""] of text.matchAll(/\b(?:deno|deno@[\d.]+) task ([a-z:]+)/g)) {
      assert(Object.hasOwn(project.tasks, task), `${document}: deno task ${task}`);
    }
  }
});
