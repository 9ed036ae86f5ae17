"""Calls of V7's client, one after the other; says in JSON what came of each."""

import json
import os
import sys

printed, sys.stdout = sys.stdout, sys.stderr  # the client prints its progress

from darwin.client import Client
from darwin.exceptions import NotFound, Unauthorized, ValidationError

stage = json.loads(os.environ["STAGE"])
client = Client.from_api_key(os.environ["MOORING_TOKEN"])
said = {}


def refused(call):
    try:
        call()
    except Exception as error:
        return [type(error).__name__, str(error)]
    return None


storage = client.get_external_storage(name="Acme")
said["storage"] = [storage.name, storage.prefix, storage.provider, storage.readonly]
dataset = client.create_dataset("Street scenes")
said["dataset"] = [dataset.name, dataset.slug, isinstance(dataset.dataset_id, int)]
keys = [f"{stage['container']}/photos/{name}" for name in ["3.jpg", "3.mp4", "none.jpg"]]
results = dataset.register(storage, keys, preserve_folders=True)
said["registered"] = [each.split(" with item ID ")[0] for each in results["registered"]]
said["blocked"] = results["blocked"]
again = dataset.register(storage, keys[:1])
said["again"] = [results["registered"][0] == again["registered"][0], again["blocked"]]
slots = dataset.register(storage, {"both": keys[:2]}, multi_slotted=True)
said["slots"] = [slots["registered"], slots["blocked"]]
found = client.get_remote_dataset(f"{dataset.team}/street-scenes")
said["found"] = [found.name, found.item_count]
said["files"] = [[each.filename, each.path, each.filesize, each.status] for each in found.fetch_remote_files()]
said["named"] = [each.filename for each in found.fetch_remote_files({"item_names": ["3.mp4"]})]
payload = {"dataset_slug": "street-scenes", "storage_slug": "Acme", "items": [{
    "type": "image", "name": "ready.jpg", "path": "/", "storage_key": f"{stage['container']}/photos/2.jpg",
    "storage_thumbnail_key": f"{stage['container']}/thumbs/2.jpg", "width": 640, "height": 480}, {
    "name": "film.mp4", "path": "/", "slots": [{
        "slot_name": "0", "type": "video", "file_name": "film.mp4",
        "storage_key": f"{stage['container']}/photos/2.mp4", "width": 640, "height": 480, "native_fps": 25.0,
        "total_frames": 50, "visible_frames": 50, "hls_segments": {"high_quality": {"index": "", "bitrate": 1}},
        "storage_sections_key_prefix": "sections", "storage_thumbnail_key": f"{stage['container']}/t.jpg",
        "storage_frames_manifest_key": "m.txt"}]}]}
readonly = client.api_v2.register_readonly_items(payload, team_slug=dataset.team)
readonly = readonly if isinstance(readonly, dict) else readonly.json()
said["readonly"] = [[each["name"] for each in readonly["items"]], readonly["blocked_items"]]
said["errors"] = {
    "token": refused(lambda: Client.from_api_key("mrg_wrong")),
    "dataset": refused(lambda: client.get_remote_dataset(f"{dataset.team}/none")),
    "storage": refused(lambda: client.get_external_storage(name="None")),
    "empty": refused(lambda: client.api_v2.register_items({"dataset_slug": "street-scenes"}, team_slug="x")),
}
print(json.dumps(said), file=printed)
