/**
 * The guard alone, for programs that call no block. Import it, or start a program with it:
 * `node --import @alch/blocks/guard`, `bun --preload @alch/blocks/guard`.
 *
 * @module
 */
import { guardAllScopes, refuseAlchemy2 } from "./alchemy/guard/entry.ts";
import { useAccount } from "./alchemy/guard/recovery.ts";
import { Account } from "./cloudflare/account.ts";

refuseAlchemy2();
useAccount(() => new Account());
guardAllScopes();
