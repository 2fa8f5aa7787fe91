import { assert, assertEquals } from "@std/assert";
import type { ChatActions } from "../../../lib/terminal/chat_actions.ts";
import {
  commandReference,
  COMMANDS,
  recipientLabel,
  runLine,
} from "../../../lib/terminal/command_table.ts";
import type { Person } from "../../../lib/terminal/people.ts";

const bob: Person = { id: "81b637d8-fcd2-46da-a359-e6963113a117", name: "Bob" };
const otherBob: Person = { id: "92c748e9-0de3-47eb-b46a-f7a74224b228", name: "bob" };
const smith: Person = {
  id: "a3d859fa-1ef4-48fc-857b-08b85335c339",
  name: "Bob Smith",
  lastSpoken: 9,
};

/** Runs lines and tells what was asked for and printed. */
function played(lines: string[], people: Person[] = [bob, smith]): string[] {
  const seen: string[] = [];
  let recipient: string | undefined;
  const actions: ChatActions = {
    people: () => people,
    recipient: () => recipient,
    list: () => void seen.push("list"),
    tell: (id, text) => {
      recipient = id;
      seen.push(`tell ${id.slice(0, 2)} ${JSON.stringify(text)}`);
    },
    all: (text) => {
      recipient = "public";
      seen.push(`all ${JSON.stringify(text)}`);
    },
    file: (to, path) => void seen.push(`file ${to.slice(0, 6)} ${JSON.stringify(path)}`),
    accept: (number) => void seen.push(`accept ${number}`),
    reject: (number) => void seen.push(`reject ${number}`),
    cancel: (number) => void seen.push(`cancel ${number}`),
    files: () => void seen.push("files"),
    trust: (id) => void seen.push(`trust ${id.slice(0, 2)}`),
    retry: () => void seen.push("retry"),
    whoAmI: () => void seen.push("whoami"),
    quit: () => void seen.push("quit"),
    print: (text) => void seen.push(text),
    complain: (text) => void seen.push(text),
  };
  for (const line of lines) runLine(line, actions);
  return seen;
}

Deno.test("each command without a person asks for its action", () => {
  assertEquals(played(["/list", "/files", "/retry", "/whoami", "/QUIT", "  "]), [
    "list",
    "files",
    "retry",
    "whoami",
    "quit",
  ]);
});

Deno.test("a text is sent exactly as it was typed", () => {
  assertEquals(
    played(["/tell bob  two  spaces ", '/tell "Bob Smith" "hi" \\n', "/tell bob a\nb"]),
    [
      'tell 81 " two  spaces "',
      'tell a3 "\\"hi\\" \\\\n"',
      'tell 81 "a\\nb"',
    ],
  );
});

Deno.test("a line without a command goes to the last recipient, two slashes send one", () => {
  assertEquals(played(["/tell bob hi", "more ", "//etc/passwd"]), [
    'tell 81 "hi"',
    'tell 81 "more "',
    'tell 81 "/etc/passwd"',
  ]);
});

Deno.test("a line without a command and recipient is not sent but explained", () => {
  assertEquals(played(["hello"]), [
    "To whom? /tell <user> <text>, or /all <text>; after that a plain line goes there too.",
  ]);
});

Deno.test("an unknown command suggests the one that was meant", () => {
  assertEquals(played(["/tlel bob hi"]), ["There is no /tlel: did you mean /tell?"]);
  assertEquals(played(["/xyzzy"]), ["There is no /xyzzy: /help shows them all"]);
  assertEquals(played(["/\x1b[2J"]), ["There is no /␛[2j: /help shows them all"]);
  assertEquals(played(["/"]), ["There is no /: /help shows them all"]);
});

Deno.test("an ambiguous name prints commands that work when pasted", () => {
  const [printed = ""] = played(["/tell bob hi"], [bob, otherBob]);
  assertEquals(printed, "Which bob?\n  /tell Bob·81b637d8\n  /tell bob·92c748e9");
  const [, hint = ""] = printed.split("\n");
  assertEquals(played([`${hint.trim()} hi`], [bob, otherBob]), ['tell 81 "hi"']);
});

Deno.test("an unknown name suggests commands that work when pasted", () => {
  assertEquals(played(["/trust bob_smith"]), [
    'Nobody here is called bob_smith: did you mean /trust "Bob Smith"?',
  ]);
  assertEquals(played(['/trust "Bob Smith"', "/trust 81b637d8"]), ["trust a3", "trust 81"]);
});

Deno.test("a command without its arguments says how it is used", () => {
  assertEquals(played(["/tell", '/tell "Bob', "/tell bob", "/tell bob  "]), [
    "Usage: /tell <user> <text>",
    "Usage: /tell <user> <text>",
    "Nothing to send. Usage: /tell <user> <text>",
    "Nothing to send. Usage: /tell <user> <text>",
  ]);
});

Deno.test("/all sends to everybody, and so do the lines behind it", () => {
  assertEquals(played(["/all  hi ", "more", "/tell bob you", "only you", "/all", "/all  "]), [
    'all " hi "',
    'all "more"',
    'tell 81 "you"',
    'tell 81 "only you"',
    "Nothing to send. Usage: /all <text>",
    "Nothing to send. Usage: /all <text>",
  ]);
});

Deno.test("/file takes a person or everybody, and a path in quotes or not", () => {
  assertEquals(
    played([
      "/file bob report.pdf",
      '/file "Bob Smith" "my \\"best\\" report.pdf" ',
      "/file PUBLIC ../my report.pdf ",
      "/file public '/tmp/my report.pdf'",
      "/file bob /tmp/my\\ report.pdf",
    ]),
    [
      'file 81b637 "report.pdf"',
      'file a3d859 "my \\"best\\" report.pdf"',
      'file public "../my report.pdf"',
      'file public "/tmp/my report.pdf"',
      'file 81b637 "/tmp/my report.pdf"',
    ],
  );
  assertEquals(played(["/file", "/file bob", "/file bob  ", "/file zoe x"]), [
    "Usage: /file <user|public> <path>",
    "Which file? Usage: /file <user|public> <path>",
    "Which file? Usage: /file <user|public> <path>",
    "Nobody here is called zoe: /list shows who is here",
  ]);
});

Deno.test("a person who calls herself public or all is reached by id, and never taken for everybody", () => {
  for (const name of ["public", "Public", "ＡＬＬ"]) {
    const people = [{ ...bob, name }];
    const [everybody, person, told] = played(
      [`/file ${name} x`, "/file 81b637d8 x", `/tell ${name} hi`],
      people,
    );
    assert(person === 'file 81b637 "x"', person);
    if (name.toLowerCase() === "public") assertEquals(everybody, 'file public "x"');
    assertEquals(told, `Nobody here is called ${name}: did you mean /tell ${name}·81b637d8?`);
    assertEquals(
      recipientLabel({ people: () => people, recipient: () => bob.id }),
      `${name}·81b637d8`,
    );
  }
});

Deno.test("/accept, /reject and /cancel take a number, or none", () => {
  assertEquals(
    played(["/accept", "/accept 3", "/reject  12 ", "/cancel", "/cancel 7"]),
    ["accept undefined", "accept 3", "reject 12", "cancel undefined", "cancel 7"],
  );
  for (const typed of ["x", "1 2", "-1", "1e3", "1.5", "99999999999"]) {
    assertEquals(played([`/accept ${typed}`]), [
      "Usage: /accept [number]; /files shows the numbers",
    ]);
  }
});

Deno.test("/help shows every command, /help of one shows its usage", () => {
  const [all = ""] = played(["/help"]);
  for (const { usage, summary } of COMMANDS) assert(all.includes(usage) && all.includes(summary));
  const trust = "/trust <user>: accept a person's changed key";
  assertEquals(played(["/help trust", "/help /trust", "/help trsut"]), [
    trust,
    trust,
    "There is no /trsut: did you mean /trust?",
  ]);
});

Deno.test("the reference has a row for every command", () => {
  const reference = commandReference();
  for (const { usage } of COMMANDS) {
    assert(reference.includes(`| \`${usage.replace("|", "\\|")}\` |`), usage);
  }
});

Deno.test("command names are unique and every usage begins with its name", () => {
  assertEquals(new Set(COMMANDS.map(({ name }) => name)).size, COMMANDS.length);
  for (const { name, usage } of COMMANDS) assertEquals(usage.split(" ")[0], `/${name}`);
});

Deno.test("the prompt names the recipient", () => {
  assertEquals(recipientLabel({ people: () => [bob], recipient: () => bob.id }), "Bob");
  assertEquals(recipientLabel({ people: () => [], recipient: () => bob.id }), "81b637d8");
  assertEquals(recipientLabel({ people: () => [bob], recipient: () => "public" }), "all");
  assertEquals(recipientLabel({ people: () => [bob], recipient: () => undefined }), "");
});

Deno.test("a thousand people of one name do not flood the screen", () => {
  const crowd = Array.from({ length: 1000 }, (_, index) => ({
    id: `${index}`.padStart(8, "a") + bob.id.slice(8),
    name: "bob",
  }));
  const lines = (played(["/tell bob hi"], crowd)[0] ?? "").split("\n");
  assertEquals(lines.length, 12);
  assertEquals(lines.at(-1), "  and 990 more; the beginning of an id is enough");
});
