/** One error as Cloudflare's envelope carries it. */
export interface ErrorPayload {
  code: number;
  message: string;
}

/** A refusal: thrown by any handler, turned into the error envelope by the server. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** The errors list of the envelope. */
  payload(): ErrorPayload[] {
    return [{ code: this.code, message: this.message }];
  }
}

/** Refuses the call; never returns. */
export function refuse(status: number, code: number, message: string): never {
  throw new Refusal(status, code, message);
}

/** Codes Cloudflare answers with, as published by its API or seen in public reports of it. */
export const codes = {
  rateLimited: 971,
  invalidHeaders: 6003,
  noRoute: 7003,
  authMissing: 9106,
  authWrong: 10000,
  accountForbidden: 9109,
  methodNotAllowed: 10405,
  internal: 10002,
  d1Invalid: 7400,
  d1Missing: 7404,
  d1Query: 7500,
  d1Exists: 7502,
  r2Exists: 10004,
  r2Name: 10005,
  r2Missing: 10006,
  r2ObjectMissing: 10007,
  r2NotEmpty: 10008,
  r2NoCors: 10059,
  r2NoDomain: 10060,
  r2DomainExists: 10062,
  kvKeyMissing: 10009,
  kvMissing: 10013,
  kvExists: 10014,
  kvTitle: 10019,
  queueMissing: 11000,
  queueHandler: 11001,
  queueName: 11003,
  consumerExists: 11004,
  queueInUse: 11005,
  consumerMissing: 11006,
  queueExists: 11009,
  queueBody: 10026,
  scriptMissing: 10007,
  scriptName: 10016,
  scriptInvalid: 10021,
  doBinding: 10061,
  scriptInUse: 10064,
  doMigration: 10074,
  doTag: 10079,
  versionMissing: 10071,
  serviceInUse: 10142,
  serviceMissing: 10144,
  bindingD1: 10181,
  bindingKv: 10041,
  bindingR2: 10085,
  workflowBody: 10002,
  workflowMissing: 10200,
  zoneInvalid: 1001,
  zoneExists: 1061,
  dnsInvalid: 9000,
  dnsMissing: 81044,
  dnsConflict: 81053,
  dnsIdentical: 81058,
  dnsManaged: 81062,
  routeMissing: 10009,
  rulesetInvalid: 20021,
  rulesetMissing: 10003,
  routeScript: 10019,
  routeExists: 10020,
  routeInvalid: 10022,
  routeLimit: 10073,
  domainBody: 100111,
  domainZone: 100112,
  domainHost: 100113,
  domainMissing: 100114,
  domainTaken: 100116,
  domainRecord: 100117,
  domainLimit: 100122,
} as const;
