"""Every door of the house and who may pass: the TABLE that tests/house/test_routes.py walks, and the people who knock.

A new endpoint gets its lines here, or the walk fails.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, select, update

from booking import calendar_sources, feeds, practitioner_feeds
from booking.models import Hold
from booking.queries import soonest
from booking.timetable import timetable
from booking.wishes import Wish
from portal import batch_files, batches, imports, invitations, links, merge_preview, merges, notes, sheet_files
from portal.access import SEE_TIMES, default_permissions
from portal.database import db, transact
from portal.merge_choices import Choices
from portal.models.link import FROM_PERSON
from portal.models import Invitation, Link, Profile, StaffMember
from portal.seed import name_id
from portal.staff import choosing, import_taking
from tests import mails
from tests.house import desk_doors, schedule_doors
from tests.house.desk_doors import DESK_DOORS
from tests.house.schedule_doors import SCHEDULE_DOORS
from tests.portal import filing
from tests.portal.merging import merged
from tests.reader import Reader

IN = "sign-in"  # a redirect to the sign-in page
RANDOM = "a2b3c4d5e6f7g2h3"  # nobody's id

# who asks → (name in the demo world, with a staff session)
ASKERS = {
    "nobody": (None, False),
    "mother": ("priya", False),
    "other patient": ("nadia", False),
    "brother": ("kiran", False),
    "guardian with less": ("daniel", False),
    "former guardian": ("amara", False),
    "elsewhere": ("luc", False),
    "admin": ("dana", True),
    "practitioner": ("maya", True),
    "front desk": ("tom", True),
    "staff of B": ("sylvie", True),
    "former staff": ("olivier", True),
}
STAFF = ("admin", "practitioner", "front desk")


@dataclass(frozen=True, eq=False)
class Door:
    """`{id}`, an appointment, `{who}`, a person, `{link}`, access to them, `{batch}`, a list of people to invite … are tried as the mother's own,
    as a stranger's, as one that is gone, as nobody's, and as one that was merged into the mother's own.

    `nobody` and `anyone` (everybody who is signed in): the status expected; `but`: other answers by asker, for the mother's own.
    """

    endpoint: str
    path: str
    nobody: int | str = 200
    anyone: int = 200
    but: dict = field(default_factory=dict)
    post: dict | None = None

    @property
    def has_merged(self) -> bool:
        """Whether it names a person or access to them, nobody besides, and is no end of something."""
        ends = self.post is not None and ("{other}" in self.path or "{invitation}" in self.path or self.endpoint == "portal.leave")
        return any(f"{{{name}}}" in self.path for name in ("who", "link", "patient")) and not ends and RANDOM not in self.path

    def for_merged(self, asker: str) -> int:
        """Staff are led to the person; so is who looks under the address of access that was united. A booking is for the person."""
        own, leads = self.but.get(asker, self.anyone), "{patient}" in self.path or ("{link}" in self.path and self.post is None)
        return 302 if leads and own != 404 else own

    @property
    def tells_apart(self) -> bool:
        """Whether it matters who exactly knocks; the other doors are tried by a stranger, a patient and a member of staff."""
        return bool(self.but) or "{" in self.path or self.path.startswith(("/staff", "/desk"))


def only(answer: int, *askers: str) -> dict:
    return dict.fromkeys(askers, answer)


_BOOK = "/at/riverside/book"
_FOR = "?what={service}&with=any&at={at}&who={who}"
_MOTHER = only(200, "mother")
_SENT = only(302, "mother")
_MANY = "/staff/riverside/invitations/many"
_IMPORT = "/staff/riverside/import"
_PATIENT = "/staff/riverside/people/{patient}"
_LINK = f"{_PATIENT}/accounts/{{link}}"
_TICKET = "/staff/riverside/invitations/{ticket}"
_CALENDARS = "/desk/riverside/calendars/{theirs}"
_REGISTRATION = "/staff/riverside/registrations/{registration}"
_SETTINGS = {
    "access_settings": "access", "practice_details": "details", "practice_look": "look", "practice_messages": "messages", "practice_reminders": "reminders",
}  # fmt: skip
_WRONG = {"claim_hours": "0", "name": "", "colour": "red", "pay_url": "http://x", "hours": "many"}
_CATALOGUE = {
    "service": f"services/{name_id('service massage-90')}", "practitioner": f"practitioners/{name_id('practitioner noah')}",
    "location": f"places/{name_id('location of riverside')}", "room": f"rooms/{name_id('Gym of riverside')}",
}  # fmt: skip
_DETAILS = {
    "details": "",
    "change_details": "/change",
    "emergency": "/emergency",
    "consents": "/messages",
    "record_copy": "/copy",
    "forget": "/forget",
}
_WRONG_DETAILS = (
    ("change_details", "/change", {"phone_0": "12"}),
    ("emergency", "/emergency", {}),
    ("consents", "/messages", {"sms": "y", "email": "y", "seen": "yes no no"}),
)
_ONE_FILE = {"file": "", "save_file": "/save", "file_picture": "/pages/1.jpg"}
_CLAIM = {"claim": "/claim/", "claim_check": "/claim/check", "claim_set_up": "/claim/set-up", "claim_refuse": "/claim/refuse"}
_HALFWAY = {"second_step": "code", "recovery_code": "recovery-code"}

TABLE = [
    # open to everybody
    Door("static", "/static/css/portal.css"),
    Door("portal.health", "/health"),
    Door("portal.home", "/", 200, 302),
    *(Door(f"portal.{page}", f"/{page}") for page in ("accessibility", "help", "privacy", "terms")),
    Door("portal.signed_out", "/signed-out"),
    Door("portal.sign_in", "/sign-in", 200, 302),
    Door("portal.sign_in", "/sign-in", 422, 302, post={}),
    *(
        Door(f"portal.{view}", f"/sign-in/{path}", IN, 302, post=sent)
        for view, path in _HALFWAY.items()
        for sent in (None, {"code": "123456"})
    ),
    Door("portal.sign_up", "/sign-up", 200, 302),
    Door("portal.sign_up", "/sign-up", 422, 302, post={}),
    Door("portal.check_email", "/check-email", 302, 302),
    Door("portal.check_email", "/check-email", 302, 302, post={"code": "123456"}),
    Door("portal.mend_address", "/check-email/address", 302, 302, post={"email": "x@example.com"}),
    Door("portal.send_again", "/check-email/again", 302, 302, post={}),
    Door("portal.confirm_email", "/confirm-email/", 404, 404),
    Door("portal.confirm_email", "/confirm-email/", 404, 404, post={}),
    Door("portal.own_details", "/confirm-email/own-details", 404, 404),
    Door("portal.own_details", "/confirm-email/own-details", 404, 404, post={}),
    Door("portal.confirm_email_again", "/confirm-email/again", 404, 404, post={}),
    Door("portal.link_sent", "/link-sent/confirm-email"),
    Door("portal.forgot", "/forgot"),
    Door("portal.forgot", "/forgot", 422, 422, post={}),
    Door("portal.reset_sent", "/forgot/sent"),
    Door("portal.new_password", "/new-password/", 404, 404),
    Door("portal.new_password", "/new-password/", 404, 404, post={"new_password": "otter violin lantern"}),
    Door("portal.new_password_again", "/new-password/again", 404, 404, post={}),
    Door("portal.confirm_address", "/confirm-address/", IN, 404),
    Door("portal.confirm_address", "/confirm-address/", IN, 404, post={}),
    Door("portal.well_known_change_password", "/.well-known/change-password", 302, 302),
    # an invitation: nothing was opened in these browsers, and none waits for these mailboxes (tests/portal/test_claim*.py have the rest)
    *(Door(f"portal.{view}", path, 404, 404) for view, path in _CLAIM.items()),
    *(Door(f"portal.{view}", path, 404, 404, post={}) for view, path in _CLAIM.items() if view != "claim"),
    Door("portal.claim_again", "/claim/again", 404, 404, post={}),
    Door("portal.claim_accept", "/claim/accept", IN, 404),
    Door("portal.claim_accept", "/claim/accept", IN, 404, post={"invitation": RANDOM}),
    Door("portal.claim_switch", "/claim/switch", IN, 404, post={}),
    Door("portal.invitation", f"/invitations/{RANDOM}", IN, 404),
    # the provider of text messages: its signature, or nothing (tests/portal/test_text_answers.py)
    *(Door(f"texts.{view}", f"/texts/{path}", 403, 403, post={}) for view, path in (("answers", "answers"), ("outcome", "outcomes/abc"))),
    Door("mailbox.inbox", "/mailbox/"),
    Door("mailbox.mail", "/mailbox/abcdefgh12", 404, 404),
    Door("mailbox.html", "/mailbox/abcdefgh12/html", 404, 404),
    Door("mailbox.file", "/mailbox/abcdefgh12/files/0", 404, 404),
    # one's own account
    Door("portal.account", "/account", IN),
    Door("portal.prove", "/prove", IN),
    Door("portal.prove", "/prove", IN, 422, post={}),
    Door("portal.change_password", "/account/password", IN),
    Door("portal.change_password", "/account/password", IN, 422, post={}),
    Door("portal.change_address", "/account/email", IN),
    Door("portal.change_address", "/account/email", IN, 422, post={}),
    Door("portal.address_sent", "/account/email/sent", IN, 302),
    Door("portal.second_factor", "/account/second-step", IN),
    Door("portal.second_factor", "/account/second-step", IN, 422, post={}),
    Door("portal.renew_recovery_codes", "/account/second-step/codes", IN, 302, post={}),  # none of these people has a second step
    Door("portal.second_factor_off", "/account/second-step/off", IN, 302),
    Door("portal.second_factor_off", "/account/second-step/off", IN, 302, post={}),
    Door("portal.language_and_zone", "/account/language", IN),
    Door("portal.language_and_zone", "/account/language", IN, 422, post={"language": "xx", "zone": "x"}),
    Door("portal.add_person", "/at/riverside/add-person", IN),
    Door("portal.add_person", "/at/riverside/add-person", IN, 422, post={}),
    Door("portal.add_person", "/at/nowhere/add-person", IN, 404, post={}),
    # the way to an appointment
    Door("booking.practice", "/at/riverside/"),
    Door("booking.practice", "/at/nowhere/", 404, 404),
    Door("booking.service", "/at/riverside/service/{service}", 302, 302),
    Door("booking.service", "/at/nowhere/service/{service}", 404, 404),
    Door("booking.practitioner", "/at/riverside/practitioner/{theirs}", 302, 302),
    Door("booking.practitioner", "/at/nowhere/practitioner/{theirs}", 404, 404),
    Door("booking.who", f"{_BOOK}/who?who={{who}}", 302, 404, _MOTHER),
    Door("booking.what", f"{_BOOK}/what?who={{who}}", 200, 404, _MOTHER),
    Door("booking.with_whom", f"{_BOOK}/with?what={{service}}&who={{who}}", 200, 404, _MOTHER),
    Door("booking.when", f"{_BOOK}/when{_FOR}", 200, 404, _MOTHER),
    Door("booking.when", f"{_BOOK}/when?move={{id}}", IN, 404, _MOTHER),
    Door("booking.confirm", f"{_BOOK}/confirm{_FOR}", 302, 404, _MOTHER),
    Door("booking.confirm", f"{_BOOK}/confirm?move={{id}}&at={{later}}", IN, 404, _MOTHER),
    Door("booking.hold", f"{_BOOK}/hold{_FOR}", 302, 404, _SENT, post={}),
    Door("booking.hold", f"{_BOOK}/hold?move={{id}}&at={{later}}", IN, 404, _SENT, post={}),
    Door("booking.keep", f"{_BOOK}/keep{_FOR}", 302, 404, _SENT, post={}),
    Door("booking.confirmed", f"{_BOOK}/confirm{_FOR}", IN, 404, _SENT, post={}),
    Door("booking.confirmed", f"{_BOOK}/confirm?move={{id}}&at={{later}}", IN, 404, _SENT, post={}),
    # appointments
    Door("booking.appointments", "/appointments", IN),
    Door("booking.appointment", "/appointments/{id}", IN, 404, only(200, "mother", "guardian with less")),
    Door("booking.receipt", "/receipts/{paid}", IN, 404, _MOTHER),
    Door("booking.ics", "/appointments/{id}.ics", IN, 404, only(200, "mother", "guardian with less")),
    Door("booking.move", "/appointments/{id}/move", IN, 404, _SENT),
    Door("booking.cancel", "/appointments/{id}/cancel", IN, 404, _MOTHER),
    Door("booking.cancel", "/appointments/{id}/cancel", IN, 404, _SENT, post={}),
    Door("booking.undo", "/appointments/{id}/undo", IN, 404, _SENT, post={}),
    Door("booking.person", "/for/{link}", IN, 404, _MOTHER),
    Door("booking.hand_over", "/appointments/{id}/person", IN, 404, _MOTHER),
    Door("booking.handed_over", "/appointments/{id}/person", IN, 404, only(422, "mother"), post={}),
    Door("booking.feed_settings", "/appointments/calendar", IN),
    Door("booking.feed_settings", "/appointments/calendar", IN, 302, post={"stop": "1"}),
    Door("booking.feed", "/calendar/{token}.ics"),  # whoever knows the address
    Door("booking.feed", "/calendar/x{token}.ics", 404, 404),
    Door("booking.practitioner_feed", "/calendar/practitioner/{calendar}.ics"),  # the same
    Door("booking.practitioner_feed", "/calendar/practitioner/{token}.ics", 404, 404),
    # family and access
    Door("portal.family", "/family", IN),
    Door("portal.access", "/family/{link}", IN, 404, _MOTHER),
    Door("portal.history", "/family/{link}/history", IN, 404, _MOTHER),
    *(Door(f"portal.{page}", f"/family/{{link}}/details{path}", IN, 404, _MOTHER) for page, path in _DETAILS.items()),
    *(
        Door(f"portal.{page}", f"/family/{{link}}/details{path}", IN, 404, only(422, "mother"), post=sent)
        for page, path, sent in _WRONG_DETAILS
    ),
    Door("portal.use_own_address", f"/family/{RANDOM}/details/email", IN, 404),  # of oneself alone: tests/portal/test_own_details.py
    Door("portal.use_own_address", f"/family/{RANDOM}/details/email", IN, 404, post={}),
    Door("portal.record_copy", "/family/{link}/details/copy", IN, 404, _MOTHER, post={"as": "file"}),
    Door("portal.forget", "/family/{link}/details/forget", IN, 404, _SENT, post={}),
    Door("portal.put_off_missing", "/family/{link}/details/not-now", IN, 404, _SENT, post={}),
    Door("portal.files", "/family/{link}/files", IN, 404, _MOTHER),
    Door("portal.add_files", "/family/{link}/files", IN, 404, only(403, "mother"), post={}),  # off, until a practice allows it
    *(Door(f"portal.{view}", f"/family/{{link}}/files/{{file}}{path}", IN, 404, _MOTHER) for view, path in _ONE_FILE.items()),
    Door("portal.give_access", "/family/{link}/give", IN, 404, _MOTHER),
    Door("portal.give_access", "/family/{link}/give", IN, 404, only(422, "mother"), post={}),
    Door("portal.send_invitation_again", "/family/{link}/invitations/{invitation}/resend", IN, 404, _SENT, post={}),
    Door("portal.take_back_invitation", "/family/{link}/invitations/{invitation}/delete", IN, 404, _MOTHER),
    Door("portal.take_back_invitation", "/family/{link}/invitations/{invitation}/delete", IN, 404, _SENT, post={}),
    Door("portal.change_access", "/family/{link}/people/{other}", IN, 404, _MOTHER),
    Door("portal.change_access", "/family/{link}/people/{other}", IN, 404, only(422, "mother"), post={}),
    Door("portal.change_access", f"/family/{{link}}/people/{RANDOM}", IN, 404),
    Door("portal.take_access", "/family/{link}/people/{other}/take", IN, 404, _MOTHER),
    Door("portal.take_access", "/family/{link}/people/{other}/take", IN, 404, _SENT, post={}),
    Door("portal.leave", "/family/{link}/leave", IN, 404, _MOTHER),
    # staff
    Door("staff.today", "/staff/riverside/", IN, 404, only(200, *STAFF)),
    Door("staff.today", "/staff/nowhere/", IN, 404),
    Door("staff.registrations", "/staff/riverside/registrations", IN, 404, only(200, "admin", "front desk")),
    Door("staff.registrations", "/staff/nowhere/registrations", IN, 404),
    Door("staff.accept_registrations", "/staff/riverside/registrations/accept", IN, 404, only(422, "admin", "front desk"), post={}),
    Door("staff.take_back_acceptances", "/staff/riverside/registrations/take-back", IN, 404, only(302, "admin", "front desk"), post={}),
    Door("staff.registration", _REGISTRATION, IN, 404, only(200, "admin", "front desk")),
    Door("staff.put_off_registration", f"{_REGISTRATION}/later", IN, 404, only(302, "admin", "front desk"), post={}),
    Door("staff.accept_registration", f"{_REGISTRATION}/accept", IN, 404, only(302, "admin", "front desk"), post={}),
    Door("staff.take_back_acceptance", f"{_REGISTRATION}/take-back", IN, 404, only(302, "admin", "front desk"), post={}),
    Door("staff.duplicates", "/staff/riverside/duplicates", IN, 404, only(200, "admin", "front desk")),
    Door("staff.duplicates", "/staff/nowhere/duplicates", IN, 404),
    Door("staff.search_duplicates", "/staff/riverside/duplicates/search", IN, 404, only(302, "admin", "front desk"), post={}),
    Door("staff.merge_with", f"{_PATIENT}/merge", IN, 404, only(200, "admin", "front desk")),
    Door("staff.merge_with", f"{_PATIENT}/merge?q=shah", IN, 404, only(200, "admin", "front desk")),
    Door("staff.merge", f"{_PATIENT}/merge/{{neighbour}}", IN, 404, only(200, "admin", "front desk")),
    Door("staff.merge", f"{_PATIENT}/merge/{{neighbour}}", IN, 404, only(409, "admin", "front desk"), post={}),  # not what was looked at
    Door("staff.merge", f"/staff/riverside/people/{{neighbour}}/merge/{RANDOM}", IN, 404),
    Door("staff.check_merge", f"{_PATIENT}/merge/{{neighbour}}/check", IN, 404, only(303, "admin", "front desk"), post={}),
    Door("staff.check_merge", f"/staff/riverside/people/{{neighbour}}/merge/{RANDOM}/check", IN, 404, post={}),
    Door("staff.merges", "/staff/riverside/merges", IN, 404, only(200, "admin", "front desk")),
    Door("staff.merges", "/staff/nowhere/merges", IN, 404),
    Door("staff.undo_merge", "/staff/riverside/merges/{merge}/undo", IN, 404, only(200, "admin", "front desk")),
    # whose a visit is, was not said
    Door("staff.undo_merge", "/staff/riverside/merges/{merge}/undo", IN, 404, only(422, "admin", "front desk"), post={}),
    Door("staff.different", f"{_PATIENT}/merge/{{neighbour}}/different", IN, 404, only(302, "admin", "front desk"), post={}),
    Door("staff.different", f"/staff/riverside/people/{{neighbour}}/merge/{RANDOM}/different", IN, 404, post={}),
    Door(
        "staff.take_back_different",
        f"{_PATIENT}/merge/{{neighbour}}/different/take-back",
        IN,
        404,
        only(302, "admin", "front desk"),
        post={},
    ),
    Door("staff.add_person", "/staff/riverside/people/add", IN, 404, only(200, *STAFF)),
    Door("staff.add_person", "/staff/riverside/people/add", IN, 404, only(422, *STAFF), post={}),
    Door("staff.add_person", "/staff/nowhere/people/add", IN, 404),
    Door("staff.export_people", "/staff/riverside/people/export", IN, 404, only(200, "admin")),
    Door("staff.export_people", "/staff/riverside/people/export", IN, 404, only(422, "admin"), post={"kind": "pdf"}),
    Door("staff.export_people", "/staff/nowhere/people/export", IN, 404),
    Door("desk.export_visits", "/desk/riverside/appointments/export", IN, 404, only(200, "admin")),
    Door("desk.export_visits", "/desk/riverside/appointments/export", IN, 404, only(422, "admin"), post={}),
    Door("desk.export_visits", "/desk/nowhere/appointments/export", IN, 404),
    Door("staff.settings", "/staff/riverside/settings", IN, 404, only(200, *STAFF)),
    Door("staff.settings", "/staff/nowhere/settings", IN, 404),
    Door("staff.practice_files", "/staff/riverside/settings/files", IN, 404, only(200, "admin")),
    Door("staff.practice_files", "/staff/riverside/settings/files", IN, 404, only(302, "admin"), post={"revision": "0"}),
    *(Door(f"staff.{page}", f"/staff/riverside/settings/{path}", IN, 404, only(200, "admin")) for page, path in _SETTINGS.items()),
    *(
        Door(f"staff.{page}", f"/staff/riverside/settings/{path}", IN, 404, only(422, "admin"), post={**_WRONG, "revision": "0"})
        for page, path in _SETTINGS.items()
    ),
    Door("staff.forget", f"/staff/riverside/forget/{RANDOM}", IN, 404),
    Door("staff.forget", f"/staff/riverside/forget/{RANDOM}", IN, 404, post={}),
    Door("staff.practice_own_side", "/staff/riverside/settings/own-side", IN, 404, only(200, "admin")),
    Door("staff.practice_own_side", "/staff/riverside/settings/own-side", IN, 404, only(409, "admin"), post={"revision": "x"}),
    Door("staff.access_settings", "/staff/nowhere/settings/access", IN, 404, post={"claim_hours": "0"}),
    Door("staff.team", "/staff/riverside/settings/staff", IN, 404, only(200, "admin")),
    Door("staff.invite_colleague", "/staff/riverside/settings/staff", IN, 404, only(422, "admin"), post={}),
    Door("staff.colleague", f"/staff/riverside/settings/staff/{name_id('tom')}", IN, 404, only(200, "admin")),
    Door("staff.colleague", f"/staff/riverside/settings/staff/{name_id('tom')}", IN, 404, only(422, "admin"), post={"role": "king"}),
    Door("staff.colleague", f"/staff/riverside/settings/staff/{name_id('sylvie')}", IN, 404),
    Door("staff.colleague_permissions", f"/staff/riverside/settings/staff/{name_id('tom')}/permissions", IN, 404, only(200, "admin")),
    # sees nobody
    Door(
        "staff.colleague_permissions",
        f"/staff/riverside/settings/staff/{name_id('tom')}/permissions",
        IN,
        404,
        only(422, "admin"),
        post={"may": "merge"},
    ),
    Door(
        "staff.colleague_permissions", f"/staff/riverside/settings/staff/{name_id('sylvie')}/permissions", IN, 404, post={"may": "invite"}
    ),
    Door("staff.own_permissions", "/staff/riverside/settings/own", IN, 404, only(200, *STAFF)),
    Door("staff.own_permissions", "/staff/nowhere/settings/own", IN, 404),
    # the last admin stays
    Door("staff.colleague_leaves", f"/staff/riverside/settings/staff/{name_id('dana')}/leave", IN, 404, only(302, "admin"), post={}),
    Door("staff.practice_signing_in", "/staff/riverside/settings/signing-in", IN, 404, only(200, "admin")),
    # has none of their own
    Door("staff.practice_signing_in", "/staff/riverside/settings/signing-in", IN, 404, only(409, "admin"), post={"second_step": "y"}),
    Door(
        "staff.colleague_second_step", f"/staff/riverside/settings/staff/{name_id('tom')}/second-step", IN, 404, only(302, "admin"), post={}
    ),
    Door("staff.colleague_second_step", f"/staff/riverside/settings/staff/{name_id('sylvie')}/second-step", IN, 404, post={}),
    Door("staff.invite_colleague_again", f"/staff/riverside/settings/staff/invitations/{RANDOM}/again", IN, 404, post={}),
    Door("staff.withdraw_colleague", f"/staff/riverside/settings/staff/invitations/{RANDOM}/withdraw", IN, 404, post={}),
    Door("portal.join", "/join/", 404, 404),
    Door("portal.join", "/join/", 404, 404, post={}),
    Door("portal.logo", "/at/riverside/logo/none.png", 404, 404),
    Door("staff.share", "/staff/riverside/share", IN, 404, only(200, *STAFF)),
    Door("staff.share", "/staff/riverside/share?of={service}", IN, 404, only(200, *STAFF)),
    Door("staff.share", f"/staff/riverside/share?of={RANDOM}", IN, 404),
    Door("staff.share", "/staff/nowhere/share", IN, 404),
    Door("staff.qr", "/staff/riverside/share/qr.svg", IN, 404, only(200, *STAFF)),
    Door("staff.qr", "/staff/riverside/share/qr.png?of={theirs}", IN, 404, only(200, *STAFF)),
    Door("staff.qr", f"/staff/riverside/share/qr.svg?of={RANDOM}", IN, 404),
    Door("staff.qr", "/staff/nowhere/share/qr.svg", IN, 404),
    Door("staff.bulk", f"{_MANY}", IN, 404, only(200, *STAFF)),
    Door("staff.bulk", f"{_MANY}", IN, 404, only(422, *STAFF), post={}),
    Door("staff.bulk", "/staff/nowhere/invitations/many", IN, 404),
    Door("staff.batch", f"{_MANY}/{{batch}}", IN, 404, only(200, "admin", "front desk")),
    Door("staff.batch_rows", f"{_MANY}/{{batch}}/rows.csv", IN, 404, only(200, "admin", "front desk")),
    Door("staff.send_batch", f"{_MANY}/{{batch}}/send", IN, 404, only(409, "admin", "front desk"), post={}),  # nobody in it can be invited
    Door("staff.pause_batch", f"{_MANY}/{{batch}}/pause", IN, 404, only(302, "admin", "front desk"), post={}),
    Door("staff.remind_batch", f"{_MANY}/{{batch}}/again", IN, 404, only(409, "admin", "front desk"), post={}),
    Door("staff.new_import", _IMPORT, IN, 404, only(200, "admin")),
    Door("staff.new_import", _IMPORT, IN, 404, only(422, "admin"), post={}),
    Door("staff.new_import", "/staff/nowhere/import", IN, 404),
    Door("staff.import_page", f"{_IMPORT}/{{list}}", IN, 404, only(302, "admin")),  # its columns come first
    Door("staff.import_columns", f"{_IMPORT}/{{list}}/columns", IN, 404, only(200, "admin")),
    Door("staff.import_columns", f"{_IMPORT}/{{list}}/columns", IN, 404, only(422, "admin"), post={}),
    Door("staff.import_rows", f"{_IMPORT}/{{list}}/rows.csv", IN, 404, only(200, "admin")),
    Door("staff.import_choices", f"{_IMPORT}/{{list}}/choices", IN, 404, only(409, "admin"), post={}),  # it was not rehearsed
    Door("staff.import_choice", f"{_IMPORT}/{{list}}/choices/all", IN, 404, only(409, "admin"), post={}),
    Door("staff.run_import", f"{_IMPORT}/{{list}}/run", IN, 404, only(302, "admin"), post={}),
    Door("staff.undo_import", f"{_IMPORT}/{{list}}/undo", IN, 404, only(302, "admin")),  # it did not run
    Door("staff.undo_import", f"{_IMPORT}/{{list}}/undo", IN, 404, only(302, "admin"), post={}),
    Door("staff.forget_import", f"{_IMPORT}/{RANDOM}/forget", IN, 404, post={}),
    Door("desk.day", "/desk/riverside/day", IN, 404, only(200, *STAFF)),
    Door("desk.day", "/desk/riverside/day?with={theirs}", IN, 404, only(200, *STAFF)),
    Door("desk.day", "/desk/riverside/day?with={colleague}", IN, 404, only(200, "admin", "front desk")),
    Door("desk.day", f"/desk/riverside/day?with={RANDOM}", IN, 404),
    Door("desk.day", "/desk/nowhere/day", IN, 404),
    *(Door(endpoint, path, IN, 404, only(status, *who), sent) for endpoint, path, status, who, sent in [*DESK_DOORS, *SCHEDULE_DOORS]),
    # the phone: why a day is closed, and how it opens
    Door("desk.phone", "/desk/riverside/phone", IN, 404, only(200, *STAFF)),
    Door("desk.phone", "/desk/riverside/phone?with={theirs}", IN, 404, only(200, *STAFF)),
    Door("desk.phone", "/desk/riverside/phone?with={colleague}", IN, 404, only(200, "admin", "front desk")),
    Door("desk.phone", "/desk/riverside/phone?who={client}", IN, 404, only(200, *STAFF)),
    Door("desk.phone", f"/desk/riverside/phone?who={RANDOM}", IN, 404),
    Door("desk.phone", "/desk/nowhere/phone", IN, 404),
    Door("desk.open_day", "/desk/riverside/phone/open?with={theirs}&date=2027-01-16", IN, 404, only(200, *STAFF)),
    Door("desk.open_day", "/desk/riverside/phone/open?with={colleague}&date=2027-01-18", IN, 404, only(200, "admin", "front desk")),
    # not what was looked at
    Door("desk.open_day", "/desk/riverside/phone/open?with={theirs}&date=2027-01-16", IN, 404, only(409, *STAFF), post={}),
    Door("desk.undo_opening", "/desk/riverside/phone/undo?what=x", IN, 404, post={}),
    Door("desk.running_out", "/desk/riverside/running-out/practice-0", IN, 404),
    Door("desk.running_out", "/desk/riverside/running-out/practice-0", IN, 404, post={}),
    # what can be booked, where and with whom: the admin's
    *(Door(f"desk.{page}", f"/desk/riverside/{page}", IN, 404, only(200, "admin")) for page in ("services", "practitioners", "places")),
    *(Door(f"desk.{page}", f"/desk/riverside/{path}", IN, 404, only(200, "admin")) for page, path in _CATALOGUE.items()),
    *(Door(f"desk.{page}", f"/desk/riverside/{path}", IN, 404, only(422, "admin"), post={}) for page, path in _CATALOGUE.items()),
    *(Door(f"desk.{page}", f"/desk/riverside/{path.rpartition('/')[0]}/{RANDOM}", IN, 404) for page, path in _CATALOGUE.items()),
    Door("desk.service", "/desk/riverside/services/add", IN, 404, only(200, "admin")),
    Door("desk.archive_service", f"/desk/riverside/{_CATALOGUE['service']}/archive", IN, 404, only(200, "admin")),
    Door("desk.archive_service", f"/desk/riverside/{_CATALOGUE['service']}/archive", IN, 404, only(302, "admin"), post={}),
    Door("desk.archive_location", f"/desk/riverside/{_CATALOGUE['location']}/archive", IN, 404, only(302, "admin"), post={}),
    Door("desk.archive_room", f"/desk/riverside/{_CATALOGUE['room']}/archive", IN, 404, only(302, "admin"), post={}),
    Door("desk.practitioner_leaves", f"/desk/riverside/{_CATALOGUE['practitioner']}/leave", IN, 404, only(302, "admin"), post={}),
    Door("desk.practitioner_comes_back", f"/desk/riverside/{_CATALOGUE['practitioner']}/come-back", IN, 404, only(302, "admin"), post={}),
    Door("desk.calendars", "/desk/riverside/calendars", IN, 404, {**only(200, "admin", "front desk"), **only(302, "practitioner")}),
    Door("desk.calendars", "/desk/nowhere/calendars", IN, 404),
    Door("desk.calendars_of", f"{_CALENDARS}", IN, 404, only(200, *STAFF)),
    Door("desk.calendars_of", f"{_CALENDARS}", IN, 404, only(422, *STAFF), post={}),
    Door("desk.calendars_of", "/desk/riverside/calendars/{colleague}", IN, 404, only(200, "admin", "front desk")),
    Door(
        "desk.practitioner_feed",
        "/desk/riverside/calendars/{colleague}/feed",
        IN,
        404,
        only(302, "admin", "front desk"),
        post={"shows": "names"},
    ),
    Door("desk.calendar_source", f"{_CALENDARS}/in/{{source}}", IN, 404, only(200, *STAFF)),
    Door("desk.calendar_source", "/desk/riverside/calendars/{colleague}/in/{source}", IN, 404),
    Door("desk.read_calendar_again", f"{_CALENDARS}/in/{{source}}/again", IN, 404, only(302, *STAFF), post={}),
    Door("desk.remove_calendar", f"{_CALENDARS}/in/{RANDOM}/remove", IN, 404, post={}),
    Door("desk.remove_calendar", "/desk/riverside/calendars/{colleague}/in/{source}/remove", IN, 404, post={}),
    Door("staff.history", "/staff/riverside/people/{client}/history", IN, 404, only(200, *STAFF)),
    Door("staff.history", f"/staff/riverside/people/{RANDOM}/history", IN, 404),
    Door("staff.people", "/staff/riverside/people", IN, 404, only(200, *STAFF)),
    Door("staff.people", "/staff/riverside/people?q=shah", IN, 404, only(200, *STAFF)),
    Door("staff.people", "/staff/nowhere/people", IN, 404),
    Door("staff.suggest", "/staff/riverside/people/suggest?q=shah", IN, 404, only(200, *STAFF)),
    Door("staff.suggest", "/staff/nowhere/people/suggest?q=shah", IN, 404),
    Door("staff.person", _PATIENT, IN, 404, only(200, *STAFF)),
    Door("staff.own_changes", f"{_PATIENT}/own-changes", IN, 404, only(200, *STAFF)),
    Door("staff.own_changes", f"{_PATIENT}/own-changes", IN, 404, only(302, *STAFF), post={}),
    Door("desk.payments_of", "/desk/riverside/people/{patient}/payments", IN, 404, only(200, *STAFF)),
    Door("staff.files", f"{_PATIENT}/files", IN, 404, only(200, *STAFF)),
    Door("staff.add_files", f"{_PATIENT}/files", IN, 404, only(422, *STAFF), post={}),
    *(Door(f"staff.{view}", f"{_PATIENT}/files/{{file}}{path}", IN, 404, only(200, *STAFF)) for view, path in _ONE_FILE.items()),
    Door("staff.share_file", f"{_PATIENT}/files/{{file}}/seen-by", IN, 404, only(302, *STAFF), post={"seen_by": "person"}),
    Door("staff.remove_file", f"{_PATIENT}/files/{{file}}/remove", IN, 404, only(302, *STAFF), post={}),
    Door("staff.put_back_file", f"{_PATIENT}/files/{{file}}/put-back", IN, 404, only(302, *STAFF), post={}),
    Door("staff.add_note", f"{_PATIENT}/notes/new", IN, 404, only(200, *STAFF)),
    Door("staff.add_note", f"{_PATIENT}/notes/new", IN, 404, only(422, *STAFF), post={}),
    Door("staff.note", f"{_PATIENT}/notes/{{note}}", IN, 404, only(200, *STAFF)),
    Door("staff.note", f"{_PATIENT}/notes/{{note}}", IN, 404, only(422, *STAFF), post={"title": "", "text": ""}),
    Door("staff.duplicate_note", f"{_PATIENT}/notes/{{note}}/duplicate", IN, 404, only(302, *STAFF), post={}),
    Door("staff.edit_record", f"{_PATIENT}/edit", IN, 404, only(200, *STAFF)),
    Door("staff.edit_record", f"{_PATIENT}/edit", IN, 404, only(422, *STAFF), post={"given_name": ""}),
    Door("staff.contacts", f"{_PATIENT}/contacts", IN, 404, only(200, *STAFF)),
    Door("staff.contacts", f"{_PATIENT}/contacts", IN, 404, only(422, *STAFF), post={}),
    Door("staff.edit_contact", f"{_PATIENT}/contacts/{RANDOM}", IN, 404),
    Door("staff.edit_contact", f"{_PATIENT}/contacts/{RANDOM}", IN, 404, post={}),
    Door("staff.remove_contact", f"{_PATIENT}/contacts/{RANDOM}/remove", IN, 404, post={}),
    Door("staff.coverage", f"{_PATIENT}/coverage", IN, 404, only(200, *STAFF)),
    Door("desk.visits_of", "/desk/riverside/people/{patient}/appointments", IN, 404, only(200, *STAFF)),
    Door("staff.edit_language", f"{_PATIENT}/language", IN, 404, only(200, *STAFF)),
    Door("staff.edit_language", f"{_PATIENT}/language", IN, 404, only(422, *STAFF), post={"language": "xx", "zone": "x"}),
    Door("staff.portal_accounts", f"{_PATIENT}/accounts", IN, 404, only(200, *STAFF)),
    Door("staff.add_user", f"{_PATIENT}/accounts/add", IN, 404, only(200, *STAFF)),
    Door("staff.add_user", f"{_PATIENT}/accounts/add", IN, 404, only(422, *STAFF), post={}),
    Door("staff.edit_access", _LINK, IN, 404, only(200, *STAFF)),
    Door("staff.edit_access", _LINK, IN, 404, only(422, *STAFF), post={}),
    Door("staff.end_access", f"{_LINK}/end", IN, 404, only(200, *STAFF)),
    Door("staff.keep_safe", f"{_PATIENT}/safe", IN, 404, only(302, *STAFF)),
    Door("staff.make_primary", f"{_LINK}/primary", IN, 404, only(302, *STAFF), post={}),
    Door("staff.end_access", f"{_LINK}/end", IN, 404, only(302, *STAFF), post={}),
    Door("staff.keep_safe", f"{_PATIENT}/safe", IN, 404, only(302, *STAFF), post={}),
    Door("staff.invitations", "/staff/riverside/invitations", IN, 404, only(200, *STAFF)),
    Door("staff.invitations", "/staff/nowhere/invitations", IN, 404),
    Door("staff.resend_invitations", "/staff/riverside/invitations/again", IN, 404, only(302, *STAFF), post={}),
    Door("staff.copy_link", f"{_TICKET}/link", IN, 404, only(200, *STAFF)),
    Door("staff.resend_invitation", f"{_TICKET}/resend", IN, 404, only(302, *STAFF), post={}),
    Door("staff.delete_invitation", f"{_TICKET}/delete", IN, 404, only(200, *STAFF)),
    Door("staff.delete_invitation", f"{_TICKET}/delete", IN, 404, only(302, *STAFF), post={}),
    # the way out, last: it ends the mother's access to Leo, then the sessions of the walk
    Door("portal.leave", "/family/{link}/leave", IN, 404, _SENT, post={}),
    Door("portal.sign_out_everywhere", "/account/sign-out-everywhere", IN, 302, post={}),
    Door("portal.sign_out", "/sign-out", 302, 302, post={}),
]
# Links of mails: opening one puts its token away in the session and shows an address without it.
TOKENS = [Door(f"portal.{view}", f"/{path}/x.y", 302, 302) for view, path in
          (("confirm_email", "confirm-email"), ("new_password", "new-password"), ("confirm_address", "confirm-address"), ("claim", "claim"), ("join", "join"))]  # fmt: skip


class Town:
    """The demo world with somebody of every kind in it: `addresses(door)` fills in the ids, `browser(asker)` knocks."""

    def __init__(self, app, cast):
        self.app, self.cast = app, cast
        with app.app_context():
            self._settle()
        self._token = Reader.of(app).page("/forgot").form()["csrf_token"]

    def _settle(self) -> None:
        cast, now = self.cast, self.app.config["CLOCK"]()
        practice, leo, anya = cast.riverside, cast.leo, cast.anya
        revoked = dict(practice_id=practice.id, account_id=cast.amara.id, created_at=now - timedelta(days=90), revoked_at=now)

        def happen():
            daniels = {link.profile_id: link for link in db.session.scalars(select(Link).where(Link.account_id == cast.daniel.id))}
            daniels[leo.id].permissions = [SEE_TIMES]
            daniels[anya.id].permissions = []
            for one in (leo, anya):
                permissions = list(default_permissions("guardian"))
                db.session.add(Link(profile_id=one.id, relationship="guardian", permissions=permissions, **revoked))
            db.session.get(StaffMember, cast.staff("olivier").id).left_at = now
            self._let_in(leo, now)
            return feeds.feed_token(feeds.open_feed(cast.wei, now))

        token = transact(happen)
        own = mails.appointment(cast, "leo", now + timedelta(days=6))
        foreign = mails.appointment(cast, "walter", now + timedelta(days=6, hours=2), by="dana")
        mails.appointment(cast, "anya", now + timedelta(hours=2))  # today, so that staff have somebody to see
        at, later = self._starts(practice, Wish(timetable(practice).service(cast.follow_up.public_id), profile=leo), own, now)
        self.facts = {
            "service": cast.follow_up.public_id, "at": at, "later": later, "token": token,
            "theirs": cast.maya_chen.public_id, "colleague": cast.olivier_dubois.public_id,
            "neighbour": cast.walter.public_id, **self._filed(now), **self.family, **transact(self._calendars, now), **desk_doors.settle(cast, now), **schedule_doors.settle(cast),
        }  # fmt: skip
        done = {
            "own": self._merged("dana", "riverside"),
            "foreign": self._merged("sylvie", "beau-rivage"),
            "deleted": RANDOM,
            "random": RANDOM,
        }
        self.targets = {
            "own": {
                "id": own.public_id,
                "who": leo.public_id,
                "link": cast.link("priya", "leo").public_id,
                "batch": self._list("dana", "riverside"),
                "patient": leo.public_id,
                "ticket": self._ticket("dana", leo),
                "registration": name_id("registration of wei@riverside"),
            },
            "foreign": {
                "id": foreign.public_id,
                "who": cast.walter.public_id,
                "link": cast.link("wei", "wei").public_id,
                "batch": self._list("sylvie", "beau-rivage"),
                "patient": cast.profile("luc", "beau-rivage").public_id,
                "ticket": self._ticket("sylvie", cast.profile("luc", "beau-rivage")),
                "registration": name_id("registration of luc@beau-rivage"),
            },
            "deleted": self._gone(practice, now),
            "random": {
                "id": RANDOM,
                "who": RANDOM,
                "link": RANDOM,
                "batch": RANDOM,
                "patient": RANDOM,
                "ticket": RANDOM,
                "registration": RANDOM,
            },
        }
        for aim, target in self.targets.items():
            target["merge"], target["list"] = done[aim], self._import(aim)
            target["paid"] = RANDOM if aim == "random" else transact(desk_doors.paid, cast.staff("dana"), target["id"], now)
        self.targets["merged"] = self._merged_into(leo, practice, now)

    def _calendars(self, now) -> dict[str, str]:
        """A calendar that blocks the times of Maya, and the private address of hers."""
        dana, maya = self.cast.staff("dana"), self.cast.maya_chen
        source = calendar_sources.subscribe(dana, maya, "Private", "https://calendar.example/private.ics", now)
        feed = practitioner_feeds.open_feed(dana, maya, practitioner_feeds.BUSY, now)
        return {"source": source.public_id, "calendar": practitioner_feeds.token_of(feed)}

    def _filed(self, now) -> dict[str, str]:
        """A file about Leo that staff added and his mother may see, and a note that only they read."""
        dana, leo = self.cast.staff("dana"), self.cast.leo
        file = filing.filed(dana, leo, now, "scan.pdf", shared=True, pages=1)
        return {"file": file.public_id, "note": transact(notes.write, dana, leo, "Knee", "Better", now).public_id}

    def _let_in(self, leo, now) -> None:
        """The mother has given one more account access to Leo, and another is invited."""
        cast, mine = self.cast, db.session.get(Link, self.cast.link("priya", "leo").id)
        other = links.grant(cast.wei, leo, "trusted", [SEE_TIMES], now, ground=FROM_PERSON, given_by=cast.priya)
        invitation = invitations.invite(mine, leo, invitations.Wanted("aunt@example.com", "trusted", (SEE_TIMES,)), now)
        invitation.sent_at = now - timedelta(hours=1)  # long enough ago to be sent again
        self.family = {"other": other.public_id, "invitation": invitation.public_id, "client": leo.public_id}

    def _gone(self, practice, now) -> dict[str, str]:
        """What was there once: somebody the mother no longer acts for, with an appointment, and merged into a stranger; a deleted invitation."""
        cast, staff = self.cast, self.cast.staff("dana")

        def happen():
            former = Profile(
                practice_id=practice.id,
                given_name="Former",
                family_name="Ward",
                created_at=now,
                merged_at=now,
                replaced_by_id=cast.walter.id,
            )
            db.session.add(former)
            db.session.flush()
            link = links.grant(cast.priya, former, "guardian", default_permissions("guardian"), now, ground=FROM_PERSON)
            link.revoke(now)
            return former, link

        former, link = transact(happen)
        visit = mails.appointment(cast, "walter", now + timedelta(days=7))
        mails.change(visit, profile_id=former.id)
        invitation = transact(invitations.invite, staff, cast.leo, invitations.Wanted("gone@example.com", "trusted", (SEE_TIMES,)), now)
        transact(invitations.delete, invitation, now, by=cast.dana)
        return {
            "id": visit.public_id,
            "who": former.public_id,
            "link": link.public_id,
            "batch": RANDOM,
            "patient": RANDOM,
            "ticket": invitation.public_id,
            "registration": RANDOM,
        }

    def _merged_into(self, leo, practice, now) -> dict[str, str]:
        """A second record of Leo, which the mother acted for as well; both are one now."""

        def happen():
            second = Profile(
                practice_id=practice.id, given_name=leo.given_name, family_name=leo.family_name, born_on=leo.born_on, created_at=now
            )
            db.session.add(second)
            db.session.flush()
            return second, links.grant(self.cast.priya, second, "parent", default_permissions("parent"), now, ground=FROM_PERSON)

        second, link = transact(happen)
        merged(self.cast.staff("dana"), second, leo, now)
        return {"who": second.public_id, "link": link.public_id, "patient": second.public_id}

    def _ticket(self, by: str, person) -> str:
        """An invitation from staff."""
        staff = self.cast.staff(by, person.practice.slug)
        return transact(
            invitations.invite, staff, person, invitations.Wanted("ticket@example.com", "trusted", (SEE_TIMES,)), self.app.config["CLOCK"]()
        ).public_id

    def _merged(self, by: str, slug: str) -> str:
        """A merge of two records, since when an invitation was sent to the one that is left."""
        staff, now = self.cast.staff(by, slug), self.app.config["CLOCK"]()

        def happen():
            twins = [
                Profile(practice_id=staff.practice_id, given_name="Twin", family_name=family, created_at=now) for family in ("Ash", "Birch")
            ]
            db.session.add_all(twins)
            db.session.flush()
            done = merges.merge(staff, *twins, Choices(), merge_preview.preview(*twins, Choices(), now).mark, now)
            invitations.invite(staff, done.target, invitations.Wanted("since@example.com", "trusted", (SEE_TIMES,)), now)
            return done.public_id

        return transact(happen)

    def _list(self, by: str, slug: str) -> str:
        """A list of people to invite, of one who has no address."""
        staff, now = self.cast.staff(by, slug), self.app.config["CLOCK"]()
        return transact(batches.rehearse, staff, choosing.by_list(staff, batch_files.of_text("Walter Brandt"), now), "Why", now).public_id

    def _import(self, aim: str) -> str:
        """A list of people from another program that was given and nothing more; at another practice; thrown away."""
        if aim == "random":
            return RANDOM
        staff = self.cast.staff("sylvie", "beau-rivage") if aim == "foreign" else self.cast.staff("dana")
        found = import_taking.take(
            staff, sheet_files.of_text("Name\tEmail\nAmelia Pond\tamelia@example.org"), "", self.app.config["CLOCK"]()
        )
        if aim == "deleted":
            transact(imports.forget, found)
        return found.public_id

    @staticmethod
    def _starts(practice, wish: Wish, own, now) -> tuple[int, int]:
        """A time that Leo can have, and one on another day that his appointment can be moved to."""
        at = soonest(practice, wish, now, 1)[0].at
        service = timetable(practice).service_by_id(own.service_id)
        moves = soonest(practice, Wish(service, profile=wish.profile, moving=own), now, 400)
        return at, next(one.at for one in moves if abs(one.at - at) > 2 * 86_400 and abs(one.at - own.starts_at.timestamp()) > 2 * 86_400)

    def addresses(self, door: Door) -> dict[str, str]:
        """target → address; just `own` where the path names no thing of somebody. What can be ended once is not ended by another name too."""
        aims = (
            self.targets
            if any(
                f"{{{name}}}" in door.path
                for name in ("id", "who", "link", "batch", "patient", "ticket", "registration", "merge", "paid", "list")
            )
            else ["own"]
        )
        aims = [aim for aim in aims if aim != "merged" or door.has_merged]
        return {aim: door.path.format(**self.facts, **self.targets[aim]) for aim in aims}

    def browser(self, asker: str) -> Reader:
        name, staff = ASKERS[asker]
        return Reader.of(self.app, getattr(self.cast, name) if name else None, staff)

    def knock(self, browser, door: Door, address: str):
        if door.post is None:
            return browser.get(address, buffered=True)
        return browser.post(address, data={"csrf_token": self._token, **door.post}, headers={"Origin": "http://localhost"}, buffered=True)

    def give_back(self) -> None:
        """What a visitor held is free for the next, and what staff took away is there again."""
        own = self.targets["own"]
        given = update(Link).where(Link.public_id == own["link"]).values(revoked_at=None, revoked_by_id=None)
        waiting = update(Invitation).where(Invitation.public_id == own["ticket"]).values(deleted_at=None, deleted_by_id=None)
        with self.app.app_context():
            for statement in (delete(Hold), given, waiting):
                transact(db.session.execute, statement)

    def rows(self, *without: str) -> dict[str, list]:
        """Every row of every table, `sessions.last_seen_at` and the tables named in `without` left out."""
        with self.app.app_context():
            found = {}
            for table in db.metadata.sorted_tables:
                if table.name in without:
                    continue
                columns = [column for column in table.columns if (table.name, column.name) != ("sessions", "last_seen_at")]
                found[table.name] = sorted(map(repr, db.session.execute(select(*columns))))
            return found
