import type { RequestPolicyFactory } from '@azure/storage-blob';
import { codeIn, headerNamed } from './error-answer.ts';

/**
 * Newest first. The first one lists in Arrow; the others do the rest as well.
 * https://learn.microsoft.com/rest/api/storageservices/versioning-for-the-azure-storage-services
 */
const VERSIONS = ['2026-10-06', '2025-11-05'];
export const OLDEST_VERSION = VERSIONS.at(-1)!;

/** The version of the API that one service is asked in: the newest, until it refuses that one. */
export function createServiceVersion() {
  let at = 0;
  return {
    get current(): string {
      return VERSIONS[at]!;
    },

    /** Whether an answer refuses the version that was asked in, and there is an older one to ask in. */
    stepsDown(asked: string, answer: { status: number; code: string | null; body: string }): boolean {
      if (answer.status !== 400 || (answer.code ?? codeIn(answer.body)) !== 'InvalidHeaderValue')
        return false;
      // Answers to HEAD do not name the header.
      if (!['', 'x-ms-version'].includes(headerNamed(answer.body))) return false;
      const older = VERSIONS.indexOf(asked) + 1;
      if (older === VERSIONS.length) return false;
      at = Math.max(at, older);
      return true;
    },
  };
}
export type ServiceVersion = ReturnType<typeof createServiceVersion>;

/** Makes the SDK ask in that version, and once more in an older one where that is refused. */
export const askIn = (version: ServiceVersion): RequestPolicyFactory => ({
  create: next => ({
    async sendRequest(request) {
      for (;;) {
        const asked = version.current;
        request.headers.set('x-ms-version', asked);
        const response = await next.sendRequest(request);
        const { status, headers, bodyAsText } = response;
        const code = headers.get('x-ms-error-code') ?? null;
        if (!version.stepsDown(asked, { status, code, body: bodyAsText ?? '' })) return response;
      }
    },
  }),
});
