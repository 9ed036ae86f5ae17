import { type Check, type Connection, type Fix, snippetTitle } from '@mooring/contract';
import { kindOf } from '@/storage-kind.ts';
import { sidesOf, toRows } from './rows.ts';

/** What the report says of a connection beside its checks. None of it is secret. */
export type Reported = Pick<
  Connection,
  'name' | 'provider' | 'location' | 'credential' | 'delivery' | 'status' | 'accessMode'
>;

/** All checks as Markdown, to send to others: what was seen, expected and what to do. Without secrets or signed URLs. */
export function checkReport(connection: Reported, checks: readonly Check[], now: Date): string {
  const { location, credential, delivery, status, accessMode } = connection;
  const facts = [
    `- Storage: ${code(kindOf(connection.provider).location.url(location))}`,
    `- Credential: ${credential.kind}, access ${accessMode}, delivery ${delivery}`,
    `- Status: ${status}`,
    `- Written: ${now.toISOString()}`,
  ];
  const table = toRows(checks).map(
    ({ title, server, browser }) => `| ${cell(title)} | ${server?.status ?? ''} | ${browser?.status ?? ''} |`,
  );
  const details = toRows(checks).flatMap(row =>
    sidesOf(row)
      .filter(({ status: found }) => found === 'failed' || found === 'warning')
      .map(describe),
  );
  return [
    `# Checks of ${plain(connection.name)}`,
    '',
    ...facts,
    '',
    '| Check | Mooring’s server | browser |',
    '| --- | --- | --- |',
    ...table,
    ...details.flatMap(text => ['', text]),
    '',
  ].join('\n');
}

function describe({ title, side, status, observed, expected, fix }: Check): string {
  const where = side === 'server' ? 'Mooring’s server' : 'browser';
  return [
    `## ${plain(title)} (${where}: ${status})`,
    '',
    ...(observed ? [`- Observed: ${plain(observed)}`] : []),
    ...(expected ? [`- Expected: ${plain(expected)}`] : []),
    ...(fix ? mending(fix) : []),
  ].join('\n');
}

const mending = ({ why, steps, snippets }: Fix): string[] => [
  `- Why: ${plain(why)}`,
  '',
  ...steps.map((step, index) => `${index + 1}. ${plain(step)}`),
  ...snippets.flatMap(snippet => {
    const { language, text } = snippet;
    // A fence that no line of the text can close.
    const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
    return ['', `${plain(snippetTitle(snippet))}:`, '', `${fence}${language}`, text, fence];
  }),
];

/** One line. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();
const cell = (text: string): string => plain(text).replaceAll('|', '\\|');
const code = (text: string): string => `\`${plain(text).replaceAll('`', '')}\``;
