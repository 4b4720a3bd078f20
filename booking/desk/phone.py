"""Answer the phone: the very sentence a person reads online about a day, what is behind it, what would open it, and "book anyway"."""

from typing import NamedTuple

from flask import abort, redirect, request, url_for

from booking import behind_words, opening_words
from booking.behind_words import Reader
from booking.desk.blueprint import blueprint
from booking.desk.choosing import Question, question
from booking.desk.setting_links import link
from booking.desk.visit_reads import usual_services
from booking.desk.who_for import person_asked
from booking.facts import Code
from booking.hours import local_date
from booking.phone import Answer, has_left, told, wish_of
from booking.schedule_roles import may_apply
from booking.where import zone_of_day
from portal import clock
from portal.guards import staff_only
from portal.models import Profile, StaffMember
from portal.paging import Page
from portal.staff import finding
from portal.staff.page import staff_page
from portal.staff.people import asked_for, page_asked

NOT_BY_SETTINGS = (Code.FULLY_BOOKED, Code.NO_ROOM, Code.HELD)


class Call(NamedTuple):
    """Who is on the phone and what about. `person` None: a new patient; `found`: the people a search fits, None if there was none."""

    staff: StaffMember
    person: Profile | None
    found: Page | None
    asked: Question

    @property
    def args(self) -> dict:
        """What the address of this page says; the book page reads the same."""
        chosen = {"what": self.asked.service, "with": self.asked.practitioner, "who": self.person}
        return {name: one.public_id for name, one in chosen.items() if one} | {"date": self.asked.day.isoformat()}

    def url(self, page: str = "phone", **changes) -> str:
        said = self.args | changes
        return url_for(f"desk.{page}", slug=self.staff.practice.slug, **{name: value for name, value in said.items() if value is not None})

    def book(self, at: int, who: int | None = None) -> str:
        """To the page that books this time, with everything filled in; `who`: the practitioner's id where anyone was asked for."""
        table = self.asked.table
        named = {} if who is None else {"with": table.by_id(who).public_id}
        return self.url("book", at=at, date=local_date(table.zone, at).isoformat(), **named)

    def answer(self, now) -> Answer | None:
        asked = self.asked
        return None if asked.service is None else told(self.staff, wish_of(asked.service, asked.practitioner, self.person), asked.day, now)


def call_of(staff: StaffMember) -> Call:
    """404 for who and what is not here, or not this member's."""
    today, words = clock.today(staff.practice.zone), asked_for()
    person = person_asked(staff)
    if person is None and request.args.get("who"):
        abort(404)
    found = finding.people(staff, words, page_asked()) if words else None
    usual = usual_services(person) if person else ()
    return Call(staff, person, found, question(staff, today, usual=usual))


@blueprint.get("/phone")
@staff_only()
def phone(staff):
    if has_left(staff, request.args.get("with", "")):  # a column of an old day in the calendar leads here
        return redirect(url_for("desk.phone", slug=staff.practice.slug, date=request.args.get("date")))
    now, call = clock.now(), call_of(staff)
    if call.found is not None and len(call.found.rows) == 1:
        return redirect(call._replace(person=call.found.rows[0]).url(lang=request.args.get("lang")))
    answer = None if call.found is not None else call.answer(now)
    facts = {"answer": None} if answer is None else _facts(call, answer, now)
    shown = {one.id for one in call.found.rows} if call.found else {call.person.id} if call.person else set()
    return staff_page(
        "desk/phone.html",
        staff,
        now,
        people=shown,
        call=call,
        asked=call.asked,
        words=asked_for(),
        day=clock.today(staff.practice.zone),
        **facts,
    )


def _facts(call: Call, answer: Answer, now) -> dict:
    reader = Reader(call.staff.practice, answer.parts, call.asked.table, answer.on, int(now.timestamp()))
    opening = answer.opening
    return {
        "answer": answer,
        "zone": zone_of_day(call.asked.table, answer.day) if answer.day.starts else call.asked.table.zone,
        "behind": [(one, link(call.staff, one.source, reader)) for one in behind_words.in_words(reader, answer.sources)],
        "opens": opening_words.sentences(opening.change, reader) if opening else [],
        "may_open": bool(opening) and may_apply(call.staff, opening.change),
        "no_setting": answer.day.code in NOT_BY_SETTINGS,
        "starts": [
            (at, call.book(at, None if answer.wish.practitioner else answer.day.starts.practitioners(at)[0])) for at in answer.day.starts
        ],
        "near": [(one, call.book(one.at, None if answer.wish.practitioner else one.practitioners[0])) for one in answer.nearest],
        "counts": {code.name: count for code, count in (answer.desk.counts_by_code or {}).items()},
    }
