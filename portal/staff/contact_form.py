"""One person to ring, on a form of their own."""

from flask import request
from flask_babel import lazy_gettext as _

from portal.contacts import ContactSaid, as_said
from portal.filters import phone_display
from portal.forms import PortalForm
from portal.models import Contact
from portal.staff.record_fields import ContactBoxes, read_email, read_phone


class ContactForm(ContactBoxes, PortalForm):
    """With hidden fields `was_…` on the page: what stood there when it was made."""

    def __init__(self, *, country: str, **kwargs):
        super().__init__(**kwargs)
        self.country, self.e164 = country, ""

    @classmethod
    def of(cls, row: Contact, country: str) -> "ContactForm":
        said = as_said(row)
        phone = phone_display(said.phone, country) if said.phone else ""
        return cls(
            country=country,
            data={"name": said.name, "relation": said.relation, "phone": phone, "email": said.email, "emergency": said.is_emergency},
        )

    def validate_name(self, field) -> None:
        if not field.data:
            field.errors = [_("Enter the name of this contact")]

    def validate_phone(self, field) -> None:
        read_phone(field, self.country, lambda number: setattr(self, "e164", number))

    def validate_email(self, field) -> None:
        read_email(field)

    def said(self) -> ContactSaid:
        return ContactSaid(self.name.data, self.relation.data or "", self.e164, self.email.data or "", self.emergency.data)

    def shown(self) -> ContactSaid:
        """What the page showed when it was made."""
        was = {field: request.form.get(f"was_{field}", "") for field in ("name", "relation", "phone", "email", "emergency")}
        return ContactSaid(was["name"], was["relation"], was["phone"], was["email"], was["emergency"] == "1")
