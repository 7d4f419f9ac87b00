"""Voters that share an address get a label for their letters, so that their ballots can be told apart.

The database does it by itself: the roll is never read into memory for it.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import case, func, select, update

from app.extensions import db
from app.roll.keys import PERSON
from app.roll.models import Voter


def relabel(edition_id: int, *, addresses: Collection[str] | None = None) -> None:
    """Gives labels to all who share an address, and takes them from the rest; of *addresses* alone where they are named.

    The label is the name, with the number where two of one name share the address.
    """
    address = func.lower(Voter.email)
    name = case((Voter.key.startswith(PERSON), Voter.contact_name), else_=Voter.company)
    number = case(
        (Voter.orgnr != "", func.substr(Voter.orgnr, 1, 6) + "-" + func.substr(Voter.orgnr, 7)),
        (Voter.foreign_country != "", Voter.foreign_country + " " + Voter.foreign_number),
        else_="",
    )
    chosen = select(
        Voter.id,
        name.label("name"),
        number.label("number"),
        func.count().over(partition_by=address).label("sharing"),
        func.count().over(partition_by=(address, name)).label("namesakes"),
    ).where(Voter.edition_id == edition_id)
    if addresses is not None:
        chosen = chosen.where(address.in_([each.lower() for each in addresses]))
    found = chosen.subquery()
    label = case(
        (found.c.sharing == 1, ""),
        ((found.c.namesakes > 1) & (found.c.number != ""), found.c.name + " (" + found.c.number + ")"),
        else_=found.c.name,
    )
    db.session.flush()
    change = update(Voter).where(Voter.id == found.c.id, Voter.ballot_label != label)
    db.session.execute(change.values(ballot_label=label).execution_options(synchronize_session=False))
    for each in list(db.session.identity_map.values()):
        if isinstance(each, Voter):
            db.session.expire(each, ["ballot_label"])
