"""Numbers of organisations: Swedish organisation numbers, and what suppliers from elsewhere have instead.

A Swedish organisation number is ten digits whose last is a Luhn check digit (Skatteverket, SKV 709); python-stdnum
checks it. The third digit is 2 or more; below 2 the ten digits are a personal number, which sole traders use and which
is never kept here.

    >>> swedish("Org.nr 556036-0793")
    '5560360793'
    >>> foreign("DK 13 58 56 28", "DK") == foreign("13585628", "DK")
    True
"""

from __future__ import annotations

import re

from stdnum import get_cc_module
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.se import orgnr

from app.procurement import spelling
from app.procurement.identifiers import personal_numbers

SWEDISH_DIGITS = 10
FOREIGN_LENGTH = 40
LOWEST_THIRD_DIGIT = 2

_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
PY QA RE RO RS RU RW SA SB SC SD SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN
TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(_CODES.split())
"""ISO 3166-1 alpha-2, without Sweden."""


class OrganisationError(ValueError):
    """Not a number of an organisation; `code` says in which way."""

    code = "bad-number"


class NotANumber(OrganisationError):
    """Not ten digits."""


class WrongCheckDigit(OrganisationError):
    """Ten digits whose check digit does not fit: a slip of the finger."""

    code = "wrong-check-digit"


class PersonalNumber(OrganisationError):
    """A personal number: it identifies a person and must not be kept."""

    code = "personal-number"


class ExcelNumber(OrganisationError):
    """A number that a spreadsheet has shortened (5,56E+09)."""

    code = "excel-number"


class UnknownCountry(OrganisationError):
    """Not a country's two letters."""

    code = "bad-country"


LABEL = re.compile(
    r"^(?:ORG(?:ANISATIONS?|ANISATION)?[. -]*(?:NR|NUMMER|NUMBER|NO)?|MOMS(?:REG(?:ISTRERINGS?)?)?[. -]*(?:NR|NUMMER)?"
    r"|VAT[. -]*(?:NR|NUMBER|NO)?)[.:# ]+"
)
EXCEL = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]+")
VAT = re.compile(r"SE([0-9]{10})(?:[0-9]{2})?")
PERSONAL = re.compile(r"(?:18|19|20)[0-9]{10}")
LEGAL = re.compile(r"16([0-9]{10})")


def swedish(text: str) -> str:
    """The ten digits of a Swedish organisation number.

    Takes what people type: with or without hyphen and spaces, after "Org.nr", with a leading 16, as a VAT number
    (SE…01), with the decimals a spreadsheet adds. Raises `PersonalNumber`, `WrongCheckDigit`, `ExcelNumber` or
    `NotANumber`.
    """
    plain = LABEL.sub("", spelling.plain(text).upper())
    if EXCEL.fullmatch(plain.replace(" ", "")):
        raise ExcelNumber("a spreadsheet has shortened this number")
    plain = re.sub(r"[\s\-+.]", "", re.sub(r"[.,]0+$", "", plain))
    vat = VAT.fullmatch(plain)
    digits = vat[1] if vat else plain
    if PERSONAL.fullmatch(digits) and int(digits[4]) < LOWEST_THIRD_DIGIT:
        raise PersonalNumber("a personal number is never kept")
    if legal := LEGAL.fullmatch(digits):
        digits = legal[1]
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise NotANumber("an organisation number is ten digits")
    if int(digits[2]) < LOWEST_THIRD_DIGIT:
        raise PersonalNumber("a personal number is never kept")
    try:
        return str(orgnr.validate(digits))
    except InvalidChecksum as error:
        raise WrongCheckDigit("the check digit does not fit") from error
    except ValidationError as error:
        raise NotANumber("an organisation number is ten digits") from error


def country(text: str) -> str:
    """The two capital letters of a country other than Sweden; raises `UnknownCountry`."""
    letters = spelling.plain(text).upper()
    if letters not in COUNTRIES:
        raise UnknownCountry("not a country's two letters")
    return letters


def foreign(text: str, country: str = "") -> str:
    """A foreign registration number as it is compared: capital letters and digits alone.

    Where it is a valid VAT number of *country* (two letters), the country's letters and the words for VAT are dropped,
    so that both spellings of one company are one: DK13585628 and 13585628, NO 995 525 828 MVA and 995525828. No number
    is refused for its check digits: each country has registers that python-stdnum does not know. Raises `NotANumber`,
    and `PersonalNumber` for a Swedish one.
    """
    if personal_numbers(spelling.plain(text)):
        raise PersonalNumber("a personal number is never kept")
    plain = "".join(sign for sign in spelling.plain(text).upper() if sign.isalnum())
    if not plain or len(plain) > FOREIGN_LENGTH or not any(sign.isdigit() for sign in plain):
        raise NotANumber("a registration number has digits and at most 40 signs")
    return _without_vat(plain, country.upper()) if country else plain


VAT_LETTERS = {"GR": "EL", "CH": ""}
"""Where they are not the country's own, or belong to the number itself (CHE-107.787.577)."""
VAT_WORDS = re.compile(r"(?<=[0-9])(?:MVA|MWST|TVA|IVA)$")


def _without_vat(plain: str, country: str) -> str:
    module = get_cc_module(country.lower(), "vat")
    spelled = plain if VAT_WORDS.search(plain) or country != "NO" else f"{plain}MVA"
    if module is None or not module.is_valid(spelled):
        return plain
    return VAT_WORDS.sub("", plain.removeprefix(VAT_LETTERS.get(country, country)))


def shown(digits: str) -> str:
    """A Swedish organisation number as it is written: 556036-0793."""
    return f"{digits[:6]}-{digits[6:]}" if len(digits) == SWEDISH_DIGITS else digits
