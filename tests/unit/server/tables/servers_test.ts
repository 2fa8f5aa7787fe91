import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../../lib/protocol/errors.ts";
import { Servers } from "../../../../lib/server/tables/servers.ts";
import { HERE, THERE } from "../../protocol/examples.ts";
import { id, keyOf } from "../small_server.ts";

const place = { host: "b.example", port: 1 };

Deno.test("pins of earlier runs are known from the start", () => {
  const servers = new Servers(
    [{ serverId: id(THERE), pubkey: keyOf(1), ...place, dialled: false }],
    [{ pubkey: keyOf(2), ...place }],
  );
  assertEquals(servers.get(id(THERE)), {
    id: id(THERE),
    key: keyOf(1),
    address: place,
    dialled: false,
  });
  assertEquals(servers.introducerKey(place), keyOf(2));
  assertEquals(servers.introducerKey({ ...place, port: 2 }), undefined);
  assertEquals(servers.get(id(HERE)), undefined);
});

Deno.test("a damaged pin is noticed at the start, not at the first frame", () => {
  assertThrows(
    () => new Servers([{ serverId: id(THERE), pubkey: "dummy", dialled: true, ...place }], []),
    ProtocolError,
  );
});

Deno.test("a server that moves is one server still", () => {
  const servers = new Servers([], []);
  servers.set({ id: id(THERE), key: keyOf(1), address: place, dialled: true });
  servers.set({ id: id(THERE), key: keyOf(1), address: { ...place, port: 2 }, dialled: true });
  assertEquals([...servers.all()].map(({ address }) => address.port), [2]);
});

Deno.test("an introducer is pinned by its address, an IPv6 one too", () => {
  const servers = new Servers([], []);
  servers.pinIntroducer({ host: "::1", port: 8765 }, keyOf(1));
  assertEquals(servers.introducerKey({ host: "::1", port: 8765 }), keyOf(1));
});
