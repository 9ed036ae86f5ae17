"""Makes an ed25519 key as ssh-keygen does: the private one into a file, the public line to standard output."""

import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

key = Ed25519PrivateKey.generate()
with open(sys.argv[1], "wb") as file:
    file.write(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
print(key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode(), "ada@example.org")
