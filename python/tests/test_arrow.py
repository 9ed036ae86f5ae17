from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from mooring import ApiError, Asset, Client


def test_assets_as_a_table(client: Client, stage: Any, assets: dict[str, Asset]) -> None:
    table = client.assets(source_id=stage["sourceId"]).to_arrow()
    assert table["id"].to_pylist() == [one.id for one in assets.values()]
    assert table["name"].to_pylist() == [one.name for one in assets.values()]
    assert table["sizeBytes"].to_pylist() == [one.size_bytes for one in assets.values()]
    assert table.num_rows == len(stage["objects"])


def test_the_filters_are_those_of_a_list(client: Client, stage: Any) -> None:
    since = datetime(2020, 1, 1, tzinfo=timezone.utc)
    found = client.assets(kind="image", recursive=True, min_size_bytes=1, modified_from=since, limit=1)
    assert sorted(found.to_arrow()["name"].to_pylist()) == ["chart.png", "copy.png"]
    assert client.assets(name='"no such name"').to_arrow().num_rows == 0
    with pytest.raises(ApiError, match="sort"):
        client.assets(sort="-size").to_arrow()
