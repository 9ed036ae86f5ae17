/** What a manifest may cost. A reader never keeps more of it than one item and one batch. */

/** A DICOM series of 5,000 signed URLs of 1 KB with titles has 6 MB; 1,000 slices with their tags have 10 MB. */
export const MOST_ITEM_BYTES = 16 * 1024 * 1024;
/** The same series with tags has 400,000 values. More of them in 16 MB are empty ones, which take 20 times their bytes. */
export const MOST_ITEM_VALUES = 500_000;
/** The tags of DICOM need 12. Deeper nesting means nothing to people, and ends the stack of programs. */
export const MOST_DEPTH = 32;
/** Series have up to 5,000 slices. */
export const MOST_MEMBERS = 10_000;
/** Encord’s limit. A signed URL has some 300 characters, and 2,500 with a session token. */
export const MOST_URL_CHARS = 16_384;
/** The longest key is 1,024 characters; the rest is for the container and percent-encoding. */
export const MOST_PATH_CHARS = 4096;
/** As long as a key. Encord allows 300. */
export const MOST_TITLE_CHARS = 1024;
export const MOST_FOLDER_CHARS = 1024;
/** A record of a table: one URL and metadata. A quote that is not closed reaches it soon. */
export const MOST_RECORD_BYTES = 1024 * 1024;
export const MOST_COLUMNS = 1000;
/** The format is known by then. A heading line is shorter, and so is what stands before the first list. */
export const HEAD_BYTES = 64 * 1024;
/** Different warnings that are told apart; more of them are counted together. */
export const MOST_WARNINGS = 100;
/** Of a text from the file, in a message. */
export const MOST_EXCERPT_CHARS = 100;
/** Of the URL of an item, in a problem. */
export const MOST_SHOWN_URL_CHARS = 1000;
/** Items and problems of one batch: some 2 MB. */
export const BATCH_UNITS = 1000;
/** Of the text of one batch, where its items are large; the item that reaches it is in the batch. */
export const BATCH_BYTES = 8 * 1024 * 1024;
/** URLs that differ in their ends compress to a fortieth; a file of zeros to a thousandth. */
export const MOST_GZIP_RATIO = 200;
/** A ratio says nothing of few bytes. */
export const GZIP_FREE_BYTES = 16 * 1024 * 1024;
/** Parquet begins with its end. A stream of it is kept whole, up to this; a file is read in ranges. */
export const MOST_PARQUET_STREAM_BYTES = 64 * 1024 * 1024;
/** hyparquet decodes a row group as a whole; writers make them of up to 1,048,576 rows. */
export const MOST_GROUP_ROWS = 2_000_000;
export const MOST_GROUP_BYTES = 128 * 1024 * 1024;
export const MOST_GROUPS = 100_000;
