"""An admin gives and takes single permissions; what that does is said first, counts on the next page, and nothing stays behind."""

import pytest
from sqlalchemy import select

from booking import practitioner_feeds
from booking.models import Practitioner, PractitionerFeed, Rules
from portal import batch_queue, batches, team
from portal.access import ADMIN, FRONT_DESK, PRACTITIONER
from portal.database import db, transact
from portal.models import InvitationBatch, LedgerLine, Profile, StaffMember
from portal.permissions import DAYS, EVERYBODY, FILES, INVITE, MERGE, OWN_HOURS, PAYMENTS, SCHEDULES, SETTINGS
from portal.seed import name_id
from tests.portal.homes import change
from tests.portal.invited import rows
from tests.portal.test_bulk_pages import check, crowd, names_to
from tests.portal.test_team import address as joining

TEAM = "/staff/riverside/settings/staff"
BOTH = (FILES, PAYMENTS)  # usual for everybody
MAYA, OLIVIER = (name_id(f"practitioner {name}") for name in ("maya", "olivier"))


@pytest.fixture
def dana(browse, cast):
    return browse(as_=cast.dana, staff=True)


def member(app, cast, name: str) -> StaffMember:
    return rows(app, StaffMember, StaffMember.account_id == getattr(cast, name).id, StaffMember.practice_id == cast.riverside.id)[0]


def send(dana, who, *may, page=None, **said):
    """The answer to "Save what they may do", files and payments as usual, be it saved or "Before you save"."""
    return dana.submit(page or dana.page(f"{TEAM}/{who.public_id}"), "/permissions", may=[*may, *BOTH], **said)


def give(dana, who, *may):
    """They may do exactly this, beside files and payments."""
    page = send(dana, who, *may)
    page = dana.submit(page, may=[*may, *BOTH]) if page.h1 == "Before you save" else page
    assert "what they may do is changed." in page.html, page.text
    return page


def ticked(page) -> set[str]:
    return {one.get("value") for one in page.all("input", name="may", type="checkbox") if one.get("checked") is not None}


def test_the_page_shows_what_they_may_do_and_what_is_usual(dana, cast):
    page = dana.page(f"{TEAM}/{cast.tom.public_id}")
    assert ticked(page) == {*BOTH, EVERYBODY, INVITE, MERGE, DAYS}
    assert page.text.count("Usual") == 1 + 6 and "Back to the usual" not in page.text
    assert "Admins may do everything." in dana.page(f"{TEAM}/{cast.dana.public_id}").text
    assert dana.get(f"{TEAM}/{cast.dana.public_id}/permissions").status_code == 404, "nothing to take from an admin"


def test_a_permission_counts_on_the_next_page_and_so_does_its_end(app, browse, cast, dana):
    tom = browse(as_=cast.tom, staff=True)
    assert tom.get("/desk/riverside/services").status_code == 404 and "Services" not in tom.page("/staff/riverside/settings").links()
    give(dana, cast.tom, EVERYBODY, INVITE, MERGE, DAYS, SETTINGS)
    assert member(app, cast, "tom").unusual == {SETTINGS: True}, "only what differs is kept"
    open_page = tom.page("/desk/riverside/services/add")
    assert open_page.h1 and "Services" in tom.page("/staff/riverside/settings").links()
    give(dana, cast.tom, EVERYBODY, INVITE, MERGE, DAYS)
    assert member(app, cast, "tom").unusual == {}
    form = open_page.form()
    assert (
        tom.post(
            form.pop("") or "/desk/riverside/services/add", data={**form, "name": "Sauna"}, headers={"Origin": "http://localhost"}
        ).status_code
        == 404
    ), "a page that was open"
    assert tom.get(TEAM).status_code == 404, "never a matter of settings"


def test_who_may_change_settings_decides_neither_about_staff_nor_who_sees_which_calendar(app, browse, cast, dana):
    give(dana, cast.tom, EVERYBODY, INVITE, MERGE, DAYS, SETTINGS)
    tom = browse(as_=cast.tom, staff=True)
    assert [tom.get(f"/staff/riverside/settings/{page}").status_code for page in ("staff", "access", "signing-in", "details")] == [
        404,
        404,
        404,
        200,
    ]
    path = f"/desk/riverside/practitioners/{MAYA}"
    page = tom.page(path)
    assert "Their own sign-in" not in page.text and "Their own sign-in" in dana.page(path).text
    tom.submit(page, name="Maya C.", login=cast.tom.public_id)
    (maya,) = rows(app, Practitioner, Practitioner.public_id == MAYA)
    assert maya.name == "Maya C." and maya.staff_member_id == cast.staff("maya").id


def test_taking_everybody_away_is_said_with_its_effect_before_it_is_saved(app, browse, cast, dana):
    tom = browse(as_=cast.tom, staff=True)
    assert tom.get(f"/staff/riverside/people/{cast.walter.public_id}").status_code == 200
    page = send(dana, cast.tom, INVITE)
    everybody = len(rows(app, Profile, Profile.practice_id == cast.riverside.id, Profile.merged_at.is_(None)))
    assert (
        page.h1 == "Before you save"
        and f"Tom Reid will no longer see {everybody} people." in page.text
        and "They then see nobody" in page.text
    )
    assert member(app, cast, "tom").unusual == {} and tom.get(f"/staff/riverside/people/{cast.walter.public_id}").status_code == 200
    page = dana.submit(page, may=[INVITE, *BOTH])
    assert ticked(page) == {INVITE, *BOTH} and "Back to the usual" in page.text
    assert tom.get(f"/staff/riverside/people/{cast.walter.public_id}").status_code == 404
    assert "Not as usual" in dana.page(TEAM).text


def test_what_was_not_on_the_screen_is_shown_again(app, cast, dana):
    page = send(dana, cast.tom, INVITE)
    page = dana.submit(page, may=[])
    assert page.h1 == "Before you save" and member(app, cast, "tom").unusual == {}
    assert ticked(dana.submit(page, change="1", may=[])) == set(), "what was chosen is still chosen"


def test_a_practitioner_sees_how_many_they_still_see(app, cast, dana):
    page = send(dana, cast.maya, OWN_HOURS, INVITE, EVERYBODY)
    assert page.h1 == "Before you save" and "Maya Chen will see every calendar" in page.text
    dana.submit(page, may=[OWN_HOURS, INVITE, EVERYBODY, *BOTH])
    assert "They still see" in send(dana, cast.maya, OWN_HOURS, INVITE).text


def test_what_would_count_for_nothing_is_refused_with_what_it_needs(app, cast, dana):
    page = send(dana, cast.maya, OWN_HOURS, MERGE)
    assert page.status == 422 and "“Answer registrations and merge records” works only together with “See everybody”" in page.text
    assert ticked(page) == {OWN_HOURS, MERGE, *BOTH} and member(app, cast, "maya").unusual == {}


def test_one_button_leads_back_to_the_usual(app, cast, dana):
    give(dana, cast.tom, EVERYBODY, SETTINGS)
    page = send(dana, cast.tom, usual="1")
    assert ticked(page) == {*BOTH, EVERYBODY, INVITE, MERGE, DAYS} and member(app, cast, "tom").unusual == {}


def test_a_form_that_is_out_of_date_changes_nothing(app, browse, cast, dana):
    change(app, cast.staff("olivier"), role=ADMIN)
    old = dana.page(f"{TEAM}/{cast.tom.public_id}")
    give(browse(as_=cast.olivier, staff=True), cast.tom, EVERYBODY, MERGE, DAYS, INVITE, SETTINGS)
    page = send(dana, cast.tom, EVERYBODY, MERGE, DAYS, INVITE, SCHEDULES, page=old)
    assert page.status == 409 and "Somebody changed this while you were looking." in page.text and SCHEDULES in ticked(page)
    assert member(app, cast, "tom").unusual == {SETTINGS: True}
    assert "what they may do is changed" in send(dana, cast.tom, EVERYBODY, MERGE, DAYS, INVITE, SCHEDULES, page=page).html
    assert member(app, cast, "tom").unusual == {SCHEDULES: True, OWN_HOURS: True}, "their own hours are part of everybody's"


def test_an_admin_who_is_none_any_more_changes_nothing(app, context, cast):
    """The second of two who decide at once is judged after the first."""
    dana, tom = (db.session.get(StaffMember, cast.staff(name).id) for name in ("dana", "tom"))
    now, seen = app.config["CLOCK"](), tom.standing
    change(app, cast.staff("maya"), role=ADMIN)
    transact(team.change_role, db.session.get(StaffMember, cast.staff("maya").id), dana, FRONT_DESK, now)
    with pytest.raises(team.ChangedMeanwhile):
        transact(team.change_permissions, dana, tom, [EVERYBODY, SETTINGS], seen, now)


def test_who_changed_what_and_when_can_be_read(app, cast, dana, clock):
    give(dana, cast.tom, EVERYBODY, MERGE, DAYS, SETTINGS)
    clock.forward(minutes=5)
    page = dana.submit(dana.page(f"{TEAM}/{cast.tom.public_id}"), role=PRACTITIONER)
    assert (
        page.h1 == "Before you save"
        and "What was set for them alone is no longer so: Invite people; Change the settings of the practice." in page.text
    )
    dana.submit(page)
    text = dana.page(f"{TEAM}/{cast.tom.public_id}").text
    assert "Dana Wright: Role changed from Front desk to Practitioner" in text
    assert "Dana Wright: May now: Change the settings of the practice. May no longer: Invite people" in text
    (line,) = rows(app, LedgerLine, LedgerLine.verb == "staff_permissions_changed")
    assert (line.facts["given"], line.facts["taken"], line.account_id) == ([SETTINGS], [INVITE], cast.dana.id)
    assert "Earlier changes" not in dana.page(f"{TEAM}/{cast.maya.public_id}").text


def test_another_role_starts_with_what_is_usual_for_it(app, cast, dana):
    give(dana, cast.tom, EVERYBODY, MERGE, DAYS, SETTINGS)
    dana.submit(dana.submit(dana.page(f"{TEAM}/{cast.tom.public_id}"), role=PRACTITIONER))
    tom = member(app, cast, "tom")
    assert (tom.role, tom.unusual) == (PRACTITIONER, {})


def test_everybody_reads_what_they_may_do_themselves(app, browse, cast, dana):
    give(dana, cast.maya, OWN_HOURS, EVERYBODY)
    maya = browse(as_=cast.maya, staff=True)
    page = maya.page(maya.page("/staff/riverside/settings").links()["What you may do"])
    said = dict(zip(map(first_line, page.all("dt")), map(first_line, page.all("dd"))))
    names = ("See everybody", "Invite people", "Decide about staff", "Set one’s own hours")
    assert [said[name] for name in names] == ["Yes Set for you", "No Set for you", "No", "Yes"]


def first_line(cell) -> str:
    """What a cell says, its explanation left out."""
    return " ".join(text for one in cell.iter() if "muted" not in (one.get("class") or "") for text in (one.text or "").split())


# --- what stays behind when a permission is taken away ---


def feed_of(app, cast, by: str, whose: str, shows="names") -> str:
    """The token of a private address."""
    with app.app_context():
        practitioner = db.session.scalar(select(Practitioner).where(Practitioner.public_id == whose))
        return practitioner_feeds.token_of(
            transact(practitioner_feeds.open_feed, cast.staff(by), practitioner, shows, app.config["CLOCK"]())
        )


def reads(app, browse, token: str) -> int:
    path = next(str(rule) for rule in app.url_map.iter_rules() if rule.endpoint == "booking.practitioner_feed")
    return browse().get(path.replace("<token>", token)).status_code


@pytest.mark.parametrize("how", ["permission", "role"])
def test_a_calendar_that_somebody_does_not_see_any_more_is_not_read_through_an_old_address_either(app, browse, cast, dana, how):
    """Nor when they see it again: the address was closed."""
    if how == "permission":
        change(app, cast.staff("maya"), unusual={EVERYBODY: True})
    else:
        change(app, cast.staff("maya"), role=FRONT_DESK)
    theirs, own = feed_of(app, cast, "maya", OLIVIER), feed_of(app, cast, "maya", MAYA)
    assert [reads(app, browse, one) for one in (theirs, own)] == [200, 200]
    if how == "permission":
        page = send(dana, cast.maya, OWN_HOURS, INVITE)
    else:
        page = dana.submit(dana.page(f"{TEAM}/{cast.maya.public_id}"), role=PRACTITIONER)
    assert "Olivier Dubois shows nothing any more." in page.text and "Maya Chen shows nothing" not in page.text
    dana.submit(page, may=[OWN_HOURS, INVITE, *BOTH])
    assert [reads(app, browse, one) for one in (theirs, own)] == [404, 200]
    give(dana, cast.maya, OWN_HOURS, INVITE, EVERYBODY)
    assert [reads(app, browse, one) for one in (theirs, own)] == [404, 200]
    (closed,) = rows(app, PractitionerFeed, PractitionerFeed.revoked_at.is_not(None))
    assert closed.created_by_id == cast.staff("maya").id


def test_many_invitations_stop_when_who_sends_them_may_not_invite_any_more(app, browse, cast, dana, clock):
    with app.app_context():
        transact(crowd, cast.riverside.id, 5)
    tom = browse(as_=cast.tom, staff=True)
    tom.submit(check(tom, names_to(3)), "/send")
    page = send(dana, cast.tom, EVERYBODY, MERGE, DAYS)
    assert "go out in their name are paused" in page.text and "has sent already still work" in page.text
    dana.submit(page, may=[EVERYBODY, MERGE, DAYS, *BOTH])
    with app.app_context():
        batch_queue.work(clock())
        assert db.session.scalar(select(InvitationBatch.paused_at)) is not None and not batches.may_send(
            db.session.scalar(select(InvitationBatch)).sender
        )


def test_nobody_writes_to_people_they_do_not_see_any_more_on_a_list_of_before(app, browse, cast, dana, clock):
    with app.app_context():
        transact(crowd, cast.riverside.id, 5)
    tom = browse(as_=cast.tom, staff=True)
    waiting = check(tom, names_to(2))
    going = tom.submit(check(tom, names_to(3)), "/send").response.request.path
    give(dana, cast.tom, INVITE)
    with app.app_context():
        running = db.session.scalar(select(InvitationBatch).where(InvitationBatch.started_at.is_not(None)))
        assert running.paused_at is not None and batches.may_send(running.sender), "paused though they may still invite"
    assert "This list names people you do not see any more" in tom.submit(waiting, "/send").html
    page = tom.page(going)
    assert "This list names people you do not see any more" in tom.submit(page, "/pause").html
    assert len(rows(app, InvitationBatch, InvitationBatch.started_at.is_not(None), InvitationBatch.paused_at.is_(None))) == 0
    assert "by Dana" in dana.submit(dana.page(going), "/pause").text, "somebody who sees them goes on"


def test_what_was_set_with_a_permission_is_not_taken_back_without_it(app, browse, cast, dana):
    """The button “Undo” of a page that is still open."""
    give(dana, cast.tom, EVERYBODY, MERGE, DAYS, INVITE, SCHEDULES)
    tom = browse(as_=cast.tom, staff=True)
    day = f"/desk/riverside/phone/open?what={name_id('service initial')}&with={MAYA}&date=2027-01-16"
    undo = tom.submit(tom.page(day), "phone/open").form("phone/undo")
    give(dana, cast.tom, EVERYBODY, MERGE, DAYS, INVITE)
    assert tom.post(undo.pop(""), data=undo, headers={"Origin": "http://localhost"}).status_code == 404
    with app.app_context():
        assert db.session.scalar(select(Rules.id).where(Rules.practitioner_id == cast.maya_chen.id))


def test_who_left_may_do_nothing_and_who_comes_back_starts_with_the_usual(app, browse, cast, dana):
    give(dana, cast.tom, EVERYBODY, MERGE, DAYS, INVITE, SETTINGS)
    dana.submit(dana.page(f"{TEAM}/{cast.tom.public_id}"), "leave")
    with app.app_context():
        assert db.session.get(StaffMember, cast.staff("tom").id).permissions == frozenset()
    dana.submit(dana.page(TEAM), "settings/staff", email="tom@example.com", role=FRONT_DESK)
    tom = browse(as_=cast.tom)
    tom.submit(tom.page(joining(app)))
    back = member(app, cast, "tom")
    assert (back.left_at, back.unusual) == (None, {})
