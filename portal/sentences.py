"""Sentences of templates: one full stop where what is named ends with one ("Leo S.", "5 p.m.") and the sentence, in any language, ends there."""

import re
from collections.abc import Mapping

from jinja2 import Environment, pass_context
from markupsafe import Markup, escape

_TAGS = re.compile(r"(?:</?\w[^>]*>)+$")


def one_stop(sentence: str, said: Mapping[str, object]) -> str:
    """The sentence without the full stop that follows one of `said`, the words filled in, directly where those end with one."""
    for words in said.values():
        if isinstance(words, str) and _TAGS.sub("", words).endswith("."):
            shown = escape(words) if isinstance(sentence, Markup) else words
            sentence = sentence.replace(f"{shown}.", shown)
    return sentence


def _careful(gettext):
    @pass_context
    def careful(context, *texts, **said):
        return one_stop(gettext(context, *texts, **said), said)

    return careful


def install(environment: Environment) -> None:
    """Call it after the translations were installed."""
    for name in ("gettext", "ngettext"):
        environment.globals[name] = _careful(environment.globals[name])
