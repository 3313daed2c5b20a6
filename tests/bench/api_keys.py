"""API keys as `inferwire keys make` makes them, ten thousand in a moment."""
import hashlib
import json
import secrets
import string
import zlib

LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
SECRET_SIZE, CHECK_SIZE = 43, 6


def check_of(text):
    rest, letters = zlib.crc32(text.encode()), ""
    for _ in range(CHECK_SIZE):
        rest, letter = divmod(rest, len(LETTERS))
        letters = LETTERS[letter] + letters
    return letters


def new_key(name):
    """name: its 8 letters."""
    text = f"iw_{name}_" + "".join(secrets.choice(LETTERS) for _ in range(SECRET_SIZE))
    return text + check_of(text)


def entry_of(key, **more):
    """What the server has of it."""
    return {"id": key[3:11], "hash": hashlib.sha256(key.encode()).hexdigest(), **more}


def write_entries(path, entries):
    """A file of `identity.keys.files`."""
    path.write_text(json.dumps({"keys": entries}))
    return path.resolve()
