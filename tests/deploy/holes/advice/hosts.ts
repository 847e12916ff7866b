/** What is refused for a hostname. A hostname holds no data; `tests/deploy/hosts` follows this advice. */
import type { Entries } from "./follow.ts";

const WRITTEN = "what is refused before Alchemy is called names nothing that is deployed";
const FREE = "it names only hostnames that are free, or what a person does in the dashboard";
const FOLLOWED = "`tests/deploy/hosts` follows it, and asserts what requests meet afterwards";

export const HOSTS: Entries = {
  HostIdMissing: WRITTEN,
  PatternInvalid: WRITTEN,
  WildcardRoute: WRITTEN,
  DuplicateHost: WRITTEN,
  AmbiguousHost: WRITTEN,
  RouteSwallows: FREE,
  Swallowed: FREE,
  ZoneMissing: FREE,
  ZoneInactive: FREE,
  HostBucket: FREE,
  HostRecord: FREE,
  RecordTaken: FREE,
  RouteTaken: FREE,
  DnsMissing: FREE,
  TlsUncovered: FREE,
  HostShared: FREE,
  RouteShared: FREE,
  RouteMoved: FOLLOWED,
  RouteInPlace: FOLLOWED,
  HostTaken: FOLLOWED,
  HostOrphaned: FOLLOWED,
  ZoneTaken: FOLLOWED,
  ZoneDeleted: FOLLOWED,
};
