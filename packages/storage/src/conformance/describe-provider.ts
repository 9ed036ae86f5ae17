import { afterAll, beforeAll, describe } from 'vitest';
import { describeChecks } from './checks.ts';
import { describeCredential } from './credential.ts';
import { describeKeys } from './keys.ts';
import { describeList } from './list.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';
import { describeRead } from './read.ts';
import { describeSign } from './sign.ts';
import { describeWrite } from './write.ts';

export type { ProviderUnderTest } from './provider-under-test.ts';

const PARTS = {
  list: describeList,
  keys: describeKeys,
  read: describeRead,
  sign: describeSign,
  write: describeWrite,
  credential: describeCredential,
  checks: describeChecks,
};

/** For servers of others, which do not do everything that a storage does. By default everything is tried. */
export interface Extent {
  parts?: readonly (keyof typeof PARTS)[];
  /** How many objects the long listing has. */
  many?: number;
  /** Keys that such a server cannot store. */
  cannotStore?: RegExp;
}

/** The rules of `provider.ts`, tried on one provider. Call it at the top of a test file. */
export function describeProvider(
  name: string,
  setUp: () => Promise<ProviderUnderTest>,
  { parts = Object.keys(PARTS) as (keyof typeof PARTS)[], many = 5001, cannotStore }: Extent = {},
): void {
  describe(`provider ${name}`, () => {
    let subject: ProviderUnderTest;
    beforeAll(async () => {
      subject = await setUp();
    });
    afterAll(() => subject?.stop());

    for (const part of parts) PARTS[part](() => subject, { many, cannotStore });
  });
}
