/** An answer of the API, with its headers. */
export interface Answer {
  /** E.g. `POST /v1/tokens`. */
  request: string;
  status: number;
  text: string;
}

/** A fetch that keeps everything that it is answered. */
export function createRecorder() {
  const answers: Answer[] = [];
  const reading: Promise<void>[] = [];
  const recording: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init);
    const { status, headers } = answer;
    const request = `${init?.method ?? 'GET'} ${new URL(String(input)).pathname}`;
    const copy = answer.clone();
    reading.push(
      copy.text().then(body => {
        answers.push({ request, status, text: `${[...headers].flat().join('\n')}\n\n${body}` });
      }),
    );
    return answer;
  };
  return {
    fetch: recording,
    /** All so far, once they have been read to their ends. */
    async answers(): Promise<Answer[]> {
      await Promise.all(reading);
      return answers;
    },
  };
}
