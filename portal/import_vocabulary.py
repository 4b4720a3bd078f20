"""Words that stand in the cells of lists, in English, French and Spanish, and what they mean. Folded. Pure."""

from collections.abc import Mapping
from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale

from portal.folding import fold

YES = frozenset(
    "y yes true t 1 x oui o vrai si sí on ok granted given agreed agree accepted opted in optin subscribed consented ✓ ✔".split()
) | {"opted in", "opt in"}
NO = frozenset("n no false f 0 non faux off none refused declined denied withdrawn unsubscribed optout".split()) | {"opted out", "opt out"}
_SEXES = {
    "female": "f female woman girl femme feminin fille femenino mujer w", "male": "m male man boy homme masculin garcon masculino hombre h",
    "intersex": "intersex intersexe intersexual i x", "": "u",
}  # fmt: skip
SEX = {word: sex for sex, words in _SEXES.items() for word in words.split()}
# What programs and people write where there is nothing. Names and notes may be such words.
NOTHING = frozenset("n/a na none null nil nan unknown undisclosed unspecified inconnu aucun aucune desconocido ninguno ninguna s/o".split())
NOTHING |= {"not specified", "not provided", "not available", "no email", "no phone", "pas de courriel", "non disponible", "sin correo"}
# What stands beside a number → the field it is; "" for one that says nothing of its kind.
_KINDS = {
    "phone_mobile": "mobile mob cell cellular c m portable cellulaire movil celular", "phone_home": "home h res residence maison domicile casa",
    "phone_work": "work w bus business office travail bureau trabajo", "": "tel telephone phone ph p telefono no number primary",
}  # fmt: skip
KIND_OF_NUMBER = {word: field for field, words in _KINDS.items() for word in words.split()}
_REGIONS = {
    "AB": "alberta", "BC": "british columbia, colombie britannique, columbia britanica", "MB": "manitoba", "NB": "new brunswick, nouveau brunswick",
    "NL": "newfoundland, newfoundland and labrador, terre neuve et labrador, nf, nfld", "NS": "nova scotia, nouvelle ecosse, nueva escocia",
    "NT": "northwest territories, territoires du nord ouest, nwt", "NU": "nunavut", "ON": "ontario, ohip, ont", "PE": "prince edward island, pei, ile du prince edouard",
    "QC": "quebec, ramq, pq, que", "SK": "saskatchewan, sask", "YT": "yukon, yk",
}  # fmt: skip
CODE_OF_REGION = {word: code for code, words in _REGIONS.items() for word in (code.lower(), *words.split(", "))}
# As American and Canadian products write them.
ZONE_OF_WORD = {
    "eastern": "America/Toronto", "est": "America/Toronto", "edt": "America/Toronto", "et": "America/Toronto", "central": "America/Winnipeg", "cst": "America/Winnipeg",
    "mountain": "America/Edmonton", "mst": "America/Edmonton", "mdt": "America/Edmonton", "pacific": "America/Vancouver", "pst": "America/Vancouver",
    "pdt": "America/Vancouver", "pt": "America/Vancouver", "atlantic": "America/Halifax", "ast": "America/Halifax", "adt": "America/Halifax",
    "newfoundland": "America/St_Johns", "nst": "America/St_Johns",
}  # fmt: skip


@lru_cache(maxsize=4)
def languages(codes: tuple[str, ...]) -> Mapping[str, str]:
    """Codes of one, two and three letters and names in each of the languages → the code."""
    long = {"en": "eng", "fr": "fra fre", "es": "spa esp"}
    found = {}
    for code in codes:
        names = (Locale.parse(other).languages.get(code, "") for other in codes)
        found |= dict.fromkeys(
            [code, code[:1] if code in ("en", "fr") else code, *long.get(code, "").split(), *map(fold, filter(None, names))], code
        )
    return found


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    return frozenset(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/", "US/", "Canada/"))
    )
