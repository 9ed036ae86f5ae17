import { lookup } from 'node:dns/promises';
import { request } from 'node:https';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { withDeadline } from '../deadline.ts';
import { staysOnThisMachine } from '../guard/address-ranges.ts';
import type { Guard } from '../guard/network.ts';
import { networkFailure } from '../network-failure.ts';
import type { Advise, CheckContext, CheckDefinition } from '../provider.ts';
import { defineCheck, type Finding } from './define-check.ts';
import { plainRequest } from './plain-request.ts';
import { count, hostOf } from './words.ts';

const SECONDS = 10;

/** Checks of the way to a storage: its host name, its certificate, and whether the clocks agree. */
export function endpointChecks(endpoint: string, guard: Guard, advise: Advise): CheckDefinition[] {
  return [
    defineCheck('dns', ['name'], 'The host name resolves to a public address.', advise, context =>
      resolveName(endpoint, guard, context),
    ),
    defineCheck('tls', ['dns'], 'A secure connection with a trusted certificate.', advise, context =>
      openSecurely(endpoint, guard, context),
    ),
    defineCheck('clock', ['tls'], 'The clocks differ by less than a minute.', advise, context =>
      compareClocks(endpoint, guard, context),
    ),
  ];
}

async function resolveName(endpoint: string, guard: Guard, context: CheckContext): Promise<Finding> {
  const host = new URL(endpoint).hostname.replace(/^\[(.*)\]$/, '$1');
  const proxy = guard.resolvedBy(host);
  if (proxy !== null) return { observed: `${host} is resolved by the proxy ${proxy}.` };
  const isAddress = isIP(host) !== 0;
  const addresses = isAddress ? [host] : await addressesOf(host, context.signal);
  const refusal = addresses
    .map(address => guard.checkAddress(host, address))
    .find(refused => refused !== null);
  if (refusal) throw networkFailure(refusal, host);
  return {
    // Not to which: they say something of the network around the server.
    observed: isAddress
      ? `${host} is an address already.`
      : `${host} resolves to ${addresses.length === 1 ? 'one address' : `${addresses.length} addresses`}.`,
  };
}

function addressesOf(host: string, caller: AbortSignal): Promise<string[]> {
  return withDeadline(caller, { seconds: SECONDS, host }, async () => {
    try {
      const found = await lookup(host, { all: true });
      return found.map(({ address }) => address);
    } catch (error) {
      throw networkFailure(error, host) ?? error;
    }
  });
}

async function openSecurely(endpoint: string, guard: Guard, context: CheckContext): Promise<Finding> {
  if (!endpoint.startsWith('https:')) {
    if (staysOnThisMachine(endpoint))
      return {
        observed:
          'The endpoint is http:// on this machine. Requests do not leave the machine, so it needs no TLS.',
      };
    return {
      status: 'warning',
      observed: 'The endpoint is http://, so everything is sent without encryption, credentials included.',
      fix: {
        why: 'Every machine on the way can read the data and the credential.',
        steps: ['Use the https:// endpoint. Only an emulator on the same machine is fine without.'],
        snippets: [],
      },
    };
  }
  const host = hostOf(endpoint);
  const { protocol, subject, issuer, validTo } = await withDeadline(
    context.signal,
    { seconds: SECONDS, host },
    async signal => {
      try {
        return await readCertificate(endpoint, guard, signal);
      } catch (error) {
        throw networkFailure(error, host) ?? error;
      }
    },
  );
  return { observed: `${protocol}, certificate of ${subject} by ${issuer}, valid to ${validTo}.` };
}

/** What the server shows of itself, once any answer came over a connection that Node found trustworthy. */
function readCertificate(endpoint: string, guard: Guard, signal: AbortSignal) {
  return new Promise<{ protocol: string; subject: string; issuer: string; validTo: string }>(
    (resolve, reject) => {
      const sent = request(endpoint, { method: 'HEAD', agent: guard.httpsAgent, signal }, answer => {
        answer.resume();
        const socket = answer.socket as TLSSocket;
        const { subject, issuer, valid_to } = socket.getPeerCertificate();
        resolve({
          protocol: (socket.getProtocol() ?? 'TLS').replace('v', ' '),
          subject: nameOf(subject),
          issuer: nameOf(issuer),
          validTo: valid_to,
        });
      });
      sent.once('error', reject);
      sent.end();
    },
  );
}

const nameOf = (holder: { CN?: string | string[]; O?: string | string[] } | undefined): string =>
  [holder?.CN ?? holder?.O ?? 'an unnamed authority'].flat().join(', ');

const WARN_SECONDS = 60;
const FAIL_SECONDS = 300;

async function compareClocks(endpoint: string, guard: Guard, context: CheckContext): Promise<Finding> {
  const before = context.now().getTime();
  const answer = await plainRequest(endpoint, {
    method: 'HEAD',
    dispatcher: guard.dispatcher,
    signal: context.signal,
  });
  const midway = (before + context.now().getTime()) / 2;
  const date = Date.parse(answer.header('date') ?? '');
  if (Number.isNaN(date)) {
    return { status: 'warning', observed: `${hostOf(endpoint)} sends no time.` };
  }
  // The header has whole seconds: on average the server was half a second further.
  const aheadSeconds = Math.trunc((midway - date - 500) / 1000);
  const off = Math.abs(aheadSeconds);
  if (off <= WARN_SECONDS) {
    return { observed: off <= 1 ? 'The clocks agree.' : `The clocks differ by ${count(off, 'second')}.` };
  }
  const amount = off < 120 ? count(off, 'second') : count(Math.round(off / 60), 'minute');
  return {
    status: off > FAIL_SECONDS ? 'failed' : 'warning',
    observed: `Mooring’s clock is ${amount} ${aheadSeconds > 0 ? 'ahead of' : 'behind'} the storage’s.`,
    fix: {
      why: 'Tokens and signed URLs contain times. If the clocks differ, the storage refuses them as expired or not yet valid.',
      steps: ['Set the clock of the machine that runs Mooring from the network, then run the checks again.'],
      snippets: [
        {
          title: 'Linux with systemd',
          language: 'bash',
          text: 'sudo timedatectl set-ntp true\ntimedatectl status',
        },
      ],
    },
  };
}
