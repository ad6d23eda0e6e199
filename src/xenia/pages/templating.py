"""Templates: one environment for each language, and what every template has at hand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from gettext import NullTranslations
from importlib.metadata import version
from pathlib import Path
from types import FunctionType, MethodType, SimpleNamespace
from typing import Any, Final

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
)
from jinja2.bccache import Bucket
from jinja2.runtime import Context, Macro
from markupsafe import Markup

from xenia.client.sending import in_query, placed
from xenia.pages import assets
from xenia.pages.kept import keep, kept
from xenia.pages.words import FOLDER, LANGUAGES, Words, with_one_stop, words

PAGES = Path(__file__).parent
_MACROS = "pages/macros"
_SENTENCES: Final = 10_000  # more than a room has


class _Translated(BytecodeCache):
    """What templates were translated into: the same in all languages, which are looked up as a page
    is drawn; and in all processes, of which each would take seconds for all of a room."""

    def __init__(self) -> None:
        self._known: dict[bytes, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, if this source was translated."""
        of = _of(bucket)
        if (found := self._known.get(of) or kept("template", of, _translator())) is not None:
            bucket.bytecode_from_string(found)
            self._known[of] = found

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a source was translated into."""
        of, found = _of(bucket), bucket.bytecode_to_string()
        self._known[of] = found
        keep("template", found, of, _translator())


def _of(bucket: Bucket) -> bytes:
    return f"{bucket.key} {bucket.checksum}".encode()


@cache
def _translator() -> bytes:
    """All that a translation depends on beside the source."""
    made_by = f"{version('jinja2')} {sys.implementation.cache_tag}\n"
    return made_by.encode() + Path(__file__).read_bytes()


_TRANSLATED: Final = _Translated()


class _Context(Context):
    """Calls what templates call, hundreds of times on a page.  Jinja asks five times of each
    whether it wants the context: nothing of ours does, nor does a macro where all is escaped."""

    def call(self, called: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if type(called) not in _OURS or hasattr(called, "jinja_pass_arg"):
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return called(*args, **kwargs)


_OURS: Final = frozenset({FunctionType, MethodType, Macro, type(lru_cache(len))})


@cache
def templates(room: str, folder: Path) -> Templates:
    """The templates of a room; there is one of each in a process."""
    return Templates(room, folder)


class Templates:
    """The templates of a room, by `room/path.html`; those that all share are `pages/…`."""

    def __init__(self, room: str, folder: Path) -> None:
        folders = {"pages": PAGES, room: folder}
        self._loader = PrefixLoader(
            {name: FileSystemLoader(one / "templates") for name, one in folders.items()}
        )
        self._catalogs = (FOLDER, folder / "words")
        self._made: dict[str, Environment] = {}

    def words(self, code: str) -> Words:
        """A language, with the sentences of this room."""
        return words(code, self._catalogs)

    def page(self, template: str, language: str, values: Mapping[str, Any]) -> str:
        """A whole page."""
        return self._template(template, language).render(values)

    def fragment(self, template: str, block: str, language: str, values: Mapping[str, Any]) -> str:
        """One block of a template.  Raises KeyError where it has none of that name."""
        found = self._template(template, language)
        return "".join(found.blocks[block](found.new_context(dict(values))))

    def _template(self, name: str, language: str) -> Template:
        if language not in self._made:
            self._made[language] = self._environment(language)
        return self._made[language].get_template(name)

    def _environment(self, language: str) -> Environment:
        made = Environment(
            loader=self._loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,
            bytecode_cache=_TRANSLATED,
        )
        made.context_class = _Context
        known = self.words(language)
        made.policies["ext.i18n.trimmed"] = True  # a sentence may stand on several lines
        made.install_gettext_callables(  # type: ignore[attr-defined]
            known.sentences.gettext, known.sentences.ngettext, newstyle=True
        )
        made.globals |= _said_in(known.sentences)
        made.globals |= {
            "languages": LANGUAGES,
            "language": known,
            "asset": assets.address,
            "icon": assets.icon,
            "address": address,
            "with_query": with_query,
        }
        made.globals["ui"] = _macros(made)
        return made


def _said_in(sentences: NullTranslations) -> dict[str, Callable[..., Markup]]:
    """What templates say their sentences by, in place of Jinja's own: with one stop at the end.

    A page says a hundred; most have no places for values, and are the same for ever.
    """

    @lru_cache(maxsize=_SENTENCES)
    def whole(sentence: str) -> Markup:
        return Markup(sentences.gettext(sentence)) % {}

    def gettext(sentence: str, /, **values: Any) -> Markup:
        if not values:
            return whole(sentence)
        return Markup(with_one_stop(sentences.gettext(sentence), values)) % values

    def ngettext(one: str, many: str, number: int, /, **values: Any) -> Markup:
        known = {"num": number, **values}
        return Markup(with_one_stop(sentences.ngettext(one, many, number), known)) % known

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext}


def _macros(environment: Environment) -> SimpleNamespace:
    """All macros, by their names.  Raises ValueError where two have the same."""
    found: dict[str, Callable[..., Any]] = {}
    for path in sorted((PAGES / "templates" / "macros").glob("*.html")):
        # Those of one file may use those of the files before it.
        environment.globals["ui"] = SimpleNamespace(**found)
        module = environment.get_template(f"{_MACROS}/{path.name}").module
        own = {name: macro for name, macro in vars(module).items() if not name.startswith("_")}
        if twice := own.keys() & found.keys():
            raise ValueError(f"{path.name}: another file has a macro of this name: {sorted(twice)}")
        found |= own
    return SimpleNamespace(**found)


def address(form: str, **places: str) -> str:
    """An address with values in its places, whatever is in them."""
    return form.format(**{name: placed(value) for name, value in places.items()})


def with_query(path: str, fields: Sequence[tuple[str, str]], **changed: str | None) -> str:
    """An address with these fields behind it; those that are changed in place of those of the same
    name, None: without it."""
    kept = [(name, value) for name, value in fields if name not in changed and value]
    kept += [(name, value) for name, value in changed.items() if value]
    said = "&".join(f"{in_query(name)}={in_query(value)}" for name, value in kept)
    return f"{path}?{said}" if said else path
