"""Staff answer new registrations: new, later, taken back; two at once; and what a provisional person sees meanwhile."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal import lookalikes, registrations
from portal.database import db, transact
from portal.models import DifferentPeople, LedgerLine, Profile, Registration
from portal.models.merge import ONE_CLICK
from portal.registrations import AnsweredAlready, TooLateToTakeBack
from portal.seed import name_id
from tests.portal.homes import change, lines


def of(name: str, slug: str = "riverside") -> Registration:
    return db.session.scalar(select(Registration).where(Registration.public_id == name_id(f"registration of {name}@{slug}")))


def accept(cast, clock, name, by="dana", different=()):
    return transact(registrations.accept, cast.staff(by), of(name), clock.at, [cast.profile(one) for one in different])


def test_accepted_as_new_is_provisional_no_more(cast, app, context, clock):
    accept(cast, clock, "amara", different=["amara-on-file"])
    registration = of("amara")
    assert not registration.profile.is_provisional and registration.accepted_at == clock.at and registration.answered_by_id == cast.dana.id
    (line,) = lines(app, "accepted_as_new")
    assert (line.profile_id, line.account_id, line.facts) == (registration.profile_id, cast.dana.id, {"as": "staff"})


def test_who_was_called_somebody_else_is_never_proposed_again(cast, context, clock):
    amara, known = cast.profile("amara"), cast.profile("amara-on-file")
    assert [one.profile.id for one in lookalikes.like(amara)] == [known.id]
    accept(cast, clock, "amara", different=["amara-on-file"])
    assert lookalikes.are_different(amara, known) and lookalikes.like(amara) == [] == lookalikes.like(known)


def test_of_others_nothing_is_remembered(cast, context, clock):
    """What staff did not see they did not decide; nor can a record of another practice, a merged one or the person be somebody else."""
    transact(lambda: setattr(cast.profile("maria-on-file"), "merged_at", clock.at))
    others = [cast.profile("maria-on-file"), cast.profile("luc", "beau-rivage"), cast.profile("amara")]
    transact(registrations.accept, cast.staff("dana"), of("amara"), clock.at, others)
    assert db.session.scalars(select(DifferentPeople)).all() == []
    assert len(lookalikes.like(cast.profile("amara"))) == 1


def test_taken_back_it_waits_again_and_the_look_alike_is_proposed_again(cast, app, context, clock):
    amara = cast.profile("amara")
    made = amara.provisional_at
    accept(cast, clock, "amara", different=["amara-on-file"])
    clock.forward(minutes=3)
    transact(registrations.take_back, cast.staff("tom"), of("amara"), clock.at)
    registration = of("amara")
    assert registration.is_waiting and registration.answered_by_id is None and registration.profile.provisional_at == made
    assert [one.profile.id for one in lookalikes.like(amara)] == [cast.profile("amara-on-file").id]
    assert [line.account_id for line in lines(app, "acceptance_taken_back")] == [cast.tom.id]
    transact(registrations.take_back, cast.staff("tom"), of("amara"), clock.at)  # twice is once
    assert len(lines(app, "acceptance_taken_back")) == 1


def test_what_was_decided_at_another_time_stays_decided(cast, context, clock):
    amara, known = cast.profile("amara"), cast.profile("amara-on-file")
    transact(lookalikes.remember_different, amara, known, clock.at, cast.staff("dana"))
    clock.forward(minutes=1)
    accept(cast, clock, "amara", different=["amara-on-file"])
    transact(registrations.take_back, cast.staff("dana"), of("amara"), clock.at)
    assert lookalikes.are_different(amara, known)


def test_it_can_be_taken_back_as_long_as_a_merge(cast, context, clock):
    accept(cast, clock, "amara")
    clock.at += ONE_CLICK
    assert registrations.may_take_back(of("amara"), clock.at)
    clock.forward(seconds=1)
    assert not registrations.may_take_back(of("amara"), clock.at)
    with pytest.raises(TooLateToTakeBack):
        transact(registrations.take_back, cast.staff("dana"), of("amara"), clock.at)
    assert not of("amara").is_waiting and not of("amara").profile.is_provisional


def test_later_is_behind_the_others_until_it_is_not(cast, context, clock):
    transact(registrations.put_off, cast.staff("tom"), of("wei"), clock.at)
    assert of("wei").later_at == clock.at and of("wei").is_waiting
    transact(registrations.put_off, cast.staff("tom"), of("wei"), clock.at, False)
    assert of("wei").later_at is None
    transact(registrations.put_off, cast.staff("tom"), of("wei"), clock.at)
    accept(cast, clock, "wei")
    assert of("wei").later_at is None and of("wei").accepted_at


def test_who_was_slower_reads_who_was_first_and_when(cast, context, clock):
    accept(cast, clock, "wei")
    clock.forward(minutes=2)
    with pytest.raises(AnsweredAlready) as refused:
        accept(cast, clock, "wei", by="tom")
    assert str(refused.value.message) == "Dana Wright accepted this person as new 2 minutes ago."
    with pytest.raises(AnsweredAlready):
        transact(registrations.put_off, cast.staff("tom"), of("wei"), clock.at)
    accept(cast, clock, "wei")  # her own second click


def test_who_merged_it_meanwhile_is_named(cast, context, clock):
    change_in(of("wei"), merged_at=clock.at, answered_by_id=cast.tom.id)
    with pytest.raises(AnsweredAlready) as refused:
        accept(cast, clock, "wei")
    assert str(refused.value.message) == "Tom Reid answered this 1 minute ago."


def change_in(row, **facts) -> None:
    transact(lambda: [setattr(row, name, value) for name, value in facts.items()])


def test_many_at_once_are_only_those_who_look_like_nobody(cast, app, context, clock):
    chosen = [of(name) for name in ("amara", "jean-francois", "wei")]
    change_in(of("jean-francois"), accepted_at=clock.at - timedelta(hours=1), answered_by_id=cast.tom.id)
    assert transact(registrations.accept_many, cast.staff("dana"), chosen, clock.at) == (1, 1)
    assert of("wei").accepted_at and of("amara").is_waiting and of("amara").profile.is_provisional
    assert of("jean-francois").answered_by_id == cast.tom.id
    assert [line.profile_id for line in lines(app, "accepted_as_new")] == [cast.profile("wei").id]


def test_a_look_alike_who_came_after_the_list_was_read_is_seen(cast, context, clock):
    """Judged again under the lock."""
    chosen, wei = [of("wei")], cast.profile("wei")
    twin = dict(given_name="Wei", family_name="Chen", born_on=wei.born_on, phone=wei.phone)
    transact(lambda: db.session.add(Profile(practice_id=wei.practice_id, created_at=clock.at, **twin)))
    assert transact(registrations.accept_many, cast.staff("dana"), chosen, clock.at) == (0, 1)
    assert of("wei").is_waiting


@pytest.mark.parametrize("answers", [("accept",) * 6, ("accept", "put_off") * 3, ("accept", "accept_many") * 3], ids="-".join)
def test_of_many_front_desks_at_once_one_answers(cast, app, clock, answers):
    with app.app_context():
        desks = [cast.staff("dana"), cast.staff("tom")]
    gate, outcomes = threading.Barrier(len(answers)), []

    def press(number: int, answer: str) -> None:
        with app.app_context():
            staff, registration = cast.staff(("dana", "tom")[number % 2]), of("wei")
            gate.wait()
            try:
                transact(getattr(registrations, answer), staff, [registration] if answer == "accept_many" else registration, clock.at)
            except AnsweredAlready as error:
                outcomes.append(str(error.message))

    threads = [threading.Thread(target=press, args=pair) for pair in enumerate(answers)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    with app.app_context():
        registration = of("wei")
        assert (
            registration.accepted_at
            and registration.answered_by_id in {desk.account_id for desk in desks}
            and not registration.profile.is_provisional
        )
        assert len(db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "accepted_as_new")).all()) == 1
        first = "Dana Wright" if registration.answered_by_id == desks[0].account_id else "Tom Reid"
        assert all(words == f"{first} accepted this person as new 1 minute ago." for words in outcomes)


def test_a_provisional_person_sees_nothing_of_the_record_they_look_exactly_like(cast, app, browse, clock):
    """Amara's own profile is the image of a record that the practice has had for a year, with an address, a card and a note."""
    marks = {
        "street": "77 Hidden Lane",
        "city": "Secretville",
        "card_number": "9876-543-210",
        "file_number": "8841",
        "staff_alert": "Never told anybody",
    }
    change(app, cast.profile("amara-on-file"), email="amara@example.com", language="fr", **marks)
    old, own = cast.profile("amara-on-file"), cast.profile("amara")
    assert (old.name, old.born_on, old.phone) == (own.name, own.born_on, own.phone)
    with app.app_context():
        assert lookalikes.like(own)[0].likeness.grade == "certain"
    transact_in(app, lambda: registrations.accept(cast.staff("dana"), of("amara"), clock.at, [old]))
    for state in ("accepted", "waiting"):
        if state == "waiting":
            transact_in(app, lambda: registrations.take_back(cast.staff("dana"), of("amara"), clock.at))
        link, amara = cast.link("amara", "amara").public_id, browse(cast.amara)
        paths = [
            "/",
            "/account",
            "/family",
            f"/family/{link}",
            f"/family/{link}/history",
            "/appointments",
            f"/for/{link}",
            "/at/riverside/",
            "/at/riverside/book/who",
        ]
        for path in paths:
            html = amara.page(path).html
            assert not [mark for mark in (*marks.values(), old.public_id) if mark in html], path
            assert "similar record" not in html and "Not the same person" not in html, path
        for path in (f"/for/{old.public_id}", f"/family/{old.public_id}", f"/at/riverside/book/what?who={old.public_id}"):
            assert amara.get(path).status_code == 404, path


def test_what_the_person_reads_of_it(cast, app, browse, clock):
    transact_in(app, lambda: registrations.accept(cast.staff("dana"), of("amara"), clock.at))
    words = browse(cast.amara).page(f"/family/{cast.link('amara', 'amara').public_id}/history").text
    assert "Details checked: accepted as a new record" in words and "Dana Wright" in words


def transact_in(app, happen) -> None:
    with app.app_context():
        transact(happen)


def test_twins_registered_by_one_mother_are_two(cast, app, context, clock):
    """Born on one day, one telephone, one address, names of one letter's difference: nobody proposes them to one another."""
    pairs = [("Mia", "Noah"), ("Mia", "Lia"), ("Omar", "Amar"), ("Sara", "Lara"), ("Jack", "Jake")]
    for number, names in enumerate(pairs):
        same = dict(family_name=f"Family{number}", born_on=date(2012 + number, 5, 4), phone=f"+1416555020{number}")
        twins = [
            Profile(practice_id=cast.riverside.id, given_name=name, created_at=clock.at, provisional_at=clock.at, **same) for name in names
        ]
        transact(db.session.add_all, twins)
        assert lookalikes.like(twins[0]) == [] == lookalikes.like(twins[1]), names
