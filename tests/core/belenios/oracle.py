"""belenios-tool as an oracle: whole elections run with it, and archives of ours given to it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.needs import belenios_tool


def tools() -> list[Any]:
    """One parameter for each version that may be there."""
    return [pytest.param("BELENIOS_TOOL", id="tool"), pytest.param("BELENIOS_TOOL_33", id="tool-3.3")]


def path(variable: str) -> str:
    """The tool's path from the environment variable; skips without it."""
    if variable == "BELENIOS_TOOL":
        return belenios_tool()
    found = os.environ.get(variable, "")
    if not found:
        pytest.skip("set BELENIOS_TOOL_33 to belenios-tool 3.3.0 to test against that version, too")
    return found


@dataclass
class Tool:
    """belenios-tool in a folder of its own, which holds one election."""

    program: str
    folder: Path
    uuid: str = ""
    secrets: list[str] = field(default_factory=list)
    mandatory: list[Path] = field(default_factory=list)

    def run(self, *arguments: str, data: bytes = b"", check: bool = True) -> bytes:
        """Runs the tool; gives what it printed."""
        done = subprocess.run(
            [self.program, *arguments], cwd=self.folder, input=data, capture_output=True, timeout=60, check=False,
            env={**os.environ, "BELENIOS_USE_URANDOM": "1"},
        )  # fmt: skip
        if check and done.returncode:
            raise AssertionError(f"belenios-tool {' '.join(arguments)}: {done.stderr.decode()}")
        self.status = done.returncode
        self.said = done.stderr.decode()
        return done.stdout

    def write(self, name: str, content: str | bytes) -> Path:
        """A file in the tool's folder."""
        file = self.folder / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    @property
    def archive(self) -> Path:
        """The election's archive."""
        return self.folder / f"{self.uuid}.bel"

    def set_up(
        self,
        template: dict[str, Any],
        *,
        voters: list[str],
        mandatory: int = 1,
        threshold: tuple[int, int] | None = None,
    ) -> None:
        """A new election; `voters` are lines of the tool's voter list, `threshold` is (needed, members)."""
        self.uuid = self.run("setup", "generate-token").decode().strip()
        group = ["--group", "Ed25519"]
        self.write("voters.txt", "\n".join(voters) + "\n")
        self.run("setup", "generate-credentials", "--uuid", self.uuid, *group, "--file", "voters.txt")
        next(self.folder.glob("*.pubcreds")).rename(self.folder / "public_creds.json")
        private = next(self.folder.glob("*.privcreds"))
        self.secrets = list(json.loads(private.read_text()).values())
        self.members = self._threshold(*threshold) if threshold else []
        for _ in range(mandatory):
            self.run("setup", "generate-trustee-key", *group)
        publics = sorted(self.folder.glob("*.pubkey"))
        self.mandatory = [file.with_suffix(".privkey") for file in publics]
        self.write("public_keys.jsons", b"".join(file.read_bytes() for file in publics))
        self.run("setup", "make-trustees")
        self.write("template.json", json.dumps(template))
        self.run("setup", "make-election", "--uuid", self.uuid, *group, "--template", "template.json")
        self.run("archive", "init")

    def _threshold(self, needed: int, members: int) -> list[str]:
        def keygen(*arguments: str, data: bytes = b"") -> bytes:
            return self.run(
                "setup", "generate-trustee-key-threshold", "--group", "Ed25519", *arguments, data=data
            )

        def context(index: int) -> list[str]:
            return ["--threshold-context", f"{index}/{needed}/{members}"]

        indexes = range(1, members + 1)
        ids = [keygen(*context(index), "--step", "1").decode().strip() for index in indexes]
        self.write("certs.jsons", b"".join((self.folder / f"{id_}.cert").read_bytes() for id_ in ids))
        keygen("--certs", "certs.jsons", "--step", "2")
        polynomials = b"".join(
            keygen(*context(index), "--certs", "certs.jsons", "--key", f"{id_}.key", "--step", "3")
            for index, id_ in zip(indexes, ids, strict=True)
        )
        self.write("polynomials.jsons", polynomials)
        keygen("--certs", "certs.jsons", "--step", "4", "--polynomials", "polynomials.jsons")
        outputs = b""
        for id_ in ids:
            vinput = (self.folder / f"{id_}.vinput").read_bytes()
            outputs += keygen("--certs", "certs.jsons", "--key", f"{id_}.key", "--step", "5", data=vinput)
        last = keygen(
            "--certs", "certs.jsons", "--step", "6", "--polynomials", "polynomials.jsons", data=outputs
        )
        self.write("threshold.json", last)
        return ids

    def ballot(self, secret: str, choices: list[list[int]]) -> bytes:
        """A ballot made by the tool."""
        self.write("credential", secret)
        self.write("choices.json", json.dumps(choices))
        return self.run(
            "election", "generate-ballot", "--privcred", "credential", "--choice", "choices.json"
        ).rstrip()

    def add(self, kind: str, data: bytes = b"") -> None:
        """Appends an event to the archive."""
        self.run("archive", "add-event", f"--type={kind}", data=data)

    def close(self) -> None:
        """EndBallots and the encrypted tally."""
        self.add("EndBallots")
        self.add("EncryptedTally", self.run("election", "compute-encrypted-tally"))

    def open(self, members: tuple[int, ...] = ()) -> None:
        """Decryptions by these members of the threshold group and by all mandatory trustees, and the result.

        Mandatory trustees come first in the list of trustees.
        """
        for index in members:
            id_ = self.members[index - 1]
            owner = str(len(self.mandatory) + index)
            files = ["--key", f"{id_}.key", "--decryption-key", f"{id_}.dkey", "--trustee-id", owner]
            self.add("PartialDecryption", self.run("election", "decrypt-threshold", *files))
        for owner, key in enumerate(self.mandatory, 1):
            self.add(
                "PartialDecryption",
                self.run("election", "decrypt", "--privkey", key.name, "--trustee-id", str(owner)),
            )
        self.add("Result", self.run("election", "compute-result"))

    def verify(self, archive: bytes | None = None, uuid: str = "") -> bool:
        """Whether the tool finds an archive (its own, or the given one) valid."""
        folder = self.folder
        if archive is not None:
            folder = self.folder / "given"
            folder.mkdir(exist_ok=True)
            for old in folder.glob("*.bel"):
                old.unlink()
            (folder / f"{uuid}.bel").write_bytes(archive)
        self.run("election", "verify", "--dir", str(folder), check=False)
        return self.status == 0 and "all checks passed" in self.said
