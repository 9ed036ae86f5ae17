import type { Fix } from '@mooring/contract';
import { MooringApiError, MooringUnreachableError } from '@mooring/sdk';
import { secretRefusal } from '@mooring/storage';
import type { CliKind } from '@mooring/storage/cli';
import { CommanderError } from 'commander';
import { EXIT } from './exit-code.ts';
import { renderFix } from './output/fix.ts';
import type { Style } from './output/style.ts';
import { plain } from './output/text.ts';

/** The command line, or an answer to a question, is not right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly fix: string;
  /** The field at fault, as the server would name it; empty where it is of no field. */
  readonly errors: { path: string; message: string }[];
  constructor(message: string, fix: string, path?: string) {
    super(message);
    this.fix = fix;
    this.errors = path === undefined ? [] : [{ path, message }];
  }
}

/** What was given is refused by the rules that the server has too: it would answer the same. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;
  readonly fix: string;
  readonly errors: { path: string; message: string }[];
  constructor({ code, message, fix }: { code: string; message: string; fix: string }, path: string) {
    super(message);
    this.code = code;
    this.fix = fix;
    this.errors = [{ path, message }];
  }
}

/** What was named does not exist. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
  readonly code = 'not_found';
  readonly fix: string;
  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}

/** Ends the command with a code; everything that is to be said has been said. */
export class Exit extends Error {
  override readonly name = 'Exit';
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

interface Failure {
  code: string;
  detail: string;
  /** The one next step. */
  fix: string | null;
  /** The whole of it, where there is more. */
  remedy?: Fix | null | undefined;
  requestId?: string;
  errors?: { path: string; message: string }[];
  operationId?: string;
}

const SIGN_IN =
  'Run `mooring sign-in` with a sign-in link, or set MOORING_URL and MOORING_TOKEN. `mooring serve` prints a link ' +
  'at its first start; later, `mooring sign-in-link` on the machine of the server makes one.';

/** What went wrong, in the words that the web app uses too. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof MooringApiError) {
    const { code, message, fix, requestId, problem } = error;
    return {
      code,
      detail: message,
      fix: code === 'unauthenticated' ? SIGN_IN : fix,
      ...(problem.remedy ? { remedy: problem.remedy } : {}),
      requestId,
      ...(problem.errors ? { errors: problem.errors } : {}),
      ...(problem.operationId ? { operationId: problem.operationId } : {}),
    };
  }
  if (error instanceof CommanderError) {
    return {
      code: 'usage',
      // An unknown option is named without its value, which can be a secret.
      detail: error.message.replace(/^error: /, '').replace(/(unknown option '[^'=]*)=.*'/s, "$1'"),
      fix: 'See the command with --help.',
    };
  }
  if (!(error instanceof Error)) return { code: 'failed', detail: String(error), fix: null };
  return {
    code: codeOf(error),
    detail: error.message,
    fix: 'fix' in error && typeof error.fix === 'string' ? error.fix : null,
    ...(isOfFields(error) ? { errors: error.errors } : {}),
  };
}

/** A failure without what in the arguments is a secret, in case one was pasted in the wrong place. */
export function withoutSecretArguments(
  failure: Failure,
  args: readonly string[],
  kinds: readonly CliKind[],
): Failure {
  const rules = kinds.map(({ kind }) => kind.secrets);
  const secrets = args
    .flatMap(arg => [arg, arg.slice(arg.indexOf('=') + 1)]) // also of `--option=text`
    .filter(text => secretRefusal(text, ...rules) !== null);
  const hide = (text: string): string =>
    secrets.reduce(
      (shown, secret) => shown.replaceAll(secret, '…').replaceAll(JSON.stringify(secret).slice(1, -1), '…'),
      text,
    );
  const errors = failure.errors?.map(({ path, message }) => ({ path, message: hide(message) }));
  return {
    ...failure,
    detail: hide(failure.detail),
    fix: failure.fix && hide(failure.fix),
    ...(errors && { errors }),
  };
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof Exit) return error.code;
  if (error instanceof UsageError || error instanceof CommanderError) return EXIT.usage;
  if (error instanceof NotFound) return EXIT.notFound;
  if (error instanceof MooringUnreachableError) return EXIT.unreachable;
  if (!(error instanceof MooringApiError)) return EXIT.failed;
  if (error.status === 401 || error.status === 403) return EXIT.notSignedIn;
  return error.status === 404 ? EXIT.notFound : EXIT.failed;
}

export function renderFailure(failure: Failure, style: Style): string {
  const lines = [`${style.red('✗')} ${failure.detail.split('\n').map(plain).join('\n  ')}`];
  // Options are named in the message of `usage`. The server's message often names the fields too.
  const errors = failure.code === 'usage' ? [] : (failure.errors ?? []);
  const shown = errors.filter(({ message }) => !failure.detail.includes(message));
  for (const { path, message } of shown) lines.push(`  ${plain(path)}: ${plain(message)}`);
  const label = `${style.bold('Fix:')} `;
  if (failure.remedy) lines.push(...renderFix(failure.remedy, label, '  ', style), '');
  else if (failure.fix) lines.push(`  ${label}${plain(failure.fix)}`);
  if (failure.requestId) lines.push(style.dim(`  ${failure.code} · request ${failure.requestId}`));
  else if (errors.length > 0) lines.push(style.dim(`  ${failure.code}`));
  return `${lines.join('\n')}\n`;
}

const isOfFields = (error: Error): error is Refused | UsageError =>
  error instanceof Refused || (error instanceof UsageError && error.errors.length > 0);

function codeOf(error: Error): string {
  if (error instanceof UsageError) return 'usage';
  if (error instanceof MooringUnreachableError) return 'unreachable';
  return 'code' in error && typeof error.code === 'string' ? error.code : 'failed';
}
