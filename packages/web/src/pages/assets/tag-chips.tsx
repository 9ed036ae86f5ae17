import { Link } from '@tanstack/react-router';
import { Badge } from '@/components/ui/badge.tsx';

/** Tags of an asset. Each leads to the assets that have it. */
export const TagChips = ({ tags }: { tags: readonly string[] }) => (
  <ul aria-label="Tags" className="flex flex-wrap gap-1">
    {tags.map(tag => (
      <li key={tag} className="min-w-0 max-w-full">
        <Link
          to="/assets"
          search={{ tag }}
          title={`Show all assets with the tag ${tag}`}
          className="inline-flex max-w-full rounded-sm border bg-sunken px-1.5 text-sm leading-6 hover:bg-hover max-sm:leading-9"
        >
          <span className="truncate">{tag}</span>
        </Link>
      </li>
    ))}
  </ul>
);

const FEW = 2;

/** The first tags, where there is room for them in their container. */
export const FewTags = ({ tags }: { tags: readonly string[] }) =>
  tags.length > 0 && (
    <span className="hidden shrink-0 gap-1 pl-2 @sm:flex" title={tags.join(', ')}>
      {tags.slice(0, FEW).map(tag => (
        <Badge key={tag}>
          <span className="max-w-24 truncate">{tag}</span>
        </Badge>
      ))}
      {tags.length > FEW && <Badge>+{tags.length - FEW}</Badge>}
    </span>
  );
