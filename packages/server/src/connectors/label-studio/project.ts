import { ASSET_KINDS, type AssetKind } from '@mooring/contract';
import { z } from 'zod';
import { LABEL_STUDIO_NAMES } from '../../exports/formats/label-studio.ts';
import type { LabelStudioClient } from './client.ts';

/** What a task of the project calls the address of an asset of a kind; null: the project does not show that kind. */
export type DataKeys = Record<AssetKind, string | null>;

export interface Project {
  title: string;
  keys: DataKeys;
}

const shape = z.object({
  id: z.number().int(),
  title: z.string(),
  parsed_label_config: z
    .record(z.string(), z.object({ inputs: z.array(z.object({ type: z.string(), value: z.string() })) }))
    .nullish(),
});

/** The tags of labeling interfaces that show a kind. Source: https://labelstud.io/tags */
const SHOWN_BY: Partial<Record<AssetKind, readonly string[]>> = {
  image: ['Image'],
  video: ['Video', 'HyperText'],
  audio: ['Audio', 'AudioPlus', 'Paragraphs'],
  text: ['Text', 'HyperText', 'Paragraphs'],
  pdf: ['Pdf', 'HyperText'],
};

/** @throws MooringError as `LabelStudioClient.call` */
export async function readProject({ call }: LabelStudioClient, projectId: number): Promise<Project> {
  const what = `the request for the project ${projectId}`;
  const found = await call({ path: `/api/projects/${projectId}`, what }, shape, 'a project');
  const inputs = Object.values(found.parsed_label_config ?? {}).flatMap(control => control.inputs);
  return { title: found.title.slice(0, 500), keys: keysOf(inputs) };
}

/** A project without a labeling interface takes every name. */
function keysOf(inputs: readonly { type: string; value: string }[]): DataKeys {
  return Object.fromEntries(
    ASSET_KINDS.map(kind => {
      const name = LABEL_STUDIO_NAMES[kind] ?? 'file';
      const shown = inputs.find(({ type }) => SHOWN_BY[kind]?.includes(type));
      return [kind, inputs.length === 0 ? name : (shown?.value.replace(/^\$/, '') ?? null)];
    }),
  ) as DataKeys;
}
