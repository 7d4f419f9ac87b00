"""Editions: set up, changed while that is allowed, moved between phases, each step in the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.awards import categories, defaults, service
from app.awards.models import Edition
from app.core.phases import Phase, TransitionRefused
from app.core.rules import Kind
from app.extensions import transaction
from app.ledger import service as ledger
from tests.awards.conftest import make_edition
from tests.databases import both_databases


def kinds(edition: Edition) -> list[str]:
    from sqlalchemy import select

    from app.extensions import db
    from app.ledger.models import LogEntry

    log = ledger.find(edition.id)
    return list(
        db.session.scalars(select(LogEntry.kind).where(LogEntry.log_id == log.id).order_by(LogEntry.height))
    )


def move(edition: Edition, *phases: Phase, now) -> None:
    for to in phases:
        with transaction():
            service.record_phase(edition.id, to, account_id=None, now=now)


@both_databases
def test_a_new_edition_is_a_draft_with_the_defaults_and_a_ledger(app, clock) -> None:
    edition = make_edition(clock.now())
    assert edition.phase is Phase.DRAFT
    assert [item.slug for item in edition.categories] == ["upphandling", "dialog"]
    assert edition.categories[1].kind is Kind.APPROVE
    assert (
        edition.nominations_close_at < edition.voting_opens_at < edition.voting_closes_at < edition.result_at
    )
    assert kinds(edition) == ["log-opened", "edition-created", "deadlines-set", "eligibility-set"]


def test_default_dates_are_sunday_evenings_in_swedish_time(clock) -> None:
    fields = defaults.edition(clock.now())
    assert fields["nominations_close_at"].isoweekday() == 7
    assert (fields["voting_closes_at"].hour, fields["voting_opens_at"].hour) == (18, 9)


def test_one_address_belongs_to_one_edition(edition, clock) -> None:
    with pytest.raises(service.SlugTaken):
        make_edition(clock.now(), slug=edition.slug)
    assert len(service.editions()) == 1


def test_a_draft_is_changed_and_the_ledger_says_which_fields(edition, clock) -> None:
    before = service.fingerprint(edition) if hasattr(service, "fingerprint") else None
    with transaction():
        changed = service.change_edition(
            edition.id, by=None, now=clock.now(), name_sv="Ett annat pris", spare_count=3
        )
    assert changed == ["name_sv", "spare_count"]
    entry = ledger.last(edition=edition.id, kind="edition-changed")
    assert entry.data["fields"] == ["name_sv", "spare_count"]
    assert entry.data["settings"] != before


def test_nothing_different_writes_nothing(edition, clock) -> None:
    with transaction():
        assert service.change_edition(edition.id, by=None, now=clock.now(), name_sv=edition.name_sv) == []
    assert "edition-changed" not in kinds(edition)


@pytest.mark.parametrize(
    ("phase", "field", "value"),
    [
        (Phase.NOMINATING, "slug", "annat"),
        (Phase.NOMINATING, "year", 2031),
        (Phase.PREPARED, "heading_sv", "En annan fråga"),
        (Phase.PREPARED, "spare_count", 99),
        (Phase.PREPARED, "plain_voting", True),
        (Phase.PREPARED, "signoffs_needed", 1),
        (Phase.PUBLISHED, "result_at", None),
    ],
)
def test_what_was_published_is_locked(edition, clock, phase, field, value) -> None:
    edition.phase = phase
    from app.extensions import db

    db.session.commit()
    with pytest.raises(service.FieldLocked) as refused, transaction():
        service.change_edition(edition.id, by=None, now=clock.now(), **{field: value})
    assert refused.value.field == field


def test_a_phase_moves_only_along_the_year(edition, clock) -> None:
    with pytest.raises(TransitionRefused), transaction():
        service.record_phase(edition.id, Phase.VOTING, account_id=None, now=clock.now())
    move(edition, Phase.NOMINATING, Phase.SHORTLISTING, now=clock.now())
    assert [(item.from_phase, item.to_phase) for item in service.moves(edition.id)] == [
        (Phase.DRAFT, Phase.NOMINATING),
        (Phase.NOMINATING, Phase.SHORTLISTING),
    ]
    assert kinds(edition)[-2:] == ["phase-moved", "phase-moved"]


def test_back_from_prepared_only_until_a_letter_has_left(edition, clock) -> None:
    move(edition, Phase.NOMINATING, Phase.SHORTLISTING, Phase.PREPARED, now=clock.now())
    with pytest.raises(TransitionRefused), transaction():
        service.record_phase(
            edition.id, Phase.SHORTLISTING, account_id=None, now=clock.now(), letters_left=True
        )
    move(edition, Phase.SHORTLISTING, now=clock.now())
    assert service.edition(edition.slug).phase is Phase.SHORTLISTING


def test_the_current_edition_is_the_newest_in_progress_then_the_newest_published(app, clock) -> None:
    now = clock.now()
    old, new, draft = (make_edition(now, slug=str(year), year=year) for year in (2024, 2025, 2026))
    assert service.current() is None
    move(
        old,
        Phase.NOMINATING,
        Phase.SHORTLISTING,
        Phase.PREPARED,
        Phase.VOTING,
        Phase.COUNTING,
        Phase.REVIEW,
        Phase.PUBLISHED,
        now=now,
    )
    assert service.current().slug == "2024"
    move(new, Phase.NOMINATING, now=now)
    assert service.current().slug == "2025"
    move(new, Phase.CANCELLED, now=now)
    assert service.current().slug == "2024"
    with pytest.raises(service.NoSuchEdition):
        service.public_edition(draft.slug)


def test_what_blocks_the_opening_of_nominations(edition, clock) -> None:
    assert service.blockers(edition, Phase.NOMINATING, now=clock.now()) == []
    edition.contact_email = ""
    assert len(service.blockers(edition, Phase.NOMINATING, now=clock.now())) == 1
    late = edition.nominations_close_at
    assert len(service.blockers(edition, Phase.NOMINATING, now=late)) == 2


def test_nominations_end_at_their_deadline_and_not_before(edition, clock) -> None:
    move(edition, Phase.NOMINATING, now=clock.now())
    assert service.blockers(
        edition, Phase.SHORTLISTING, now=edition.nominations_close_at - timedelta(seconds=1)
    )
    assert service.blockers(
        edition, Phase.SHORTLISTING, now=edition.nominations_close_at
    )  # the quiet minutes
    assert not service.blockers(edition, Phase.SHORTLISTING, now=edition.nominations_taken_until)


def test_categories_are_added_in_draft_and_changed_until_the_ballot(edition, clock) -> None:
    now = clock.now()
    fields = {**defaults.CATEGORIES[0], "slug": "extra", "max_choices": 4}
    with transaction():
        added = categories.add(edition.id, by=None, now=now, fields=fields)
    assert added.position == 3
    assert added.max_choices == 1  # whoever chooses one marks one
    with pytest.raises(service.SlugTaken), transaction():
        categories.add(edition.id, by=None, now=now, fields=fields)
    move(edition, Phase.NOMINATING, now=now)
    with pytest.raises(categories.CategoriesLocked), transaction():
        categories.add(edition.id, by=None, now=now, fields={**fields, "slug": "annan"})
    with transaction():
        categories.change(
            edition.id, "extra", by=None, now=now, fields={"kind": Kind.APPROVE, "max_choices": 3}
        )
    assert categories.category(edition.id, "extra").max_choices == 3
    with transaction():
        categories.remove(edition.id, "extra", by=None, now=now)
    move(edition, Phase.SHORTLISTING, Phase.PREPARED, now=now)
    with pytest.raises(categories.CategoriesLocked), transaction():
        categories.change(edition.id, "dialog", by=None, now=now, fields={"max_choices": 1})
    assert kinds(edition).count("edition-changed") == 3


def test_one_category_always_stays(edition, clock) -> None:
    with transaction():
        categories.remove(edition.id, "dialog", by=None, now=clock.now())
    with pytest.raises(categories.CategoriesLocked), transaction():
        categories.remove(edition.id, "upphandling", by=None, now=clock.now())
