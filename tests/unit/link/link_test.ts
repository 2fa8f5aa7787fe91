import { assertEquals } from "@std/assert";
import { Link, type LinkHost } from "../../../lib/link/link.ts";
import { memoryPair } from "../../../lib/link/memory.ts";
import { exampleText } from "../protocol/examples.ts";
import { RecordingTransport, settled } from "./recording_transport.ts";
import { Cast, ScriptedHost } from "./scripted_host.ts";

class LinkOwner extends ScriptedHost implements LinkHost {
  limit = 10_000;

  outboxLimit(): number {
    return this.limit;
  }

  closed(code: number, reason: string): void {
    this.told.push(`closed ${code} ${reason}`);
  }
}

async function setUp() {
  const cast = await Cast.of();
  const owner = new LinkOwner(cast.server.publicKey);
  const transport = new RecordingTransport();
  const link = new Link(transport, cast.crypto, owner);
  return { cast, owner, transport, link };
}

Deno.test("what comes in is checked and handed over, what goes out is sent", async () => {
  const { cast, owner, transport, link } = await setUp();
  transport.events?.text(await cast.frame("HEARTBEAT"));
  link.send("a");
  link.send(Promise.resolve("b"));
  await link.flush();
  await settled();
  assertEquals(transport.sent, ["a", "b"]);
  assertEquals(owner.told, ["signerOf", "accept HEARTBEAT"]);
  assertEquals(link.remote, "test");
});

Deno.test("a binary message ends the link with 1003 (D5)", async () => {
  const { owner, transport } = await setUp();
  transport.events?.binary();
  assertEquals(transport.closings, ["1003 SOCP is JSON in text messages (§6)"]);
  assertEquals(owner.told, ["closed 1003 SOCP is JSON in text messages (§6)"]);
});

Deno.test("the end is told once, whoever ends it", async () => {
  const { owner, transport, link } = await setUp();
  transport.events?.closed(1006, "");
  link.close(1000, "too late");
  transport.events?.closed(1000, "");
  assertEquals(owner.told, ["closed 1006 "]);
});

Deno.test("a link that the peer closes ends when what came before has been checked", async () => {
  const { cast, owner, transport } = await setUp();
  transport.events?.text(await cast.frame("HEARTBEAT"));
  transport.events?.closed(1000, "bye");
  assertEquals(owner.told, []);
  await settled();
  assertEquals(owner.told, ["signerOf", "accept HEARTBEAT", "closed 1000 bye"]);
});

Deno.test("a link that was given up is gone only when its connection is", async () => {
  const { transport, link } = await setUp();
  let gone = false;
  const done = link.gone().then(() => gone = true);
  link.close(1001, "bye");
  await settled();
  assertEquals(gone, false);
  transport.events?.closed(1001, "bye");
  await done;
});

Deno.test("a link that is closed by its owner is over at once, though the peer never answers", async () => {
  const { owner, transport, link } = await setUp();
  const slow = Promise.withResolvers<string>();
  link.send(slow.promise);
  link.close(1001, "bye");
  slow.resolve("a");
  transport.events?.text(exampleText("CTRL_CLOSE"));
  await settled();
  assertEquals([transport.sent, transport.closings], [[], ["1001 bye"]]);
  assertEquals(owner.told, ["closed 1001 bye"]);
});

Deno.test("a link that is to end after what was sent sends that, and hears nothing more", async () => {
  const { owner, transport, link } = await setUp();
  const slow = Promise.withResolvers<string>();
  link.send(slow.promise);
  link.send("b");
  const ended = link.closeWhenFlushed(1008, "refused");
  transport.events?.text(exampleText("CTRL_CLOSE"));
  await settled();
  assertEquals(transport.closings, []);
  slow.resolve("a");
  await ended;
  assertEquals([transport.sent, transport.closings], [["a", "b"], ["1008 refused"]]);
  assertEquals(owner.told, ["closed 1008 refused"]);
});

Deno.test("a peer that reads too slowly is let go with 1013 (THREATS 15)", async () => {
  const { owner, transport, link } = await setUp();
  transport.bufferedBytes = 9_990;
  link.send("x".repeat(10));
  assertEquals(transport.closings, []);
  link.send("x".repeat(11));
  assertEquals(transport.closings, ["1013 this end reads too slowly"]);
  assertEquals(owner.told, ["closed 1013 this end reads too slowly"]);
});

Deno.test("a link counts what it carries: frames in, frames out, and the bytes that wait", async () => {
  const { cast, transport, link } = await setUp();
  assertEquals(link.traffic, { framesIn: 0, framesOut: 0, queuedBytes: 0 });
  transport.events?.text(await cast.frame("HEARTBEAT"));
  transport.events?.text("not a frame at all");
  const slow = Promise.withResolvers<string>();
  transport.bufferedBytes = 7;
  link.send("first");
  link.send(slow.promise);
  link.send("0123456789");
  await settled();
  const { framesIn, framesOut, queuedBytes } = link.traffic;
  assertEquals([framesIn, framesOut, transport.sent], [2, 3, ["first"]]);
  assertEquals(queuedBytes >= 17, true, "what is not signed yet counts too, about");
  slow.resolve("second");
  await link.flush();
  assertEquals(link.traffic, { framesIn: 2, framesOut: 3, queuedBytes: 7 });
});

Deno.test("frames that waited for a key are checked when the link is told that something is known", async () => {
  const { cast, owner, transport, link } = await setUp();
  owner.early = ({ type }) => type === "USER_REMOVE";
  transport.events?.text(await cast.frame("USER_REMOVE"));
  transport.events?.text(await cast.frame("HEARTBEAT"));
  await settled();
  assertEquals(owner.told.splice(0), ["held USER_REMOVE", "signerOf", "accept HEARTBEAT"]);
  owner.early = () => false;
  link.reconsider();
  await settled();
  assertEquals(owner.told, ["seen", "signerOf", "accept USER_REMOVE"]);
  assertEquals(link.traffic.framesIn, 2, "it came once");
});

Deno.test("a frame that is too big ends the link with 1009", async () => {
  const { owner, transport } = await setUp();
  transport.events?.text("x".repeat(1024 * 1024 + 1));
  await settled();
  assertEquals(transport.closings.map((text) => text.slice(0, 4)), ["1009"]);
  assertEquals(owner.told.length, 1);
});

Deno.test("our own mistake in a handler ends the link with 1011 and says nothing more (ARCHITECTURE: errors)", async () => {
  const { cast, owner, transport } = await setUp();
  owner.onAccept = () => {
    throw new TypeError("secret detail");
  };
  transport.events?.text(await cast.frame("HEARTBEAT"));
  transport.events?.text(await cast.frame("HEARTBEAT"));
  await settled();
  assertEquals(transport.closings, ["1011 internal error"]);
  assertEquals(owner.told.slice(2), [
    "fault TypeError: secret detail",
    "closed 1011 internal error",
  ]);
});

Deno.test("a frame that cannot be signed ends the link with 1011", async () => {
  const { owner, transport, link } = await setUp();
  link.send(Promise.reject(new Error("no key")));
  await settled();
  assertEquals(transport.closings, ["1011 internal error"]);
  assertEquals(owner.told, ["fault Error: no key", "closed 1011 internal error"]);
});

Deno.test("an owner who throws when told of the end is at fault; the socket hears nothing of it", async () => {
  const { owner, transport } = await setUp();
  owner.closed = () => {
    throw new TypeError("our mistake");
  };
  transport.events?.closed(1006, "");
  assertEquals(owner.told, ["fault TypeError: our mistake"]);
});

Deno.test("an owner who throws in the middle of everything disturbs no other link", async () => {
  const cast = await Cast.of();
  const [far, near] = memoryPair();
  const heard: string[] = [];
  far.listen({
    text: (text) => heard.push(text),
    binary: () => {},
    closed: (code) => heard.push(`closed ${code}`),
  });
  const bad = await setUp();
  bad.owner.onAccept = () => {
    throw new TypeError("our mistake");
  };
  const good = new Link(near, cast.crypto, new LinkOwner(cast.server.publicKey));
  bad.transport.events?.text(await bad.cast.frame("HEARTBEAT"));
  await settled();
  good.send("still here");
  await settled();
  assertEquals(heard, ["still here"]);
});
