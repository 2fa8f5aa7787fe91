/**
 * THREATS 19: whatever a sender calls a file, it lands in the folder for files, under a name that hides nothing and
 * that no system gives a meaning.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { posix, win32 } from "node:path";
import fc from "fast-check";
import {
  isUnfinishedFileName,
  LONGEST_NAME,
  numberedFileName,
  safeFileName,
  unfinishedFileName,
} from "../../lib/terminal/file_name.ts";

const NAMES: readonly (readonly [string, string])[] = [
  // Ways out of the folder.
  ["../../.ssh/authorized_keys", "authorized_keys"],
  ["..\\..\\Windows\\System32\\drivers\\etc\\hosts", "hosts"],
  ["/etc/passwd", "passwd"],
  ["C:\\autoexec.bat", "autoexec.bat"],
  ["\\\\server\\share\\x.lnk", "x.lnk"],
  ["..", "file"],
  [".", "file"],
  ["/", "file"],
  ["", "file"],
  ["../", "file"],
  ["folder/", "folder"],
  ["a/../../b", "b"],
  ["..\u200B/..\u200B", "file"],
  [".\u0000./x\0.txt", "x.txt"],
  // Hidden files, and files that shells read.
  [".bashrc", "bashrc"],
  ["....profile", "profile"],
  [". . .profile", "profile"],
  ["\u202E.bashrc", "bashrc"],
  ["-rf", "_-rf"],
  // What Windows drops or takes for something else.
  ["report.txt.", "report.txt"],
  ["report.txt . .", "report.txt"],
  ["report.txt::$DATA", "report.txt__$DATA"],
  ["CON", "_CON"],
  ["nul.txt", "_nul.txt"],
  ["NUL .tar.gz", "_NUL .tar.gz"],
  ["com1", "_com1"],
  ["LPT¹.doc", "_LPT¹.doc"],
  ["COM10", "COM10"],
  ["console.log", "console.log"],
  ['a<b>c:d"e|f?g*h', "a_b_c_d_e_f_g_h"],
  // What deceives the eye or drives a terminal.
  ["photo\u202Egpj.exe", "photogpj.exe"],
  ["\u2066invoice\u2069.pdf", "invoice.pdf"],
  ["pay\u200Bpal\uFEFF.\u00ADtxt", "paypal.txt"],
  ["\x1b]0;pwned\x07.txt", "]0;pwned.txt"],
  ["a\r\nb\tc.txt", "abc.txt"],
  ["report.pdf                                  .exe", "report.pdf .exe"],
  ["report.pdf\u3000\u00A0\u2800\u2003.exe", "report.pdf .exe"],
  ["one\u2028two\u2029.txt", "onetwo.txt"],
  ["half\uD83D.txt", "half.txt"],
  // What stays as it is.
  ["résumé (final).pdf", "résumé (final).pdf"],
  ["re\u0301sume\u0301.pdf", "résumé.pdf"],
  ["日本語 報告書.tar.gz", "日本語 報告書.tar.gz"],
  ["$(id) `id` %n.txt", "$(id) `id` %n.txt"],
];

for (const [name, expected] of NAMES) {
  Deno.test(`${JSON.stringify(name)} lands as ${expected}`, () => {
    assertEquals(safeFileName(name), expected);
  });
}

const bytes = (text: string) => new TextEncoder().encode(text).length;

Deno.test("a long name is cut between characters and keeps its extension", () => {
  assertEquals(safeFileName(`${"x".repeat(300)}.pdf`), `${"x".repeat(251)}.pdf`);
  assertEquals(safeFileName(`${"日".repeat(300)}.tar.gz`), `${"日".repeat(82)}.tar.gz`);
  assertEquals(safeFileName("👩‍🚀".repeat(200)), "👩🚀".repeat(31) + "👩");
  // What looks like a character of two parts is not cut in two.
  assertEquals(safeFileName(`${"x".repeat(250)}y\u0323.pdf`), `${"x".repeat(250)}.pdf`);
  assertEquals(bytes(safeFileName(`z${"\u0323".repeat(3000)}.pdf`)) <= LONGEST_NAME, true);
  // What is longer than extensions are is none.
  assertEquals(safeFileName(`a.${"x".repeat(300)}`), `a.${"x".repeat(253)}`);
  assertEquals(safeFileName(`${"x".repeat(254)} ${"y".repeat(99)}`), "x".repeat(254));
});

Deno.test("variants of a name fit too", () => {
  const long = safeFileName(`${"日".repeat(300)}.tar.gz`);
  const numbered = numberedFileName(long, 12);
  assert(bytes(numbered) <= LONGEST_NAME && numbered.endsWith("日 (12).tar.gz"), numbered);
  assertEquals(numberedFileName("no extension", 1), "no extension (1)");
  const unfinished = unfinishedFileName(long, "4194304-1000");
  assert(bytes(unfinished) <= LONGEST_NAME && isUnfinishedFileName(unfinished), unfinished);
});

Deno.test("an unfinished file is not taken for one that somebody sent, nor the other way round", () => {
  assert(!isUnfinishedFileName(safeFileName(".report.pdf.4711-3.part")));
  assert(!isUnfinishedFileName(".config.part") && !isUnfinishedFileName("report.4711-3.part"));
});

/** Pieces of which hostile names are made, and any text. */
const anyName = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.array(
    fc.constantFrom(
      ...["..", "/", "\\", ".", " ", "\0", "\u202E", "\u200D", "-", "con", "NUL", ":", "x", "日"],
      ...["e", "\u0301", "\u0338", "<", ".tar.gz", "\uD83D", "\uDE00", "x".repeat(250), "\u212A"],
    ),
    { maxLength: 30 },
  ).map((parts) => parts.join("")),
);

Deno.test("whatever the name, it is one visible part of a path inside the folder", () => {
  fc.assert(
    fc.property(anyName, fc.nat({ max: 5000 }), (name, number) => {
      const safe = safeFileName(name);
      assertEquals(safeFileName(safe), safe);
      for (const one of [safe, numberedFileName(safe, number), unfinishedFileName(safe, "7-1")]) {
        assertEquals(posix.relative("/in", posix.join("/in", one)), one);
        assertEquals(win32.relative("C:\\in", win32.join("C:\\in", one)), one);
        assert(bytes(one) > 0 && bytes(one) <= LONGEST_NAME);
        assertEquals(one, one.normalize("NFC"));
        assert(!/[\p{C}<>:"|?*/\\]/u.test(one.replaceAll(/\p{Cn}|\p{Co}/gu, "")), one);
        assert(!/[. ]$|^[ -]/u.test(one), one);
      }
      assert(!safe.startsWith("."), safe);
    }),
    { numRuns: 2000 },
  );
});
