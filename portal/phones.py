"""Telephone numbers as people write them, kept in one form (E.164: "+14165550117")."""

import phonenumbers


class BadPhone(ValueError):
    """What was typed cannot be a telephone number."""


def clean_phone(typed: str, country: str = "CA") -> str:
    """E.164, or an empty string for an empty one. Spaces, brackets and dashes are welcome. Raises BadPhone.

    `country` (ISO 3166-1) is where a number without its country code is taken to be.
    """
    if not typed.strip():
        return ""
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException as error:
        raise BadPhone(str(error)) from error
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadPhone("not a whole number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
