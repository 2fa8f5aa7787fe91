import { assert, assertEquals, assertMatch } from "@std/assert";
import { isPublicKey } from "../../lib/crypto/public_key.ts";
import { run } from "../support/processes.ts";
import { REAL, startServer, temporaryFolder } from "../support/real_servers.ts";
import { testNeeding } from "../support/permissions.ts";

/** A server's first start and its second; returns what both said of it. */
async function startTwice(data: string): Promise<[string, string][]> {
  const said: [string, string][] = [];
  for (let time = 0; time < 2; time++) {
    await using server = await startServer({ data });
    said.push([server.serverId, server.fingerprint]);
    server.program.kill("SIGTERM");
    assertEquals((await server.program.end()).code, 0);
  }
  return said;
}

// Each makes an RSA-4096 key, which takes seconds: all at once, so that they wait together.
testNeeding(
  REAL,
  "a first start makes keys: the server's own, and one for each demo",
  async (t) => {
    await using folder = await temporaryFolder();
    await using running = await startServer({ data: `${folder.path}/running`, key: 0 });
    const data = `${folder.path}/new`;
    const [[first, second], demo, lonely] = await Promise.all([
      startTwice(data),
      run("client", ["demo", "--server", running.url]),
      run("client", ["demo", "--server", "ws://127.0.0.1:1"]),
    ]);

    await t.step("the server keeps its key and its id", async () => {
      assert(first !== undefined);
      assertEquals(second, first);
      const publicKey = (await Deno.readTextFile(`${data}/server-key.pub`)).trimEnd();
      assert(isPublicKey(publicKey), publicKey);
      const { mode } = await Deno.stat(`${data}/server-key.pem`);
      assertEquals((mode ?? 0) & 0o777, 0o600);
    });

    await t.step("client demo is welcomed as a user and as a server: 0", () => {
      assertEquals([demo.code, demo.stderr], [0, ""], demo.stdout);
      for (const step of ["(1) as a User", "(2) as a Server"]) assert(demo.stdout.includes(step));
      assertMatch(demo.stdout, /sent +\{"type":"USER_HELLO"[^]*received +\{"type":"ACK"/);
      assertMatch(
        demo.stdout,
        /sent +\{"type":"SERVER_HELLO_JOIN"[^]*received +\{"type":"SERVER_WELCOME"/,
      );
      const verified = demo.stdout.match(/SHA256:[\w-]{43}/g);
      assertEquals(verified, [running.fingerprint, running.fingerprint]);
      assert(!demo.stdout.includes("✗"));
    });

    await t.step("client demo where nobody listens: 3, and what to do", () => {
      assertEquals([lonely.code, lonely.stderr], [3, ""]);
      assertMatch(lonely.stdout, /✗ cannot connect to ws:\/\/127\.0\.0\.1:1: nobody listens there/);
      assertMatch(lonely.stdout, /deno task server/);
    });
  },
);
