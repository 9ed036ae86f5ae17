"""Makes a corpus of documents, tables, volumes, point clouds and arrays, and writes what other programs say of each file.

    python3 -m venv VENV && VENV/bin/pip install pydicom nibabel numpy pyarrow laspy[lazrs] h5py openpyxl reportlab
    apt-get install dcmtk poppler-utils qpdf
    VENV/bin/python bench/probe/corpus-docs.py OUT [DIRECTORY-OF-REAL-FILES ...]

OUT/truth.json is a list of {"path", "facts", "warnings"}. A fact that is not there is not judged. Facts of DICOM come
from dcmdump, of PDF from pdfinfo, of the others from nibabel, pyarrow, laspy, NumPy and Python's csv and json.
"""

import csv
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys

import nibabel
import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    generate_uid,
)

out = sys.argv[1]
truth = []
random = np.random.default_rng(13)


def path(name):
    full = os.path.join(out, name)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def tell(name, facts, warnings=()):
    truth.append({"path": os.path.abspath(name), "facts": facts, "warnings": list(warnings)})


def write(name, content, facts, warnings=()):
    with open(path(name), "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    tell(path(name), facts, warnings)


def run(*command):
    done = subprocess.run(command, capture_output=True, timeout=60)
    return done.stdout.decode("latin-1") if done.returncode == 0 else None


# DICOM

PERSONAL = ["0010,0010", "0010,0020", "0010,0030", "0008,0090", "0008,0080", "0008,0050", "0008,1070", "0008,1050"]


def dicom_truth(file):
    """What dcmdump says; None where it cannot read the file."""
    dump = run("dcmdump", "-q", "-M", "-Un", "+L", "+uc", file) or run("dcmdump", "-q", "-M", "+L", file)
    if dump is None:
        return None

    def value(tag, pattern=r"\[([^\]]*)\]"):
        found = re.search(r"^\(%s\) \w\w %s" % (tag, pattern), dump, re.M)
        return found and found.group(1).strip().strip("\0")

    def number(tag):
        found = value(tag, r"(\d+)")
        return found and int(found)

    facts = {"kind": "dicom", "mediaType": "application/dicom"}
    for fact, tag in (("width", "0028,0011"), ("height", "0028,0010"), ("bitDepth", "0028,0101")):
        facts[fact] = number(tag)
    for fact, tag in (
        ("modality", "0008,0060"),
        ("studyUid", "0020,000d"),
        ("seriesUid", "0020,000e"),
        ("instanceUid", "0008,0018"),
        ("pixelFormat", "0028,0004"),
    ):
        facts[fact] = value(tag) or None
    frames = value("0028,0008")
    if not frames:
        facts["frames"] = 1 if facts["height"] is not None else None
    elif frames.isdigit():
        facts["frames"] = int(frames)
    instance = value("0020,0013")
    if not instance or instance.isdigit():
        facts["instanceNumber"] = int(instance) if instance else None
    return facts, ["personal_data"] if any(value(tag) for tag in PERSONAL) else []


def tell_dicom(file):
    known = dicom_truth(file)
    if known:
        tell(file, *known)


def dicom(name, syntax, shape=(64, 48), bits=16, frames=1, samples=1, preamble=True, **tags):
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = syntax
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    meta.MediaStorageSOPInstanceUID = generate_uid()
    data = FileDataset(name, {}, file_meta=meta, preamble=b"\0" * 128 if preamble else None)
    data.SOPClassUID = meta.MediaStorageSOPClassUID
    data.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    data.Modality = "CT"
    data.StudyInstanceUID = generate_uid()
    data.SeriesInstanceUID = generate_uid()
    data.InstanceNumber = int(random.integers(1, 400))
    data.Rows, data.Columns = shape
    data.SamplesPerPixel = samples
    data.PhotometricInterpretation = "RGB" if samples == 3 else "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit = bits, bits - 4 if bits == 16 else bits, bits - 1
    data.PixelRepresentation = 0
    if samples == 3:
        data.PlanarConfiguration = 0
    if frames > 1:
        data.NumberOfFrames = frames
        data.FrameTime = "40"
    for key, value in tags.items():
        setattr(data, key, value)
    pixels = random.integers(0, 255, (frames, *shape, samples * bits // 8), dtype=np.uint8)
    if syntax == JPEGBaseline8Bit:
        data.PixelData = encapsulate([b"\xff\xd8" + frame.tobytes()[:500] + b"\xff\xd9" for frame in pixels])
    else:
        data.PixelData = pixels.tobytes()
    data["PixelData"].VR = "OB" if bits == 8 or syntax == JPEGBaseline8Bit else "OW"
    little = syntax != ExplicitVRBigEndian
    if not preamble:
        del data.file_meta
    pydicom.dcmwrite(
        path(name),
        data,
        **({} if preamble else {"implicit_vr": syntax == ImplicitVRLittleEndian, "little_endian": little}),
        enforce_file_format=preamble,
    )
    tell_dicom(path(name))


def make_dicom():
    syntaxes = {
        "implicit": ImplicitVRLittleEndian,
        "explicit": ExplicitVRLittleEndian,
        "big": ExplicitVRBigEndian,
        "deflated": DeflatedExplicitVRLittleEndian,
        "jpeg": JPEGBaseline8Bit,
    }
    for label, syntax in syntaxes.items():
        bits = 8 if label == "jpeg" else 16
        dicom(f"dicom/{label}.dcm", syntax, bits=bits)
        dicom(f"dicom/{label}-named", syntax, bits=bits, PatientName="Doe^Jane", PatientID="7", PatientBirthDate="19700101")
        dicom(f"dicom/{label}-frames.dcm", syntax, bits=bits, frames=9)
        dicom(f"dicom/{label}-colour.dcm", syntax, bits=8, samples=3)
        nested = pydicom.Dataset()
        nested.CodeValue = "1"
        for _ in range(20):
            outer = pydicom.Dataset()
            outer.ProcedureCodeSequence = Sequence([nested])
            nested = outer
        dicom(f"dicom/{label}-nested.dcm", syntax, bits=bits, ProcedureCodeSequence=Sequence([nested]))
        notes = pydicom.Dataset()
        notes.add_new(0x00091010, "UN" if label != "implicit" else "OB", bytes(300_000))
        dicom(f"dicom/{label}-large-private.dcm", syntax, bits=bits, ReferencedImageSequence=Sequence([notes]))
    for label in ("implicit", "explicit"):
        dicom(f"dicom/no-preamble-{label}", syntaxes[label], preamble=False)


# NIfTI


def nifti_truth(file):
    image = nibabel.load(file)
    names = {"complex64": ("complex64", 32), "complex128": ("complex128", 64)}
    stored = image.get_data_dtype()
    name, bits = names.get(stored.name, (stored.name, stored.itemsize * 8))
    if stored.fields:
        name, bits = ("rgb24", 8) if len(stored.fields) == 3 else ("rgba32", 8)
    shape = [int(size) for size in image.header["dim"][1 : 1 + int(image.header["dim"][0])]]
    return {"kind": "nifti", "shape": shape, "bitDepth": bits, "pixelFormat": name}


def make_nifti():
    for kind, label in ((nibabel.Nifti1Image, "1"), (nibabel.Nifti2Image, "2")):
        for dtype in ("uint8", "int16", "float32", "float64", "uint16", "complex64"):
            for shape in ((12, 10, 7), (9, 8, 5, 4)):
                array = (random.random(shape) * 100).astype(dtype)
                for end in (".nii", ".nii.gz"):
                    file = path(f"nifti/{label}-{dtype}-{len(shape)}d{end}")
                    nibabel.save(kind(array, np.eye(4), dtype=dtype), file)
                    tell(file, nifti_truth(file))
        header = kind.header_class(endianness=">")
        header.set_data_shape((6, 5, 4))
        header.set_data_dtype("int16")
        file = path(f"nifti/{label}-big.nii")
        nibabel.save(kind(np.zeros((6, 5, 4), "int16"), np.eye(4), header), file)
        tell(file, nifti_truth(file))
    pair = path("nifti/pair.hdr")
    nibabel.save(nibabel.Nifti1Pair(np.zeros((6, 5, 4), "int16"), np.eye(4)), path("nifti/pair.img"))
    tell(pair, nifti_truth(path("nifti/pair.img")))


# PDF


def pdf_truth(file, *options):
    info = run("pdfinfo", *options, file)
    if info is None:
        return None
    field = lambda name: re.search(r"^%s:\s+(.*)$" % name, info, re.M).group(1)
    width, height = re.match(r"([\d.]+) x ([\d.]+)", field("Page size")).groups()
    facts = {
        "kind": "pdf",
        "pages": int(field("Pages")),
        "width": int(float(width) + 0.5),
        "height": int(float(height) + 0.5),
        "rotation": int(field("Page rot")),
        "brand": field("PDF version"),
    }
    return facts, ["encrypted"] if field("Encrypted").startswith("yes") else []


def tell_pdf(file):
    known = pdf_truth(file)
    if known:
        tell(file, *known)


def make_pdf():
    from reportlab.lib.pagesizes import A3, A4, landscape, letter
    from reportlab.pdfgen import canvas

    for pages in (1, 2, 40, 600):
        for label, size in (("a4", A4), ("letter", letter), ("a3", landscape(A3))):
            file = path(f"pdf/{label}-{pages}.pdf")
            sheet = canvas.Canvas(file, pagesize=size)
            for page in range(pages):
                sheet.drawString(72, 72, f"page {page}")
                sheet.showPage()
            sheet.save()
            tell_pdf(file)
            variants = {
                "linear": ["--linearize"],
                "streams": ["--object-streams=generate"],
                "linear-streams": ["--linearize", "--object-streams=generate"],
                "encrypted": ["--encrypt", "", "owner", "256", "--"],
                "encrypted-128": ["--encrypt", "", "owner", "128", "--use-aes=y", "--"],
                "rotated": ["--rotate=+90"],
            }
            for variant, options in variants.items():
                made = path(f"pdf/{label}-{pages}-{variant}.pdf")
                subprocess.run(["qpdf", *options, file, made], check=True)
                tell_pdf(made)
            if pages == 40:
                made = path(f"pdf/{label}-{pages}-encrypted-streams.pdf")
                streams = path(f"pdf/{label}-{pages}-streams.pdf")
                subprocess.run(["qpdf", "--encrypt", "", "owner", "256", "--", streams, made], check=True)
                tell_pdf(made)
                # The cross-reference is in the wrong place: readers have to look for the objects.
                damaged = open(file, "rb").read().replace(b"startxref\n", b"startxref\n1")
                with open(path(f"pdf/{label}-damaged.pdf"), "wb") as target:
                    target.write(damaged)
                tell_pdf(path(f"pdf/{label}-damaged.pdf"))


# Text, markup and tables


def make_text():
    sentences = "Ein Käufer prüft die Größe der Straße.\nUn garçon mange à Noël.\nÅngström measured it.\n" * 5
    codecs = {
        "utf-8": ("utf-8", b""),
        "utf-8-bom": ("utf-8", b"\xef\xbb\xbf"),
        "utf-16le": ("utf-16-le", b"\xff\xfe"),
        "utf-16be": ("utf-16-be", b"\xfe\xff"),
        "windows-1252": ("latin-1", b""),
    }
    for encoding, (codec, mark) in codecs.items():
        facts = {"kind": "text", "mediaType": "text/plain", "encoding": encoding, "lines": 15}
        write(f"text/{encoding}.txt", mark + sentences.encode(codec), facts)
        write(f"text/{encoding}-crlf", mark + sentences.replace("\n", "\r\n").encode(codec), facts)
        write(f"text/{encoding}-open", mark + (sentences + "end").encode(codec), {**facts, "lines": 16})
        if mark and codec != "utf-8":
            write(f"text/{encoding}-no-mark.txt", sentences.encode(codec), facts)
        page = f"<!DOCTYPE html>\n<html><head><title>Größe</title></head>\n<body>{sentences}</body></html>\n"
        write(f"text/{encoding}.html", mark + page.encode(codec), {"kind": "text", "mediaType": "text/html", "encoding": encoding})
    write("text/euro.txt", "Preis: 5 €\n".encode("cp1252"), {"encoding": "windows-1252", "lines": 1})
    log = "".join(f"2026-01-0{i % 9 + 1} 10:00:0{i % 10},12{i % 10} INFO started job {i}, all is well\n" for i in range(300))
    write("text/service.log", log, {"kind": "text", "mediaType": "text/plain", "lines": 300})
    write("text/notes.md", "# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nText, and more text.\n", {"mediaType": "text/plain", "lines": 7})
    write("text/code.py", "import os\n\n\ndef f(a, b):\n    return a, b\n\n\nprint(f(1, 2))\n" * 9, {"mediaType": "text/plain", "lines": 72})
    write("text/boxes.txt", "0 0.5 0.5 0.1 0.2\n1 0.4 0.5 0.3 0.2\n", {"mediaType": "text/plain", "lines": 2})
    write("text/large.txt", "A line of some words that go on.\n" * 60_000, {"mediaType": "text/plain", "lines": None, "encoding": "utf-8"})
    write("text/page", "  <!-- a note -->\n<html><p>Hello</p></html>", {"mediaType": "text/html", "kind": "text"})
    write("text/feed.xml", '<?xml version="1.0"?>\n<feed><entry/></feed>\n', {"mediaType": "application/xml", "kind": "text"})
    svg = '<svg xmlns="http://www.w3.org/2000/svg" {}><path d="M0 0"/></svg>'
    for label, size, width, height in (
        ("size", 'width="320" height="200"', 320, 200),
        ("px", 'width="32.4px" height="20px"', 32, 20),
        ("box", 'viewBox="0 0 64 48"', 64, 48),
        ("percent", 'width="100%" height="100%" viewBox="0,0,10,20"', 10, 20),
    ):
        facts = {"kind": "image", "mediaType": "image/svg+xml", "width": width, "height": height}
        write(f"text/{label}.svg", svg.format(size), facts)
        write(f"text/{label}-declared", '<?xml version="1.0"?>\n<!DOCTYPE svg [ <!ENTITY a "b"> ]>\n' + svg.format(size), facts)


def make_csv():
    header = ["file name", "label", "x", "y", "note"]
    for delimiter, kind in ((",", "text/csv"), (";", "text/csv"), ("|", "text/csv"), ("\t", "text/tab-separated-values")):
        for rows in (1, 3, 500, 30_000):
            for headed in (True, False):
                buffer = io.StringIO()
                writer = csv.writer(buffer, delimiter=delimiter)
                if headed:
                    writer.writerow(header)
                for row in range(rows + (1 if rows == 1 and not headed else 0)):
                    writer.writerow([f"a{row}.jpg", "cat", row, row / 7, f'says "{row}"{delimiter}\nand so on'])
                content = buffer.getvalue().encode()
                whole = len(content) <= 1 << 20
                facts = {"kind": "table", "mediaType": kind, "columns": header if headed else None, "rowsExact": whole}
                if whole:
                    facts["rows"] = rows + (1 if rows == 1 and not headed else 0)
                name = {",": "comma", ";": "semicolon", "|": "bar", "\t": "tab"}[delimiter]
                write(f"csv/{name}-{rows}-{headed}.csv", content, facts)
    plain = "id,name\n1,Grüße\n2,b\n3,c"
    for encoding, codec in (("windows-1252", "latin-1"), ("utf-16le", "utf-16-le")):
        mark = b"\xff\xfe" if codec != "latin-1" else b""
        facts = {"kind": "table", "encoding": encoding, "rows": 3, "columns": ["id", "name"], "lines": 4}
        write(f"csv/{encoding}.csv", mark + plain.encode(codec), facts)


def make_json():
    items = [{"file": f"a{i}.jpg", "boxes": [[1, 2, 3, 4]], "label": "cat"} for i in range(50)]
    facts = {"kind": "text", "mediaType": "application/json"}
    write("json/array.json", json.dumps(items), {**facts, "rows": 50, "columns": ["file", "boxes", "label"], "rowsExact": True})
    write("json/indented", json.dumps(items, indent=2), {**facts, "rows": 50, "lines": json.dumps(items, indent=2).count("\n") + 1})
    write("json/object.json", json.dumps({"images": items, "text": 'a "quote" \\ and ] more'}), facts)
    write("json/middle.json", json.dumps(items * 40), {**facts, "rows": 2000})
    write("json/large.json", json.dumps(items * 600), {**facts, "rows": None, "columns": ["file", "boxes", "label"]})
    lines = "".join(json.dumps(item) + "\n" for item in items)
    facts = {"kind": "text", "mediaType": "application/x-ndjson", "columns": ["file", "boxes", "label"]}
    write("json/lines.jsonl", lines, {**facts, "rows": 50, "rowsExact": True, "lines": 50})
    write("json/lines-open.json", lines.rstrip() + "\n\n" + lines.rstrip(), {**facts, "rows": 100})
    write("json/lines-large.jsonl", lines * 600, {**facts, "rowsExact": False})


def make_columnar():
    for rows in (0, 1, 5000, 200_000):
        table = pa.table(
            {
                "id": pa.array(range(rows), pa.int64()),
                "name": pa.array([f"a{i}" for i in range(rows)], pa.string()),
                "box": pa.array([{"x": i, "y": [1.0, 2.0]} for i in range(rows)], pa.struct([("x", pa.int32()), ("y", pa.list_(pa.float64()))])),
                "größe": pa.array([0.5] * rows, pa.float32()),
            }
        )
        facts = {"kind": "table", "rows": rows, "rowsExact": True, "columns": table.column_names}
        for compression in ("snappy", "zstd", "none"):
            file = path(f"columnar/{rows}-{compression}.parquet")
            pyarrow.parquet.write_table(table, file, compression=compression, row_group_size=1000 if rows == 200_000 else None)
            tell(file, {**facts, "rows": pyarrow.parquet.read_metadata(file).num_rows})
        file = path(f"columnar/{rows}.feather")
        pyarrow.feather.write_feather(table, file, compression="zstd", chunksize=60_000)
        tell(file, facts)
        file = path(f"columnar/{rows}.arrow")
        with pa.OSFile(file, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        tell(file, facts)
    import openpyxl

    for rows in (3, 20_000):
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("A")
        for row in range(rows):
            sheet.append([row, f"name {row}", row * 1.5])
        book.save(path(f"columnar/{rows}.xlsx"))
        tell(path(f"columnar/{rows}.xlsx"), {"kind": "table", "mediaType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"})


# Point clouds, meshes and arrays


def make_points():
    import laspy

    for version, formats in (("1.1", (0, 1)), ("1.2", (0, 3)), ("1.3", (3,)), ("1.4", (3, 6, 7))):
        for point_format in formats:
            for end in ("las", "laz"):
                header = laspy.LasHeader(point_format=point_format, version=version)
                cloud = laspy.LasData(header)
                cloud.x = cloud.y = cloud.z = random.random(777) * 100
                file = path(f"points/{version}-{point_format}.{end}")
                cloud.write(file)
                with laspy.open(file) as opened:
                    count = opened.header.point_count
                tell(file, {"kind": "points", "points": count, "brand": version, "mediaType": "application/vnd.las" if end == "las" else "application/vnd.laszip"})
    for form in ("ascii", "binary_little_endian", "binary_big_endian"):
        for faces in (0, 12):
            header = f"ply\nformat {form} 1.0\ncomment made here\nelement vertex 8\nproperty float x\nproperty float y\nproperty float z\n"
            if faces:
                header += f"element face {faces}\nproperty list uchar int vertex_indices\n"
            body = b"0 0 0\n" * 8 if form == "ascii" else bytes(96)
            facts = {"kind": "mesh" if faces else "points", "points": 8, "faces": faces or None, "columns": ["x", "y", "z"]}
            write(f"points/{form}-{faces}.ply", (header + "end_header\n").encode() + body, facts)
    for data in ("ascii", "binary", "binary_compressed"):
        header = f"# .PCD v0.7 - Point Cloud Data file format\nVERSION 0.7\nFIELDS x y z intensity\nSIZE 4 4 4 4\nTYPE F F F F\nCOUNT 1 1 1 1\nWIDTH 32\nHEIGHT 4\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS 128\nDATA {data}\n"
        write(f"points/{data}.pcd", header.encode() + bytes(2048), {"kind": "points", "points": 128, "columns": ["x", "y", "z", "intensity"]})
    scene = {
        "asset": {"version": "2.0"},
        "accessors": [{"count": 24}, {"count": 36}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
    }
    text = json.dumps(scene).encode()
    text += b" " * (-len(text) % 4)
    chunk = len(text).to_bytes(4, "little") + b"JSON" + text
    facts = {"kind": "mesh", "points": 24, "faces": 12, "brand": "2.0"}
    write("points/box.gltf", text, facts)
    write("points/box.glb", b"glTF" + (2).to_bytes(4, "little") + (12 + len(chunk)).to_bytes(4, "little") + chunk, facts)
    write("points/box.stl", b"made here".ljust(80, b" ") + (12).to_bytes(4, "little") + bytes(600), {"kind": "mesh", "faces": 12})
    write("points/text.stl", "solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nendloop\nendfacet\nendsolid a\n", {"kind": "mesh", "mediaType": "model/stl"})
    write("points/box.obj", "# made here\nmtllib a.mtl\n" + "v 0 0 0.5\n" * 8 + "f 1 2 3\n" * 12, {"kind": "mesh", "points": 8, "faces": 12})


def make_arrays():
    import h5py

    for dtype, name, bits in (("float32", "float32", 32), (">i2", "int16", 16), ("bool", "bool", 8), ("uint8", "uint8", 8), ("complex128", "complex128", 64)):
        for shape in ((), (5,), (3, 4, 5)):
            for version in ((1, 0), (2, 0), (3, 0)):
                file = path(f"arrays/{name}-{len(shape)}-{version[0]}.npy")
                with open(file, "wb") as target:
                    np.lib.format.write_array(target, np.zeros(shape, dtype, order="F"), version=version)
                tell(file, {"kind": "array", "shape": list(shape), "pixelFormat": name, "bitDepth": bits})
    np.savez(path("arrays/several.npz"), a=np.zeros(5), b=np.zeros((2, 2)))
    tell(path("arrays/several.npz"), {"kind": "array", "mediaType": "application/x-npz"})
    for block in (0, 512, 2048):
        file = path(f"arrays/{block}.h5")
        with h5py.File(file, "w", userblock_size=block) as target:
            target["data"] = np.zeros((10, 20))
        tell(file, {"kind": "array", "mediaType": "application/x-hdf5"})
    facts = {"kind": "array", "shape": [100, 50], "pixelFormat": "float32", "bitDepth": 32}
    write("arrays/a.zarr/.zarray", json.dumps({"zarr_format": 2, "shape": [100, 50], "chunks": [10, 10], "dtype": "<f4", "compressor": None, "fill_value": 0, "order": "C", "filters": None}, indent=4), facts)
    write("arrays/b.zarr/zarr.json", json.dumps({"zarr_format": 3, "node_type": "array", "shape": [100, 50], "data_type": "float32", "attributes": {}}), facts)
    write("arrays/a.zarr/.zgroup", '{\n    "zarr_format": 2\n}', {"kind": "array"})


def take_real(directory):
    """Files that others made, as far as the programs above can read them."""
    for folder, _, names in os.walk(directory):
        for name in sorted(names):
            file = os.path.join(folder, name)
            with open(file, "rb") as opened:
                head = opened.read(132)
            if head[128:] == b"DICM" or name.endswith(".dcm"):
                tell_dicom(file)
            elif head.startswith(b"%PDF"):
                tell_pdf(file)
            elif re.search(r"\.nii(\.gz)?$", name):
                try:
                    tell(file, nifti_truth(file))
                except Exception as error:  # Some are damaged on purpose.
                    print(f"{file}: {error}", file=sys.stderr)


shutil.rmtree(out, ignore_errors=True)
for make in (make_dicom, make_nifti, make_pdf, make_text, make_csv, make_json, make_columnar, make_points, make_arrays):
    make()
for real in sys.argv[2:]:
    take_real(real)
with open(path("truth.json"), "w") as target:
    json.dump(truth, target, indent=1)
print(f"{len(truth)} files", file=sys.stderr)
