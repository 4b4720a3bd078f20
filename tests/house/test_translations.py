"""Every sentence for people is translated, whole and unharmed; nothing for people is said around the catalogue."""

import ast
import gettext
import io
import re
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_from_file
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from portal.config import Defaults
from portal.filters import STYLES

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / Defaults.BABEL_TRANSLATION_DIRECTORIES
LANGUAGES = sorted(set(Defaults.LANGUAGES) - {Defaults.BABEL_DEFAULT_LOCALE})
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))
PYTHON = [ROOT / "app.py", *sorted(path for name in ("portal", "booking") for path in (ROOT / name).rglob("*.py"))]
NB = "\xa0"


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@lru_cache
def catalogue(language: str):
    return read_po((TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").read_bytes().splitlines(keepends=True), locale=language)


@lru_cache
def in_sources() -> frozenset:
    """Every sentence in the sources, as `make messages` collects them; one with a plural is a pair."""
    with (TRANSLATIONS / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_file("python", ROOT / "app.py", KEYWORDS)
    messages = [message for _line, message, _comments, _context in found]
    for folder in ("portal", "booking", "templates"):
        found = extract_from_dir(ROOT / folder, methods, options, KEYWORDS, directory_filter=lambda name: True)
        messages += [message for _file, _line, message, _comments, _context in found]
    return frozenset(messages)


def translated(language: str) -> list[tuple[tuple, tuple]]:
    """(English forms, translated forms) of every sentence that has a translation."""
    pairs = []
    for message in catalogue(language):
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and all(said):
            pairs.append((message.id if isinstance(message.id, tuple) else (message.id,), said))
    return pairs


def faults(language: str, rule) -> list[str]:
    """Every translated form of which `rule` finds something; what it finds goes before the sentence."""
    return [f"{rule(form)}: {form}" for _english, said in translated(language) for form in said if rule(form)]


# ---- the catalogue ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language):
    """If this fails: `make messages`, then translate what is empty."""
    whole = {english if len(english) > 1 else english[0] for english, _said in translated(language)}
    assert sorted(map(str, in_sources() - whole)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_says_nothing_that_nobody_asks_for(language):
    assert sorted(str(message.id) for message in catalogue(language) if message.id and message.id not in in_sources()) == []


def test_every_language_but_english_is_collected_compiled_and_has_hours_of_its_own():
    collected = re.search(r"^LANGUAGES := (.*)$", (ROOT / "Makefile").read_text(), re.M)[1].split()
    assert sorted(collected) == LANGUAGES and {*LANGUAGES} <= STYLES.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language):
    assert [message.id for message in catalogue(language) if message.fuzzy and message.id] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_its_placeholders_and_its_html(language):
    """A form of a plural may leave the number out where English does."""
    kept = re.compile(r"%\(\w+\)[sd]|%%|<[^>]+>")
    wrong = []
    for english, said in translated(language):
        wanted = [sorted(kept.findall(form)) for form in english]
        wrong += [form for form in said if sorted(kept.findall(form)) not in wanted]
        wrong += [said[-1]] if sorted(kept.findall(said[-1])) != wanted[-1] else []
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_compiles_and_chooses_the_right_plural(language):
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    spoken = gettext.GNUTranslations(io.BytesIO(compiled.getvalue()))
    assert spoken.gettext("Choose a time") != "Choose a time"
    one, many = next(said for english, said in translated(language) if english[0] == "%(num)s time")
    said = [spoken.ngettext("%(num)s time", "%(num)s times", number) for number in (0, 1, 2)]
    assert said == {"fr": [one, one, many], "es": [many, one, many]}[language]  # a new language says here what it does with nought


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_letter_and_the_last_mark_are_as_in_english(language):
    """A sentence stays a sentence, a word inside a sentence stays one."""
    wrong = []
    for english, said in translated(language):
        for form in said:
            small = english[0][0].islower() and form[0].isupper() and not form.startswith("%")
            ends = english[0].rstrip()[-1], form.rstrip()[-1]
            if small or (ends[0] == "." and ends[1] not in ".?") or (ends[1] == "." and ends[0] != "."):
                wrong.append(form)
    assert wrong == []


# ---- French as written in Canada ----------------------------------------------------------------


def without_tags(form: str) -> str:
    return re.sub(r"<[^>]+>", "", form)


def test_french_marks_stand_where_canada_puts_them():
    """A no-break space before a colon and inside « », none before ? ! ; and curly apostrophes."""
    rules = (rf"[^{NB}\s]:", r" [:;?!»%]", rf"{NB}[;?!]", rf"«[^{NB}]", rf"[^{NB}]»", r"['\"“”]", r"\.\.\.", r"  ")
    wrong = re.compile("|".join(rules))

    def rule(form):
        return wrong.findall(re.sub(r"%\(\w+\)s", "x", without_tags(form)))

    assert faults("fr", lambda form: [bad for bad in rule(form) if bad != " %"]) == []


def test_french_says_vous():
    assert faults("fr", lambda form: re.findall(r"\b(?:tu|toi|ton|ta|tes|te)\b", form, re.I)) == []


def test_french_makes_no_guess_about_who_reads():
    """No "(e)", and no participle that would have to agree with the reader: "Votre session est fermée"."""
    agrees = r"\(e\)|·e|\b[Vv]ous (?:êtes|étiez|serez|avez été|aviez été) (?:déjà |maintenant )?(?!ici\b)\w+[éiu]e?s?\b"
    assert faults("fr", lambda form: re.findall(agrees, form)) == []


def test_french_puts_nothing_before_a_name_that_would_lose_a_letter():
    """ "de Anya" and "que Anya" are wrong, "d'Anya" cannot be known beforehand."""
    named = "name|person|practice|practitioner|place|city|sender|what|service|month|reason"
    assert faults("fr", lambda form: re.findall(rf"\b(?:de|que|le|la|du|si|je|ne|se) %\((?:{named})\)s", form, re.I)) == []


# ---- Spanish for readers in the Americas --------------------------------------------------------


def test_a_spanish_question_opens_where_it_begins():
    """As many ¿ as ?, each before its own, and so with ¡ and !."""

    def rule(form):
        marks = "".join(re.findall("[¿?¡!]", without_tags(form)))
        return re.sub("¿[?]|¡!", "", marks)

    assert faults("es", rule) == []


def test_spanish_marks_stand_close_and_quotes_are_curly():
    """No space before a mark nor after one that opens, and “ ” for quotes: no straight ones, no « »."""
    wrong = re.compile(r"[\s\xa0][:;,.?!”)](?!\S)|[¿¡“(]\s|[«»\"'‘’]|\.\.\.|  |[^\s(“]¿")
    assert faults("es", lambda form: wrong.findall(re.sub(r"%\(\w+\)s", "x", without_tags(form)))) == []


def test_spanish_says_usted():
    """Neither tú nor vos nor vosotros, in a pronoun or in a verb that could be nothing else."""
    others = r"\b(?:tú|tus?|ti|te|contigo|tuy[oa]s?|vos|vosotr[oa]s|os|vuestr[oa]s?|eres|tienes|puedes|debes|quieres|necesitas|has)\b"
    assert faults("es", lambda form: re.findall(others, form, re.I)) == []


def test_spanish_makes_no_guess_about_who_reads():
    """No "(a)", "o/a" or "@", and no ending that would have to agree with the reader: "usted mismo", "está conectado"."""
    who = r"\b[Uu]sted (?:ya |aún |no )?(?:es|está|era|estaba|fue|ha sido|queda|será|mism)(?: (?!una\b)[\wáéíóú]+[ao]s?\b|[ao]\b)"
    alone = r"\b(?:[Bb]ienvenid|[Ee]stá (?:conectad|registrad|invitad|inscrit|segur)|[Hh]a sido (?:invitad|registrad|inscrit))[ao]\b"
    agrees = rf"\([oa]s?\)|\w/[oa]s?\b|\w@(?!\w)|{who}|{alone}"
    assert faults("es", lambda form: re.findall(agrees, form)) == []


def test_spanish_joins_nothing_to_a_name_that_could_change_the_word_before_it():
    """ "y Inés", "o Olga" and "el %(name)s" are wrong where the name is not known beforehand; a list says "y" by itself."""
    named = "name|person|practice|practitioner|place|city|sender|service|inviter"
    assert faults("es", lambda form: re.findall(rf"\b(?:el|la|los|las|del|al|o|un|una) %\((?:{named})\)s", form, re.I)) == []


# ---- nothing goes round the catalogue -----------------------------------------------------------

SAME_EVERYWHERE = {"Porchlight", "btn ghost small"}  # a name; the look of a button
HEARD = {"aria-label", "alt", "title", "placeholder", "label"}
WORD = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"^[A-Z][a-z]+(?![A-Za-z])|[a-z]{2,} [a-z]{2,}")  # "Hello", "no times"; not "wide", "given-name", "EmailField"


class Heard(HTMLParser):
    """Collects the words a page says by itself: text, and attributes that are read out."""

    def __init__(self):
        super().__init__()
        self.words, self.inside = [], []

    def handle_starttag(self, tag, attributes):
        self.inside.append(tag)
        self.words += [value for name, value in attributes if name in HEARD and value and WORD.search(value)]

    def handle_endtag(self, tag):
        if tag in self.inside:
            self.inside = self.inside[: len(self.inside) - 1 - self.inside[::-1].index(tag)]

    def handle_data(self, data):
        if not {"style", "script"} & set(self.inside[-1:]):
            self.words += [data.strip()] if WORD.search(data) else []


def bare_words(source: str) -> set[str]:
    """The words of a template that stand in no `_()` and no `{% trans %}`."""
    source = re.sub(r"{#.*?#}", "", source, flags=re.S)
    source = re.sub(r"{%-?\s*trans\b.*?endtrans\s*-?%}", "", source, flags=re.S)
    source = re.sub(r"{% block wrap %}[a-z ]*{% endblock %}", "", source)  # looks of base.html
    heard = Heard()
    heard.feed(re.sub(r"{%.*?%}", "", re.sub(r"{{.*?}}", "x0", source, flags=re.S), flags=re.S))  # `<{{ level }} id=…>` stays a tag
    heard.close()
    return set(heard.words) - SAME_EVERYWHERE


def constants(node):
    """Every text constant of an expression that is not an argument of `_()` and its kin."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Call) and isinstance(child.node, nodes.Name) and child.node.name in ("_", "gettext", "ngettext"):
            yield from (one for argument in child.kwargs for one in constants(argument))
        elif isinstance(child, nodes.Const) and isinstance(child.value, str):
            yield re.sub(r"<[^>]*>", "", child.value)
        else:
            yield from constants(child)


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_a_template_says_nothing_but_what_can_be_translated(path):
    source = path.read_text()
    assert bare_words(source) == set()
    said = {text for text in constants(Environment(extensions=["jinja2.ext.i18n"]).parse(source)) if SENTENCE.search(text)}
    assert said - SAME_EVERYWHERE == set()


SPEAKS = {
    "flash",
    "ValidationError",
    "DataRequired",
    "InputRequired",
    "StringField",
    "EmailField",
    "PasswordField",
    "TelField",
    "TextAreaField",
}
SPEAKS |= {"SelectField", "RadioField", "BooleanField", "DateField", "FormField", "SelectChoice", "Tile"}
HEARD_LATER = {"message", "errors", "missing", "label", "description"}


def untranslated(tree: ast.AST) -> list[str]:
    """Plain texts where a person would read them: labels, messages of errors, errors of fields, `form_errors.append`."""
    found = []
    for node in ast.walk(tree):
        values = []
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            values = [word.value for word in node.keywords if word.arg in HEARD_LATER]
            appended = (
                called == "append" and isinstance(node.func.value, ast.Attribute) and node.func.value.attr in ("errors", "form_errors")
            )
            values += node.args if called in SPEAKS or appended else []
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "") for target in targets}
            values = [node.value] if names & HEARD_LATER else []
        for value in values:
            parts = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
            texts = [part.values[0] if isinstance(part, ast.JoinedStr) else part for part in parts]
            found += [
                part.value
                for part in texts
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and SENTENCE.search(part.value)
            ]
    return found


@pytest.mark.parametrize("path", PYTHON, ids=short)
def test_python_tells_people_nothing_untranslated(path):
    assert untranslated(ast.parse(path.read_text())) == []


def test_the_linters_see_what_they_look_for():
    """They are worth nothing if a mistake passes them."""
    assert bare_words("<p>Hello</p>{# Note #}<b>{{ _('Fine') }}</b>{% trans %}Fine{% endtrans %}") == {"Hello"}
    assert bare_words('<img alt="A clinic"><a aria-label="{{ _(\'Fine\') }}">{{ x }} · 3</a>') == {"A clinic"}
    parsed = Environment(extensions=["jinja2.ext.i18n"]).parse("{{ 'Not this' if x else _('Fine') }}")
    assert list(constants(parsed)) == ["Not this"]
    code = "class E(Exception):\n    message = 'Not so'\n    other = _('Fine')\nraise ValidationError('Wrong day')\nform.errors = ['No such day']"
    assert sorted(untranslated(ast.parse(code))) == ["No such day", "Not so", "Wrong day"]
