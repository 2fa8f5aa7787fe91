import { assertEquals } from "@std/assert";
import { FilePass } from "../../../lib/client/file_pass.ts";

Deno.test("chunks of one run come one after the other", () => {
  const pass = new FilePass();
  assertEquals([0, 1, 2].map((index) => pass.judge(0, index, index)), ["next", "next", "next"]);
});

Deno.test("one that is left out and one that comes twice are told apart", () => {
  const pass = new FilePass();
  pass.judge(0, 0, 0);
  assertEquals(pass.judge(0, 2, 1), "gap");
  assertEquals(pass.judge(0, 0, 1), "repeated");
  assertEquals(pass.judge(0, 1, 1), "next");
});

Deno.test("a new run may begin with what is here already, never behind what is missing", () => {
  const pass = new FilePass();
  pass.judge(0, 0, 0);
  pass.judge(0, 1, 1);
  assertEquals(pass.judge(1, 3, 2), "ahead");
  assertEquals(pass.judge(2, 1, 2), "known");
  assertEquals(pass.judge(2, 2, 2), "next");
  assertEquals(pass.judge(0, 3, 3), "stale");
});

Deno.test("of a run that was left nothing counts any more", () => {
  const pass = new FilePass();
  pass.judge(0, 0, 0);
  pass.leave();
  assertEquals(pass.judge(0, 1, 1), "stale");
  assertEquals(pass.judge(1, 1, 1), "next");
  pass.leave(7);
  assertEquals([pass.judge(7, 2, 2), pass.judge(8, 2, 2)], ["stale", "next"]);
});

Deno.test("whoever is in no run can leave none", () => {
  const pass = new FilePass();
  pass.leave();
  assertEquals(pass.judge(0, 0, 0), "next");
});
