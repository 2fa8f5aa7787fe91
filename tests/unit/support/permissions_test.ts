import { assertEquals } from "@std/assert";
import { missingPermissions } from "../../support/permissions.ts";

const nothing = () => false;
const everything = () => true;

Deno.test("a test that needs nothing misses nothing", () => {
  assertEquals(missingPermissions([], nothing), []);
});

Deno.test("what is granted is not missing", () => {
  assertEquals(missingPermissions(["net", "read", "run"], everything), []);
});

Deno.test("each missing flag is named once, in the order of the needs", () => {
  const needs = ["read", "net", { name: "read", path: "/tmp" }] as const;
  assertEquals(missingPermissions(needs, nothing), ["--allow-read", "--allow-net"]);
});

Deno.test("net is no more than the loopback interface", () => {
  const loopback = (d: Deno.PermissionDescriptor) =>
    d.name === "net" && (d.host === "127.0.0.1" || d.host === "localhost");
  assertEquals(missingPermissions(["net"], loopback), []);
  assertEquals(missingPermissions(["net", "write"], loopback), ["--allow-write"]);
});

Deno.test("run is no more than Deno's own executable", () => {
  const ourselves = (d: Deno.PermissionDescriptor) =>
    d.name === "run" && d.command === Deno.execPath();
  assertEquals(missingPermissions(["run"], ourselves), []);
});

Deno.test("env is no more than what our programs read", () => {
  const ours = (d: Deno.PermissionDescriptor) =>
    d.name === "env" && /^(SOCP_.*|NO_COLOR|TERM)$/.test(d.variable ?? "");
  assertEquals(missingPermissions(["env"], ours), []);
});
