/** An error as S3 answers it. */
export class S3Failure extends Error {
  readonly status: number;
  readonly code: string;
  /** More elements of the answer, such as the region. */
  readonly more: Record<string, string>;

  constructor(status: number, code: string, message: string, more: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.more = more;
  }
}

export const accessDenied = (message = 'Access Denied'): S3Failure =>
  new S3Failure(403, 'AccessDenied', message);
export const noSuchKey = (key: string): S3Failure =>
  new S3Failure(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key });
export const noSuchBucket = (bucket: string): S3Failure =>
  new S3Failure(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucket });

/** XML knows no control characters but three; S3 writes the others as references all the same. */
export const escapeXml = (text: string): string =>
  text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant
    /[&<>"\u0000-\u001f]/g,
    char =>
      ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ??
      `&#x${char.charCodeAt(0).toString(16)};`,
  );

export const errorXml = ({ code, message, more }: S3Failure): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>${Object.entries(
    more,
  )
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
    .join('')}<RequestId>4442587FB7D0A2F9</RequestId></Error>`;
