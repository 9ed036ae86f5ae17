/** Keys that break code which mistakes a key for a path, a URL, a line of text, or a string in some other form. */
export const NASTY_KEYS: readonly string[] = [
  'hello? sausage/êé/ #%20+&=.jpg',
  'new\nline.txt',
  'tab\there.txt',
  'dots/../up.txt',
  'dots/./here.txt',
  'dots...txt',
  '..hidden',
  'double//slash.txt',
  'percent%2Fslash.txt',
  'percent%25.txt',
  'quotes\'"`.txt',
  'angle<&amp;>.xml',
  'semicolon;a=b,c.txt',
  'trailing dot.',
  'trailing space ',
  ' leading space',
  'emoji/😀🏳️‍🌈.png',
  'composed/\u00e9.txt',
  'decomposed/e\u0301.txt',
  'private use/\ue000.txt',
  'عربى/עברית/中文.txt',
];

/** A key of 1,024 characters, the longest that Azure allows, under a prefix. */
export const longestKey = (prefix: string): string => prefix + 'long/'.padEnd(1024 - prefix.length, 'x');
