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
  type ShareRecord,
  type Store,
  StoreError,
  type UserRecord,
} from "../../lib/store/port.ts";

/** One place where facts are kept, empty at first. */
export interface StoreFixture {
  /** Opens it; after `close`, again with what was remembered. */
  open(): Store;
  /** Who is in the group `public`, read behind the port's back, with the group's version. */
  members(): Members;
  /** Removes it. */
  cleanUp(): void;
}

/** The group `public` as it is kept. */
export interface Members {
  readonly ids: string[];
  readonly since: number[];
  /** The wrap of each, or an empty text. */
  readonly wraps: string[];
  /** How many signed shares are kept. */
  readonly shares: number;
  readonly version: number;
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

/** A share for some members; what it says differs with its name. */
export function shareOf(messageRef: string, ...members: number[]): ShareRecord {
  const payload = { shares: [{ member: "é", epoch: 1 }], content_sig: messageRef, creator: "c" };
  return {
    messageRef,
    payload,
    wraps: members.map((number) => ({
      member: idOf(number),
      wrappedKey: `wrap of ${messageRef} for ${number}`,
    })),
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
  const share = (record: ShareRecord): Fact => ({ kind: "share", share: record });
  const joins = (number: number, at: number): Fact => ({
    kind: "member",
    userId: idOf(number),
    at,
  });
  const server = (record: ServerRecord): Fact => ({ kind: "server", server: record });

  contract("is empty at first", (store) => {
    assertEquals(store.load(), {
      serverId: undefined,
      users: [],
      servers: [],
      introducers: [],
      channel: { version: 1, shares: [] },
    });
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
      joins(1, 100),
      share(shareOf("two", 1)),
      share(shareOf("one", 2)),
      joins(2, 200),
      share(shareOf("one", 2)),
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
        channel: {
          version: 5,
          shares: [shareOf("one", 2), shareOf("two", 1)],
        },
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
      joins(2, 5),
      share(shareOf("one", 2)),
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
      channel: { version: 1, shares: [] },
    });
    store.close();
    assertEquals([place.members().ids, place.members().shares], [[], 0]);
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
      store.apply([joins(1, 100), joins(2, 200)]);
      store.apply([joins(1, 300)]);
      store.close();
      assertEquals(place.members(), {
        ids: [idOf(1), idOf(2)],
        since: [100, 200],
        wraps: ["", ""],
        shares: 0,
        version: 3,
      });
    },
  );

  contract("a share is kept whole for all its members, each with its own wrap", (store, place) => {
    store.apply([joins(1, 100), joins(2, 200), share(shareOf("one", 1, 2))]);
    assertEquals(store.load().channel, { version: 5, shares: [shareOf("one", 1, 2)] });
    store.close();
    const { wraps, shares } = place.members();
    assertEquals([wraps, shares], [["wrap of one for 1", "wrap of one for 2"], 1]);
  });

  contract("of one who is no member nothing is kept", (store) => {
    store.apply([share(shareOf("one", 1))]);
    assertEquals(store.load().channel, { version: 1, shares: [] });
    store.apply([joins(2, 100), share(shareOf("two", 1, 2))]);
    const { wraps } = shareOf("two", 1, 2);
    assertEquals(store.load().channel.shares.map((kept) => kept.wraps), [wraps.slice(1)]);
  });

  contract("the same share again changes nothing, a new one raises the version", (store) => {
    store.apply([joins(1, 100), share(shareOf("one", 1))]);
    store.apply([share(shareOf("one", 1))]);
    assertEquals(store.load().channel, { version: 3, shares: [shareOf("one", 1)] });
    store.apply([share(shareOf("two", 1))]);
    assertEquals(store.load().channel, { version: 4, shares: [shareOf("two", 1)] });
  });

  contract("a share goes with the last member whose newest it was", (store, place) => {
    store.apply([joins(1, 100), joins(2, 200), share(shareOf("one", 1, 2))]);
    store.apply([share(shareOf("two", 2))]);
    assertEquals(
      store.load().channel.shares.map(({ messageRef, wraps }) => [
        messageRef,
        wraps.map(({ member }) => member),
      ]),
      [["one", [idOf(1)]], ["two", [idOf(2)]]],
    );
    store.apply([share(shareOf("three", 1, 2))]);
    assertEquals(store.load().channel.shares.map(({ messageRef }) => messageRef), ["three"]);
    store.close();
    assertEquals(place.members().shares, 1);
  });

  contract("no fact at all is fine, and so is closing twice", (store) => {
    store.apply([]);
    store.close();
    store.close();
  });
}
