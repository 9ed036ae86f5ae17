// What the server's half of a storage kind is made of. It uses Node's own modules, so browsers do not load it.
export {
  AnswerBody,
  type FilledBuffer,
  giveBack,
  MOST_ERROR_BYTES,
  mostPageBytes,
  readBytes,
} from './answers/answer-body.ts';
export { exactly, unexpectedAnswer } from './answers/exact-body.ts';
export { readPart } from './answers/range-answer.ts';
export { adviseFromError, defineCheck, type Finding } from './checks/define-check.ts';
export { endpointChecks } from './checks/endpoint-checks.ts';
export { listCheck } from './checks/list-check.ts';
export { type PlainAnswer, plainRequest } from './checks/plain-request.ts';
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
export type * from './events.ts';
export { staysOnThisMachine, whyNotPublic } from './guard/address-ranges.ts';
export { createGuard, type Guard, isWithin } from './guard/network.ts';
export type * from './inventories.ts';
export { listFrom } from './list-from.ts';
export { causesOf, networkFailure } from './network-failure.ts';
export { ARCHIVE_CODES, ColumnWriter, emptyRow, ObjectColumns } from './object-columns.ts';
export { ObjectList } from './object-list.ts';
export type * from './provider.ts';
export type * from './server-kind.ts';
export { CLOCK_TOLERANCE_MS, signEach, signOne } from './sign.ts';
export { compareUtf8 } from './utf8-order.ts';
