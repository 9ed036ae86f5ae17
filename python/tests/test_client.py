from __future__ import annotations

import hashlib
import multiprocessing
import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any

import pytest

import mooring
from mooring import ApiError, Asset, Client, MooringError, OperationError, StorageError, UnreachableError


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_who_asks_and_what_is_there(client: Client, stage: Any) -> None:
    assert client.url == os.environ["MOORING_URL"]
    assert client.me()["role"] == "administrator"
    source = client.sources().first()
    assert source and source.id == stage["sourceId"] and source.asset_count == len(stage["objects"])
    folder = client.folder(source.folder_id)
    assert folder.total["assets"] == source.asset_count
    assert [one.path for one in client.folders(folder.id)] == sorted(
        [*folder.path, name] for name in {key.split("/")[0] for key in stage["objects"] if "/" in key}
    )
    assert [one.name for one in client.connections()] == ["Acme"]


def test_assets_come_page_by_page_and_by_filter(client: Client, stage: Any, assets: dict[str, Asset]) -> None:
    assert sorted(assets) == sorted(stage["objects"])
    in_twos = client.assets(source_id=stage["sourceId"], limit=2)
    assert [len(page) for page in in_twos.pages()][:2] == [2, 2]
    assert [one.key for one in in_twos] == list(assets)
    pictures = list(client.assets(kind="image", modified_from=datetime(2020, 1, 1, tzinfo=timezone.utc)))
    assert {one.key for one in pictures} == {key for key in assets if key.endswith(".png")}
    assert [one.key for one in client.assets(status="gone")] == [stage["gone"]]
    one = pictures[0]
    assert client.asset(one.id) == one
    assert one.last_modified.tzinfo is not None and one.size_bytes > 0 and one.facts == {}


def test_a_refusal_says_what_was_seen_and_what_to_do(client: Client) -> None:
    with pytest.raises(ApiError) as wrong:
        client.assets(min_width="wide").first()
    assert wrong.value.code == "invalid_request" and wrong.value.fix and wrong.value.fix in str(wrong.value)
    assert pickle.loads(pickle.dumps(wrong.value)).request_id == wrong.value.request_id
    with pytest.raises(ApiError, match="token") as refused:
        Client(token="mrg_" + "a" * 43).me()
    assert refused.value.status == 401
    with pytest.raises(UnreachableError, match="http://127.0.0.1:1"):
        Client("http://127.0.0.1:1", retries=0).me()
    with pytest.raises(MooringError, match="not the address"):
        Client("mooring.example")


def test_a_sync_is_waited_for_with_progress(
    client: Client, stage: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []
    end = client.wait(
        client.sync(stage["sourceId"]), progress=True, on_progress=lambda one: seen.append(one.status)
    )
    assert seen[-1] == "succeeded" and end.counts and end.counts["unchanged"] == len(stage["objects"])
    assert f"sync: {end.done:,}" in capsys.readouterr().err
    assert client.operation(end.id) == end == client.operations(subject_id=stage["sourceId"]).first()


def test_an_operation_that_fails_raises(client: Client, stage: Any) -> None:
    with pytest.raises(OperationError) as failed:
        client.wait(stage["failedOperationId"])
    assert failed.value.code == failed.value.operation.problem["code"]  # type: ignore[index]
    assert failed.value.fix


def test_every_object_is_read_as_it_is(client: Client, stage: Any, assets: dict[str, Asset]) -> None:
    for key, expected in stage["objects"].items():
        assert digest(client.read(assets[key])) == expected, key
        with client.open(assets[key].id) as file:
            assert digest(file.read()) == expected, key


def test_ranges(client: Client, assets: dict[str, Asset]) -> None:
    asset = assets["letters.txt"]
    assert client.read(asset, 2, 5) == b"cde"
    assert client.read(asset, 20) == b"uvwxyz"
    assert client.read(asset, 24, 99) == b"yz"
    assert client.read(asset, 26) == client.read(asset, 99, 100) == client.read(asset, 5, 5) == b""
    with client.open(asset) as file:
        assert file.seek(-2, os.SEEK_END) == 24 and file.read(9) == b"yz"
        assert file.seek(1) == 1 and file.read(2) == b"bc" and file.tell() == 3


def test_what_cannot_be_read_says_why(client: Client, stage: Any, assets: dict[str, Asset]) -> None:
    gone = client.assets(status="gone").first()
    assert gone
    with pytest.raises(ApiError) as error:
        client.read(gone)
    assert error.value.code == "asset_gone"
    letters = assets["letters.txt"]
    signed = client.sign([letters, gone])
    assert list(signed.urls) == [letters.id] and signed.problems[gone.id].code == "asset_gone"
    outcomes = client.urls([gone, letters])
    assert isinstance(outcomes[gone.id], ApiError) and str(outcomes[letters.id]).startswith("https://")
    with pytest.raises(StorageError, match="404") as missing:
        client.read(client.assets(source_id=stage["otherSourceId"]).first())
    assert missing.value.status == 404


def test_a_url_that_the_storage_refuses_is_renewed(client: Client, assets: dict[str, Asset]) -> None:
    letters = assets["letters.txt"]
    with Client() as other:
        url = other.signed_url(letters)
        wrong = url.replace("sig=", "sig=x")
        other._urls._kept._kept[letters.id] = (wrong, float("inf"))
        assert other.read(letters, 0, 1) == b"a"
        assert other.signed_url(letters) != wrong


def test_threads_and_processes_share_a_client(client: Client, stage: Any, assets: dict[str, Asset]) -> None:
    keys = list(stage["objects"]) * 5
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda key: digest(client.read(assets[key])), keys))
    assert found == [stage["objects"][key] for key in keys]
    assert pickle.loads(pickle.dumps(client)).read(assets["letters.txt"], 0, 2) == b"ab"
    fork = multiprocessing.get_context("fork")
    with fork.Pool(2) as processes:
        assert processes.map(client.read, [assets["letters.txt"]] * 4) == [b"abcdefghijklmnopqrstuvwxyz"] * 4


def test_thumbnails_and_any_other_route(client: Client, assets: dict[str, Asset]) -> None:
    picture = next(one for key, one in assets.items() if key.endswith(".png"))
    content = client.thumbnail(picture, size=512)
    assert content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    found = client.call("GET", "/v1/assets/facets", query={"source_id": picture.source_id})
    assert found["total"] == len(assets)


def test_the_version_is_that_of_the_project() -> None:
    from importlib.metadata import version

    assert mooring.__version__ == version("mooring-client")
