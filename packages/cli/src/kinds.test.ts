import { expect, test } from 'vitest';
import { KINDS } from './kinds.ts';

test.each(KINDS)('everything that $kind.id asks for can be given on the command line', cli => {
  const { kind, location, credential, feeds } = cli;
  const fieldsOf = (options: readonly { field?: string }[]) =>
    new Set(options.flatMap(({ field }) => field ?? []));
  expect(fieldsOf(location.options)).toEqual(new Set(kind.location.parts.map(({ name }) => name)));
  expect(new Set(credential.ways.map(({ id }) => id))).toEqual(
    new Set(kind.credentials.ways.map(({ id }) => id)),
  );
  const fields = new Set(kind.credentials.ways.flatMap(way => way.fields.map(({ name }) => name)));
  expect(fieldsOf(credential.options)).toEqual(fields);
  for (const name of [...Object.keys(credential.environment), ...Object.keys(credential.questions)])
    expect(fields).toContain(name);
  const place = kind.location.read({ url: location.example });
  const ways = place.ok ? kind.feeds.flatMap(way => way.fields(place.value).map(({ name }) => name)) : null;
  expect(fieldsOf(feeds.options)).toEqual(new Set(ways));
});
