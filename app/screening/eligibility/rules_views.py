"""The pages on which the secretariat sets the rules of what can be nominated."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.awards import service as awards
from app.awards.models import Category, Edition
from app.core.phases import Phase
from app.extensions import clock, transaction
from app.nominations.rules import Check, Rule, of_edition, period
from app.screening.blueprint import Answer, bp, signed_in
from app.screening.eligibility import eligibility, rules
from app.screening.eligibility.rule_forms import RuleForm, checks
from app.screening.eligibility.rules import NoSuchRule, RulesLocked, RulesThere, TooManyRules

STEPS = {"up": -1, "down": 1}


@bp.get("/sekretariat/<slug>/nomineringsregler", endpoint="rules")
@access.staff(Role.SECRETARIAT)
def rules_page(slug: str) -> str:
    """All rules of an edition: those of every category, then each category's own."""
    edition = awards.edition(slug)
    listed = of_edition(edition.id)
    groups: list[tuple[Category | None, list[Rule]]] = [
        (None, [item for item in listed if item.category_id is None])
    ]
    groups += [
        (category, [item for item in listed if item.category_id == category.id])
        for category in edition.categories
    ]
    return render_template(
        "screening/rules.html",
        edition=edition,
        groups=[group for group in groups if group[1]],
        any_rules=bool(listed),
        checks=checks(),
        period=period,
        changeable=rules.may_change(edition),
        full=len(listed) >= rules.MOST_RULES,
        most=rules.MOST_RULES,
        open=edition.phase is Phase.NOMINATING,
        usual=rules.usual(edition),
    )


@bp.post("/sekretariat/<slug>/nomineringsregler/vanliga")
@access.staff(Role.SECRETARIAT)
def rules_usual(slug: str) -> Answer:
    """Gives an edition without rules the usual ones."""
    edition = awards.edition(slug)
    try:
        with transaction():
            rules.set_usual(edition.id, by=signed_in(), now=clock.now())
    except (RulesLocked, RulesThere):
        abort(409)
    flash(gettext("The usual rules are there now. Go through them and change what differs with you."))
    return _to_rules(slug)


@bp.route("/sekretariat/<slug>/nomineringsregler/ny", methods=["GET", "POST"], endpoint="rule_new")
@bp.route(
    "/sekretariat/<slug>/nomineringsregler/<int(max=2147483647):rule_id>",
    methods=["GET", "POST"],
    endpoint="rule",
)
@access.staff(Role.SECRETARIAT)
def rule_page(slug: str, rule_id: int | None = None) -> Answer:
    """One rule, or a new one."""
    edition = awards.edition(slug)
    item = _rule(edition, rule_id)
    if not rules.may_change(edition):
        return _to_rules(slug)
    form = RuleForm.of(edition, item)
    if form.validate_on_submit():
        try:
            with transaction():
                _save(edition, rule_id, form)
        except TooManyRules:
            form.form_errors.append(gettext("An edition has at most %(most)s rules.", most=rules.MOST_RULES))
        except (RulesLocked, NoSuchRule):
            abort(409)
        else:
            flash(gettext("The rule is saved. It holds for every nomination from now on."))
            return _to_rules(slug)
    page = render_template(
        "screening/rule.html",
        edition=edition,
        form=form,
        rule=item,
        answered=eligibility.answered(item.id) if item else 0,
        dates=Check.PERIOD,
        open=edition.phase is Phase.NOMINATING,
    )
    return (page, 422) if form.is_submitted() else page


@bp.post("/sekretariat/<slug>/nomineringsregler/<int(max=2147483647):rule_id>/<any(up, down, remove):act>")
@access.staff(Role.SECRETARIAT)
def rule_arrange(slug: str, rule_id: int, act: str) -> Answer:
    """Moves a rule one place, or takes it away."""
    edition = awards.edition(slug)
    _rule(edition, rule_id)
    try:
        with transaction():
            if act == "remove":
                rules.remove(edition.id, rule_id, by=signed_in(), now=clock.now())
            else:
                rules.shift(edition.id, rule_id, STEPS[act], by=signed_in(), now=clock.now())
    except (RulesLocked, NoSuchRule):
        abort(409)
    if act == "remove":
        flash(gettext("The rule is gone. Nominations are judged by the others from now on."))
    return _to_rules(slug)


def _save(edition: Edition, rule_id: int | None, form: RuleForm) -> None:
    values, by, now = form.values(edition), signed_in(), clock.now()
    if rule_id is None:
        rules.add(edition.id, values, by=by, now=now)
    else:
        rules.change(edition.id, rule_id, values, by=by, now=now)


def _rule(edition: Edition, rule_id: int | None) -> Rule | None:
    try:
        return rules.rule(edition.id, rule_id) if rule_id else None
    except NoSuchRule:
        abort(404)


def _to_rules(slug: str) -> Response:
    return redirect(url_for("screening.rules", slug=slug))
