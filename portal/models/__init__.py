"""One file per thing, each with its small verbs."""

from portal.models.account import Account
from portal.models.clock_seen import ClockSeen
from portal.models.contact import Contact
from portal.models.file import File
from portal.models.forget_request import ForgetRequest
from portal.models.further_number import FurtherNumber
from portal.models.invitation import Invitation
from portal.models.invitation_batch import BatchRow, InvitationBatch
from portal.models.ledger import LedgerLine
from portal.models.link import Link
from portal.models.mailed_link import MailedLink
from portal.models.match import DifferentPeople, LookAlike, MatchKey, MatchRun
from portal.models.merge import Merge, MergeChange
from portal.models.note import Note, NoteVersion
from portal.models.outbox_mail import OutboxMail
from portal.models.own_change import OwnChange
from portal.models.people_import import ImportColumns, ImportRow, PeopleImport
from portal.models.practice import Practice
from portal.models.practice_logo import PracticeLogo
from portal.models.profile import Profile
from portal.models.recovery_code import RecoveryCode
from portal.models.registration import Registration
from portal.models.search_word import SearchWord
from portal.models.session import SessionRow
from portal.models.signup import Signup
from portal.models.staff_invitation import StaffInvitation
from portal.models.staff_member import StaffMember
from portal.models.throttle import ThrottleCount

__all__ = [
    "Account",
    "BatchRow",
    "ClockSeen",
    "Contact",
    "DifferentPeople",
    "File",
    "ForgetRequest",
    "FurtherNumber",
    "ImportColumns",
    "ImportRow",
    "Invitation",
    "InvitationBatch",
    "LedgerLine",
    "Link",
    "LookAlike",
    "MailedLink",
    "MatchKey",
    "MatchRun",
    "Merge",
    "MergeChange",
    "Note",
    "NoteVersion",
    "OutboxMail",
    "OwnChange",
    "PeopleImport",
    "Practice",
    "PracticeLogo",
    "Profile",
    "RecoveryCode",
    "Registration",
    "SearchWord",
    "SessionRow",
    "Signup",
    "StaffInvitation",
    "StaffMember",
    "ThrottleCount",
]
