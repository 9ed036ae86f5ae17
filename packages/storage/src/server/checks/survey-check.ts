import type { Advise, CheckContext, CheckDefinition, Provider, StorageObject } from '../provider.ts';
import { defineCheck, type Finding } from './define-check.ts';
import { count, quoteKey } from './words.ts';

const PAGES = 2;
/** From this share of archived objects on, it is said as a warning. */
const ARCHIVED_SHARE = 0.01;

/**
 * Looks at the first pages of a listing: tiers, directories, and whether anything there can be used.
 * @param howToRead what to do so that archived objects can be read, in a sentence
 */
export const surveyCheck = (
  provider: Pick<Provider, 'list' | 'capabilities'>,
  howToRead: string,
  advise: Advise,
): CheckDefinition =>
  defineCheck('survey', ['list'], 'Objects that are not empty and can be read.', advise, async context =>
    judge(await look(provider, context), context, howToRead),
  );

interface Survey {
  objects: number;
  archived: number;
  empty: number;
  directories: number;
  tiers: Map<string, number>;
  /** Whether the prefix is the whole key of an object. */
  isKey: boolean;
  /** Whether the listing goes on after what was looked at. */
  more: boolean;
}

async function look(
  { list, capabilities }: Pick<Provider, 'list' | 'capabilities'>,
  { container, prefix, signal }: CheckContext,
): Promise<Survey> {
  const none = { objects: 0, archived: 0, empty: 0, directories: 0, isKey: false };
  const survey: Survey = { ...none, tiers: new Map(), more: true };
  let cursor: string | undefined;
  for (let pages = 0; pages < PAGES && survey.more; pages++) {
    const pageSize = capabilities.list.maxPageSize;
    const page = await list(container, { prefix, cursor, pageSize, signal });
    for (const object of page.objects) {
      add(survey, object);
      survey.isKey ||= object.key === prefix && !object.placeholder;
    }
    cursor = page.cursor ?? undefined;
    survey.more = cursor !== undefined;
  }
  return survey;
}

function add(survey: Survey, object: StorageObject): void {
  if (object.placeholder) {
    survey.directories += 1;
    return;
  }
  survey.objects += 1;
  if (object.archiveState === 'archived') survey.archived += 1;
  else if (object.sizeBytes === 0) survey.empty += 1;
  if (object.tier !== null) survey.tiers.set(object.tier, (survey.tiers.get(object.tier) ?? 0) + 1);
}

function judge(survey: Survey, { container, prefix }: CheckContext, howToRead: string): Finding {
  const { objects, archived, empty, directories, more } = survey;
  const where = prefix === '' ? `The container “${container}”` : quoteKey(prefix);
  if (objects === 0 && directories === 0 && prefix !== '') {
    return warning(
      `No key in the container “${container}” begins with ${quoteKey(prefix)}.`,
      'Without an object, reading cannot be checked, and a sync finds no assets.',
      [
        'Compare the prefix with the keys in the container: capitals count, keys do not begin with “/”, and a folder’s prefix ends with “/”.',
        'If objects are still to come, upload one and run the checks again.',
      ],
    );
  }
  if (objects === 0) {
    return warning(
      directories === 0
        ? `The container “${container}” is empty.`
        : `${where} holds only ${count(directories, 'placeholder')} of directories, and no object.`,
      'Without an object, reading cannot be checked, and a sync finds no assets.',
      ['Upload a file and run the checks again.'],
    );
  }
  if (survey.isKey) {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    return warning(
      `The prefix ${quoteKey(prefix)} is the key of one object.`,
      'A sync takes only the objects whose keys begin with the prefix.',
      [
        `If you want the folder that it lies in, ${folder === '' ? 'leave the prefix empty' : `change the prefix to ${quoteKey(folder)}`}.`,
      ],
    );
  }
  const looked = more ? `the first ${count(objects, 'object')}` : count(objects, 'object');
  if (empty === objects) {
    return warning(
      `${where} holds ${looked}, and ${objects === 1 ? 'it is' : 'they are all'} of zero bytes.`,
      'An empty object cannot show whether reading works.',
      ['Upload a file that is not empty and run the checks again.'],
    );
  }
  if (archived / objects >= ARCHIVED_SHARE) {
    return warning(
      `Of ${looked} ${archived === objects ? 'all' : count(archived, 'object')} ${archived === 1 && objects > 1 ? 'is' : 'are'} in the archive tier (${percent(archived / objects)}).`,
      'An archived object is listed, but it cannot be read until it is in another tier. That takes hours.',
      [howToRead],
    );
  }
  return { observed: `${capital(looked)}${details(survey)}.` };
}

/** `: 4,998 Hot, 2 Cool; 12 directories` */
function details({ tiers, directories }: Survey): string {
  const byTier = [...tiers].map(([tier, objects]) => `${objects.toLocaleString('en')} ${tier}`).join(', ');
  const folders = directories > 0 ? `; ${count(directories, 'placeholder')} of directories` : '';
  return `${byTier && `: ${byTier}`}${folders}`;
}

const percent = (share: number): string => `${Math.max(1, Math.round(share * 100))} %`;
const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

const warning = (observed: string, why: string, steps: string[]): Finding => ({
  status: 'warning',
  observed,
  fix: { why, steps, snippets: [] },
});
