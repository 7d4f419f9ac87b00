"""One award year, act by act, as its people play it: through pages, letters and links, never past them.

`Year` knows what a person knows: addresses of pages, labels of forms, and what came by mail. It reads no database.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from app.rehearsal import sample
from app.rehearsal.browser import Browser, Form
from app.rehearsal.stage import JURORS, SECOND_SECRETARY, SECRETARY, Stage
from app.rehearsal.voters import cast_all
from app.web import STOCKHOLM

TURNOUT = 0.66
FIRST_AWARD = "2010-01-01"
RELATIONS = ("lost", "won", "did-not-bid", "lost")


class Year(Stage):
    """A year in play. Each method is one act and leaves the year where the next begins."""

    def create_edition(self, **settings: bool) -> None:
        """The edition from its form with the defaults (and *settings*), this year's dates, and the opening of nominations."""
        dates = {
            "nominations_close_at": self.dates.nominations_close,
            "voting_opens_at": self.dates.voting_opens,
            "voting_closes_at": self.dates.voting_closes,
            "result_at": self.dates.voting_closes + timedelta(days=3),
        }
        typed = {
            name: moment.astimezone(STOCKHOLM).strftime("%Y-%m-%dT%H:%M") for name, moment in dates.items()
        }
        form = self.sara.open("/sekretariat/ny").form(having="slug")
        names = {f"name_{lang}": f"Anbudspriset {self.year}" for lang in ("sv", "en")}
        form.fill(
            slug=self.slug,
            year=str(self.year),
            signoffs_needed="2",
            spare_count="3",
            **names,
            **typed,
            **settings,
        )
        form.submit().expect_no_errors()
        self._set_rules()
        self.move("nominating")
        self.say("nominations are open")

    def _set_rules(self) -> None:
        """The samples' notices are older than the usual period, and some of their buyers are abroad: so are the rules."""
        for address in self.sara.open(self.at("/nomineringsregler")).every_numbered("/nomineringsregler/"):
            page = self.sara.open(address)
            form = page.form(having="check")
            check = dict(form.values)["check"]
            if check == "period":
                form.fill(starts_on=FIRST_AWARD).submit().expect_no_errors()
            elif check == "swedish-authority":
                page.form(action="/remove").submit()

    def nominate(self) -> None:
        """Every sample nomination through the public form, each confirmed (or not) from its letter."""
        for place, one in enumerate(self.nominations):
            self._nominate(place, one)
            self.tick(1)
        self.say(f"{len(self.nominations)} nominations came in")

    def _nominate(self, place: int, one: sample.Sample) -> None:
        email = f"nominerar{place + 1}-{self.year}@example.com"
        supplier = Browser(self.service.base_url)
        relation = RELATIONS[place % len(RELATIONS)]
        nominator = {
            "company": sample.company(900 + place), "orgnr": sample.organisation_number(900 + place),
            "relation": relation, "contact_name": "Nora Nominerar", "contact_email": email,
        }  # fmt: skip
        if one.file is not None:
            self._from_notice(supplier, one, nominator)
        else:
            self._by_hand(supplier, one, nominator)
        link = self.mailbox.wait(email, "/bekrafta/", check=self.service.check).links("/bekrafta/")[0]
        if one.fate != "unconfirmed":
            supplier.open(link).form(action="/bekrafta/").submit()
        if one.fate == "withdrawn":
            edit = self.mailbox.wait(email, "/andra/", check=self.service.check).links("/andra/")[0]
            supplier.open(edit).form(action="/ta-tillbaka/").submit()
        supplier.close()

    def _by_hand(self, supplier: Browser, one: sample.Sample, nominator: dict[str, str]) -> None:
        """Everything typed, on the page that has all of it."""
        form = supplier.open(f"/nominera/{self.slug}/formular").form(having="authority")
        form.fill(
            category=self._category(form, one), authority=one.authority, title=one.title, notice=one.notice, cpv=one.cpv,
            awarded_on=one.awarded_on, value=one.value, why=one.why, remarks=one.remarks, **nominator,
        )  # fmt: skip
        form.submit("action", "send").expect_no_errors()

    def _from_notice(self, supplier: Browser, one: sample.Sample, nominator: dict[str, str]) -> None:
        """Step by step, the facts from the notice's file; what it lacks is typed."""
        assert one.file is not None
        start = supplier.open(f"/nominera/{self.slug}").form(having="file")
        start.attach("file", one.file.name, one.file.read_bytes(), "application/octet-stream").submit(
            "action", "read"
        )
        facts = supplier.open(f"/nominera/{self.slug}/upphandlingen").form(having="authority")
        known = dict(facts.values)
        lacking = {"authority": one.authority, "title": one.title}
        facts.fill(**{name: text for name, text in lacking.items() if not known.get(name)})
        facts.submit("action", "next").expect_no_errors()
        page = supplier.open(f"/nominera/{self.slug}/nomineringen")
        form = page.form(having="why")
        form.fill(category=self._category(form, one), why=one.why, remarks=one.remarks, **nominator)
        form.submit("action", "next").expect_no_errors().form(having="action").submit("action", "send")

    def _category(self, form: Form, one: sample.Sample) -> str:
        categories = form.choices("category")
        return categories[min(one.category, len(categories)) - 1]

    def shortlist(self) -> None:
        """After the deadline: the secretariat decides each nomination, and the accepted ones become the shortlist."""
        self.clock.move_to(self.dates.nominations_close + timedelta(days=1))
        self.sign_in(SECRETARY[1])
        self.move("shortlisting")
        told = []
        for one in self.nominations:
            if one.fate in {"accepted", "declined"}:
                told += self._decide(one)
        if told:
            self._authority_answers(told[0])
        self._fill_shortlist()
        self.say("the shortlist is made")

    def _decide(self, one: sample.Sample) -> list[str]:
        """From the nomination's page to that of the verb, and what stands there is sent; gives the authorities' addresses."""
        listing = self.sara.open(self.at("/nomineringar"), params={"state": "confirmed", "q": one.title[:60]})
        detail = self.sara.open(listing.numbered("/nomineringar/"))
        if one.fate == "declined":
            form = self.sara.open(detail.link("/avsla")).form(having="seen_nomination")
            form.fill(reason=one.reason or "Uppfyller inte reglerna.").submit("action", "decline")
            return []
        page = self.sara.open(detail.link("/acceptera"))
        form = page.form(having="seen_nomination")
        addresses = {
            name: f"registrator-{name.split('-')[1]}@example.com"
            for name in page.fields("authority-", "-email")
        }
        ticks = {name.replace("-email", "-tell"): True for name in addresses}
        despite = dict.fromkeys(page.fields("despite", ""), "Vi övar.")
        form.fill(**addresses, **ticks, **despite).submit("action", "accept").expect_no_errors()
        return list(addresses.values())

    def _authority_answers(self, address: str) -> None:
        """One authority opens its link and answers; the secretariat reads it."""
        letter = self.mailbox.wait(address, "/svar/", check=self.service.check)
        registrar = Browser(self.service.base_url)
        form = registrar.open(letter.links("/svar/")[0]).form(having="reply")
        form.fill(reply="Tack, så roligt! Vi deltar gärna.").submit().expect_no_errors()
        registrar.close()
        answers = self.sara.open(self.sara.open(self.at("")).link("/svar"))
        answers.form(having="stamp").submit()

    def _fill_shortlist(self) -> None:
        while adding := self.sara.open(self.at("/urval")).forms(action="/urval/lagg-till/"):
            adding[0].submit()

    # ---- the vote -------------------------------------------------------------------------------

    def prepare(self) -> None:
        """The roll is read in; the worker freezes it and makes keys, credentials and Setup."""
        content = self.roll or sample.roll(self.voters)
        upload = self.sara.open(self.at("/rostlangd/las-in")).form(having="file")
        preview = upload.attach("file", "rostlangd.csv", content).submit().expect_no_errors()
        preview.form(having="digest").submit()
        self.clock.move_to(self.dates.voting_opens - timedelta(days=2))
        self.sign_in(SECRETARY[1])
        self.move("prepared")
        self.wait_until(lambda: self.phase() == "prepared", "ballots made")
        self.say("roll frozen, credentials made")

    def open_vote(self) -> None:
        """A test letter, then two secretaries open the vote, and the worker sends every letter."""
        self.sara.open(self.at("/brev")).form(action="/brev/prov").submit()
        self.mailbox.wait(SECRETARY[1], f"/rosta/{self.slug}#", check=self.service.check)
        self.clock.move_to(self.dates.voting_opens)
        self.sign_in(SECRETARY[1])
        self.sign_in(SECOND_SECRETARY[1])
        self.move("voting", action="ask", reason="Första året: juryns nycklar kommer i en senare version.")
        self.move("voting", by=SECOND_SECRETARY[1], action="approve", count=str(self._letters()))
        self.wait_until(lambda: len(self.codes()) >= self._expected, f"{self._expected} ballot letters sent")
        self.say(f"{len(self.codes())} ballots are out")

    def _letters(self) -> int:
        page = self.staff[SECOND_SECRETARY[1]].open(self.at("/rostlangd"))
        self._expected = int("".join(filter(str.isdigit, page.figure("voters"))))
        return self._expected

    def codes(self) -> dict[str, str]:
        """Whose letter holds which code, of the letters that have come."""
        found = {}
        for letter in self.mailbox.letters():
            for link in letter.links(f"/rosta/{self.slug}#"):
                if letter.to != SECRETARY[1]:
                    found[letter.to] = link.rpartition("#")[2]
        return found

    def vote(self) -> None:
        """Two thirds of the voters cast their ballots."""
        codes = list(self.codes().values())
        wanted = codes[: max(1, round(len(codes) * TURNOUT))]
        self.votes = cast_all(self.service.base_url, self.slug, wanted, seed=self.year, progress=self.tick)
        self.say(f"{len(self.votes)} ballots are cast, each with a receipt")

    # ---- count, review, publication -------------------------------------------------------------

    def close(self) -> None:
        """The deadline passes; the worker closes, tallies, decrypts, verifies and counts."""
        self.clock.move_to(self.dates.voting_closes + timedelta(minutes=2))
        self.sign_in(SECRETARY[1])
        self.wait_until(lambda: self.phase() == "review", "box closed and counted")
        self.say("the box is closed and counted")

    def review(self) -> None:
        """Two jurors read the count and sign; one of them writes the jury's words."""
        for _, email in JURORS[:2]:
            browser = self.sign_in(email)
            browser.open(f"/jury/{self.slug}/granskning").form(
                action="/skriv-under"
            ).submit().expect_no_errors()
        page = self.staff[JURORS[0][1]].open(f"/jury/{self.slug}/granskning")
        words = self.staff[JURORS[0][1]].open(page.link("/juryns-ord/")).form(having="sv")
        words.fill(
            sv="Upphandlaren såg längre än den egna myndigheten, lärde känna branschen och ställde krav som gick att följa upp.",
            en="The buyer looked beyond its own walls, came to know the trade, and asked for what could be followed up.",
        ).submit().expect_no_errors()
        self.say("the jury has signed")

    def publish(self) -> None:
        """The secretariat publishes."""
        self.move("published", name=f"Anbudspriset {self.year}")
        self.say("the result is public")

    def phase(self) -> str:
        """The phase, as the secretariat's home page shows it."""
        return self.sara.open(self.at("")).attribute("data-phase")

    def collect(self, out: Path) -> None:
        """Puts archive, ledger and results into *out*."""
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{self.slug}.bel").write_bytes(self.sara.fetch(f"/arkiv/{self.slug}.bel"))
        (out / f"{self.slug}.ledger").write_bytes(self.sara.fetch(f"/liggare/{self.slug}"))
        (out / "results.json").write_bytes(self.sara.fetch(f"/resultat/{self.slug}/resultat.json"))
        (out / "results.csv").write_bytes(self.sara.fetch(f"/resultat/{self.slug}/resultat.csv"))

    ACTS = ("set_up", "create_edition", "nominate", "shortlist", "prepare", "open_vote", "vote", "close", "review", "publish")  # fmt: skip

    def play(self, until: str = "publish") -> None:
        """Every act in order, to *until* and including it."""
        for act in self.ACTS[: self.ACTS.index(until) + 1]:
            getattr(self, act)()
