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

/** The rules of `provider.ts`, tried on one provider. Call it at the top of a test file. */
export function describeProvider(name: string, setUp: () => Promise<ProviderUnderTest>): void {
  describe(`provider ${name}`, () => {
    let subject: ProviderUnderTest;
    beforeAll(async () => {
      subject = await setUp();
    });
    afterAll(() => subject?.stop());

    const get = () => subject;
    describeList(get);
    describeKeys(get);
    describeRead(get);
    describeSign(get);
    describeWrite(get);
    describeCredential(get);
    describeChecks(get);
  });
}
