import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { toId } from "../../../lib/protocol/ids.ts";
import type { ServerLinkStatus, ServerStatus } from "../../../lib/server/status.ts";
import { statusTable } from "../../../lib/terminal/status_table.ts";
import { width } from "../../../lib/terminal/width.ts";
import { BUSY, DISTANT, LINK, LONELY } from "./status_examples.ts";

const lines = (status: ServerStatus) => statusTable(status).split("\n");
const linked = (...changes: Partial<ServerLinkStatus>[]) =>
  lines({ ...LONELY, links: changes.map((change) => ({ ...LINK, ...change })) });

Deno.test("the table shows the server, its links and the servers beyond", () => {
  assertEquals(lines(BUSY), [
    "server 81b637d8-fcd2-46da-a359-e6963113a117 at chat.example.org:8765, 2026-11-24 03:10:22Z",
    "users: 3 here, 12 elsewhere; messages waiting: 2",
    "",
    "links: 2, of which proven: 1",
    "server    address                      way  proven  since  last frame    queue    in     out",
    "8ce6e67a  127.0.0.1:8766               out  yes     3 min     3 s ago      0 B  1234     987",
    "86de03f1  a-very-long-name.of-a-serv…  in   no        2 d    90 s ago  292 KiB  34 M  999999",
    "  address: a-very-long-name.of-a-server.example.org:8765",
    "  last error: INVALID_SIG: sig does not verify␛[2J␊proven: yes",
    "",
    "without a link: 2, of which out of reach: 1",
    "server    address             via       dialled  last heard",
    "92c748e9  [2001:db8::1]:8765  8ce6e67a  yes        20 s ago",
    "a0e1f2d3  10.0.0.4:9000       nobody    no            never",
    "",
  ]);
});

Deno.test("a server that knows nobody is told what to do", () => {
  assertEquals(lines(LONELY).slice(2), [
    "",
    "no links yet: name a server under bootstrap_servers in bootstrap.yaml and start again,",
    "or let another server join through chat.example.org:8765",
    "",
  ]);
});

Deno.test("a server that has lost all links is told that they are dialled, and where to look", () => {
  const text = statusTable({ ...LONELY, distant: [DISTANT] });
  assertStringIncludes(text, "no links: those below that are dialled are dialled again and again");
  assertStringIncludes(text, "--log-level debug");
  assertStringIncludes(text, "92c748e9");
});

Deno.test("servers whose ids begin alike are told apart", () => {
  const twin = toId("8ce6e67a-5b0b-4d24-9c1d-ffffffffffff");
  const [, , , , , one = "", other = ""] = linked({}, { server: twin });
  assert(one.startsWith("8ce6e67a-5b0b-4d24-9c1d-1  "), one);
  assert(other.startsWith("8ce6e67a-5b0b-4d24-9c1d-f  "), other);
});

Deno.test("a clock that was set back, or is none, spoils no table", () => {
  const at = LONELY.at + 60_000;
  assertStringIncludes(linked({ since: at, lastFrame: at })[5] ?? "", "  0 s     0 s ago  ");
  for (const strange of [NaN, Infinity, -1e300]) {
    const text = statusTable({ ...LONELY, at: strange, links: [{ ...LINK }], distant: [DISTANT] });
    assertStringIncludes(text, "an unknown time");
  }
});

Deno.test("a long error takes one line, cut where a wide character would not fit", () => {
  const [, , , , , , error = ""] = linked({ lastError: `x${"日".repeat(100)}` });
  assert(width(error) <= 100 && width(error) >= 98 && error.endsWith("日…"), error);
});

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.string({ minLength: 200, maxLength: 300 }),
);
const count = fc.nat(Number.MAX_SAFE_INTEGER);
const link: fc.Arbitrary<ServerLinkStatus> = fc.record({
  server: fc.uuid({ version: 4 }).map(toId),
  address: text,
  direction: fc.constantFrom("in", "out"),
  proven: fc.boolean(),
  since: fc.integer({ min: 0, max: LONELY.at }),
  lastFrame: fc.integer({ min: LONELY.at - 100_000_000, max: LONELY.at }),
  queuedBytes: count,
  framesIn: count,
  framesOut: count,
  lastError: fc.option(text, { nil: undefined }),
});

Deno.test("whatever others chose, the table keeps to its lines and to 100 columns", () => {
  const links = fc.uniqueArray(link, {
    minLength: 1,
    selector: ({ server }) => server.slice(0, 8),
  });
  fc.assert(fc.property(links, text, (links, address) => {
    const shown = lines({ ...LONELY, address, links });
    const beneath = links.flatMap(({ lastError }) => lastError === undefined ? [] : [lastError]);
    const wide = shown.filter((line) => line.startsWith("  address: "));
    assertEquals(shown.length, 6 + links.length + beneath.length + wide.length);
    for (const line of shown) {
      assert(width(line) <= 100, `${width(line)} columns: ${line}`);
      assert(!/\p{Cc}|\p{Bidi_Control}/u.test(line) && line === line.trimEnd(), line);
    }
  }));
});

Deno.test("columns stand below their headings, however wide the characters of an address", () => {
  const [, , , , titles = "", one = "", other = ""] = linked(
    { address: "日本.example:1" },
    { address: "b:1", direction: "in" },
  );
  const column = width(titles.slice(0, titles.indexOf("way")));
  for (const [row, way] of [[one, "out"], [other, "in"]] as const) {
    const at = row.lastIndexOf(`  ${way} `) + 2;
    assertEquals(width(row.slice(0, at)), column, row);
  }
});
