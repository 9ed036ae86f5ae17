from __future__ import annotations

from typing import Any

from mooring import Asset, Client
from mooring.arrow import SCHEMA


def test_assets_as_a_table(client: Client, stage: Any, assets: dict[str, Asset]) -> None:
    table = client.assets(source_id=stage["sourceId"], limit=4).to_arrow()
    assert table.schema == SCHEMA
    assert table["key"].to_pylist() == list(assets)
    assert table["last_modified"].to_pylist() == [one.last_modified for one in assets.values()]
    assert sum(table["size_bytes"].to_pylist()) == sum(one.size_bytes for one in assets.values())
    assert client.assets(name='"no such name"').to_arrow().num_rows == 0
