import { assertEquals } from "@std/assert";
import { editDistance, nearest } from "../../../lib/base/edit_distance.ts";

Deno.test("the edit distance counts a swap as one", () => {
  assertEquals(editDistance("", "abc"), 3);
  assertEquals(editDistance("abc", "acb"), 1);
  assertEquals(editDistance("kitten", "sitting"), 3);
  assertEquals(nearest("", ["list"]), []);
});

Deno.test("what is too far away is not suggested, what begins alike is", () => {
  assertEquals(nearest("tel", ["tell", "trust"]), ["tell"]);
  assertEquals(nearest("tlel", ["all", "tell"]), ["tell"]);
  assertEquals(nearest("q", ["quit", "list"]), ["quit"]);
  assertEquals(nearest("xyzzy", ["quit", "list"]), []);
});
