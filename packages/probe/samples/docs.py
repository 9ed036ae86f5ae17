"""Makes the small documents, tables, volumes, clouds and arrays in docs/, from which fuzzing starts.

    python3 -m venv VENV && VENV/bin/pip install pydicom nibabel numpy pyarrow laspy[lazrs] h5py reportlab
    apt-get install qpdf && VENV/bin/python docs.py     (in this folder)
"""

import gzip
import json
import os
import subprocess
import zipfile

import h5py
import laspy
import nibabel
import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from reportlab.pdfgen import canvas

os.makedirs("docs", exist_ok=True)
os.chdir("docs")


def write(name, content):
    with open(name, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())


def dicom(name, syntax):
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = syntax
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    data = FileDataset(name, {}, file_meta=meta, preamble=bytes(128))
    data.SOPClassUID, data.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    data.Modality, data.PatientName = "CT", "Doe^Jane"
    data.StudyInstanceUID, data.SeriesInstanceUID, data.InstanceNumber = "1.2.3", "1.2.3.5", 7
    code = pydicom.Dataset()
    code.CodeValue = "1"
    data.ProcedureCodeSequence = Sequence([code])
    data.Rows, data.Columns, data.SamplesPerPixel, data.NumberOfFrames = 6, 8, 1, 2
    data.PhotometricInterpretation = "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.PixelData = bytes(192)
    data["PixelData"].VR = "OW"
    pydicom.dcmwrite(name, data, implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=syntax != ExplicitVRBigEndian, enforce_file_format=True)


for name, syntax in (
    ("implicit", ImplicitVRLittleEndian),
    ("explicit", ExplicitVRLittleEndian),
    ("big-endian", ExplicitVRBigEndian),
    ("deflated", DeflatedExplicitVRLittleEndian),
):
    dicom(f"{name}.dcm", syntax)

volume = np.arange(60, dtype="int16").reshape(3, 4, 5)
nibabel.save(nibabel.Nifti1Image(volume, np.eye(4)), "volume.nii")
nibabel.save(nibabel.Nifti2Image(volume, np.eye(4)), "volume2.nii")
write("volume.nii.gz", gzip.compress(open("volume.nii", "rb").read(), mtime=0))

sheet = canvas.Canvas("pages.pdf", pagesize=(200, 100), invariant=True)
for page in range(2):
    sheet.drawString(10, 10, f"page {page}")
    sheet.showPage()
sheet.save()
for name, *options in (
    ("linear", "--linearize"),
    ("streams", "--object-streams=generate"),
    ("encrypted", "--encrypt", "", "owner", "128", "--use-aes=y", "--"),
):
    subprocess.run(["qpdf", "--static-id", "--static-aes-iv", *options, "pages.pdf", f"{name}.pdf"], check=True)

table = pa.table({"id": pa.array([1, 2], pa.int64()), "box": pa.array([{"x": 1}, {"x": 2}])})
pyarrow.parquet.write_table(table, "table.parquet")
with pa.OSFile("table.arrow", "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
    writer.write_table(table)
pyarrow.feather.write_feather(pa.table({"id": [1, 2]}), "table.feather", version=1)

for end in ("las", "laz"):
    cloud = laspy.LasData(laspy.LasHeader(point_format=3, version="1.4"))
    cloud.x = cloud.y = cloud.z = np.arange(3)
    cloud.header.creation_date = None
    cloud.write(f"cloud.{end}")

with open("array.npy", "wb") as file:
    np.lib.format.write_array(file, np.zeros((3, 4), "float32"))
with h5py.File("array.h5", "w", libver="latest") as file:
    file["data"] = np.zeros((2, 2))
with zipfile.ZipFile("book.xlsx", "w", zipfile.ZIP_DEFLATED) as file:
    for name in ("[Content_Types].xml", "xl/workbook.xml"):
        file.writestr(zipfile.ZipInfo(name), "<a/>" * 20)

vertices = "element vertex 3\nproperty float x\nproperty float y\nproperty float z\n"
faces = "element face 1\nproperty list uchar int vertex_indices\n"
write("cloud.ply", f"ply\nformat ascii 1.0\n{vertices}end_header\n" + "0 0 0\n" * 3)
write("mesh.ply", f"ply\nformat binary_little_endian 1.0\n{vertices}{faces}end_header\n".encode() + bytes(36) + b"\3" + bytes(12))
write(
    "cloud.pcd",
    "# .PCD v0.7\nVERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 2\nHEIGHT 1\n"
    "VIEWPOINT 0 0 0 1 0 0 0\nPOINTS 2\nDATA ascii\n0 0 0\n1 1 1\n",
)
scene = json.dumps(
    {
        "asset": {"version": "2.0"},
        "accessors": [{"count": 24}, {"count": 36}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
    }
).encode()
scene += b" " * (-len(scene) % 4)
write("mesh.gltf", scene)
chunk = len(scene).to_bytes(4, "little") + b"JSON" + scene
write("mesh.glb", b"glTF" + (2).to_bytes(4, "little") + (12 + len(chunk)).to_bytes(4, "little") + chunk)
write("mesh.stl", b"made here".ljust(80) + (2).to_bytes(4, "little") + bytes(100))
write("text.stl", "solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid a\n")
write("mesh.obj", "mtllib a.mtl\n" + "v 0 0 0.5\n" * 3 + "f 1 2 3\n")

write("page.html", '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>Größe</title></head><body>Hello</body></html>\n')
write("drawing.svg", '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="32px" height="20" viewBox="0 0 64 40"/>\n')
write("feed.xml", '<?xml version="1.0"?>\n<feed><entry/></feed>\n')
write("array.zarray", json.dumps({"zarr_format": 2, "shape": [100, 50], "chunks": [10, 10], "dtype": "<f4", "order": "C"}))
items = [{"file": f"a{i}.jpg", "boxes": [[1, 2]], "note": 'a "quote" \\ ]'} for i in range(3)]
write("items.json", json.dumps(items))
write("items.jsonl", "".join(json.dumps(item) + "\n" for item in items))
rows = [("id", "name", "note")] + [(str(i), "Grüße", '"says ""a"",\nand b"') for i in range(4)]
write("table.csv", "".join(",".join(row) + "\n" for row in rows))
write("table.tsv", "".join("\t".join(row) + "\n" for row in rows).encode("utf-16"))
sentences = "Ein Käufer prüft die Größe.\nUn garçon mange à Noël.\n"
write("words.txt", sentences)
write("words-1252.txt", sentences.encode("cp1252"))
write("words-utf-16.txt", sentences.encode("utf-16-be"))
