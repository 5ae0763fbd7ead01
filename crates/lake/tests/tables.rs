//! Tables in a folder: written once whatever happens, growing with the survey, read by queries.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod support;

use std::path::Path;
use std::sync::Arc;

use deltalake::arrow::datatypes::{DataType, TimeUnit};
use deltalake::arrow::util::pretty::pretty_format_batches;
use deltalake::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use radost_lake::{Format, Lake, LakeError, News, Progress, Shape, TableName, Tail};
use support::{name, news, row, rows, second_row, second_shape, shape};
use tempfile::TempDir;

fn lake() -> (TempDir, Lake) {
    // A folder whose name an address has to write in another way.
    let folder = tempfile::Builder::new()
        .prefix("our lake ")
        .tempdir()
        .unwrap();
    let lake = Lake::open(&folder.path().display().to_string(), []).unwrap();
    (folder, lake)
}

async fn csv(lake: &Lake, sql: &str) -> String {
    let answer = lake.sql(&name().workspace, sql, &[]).await.unwrap();
    let mut out = Vec::new();
    answer.write(&mut out, Format::Csv).await.unwrap();
    String::from_utf8(out).unwrap()
}

async fn count(lake: &Lake) -> String {
    csv(
        lake,
        r#"SELECT count(*) AS n, count(DISTINCT response_id) AS ids FROM "post-visit""#,
    )
    .await
}

#[tokio::test]
async fn every_kind_of_answer_has_a_column_of_its_type() {
    let (_folder, lake) = lake();
    lake.append(&name(), &shape(), &news(1..=2), 2)
        .await
        .unwrap();
    let workspace = name().workspace;
    let answer = lake.sql(&workspace, r#"SELECT * FROM "post-visit""#, &[]);
    let batches = answer.await.unwrap().collect().await.unwrap();
    let schema = batches[0].schema();
    let found: Vec<(&str, &DataType)> = schema
        .fields()
        .iter()
        .map(|field| (field.name().as_str(), field.data_type()))
        .collect();
    let list = DataType::new_list(DataType::Utf8, true);
    let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let expected = [
        ("response_id", DataType::Utf8),
        ("survey_version", DataType::Int64),
        ("customer_id", DataType::Utf8),
        ("location_id", DataType::Utf8),
        ("employee_id", DataType::Utf8),
        ("channel", DataType::Utf8),
        ("touchpoint", DataType::Utf8),
        ("language", DataType::Utf8),
        ("submitted_at", instant),
        ("day", DataType::Date32),
        ("weight", DataType::Float64),
        ("quality_marks", list.clone()),
        ("segment_class", DataType::Utf8),
        ("nps", DataType::Int64),
        ("taste", DataType::Int64),
        ("reason", DataType::Utf8),
        ("liked", list),
        ("words", DataType::Utf8),
        ("paid", DataType::Float64),
        ("visited", DataType::Date32),
        ("agree", DataType::Boolean),
    ];
    assert_eq!(found.len(), expected.len());
    for ((name, kind), (expected_name, expected_kind)) in found.iter().zip(&expected) {
        assert_eq!(name, expected_name);
        // What the items of a list are called differs between Arrow and Delta.
        assert!(kind.equals_datatype(expected_kind), "{name}: {kind}");
    }
}

#[tokio::test]
async fn rows_are_read_as_they_were_written() {
    let (_folder, lake) = lake();
    lake.append(&name(), &shape(), &news(1..=2), 2)
        .await
        .unwrap();
    let read = csv(&lake, r#"SELECT * FROM "post-visit" ORDER BY response_id"#).await;
    let id = |n: u32| format!("00000000-0000-0000-0000-{n:012}");
    let (one, two, seven, eight) = (id(1), id(2), id(7), id(8));
    assert_eq!(
        read,
        format!(
            "response_id,survey_version,customer_id,location_id,employee_id,channel,touchpoint,language,submitted_at,day,weight,\
             quality_marks,segment_class,nps,taste,reason,liked,words,paid,visited,agree\n\
             {one},1,{seven},,,qr,visit,uk,2026-03-01T22:30:00.500Z,2026-03-02,1.0,,business,1,4,a,\"[a, b]\",\"Смачно, №1\",12.5,2026-03-01,true\n\
             {two},1,{seven},{eight},,qr,visit,uk,2026-03-01T22:30:00.500Z,2026-03-02,1.0,,business,2,,a,\"[a, b]\",\"Смачно, №2\",12.5,2026-03-01,true\n"
        )
    );
}

#[tokio::test]
async fn a_batch_that_is_written_again_changes_nothing() {
    let (_folder, lake) = lake();
    let (name, shape) = (name(), shape());
    assert_eq!(lake.last_sequence(&name).await.unwrap(), 0);
    assert_eq!(
        lake.append(&name, &shape, &news(1..=10), 12).await.unwrap(),
        10
    );
    assert_eq!(lake.last_sequence(&name).await.unwrap(), 12);
    // The whole batch again, as after a crash between the lake and the mark; then one that overlaps.
    assert_eq!(
        lake.append(&name, &shape, &news(1..=10), 12).await.unwrap(),
        0
    );
    assert_eq!(
        lake.append(&name, &shape, &news(5..=15), 15).await.unwrap(),
        3
    );
    assert_eq!(count(&lake).await, "n,ids\n13,13\n");
    assert_eq!(
        csv(
            &lake,
            r#"SELECT min(nps) AS low, sum(nps) AS sum FROM "post-visit""#
        )
        .await,
        // 1 … 10, then 13, 14, 15 modulo 11.
        "low,sum\n1,64\n"
    );
}

#[tokio::test]
async fn many_writers_of_one_batch_write_it_once() {
    let (_folder, lake) = lake();
    let writer = || {
        let lake = lake.clone();
        tokio::spawn(async move {
            for end in (10..=50).step_by(10) {
                let batch = news(end - 9..=end);
                while let Err(error) = lake.append(&name(), &shape(), &batch, end).await {
                    assert!(matches!(error, LakeError::Conflict(_)), "{error:?}");
                }
            }
        })
    };
    for writer in [writer(), writer(), writer()] {
        writer.await.unwrap();
    }
    assert_eq!(count(&lake).await, "n,ids\n50,50\n");
}

#[tokio::test]
async fn a_new_version_adds_its_columns() {
    let (_folder, lake) = lake();
    lake.append(&name(), &shape(), &news(1..=2), 2)
        .await
        .unwrap();
    lake.append(
        &name(),
        &second_shape(),
        &vec![second_row(3), row(4)].into(),
        4,
    )
    .await
    .unwrap();
    assert_eq!(
        csv(
            &lake,
            r#"SELECT survey_version AS v, nps, reason, "reason@2", staff, segment_class AS class, segment_region AS region
               FROM "post-visit" ORDER BY response_id"#
        )
        .await,
        "v,nps,reason,reason@2,staff,class,region\n\
         1,1,a,,,business,\n1,2,a,,,business,\n2,3,,3.0,5,,north\n1,4,a,,,business,\n"
    );
}

#[tokio::test]
async fn small_files_become_one_and_the_old_ones_are_deleted() {
    let (folder, lake) = lake();
    for end in 1..=12 {
        lake.append(&name(), &shape(), &news([end]), end)
            .await
            .unwrap();
    }
    let before = lake.status(&name()).await.unwrap().unwrap();
    assert_eq!(
        (before.rows, before.files, before.small_files),
        (12, 12, 12)
    );
    let done = lake.compact(&name(), 0).await.unwrap();
    assert_eq!(
        (done.files_before, done.files_after, done.files_deleted),
        (12, 1, 12)
    );
    let after = lake.status(&name()).await.unwrap().unwrap();
    assert_eq!((after.rows, after.files, after.last_sequence), (12, 1, 12));
    assert_eq!(parquet_files(folder.path()), 1);
    assert_eq!(count(&lake).await, "n,ids\n12,12\n");
    // Where the event log stands is still known.
    assert_eq!(
        lake.append(&name(), &shape(), &news(10..=13), 13)
            .await
            .unwrap(),
        1
    );
}

fn parquet_files(folder: &Path) -> usize {
    let table = folder.join("main/post-visit");
    std::fs::read_dir(table)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().extension() == Some("parquet".as_ref()))
        .count()
}

#[tokio::test]
async fn a_table_is_made_anew_while_it_is_read_and_written() {
    let (_folder, lake) = lake();
    lake.append(&name(), &shape(), &news(1..=5), 5)
        .await
        .unwrap();
    let reading = lake
        .sql(
            &name().workspace,
            r#"SELECT count(*) AS n FROM "post-visit""#,
            &[],
        )
        .await
        .unwrap();
    let mut rebuild = lake.rebuild(&name(), second_shape(), false).await.unwrap();
    rebuild.write(&rows(1..=5)).await.unwrap();
    // Meanwhile a server appends.
    lake.append(&name(), &shape(), &news(6..=7), 7)
        .await
        .unwrap();
    assert_eq!(rebuild.commit(5).await.unwrap(), Progress::Behind(7));
    assert_eq!(count(&lake).await, "n,ids\n7,7\n");
    rebuild.write(&rows(6..=7)).await.unwrap();
    assert_eq!(rebuild.commit(7).await.unwrap(), Progress::Done);
    assert_eq!(count(&lake).await, "n,ids\n7,7\n");
    let mut out = Vec::new();
    reading.write(&mut out, Format::Csv).await.unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "n\n5\n");
    assert_eq!(
        lake.append(&name(), &second_shape(), &vec![second_row(8)].into(), 8)
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        csv(&lake, r#"SELECT count(staff) AS staff FROM "post-visit""#).await,
        "staff\n1\n"
    );
}

#[tokio::test]
async fn a_damaged_table_is_said_to_be_so_and_made_again() {
    let (folder, lake) = lake();
    lake.append(&name(), &shape(), &news(1..=5), 5)
        .await
        .unwrap();
    lake.append(&name(), &shape(), &news(6..=6), 6)
        .await
        .unwrap();
    let log = folder
        .path()
        .join("main/post-visit/_delta_log/00000000000000000001.json");
    std::fs::write(&log, &std::fs::read(&log).unwrap()[..40]).unwrap();
    let error = lake.status(&name()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the table main/post-visit of the lake cannot be used"
    );
    let mut rebuild = lake.rebuild(&name(), shape(), false).await.unwrap();
    rebuild.write(&rows(1..=6)).await.unwrap();
    assert_eq!(rebuild.commit(6).await.unwrap(), Progress::Done);
    assert_eq!(count(&lake).await, "n,ids\n6,6\n");
}

#[tokio::test]
async fn records_older_than_the_lake_make_a_table_from_the_beginning() {
    let (_folder, lake) = lake();
    lake.append(&name(), &shape(), &news(1..=9), 9)
        .await
        .unwrap();
    let mut rebuild = lake.rebuild(&name(), shape(), true).await.unwrap();
    rebuild.write(&rows(1..=4)).await.unwrap();
    assert_eq!(rebuild.commit(4).await.unwrap(), Progress::Done);
    assert_eq!(lake.last_sequence(&name()).await.unwrap(), 4);
    // The events that follow are new ones under numbers that were used before.
    assert_eq!(
        lake.append(&name(), &shape(), &news(5..=6), 6)
            .await
            .unwrap(),
        2
    );
    assert_eq!(count(&lake).await, "n,ids\n6,6\n");
}

#[tokio::test]
async fn only_queries_are_answered() {
    let (folder, lake) = lake();
    lake.append(&name(), &shape(), &news(1..=3), 3)
        .await
        .unwrap();
    let stolen = folder.path().join("stolen.csv");
    for sql in [
        r#"DROP TABLE "post-visit""#,
        r#"DELETE FROM "post-visit""#,
        r#"INSERT INTO "post-visit" SELECT * FROM "post-visit""#,
        "CREATE TABLE t AS SELECT 1",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        &format!(r#"COPY "post-visit" TO '{}'"#, stolen.display()),
        "SET datafusion.execution.batch_size = 1",
    ] {
        let error = lake.sql(&name().workspace, sql, &[]).await.unwrap_err();
        assert!(matches!(error, LakeError::ReadOnly(_)), "{sql}: {error:?}");
        assert!(
            error
                .to_string()
                .starts_with("only queries are answered here: "),
            "{error}"
        );
    }
    for sql in [
        "SELECT 1; SELECT 2",
        "SELEC 1",
        r#"SELECT grade FROM "post-visit""#,
    ] {
        let error = lake.sql(&name().workspace, sql, &[]).await.unwrap_err();
        assert!(matches!(error, LakeError::Query(_)), "{sql}: {error:?}");
    }
    for (sql, table) in [
        (r#"SELECT * FROM "post-visits""#, r#""post-visits""#),
        ("SELECT * FROM '/etc/passwd'", r#""/etc/passwd""#),
    ] {
        let error = lake.sql(&name().workspace, sql, &[]).await.unwrap_err();
        let wanted = format!(r#"there is no table {table}; the tables here: "post-visit""#);
        assert_eq!(error.to_string(), wanted);
    }
    assert!(!stolen.exists());
    assert_eq!(count(&lake).await, "n,ids\n3,3\n");
}

#[tokio::test]
async fn a_workspace_sees_its_own_tables_alone() {
    let (_folder, lake) = lake();
    let other = TableName {
        workspace: "other".parse().unwrap(),
        ..name()
    };
    lake.append(&name(), &shape(), &news(1..=3), 3)
        .await
        .unwrap();
    lake.append(&other, &shape(), &news(1..=1), 1)
        .await
        .unwrap();
    assert_eq!(count(&lake).await, "n,ids\n3,3\n");
    assert_eq!(lake.tables(&other.workspace).await.unwrap(), [other]);
}

#[tokio::test]
async fn answers_are_written_as_tables_json_and_csv() {
    let (_folder, lake) = lake();
    lake.append(&name(), &shape(), &news(1..=2), 2)
        .await
        .unwrap();
    let check = async |sql: &str, format, expected: &str| {
        let answer = lake.sql(&name().workspace, sql, &[]).await.unwrap();
        let mut out = Vec::new();
        answer.write(&mut out, format).await.unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected, "{sql}");
    };
    let some = r#"SELECT nps, liked FROM "post-visit" ORDER BY nps"#;
    check(
        some,
        Format::Json,
        "{\"nps\":1,\"liked\":[\"a\",\"b\"]}\n{\"nps\":2,\"liked\":[\"a\",\"b\"]}\n",
    )
    .await;
    check(
        some,
        Format::Table,
        "+-----+--------+\n| nps | liked  |\n+-----+--------+\n| 1   | [a, b] |\n| 2   | [a, b] |\n+-----+--------+\n",
    )
    .await;
    check(some, Format::Csv, "nps,liked\n1,\"[a, b]\"\n2,\"[a, b]\"\n").await;
    let none = r#"SELECT nps FROM "post-visit" WHERE nps > 10"#;
    check(none, Format::Csv, "nps\n").await;
    check(none, Format::Json, "").await;
    check(none, Format::Table, "+-----+\n| nps |\n+-----+\n+-----+\n").await;
}

#[tokio::test]
async fn the_mark_lies_in_the_lake() {
    let (folder, lake) = lake();
    let workspace = name().workspace;
    assert_eq!(lake.bookmark(&workspace).await.unwrap(), 0);
    lake.set_bookmark(&workspace, 42).await.unwrap();
    assert_eq!(lake.bookmark(&workspace).await.unwrap(), 42);
    assert_eq!(lake.tables(&workspace).await.unwrap(), []);
    std::fs::write(folder.path().join("main/_bookmark.json"), "{").unwrap();
    let error = lake.bookmark(&workspace).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "main/_bookmark.json of the lake is damaged: EOF while parsing an object at line 1 column 1; `radost lake rebuild` makes \
         it again"
    );
}

#[test]
fn a_place_that_cannot_be_is_refused_by_name() {
    let check = |place: &str, expected: &str| {
        let error = Lake::open(place, []).unwrap_err().to_string();
        assert!(error.contains(expected), "{place}: {error}");
    };
    check(
        "http://example.org/lake",
        "`http://example.org/lake` is no place for a lake: give a folder",
    );
    check(
        "memory://",
        "give a folder, `file:///folder` or `s3://bucket/path`",
    );
    check("nonsense://x", "is no place for a lake");
    check("s3://", "is no place for a lake");
}

/// Whether any file under a folder holds these bytes, as they are or compressed away: Parquet files are read as tables.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut open = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let mut holds = bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes());
        if path.extension() == Some("parquet".as_ref()) {
            let file = std::fs::File::open(&path).unwrap();
            let batches = ParquetRecordBatchReaderBuilder::try_new(file)
                .unwrap()
                .build()
                .unwrap();
            for batch in batches {
                let rows = pretty_format_batches(&[batch.unwrap()])
                    .unwrap()
                    .to_string();
                holds |= rows.contains(text);
            }
        }
        if holds {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test]
async fn a_response_that_changed_is_there_as_it_is_now() {
    let (folder, lake) = lake();
    let (name, shape) = (name(), shape());
    for end in [10, 20, 30] {
        let batch = news(end - 9..=end);
        lake.append(&name, &shape, &batch, end).await.unwrap();
    }
    // Event 31 gives response 5 another weight, 32 takes its words away, 33 takes response 12 out, 34 is a new one.
    let mut five = row(5);
    five.sequence = 32;
    Arc::make_mut(&mut five.response)
        .answers
        .remove(&support::code("words"));
    let twelve = row(12).response.id;
    let mut changes = News {
        rows: vec![five.clone(), row(34)],
        changed: vec![(31, five.response.id), (32, five.response.id), (33, twelve)],
    };
    let told = "Смачно, №5";
    assert!(!files_with(folder.path(), told).is_empty());
    assert_eq!(lake.append(&name, &shape, &changes, 34).await.unwrap(), 3);
    assert_eq!(count(&lake).await, "n,ids\n30,30\n");
    let sql =
        r#"SELECT nps, words FROM "post-visit" WHERE nps = 5 ORDER BY words NULLS FIRST LIMIT 2"#;
    assert_eq!(csv(&lake, sql).await, "nps,words\n5,\n5,\"Смачно, №16\"\n");
    // Only the two files with the changed ones were written again.
    assert_eq!(lake.status(&name).await.unwrap().unwrap().files, 2);
    // Again after a crash: nothing.
    assert_eq!(lake.append(&name, &shape, &changes, 34).await.unwrap(), 0);
    // The old files are there for readers that began earlier, until they are forgotten.
    lake.forget(&name).await.unwrap();
    assert_eq!(files_with(folder.path(), told), Vec::<String>::new());
    assert_eq!(
        files_with(folder.path(), &twelve.to_string()),
        Vec::<String>::new()
    );
    assert!(!files_with(folder.path(), "Смачно, №6").is_empty());
    assert_eq!(count(&lake).await, "n,ids\n30,30\n");
    // Response 12 counts again.
    changes.rows = vec![row(12)];
    changes.rows[0].sequence = 35;
    changes.changed = vec![(35, twelve)];
    assert_eq!(lake.append(&name, &shape, &changes, 35).await.unwrap(), 1);
    assert_eq!(count(&lake).await, "n,ids\n31,31\n");
}

#[tokio::test]
async fn what_is_not_written_yet_counts_once() {
    let (_folder, lake) = lake();
    let tail = |news| Tail {
        name: name(),
        shape: second_shape(),
        news,
    };
    let sums = async |tails: &[Tail]| {
        let sql = r#"SELECT count(*) AS n, count(DISTINCT response_id) AS ids, sum(nps) AS nps, count(staff) AS staff FROM "post-visit""#;
        let answer = lake.sql(&name().workspace, sql, tails).await.unwrap();
        let mut out = Vec::new();
        answer.write(&mut out, Format::Csv).await.unwrap();
        String::from_utf8(out).unwrap()
    };
    let mut rows = rows(1..=6);
    rows.push(second_row(8));
    let mut second = row(2);
    second.sequence = 7;
    Arc::make_mut(&mut second.response).answers.clear();
    let changed = vec![(7, second.response.id)];
    rows.retain(|row| row.response.id != second.response.id);
    rows.push(second);
    let tails = [tail(News { rows, changed })];
    // 1 + 3 + 4 + 5 + 6 + 8; response 2 has lost its answers.
    let expected = "n,ids,nps,staff\n7,7,27,1\n";
    assert_eq!(sums(&tails).await, expected, "no table yet");
    for up_to in 1..=6 {
        let written = lake
            .append(&name(), &shape(), &news(1..=up_to), up_to)
            .await;
        assert_eq!(written.unwrap(), 1);
        assert_eq!(sums(&tails).await, expected, "written up to {up_to}");
    }
    let written = lake
        .append(&name(), &second_shape(), &tails[0].news, 8)
        .await;
    assert_eq!(written.unwrap(), 2);
    assert_eq!(sums(&tails).await, expected, "all is written");
    assert_eq!(sums(&[]).await, expected, "without a tail");
}

#[tokio::test]
async fn a_question_named_like_another_column_has_a_column_of_its_own() {
    let mut document = support::document();
    document["blocks"][0]["questions"][4]["code"] = "day".into();
    document["blocks"][0]["questions"][2]["code"] = "segment_region".into();
    let mut later = support::second_document();
    later["blocks"][0]["questions"][4]["code"] = "day".into();
    let (first, later) = (support::read(&document), support::read(&later));
    let shape = Shape::of([(1, &first), (2, &later)]);
    let schema = shape.schema();
    let names: Vec<&str> = schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    assert_eq!(
        names[9..],
        [
            "day",
            "weight",
            "quality_marks",
            "segment_class",
            "nps",
            "taste",
            "segment_region",
            "liked",
            "day@1",
            "paid",
            "visited",
            "agree",
            "segment_region@2",
            "reason",
            "staff"
        ]
    );
}
