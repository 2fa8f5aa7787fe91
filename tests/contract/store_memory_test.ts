import { MemoryStore } from "../../lib/store/memory.ts";
import { storeContract } from "./store_contract.ts";

storeContract("the store in memory", () => {
  const store = new MemoryStore();
  return {
    open: () => store,
    members: () => {
      const entries = [...store.members].sort();
      return {
        ids: entries.map(([id]) => id),
        since: entries.map(([, at]) => at),
        version: store.publicVersion,
      };
    },
    cleanUp: () => {},
  };
}, (name, fn) => Deno.test(name, fn));
