"""Writes an export again from memory with what Python has for its format: ``writer.py FORMAT FILE``.

Prints the seconds that writing took, and the rows.
"""

import csv
import io
import json
import sys
import time
from typing import Any, Callable, Tuple

import pyarrow
import pyarrow.parquet


def arrow(path: str) -> Tuple[int, Callable[[], Any]]:
    with open(path, "rb") as file:
        table = pyarrow.ipc.open_stream(file).read_all()

    def write() -> None:
        with pyarrow.ipc.new_stream(pyarrow.BufferOutputStream(), table.schema) as stream:
            stream.write_table(table, max_chunksize=8192)

    return table.num_rows, write


def parquet(path: str) -> Tuple[int, Callable[[], Any]]:
    table = pyarrow.parquet.read_table(path)
    return table.num_rows, lambda: pyarrow.parquet.write_table(table, pyarrow.BufferOutputStream())


def comma_separated(path: str) -> Tuple[int, Callable[[], Any]]:
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return len(rows) - 1, lambda: csv.writer(io.StringIO()).writerows(rows)


def lines(path: str) -> Tuple[int, Callable[[], Any]]:
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]

    def write() -> None:
        out = io.StringIO()
        for row in rows:
            out.write(json.dumps(row) + "\n")

    return len(rows), write


def document(path: str) -> Tuple[int, Callable[[], Any]]:
    with open(path, encoding="utf-8") as file:
        value = json.load(file)
    lists = [value] if isinstance(value, list) else [one for one in value.values() if isinstance(one, list)]
    return sum(map(len, lists)), lambda: json.dumps(value)


def plain(path: str) -> Tuple[int, Callable[[], Any]]:
    with open(path, encoding="utf-8") as file:
        rows = file.readlines()
    return len(rows), lambda: io.StringIO().writelines(rows)


READERS = {
    "arrow": arrow,
    "parquet": parquet,
    "csv": comma_separated,
    "uris": plain,
    "jsonl": lines,
    "cvat": lines,
    "hugging-face": lines,
}

count, write = READERS.get(sys.argv[1], document)(sys.argv[2])
begin = time.perf_counter()
write()
print(json.dumps({"rows": count, "seconds": time.perf_counter() - begin}))
