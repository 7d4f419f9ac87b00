"""The named errors of the Belenios core: each has a stable code beside its English sentence."""

from __future__ import annotations


class BeleniosError(ValueError):
    """Something is not as the protocol wants it.

    `code` is a stable word for programs; `str(error)` is a sentence for people.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text

    def __reduce__(self) -> tuple[type[BeleniosError], tuple[str, str]]:
        return type(self), (self.code, self.text)


class EncodingError(BeleniosError):
    """Bytes that are not the JSON they should be (section 4.1)."""


class GroupError(BeleniosError):
    """Not an element of the prime-order group (section 5.2.1)."""


class CredentialError(BeleniosError):
    """A credential, or a list of credentials, that cannot be right (section 4.8)."""

    def __init__(
        self, code: str, text: str, *, position: int | None = None, length: int | None = None
    ) -> None:
        super().__init__(code, text)
        self.position = position
        self.length = length


class ElectionError(BeleniosError):
    """An election that this version does not take (section 4.10)."""


class UnsupportedElectionError(ElectionError):
    """A valid kind of election that this version does not know: nothing is said about its validity."""


class TrusteeError(BeleniosError):
    """A trustee's key whose proof or shape is wrong (sections 4.5 to 4.7)."""


class BallotError(BeleniosError):
    """A ballot that must not be accepted (section 4.17)."""


class TallyError(BeleniosError):
    """An encrypted tally, a decryption or a result that does not follow (sections 4.18 to 4.21)."""


class ArchiveError(BeleniosError):
    """An archive that is not well formed (section 4.4)."""


class DecryptionError(BeleniosError):
    """A strong decryption proof that does not hold."""
