import { COLUMN_NAMES } from '../columns.ts';
import type { WriteExport } from '../format.ts';

/** One object a line, with the names of the columns of tables; tags are a list in it, and client metadata is an object. */
export const writeJsonLines: WriteExport = async function* ({ tables }) {
  for await (const { length, columns } of tables()) {
    const textOf = (name: (typeof COLUMN_NAMES)[number], row: number): string => {
      const value = columns[name].get(row);
      if (value === null) return 'null';
      if (name === 'clientMetadata' || name === 'tags') return value as string;
      return JSON.stringify(name === 'lastModified' ? new Date(value) : value);
    };
    const lines = Array.from(
      { length },
      (_, row) => `{${COLUMN_NAMES.map(name => `"${name}":${textOf(name, row)}`).join()}}\n`,
    );
    yield lines.join('');
  }
};
