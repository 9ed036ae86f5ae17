/** A `package.json`, as far as a release reads it. */
export interface Manifest {
  name: string;
  version: string;
  exports: Record<string, string>;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  [field: string]: unknown;
}

/**
 * The entrances of a package, which lead to TypeScript in the repository, as they are in what is published.
 * @param folder takes the place of `./src`
 * @param toTarget what stands for a file, which is given without its extension
 */
export const runnableExports = (
  exports: Manifest['exports'],
  folder: string,
  toTarget: (file: string) => unknown,
): Manifest['exports'] =>
  Object.fromEntries(
    Object.entries(exports).map(([entrance, source]) => [
      entrance,
      toTarget(source.replace(/^\.\/src\/(.*)\.ts$/, `${folder}/$1`)) as string,
    ]),
  );
