//! Files of answers, each recognised by itself.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use radost_table::answers::{Answers, Head, Heading, Program};
use radost_table::delimited::{FileError, Format, Row};
use radost_table::export::{FileKind, Holds, OutCell, OutColumn, TableWriter};

fn open(path: &Path) -> Result<Answers, FileError> {
    Answers::open(path, Format::default(), Arc::default())
}

fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answers.csv");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

type Told = (
    Option<Program>,
    Vec<(String, String, String)>,
    (u64, Vec<String>),
);

/// Name, question and part of every column; then the first row with its number.
fn told(text: &str) -> Told {
    let (_folder, path) = written(text);
    let mut answers = open(&path).unwrap();
    let Head {
        program, columns, ..
    } = answers.head.clone();
    let tell = |Heading {
                    name,
                    question,
                    part,
                }| (name, question, part);
    assert_eq!(answers.table.next_row().unwrap(), Some(Row::Cells));
    let cells = answers.table.cells().map(str::to_owned).collect();
    (
        program,
        columns.into_iter().map(tell).collect(),
        (answers.table.row(), cells),
    )
}

fn names(text: &str) -> Vec<String> {
    told(text).1.into_iter().map(|(name, ..)| name).collect()
}

#[test]
fn qualtrics_names_its_columns_in_two_rows_or_three() {
    let text = "StartDate,Q1,Q2_1\nStart Date,How was it?,What did you like? - Taste\n\
                \"{\"\"ImportId\"\":\"\"startDate\"\"}\",\"{\"\"ImportId\"\":\"\"QID1\"\"}\",\"{'ImportId': 'QID2_1'}\"\n\
                2026-01-01,5,yes\n";
    let (program, columns, row) = told(text);
    assert_eq!(program, Some(Program::Qualtrics));
    assert_eq!(
        columns[1],
        ("Q1".into(), "How was it?".into(), String::new())
    );
    assert_eq!(
        row,
        (4, vec!["2026-01-01".into(), "5".into(), "yes".into()])
    );
    let legacy = "V1,V8,Q1,Q1\nResponseID,StartDate,How was it?,And then?\nR_1,2026-01-01,5,4\n";
    assert_eq!(names(legacy), ["ResponseID", "StartDate", "Q1", "Q1 (2)"]);
    assert_eq!(told(legacy).2.0, 3);
}

#[test]
fn surveymonkey_asks_in_the_first_row_and_names_parts_in_the_second() {
    let text = "RespondentID,Seen any?,Which films?,,Why?\n,Response,Episode I,Episode II,Open-Ended Response\n\
                17,Yes,Episode I,,So\n";
    let (program, columns, row) = told(text);
    assert_eq!(program, Some(Program::SurveyMonkey));
    assert_eq!(
        columns[3],
        (
            "Which films? [Episode II]".into(),
            "Which films?".into(),
            "Episode II".into()
        )
    );
    assert_eq!(columns[4].0, "Why?");
    assert_eq!(row.0, 3);
}

#[test]
fn limesurvey_writes_codes_before_questions() {
    let text = "id. Response ID,q1. How was it?,rse3[SQ001]. Who uses it? [Myself],rse3[other]. Who uses it? []\n1,5,Yes,\n";
    let (program, columns, row) = told(text);
    assert_eq!(program, Some(Program::LimeSurvey));
    assert_eq!(
        columns[1],
        ("q1".into(), "How was it?".into(), String::new())
    );
    assert_eq!(
        columns[2],
        ("rse3[SQ001]".into(), "Who uses it?".into(), "Myself".into())
    );
    assert_eq!(columns[3].2, "other");
    assert_eq!(row.0, 2);
}

#[test]
fn questions_may_repeat_where_names_may_not() {
    let form = "Отметка времени,Чому?,Чому?\n2026-01-01,a,b\n";
    assert_eq!(told(form).0, Some(Program::GoogleForms));
    assert_eq!(names(form), ["Отметка времени", "Чому?", "Чому? (2)"]);
    assert_eq!(
        names("id,Why or why not?,Why or why not?\n1,a,b\n")[2],
        "Why or why not? (2)"
    );
    let (_folder, path) = written("id,score,score\n1,2,3\n");
    let fault = open(&path).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "columns 2 and 3 are both called \"score\"; rename one of them"
    );
}

#[test]
fn a_damaged_file_of_another_kind_says_what_it_was_taken_for() {
    for (bytes, expected) in [
        (&b"PK\x03\x04rest"[..], "XLSX"),
        (b"$FL2rest of it", "SPSS"),
        (b"PAR1rest", "Parquet"),
        (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answers.csv");
        std::fs::write(&path, bytes).unwrap();
        let fault = open(&path).unwrap_err();
        assert!(fault.to_string().contains(expected), "{fault}");
    }
}

/// The files of survey programs, where they are at hand.
#[test]
fn real_files_are_recognised() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/importers");
    if !folder.is_dir() {
        println!("skipped: no {}", folder.display());
        return;
    }
    for (name, program, columns, rows) in [
        (
            "qualtrics_climate_pilot.csv",
            Some(Program::Qualtrics),
            27,
            452,
        ),
        (
            "qualtrics_german_ui_sample.csv",
            Some(Program::Qualtrics),
            20,
            1,
        ),
        (
            "qualtrics_legacy_2header_sample.csv",
            Some(Program::Qualtrics),
            16,
            1,
        ),
        (
            "qualtrics_tools_matrix.csv",
            Some(Program::Qualtrics),
            59,
            10,
        ),
        (
            "limesurvey_rse2016_uk.csv",
            Some(Program::LimeSurvey),
            67,
            273,
        ),
        (
            "limesurvey_rse2017_uk.csv",
            Some(Program::LimeSurvey),
            245,
            253,
        ),
        (
            "limesurvey_rse2017_de.csv",
            Some(Program::LimeSurvey),
            248,
            325,
        ),
        ("typeform_osmi_mental_health_2016.csv", None, 61, 1_433),
        (
            "surveymonkey_flying_etiquette.csv",
            Some(Program::SurveyMonkey),
            27,
            1_040,
        ),
        ("spss_student_survey_237.sav", Some(Program::Spss), 12, 237),
        ("spss_electric_1996.sav", Some(Program::Spss), 13, 240),
        (
            "spss_foreign_testdata_likert_missing.sav",
            Some(Program::Spss),
            16,
            5,
        ),
    ] {
        let mut answers =
            open(&folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut found = 0;
        while let Some(row) = answers.table.next_row().unwrap() {
            assert_eq!(row, Row::Cells, "{name}");
            assert_eq!(
                answers.table.width(),
                columns,
                "{name}, row {}",
                answers.table.row()
            );
            found += 1;
        }
        let head = &answers.head;
        assert_eq!(
            (head.program, head.columns.len(), found),
            (program, columns, rows),
            "{name}"
        );
    }
    // Written in windows-1252, which it does not say.
    let format = Format {
        encoding: radost_table::Encoding::for_label(b"windows-1252"),
        ..Format::default()
    };
    let file = folder.join("surveymonkey_starwars.csv");
    let mut answers = Answers::open(&file, format, Arc::default()).unwrap();
    assert_eq!(answers.head.program, Some(Program::SurveyMonkey));
    let mut found = 0;
    while answers.table.next_row().unwrap().is_some() {
        found += 1;
    }
    assert_eq!((answers.head.columns.len(), found), (38, 1_186));
}

#[test]
fn what_is_written_reads_back_in_every_form() {
    let column = |name: &str, holds, labels: &[(&str, &str)]| OutColumn {
        name: name.to_owned(),
        label: format!("What of {name}?"),
        holds,
        labels: labels
            .iter()
            .map(|(value, label)| ((*value).to_owned(), (*label).to_owned()))
            .collect(),
    };
    let columns = vec![
        column("name", Holds::Text, &[]),
        column(
            "rating",
            Holds::Whole,
            &[("1", "Погано"), ("2", "Так собі"), ("3", "Чудово")],
        ),
        column("paid", Holds::Number, &[]),
        column("agreed", Holds::Truth, &[]),
        column("visited", Holds::Day, &[]),
        column("at", Holds::Moment, &[]),
        column("reason", Holds::Text, &[("late", "Zu spät")]),
    ];
    let at: jiff::Zoned = "2026-03-01T14:05:00+02:00[Europe/Kyiv]".parse().unwrap();
    let row = [
        OutCell::Text("=1+1, \"так\"\nі ні".to_owned()),
        OutCell::Whole(3),
        OutCell::Number(-2.5),
        OutCell::Truth(true),
        OutCell::Day(jiff::civil::date(2026, 2, 28)),
        OutCell::Moment(at),
        OutCell::Text("late".to_owned()),
    ];
    let nothing: Vec<OutCell> = row.iter().map(|_| OutCell::Empty).collect();
    let folder = tempfile::tempdir().unwrap();
    for kind in FileKind::ALL {
        let path = folder.path().join(format!("out.{}", kind.extension()));
        let mut writer =
            TableWriter::new(kind, columns.clone(), std::fs::File::create(&path).unwrap()).unwrap();
        for row in [&row[..], &nothing, &row[..]] {
            writer.write(row).unwrap();
        }
        writer.finish().unwrap();
        let table = radost_table::Table::open(&path, &radost_table::Options::default()).unwrap();
        let names: Vec<&str> = table
            .columns()
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "name", "rating", "paid", "agreed", "visited", "at", "reason"
            ],
            "{kind:?}"
        );
        let asked: Vec<radost_table::Asked> = (0..7).map(radost_table::Asked::answer).collect();
        let mut rows: Vec<Vec<String>> = Vec::new();
        let read = table.read(&asked, |batch| {
            for index in 0..batch.rows.len() {
                let cells = batch
                    .columns
                    .iter()
                    .map(|column| column.texts()[index].clone());
                rows.push(
                    cells
                        .map(|cell| cell.unwrap_or_default().to_string())
                        .collect(),
                );
            }
            std::ops::ControlFlow::Continue(())
        });
        read.unwrap();
        let expected = match kind {
            FileKind::Csv => [
                "'=1+1, \"так\"\nі ні",
                "3",
                "-2.5",
                "true",
                "2026-02-28",
                "2026-03-01T14:05:00+02:00",
                "late",
            ],
            FileKind::Xlsx => [
                "=1+1, \"так\"\nі ні",
                "3",
                "-2.5",
                "1",
                "2026-02-28",
                "2026-03-01T14:05:00",
                "late",
            ],
            FileKind::Sav => [
                "=1+1, \"так\"\nі ні",
                "3 - Чудово",
                "-2.5",
                "1",
                "2026-02-28",
                "2026-03-01T14:05:00",
                "Zu spät",
            ],
            FileKind::Parquet => [
                "=1+1, \"так\"\nі ні",
                "3",
                "-2.5",
                "1",
                "2026-02-28",
                "2026-03-01T12:05:00Z",
                "late",
            ],
        };
        assert_eq!(rows.first().unwrap(), &expected, "{kind:?}");
        assert_eq!(rows.last().unwrap(), &expected, "{kind:?}");
        if kind == FileKind::Sav {
            let label = table.columns().iter().next().unwrap().label.as_deref();
            assert_eq!(label, Some("What of name?"));
        }
    }
}

#[test]
fn a_sheet_that_is_too_long_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let columns = vec![OutColumn {
        name: "n".to_owned(),
        label: String::new(),
        holds: Holds::Whole,
        labels: Vec::new(),
    }];
    let file = std::fs::File::create(folder.path().join("out.sav")).unwrap();
    let mut writer = TableWriter::new(FileKind::Sav, columns, file).unwrap();
    let cell = [OutCell::Whole(1)];
    let fault = (0..=radost_table::export::MOST_GATHERED).find_map(|_| writer.write(&cell).err());
    assert_eq!(
        fault.unwrap().to_string(),
        "a sav file holds at most 500000 rows; narrow the selection, or take CSV or Parquet"
    );
}
