import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ChatClient } from "../../../lib/client/chat_client.ts";
import type { ClientEvent } from "../../../lib/client/events.ts";
import { FileError, type FileSource } from "../../../lib/client/file_ports.ts";
import { EXIT, type ExitCode } from "../../../lib/terminal/exit_codes.ts";
import { sendFile } from "../../../lib/terminal/send_file.ts";
import { clientOf } from "../../support/at_terminal.ts";
import type { Person } from "../../support/person.ts";
import { RawHome } from "../../support/raw_home.ts";
import { scene } from "../../support/world.ts";
import { FileClientDouble, sourceDouble } from "./file_client_double.ts";

/** How it begins for a file that takes a while. */
const ESTIMATE = '"report.pdf", 1.2 MB, about 40 s: offered';

/** One run of `client send --file`. */
class Run {
  readonly said: string[] = [];
  readonly files = new FileClientDouble();
  readonly #client: ChatClient;
  closed = 0;
  code: ExitCode | undefined;
  #tell: (event: ClientEvent) => void = () => {};
  readonly #stop = Promise.withResolvers<ExitCode>();

  constructor(
    readonly person: Person,
    url: string,
    user: string,
    open?: () => Promise<FileSource>,
  ) {
    this.#client = clientOf(person, url);
    // What a client tells of files is told by hand here.
    const listen = this.#client.listen.bind(this.#client);
    this.#client.listen = (listener) => {
      this.#tell = listener;
      return listen(listener);
    };
    const task = {
      user,
      path: "docs/report.pdf",
      open: open ?? ((path: string) => Promise.resolve(sourceDouble(path, () => this.closed++))),
      now: () => person.world.clock.now(),
      complain: (line: string) => void this.said.push(line),
    };
    void sendFile({ client: this.#client, files: this.files }, task, this.#stop.promise)
      .then((code) => this.code = code);
  }

  /** What it said after the estimate, with which it begins. */
  get complaints(): string[] {
    return this.said.filter((line) => !line.endsWith(ESTIMATE));
  }

  /** Somebody presses Ctrl-C. */
  async interrupted(): Promise<void> {
    this.#stop.resolve(EXIT.interrupted);
    await this.person.world.settle();
  }

  /** The file becomes something. */
  async becomes(changes: Partial<(typeof this.files.all)[number]>): Promise<void> {
    const [transfer] = this.files.all;
    if (transfer === undefined) throw new Error("nothing was offered");
    Object.assign(transfer, changes);
    this.#tell({ kind: "file", transfer, progress: false });
    await this.person.world.settle();
  }
}

async function sent(person: Person, url: string, user: string): Promise<Run> {
  const run = new Run(person, url, user);
  await person.world.settle();
  return run;
}

scene(
  "a file that arrives within a second ends with 0 and says nothing of its way",
  async (world) => {
    const london = await world.server("london");
    const bob = await world.person("bob", london);
    const run = await sent(await world.stranger("alice"), london.url, "bob");
    assertEquals([run.files.asked, run.code], [[`offer report.pdf to ${bob.id}`], undefined]);
    await run.becomes({ state: "running", startedAt: world.clock.now() });
    await run.becomes({ done: 900_000 });
    assertEquals(run.code, undefined);
    await run.becomes({ state: "done" });
    assertEquals([run.code, run.complaints, run.closed], [EXIT.fine, [], 1]);
    assertEquals(bob.sees, []);
  },
);

scene("how long it will take is said before it begins", async (world) => {
  const london = await world.server("london");
  await world.person("bob", london);
  const run = await sent(await world.stranger("alice"), london.url, "bob");
  assertEquals(run.said, [`→ bob: ${ESTIMATE}`]);
  assertEquals(run.files.all.map(({ state }) => state), ["offered"]);
});

scene("what takes longer tells of each tenth", async (world) => {
  const london = await world.server("london");
  await world.person("bob", london);
  const run = await sent(await world.stranger("alice"), london.url, "bob");
  await run.becomes({ state: "running", startedAt: world.clock.now() });
  await run.becomes({ done: 1 });
  await world.advance(4_000);
  await run.becomes({ done: 248_000 });
  await run.becomes({ done: 248_001 });
  await run.becomes({ state: "paused", why: "bob is away" });
  await run.becomes({ state: "done", why: undefined });
  assertEquals([run.code, run.complaints], [EXIT.fine, [
    "→ bob: 20 % of 1.2 MB, 16 s left, 62 kB/s, report.pdf",
    "→ bob: report.pdf waits: bob is away",
  ]]);
});

scene("what does not arrive ends with 1 and says why, harmlessly", async (world) => {
  const london = await world.server("london");
  await world.person("bob", london);
  for (const state of ["rejected", "cancelled", "failed"] as const) {
    const run = await sent(await world.stranger("alice"), london.url, "bob");
    await run.becomes({ state, why: "\x1b[2J no" });
    assertEquals([run.code, run.complaints.length, run.closed], [EXIT.failed, 1, 1]);
    assertStringIncludes(run.complaints[0] ?? "", ": ␛[2J no");
  }
});

scene("whoever interrupts it says good-bye, and lets go of the file", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const run = await sent(await world.stranger("alice"), london.url, "bob");
  await run.becomes({ state: "running", startedAt: world.clock.now() });
  await run.interrupted();
  assertEquals([run.code, run.complaints, run.closed], [EXIT.interrupted, [], 1]);
  assertEquals(bob.sees, []);
});

scene("public is everybody; if nobody takes it, that is a failure", async (world) => {
  const london = await world.server("london");
  const run = await sent(await world.stranger("alice"), london.url, "public");
  assertEquals(run.files.asked, ["offer report.pdf to public"]);
  await run.becomes({ state: "done", takers: { accepted: 2, complete: 1 } });
  assertEquals(run.code, EXIT.fine);
  const alone = await sent(await world.stranger("alice"), london.url, "public");
  await alone.becomes({ state: "done" });
  assertEquals([alone.code, alone.complaints], [EXIT.failed, ["nobody has taken report.pdf"]]);
});

scene("a file that cannot be opened ends with 1 before anybody is called", async (world) => {
  const open = () => Promise.reject(new FileError("there is no such file"));
  const run = new Run(await world.stranger("alice"), "ws://nowhere:1", "bob", open);
  await world.settle();
  assertEquals([run.code, run.complaints], [EXIT.failed, ["there is no such file"]]);
});

scene(
  "nobody of that name ends with 1, no server with 3, and the file is let go",
  async (world) => {
    const london = await world.server("london");
    const nobody = await sent(await world.stranger("alice"), london.url, "zoe");
    assertEquals([nobody.code, nobody.complaints, nobody.closed], [
      EXIT.failed,
      ["zoe is nobody known here"],
      1,
    ]);
    const alone = await sent(await world.stranger("alice"), "ws://paris:8765", "bob");
    assertEquals([alone.code, alone.complaints], [
      EXIT.cannotConnect,
      ["cannot connect: nobody listens there"],
    ]);
  },
);

scene("a server that is lost on the way is waited for, but not for ever", async (world) => {
  const london = await world.server("london");
  await world.person("bob", london);
  const run = await sent(await world.stranger("alice"), london.url, "bob");
  await run.becomes({ state: "running", startedAt: world.clock.now() });
  await london.crash();
  assertEquals(run.code, undefined);
  await london.open();
  await world.advance(60_000);
  assertEquals([run.code, run.files.asked.length], [undefined, 1]);
  await london.crash();
  await world.advance(300_000);
  assertEquals(run.code, EXIT.failed);
  assertEquals(run.complaints, [
    "offline: the connection was lost; it goes on when the server is back",
    "offline: the connection was lost; it goes on when the server is back",
    "the server does not come back: the file has not arrived",
  ]);
});

scene("a server that refuses ends with its code", async (world) => {
  const home = await RawHome.open(world);
  const alice = await world.stranger("alice");
  const run = await sent(alice, home.url, "bob");
  await home.says("ERROR", alice.id, { code: "BAD_KEY", detail: "no" });
  assertEquals([run.code, run.complaints], [EXIT.refused, ["BAD_KEY: no"]]);
});
