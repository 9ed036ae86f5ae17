import { SETUP_SECTIONS } from '@mooring/contract';
import { joinSetup } from '@mooring/storage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCondition } from './conditions.ts';
import { documentFor } from './generate.ts';
import { bicep, hcl, ps } from './quote.ts';
import type { SetupFormat, SetupSettings } from './schema.ts';
import { everything, hostile, hostileSettings, hostileWishes, plainly, SHAPES } from './testing.ts';
import { parseBicep, parsePowershell, parseTerraform } from './testing-parsers.ts';

const script = (format: SetupFormat, settings: SetupSettings) =>
  joinSetup(documentFor(settings), format, SETUP_SECTIONS);
test('a string stays one string, with any characters in it', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 20 }), texts => {
      expect(parsePowershell(texts.map((text, i) => `$v${i} = ${ps(text)}`).join('\n'))).toMatchObject({
        errors: [],
        strings: texts,
      });
      expect(parseBicep(texts.map((text, i) => `var v${i} = ${bicep(text)}`).join('\n'))).toMatchObject({
        errors: [],
        strings: texts,
      });
    }),
    { numRuns: 100 },
  );
});

/** Terraform normalises every text; the parser marks those literals that would look like an expression. */
const asHcl2json = (text: string) => text.normalize().replace(/([$%])\{/g, '$1$1{');

test('a string of Terraform stays one string, with any characters in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 20 }), async texts => {
      const parsed = await parseTerraform(
        `locals {\n${texts.map((text, i) => `  v${i} = ${hcl(text)}`).join('\n')}\n}`,
      );
      expect(parsed).toEqual({
        locals: [Object.fromEntries(texts.map((text, i) => [`v${i}`, asHcl2json(text)]))],
      });
    }),
    { numRuns: 50 },
  );
});

describe('PowerShell', () => {
  test('holds to its grammar', () => {
    for (const settings of SHAPES) expect(parsePowershell(script('powershell', settings)).errors).toEqual([]);
  });

  test('does the same for all values, and keeps each value unchanged', () => {
    fc.assert(
      fc.property(hostileSettings, settings => {
        const { errors, strings, shape } = parsePowershell(script('powershell', settings));
        expect(errors).toEqual([]);
        expect(shape).toBe(parsePowershell(script('powershell', plainly<SetupSettings>(settings))).shape);
        expect(strings).toEqual(expect.arrayContaining(valuesIn(settings)));
      }),
      { numRuns: 50 },
    );
  });
});

describe('Bicep', () => {
  test('holds to its grammar', () => {
    for (const settings of SHAPES) expect(parseBicep(script('bicep', settings)).errors).toEqual([]);
  });

  test('does the same for all values, and keeps each value unchanged', () => {
    fc.assert(
      fc.property(hostileSettings, settings => {
        const { errors, strings, shape } = parseBicep(script('bicep', settings));
        expect(errors).toEqual([]);
        expect(shape).toBe(parseBicep(script('bicep', plainly<SetupSettings>(settings))).shape);
        expect(strings).toEqual(expect.arrayContaining(valuesIn(settings)));
      }),
      { numRuns: 50 },
    );
  });
});

/** Values that have to be among the string literals. */
function valuesIn({ location, narrowing, identity }: SetupSettings): string[] {
  if (identity.kind !== 'app' || identity.credential?.kind !== 'federated') throw new Error('not these');
  const { container, prefix } = location;
  return [
    `/blobServices/default/containers/${container}/blobs/${prefix}`,
    identity.name,
    identity.credential.federation.issuer,
    ...(narrowing === 'abac' ? [readCondition(container, [prefix])] : []),
  ];
}

describe('Terraform', () => {
  test('holds to its grammar', async () => {
    for (const settings of SHAPES) await parseTerraform(script('terraform', settings));
  });

  test('says so where it would change a name', () => {
    const prefixed = (prefix: string) =>
      script('terraform', everything({ location: { ...everything().location, prefix } }));
    expect(prefixed('caf\u0065\u0301/')).toContain('# Terraform normalises text');
    expect(prefixed('caf\u00e9/')).not.toContain('# Terraform normalises text');
  });

  test('does the same for all values, and keeps each value unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(hostileSettings, async settings => {
        const parsed = await parseTerraform(script('terraform', settings));
        const { container, prefix } = settings.location;
        expect(parsed).toMatchObject({
          resource: {
            azuread_application: { mooring: [{ display_name: asHcl2json(settings.identity.name) }] },
            azuread_application_federated_identity_credential: {
              mooring: [{ issuer: asHcl2json(settings.identity.credential.federation.issuer) }],
            },
            azurerm_eventgrid_event_subscription: {
              mooring: [
                {
                  subject_filter: [
                    {
                      subject_begins_with: asHcl2json(
                        `/blobServices/default/containers/${container}/blobs/${prefix}`,
                      ),
                    },
                  ],
                },
              ],
            },
          },
        });
        const plain = await parseTerraform(script('terraform', plainly<SetupSettings>(settings)));
        expect(namesIn(parsed)).toEqual(namesIn(plain));
      }),
      { numRuns: 50 },
    );
  });
});

test('every wish comes to the same text but for its values', async () => {
  await fc.assert(
    fc.asyncProperty(hostileWishes, async settings => {
      const plain = plainly(settings);
      for (const [format, parse] of [
        ['powershell', parsePowershell],
        ['bicep', parseBicep],
      ] as const) {
        const { errors, shape } = parse(script(format, settings));
        expect(errors).toEqual([]);
        expect(shape).toBe(parse(script(format, plain)).shape);
      }
      expect(namesIn(await parseTerraform(script('terraform', settings)))).toEqual(
        namesIn(await parseTerraform(script('terraform', plain))),
      );
    }),
    { numRuns: 50 },
  );
});

test('steps and sentences hold each value as code, on one line, with nothing that turns their direction', () => {
  fc.assert(
    fc.property(hostileWishes, settings => {
      const sentences = (of: SetupSettings): string[] => {
        const { sections, can, cannot } = documentFor(of);
        const steps = sections.flatMap(({ title, why, texts }) => [
          title,
          why,
          ...texts.portal!.text.split('\n'),
        ]);
        return [...can, ...cannot, ...steps];
      };
      /** What stands outside the code. */
      const words = (all: string[]) =>
        all
          .filter(text => !text.includes('in it, type the character'))
          .map(text => text.split('`').filter((_, i) => i % 2 === 0));
      const all = sentences(settings);
      expect(words(all)).toEqual(words(sentences(plainly(settings))));
      for (const text of all) expect(text).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    }),
    { numRuns: 100 },
  );
});

test('no text has a character that turns the direction of what stands beside it', () => {
  fc.assert(
    fc.property(hostileWishes, settings => {
      for (const format of ['az-cli', 'powershell', 'bicep', 'terraform', 'portal'] as const)
        expect(script(format, settings)).not.toMatch(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
    }),
    { numRuns: 100 },
  );
});

test('templates name nothing that they do not declare', async () => {
  for (const settings of SHAPES) {
    const main = joinSetup(documentFor(settings), 'terraform').replace(/#.*/g, '');
    const uses = main.match(
      /\b(local|var|data\.\w+|azure\w+|azapi\w+)\.(mooring\w*|other\w*|\w+_id|\w+_name)\b/g,
    );
    const declared = JSON.stringify(await parseTerraform(main));
    expect(uses).not.toBeNull();
    for (const use of uses!) expect(declared, use).toContain(`"${use.split('.').at(-1)}":`);

    const template = joinSetup(documentFor(settings), 'bicep').replace(/\/\/.*/g, '');
    const symbols = [...template.matchAll(/^(?:resource|param|var) (\w+)/gm)].map(([, symbol]) => symbol);
    expect(new Set(symbols).size).toBe(symbols.length);
    for (const [, symbol] of template.matchAll(/\b((?:mooring|account|container|blobService)\w*)\.\w+/g)) {
      if (symbol !== 'mooring') expect(symbols).toContain(symbol);
    }
    for (const [symbol] of template.matchAll(/\b(mooringPrincipalId|existing(?:CorsRules|Metadata))\b/g)) {
      expect(symbols).toContain(symbol);
    }
  }
});

/** Every name in a tree, and where it stands. */
const namesIn = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, namesIn(inner)]))
    : typeof value;
