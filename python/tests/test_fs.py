from __future__ import annotations

import hashlib
from typing import Any

import fsspec
import pandas
import polars
import pyarrow.parquet
import pytest
from PIL import Image

from mooring import Asset
from mooring.fs import MooringFileSystem


@pytest.fixture
def fs() -> MooringFileSystem:
    return fsspec.filesystem("mooring", skip_instance_cache=True)


def test_folders_are_listed_and_found(fs: MooringFileSystem, stage: Any) -> None:
    assert stage["top"] in fs.ls("", detail=False)
    names = {f"{stage['top']}/{key}" for key in stage["objects"]}
    assert set(fs.find(stage["top"])) == names
    assert set(fs.glob(f"mooring://{stage['top']}/**/*.png")) == {
        one for one in names if one.endswith(".png")
    }
    assert fs.isdir(f"{stage['top']}/tables") and not fs.exists(f"{stage['top']}/nothing/here")
    entry = fs.info(f"{stage['top']}/letters.txt")
    assert (entry["type"], entry["size"]) == ("file", 26) and fs.modified(entry["name"]) == entry["mtime"]


def test_every_key_opens_by_its_path(fs: MooringFileSystem, stage: Any) -> None:
    for key, expected in stage["objects"].items():
        with fs.open(f"mooring://{stage['top']}/{key}") as file:
            assert hashlib.sha256(file.read()).hexdigest() == expected, key


def test_ranges(fs: MooringFileSystem, stage: Any) -> None:
    path = f"{stage['top']}/letters.txt"
    assert fs.cat_file(path, 2, 5) == b"cde" and fs.cat_file(path, -3) == b"xyz"
    assert fs.cat_ranges([path, path], [0, 10], [2, 12]) == [b"ab", b"kl"]
    with fs.open(path, block_size=4) as file:
        assert file.seek(20) == 20 and file.read() == b"uvwxyz"


def test_ids_are_paths_too(fs: MooringFileSystem, assets: dict[str, Asset]) -> None:
    asset = assets["tables/people.csv"]
    assert fs.cat(f"mooring://{asset.id}") == fs.cat(f"mooring://{asset.folder_id}/people.csv")
    assert list(pandas.read_csv(f"mooring://{asset.id}/people.csv")["name"]) == ["Ada", "Grace"]


def test_what_is_not_there_or_not_allowed_is_an_error_of_the_system(
    fs: MooringFileSystem, stage: Any, assets: dict[str, Asset]
) -> None:
    for path in (
        f"{stage['top']}/no.txt",
        "nothing/no.txt",
        "ast_" + "0" * 20,
        f"{stage['top']}/{stage['gone']}",
    ):
        with pytest.raises(FileNotFoundError):
            fs.open(path)
    with pytest.raises(IsADirectoryError):
        fs.cat_file(f"{stage['top']}/tables")
    with pytest.raises(OSError, match="only be read"):
        fs.open(f"{stage['top']}/new.txt", "wb")
    stranger = fsspec.filesystem("mooring", token="mrg_" + "a" * 43)
    with pytest.raises(PermissionError):
        stranger.ls("")


def test_libraries_read_straight_from_the_storage(fs: MooringFileSystem, stage: Any) -> None:
    at = f"mooring://{stage['top']}"
    assert list(pandas.read_csv(f"{at}/tables/people.csv")["age"]) == [36, 85]
    with fs.open(f"{at}/tables/people.csv") as file:
        assert polars.read_csv(file)["age"].to_list() == [36, 85]
    table = pyarrow.parquet.read_table(
        f"{stage['top']}/tables/numbers.parquet", filesystem=fs, columns=["id"]
    )
    assert table["id"].to_pylist() == pandas.read_parquet(f"{at}/tables/numbers.parquet")["id"].to_list()
    assert table.num_rows > 0
    with fsspec.open(f"{at}/pictures/chart.png") as file:
        assert Image.open(file).size[0] > 100
