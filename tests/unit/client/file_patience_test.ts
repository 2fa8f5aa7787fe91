import { assertEquals } from "@std/assert";
import {
  FilePatience,
  HELD_UP_MS,
  MAX_ASKED,
  NO_NEWS_MS,
  SILENCE_MS,
} from "../../../lib/client/file_patience.ts";

Deno.test("silence is asked about", () => {
  const patience = new FilePatience(false);
  patience.goesOn(1_000);
  assertEquals([patience.deadline, patience.due(1_000)], [1_000 + SILENCE_MS, "nothing"]);
  assertEquals(patience.due(1_000 + SILENCE_MS), "ask");
  patience.heard(20_000);
  assertEquals(patience.deadline, 20_000 + SILENCE_MS);
});

Deno.test("it is asked a few times only, unless something new comes", () => {
  const patience = new FilePatience(false);
  const asks = Array.from({ length: MAX_ASKED + 1 }, () => patience.asks());
  assertEquals(asks, [true, true, true, false]);
  patience.news(0);
  assertEquals(patience.asks(), true);
});

Deno.test("signs of life without anything new do not count for ever", () => {
  const patience = new FilePatience(false);
  patience.goesOn(0);
  patience.heard(NO_NEWS_MS);
  assertEquals(patience.due(NO_NEWS_MS), "noNews");
  const others = new FilePatience(true);
  others.goesOn(0);
  others.heard(NO_NEWS_MS);
  assertEquals(others.due(NO_NEWS_MS), "nothing");
});

Deno.test("what is held up goes on when it is time, and is given up in the end", () => {
  const patience = new FilePatience(false);
  patience.goesOn(0);
  patience.heldUp(1_000);
  assertEquals([patience.deadline, patience.due(SILENCE_MS)], [1_000 + HELD_UP_MS, "nothing"]);
  patience.askAt(5_000);
  assertEquals(patience.due(5_000), "goOn");
  // Held up again and again with nothing new in between is one long time.
  patience.goesOn(5_000);
  patience.heldUp(6_000);
  assertEquals(patience.due(1_000 + HELD_UP_MS), "tooLong");
  patience.news(1_000 + HELD_UP_MS);
  assertEquals(patience.due(1_000 + HELD_UP_MS), "nothing");
});

Deno.test("who is not held up is not asked to go on", () => {
  const patience = new FilePatience(false);
  patience.goesOn(0);
  patience.askAt(10);
  assertEquals(patience.due(10), "nothing");
});
