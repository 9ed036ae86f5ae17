import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pythonWithLabelStudio } from '../support/python.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const PERSON = { email: 'ada@example.org', password: 'not-a-secret-of-anyone' };
const STARTS_WITHIN_MS = 300_000;

/**
 * Starts Label Studio with an empty database of its own and signs in.
 * @param options.proxy where it connects to other machines by HTTPS
 * @param options.caFile the authorities that it trusts
 */
export async function startLabelStudio({ proxy, caFile }: { proxy: string; caFile: string }) {
  const [python, folder, port] = await Promise.all([
    pythonWithLabelStudio(),
    temporaryDirectory('label-studio'),
    freePort(),
  ]);
  const url = `http://127.0.0.1:${port}`;
  const args = [
    'start',
    '--no-browser',
    '--host',
    url,
    '--port',
    String(port),
    '--internal-host',
    '127.0.0.1',
  ];
  const person = ['--username', PERSON.email, '--password', PERSON.password];
  const server = spawn(join(dirname(python), 'label-studio'), [...args, ...person], {
    env: {
      ...{ PATH: process.env.PATH, HOME: folder.path, LABEL_STUDIO_BASE_DATA_DIR: folder.path },
      ...{ COLLECT_ANALYTICS: 'false', LATEST_VERSION_CHECK: 'false' },
      ...{ HTTPS_PROXY: proxy, NO_PROXY: '127.0.0.1', REQUESTS_CA_BUNDLE: caFile },
    },
    detached: true, // a group of its own, which ends as a whole
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [server.stdout, server.stderr]) stream.on('data', data => output.push(String(data)));
  const stop = async (): Promise<void> => {
    await end(server);
    await folder.remove();
  };
  try {
    await untilAnswered(`${url}/health`, server);
    const token = await makeToken(url);
    return { url, token, person: PERSON, call: callerOf(url, token), stop };
  } catch (cause) {
    await stop();
    throw new Error(`Label Studio does not start: ${output.join('').slice(-4000)}`, { cause });
  }
}
export type LabelStudio = Awaited<ReturnType<typeof startLabelStudio>>;

/** Makes calls of its API, each with a fresh access token: one lives for minutes. */
const callerOf =
  (url: string, token: string) =>
  async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const { access } = await send<{ access: string }>(`${url}/api/token/refresh`, { refresh: token });
    return send<T>(url + path, body, { method, authorization: `Bearer ${access}` });
  };

async function send<T>(
  address: string,
  body: unknown,
  { method = 'POST', ...headers }: { method?: string; [header: string]: string } = {},
): Promise<T> {
  const answer = await fetch(address, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${text.slice(0, 500)}`);
  return (text === '' ? null : JSON.parse(text)) as T;
}

/** A personal access token, as a person makes one in the account settings. */
async function makeToken(url: string): Promise<string> {
  const cookies = new Map<string, string>();
  const visit = async (
    path: string,
    headers: Record<string, string> = {},
    body?: URLSearchParams | string,
  ) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url + path, {
      method: body === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie, referer: url, 'x-csrftoken': cookies.get('csrftoken') ?? '', ...headers },
      ...(body !== undefined && { body }),
    });
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
      cookies.set(name!, value!);
    }
    return answer;
  };
  await visit('/user/login');
  await visit('/user/login', {}, new URLSearchParams({ ...PERSON, persist_session: 'on' }));
  const answer = await visit('/api/token/', { 'content-type': 'application/json' }, '{}');
  if (!answer.ok) throw new Error(`No token: ${answer.status} ${(await answer.text()).slice(0, 500)}`);
  return ((await answer.json()) as { token: string }).token;
}

async function untilAnswered(address: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + STARTS_WITHIN_MS;
  while (Date.now() < deadline && server.exitCode === null) {
    const answer = await fetch(address).catch(() => null); // it does not listen yet
    if (answer?.ok) return;
    await pause(500);
  }
  throw new Error(`${address} was not answered.`);
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  process.kill(-server.pid!, 'SIGKILL');
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
