"""Calls of Encord's client, one after the other; says in JSON what came of each."""

import json
import os
import ssl
import urllib.request

from encord import EncordUserClient
from encord.exceptions import EncordException
from encord.orm.dataset import StorageLocation
from encord.orm.storage import CloudSyncedFolderParams, StorageItemType

stage = json.loads(os.environ["STAGE"])
client = EncordUserClient.create_with_ssh_private_key(
    ssh_private_key_path=os.environ["KEY_FILE"], domain=os.environ["MOORING_URL"]
)
by_token = EncordUserClient.create_with_bearer_token(
    token=os.environ["MOORING_TOKEN"], domain=os.environ["MOORING_URL"]
)
said = {}


def refused(call):
    try:
        call()
    except EncordException as error:
        return [type(error).__name__, error.message]
    return None


integration = next(each for each in client.get_cloud_integrations() if each.title == "Acme").id
folder = client.create_storage_folder("Calls", "What calls make", client_metadata={"team": "vision"})
said["folder"] = [folder.name, folder.description, folder.client_metadata, folder.parent_uuid]
inner = by_token.create_storage_folder("Inner", parent_folder=folder)
said["inner"] = [str(inner.parent_uuid) == str(folder.uuid), [each.name for each in folder.list_subfolders()]]
said["found"] = [each.name for each in client.find_storage_folders(search="call")]

job = folder.add_private_data_to_folder_start(integration, {
    "images": [{"objectUrl": url} for url in stage["images"]],
    "videos": [{"objectUrl": url} for url in stage["videos"]],
    "pdfs": [{"objectUrl": url} for url in stage["pdfs"]],
})
result = folder.add_private_data_to_folder_get_result(job, timeout_seconds=300)
said["job"] = [result.status.name, result.units_done_count, sorted(each.name for each in result.items_with_names)]
summary = folder.get_summary()
said["summary"] = [summary.files, summary.images, summary.videos, summary.pdfs, summary.folders]

items = list(folder.list_items(get_signed_urls=True, page_size=2))
said["items"] = sorted([each.name, each.item_type.value] for each in items)
tls = ssl.create_default_context(cafile=os.environ["REQUESTS_CA_BUNDLE"])
with urllib.request.urlopen(items[0].get_signed_url(), context=tls) as answer:
    said["opened"] = answer.read().decode()
said["videos"] = [each.name for each in folder.list_items(item_types=[StorageItemType.VIDEO])]
said["bulk"] = [each.uuid == items[at].uuid for at, each in enumerate(client.get_storage_items([i.uuid for i in items]))]
item = client.get_storage_item(items[0].uuid)
item.update(name="Renamed", client_metadata={"seen": True})
again = client.get_storage_item(items[0].uuid)
said["described"] = [again.name, again.client_metadata]
folder.update(description="Changed")
said["changed"] = client.get_storage_folder(folder.uuid).description

bad = folder.add_private_data_to_folder_start(integration, {"images": [{"objectUrl": stage["missing"]}]})
failed = folder.add_private_data_to_folder_get_result(bad, timeout_seconds=300)
said["failed"] = [failed.status.name, failed.errors, [each.object_urls for each in failed.unit_errors]]

# Two within a second are signed alike.
said["polls"] = [folder.add_private_data_to_folder_get_result(job, timeout_seconds=0).status.name for _ in range(2)]
said["cancelled"] = folder.add_data_to_folder_job_cancel(job).units_cancelled_count

synced = client.create_storage_folder("Synced", cloud_synced_folder_params=CloudSyncedFolderParams(
    integration_uuid=integration, remote_url=stage["folder"]))
sync = synced.sync_private_data_with_cloud_synced_folder_get_result(
    synced.sync_private_data_with_cloud_synced_folder_start(), timeout_seconds=300)
said["synced"] = [synced.is_cloud_synced, sync.status.name, sync.upload_jobs_units_done, len(list(synced.list_items()))]

dataset_uuid = client.create_dataset("Data", StorageLocation.AZURE, dataset_description="A set").dataset_hash
dataset = client.get_dataset(dataset_uuid)
added = dataset.add_private_data_to_dataset(
    str(integration), {"images": [{"objectUrl": stage["images"][0], "title": "In a set"}]})
said["dataset"] = [[each["dataset"].title for each in client.get_datasets(title_like="dat%")], dataset.title,
                   added.dataset_data_list[0].title]
rows = client.get_dataset(dataset_uuid).data_rows
said["rows"] = [[each.title, each.data_type.name, each.storage_location.name] for each in rows]

said["errors"] = {
    "unknown": refused(lambda: client.get_storage_folder("f81d4fae-7dec-41d0-a765-00a0c91e6bf6")),
    "kind": refused(lambda: client.get_storage_item(folder.uuid)),
    "delete": refused(lambda: items[0].delete()),
    "not answered": refused(lambda: client.get_project("f81d4fae-7dec-41d0-a765-00a0c91e6bf6")),
    "folder": refused(folder.delete),
    "token": refused(lambda: EncordUserClient.create_with_bearer_token(
        token="mrg_wrong", domain=os.environ["MOORING_URL"]).get_cloud_integrations()),
}
print(json.dumps(said))
