//! The same survey in every kind of file reads as the same table.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use radost_table::{Asked, Encoding, Options, Report, Table, TableError};

fn file(name: &str) -> PathBuf {
    Path::new("../../examples/analyst").join(name)
}

/// The columns by kind, one line a row.
fn rows(file: &Path, options: &Options) -> Result<(Vec<String>, Report), TableError> {
    let table = Table::open(file, options)?;
    let columns = table.columns();
    let asked = [
        Asked::text(columns.one("town")?),
        Asked::date(columns.one("visited")?),
        Asked::number(columns.one("recommend")?),
        Asked::number(columns.one("overall")?),
        Asked::number(columns.one("spent")?),
    ];
    let mut lines = Vec::new();
    let report = table.read(&asked, |batch| {
        for row in 0..batch.rows.len() {
            lines.push(format!(
                "{:?} {:?} {:?}",
                batch.columns[0].texts()[row],
                batch.columns[1].dates()[row],
                [2, 3, 4].map(|column| batch.columns[column].numbers()[row])
            ));
        }
        ControlFlow::Continue(())
    })?;
    Ok((lines, report))
}

#[test]
fn one_survey_in_every_format_is_one_table() {
    let (expected, report) = rows(&file("survey.csv"), &Options::default()).expect("a table");
    assert_eq!(report.rows, 120);
    assert_eq!(
        expected[0],
        "Some(\"Львів\") Some(2026-01-03) [10.0, 5.0, 12.5]"
    );
    let missing: Vec<u64> = report.columns.iter().map(|column| column.missing).collect();
    assert_eq!(missing, [0, 0, 0, 8, 6]);
    for name in [
        "survey.tsv",
        "survey.xlsx",
        "survey.parquet",
        "survey.sav",
        "survey.zsav",
    ] {
        let (read, same) = rows(&file(name), &Options::default()).expect(name);
        assert_eq!(read, expected, "{name}");
        assert_eq!(same, report, "{name}");
    }
}

#[test]
fn other_encodings_read_the_same_when_marked_or_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(file("survey.csv")).expect("text");
    let (expected, _) = rows(&file("survey.csv"), &Options::default()).expect("a table");
    let path = folder.path().join("survey.csv");
    let cyrillic = Encoding::for_label(b"windows-1251").expect("an encoding");
    std::fs::write(&path, cyrillic.encode(&text).0).expect("written");
    let refused = rows(&path, &Options::default()).expect_err("no UTF-8");
    assert!(matches!(refused, TableError::Delimited { .. }), "{refused}");
    let options = Options {
        encoding: Some(cyrillic),
        ..Options::default()
    };
    assert_eq!(rows(&path, &options).expect("a table").0, expected);
    let mut wide = vec![0xff, 0xfe];
    wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    std::fs::write(&path, wide).expect("written");
    assert_eq!(
        rows(&path, &Options::default()).expect("a table").0,
        expected
    );
}

#[test]
fn codes_count_as_numbers_and_speak_by_their_labels() {
    let table = Table::open(&file("survey.sav"), &Options::default()).expect("a table");
    let overall = table.columns().one("overall").expect("a column");
    let label = table
        .columns()
        .iter()
        .nth(overall)
        .and_then(|column| column.label.as_deref());
    assert_eq!(label, Some("How satisfied are you overall?"));
    let mut seen = Vec::new();
    table
        .read(&[Asked::number(overall), Asked::text(overall)], |batch| {
            let [numbers, texts] = [&batch.columns[0], &batch.columns[1]];
            for (number, text) in numbers.numbers().iter().zip(texts.texts()) {
                seen.push((number.to_bits(), text.as_deref().map(str::to_owned)));
            }
            ControlFlow::Break(())
        })
        .expect("rows");
    assert!(seen.contains(&(5f64.to_bits(), Some("Very satisfied".to_owned()))));
    // 9 is declared missing in the file.
    assert!(seen.contains(&(f64::NAN.to_bits(), None)));
    assert!(!seen.iter().any(|(number, _)| *number == 9f64.to_bits()));
}

#[test]
fn a_fault_is_named_with_file_row_and_column() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |name: &str, bytes: &[u8], expected: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        let error = Table::open(&path, &Options::default()).and_then(|table| {
            let asked: Vec<Asked> = (0..table.columns().len()).map(Asked::number).collect();
            table.read(&asked, |_| ControlFlow::Continue(()))
        });
        let error = error.map(|report| report.rows).expect_err("a fault");
        let mut said = error.to_string();
        if let Some(source) = std::error::Error::source(&error) {
            said = format!("{said}: {source}");
        }
        assert_eq!(
            said.replace(&format!("{}/", folder.path().display()), ""),
            expected
        );
    };
    check(
        "a.csv",
        b"q1,q2\n1,2\n\n3,good\n",
        "a.csv, row 4, column `q2`: \"good\" is not a number (if it means a missing answer: --na \"good\")",
    );
    check(
        "b.csv",
        b"q1,q2\n1\n",
        "b.csv, row 2: 1 cells, where the header has 2; is a delimiter or a quotation mark missing?",
    );
    check(
        "c.csv",
        b"q1,q2\n1,inf\n",
        "c.csv, row 2, column `q2`: inf is not a finite number",
    );
    check("d.csv", b"", "d.csv: the file is empty");
    check(
        "e.xls",
        b"\xd0\xcf\x11\xe0 and so on",
        "e.xls: an old Excel file; save it as .xlsx or .csv",
    );
    check(
        "f.csv.gz",
        b"\x1f\x8b\x08",
        "f.csv.gz: a compressed file; unpack it first",
    );
    let nowhere = Table::open(&folder.path().join("nowhere.csv"), &Options::default());
    assert!(matches!(nowhere, Err(TableError::Io { .. })));
    let here = Table::open(folder.path(), &Options::default());
    assert!(matches!(here, Err(TableError::Unknown { .. })));
}

#[test]
fn only_so_many_rows_and_no_more_than_are_wanted() {
    let path = file("survey.csv");
    let limited = Options {
        limit: Some(7),
        ..Options::default()
    };
    for name in ["survey.csv", "survey.xlsx", "survey.parquet", "survey.sav"] {
        assert_eq!(rows(&file(name), &limited).expect(name).1.rows, 7, "{name}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let long = folder.path().join("long.csv");
    std::fs::write(&long, format!("q\n{}", "1\n".repeat(10_000))).expect("written");
    let table = Table::open(&long, &Options::default()).expect("a table");
    let stopped = table.read(&[Asked::number(0)], |_| ControlFlow::Break(()));
    let stopped = stopped.expect("rows");
    assert!(stopped.stopped && stopped.rows < 10_000);
    let unknown = Table::open(&path, &Options::default()).expect("a table");
    assert!(unknown.columns().one("recomend").is_err());
}
