import type { CliKind } from '@mooring/storage/cli';
import { flagOf } from '@mooring/storage/cli';
import { answer, CONNECTION, mooring, startApi } from '../../packages/cli/src/testing.ts';
import type { Typed, Verdict } from './verdict.ts';

/** Runs `mooring connection add` against a server that takes all that comes. */
export async function startCommandLine(cli: CliKind) {
  const { url, seen } = await startApi({ 'POST /v1/connections': answer(CONNECTION, 201) });

  return async (typed: Typed): Promise<Verdict> => {
    const { args, stdin } = commandOf(cli, typed);
    seen.length = 0;
    const { code, stderr } = await mooring(url, args, { stdin });
    if (seen.some(({ method }) => method === 'POST')) return 'accepted';
    const line = stderr.split('\n').find(text => text.startsWith('{'));
    const { error } = JSON.parse(line ?? 'null') as {
      error: { errors?: { path: string }[]; detail: string };
    };
    const path = error.errors?.[0]?.path;
    if (path === undefined) throw new Error(`It ended with ${code} and names no field: ${error.detail}`);
    return path as Verdict;
  };
}

/** The command for what a person would type; what can only come in a file comes on standard input. */
function commandOf(cli: CliKind, { location, credential }: Typed): { args: string[]; stdin: string } {
  const { [cli.kind.location.address.name]: address, ...parts } = location;
  const { kind: way, ...texts } = credential;
  let stdin = '';
  const given = (options: CliKind['credential']['options'], field: string, text: string): string[] => {
    const own = options.filter(option => option.field === field);
    const itself = own.find(({ isFile }) => !isFile);
    if (itself) return [`${flagOf(itself)}=${text}`];
    stdin = text;
    return [flagOf(own[0]!), '-'];
  };
  const flags = cli.credential.options.filter(option => option.way === way).map(flagOf);
  const args = [
    ...['connection', 'add', '--json', '--kind', cli.kind.id, ...flags],
    ...Object.entries(parts).flatMap(([part, text]) => given(cli.location.options, part, text ?? '')),
    ...Object.entries(texts).flatMap(([field, text]) => given(cli.credential.options, field, text)),
    ...(address === undefined ? [] : ['--', address]),
  ];
  return { args, stdin };
}
