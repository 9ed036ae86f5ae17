import { Link, useSearch } from '@tanstack/react-router';
import type { ComponentProps } from 'react';

/** A link to the page of an asset, which takes along which list it was in. */
export function AssetLink({
  assetId,
  ...props
}: { assetId: string } & Pick<
  ComponentProps<'a'>,
  'tabIndex' | 'title' | 'onClick' | 'onContextMenu' | 'className' | 'children'
>) {
  const search = useSearch({ from: '/shell/assets' });
  const { asset: _, ...rest } = search;
  return (
    <Link
      to="/assets/$assetId"
      params={{ assetId }}
      search={rest}
      preload={false}
      draggable={false}
      {...props}
    />
  );
}
