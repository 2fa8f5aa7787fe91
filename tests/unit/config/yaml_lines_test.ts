import { assertEquals } from "@std/assert";
import { lineOf, type YamlPath } from "../../../lib/config/yaml_lines.ts";

const CASES: [name: string, text: string, path: YamlPath, line: number][] = [
  ["the document is where its first content is", "# why\n\na: 1\n", [], 3],
  ["an empty document is in line 1", "", ["a"], 1],
  ["a key is on its line", "a: 1\nb: 2\n", ["b"], 2],
  ["a nested key is not mistaken for an outer one", "x:\n  b: 1\nb: 2\n", ["b"], 3],
  ["an outer key is not mistaken for a nested one", "x:\n  a: 1\nb: 2\n", ["x", "b"], 1],
  ["a quoted key is found", "\"a\": 1\n'b c': 2\n", ["b c"], 2],
  ["items may be indented", "l:\n  - a: 1\n    b: 2\n  - a: 3\n    b: 4\n", ["l", 1, "b"], 5],
  ["items may stand below their key", "l:\n- a: 1\n- a: 2\n  b: 3\nm: 1\n", ["l", 1, "b"], 4],
  ["what follows a list is not in it", "l:\n- a: 1\nm: 1\n", ["m"], 3],
  ["a dash may stand alone", "l:\n  -\n    a: 1\n  -\n    a: 2\n", ["l", 1, "a"], 5],
  ["lists may hold lists", "l:\n- - a: 1\n  - a: 2\n- - a: 3\n", ["l", 0, 1, "a"], 3],
  ["comments and empty lines are passed over", "l:\n\n  # - a: 0\n  - a: 1\n", ["l", 0, "a"], 4],
  ["a flow mapping is found by its item", "l:\n  - {a: 1}\n  - {a: 2}\n", ["l", 1, "a"], 3],
  ["a flow list is found by its key", "x: 1\nl: [{a: 1}, {a: 2}]\n", ["l", 1, "a"], 2],
  ["a missing key is found by what should hold it", "l:\n  - a: 1\n  - a: 2\n", ["l", 1, "b"], 3],
  ["a missing item is found by its list", "x: 1\nl:\n  - a: 1\n", ["l", 5], 2],
  ["Windows line ends count once", "a: 1\r\nb: 2\r\n", ["b"], 2],
  ["a document's start is passed over", "---\na: 1\n", ["a"], 2],
];
for (const [name, text, path, line] of CASES) {
  Deno.test(`in YAML, ${name}`, () => assertEquals(lineOf(text, path), line));
}
