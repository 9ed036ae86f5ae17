import { globSync } from 'node:fs';
import { matchesGlob } from 'node:path';

/** The pages of the site, in the order in which they are listed: files and patterns from the repository's root. */
const SECTIONS: Record<string, string[]> = {
  Start: ['README.md', 'docs/guides/first-connection.md', 'docs/troubleshooting.md'],
  Guides: ['docs/guides/*.md'],
  Credentials: ['docs/credentials/README.md', 'docs/credentials/*.md'],
  Concepts: ['ARCHITECTURE.md', 'docs/concepts/*.md'],
  Reference: [
    'docs/benchmarks.md',
    'packages/*/README.md',
    'python/README.md',
    'CHANGELOG.md',
    'SECURITY.md',
  ],
  Contributing: ['CONTRIBUTING.md', 'emulators/**/*.md'],
  Decisions: ['docs/decisions/README.md', 'docs/decisions/dependencies.md', 'docs/decisions/*.md'],
};

/** The paths of one section's pages. */
export interface NavigationSection {
  name: string;
  paths: string[];
}

const isOurs = (path: string) => !/(^|\/)(node_modules|dist|\.git)(\/|$)/.test(path);

/**
 * Sorts every Markdown file of the repository into its section.
 * @throws Error where a file is in no section
 */
export function readNavigation(root: string): NavigationSection[] {
  const left = new Set(globSync('**/*.md', { cwd: root, exclude: path => !isOurs(path) }));
  const sections = Object.entries(SECTIONS).map(([name, patterns]) => {
    const found = patterns.flatMap(pattern => [...left].filter(path => matchesGlob(path, pattern)).sort());
    return { name, paths: [...new Set(found)].filter(path => left.delete(path)) };
  });
  if (left.size > 0) {
    throw new Error(
      `No section of the navigation has ${[...left].join(', ')}. Add it in scripts/docs/navigation.ts.`,
    );
  }
  return sections.filter(({ paths }) => paths.length > 0);
}
