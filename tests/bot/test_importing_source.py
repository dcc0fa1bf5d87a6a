"""Files of any shape are read line by line, bounded, and every bad line is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing.columns import Column, Layout
from bot.importing.refusals import Refusal, RefusedFile
from bot.importing.source import MAX_LINE, CannotImport, Record, Source, survey
from bot.importing.tally import Tally
from talk.reading.spreadsheet import as_given, harmless


def read(path: Path, content: bytes | str) -> list[Record]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    source = Source(path)
    try:
        return list(source.records())
    finally:
        source.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_delimiter_the_byte_order_mark_and_line_ends_do_not_matter(
    path: Path, mark: str, start: bytes, end: str
) -> None:
    lines = [f"a{mark}b", f'"1{mark}1"{mark}二', f"3{mark}4"]
    assert read(path, start + end.join(lines).encode()) == [Record(2, [f"1{mark}1", "二"]), Record(3, ["3", "4"])]


@pytest.mark.parametrize(
    "content",
    [
        " 00001 19970101  1   11.77\r\n\r\n 00002 19970112  1   12.00\r\n",
        " customer_id  date number_of_cds  dollar_value\r\n 00001 19970101  1   11.77\n 00002 19970112 1 12.00",
        "00001\t19970101\t1\t11.77\n00002\t19970112\t1\t12.00",
    ],
)
def test_purchase_histories_in_the_form_of_cdnow_are_known_by_their_look(path: Path, content: str) -> None:
    assert [record.fields for record in read(path, content)] == [
        ["00001", "19970101", "1", "11.77"],
        ["00002", "19970112", "1", "12.00"],
    ]


def test_what_the_first_line_looks_like_names_the_columns(path: Path) -> None:
    for content, form, header in (
        (b"1 19970101 1 11.77\n", "words", ["customer", "date", "quantity", "amount"]),
        (b"a;b\n1;2\n", "csv", ["a", "b"]),
        (b"one two three four\n1,2\n", "csv", ["one two three four"]),
    ):
        path.write_bytes(content)
        source = Source(path)
        assert (source.form, source.header) == (form, header)
        source.close()


def test_a_text_may_run_over_several_lines(path: Path) -> None:
    assert read(path, 'a,b\n1,"x\ny"\n2,z\n') == [Record(2, ["1", "x\ny"]), Record(4, ["2", "z"])]


def test_a_stray_quotation_mark_costs_its_own_line_only(path: Path) -> None:
    good = [f"{n},b" for n in range(100)]
    records = read(path, "\n".join(["a,b", 'x,"open', *good[:60], 'y,"odd" mark', *good[60:], 'z,"end']))
    bad = [record for record in records if record.refusal]
    assert [record.line for record in bad] == [2, 63, 104]
    assert all("as CSV" in record.refusal for record in bad)
    assert [",".join(record.fields) for record in records if not record.refusal] == good


def test_lines_that_are_not_text_are_named_and_the_next_ones_read(path: Path) -> None:
    content = b"\n".join([b"a,b", b"caf\xe9,1", b"nul\0,2", b"x" * (3 * MAX_LINE), "好,3".encode()])
    assert read(path, content) == [
        Record(2, [], "not UTF-8 at byte 4; save the file as CSV UTF-8"),
        Record(3, [], "not text: it holds a NUL byte"),
        Record(4, [], f"longer than {MAX_LINE} bytes"),
        Record(5, ["好", "3"]),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("a,b".encode("utf-16"), "UTF-16"),
        (b"a\0,b\n", "NUL"),
        (b"caf\xe9,b\n", "not UTF-8"),
        (b",".join([b"a"] * 101), "101 columns"),
    ],
)
def test_a_file_whose_first_line_makes_no_sense_is_refused(path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(CannotImport, match=reason):
        read(path, content)


def test_a_file_that_is_empty_or_not_there_is_refused(path: Path) -> None:
    with pytest.raises(CannotImport, match="cannot be read"):
        survey(path)
    path.write_bytes(b"")
    with pytest.raises(CannotImport, match="is empty"):
        survey(path)


def test_the_last_line_counts_without_its_end(path: Path) -> None:
    path.write_bytes(b"a\nb\nc")
    assert survey(path).lines == 3
    path.write_bytes(b"a\nb\nc\n")
    assert survey(path).lines == 3


@given(st.binary(max_size=300) | st.text(alphabet='ab,;"\n\r\t 1', max_size=200).map(str.encode))
def test_no_file_is_too_odd_to_be_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("odd") / "file"
    try:
        records = read(path, content)
    except CannotImport:
        return
    lines = content.count(b"\n") + 1
    numbers = [record.line for record in records]
    assert numbers == sorted(set(numbers))
    assert all(1 <= number <= lines for number in numbers)


COLUMNS = (Column("sku", ("code",), required=True), Column("name", ("product name",)), Column("price"))


def test_columns_are_found_by_any_of_their_names() -> None:
    layout = Layout(["Price ", "PRODUCT_NAME", "shelf", "Code"], COLUMNS)
    assert layout.ignored == ("shelf",)
    assert layout.row([" 5", "Tea", "x", "t-1"]) == {"price": "5", "name": "Tea", "sku": "t-1"}
    assert layout.row(["5"]) == {"price": "5", "name": "", "sku": ""}


@pytest.mark.parametrize(
    ("header", "reason"), [(["name"], "missing: sku"), (["sku", "Code"], "Two columns of the file mean sku")]
)
def test_a_header_that_is_not_clear_is_refused(header: list[str], reason: str) -> None:
    with pytest.raises(CannotImport, match=reason):
        Layout(header, COLUMNS)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["", "x", "y"]))), st.integers(1, 7))
def test_what_was_said_is_remembered_however_little_fits_in_memory(said: list[tuple[str, str]], fits: int) -> None:
    small, large = Tally(recent=fits), Tally()
    for line, (key, content) in enumerate(said):
        assert small.see(key, line, content) == large.see(key, line, content)
    small.close()
    large.close()


def test_a_refused_line_is_no_formula_and_comes_in_again_as_it_was(path: Path) -> None:
    fields = ("=1+1", "+60123456789", "-5", "@a", "'quoted", "plain", "\tx")
    file = RefusedFile(path, ["a", "b", "c", "d", "e", "f", "g"], 0)
    file.write([Refusal(7, "why", fields)])
    text = file.path.read_text(encoding="utf-8-sig")
    assert text.splitlines() == [
        "line,reason,a,b,c,d,e,f,g",
        "7,why,'=1+1,'+60123456789,'-5,'@a,'quoted,plain,'\tx",
    ]
    assert file.kept(10) == [Refusal(7, "why", fields)]


@given(st.text())
def test_harmless_fields_are_no_formulas_and_can_be_taken_back(field: str) -> None:
    assert not harmless(field).startswith(("=", "+", "-", "@", "\t", "\r"))
    if not field.startswith("'"):
        assert as_given(harmless(field)) == field
