import { type Draft, extra } from '../draft.ts';
import { OWN_FACTS } from '../facts.ts';
import { anObject, type Field, fields, readFields } from '../fields.ts';
import type { JsonObject, JsonValue } from '../item.ts';

/** Tags that are facts. Numbers of tags: https://dicom.nema.org/medical/dicom/current/output/html/part06.html */
const FACTS: Record<string, string> = {
  '00080018': 'instanceUid',
  '00080060': 'modality',
  '0020000D': 'studyUid',
  '0020000E': 'seriesUid',
  '00200013': 'instanceNumber',
  '00280008': 'frames',
  '00280010': 'height',
  '00280011': 'width',
  '00280101': 'bitDepth',
};

/** `{tags}` in DICOM JSON, `{"00080060": {"vr": "CS", "Value": ["CT"]}}`: some are facts, and all are kept. */
export const dicomTags: Field<Draft> = (draft, value, at, key) =>
  readFields(TABLE, anObject(value, at, key), draft, at.in(key));

const TABLE = fields<Draft>({
  tags: (draft, value, at, key) => {
    const tags = anObject(value, at, key);
    extra(draft, tags, at, 'tags');
    for (const [tag, name] of Object.entries(FACTS)) {
      const found = firstValue(tags[tag]);
      if (found !== undefined && found !== null) OWN_FACTS.get(name)!(draft, found, at.in(key), tag);
    }
  },
});

function firstValue(element: JsonValue | undefined): JsonValue | undefined {
  if (typeof element !== 'object' || element === null || Array.isArray(element)) return undefined;
  const { Value: values } = element as JsonObject;
  return Array.isArray(values) ? values[0] : undefined;
}
