import { useCallback, useEffect, useRef, useState } from 'react';
import type { Table } from './table.ts';

/** Rows that are read at once. */
const PAGE_ROWS = 200;
const MOST_PAGES = 50;
/** So many rows before the last one, more are read. */
const READ_ON_ROWS = 100;

/** The cells of the rows in view. Tell `onView` which rows these are. */
export function useCells(table: Table) {
  const [rows, setRows] = useState(table.rows);
  const [, setVersion] = useState(0);
  const [error, setError] = useState<unknown>(null);
  const pages = useRef(new Map<number, string[][] | null>());
  const isReadingOn = useRef(false);
  const isLeft = useRef(false);
  useEffect(() => {
    isLeft.current = false;
    return () => {
      isLeft.current = true;
    };
  }, []);

  const rowAt = useCallback(
    (row: number) => pages.current.get(Math.floor(row / PAGE_ROWS))?.[row % PAGE_ROWS] ?? null,
    [],
  );
  const onView = useCallback(
    (first: number, last: number) => {
      const take = <T>(work: Promise<T>, then: (value: T) => void) =>
        work.then(
          value => isLeft.current || then(value),
          (error: unknown) => isLeft.current || setError(error),
        );
      for (let page = Math.floor(first / PAGE_ROWS); page * PAGE_ROWS <= last; page++) {
        if (pages.current.has(page)) continue;
        pages.current.set(page, null);
        forgetOldest(pages.current);
        const end = Math.min((page + 1) * PAGE_ROWS, table.rows);
        void take(table.cells(page * PAGE_ROWS, end), cells => {
          pages.current.set(page, cells);
          setVersion(before => before + 1);
        });
      }
      if (table.rest !== 'more' || last < table.rows - READ_ON_ROWS || isReadingOn.current) return;
      isReadingOn.current = true;
      const lastPage = Math.floor(table.rows / PAGE_ROWS);
      void take(table.readOn(), () => {
        isReadingOn.current = false;
        pages.current.delete(lastPage); // it has more rows now
        setRows(table.rows);
      });
    },
    [table],
  );
  return { rows, rowAt, onView, error };
}

function forgetOldest(pages: Map<number, unknown>): void {
  for (const oldest of pages.keys()) {
    if (pages.size <= MOST_PAGES) return;
    pages.delete(oldest);
  }
}
