import { assertEquals } from "@std/assert";
import { FileEvents } from "../../../lib/terminal/file_events.ts";
import { formatJsonEvent } from "../../../lib/terminal/json_events.ts";
import { BOB, incoming, ME } from "./transfer_examples.ts";

Deno.test("a file that has arrived tells where, exactly and harmlessly", () => {
  const name = "../\x1b]0;x\x07\u202Egpj.exe";
  const transfer = incoming({ name, state: "done", done: 5, size: 5, savedAs: "in/x", number: 3 });
  const [event, ...more] = new FileEvents().next(transfer, 17);
  assertEquals(more, []);
  assertEquals(event, {
    ...{ type: "file", state: "done", direction: "in", from: BOB, to: ME, name },
    ...{ size: 5, done: 5, saved_as: "in/x", ts: 17, number: 3 },
  });
  assertEquals(
    formatJsonEvent(event ?? { type: "error", code: "", detail: "", ts: 0 }),
    '{"v":1,"type":"file","state":"done","direction":"in",' +
      `"from":"${BOB}","to":"${ME}","name":"../\\u001b]0;x\\u0007\\u202egpj.exe",` +
      '"size":5,"done":5,"saved_as":"in/x","ts":17,"number":3}',
  );
});

Deno.test("every turn is told at once, progress once a second", () => {
  const events = new FileEvents();
  const transfer = incoming({ size: 1000 });
  const told: string[] = [];
  const hear = (now: number) => {
    for (const event of events.next(transfer, now)) {
      if (event.type === "file") told.push(`${now} ${event.state} ${event.done}`);
    }
  };
  hear(0);
  transfer.state = "running";
  for (let now = 10; now <= 2_500; now += 10) {
    transfer.done = now / 10;
    hear(now);
  }
  Object.assign(transfer, { state: "failed", why: "gone" });
  hear(2_500);
  assertEquals(told, [
    "0 offered 0",
    "10 running 1",
    "1010 running 101",
    "2010 running 201",
    "2500 failed 250",
  ]);
  const [last] = new FileEvents().next(transfer, 2_500);
  assertEquals(last?.type === "file" ? last.reason : undefined, "gone");
});

Deno.test("files do not silence each other", () => {
  const events = new FileEvents();
  assertEquals(events.next(incoming({ number: 1 }), 0).length, 1);
  assertEquals(events.next(incoming({ number: 2 }), 0).length, 1);
  assertEquals(events.next(incoming({ number: 1 }), 0).length, 0);
});
