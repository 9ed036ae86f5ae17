import type { Fix, SetupSectionId } from '@mooring/contract';
import type { S3SetupDocument } from './generate.ts';

/** What to copy of a section for the command line; empty where the document has none. */
export const shownSnippets = ({ sections }: S3SetupDocument, id: SetupSectionId): Fix['snippets'] =>
  sections
    .filter(section => section.id === id)
    .map(({ title, texts }) => ({ title, format: 'AWS CLI', ...texts['aws-cli'] }));
