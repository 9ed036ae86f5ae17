// What the server's half of a storage kind is made of. It uses Node's own modules, so browsers do not load it.
export { type Advise, defineCheck, type Finding } from './checks/define-check.ts';
export { endpointChecks } from './checks/endpoint-checks.ts';
export { listCheck } from './checks/list-check.ts';
export { plainRequest } from './checks/plain-request.ts';
export { preflightCheck } from './checks/preflight-check.ts';
export { readChecks } from './checks/read-checks.ts';
export { findSample } from './checks/sample.ts';
export { surveyCheck } from './checks/survey-check.ts';
export { type ExplainAnswer, fetchCheck, signCheck } from './checks/url-checks.ts';
export { hostOf, moment, quoteKey } from './checks/words.ts';
export { writeCheck } from './checks/write-check.ts';
export { type Clock, systemClock } from './clock.ts';
export { withDeadline } from './deadline.ts';
export { type ErrorKind, ProviderError } from './errors.ts';
export { staysOnThisMachine, whyNotPublic } from './guard/address-ranges.ts';
export { createGuard, type Guard } from './guard/network.ts';
export { causesOf, networkFailure } from './network-failure.ts';
export {
  buffersOf,
  type ColumnData,
  ColumnWriter,
  emptyRow,
  ObjectColumns,
  type ObjectRow,
} from './object-columns.ts';
export { ObjectList } from './object-list.ts';
export type * from './provider.ts';
export { compareUtf8 } from './utf8-order.ts';
