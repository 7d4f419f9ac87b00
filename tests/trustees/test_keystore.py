import stat
from pathlib import Path

import pytest

from app.trustees.keystore import KeyExists, KeyMissing, KeyStore, KeyStoreError, WrongPassphrase

SECRET = b"a secret of thirty-two bytes ...!"


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "keys", "correct horse battery staple")


def test_what_was_put_is_got(store):
    store.put("edition-1-trustee-1", SECRET)
    assert store.exists("edition-1-trustee-1")
    assert store.get("edition-1-trustee-1") == SECRET


def test_the_file_is_the_owners_alone_and_shows_nothing(store):
    store.put("k", SECRET)
    path = store.folder / "k"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    assert SECRET not in path.read_bytes()
    assert [each.name for each in store.folder.iterdir()] == ["k"]


def test_another_key_never_takes_a_keys_place(store):
    store.put("k", SECRET)
    with pytest.raises(KeyExists):
        store.put("k", b"another")
    assert store.get("k") == SECRET
    assert [each.name for each in store.folder.iterdir()] == ["k"]


def test_another_passphrase_opens_nothing(store):
    store.put("k", SECRET)
    with pytest.raises(WrongPassphrase):
        KeyStore(store.folder, "another passphrase").get("k")


def test_a_key_under_another_name_opens_nothing(store):
    store.put("first", SECRET)
    (store.folder / "first").rename(store.folder / "second")
    with pytest.raises(WrongPassphrase):
        store.get("second")


@pytest.mark.parametrize("place", [0, 15, 40, -1])
def test_a_changed_byte_is_noticed(store, place):
    store.put("k", SECRET)
    path = store.folder / "k"
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(WrongPassphrase):
        store.get("k")


def test_a_cut_file_is_noticed(store):
    store.put("k", SECRET)
    path = store.folder / "k"
    whole = path.read_bytes()
    for size in (0, 5, 20, 40, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(WrongPassphrase):
            store.get("k")


def test_what_is_destroyed_is_gone_and_was_overwritten(store):
    store.put("k", SECRET)
    sealed = store.sealed("k")
    (store.folder / "again").hardlink_to(store.folder / "k")
    assert store.destroy("k")
    assert not store.exists("k")
    assert (store.folder / "again").read_bytes() != sealed
    with pytest.raises(KeyMissing):
        store.get("k")
    assert not store.destroy("k")
    assert store.was_destroyed("k")
    assert not store.was_destroyed("another")


def test_a_sealed_copy_comes_back(store, tmp_path):
    store.put("k", SECRET)
    sealed = store.sealed("k")
    store.destroy("k")
    store.restore("k", sealed)
    assert store.get("k") == SECRET
    with pytest.raises(WrongPassphrase):
        store.restore("other", sealed)


@pytest.mark.parametrize("name", ["", "../k", "a/b", ".hidden", "K", "a--b"])
def test_only_plain_names(store, name):
    with pytest.raises(KeyStoreError):
        store.put(name, SECRET)


def test_without_a_passphrase_there_is_no_store(tmp_path):
    with pytest.raises(KeyStoreError):
        KeyStore(tmp_path, "")


def test_a_folder_that_cannot_be_is_a_missing_key():
    with pytest.raises(KeyMissing):
        KeyStore(Path("/dev/null/keys"), "x").get("k")
