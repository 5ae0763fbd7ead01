"""Writes the first inputs of every target to fuzz/corpus, from the examples of the repository and by hand. Needs Python alone."""

import json
import struct
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
CORPUS = ROOT / "fuzz" / "corpus"


def seed(target, name, content):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def sav(compression):
    """A small SPSS file: a labelled number with a missing code, a date and a text, three cases."""
    numbers = lambda *values: struct.pack(f"<{len(values)}i", *values)
    out = b"$FL2" + b"@(#) SPSS DATA FILE".ljust(60) + numbers(2, 4, compression, 0, 3) + struct.pack("<d", 100.0)
    out += b"23 Nov 26" + b"05:00:00" + b"".ljust(64) + b"\0" * 3
    decimal, date = 0x050802, 0x140B00
    out += numbers(2, 0, 1, 1, decimal, decimal) + b"OVERALL ".ljust(8) + numbers(12) + b"How was it? " + struct.pack("<d", 9.0)
    out += numbers(2, 0, 0, 0, date, date) + b"VISITED ".ljust(8)
    out += numbers(2, 12, 0, 0, 0x010C00, 0x010C00) + b"TOWN".ljust(8) + numbers(2, -1, 0, 0, 0, 0) + b"".ljust(8)
    out += numbers(3, 2) + struct.pack("<d", 5.0) + b"\4Good".ljust(8) + struct.pack("<d", 9.0) + b"\7Refused" + numbers(4, 1, 1)
    out += numbers(7, 3, 4, 8, 29, 0, 0, 0, 1, 1, 2, 65001)
    out += numbers(7, 4, 8, 3) + struct.pack("<ddd", -1.7976931348623157e308, 1.7976931348623157e308, -1.797693134862315e308)
    out += numbers(7, 13, 1, 37) + b"OVERALL=overall\tVISITED=visited\tTOWN=t"[:37]
    out += numbers(999, 0)
    cases = [(5.0, 13900000000.0, "Varna"), (9.0, 13900086400.0, "York"), (3.0, -1.7976931348623157e308, "")]
    for overall, visited, town in cases:
        words = [struct.pack("<d", overall), struct.pack("<d", visited), town.ljust(8).encode(), b" " * 8]
        if compression:
            # Each word a code: 100 more than a small number, 253 for what follows, 254 for blanks.
            out += bytes([100 + int(overall), 253, 253, 254, 0, 0, 0, 0]) + words[1] + words[2]
        else:
            out += b"".join(words)
    return out


def workbook(file, rows):
    """The parts of a workbook, its sheet cut after some rows."""
    parts = []
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8", "replace")
            if name.startswith("xl/worksheets/"):
                text = "</row>".join(text.split("</row>")[:rows]) + "</row></sheetData></worksheet>"
            if name.startswith(("xl/", "_rels", "[Content")) and "theme" not in name:
                parts.append(f"=== {name}\n{text}")
    return "".join(parts)


SHEET = """=== [Content_Types].xml
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>
=== xl/workbook.xml
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="1"/><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets><definedNames><definedName name="n">A!$A$1</definedName></definedNames></workbook>
=== xl/_rels/workbook.xml.rels
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>
=== xl/styles.xml
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="[h]:mm;@"/></numFmts><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>
=== xl/sharedStrings.xml
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="2"><si><t>town</t></si><si><r><t>Var</t></r><r><t xml:space="preserve">na </t></r></si></sst>
=== xl/worksheets/sheet1.xml
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:F3"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>n</t></is></c><c r="C1" t="str"><v>day</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><f>1+1</f><v>2.5</v></c><c r="C2" s="1"><v>45000</v></c><c r="D2" t="b"><v>1</v></c><c r="E2" t="e"><v>#N/A</v></c><c r="F2" t="d"><v>2026-11-23T05:00:00</v></c></row><row><c s="2"><v>1.5</v></c><c t="n"><v>-3e5</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A3:B3"/></mergeCells></worksheet>
"""

MODELS = [
    (EXAMPLES / "analyst" / "shop.toml").read_text(),
    'scale = [1, 10]\npaths = ["A -> B", "B → C"]\n'
    + "".join(f'[[latent]]\nname = "{name}"\nmode = "{mode}"\nindicators = ["{name}1", "{name}*"]\n' for name, mode in ("AA", "BB", "CA")),
    'paths = ["A -> B"]\nlatent = [{ name = "A", indicators = ["a1", "a2"] }, { name = "B", mode = "B", indicators = ["b"] }]\n',
]
CONDITIONS = [
    "nps <= 6 or not (answered(words) and liked has food)",
    "reason in (late, rude) and csat != 3",
    "age > 17.5 and visited >= '2026-03-01' or contact = false",
    "not not contact",
]
ANSWERS = [
    {"nps": 3, "csat": 7, "ces": 1, "wifi": "n/a", "reason": "late", "liked": ["food", "place"], "words": "кава, чай", "age": 35.25},
    {"nps": 10, "wifi": 0, "wifi_matters": 10, "contact": True},
    {"nps": 2, "age": 18, "reason": "rude", "visited": "2026-03-01", "contact": False, "words": "", "liked": None},
    {"nps": "7", "wifi": 5.0, "age": 1e300, "visited": "2026-02-30", "other": [1]},
]


def main():
    analyst = EXAMPLES / "analyst"
    for name in ("survey.csv", "kano.csv", "orders.csv", "reviews.csv"):
        seed("csv", name, b"".join((analyst / name).read_bytes().splitlines(keepends=True)[:8]))
    seed("csv", "quoted", 'a;b;c\r\n"x""y";"two\nlines";2,5\r\n\r\n;;\r\n1 - bad;n/a;31.01.1997\r\n')
    seed("csv", "said", "sep=|\na|b\n5 (best)|2026-11-30T05:00:00Z\n")
    seed("csv", "utf16", "имя,день\nЯна,20261123\n".encode("utf-16"))
    seed("csv", "cyrillic", "имя,город\nЯна,Київ\n".encode("windows-1251"))
    seed("tsv", "survey", b"".join((analyst / "survey.tsv").read_bytes().splitlines(keepends=True)[:8]))
    seed("tsv", "small", "a\tb\n1,5\t02/01/1997 10:30\n\t\n")
    seed("xlsx", "survey", (analyst / "survey.xlsx").read_bytes())
    seed("xlsx_parts", "survey", workbook(analyst / "survey.xlsx", 4))
    seed("xlsx_parts", "small", SHEET)
    seed("sav", "survey", (analyst / "survey.sav").read_bytes())
    seed("sav", "compressed", (analyst / "survey.zsav").read_bytes())
    seed("sav", "small", sav(0))
    seed("sav", "small_compressed", sav(1))
    seed("parquet", "survey", (analyst / "survey.parquet").read_bytes())
    for index, model in enumerate(MODELS):
        seed("path_model", str(index), model)
    for index, condition in enumerate(CONDITIONS):
        seed("show_if", str(index), condition)
    for index, answers in enumerate(ANSWERS):
        seed("answers", str(index), json.dumps(answers, ensure_ascii=False))
    seed("survey", "every-kind", json.dumps(json.loads((ROOT / "fuzz/surveys/every-kind.json").read_text()), ensure_ascii=False))
    for template in (ROOT / "crates/domain/src/listen/templates").glob("*.json"):
        seed("survey", template.stem, json.dumps(json.loads(template.read_text()), ensure_ascii=False))


if __name__ == "__main__":
    main()
