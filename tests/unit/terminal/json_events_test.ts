import { assert, assertEquals } from "@std/assert";
import { formatJsonEvent } from "../../../lib/terminal/json_events.ts";

const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u;

Deno.test("events for machines begin with their version and type", () => {
  const id = "81b637d8-fcd2-46da-a359-e6963113a117";
  const line = formatJsonEvent({
    type: "message",
    from: id,
    from_name: "bob\u202E",
    to: id,
    text: "\x1b[2J é 👩‍🚀",
    ts: 1,
    received: 2,
    verified: true,
  });
  assert(line.startsWith('{"v":1,"type":"message","from":"81b637d8'));
  assert(!UNSAFE.test(line));
  assertEquals(JSON.parse(line).text, "\x1b[2J é 👩‍🚀");
});
