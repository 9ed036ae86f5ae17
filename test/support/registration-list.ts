/** One item of a list, and what has to become of it. */
interface ListItem {
  objectUrl: string;
  clientMetadata: { at: number };
}

/**
 * A list of Encord's format for tests that count exactly: every third item lies where the server may not read, and each
 * 40th is there twice. With mistakes, each 50th is not at its host.
 * @param of where they are: of a host, and of one that is client-only
 */
export function makeRegistrationList(
  items: number,
  of: { host: string; secluded: string; withMistakes: boolean },
) {
  const images = Array.from({ length: items }, (_, at): ListItem => {
    const same = at % 40 === 39 ? at - 30 : at; // the first has been written, or is in the same batch
    const isMissing = of.withMistakes && same % 50 === 7;
    const name = `${isMissing ? 'none' : 'file'}-${same}.txt`;
    const isSecluded = same % 3 === 0 && !isMissing;
    return { objectUrl: `${isSecluded ? of.secluded : of.host}${name}`, clientMetadata: { at: same } };
  });
  const [wrong, right] = [true, false].map(isWrong =>
    images.filter(({ objectUrl }) => objectUrl.includes('/none-') === isWrong),
  ) as [ListItem[], ListItem[]];
  const keyOf = ({ objectUrl }: ListItem) => new URL(objectUrl).pathname.slice(1);
  const assets = new Map(right.map(item => [keyOf(item), item.clientMetadata]));
  return {
    json: JSON.stringify({ images }),
    counts: {
      done: right.length,
      error: wrong.length,
      added: assets.size,
      changed: 0,
      unchanged: right.length - assets.size,
    },
    /** Client metadata by key. */
    assets,
    /** The URLs of the errors, one for each. */
    wrong: wrong.map(({ objectUrl }) => objectUrl),
  };
}
