"""Loads every module of the client that openapi-python-client made, and makes three calls with it."""

import importlib
import json
import os
import pkgutil

import mooring_api
from mooring_api.api.access import get_identity
from mooring_api.api.connections import get_connection
from mooring_api.api.datasets import create_dataset
from mooring_api.models import Connection, CreateDatasetRequest, Dataset, Identity

modules = [module.name for module in pkgutil.walk_packages(mooring_api.__path__, "mooring_api.")]
for name in modules:
    importlib.import_module(name)

client = mooring_api.AuthenticatedClient(base_url=os.environ["MOORING_URL"], token=os.environ["MOORING_TOKEN"])
identity = get_identity.sync(client=client)
assert isinstance(identity, Identity), identity
dataset = create_dataset.sync(client=client, body=CreateDatasetRequest(name="From Python"))
assert isinstance(dataset, Dataset), dataset
connection = get_connection.sync(os.environ["CONNECTION_ID"], client=client)
assert isinstance(connection, Connection), connection
said = {
    "role": identity.role.value,
    "dataset": dataset.name,
    "credential": type(connection.credential).__name__,
    "delivery": connection.delivery.value,
}
print(json.dumps(said))
