"""The extractor brings catalogues in step with the code, and names what is amiss."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from locales import LANGUAGES
from locales.extract import HERE, ROOMS, faults, main, sentences

HEADER = """# Kept as it is.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals={forms}; plural={rule};\\n"
"""
RULES = {"en": (2, "(n != 1)"), "ar": (3, "(n==0 ? 0 : n==1 ? 1 : 2)")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small project with empty catalogues."""
    for language in LANGUAGES:
        forms, rule = RULES.get(language, (1, "0"))
        file = tmp_path / "locales" / language / "messages.po"
        file.parent.mkdir(parents=True)
        file.write_text(HEADER.format(language=language, forms=forms, rule=rule), encoding="utf-8")
    write(tmp_path, "flows/a.py", 'A = _("Hello.")\nB = n_("{n} cat", "{n} cats", count="n")\n')
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def run(root: Path, *arguments: str) -> int:
    return main(arguments, root=root, folder=root / "locales")


def po(root: Path, language: str) -> Path:
    return root / "locales" / language / "messages.po"


def translate(root: Path, language: str, before: str, after: str) -> None:
    text = po(root, language).read_text(encoding="utf-8")
    assert before in text
    po(root, language).write_text(text.replace(before, after), encoding="utf-8")


def test_sentences_of_code_and_templates_are_found_with_their_files(root: Path) -> None:
    write(root, "console/templates/page.html", "<p>{{ _('Welcome') }}</p> <b>{{ _('Hello.') }}</b>")
    write(root, "talk/b.py", '_("One "\n  "sentence.")\nn_("a", "b", "n")\n"""Not _("this")."""\n# nor _("that")\n')
    write(root, "elsewhere/c.py", '_("Not ours.")')
    found = sentences(root)
    assert set(found) == {"Welcome", "Hello.", "{n} cat", "One sentence.", "a"}
    assert found["Hello."].files == ["console/templates/page.html", "flows/a.py"]
    assert (found["{n} cat"].id, found["{n} cat"].count) == (("{n} cat", "{n} cats"), "n")


def test_new_sentences_are_added_empty_but_english_says_itself(root: Path) -> None:
    assert run(root) == 0
    assert 'msgid "Hello."\nmsgstr "Hello."' in po(root, "en").read_text(encoding="utf-8")
    assert 'msgid "Hello."\nmsgstr ""' in po(root, "ar").read_text(encoding="utf-8")
    assert po(root, "ar").read_text(encoding="utf-8").count("msgstr[") == 3


def test_translations_headers_and_notes_stay(root: Path) -> None:
    run(root)
    translate(root, "ms", 'msgid "Hello."\nmsgstr ""', 'msgid "Hello."\nmsgstr "Helo."')
    translate(root, "ms", "#: flows/a.py\nmsgid", "# A greeting.\n#: flows/a.py\nmsgid")
    translate(root, "en", 'msgstr "Hello."', 'msgstr "Hi."')
    write(root, "flows/b.py", '_("More.")')
    run(root)
    malay = po(root, "ms").read_text(encoding="utf-8")
    assert malay.startswith("# Kept as it is.\n")
    assert '# A greeting.\n#: flows/a.py\nmsgid "Hello."\nmsgstr "Helo."' in malay
    assert 'msgstr "Hi."' in po(root, "en").read_text(encoding="utf-8")


def test_running_again_changes_nothing(root: Path) -> None:
    run(root)
    before = po(root, "ar").read_bytes()
    run(root)
    assert po(root, "ar").read_bytes() == before


def test_a_sentence_that_is_gone_leaves(root: Path) -> None:
    run(root)
    write(root, "flows/a.py", "")
    run(root)
    assert "msgid" not in po(root, "zh").read_text(encoding="utf-8").partition("\n\n")[2]


def test_a_sentence_that_becomes_plural_is_translated_anew(root: Path) -> None:
    run(root)
    translate(root, "zh", 'msgid "Hello."\nmsgstr ""', 'msgid "Hello."\nmsgstr "您好。"')
    write(root, "flows/a.py", 'n_("Hello.", "Hellos.", "n")')
    assert "another plural: Hello." in faults(po(root, "zh"), sentences(root))
    run(root)
    assert faults(po(root, "zh"), sentences(root)) == ["not translated: Hello."]


def test_a_sentence_with_two_plurals_is_refused(root: Path) -> None:
    write(root, "flows/b.py", '_("{n} cat")')
    with pytest.raises(ValueError, match=r"flows/b.py: .* another plural in flows/a.py"):
        sentences(root)


def test_checking_changes_nothing_and_names_what_is_missing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = po(root, "vi").read_bytes()
    assert run(root, "--check") == 1
    assert po(root, "vi").read_bytes() == before
    assert "vi: missing: Hello.\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Hello."\nmsgstr ""', "not translated: Hello."),
        ('#, fuzzy\nmsgid "Hello."\nmsgstr "Helo."', "fuzzy: Hello."),
        ('msgid "Hello."\nmsgstr "Helo."\n\nmsgid "Old."\nmsgstr "Lama."', "obsolete: Old."),
        ('msgid "Hello."\nmsgid_plural "Hellos."\nmsgstr[0] "Helo."', "another plural: Hello."),
    ],
)
def test_each_fault_is_named(root: Path, entry: str, fault: str) -> None:
    with po(root, "ms").open("a", encoding="utf-8") as file:
        file.write(f"\n{entry}\n")
    assert fault in faults(po(root, "ms"), sentences(root))


def test_complete_catalogues_pass_the_check(root: Path) -> None:
    write(root, "flows/a.py", "")
    assert run(root, "--check") == 0


def test_every_room_but_the_catalogues_own_is_searched() -> None:
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(ROOMS) == set(packages) - {"locales"}
