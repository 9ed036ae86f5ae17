import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startServer } from '../server.ts';
import type { Entra } from './entra.ts';

/** The client id of the Azure CLI itself, which its tokens carry. */
const AZURE_CLI = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';

/** The person who has run `az login`. */
export interface SignedInPerson {
  tenant: string;
  objectId: string;
}

/**
 * A command `az` that knows `az account get-access-token`, for a person who can be signed out again.
 * @param path the PATH that the command is put before
 */
export async function createAzureCli(entra: Entra, options: { person: SignedInPerson | null; path: string }) {
  const server = await startServer(null, async (request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const { person } = cli;
    const isOther = searchParams.has('tenant') && searchParams.get('tenant') !== person?.tenant;
    if (!person || isOther) {
      response.writeHead(401).end("Please run 'az login' to setup account.");
      return;
    }
    const audience = searchParams.get('resource') ?? '';
    const { token, expiresInSeconds } = await entra.issueToken({ ...person, clientId: AZURE_CLI, audience });
    const expiresOn = Math.floor(Date.now() / 1000) + expiresInSeconds;
    response.end(
      JSON.stringify({
        accessToken: token,
        expires_on: expiresOn,
        tenant: person.tenant,
        tokenType: 'Bearer',
      }),
    );
  });
  const directory = await mkdtemp(join(tmpdir(), 'mooring-az-'));
  await writeFile(join(directory, 'az'), script(server.origin), { mode: 0o755 });
  const cli = {
    /** Null: no one is signed in. May be changed at any time. */
    person: options.person,
    /** For the process that runs the command. */
    environment: { PATH: `${directory}${delimiter}${options.path}` },
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return cli;
}
export type AzureCli = Awaited<ReturnType<typeof createAzureCli>>;

const script = (origin: string): string => `#!${process.execPath}
const [group, command, ...rest] = process.argv.slice(2);
if (group + ' ' + command !== 'account get-access-token') {
  process.stderr.write('This az knows nothing but: az account get-access-token\\n');
  process.exit(2);
}
const query = new URLSearchParams();
for (let i = 0; i < rest.length; i += 2) query.set(rest[i].slice(2), rest[i + 1]);
fetch('${origin}/?' + query).then(async answer => {
  (answer.ok ? process.stdout : process.stderr).write(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
});
`;
