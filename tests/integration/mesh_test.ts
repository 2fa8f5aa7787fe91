import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fingerprint } from "../../lib/crypto/fingerprint.ts";
import { parsePublicKey } from "../../lib/crypto/public_key.ts";
import { WebCrypto } from "../../lib/crypto/webcrypto.ts";
import { RealPerson } from "../support/real_people.ts";
import { REAL, startServer, temporaryFolder, testKey } from "../support/real_servers.ts";
import { testNeeding } from "../support/permissions.ts";

/** Writes a bootstrap file with one introducer. */
async function listing(folder: string, port: number, pubkey?: string): Promise<string> {
  const path = `${folder}/bootstrap.yaml`;
  const key = pubkey === undefined ? "" : `    pubkey: "${pubkey}"\n`;
  await Deno.writeTextFile(
    path,
    `bootstrap_servers:\n  - host: 127.0.0.1\n    port: ${port}\n${key}`,
  );
  return path;
}

testNeeding(REAL, "two people on two servers talk", async (t) => {
  await using folder = await temporaryFolder();
  await using first = await startServer({ data: `${folder.path}/first`, key: 0 });
  const bootstrap = await listing(folder.path, first.port, testKey(0).publicKey);
  await using second = await startServer({ data: `${folder.path}/second`, key: 1, bootstrap });

  await t.step("the second joins through the first, whose key is pinned: no warning", async () => {
    await second.program.line(/bootstrap: joined through 127\.0\.0\.1:\d+/, "stderr");
    const pinnedAtFirstSight = second.program.output.toString().includes("first sight");
    assertEquals(pinnedAtFirstSight, false);
  });

  await using alice = await RealPerson.enter(first.url, "alice", 2);
  await using bob = await RealPerson.enter(second.url, "bob", 3);

  await t.step("they see each other", async () => {
    await Promise.all([alice.sees(bob.id), bob.sees(alice.id)]);
    assertEquals(alice.client.person(bob.id)?.name, "bob");
    const listed = (await alice.client.list()).map((
      { user_id, server_id },
    ) => [user_id, server_id]);
    assertEquals(
      listed,
      [[alice.id, first.serverId], [bob.id, second.serverId]].sort(([a = ""], [b = ""]) =>
        a < b ? -1 : 1
      ),
    );
  });

  await t.step("texts go both ways, long ones and every character", async () => {
    const texts = ["hi", "Grüße 👩‍👩‍👧‍👦 \u{1F3F3}\u{FE0F}‍🌈 e\u0301", `${"long words ".repeat(300)}end`];
    for (const text of texts) {
      await alice.says(text, bob.id);
      assertEquals((await bob.hears(text)).from.id, alice.id);
      await bob.says(`re: ${text}`, alice.id);
      assertEquals((await alice.hears(`re: ${text}`)).from.name, "bob");
    }
  });

  await t.step("one leaves and the other sees it", async () => {
    await bob.client.stop();
    await alice.sees(bob.id, false);
  });
});

testNeeding(
  REAL,
  "an introducer without a key is pinned at first sight, with a warning",
  async () => {
    await using folder = await temporaryFolder();
    await using first = await startServer({ data: `${folder.path}/first`, key: 0 });
    const bootstrap = await listing(folder.path, first.port);
    const data = `${folder.path}/second`;
    {
      await using second = await startServer({ data, key: 1, bootstrap });
      const [line] = await second.program.line(/^.*first sight.*$/, "stderr");
      const key = parsePublicKey(testKey(0).publicKey);
      assertEquals(await fingerprint(new WebCrypto(), key), first.fingerprint);
      assertMatch(line, /warn/);
      assertStringIncludes(line, `127.0.0.1:${first.port}`);
      assertStringIncludes(line, `fingerprint=${first.fingerprint}`);
      await second.program.line(/joined through/, "stderr");
      second.program.kill("SIGTERM");
      assertEquals((await second.program.end()).code, 0);
    }
    await using again = await startServer({ data, bootstrap });
    await again.program.line(/joined through/, "stderr");
    assert(!again.program.output.toString().includes("first sight"), "the pin was kept");
  },
);

testNeeding(REAL, "an introducer with another key than pinned is not joined", async () => {
  await using folder = await temporaryFolder();
  await using first = await startServer({ data: `${folder.path}/first`, key: 0 });
  const bootstrap = await listing(folder.path, first.port, testKey(4).publicKey);
  await using second = await startServer({ data: `${folder.path}/second`, key: 1, bootstrap });
  const [line] = await second.program.line(/^.*INVALID_SIG.*$/, "stderr");
  assertMatch(line, /warn/);
  assert(!second.program.output.toString().includes("joined through"));
});

testNeeding(
  REAL,
  "an introducer that is not there is one calm line, and joined when it comes",
  async () => {
    await using folder = await temporaryFolder();
    // The port is free a moment ago and is taken again by the introducer below.
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    const bootstrap = await listing(folder.path, port);
    await using joiner = await startServer({ data: `${folder.path}/joiner`, key: 1, bootstrap });
    const where = `127.0.0.1:${port}`;
    const [line] = await joiner.program.line(/^.*cannot reach.*$/, "stderr");
    assertMatch(
      line,
      /warn +bootstrap: cannot reach [\d.:]+ \(nobody listens there\), will try again/,
    );
    assertStringIncludes(line, where);

    // It serves its own people meanwhile.
    await using alice = await RealPerson.enter(joiner.url, "alice", 2);
    await using introducer = await startServer({ data: `${folder.path}/late`, key: 0, port });
    await joiner.program.line(/joined through/, "stderr");
    await using bob = await RealPerson.enter(introducer.url, "bob", 3);
    await alice.sees(bob.id);

    const written = joiner.program.output.entries.filter(({ stream }) => stream === "stderr");
    const warnings = written.filter(({ text }) => /cannot reach/.test(text));
    assertEquals(warnings.length, 1, joiner.program.output.toString());
    assert(!written.some(({ text }) => /^\s+at |Error:/.test(text)), "no stack");
  },
);
