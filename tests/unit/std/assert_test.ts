import {
  assert,
  assertAlmostEquals,
  assertArrayIncludes,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertObjectMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
  unreachable,
} from "@std/assert";

/** Insists that an assertion fails, without using another assertion for it. */
function mustFail(assertion: () => unknown, includes = ""): void {
  try {
    assertion();
  } catch (error) {
    if (error instanceof AssertionError && error.message.includes(includes)) return;
    throw error;
  }
  throw new Error(`this passed, and should not have: ${assertion}`);
}

async function mustReject(assertion: () => Promise<unknown>, includes = ""): Promise<void> {
  const error: unknown = await assertion().then(() => undefined, (error: unknown) => error);
  mustFail(() => {
    if (error !== undefined) throw error;
  }, includes);
}

Deno.test("AssertionError is an Error with its own name", () => {
  const error = new AssertionError("why", { cause: 1 });
  assert(error instanceof Error);
  assertEquals([error.name, error.message, error.cause], ["AssertionError", "why", 1]);
});

Deno.test("assert passes what is truthy and narrows it", () => {
  const value: string | undefined = ["text"].at(0);
  assert(value);
  assertEquals(value.length, 4);
  for (const falsy of [false, 0, "", null, undefined, NaN]) mustFail(() => assert(falsy));
  mustFail(() => assert(false, "because"), "because");
});

Deno.test("assertFalse passes what is falsy", () => {
  for (const falsy of [false, 0, "", null, undefined]) assertFalse(falsy);
  mustFail(() => assertFalse(1, "because"), "because");
});

Deno.test("assertExists passes everything but null and undefined", () => {
  const value: number | undefined = [0].at(0);
  assertExists(value);
  assertEquals(value.toFixed(), "0");
  for (const there of ["", false, NaN]) assertExists(there);
  mustFail(() => assertExists(null, "because"), "because");
  mustFail(() => assertExists(undefined));
});

Deno.test("assertInstanceOf passes instances, of subclasses too", () => {
  const value: unknown = new TypeError("x");
  assertInstanceOf(value, Error);
  assertEquals(value.message, "x");
  mustFail(() => assertInstanceOf(new Error("x"), TypeError, "because"), "because");
  for (const other of [null, undefined, "x", {}, Object.create(null)]) {
    mustFail(() => assertInstanceOf(other, Date));
  }
});

Deno.test("fail and unreachable never return", () => {
  mustFail(() => fail());
  mustFail(() => fail("because"), ": because");
  mustFail(() => unreachable());
  mustFail(() => unreachable("because"), ": because");
});

Deno.test("assertEquals passes what is deeply equal", () => {
  const same: [unknown, unknown][] = [
    [NaN, NaN],
    [[1, [2, { a: "x" }]], [1, [2, { a: "x" }]]],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }],
    [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    [new Map([["a", { b: 1 }]]), new Map([["a", { b: 1 }]])],
    [new Set([1, 2]), new Set([2, 1])],
    [new Date(5), new Date(5)],
    [/a/g, /a/g],
    [{ x: -0 }, { x: 0 }],
  ];
  for (const [a, b] of same) {
    assertEquals(a, b);
    mustFail(() => assertNotEquals(a, b, "because"), "because");
  }
});

Deno.test("assertEquals refuses every difference", () => {
  const different: [unknown, unknown][] = [
    [1, "1"],
    [null, undefined],
    [{ a: undefined }, {}],
    [{ a: 1 }, { a: 2 }],
    [[1, 2], [2, 1]],
    [[1], { 0: 1 }],
    [new Uint8Array([1]), new Uint8Array([2])],
    [new Uint8Array([1]), new Int8Array([1])],
    [new Map([["a", 1]]), new Map([["a", 2]])],
    [new Set([1]), new Set([2])],
    [new Date(5), new Date(6)],
    [/a/g, /a/],
    [new (class A {})(), {}],
  ];
  for (const [a, b] of different) {
    assertNotEquals(a, b);
    mustFail(() => assertEquals(a, b));
  }
  mustFail(() => assertEquals({ a: 1 }, { a: 2 }, "because"), "Values are not equal: because");
});

Deno.test("assertEquals goes round in circles only once", () => {
  const circle = (name: string) => {
    const object: Record<string, unknown> = { name };
    object["self"] = object;
    return object;
  };
  assertEquals(circle("a"), circle("a"));
  mustFail(() => assertEquals(circle("a"), circle("b")));
});

Deno.test("assertStrictEquals passes the same value only", () => {
  const object = { a: 1 };
  const value: unknown = object;
  assertStrictEquals(value, object);
  assertEquals(value.a, 1);
  assertStrictEquals(NaN, NaN);
  mustFail(() => assertStrictEquals({ a: 1 }, { a: 1 }, "because"), "because");
  mustFail(() => assertStrictEquals(1, 2));
});

Deno.test("assertArrayIncludes passes if every item is there", () => {
  assertArrayIncludes([1, 2, { a: 1 }], [{ a: 1 }, 1]);
  assertArrayIncludes(new Uint8Array([1, 2]), new Uint8Array([2]));
  mustFail(() => assertArrayIncludes([1, 2], [2, 3], "because"), "because");
  mustFail(() => assertArrayIncludes([{ a: 1 }], [{ a: 2 }]));
});

Deno.test("assertObjectMatch passes if every expected property is there", () => {
  assertObjectMatch({ a: 1, b: { c: 2, d: 3 } }, { b: { c: 2 } });
  assertObjectMatch({ list: [{ a: 1, b: 2 }] }, { list: [{ a: 1 }] });
  assertObjectMatch({ bytes: new Uint8Array([1]) }, { bytes: new Uint8Array([1]) });
  mustFail(() => assertObjectMatch({ a: 1 }, { a: 2 }, "because"), "because");
  mustFail(() => assertObjectMatch({ a: 1 }, { a: 1, b: 2 }));
  mustFail(() => assertObjectMatch({ a: { b: 1 } }, { a: { c: 1 } }));
  mustFail(() => assertObjectMatch({ list: [{ a: 1 }] }, { list: [{ a: 1 }, { a: 2 }] }));
  mustFail(() => assertObjectMatch({ list: [{ a: 1 }] }, { list: [{ a: 2 }] }));
});

Deno.test("the assertions of order know equal from unequal", () => {
  assertGreater(2, 1);
  assertGreaterOrEqual(2, 2);
  assertLess("a", "b");
  assertLessOrEqual(1n, 1n);
  mustFail(() => assertGreater(1, 1, "because"), "because");
  mustFail(() => assertGreaterOrEqual(1, 2, "because"), "because");
  mustFail(() => assertLess(1, 1, "because"), "because");
  mustFail(() => assertLessOrEqual(2, 1, "because"), "because");
});

Deno.test("assertAlmostEquals allows the tolerance and no more", () => {
  assertAlmostEquals(0.1 + 0.2, 0.3);
  assertAlmostEquals(1, 1.4, 0.5);
  assertAlmostEquals(Infinity, Infinity);
  mustFail(() => assertAlmostEquals(1, 1.001));
  mustFail(() => assertAlmostEquals(1, 2, 0.5, "because"), "because");
  mustFail(() => assertAlmostEquals(NaN, 1));
});

Deno.test("assertMatch and assertStringIncludes look into texts", () => {
  assertMatch("ws://localhost:8765", /:\d+$/);
  assertStringIncludes("localhost", "host");
  mustFail(() => assertMatch("a", /b/, "because"), "because");
  mustFail(() => assertStringIncludes("a", "b", "because"), "because");
});

Deno.test("assertThrows returns what was thrown", () => {
  const error = assertThrows(
    () => {
      throw new TypeError("no such thing");
    },
    TypeError,
    "such",
  );
  assertEquals(error.message, "no such thing");
  assertEquals(
    assertThrows(() => {
      throw "no error at all";
    }),
    "no error at all",
  );
});

Deno.test("assertThrows refuses nothing, another class, another message", () => {
  const throwing = (error: unknown) => () => {
    throw error;
  };
  mustFail(() => assertThrows(() => {}, "because"), ": because");
  mustFail(() => assertThrows(() => {}, Error, "x", "because"), ": because");
  mustFail(() => assertThrows(throwing(new Error("x")), TypeError, "x", "because"), ": because");
  mustFail(() => assertThrows(throwing(new Error("x")), Error, "y", "because"), ": because");
  mustFail(() => assertThrows(throwing("x"), Error));
});

Deno.test("assertRejects returns what was rejected with", async () => {
  const error = await assertRejects(
    () => Promise.reject(new TypeError("no such thing")),
    TypeError,
    "such",
  );
  assertEquals(error.message, "no such thing");
  assertEquals(await assertRejects(() => Promise.reject("no error at all")), "no error at all");
});

Deno.test("assertRejects refuses success, another class, another message, and throwing", async () => {
  const rejecting = (error: unknown) => () => Promise.reject(error);
  await mustReject(() => assertRejects(() => Promise.resolve(), "because"), ": because");
  await mustReject(() => assertRejects(rejecting(new Error("x")), TypeError, "x", "why"), ": why");
  await mustReject(() => assertRejects(rejecting(new Error("x")), Error, "y", "why"), ": why");
  await mustReject(() => assertRejects(rejecting("x"), Error));
  await mustReject(() =>
    assertRejects(() => {
      throw new Error("not a rejection");
    }, Error)
  );
});
