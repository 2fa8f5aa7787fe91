import { assert, assertEquals } from "@std/assert";
import { runChaos } from "../support/chaos.ts";
import { REAL } from "../support/real_servers.ts";
import { testNeeding } from "../support/permissions.ts";

testNeeding(
  REAL,
  "servers are killed while people write: no message is lost or doubled, and all tables agree again",
  async () => {
    const lines: string[] = [];
    // Small and short; `deno task chaos` is the long one. Servers are soon back, or the pauses of their
    // users' clients would grow; and the one traveller never leaves for good, which is what agreement may
    // take two heartbeats over.
    const report = await runChaos({
      seed: 5,
      servers: 3,
      users: 4,
      travellers: 1,
      seconds: 5,
      killEveryMs: 1_200,
      downMs: 500,
      perSecond: 8,
    }, (line) => lines.push(line));
    assertEquals(report.broken, [], lines.join("\n"));
    assert(report.kills >= 2, `${report.kills} kills`);
    assert(report.figures.acknowledged > 0, "nothing was acknowledged");
    assertEquals(report.figures.acknowledged + report.figures.failed, report.figures.accepted);
  },
);
