import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { dialWebSocket } from "../../lib/link/websocket.ts";
import { RealPerson } from "../support/real_people.ts";
import { REAL, startServer, temporaryFolder } from "../support/real_servers.ts";
import { testNeeding } from "../support/permissions.ts";

/** Whose keys a server's database knows. */
function pins(data: string): unknown {
  using db = new DatabaseSync(`${data}/server.db`, { readOnly: true });
  return {
    servers: db.prepare("SELECT server_id, pubkey FROM servers ORDER BY server_id").all(),
    users: db.prepare("SELECT user_id, pubkey, proven FROM users ORDER BY user_id").all(),
    members: db.prepare("SELECT member_id FROM group_members ORDER BY member_id").all(),
  };
}

testNeeding(REAL, "a server that is killed and started again is the same server", async (t) => {
  await using folder = await temporaryFolder();
  const data = `${folder.path}/first`;
  await using first = await startServer({ data, key: 0 });
  const bootstrap = `${folder.path}/bootstrap.yaml`;
  await Deno.writeTextFile(
    bootstrap,
    `bootstrap_servers:\n  - host: 127.0.0.1\n    port: ${first.port}\n`,
  );
  await using second = await startServer({ data: `${folder.path}/second`, key: 1, bootstrap });
  await second.program.line(/joined through/, "stderr");

  // Alice's way back is opened only when the servers have found each other again.
  let wayBack = Promise.withResolvers<void>();
  wayBack.resolve();
  const dial = async (url: string) => {
    await wayBack.promise;
    return await dialWebSocket(url);
  };
  await using alice = await RealPerson.enter(first.url, "alice", 2, dial);
  await using carol = await RealPerson.enter(first.url, "carol", 3);
  await using bob = await RealPerson.enter(second.url, "bob", 4);
  await Promise.all([alice.sees(bob.id), bob.sees(alice.id), bob.sees(carol.id)]);
  await alice.says("before", bob.id);
  const before = pins(data);

  wayBack = Promise.withResolvers();
  const seenByAlice = alice.events.entries.length;
  const seenByCarol = carol.events.entries.length;
  const writtenBySecond = second.program.output.entries.length;
  first.program.kill("SIGKILL");
  assertEquals((await first.program.end()).signal, "SIGKILL");
  await alice.events.until("disconnect", ({ kind }) => kind === "disconnected", seenByAlice);
  const typedMeanwhile = alice.client.tell(bob.id, "typed meanwhile");

  await using again = await startServer({ data, port: first.port });

  await t.step("it has its id, its key and everything it promised to remember", () => {
    assertEquals([again.serverId, again.fingerprint], [first.serverId, first.fingerprint]);
    assertEquals(pins(data), before);
  });

  await t.step("the two servers find each other again", async () => {
    await second.program.line(/linked to a server/, "stderr", writtenBySecond);
  });

  await t.step("its people come back by themselves", async () => {
    wayBack.resolve();
    await Promise.all([alice.ready(seenByAlice), carol.ready(seenByCarol)]);
    for (const [person, after] of [[alice, seenByAlice], [carol, seenByCarol]] as const) {
      const { firstSight } = await person.events.until(
        "connection",
        (event): event is typeof event & { kind: "connected" } => event.kind === "connected",
        after,
      );
      assertEquals(firstSight, false, "the server's key was known");
    }
  });

  await t.step("what was typed meanwhile goes out once", async () => {
    await alice.taken(typedMeanwhile.id);
    await alice.says("after", bob.id);
    await bob.hears("after");
    assertEquals(["before", "typed meanwhile", "after"].map((text) => bob.countOf(text)), [
      1,
      1,
      1,
    ]);
    await bob.says("welcome back", carol.id);
    await carol.hears("welcome back");
  });

  assert(!second.program.output.toString().includes("internal error"));
});
