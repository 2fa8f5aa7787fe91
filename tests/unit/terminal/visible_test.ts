import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { visible } from "../../../lib/terminal/visible.ts";

const untouched = {
  "plain": "Hello, world! [x] {y} 100% #1 *",
  "precomposed and decomposed accents": "é e\u0301 ñ n\u0303 ế e\u0302\u0301",
  "Hebrew with vowels": "שָׁלוֹם",
  "Hebrew with cantillation": "בְּרֵאשִׁ֖ית",
  "Arabic": "السَّلَامُ عَلَيْكُمْ",
  "Persian with non-joiner": "می\u200Cخواهم",
  "Thai": "ที่นี่",
  "Devanagari": "नमस्ते क्षत्रिय",
  "Devanagari with joiner": "क्\u200Dष",
  "Bengali with joiner before virama": "র\u200D্য",
  "Malayalam chillu of old": "ന്\u200D",
  "Sinhala": "ශ්\u200Dරී",
  "Korean": "한국어",
  "Japanese with variant": "葛\u{E0100}城",
  "Mongolian variant": "ᠠ\u180B",
  "astronaut": "👩‍🚀",
  "family": "👨‍👩‍👧‍👦",
  "skin": "👍🏽 🧑🏿‍🤝‍🧑🏻",
  "rainbow": "🏳️‍🌈",
  "heart": "❤️",
  "keycaps": "1️⃣ #️⃣ *️⃣",
  "flags": "🇩🇪🇦🇺",
  "Scotland": "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
  "private use": "\uE0B0",
};

for (const [what, text] of Object.entries(untouched)) {
  Deno.test(`${what} stays as it is`, () => assertEquals(visible(text), text));
}

const harmful: [string, string, string][] = [
  ["OSC 0 sets no title", "\x1b]0;owned\x07", "␛]0;owned␇"],
  ["OSC 8 makes no link", "\x1b]8;;http://x\x1b\\y", "␛]8;;http://x␛\\y"],
  ["OSC 52 fills no clipboard", "\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"],
  ["CSI 2J clears no screen", "\x1b[2J", "␛[2J"],
  ["DECRQSS asks for nothing", "\x1bP$qm\x1b\\", "␛P$qm␛\\"],
  ["an 8-bit CSI is a number", "\x9b2J", "<U+009B>2J"],
  ["a carriage return hides nothing", "harmless\revil", "harmless␍evil"],
  ["a backspace erases nothing", "a\bb", "a␈b"],
  ["DEL is a picture", "\x7f", "␡"],
  ["NUL is a picture", "\0", "␀"],
  ["a line break is a picture in one line", "a\nb\tc", "a␊b␉c"],
  ["next line is a number", "\x85", "<U+0085>"],
  ["right-to-left override", "exe.\u202Egpj", "exe.<U+202E>gpj"],
  ["isolates", "\u2066a\u2069", "<U+2066>a<U+2069>"],
  ["marks of direction", "\u200E\u200F\u061C", "<U+200E><U+200F><U+061C>"],
  ["zero-width space", "a\u200Bb", "a<U+200B>b"],
  ["joiners between Latin letters", "a\u200Cb\u200Dc", "a<U+200C>b<U+200D>c"],
  ["word joiner and byte order mark", "\u2060\uFEFF", "<U+2060><U+FEFF>"],
  ["soft hyphen", "a\u00ADb", "a<U+00AD>b"],
  ["separators of lines and paragraphs", "\u2028\u2029", "<U+2028><U+2029>"],
  ["Hangul filler as a name", "\u3164", "<U+3164>"],
  ["tags that hide text", "a\u{E0041}\u{E007F}", "a<U+E0041><U+E007F>"],
  ["a variation selector on a letter", "a\uFE0F", "a<U+FE0F>"],
  ["a second variation selector", "❤\uFE0F\uFE0F", "❤\uFE0F<U+FE0F>"],
  ["a joiner without its second half", "👩\u200D", "👩<U+200D>"],
  ["lone surrogates", "\uD83Da\uDE00", "<U+D83D>a<U+DE00>"],
  ["noncharacters", "\uFFFE\u{1FFFF}", "<U+FFFE><U+1FFFF>"],
  ["interlinear annotation", "\uFFF9", "<U+FFF9>"],
  ["a mark without a base", "\u0301x", "◌\u0301x"],
];

for (const [what, text, expected] of harmful) {
  Deno.test(`made visible: ${what}`, () => assertEquals(visible(text), expected));
}

Deno.test("ten thousand combining marks become six and a remark", () => {
  const shown = visible(`Z${"\u0301".repeat(10_000)}algo`);
  assertEquals(shown, `Z${"\u0301".repeat(6)}<+9994 marks>algo`);
});

Deno.test("joiners between marks build no tower", () => {
  const shown = visible(`क${"\u094D\u200D".repeat(1000)}`);
  assert(!/[\p{M}\u200D]{9}/u.test(shown));
});

Deno.test("a text of several lines keeps its breaks and tabs as spaces", () => {
  assertEquals(visible("a\r\nb\n\tc\rd", { multiline: true }), "a\nb\n    c␍d");
});

Deno.test("a mark at the beginning of a later line gets a base", () => {
  assertEquals(visible("a\n\u0301", { multiline: true }), "a\n◌\u0301");
});

Deno.test("the length of a text does not make it slow", () => {
  for (const unit of ["a", "\u0301", "👩\u200D", "1", "\u200D", "🏴\u{E0067}", "\x1b"]) {
    assert(visible(unit.repeat(50_000)).length >= 50_000 || unit === "\u0301");
  }
});

/** Texts made of what hurts, so that a few hundred runs meet much of it. */
const nasty = fc.array(
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 3 }),
    fc.constantFrom(...harmful.map(([, text]) => text), ...Object.values(untouched)),
    fc.integer({ min: 0, max: 0xFFFF }).map((unit) => String.fromCharCode(unit)),
  ),
  { maxLength: 12 },
).map((parts) => parts.join(""));

Deno.test("whatever comes in, no control, no bidi mark and no lone surrogate comes out", () => {
  fc.assert(
    fc.property(nasty, fc.boolean(), (text, multiline) => {
      const shown = visible(text, { multiline });
      const rest = multiline ? shown.replaceAll("\n", "") : shown;
      assert(!/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}]/u.test(rest));
      assert(!/[\u200B\u2060\uFEFF\u00AD]/u.test(rest));
      assert(!/\p{M}{8}/u.test(rest.replace(/[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/gu, "")));
    }),
    { numRuns: 500 },
  );
});

Deno.test("what was made visible stays as it is the second time", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const once = visible(text);
      assertEquals(visible(once), once);
    }),
    { numRuns: 300 },
  );
});
