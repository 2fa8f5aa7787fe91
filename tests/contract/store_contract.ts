/**
 * What every store must do, whatever it keeps its facts in.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { type Id, toId } from "../../lib/protocol/ids.ts";
import {
  type Fact,
  type ServerRecord,
  type Store,
  StoreError,
  type UserRecord,
} from "../../lib/store/port.ts";

/** One place where facts are kept, empty at first. */
export interface StoreFixture {
  /** Opens it; after `close`, again with what was remembered. */
  open(): Store;
  /** Who is in the group `public`, read behind the port's back, with the group's version. */
  members(): { ids: string[]; since: number[]; version: number };
  /** Removes it. */
  cleanUp(): void;
}

/** Registers a test: `Deno.test`, or something that knows which permissions it needs. */
export type Register = (name: string, fn: () => void) => void;

/** A valid id that ends in a number below 4096. */
export function idOf(number: number): Id {
  return toId(`00000000-0000-4000-8000-000000000${number.toString(16).padStart(3, "0")}`);
}

/** A user that differs from others in what is given. */
export function userOf(number: number, others: Partial<UserRecord> = {}): UserRecord {
  return {
    userId: idOf(number),
    pubkey: `key ${number}`,
    meta: undefined,
    version: 1,
    proven: false,
    ...others,
  };
}

/** A server that differs from others in what is given. */
export function serverOf(number: number, others: Partial<ServerRecord> = {}): ServerRecord {
  return {
    serverId: idOf(number),
    pubkey: `key ${number}`,
    host: "127.0.0.1",
    port: 8765,
    dialled: true,
    ...others,
  };
}

/**
 * Registers the contract's tests for one store.
 *
 * @param what The store's name.
 * @param fixture Makes an empty place.
 * @param test Registers a test.
 */
export function storeContract(what: string, fixture: () => StoreFixture, test: Register): void {
  const contract = (sentence: string, check: (store: Store, place: StoreFixture) => void) =>
    test(`${what}: ${sentence}`, () => {
      const place = fixture();
      const store = place.open();
      try {
        check(store, place);
      } finally {
        store.close();
        place.cleanUp();
      }
    });
  const user = (record: UserRecord): Fact => ({ kind: "user", user: record });
  const server = (record: ServerRecord): Fact => ({ kind: "server", server: record });

  contract("is empty at first", (store) => {
    assertEquals(store.load(), { serverId: undefined, users: [], servers: [], introducers: [] });
  });

  contract("everything is remembered after closing and opening again", (store, place) => {
    const meta = {
      display_name: 'Zoë "\u{1F600}" \u0000',
      extras: { segments: true, list: [1, null, "a"] },
    };
    const introducer = { host: "::1", port: 8765, pubkey: "key 9" };
    store.apply([
      { kind: "identity", serverId: idOf(7) },
      user(userOf(2, { meta, version: 3, proven: true })),
      user(userOf(1)),
      server(serverOf(5)),
      server(serverOf(4, { host: "chat.example.org", port: 1, dialled: false })),
      { kind: "introducer", introducer },
    ]);
    store.close();
    const again = place.open();
    try {
      assertEquals(again.load(), {
        serverId: idOf(7),
        users: [userOf(1), userOf(2, { meta, version: 3, proven: true })],
        servers: [
          serverOf(4, { host: "chat.example.org", port: 1, dialled: false }),
          serverOf(5),
        ],
        introducers: [introducer],
      });
    } finally {
      again.close();
    }
  });

  contract("a user's meta and version are updated, and may go back to no meta", (store) => {
    store.apply([user(userOf(1, { meta: { age: 1 } }))]);
    store.apply([user(userOf(1, { meta: { age: 2 }, version: 2 }))]);
    assertEquals(store.load().users, [userOf(1, { meta: { age: 2 }, version: 2 })]);
    store.apply([user(userOf(1, { version: 3 }))]);
    assertEquals(store.load().users, [userOf(1, { version: 3 })]);
  });

  contract("a user who once gave proof is proven for ever", (store) => {
    store.apply([user(userOf(1, { proven: true }))]);
    store.apply([user(userOf(1, { proven: false, version: 2 }))]);
    assertEquals(store.load().users, [userOf(1, { proven: true, version: 2 })]);
  });

  contract("a server moves to another address", (store) => {
    store.apply([server(serverOf(1))]);
    store.apply([server(serverOf(1, { host: "example.org", port: 9000 }))]);
    assertEquals(store.load().servers, [serverOf(1, { host: "example.org", port: 9000 })]);
  });

  contract("a server is given up, and taken up again when it is heard of", (store) => {
    store.apply([server(serverOf(1)), server(serverOf(2))]);
    store.apply([server(serverOf(1, { dialled: false }))]);
    assertEquals(store.load().servers, [serverOf(1, { dialled: false }), serverOf(2)]);
    store.apply([server(serverOf(1, { port: 9000 }))]);
    assertEquals(store.load().servers, [serverOf(1, { port: 9000 }), serverOf(2)]);
  });

  contract("the id of this server is replaced by one that an introducer assigned", (store) => {
    store.apply([{ kind: "identity", serverId: idOf(1) }]);
    store.apply([{ kind: "identity", serverId: idOf(2) }]);
    assertEquals(store.load().serverId, idOf(2));
  });

  const pinned: [string, Fact, Fact][] = [
    ["user", user(userOf(1)), user(userOf(1, { pubkey: "another" }))],
    ["server", server(serverOf(1)), server(serverOf(1, { pubkey: "another" }))],
    [
      "introducer",
      { kind: "introducer", introducer: { host: "a", port: 1, pubkey: "key 1" } },
      { kind: "introducer", introducer: { host: "a", port: 1, pubkey: "another" } },
    ],
  ];
  for (const [kind, first, second] of pinned) {
    contract(`the pinned key of a known ${kind} never changes`, (store) => {
      store.apply([first]);
      const before = store.load();
      store.apply([first]);
      assertEquals(store.load(), before, "telling a fact twice changes nothing");
      assertThrows(() => store.apply([second]), StoreError, "never changes");
      assertEquals(store.load(), before);
    });
  }

  contract("one bad fact keeps the good ones around it out", (store, place) => {
    store.apply([user(userOf(1))]);
    const facts: Fact[] = [
      user(userOf(2)),
      { kind: "member", userId: idOf(2), at: 5 },
      { kind: "identity", serverId: idOf(3) },
      user(userOf(1, { pubkey: "another" })),
      server(serverOf(4)),
    ];
    assertThrows(() => store.apply(facts), StoreError);
    assertEquals(store.load(), {
      serverId: undefined,
      users: [userOf(1)],
      servers: [],
      introducers: [],
    });
    store.close();
    assertEquals(place.members().ids, []);
  });

  contract("it works on after a refusal", (store) => {
    store.apply([user(userOf(1))]);
    assertThrows(() => store.apply([user(userOf(1, { pubkey: "another" }))]), StoreError);
    store.apply([user(userOf(2))]);
    assertEquals(store.load().users, [userOf(1), userOf(2)]);
  });

  contract(
    "members join the public group once, and each new one raises its version",
    (store, place) => {
      const joins = (number: number, at: number): Fact => ({
        kind: "member",
        userId: idOf(number),
        at,
      });
      store.apply([joins(1, 100), joins(2, 200)]);
      store.apply([joins(1, 300)]);
      store.close();
      assertEquals(place.members(), {
        ids: [idOf(1), idOf(2)],
        since: [100, 200],
        version: 3,
      });
    },
  );

  contract("no fact at all is fine, and so is closing twice", (store) => {
    store.apply([]);
    store.close();
    store.close();
  });
}
