"""Telephone numbers as people write them, kept in one form (E.164: "+14165550117")."""

import re

import phonenumbers


class BadPhone(ValueError):
    """What was typed cannot be a telephone number."""


class HasExtension(BadPhone):
    """It has an extension, which has no place in what we keep: `number` is the rest, in E.164; `extension` "12"."""

    def __init__(self, number: str, extension: str):
        super().__init__("extension")
        self.number, self.extension = number, extension


_IN_FRENCH = re.compile(r",?\s*\b(poste|p\.)\s*(?=\d)", re.IGNORECASE)  # the library knows an extension by other words


def clean_phone(typed: str, country: str = "CA") -> str:
    """E.164, or an empty string for an empty one. Spaces, brackets and dashes are welcome. Raises BadPhone, HasExtension.

    `country` (ISO 3166-1) is where a number without its country code is taken to be.
    """
    if not typed.strip():
        return ""
    try:
        number = phonenumbers.parse(_IN_FRENCH.sub(" ext ", typed), country)
    except phonenumbers.NumberParseException as error:
        raise BadPhone(str(error)) from error
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadPhone("not a whole number")
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.extension:
        raise HasExtension(written, number.extension)
    return written
