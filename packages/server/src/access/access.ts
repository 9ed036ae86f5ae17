import type { OpenInvitation, Role, SignInLink } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { Db } from '../catalogue/db.ts';
import type { PureKinds } from '../platform/kinds.ts';
import { MooringError } from '../platform/problem.ts';
import { createAttempts } from './attempts.ts';
import { type Caller, unauthenticated } from './caller.ts';
import { createInvitations } from './invitations.ts';
import { createLinks } from './links.ts';
import { createMembers, memberRole } from './members.ts';
import { type OidcPerson, signInByOidc } from './oidc/people.ts';
import { createSessions, endSession, findSession, startSession } from './sessions.ts';
import { createSetupLinks } from './setup-links.ts';
import { createSignInLinks, findSpentLink, hasAnybodySignedIn, spendCode } from './sign-in-links.ts';
import { createSshKeys } from './ssh-keys.ts';
import { createTokens, TOKEN_PREFIX } from './tokens.ts';
import { ensureWorkspace } from './workspaces.ts';

/** People, their sessions, API tokens and setup links: who may ask for what. */
export function createAccess({ db, clock, kinds }: { db: Db; clock: Clock; kinds: PureKinds }) {
  const { findToken, tokenRole, ...tokens } = createTokens({ db, clock });
  const { findSshKey, sshKeyRole, ...sshKeys } = createSshKeys({ db, clock });
  const signInLinks = createSignInLinks({ db, clock });
  const invitations = createInvitations({ db, clock });
  const attempts = createAttempts(clock, 'failed sign-ins');

  /** Makes the workspace where there is none. @returns the administrator's link; null after the first sign-in */
  async function ensureFirstRun(baseUrl: string): Promise<SignInLink | null> {
    await ensureWorkspace(db, clock);
    if (await hasAnybodySignedIn(db)) return null;
    const { workspaceId: _workspaceId, ...link } = await createFirstSignInLink(baseUrl);
    return link;
  }

  /** A link for the administrator of the first workspace, also where a person has signed in before. */
  async function createFirstSignInLink(baseUrl: string): Promise<SignInLink & { workspaceId: string }> {
    const workspaceId = await ensureWorkspace(db, clock);
    return {
      workspaceId,
      ...(await signInLinks.createSignInLink({ workspaceId, memberId: null, tokenId: null }, baseUrl)),
    };
  }

  /**
   * Spends the code of a sign-in link and begins a session; `secret` goes into the cookie. A right code always
   * works: behind a proxy all have one address, and one who guesses must not lock the others out.
   * @param address the network address it came from, for slowing down guessing
   * @throws MooringError `sign_in_link_invalid`, `too_many_requests`
   */
  async function signIn(code: string, address: string): Promise<{ secret: string; caller: Caller }> {
    return guessed(address, async () => {
      const secret = await db.transaction().execute(async trx => {
        const { memberId, link } = await spendCode(trx, clock.now(), code);
        return startSession(trx, clock.now(), memberId, link);
      });
      return { secret, caller: await findSession(db, clock.now(), secret) };
    });
  }

  const firstWorkspace = (): Promise<string> => ensureWorkspace(db, clock);

  /** Begins a session in the first workspace. @returns or why the person does not get in */
  async function signInFromProvider(person: OidcPerson) {
    const done = await signInByOidc({ db, clock }, await firstWorkspace(), person);
    return typeof done === 'string'
      ? done
      : { ...done, caller: await findSession(db, clock.now(), done.secret) };
  }

  /** What an invitation offers. As `invitations.open`. @param address as in `signIn` */
  const openInvitation = (code: string, address: string): Promise<OpenInvitation> =>
    guessed(address, () => invitations.open(code));

  /** Makes a member and begins their session. As `invitations.accept`. @param address as in `signIn` */
  const acceptInvitation = (code: string, name: string, address: string) =>
    guessed(address, async () => {
      const secret = await invitations.accept(code, name);
      return { secret, caller: await findSession(db, clock.now(), secret) };
    });

  /** Slows down an address whose codes are wrong. */
  async function guessed<T>(address: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MooringError)) throw error;
      attempts.check(address);
      attempts.failed(address);
      throw error;
    }
  }

  const signOut = (secret: string): Promise<void> => endSession(db, secret);

  /**
   * Who sent a request. A token counts before a cookie.
   * @param credentials the `Authorization` header and the value of the session cookie, as they came
   * @throws MooringError `unauthenticated`
   */
  async function authenticate(credentials: {
    authorization?: string | undefined;
    cookie?: string | undefined;
  }): Promise<Caller> {
    const { authorization, cookie } = credentials;
    if (authorization !== undefined) {
      const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
      if (token?.startsWith(TOKEN_PREFIX)) return findToken(token);
      throw unauthenticated(
        `The Authorization header does not hold a token that begins with ${TOKEN_PREFIX}.`,
      );
    }
    if (cookie) return findSession(db, clock.now(), cookie);
    throw unauthenticated('The request came without a credential.');
  }

  /**
   * What a member, a token or an SSH key may do that asked for something earlier; one that has gone since may do the least.
   * @param callerId id of the member, the token or the key
   */
  async function roleOf(workspaceId: string, callerId: string): Promise<{ role: Role; readOnly: boolean }> {
    const found =
      (await tokenRole(workspaceId, callerId)) ??
      (await sshKeyRole(workspaceId, callerId)) ??
      (await memberRole(db, workspaceId, callerId));
    return found ?? { role: 'viewer', readOnly: true };
  }

  return {
    ensureFirstRun,
    roleOf,
    createFirstSignInLink,
    signIn,
    firstWorkspace,
    signInFromProvider,
    findSpentLink: (code: string) => findSpentLink(db, clock.now(), code),
    signOut,
    authenticate,
    openInvitation,
    acceptInvitation,
    ...createMembers({ db }),
    createInvitation: invitations.create,
    listInvitations: invitations.list,
    deleteInvitation: invitations.remove,
    ...tokens,
    ...sshKeys,
    findSshKey,
    ...signInLinks,
    ...createSessions({ db, clock }),
    ...createSetupLinks({ db, clock, kinds }),
    ...createLinks({ db, clock }),
  };
}
export type Access = ReturnType<typeof createAccess>;
