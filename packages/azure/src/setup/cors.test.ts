import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CORS_LIMITS, type CorsRule, corsRuleFor, mergeCorsRules, originProblem } from './cors.ts';

const OURS = corsRuleFor(['https://mooring.example']);
const rule = (change: Partial<CorsRule>): CorsRule => ({
  allowedOrigins: ['https://other.example'],
  allowedMethods: ['PUT'],
  allowedHeaders: ['x-ms-*'],
  exposedHeaders: [],
  maxAgeInSeconds: 60,
  ...change,
});

describe('merging CORS rules', () => {
  test('keeps what exists, behind what is wanted', () => {
    const theirs = rule({});
    expect(mergeCorsRules([theirs], OURS)).toEqual({ rules: [OURS, theirs], changed: true, problem: null });
  });

  test.each<[string, CorsRule]>([
    ['the rule itself', OURS],
    ['other origins besides', { ...OURS, allowedOrigins: ['https://a.example', 'https://mooring.example'] }],
    [
      'everything',
      rule({
        allowedOrigins: ['*'],
        allowedMethods: ['HEAD', 'GET'],
        allowedHeaders: ['*'],
        exposedHeaders: ['*'],
      }),
    ],
    [
      'header names in other letters',
      { ...OURS, allowedHeaders: ['Range', 'If-*'], exposedHeaders: ['Content-*', 'ETag', 'Accept-Ranges'] },
    ],
  ])('changes nothing where it is granted already: %s', (_, existing) => {
    expect(mergeCorsRules([existing], OURS)).toEqual({ rules: [existing], changed: false, problem: null });
  });

  test('goes before a broader rule that hides the headers', () => {
    const broad = rule({ allowedOrigins: ['*'], allowedMethods: ['GET', 'HEAD'], allowedHeaders: ['*'] });
    expect(mergeCorsRules([broad, OURS], OURS)).toEqual({
      rules: [OURS, broad],
      changed: true,
      problem: null,
    });
  });

  test('adds an origin to its own rule rather than a rule', () => {
    const other = corsRuleFor(['https://staging.example']);
    expect(mergeCorsRules([rule({}), other], OURS).rules).toEqual([
      corsRuleFor(['https://staging.example', 'https://mooring.example']),
      rule({}),
    ]);
  });

  test.each<[string, CorsRule[], CorsRule, RegExp]>([
    [
      'a sixth rule',
      Array.from({ length: 5 }, (_, i) => rule({ maxAgeInSeconds: i })),
      OURS,
      /^The account has 5 CORS rules\. It can have at most 5\. Remove/,
    ],
    [
      '65 origins',
      [],
      corsRuleFor(Array.from({ length: 65 }, (_, i) => `https://h${i}.example`)),
      /65 origins\. Azure allows at most 64/,
    ],
    [
      'more than 2 KiB',
      [rule({ exposedHeaders: Array.from({ length: 60 }, (_, i) => `x-${i}-${'a'.repeat(30)}`) })],
      OURS,
      /would take \d{4} bytes\. Azure allows at most 2048/,
    ],
    [
      'a slash at the end',
      [],
      corsRuleFor(['https://mooring.example/']),
      /^https:\/\/mooring\.example\/: A browser never sends this/,
    ],
  ])('refuses %s, and changes nothing', (_, existing, wanted, problem) => {
    const merge = mergeCorsRules(existing, wanted);
    expect(merge).toEqual({ rules: existing, changed: false, problem: expect.stringMatching(problem) });
  });

  test('always grants what is wanted, keeps every grant, and settles', () => {
    const origin = fc.constantFrom('https://a.example', 'https://b.example', 'https://mooring.example', '*');
    const list = (...values: string[]) => fc.subarray(values, { minLength: 1 });
    const anyRule: fc.Arbitrary<CorsRule> = fc.record({
      allowedOrigins: fc.uniqueArray(origin, { minLength: 1, maxLength: 3 }),
      allowedMethods: list('GET', 'HEAD', 'PUT'),
      allowedHeaders: list('range', 'if-match', 'if-none-match', '*', 'x-ms-*'),
      exposedHeaders: list('content-length', 'content-range', 'content-type', 'etag', 'accept-ranges', '*'),
      maxAgeInSeconds: fc.constantFrom(0, 3600),
    });
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 5 }), existing => {
        const { rules, problem, changed } = mergeCorsRules(existing, OURS);
        expect(rules.length).toBeLessThanOrEqual(CORS_LIMITS.rules);
        if (problem !== null) {
          expect(rules).toEqual(existing);
          return;
        }
        for (const method of ['GET', 'HEAD']) {
          const met = firstMatch(rules, 'https://mooring.example', method, OURS.allowedHeaders);
          for (const header of OURS.exposedHeaders)
            expect(met?.exposedHeaders.some(name => name === '*' || name === header)).toBe(true);
        }
        for (const { allowedOrigins, allowedMethods, allowedHeaders } of existing)
          for (const from of allowedOrigins)
            for (const method of allowedMethods)
              if (from !== '*') expect(firstMatch(rules, from, method, allowedHeaders)).toBeDefined();
        expect(mergeCorsRules(rules, OURS)).toEqual({ rules, changed: false, problem: null });
        expect(changed).toBe(JSON.stringify(rules) !== JSON.stringify(existing));
      }),
      { numRuns: 1000 },
    );
  });
});

/** As Azure does it. */
const firstMatch = (rules: CorsRule[], origin: string, method: string, headers: string[]) =>
  rules.find(
    candidate =>
      candidate.allowedOrigins.some(allowed => allowed === '*' || allowed === origin) &&
      candidate.allowedMethods.includes(method) &&
      headers.every(header =>
        candidate.allowedHeaders.some(
          allowed => allowed === header || (allowed.endsWith('*') && header.startsWith(allowed.slice(0, -1))),
        ),
      ),
  );

test.each([
  ['https://mooring.example', null],
  ['http://127.0.0.1:7070', null],
  ['http://[::1]:7070', null],
  ['https://mooring.example/', 'it would send https://mooring.example, without a slash'],
  ['https://Mooring.example', 'it would send https://mooring.example'],
  ['https://mooring.example:443', 'it would send https://mooring.example,'],
  ['https://mooring.example/path', 'without a slash'],
  ['mooring.example', 'expected an origin such as'],
  ['https://', 'expected an origin such as'],
  ['*', 'expected an origin such as'],
  [`https://${'a'.repeat(250)}.example`, 'Azure allows at most 256'],
])('an origin: %s', (origin, problem) => {
  if (problem === null) expect(originProblem(origin)).toBeNull();
  else expect(originProblem(origin)).toContain(problem);
});
