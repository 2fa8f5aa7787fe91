import { assertEquals } from "@std/assert";
import { scene } from "../support/world.ts";

scene("nobody is told of a user whom the store does not hold yet (THREATS 28)", async (world) => {
  const london = await world.server("london");
  const alice = await world.rawUser("alice", london);
  const order: string[] = [];
  const apply = london.store.apply.bind(london.store);
  london.store.apply = (facts) => {
    order.push(...facts.map(({ kind }) => `kept ${kind}`));
    apply(facts);
  };
  const { crypto } = world;
  const sign = crypto.sign.bind(crypto);
  crypto.sign = (key, data) => {
    order.push("signed");
    return sign(key, data);
  };
  await alice.enters();
  assertEquals(order, ["kept user", "kept member", "signed", "signed"]);
});

scene("what the store cannot keep is told to nobody, and the server lives on", async (world) => {
  const london = await world.server("london");
  const [alice, bob] = [await world.rawUser("alice", london), await world.rawUser("bob", london)];
  await bob.enters();
  bob.news();
  const apply = london.store.apply.bind(london.store);
  london.store.apply = () => {
    throw new Error("the disk is full");
  };
  await alice.enters();
  const advertised = () => bob.news().filter(({ type }) => type === "USER_ADVERTISE").length;
  assertEquals([alice.of("ACK"), advertised()], [[], 0]);
  london.store.apply = apply;
  const faults = london.log.splice(0).filter(({ level }) => level === "error");
  assertEquals(faults.length, 1, "the operator is told");
  const carol = await world.rawUser("carol", london);
  await carol.enters();
  assertEquals(advertised(), 1, "whoever comes later is told of");
});
