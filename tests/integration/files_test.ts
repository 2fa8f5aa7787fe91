import { assert, assertEquals, assertMatch } from "@std/assert";
import { start } from "../support/processes.ts";
import { makeProfile } from "../support/real_people.ts";
import { REAL, type RealServer, startServer, temporaryFolder } from "../support/real_servers.ts";
import { testNeeding } from "../support/permissions.ts";

/** Names of files in a folder that are no unfinished ones. */
function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => !name.startsWith(".")).sort();
}

/** A file of some bytes, no two of them alike for long. */
async function someFile(path: string, size: number): Promise<Uint8Array> {
  const bytes = Uint8Array.from({ length: size }, (_, i) => (i * i) >> 7);
  await Deno.writeFile(path, bytes);
  return bytes;
}

/** Bytes that take some seconds even where OpenSSL decrypts them, so that a server can be killed meanwhile. */
const LONG = 300_000;

/** Alice is going to send from London, Bob listens in Paris and takes everything. */
async function twoCities(path: string) {
  const stack = new AsyncDisposableStack();
  const london = stack.use(await startServer({ data: `${path}/london`, key: 0 }));
  const bootstrap = `${path}/bootstrap.yaml`;
  const introducer = `  - host: 127.0.0.1\n    port: ${london.port}\n`;
  await Deno.writeTextFile(bootstrap, `bootstrap_servers:\n${introducer}`);
  const data = `${path}/paris`;
  const paris = stack.use(await startServer({ data, key: 1, bootstrap }));
  await paris.program.line(/joined through/, "stderr");
  const alice = await makeProfile(path, "alice", 2);
  const bob = await makeProfile(path, "bob", 3);
  const landed = `${path}/landed`;
  const listens = async () => {
    const taking = ["listen", "--json", "--accept-files", landed];
    const listener = stack.use(start("client", [...taking, ...bob, "--server", paris.url]));
    await listener.line(/"type":"connected"/);
    return listener;
  };
  const sends = (file: string) =>
    stack.use(start("client", ["send", "--file", file, "bob", ...alice, "--server", london.url]));
  const restarts = async (server: RealServer) => {
    server.program.kill("SIGKILL");
    await server.program.end();
    return stack.use(await startServer({ data, bootstrap, port: server.port }));
  };
  return {
    paris,
    landed,
    listens,
    sends,
    restarts,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

testNeeding(REAL, "a script sends a file to a script on another server, whole", async () => {
  await using folder = await temporaryFolder();
  await using play = await twoCities(folder.path);
  const listener = await play.listens();
  const path = `${folder.path}/ odd $HOME; name'.bin`;
  const bytes = await someFile(path, 20_000);
  const { code, stdout, stderr } = await play.sends(path).end();
  assertEquals([code, stdout], [0, ""], stderr);
  await listener.line(/"type":"file".*"state":"done".*"saved_as"/);
  assertEquals(namesIn(play.landed), ["odd $HOME; name'.bin"]);
  const landed = `${play.landed}/odd $HOME; name'.bin`;
  assertEquals(await Deno.readFile(landed), bytes);
  assertEquals(((await Deno.stat(landed)).mode ?? 0) & 0o777, 0o600);
  // A second one of the same name lands beside it.
  assertEquals((await play.sends(path).end()).code, 0);
  assertEquals(namesIn(play.landed), ["odd $HOME; name' (1).bin", "odd $HOME; name'.bin"]);
});

testNeeding(REAL, "a file goes on after kill -9 of a server, without a new offer", async () => {
  await using folder = await temporaryFolder();
  await using play = await twoCities(folder.path);
  const listener = await play.listens();
  const path = `${folder.path}/long.bin`;
  const bytes = await someFile(path, LONG);
  const sender = play.sends(path);
  await listener.line(/"type":"file".*"state":"running".*"done":[1-9]/);
  await play.restarts(play.paris);
  assertEquals(namesIn(play.landed), []);
  const { code, stderr } = await sender.end();
  assertEquals(code, 0, stderr);
  await listener.line(/"type":"file".*"state":"done"/);
  assertEquals(await Deno.readFile(`${play.landed}/long.bin`), bytes);
  const offers = listener.output.entries.filter(({ text }) => /"state":"offered"/.test(text));
  assertEquals(offers.length, 1);
  assert(listener.output.toString().includes('"state":"paused"'), "it was told that it waits");
});

testNeeding(
  REAL,
  "a receiver that is killed has no half file, and the sender is told",
  async () => {
    await using folder = await temporaryFolder();
    await using play = await twoCities(folder.path);
    const listener = await play.listens();
    const path = `${folder.path}/long.bin`;
    await someFile(path, LONG);
    const sender = play.sends(path);
    await listener.line(/"type":"file".*"state":"running".*"done":[1-9]/);
    listener.kill("SIGKILL");
    await listener.end();
    await play.listens();
    const { code, stderr } = await sender.end();
    assertEquals(code, 1);
    assertMatch(stderr, /long\.bin did not get through: .*restarted/);
    assertEquals(namesIn(play.landed), []);
  },
);
