"""Which of their details people may change themselves, and which a practice wants to know: names that settings, forms and the ledger share. Pure."""

NAMES, BORN_ON, PREFERRED, PRONOUNS, PHONES, ADDRESS, EMERGENCY, EMAIL, LANGUAGE, ZONE = FIELDS = (
    "names", "born_on", "preferred_name", "pronouns", "phones", "address", "emergency", "email", "language", "zone",
)  # fmt: skip
# What a name that identifies somebody costs when it is wrong, the clinic pays: it changes those itself until it says otherwise.
USUAL = (PREFERRED, PRONOUNS, PHONES, ADDRESS, EMERGENCY, EMAIL, LANGUAGE, ZONE)
# of Profile; telephone numbers and the emergency contact are rows too, the mail address is never typed
COLUMNS = {
    NAMES: ("given_name", "middle_name", "family_name"),
    BORN_ON: ("born_on",),
    PREFERRED: ("preferred_name",),
    PRONOUNS: ("pronouns",),
    ADDRESS: ("street", "unit", "city", "postal_code"),
    LANGUAGE: ("language",),
    ZONE: ("zone",),
}
WANTABLE = (PHONES, BORN_ON, EMERGENCY, ADDRESS)
WANTED = (PHONES, BORN_ON, EMERGENCY)
CHANGED = "details_changed"  # verb of the ledger; facts["changes"]: {column, "numbers" or "emergency": [before, after]}
COPIED = "record_copied"
FORGET_ASKED, FORGET_TAKEN_BACK, FORGET_REFUSED, FORGOTTEN, ERASED = FORGET_VERBS = (
    "forget_asked",
    "forget_taken_back",
    "forget_refused",
    "forgotten",
    "erased",
)
