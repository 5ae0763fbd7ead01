//! What is recorded is in the lake, once, whatever breaks.

mod support;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

use radost_app::domain::access::{Actor, Places, Role};
use radost_app::domain::listen::Correction;
use radost_app::domain::name::{ResponseId, UserId};
use radost_app::explain::{History, HistoryError, HistoryOptions};
use radost_app::lake::{Format, Lake, LakeError};
use radost_app::listen::NewResponse;
use radost_app::retain::CustomerDraft;
use radost_app::{App, AppError};
use std::sync::Arc;
use support::{Fixture, new_id, nps, on_every_engine};
use tempfile::TempDir;

const AT: &str = "2026-11-01T08:00:00Z";

fn history(app: &Arc<App>, folder: &TempDir) -> History {
    let place = folder.path().join("lake").display().to_string();
    let lake = Lake::open(&place, []).expect("a lake");
    let options = HistoryOptions {
        batch_rows: 7,
        ..HistoryOptions::default()
    };
    History::new(app.clone(), lake, options)
}

async fn ask(history: &History, actor: &Actor, sql: &str) -> String {
    let answer = history.sql(actor, sql).await.expect("an answer");
    let mut out = Vec::new();
    answer.write(&mut out, Format::Csv).await.expect("written");
    String::from_utf8(out).expect("text")
}

/// Responses, different ones, and the sum of their scores.
async fn sums(history: &History, actor: &Actor) -> String {
    let sql = r#"SELECT count(*) AS n, count(DISTINCT response_id) AS ids, sum(nps) AS sum FROM "post-visit""#;
    ask(history, actor, sql).await
}

async fn record(fixture: &Fixture, scores: impl IntoIterator<Item = i64>) {
    let responses = scores.into_iter().map(|score| nps("", AT, score));
    fixture.record(responses.collect()).await;
}

#[tokio::test]
async fn what_is_recorded_is_in_the_lake_once() {
    for fixture in on_every_engine().await {
        fixture.survey().await;
        let folder = tempfile::tempdir().expect("a folder");
        let (actor, workspace) = (&fixture.console, fixture.console.workspace);
        let mut writer = history(&fixture.app, &folder);
        assert_eq!(writer.catch_up(workspace).await.expect("caught up"), 0);
        record(&fixture, (0..25).map(|i| i % 11)).await;
        assert_eq!(writer.catch_up(workspace).await.expect("caught up"), 25);
        assert_eq!(sums(&writer, actor).await, "n,ids,sum\n25,25,113\n");
        // A server that starts later, and a second one beside it, find nothing to do.
        let mut other = history(&fixture.another_process(), &folder);
        assert_eq!(other.catch_up(workspace).await.expect("caught up"), 0);
        record(&fixture, [10, 10, 10]).await;
        let (one, two) = tokio::join!(writer.catch_up(workspace), other.catch_up(workspace));
        assert_eq!(one.expect("caught up") + two.expect("caught up"), 3);
        assert_eq!(sums(&writer, actor).await, "n,ids,sum\n28,28,143\n");
        let status = writer.status(actor).await.expect("a status");
        assert_eq!((status.in_lake, status.recorded), (28, 28));
        assert_eq!(
            status.tables.iter().map(|table| table.rows).sum::<u64>(),
            28
        );
        // The question that a new version asks is in the table with the next response.
        let day = ask(
            &writer,
            actor,
            r#"SELECT DISTINCT day, channel FROM "post-visit""#,
        )
        .await;
        assert_eq!(day, "day,channel\n2026-11-01,api\n");
    }
}

#[tokio::test]
async fn a_writer_that_is_stopped_anywhere_loses_nothing_and_writes_nothing_twice() {
    for fixture in on_every_engine().await {
        fixture.survey().await;
        let folder = tempfile::tempdir().expect("a folder");
        let (actor, workspace) = (&fixture.console, fixture.console.workspace);
        for round in 0..50_u64 {
            record(&fixture, (0..9).map(|i| i + 1)).await;
            // A new writer each time, as after a start, stopped at a moment that moves through its work.
            let mut writer = history(&fixture.app, &folder);
            let moment = Duration::from_micros(round * round * 20);
            let _ = tokio::time::timeout(moment, writer.catch_up(workspace)).await;
        }
        let mut writer = history(&fixture.app, &folder);
        writer.catch_up(workspace).await.expect("caught up");
        assert_eq!(sums(&writer, actor).await, "n,ids,sum\n450,450,2250\n");
    }
}

#[tokio::test]
async fn a_lake_that_is_away_disturbs_nobody_and_catches_up() {
    for fixture in on_every_engine().await {
        fixture.survey().await;
        let folder = tempfile::tempdir().expect("a folder");
        let (actor, workspace) = (&fixture.console, fixture.console.workspace);
        let mut writer = history(&fixture.app, &folder);
        let place = folder.path().join("lake");
        // A file where the folder should be.
        std::fs::write(&place, "not a lake").expect("a file");
        record(&fixture, [9, 10]).await;
        let error = writer.catch_up(workspace).await.expect_err("no lake");
        assert!(matches!(error, HistoryError::Lake(_)), "{error:?}");
        record(&fixture, [8]).await;
        std::fs::remove_file(&place).expect("away");
        assert_eq!(writer.catch_up(workspace).await.expect("caught up"), 3);
        assert_eq!(sums(&writer, actor).await, "n,ids,sum\n3,3,27\n");
        // The lake is lost altogether: it is filled again from the beginning.
        std::fs::remove_dir_all(&place).expect("lost");
        record(&fixture, [1]).await;
        assert_eq!(writer.catch_up(workspace).await.expect("caught up"), 4);
        assert_eq!(sums(&writer, actor).await, "n,ids,sum\n4,4,28\n");
    }
}

#[tokio::test]
async fn the_lake_is_made_again_while_a_server_writes_it() {
    for fixture in on_every_engine().await {
        fixture.survey().await;
        let folder = tempfile::tempdir().expect("a folder");
        let (actor, workspace) = (&fixture.console, fixture.console.workspace);
        record(&fixture, (0..30).map(|_| 2)).await;
        let mut writer = history(&fixture.app, &folder);
        writer.catch_up(workspace).await.expect("caught up");
        let again = history(&fixture.another_process(), &folder);
        let (rebuilt, ()) = tokio::join!(again.rebuild(actor, |_, _| ()), async {
            for _ in 0..5 {
                record(&fixture, [3, 3]).await;
                writer.catch_up(workspace).await.expect("caught up");
            }
        });
        assert!(rebuilt.expect("made again") >= 30);
        writer.catch_up(workspace).await.expect("caught up");
        assert_eq!(sums(&again, actor).await, "n,ids,sum\n40,40,90\n");
    }
}

#[tokio::test]
async fn records_older_than_the_lake_are_told_and_made_good() {
    for fixture in on_every_engine().await {
        fixture.survey().await;
        let folder = tempfile::tempdir().expect("a folder");
        let (actor, workspace) = (&fixture.console, fixture.console.workspace);
        record(&fixture, [5, 5]).await;
        let mut writer = history(&fixture.app, &folder);
        writer.catch_up(workspace).await.expect("caught up");
        let directory = fixture.app.directory(workspace).await.expect("a directory");
        let place = folder.path().join("lake").display().to_string();
        let lake = Lake::open(&place, []).expect("a lake");
        let slug = &directory.workspace.slug;
        lake.set_bookmark(slug, 9).await.expect("moved");
        record(&fixture, [5]).await;
        let error = writer.catch_up(workspace).await.expect_err("ahead");
        assert_eq!(
            error.to_string(),
            format!(
                "the lake knows 9 events of the workspace `{slug}` and the records only 3: they are older than the lake, as \
                 after a restored backup; `radost lake rebuild` makes the lake again"
            )
        );
        assert_eq!(
            writer.rebuild(actor, |_, _| ()).await.expect("made again"),
            3
        );
        assert_eq!(writer.catch_up(workspace).await.expect("caught up"), 0);
        assert_eq!(sums(&writer, actor).await, "n,ids,sum\n3,3,15\n");
    }
}

#[tokio::test]
async fn a_query_sees_what_was_acknowledged_before_it_and_counts_it_once() {
    // One, and what `recording` adds.
    const ALL: i64 = 121;
    for fixture in on_every_engine().await {
        fixture.survey().await;
        let folder = tempfile::tempdir().expect("a folder");
        let (actor, workspace) = (&fixture.console, fixture.console.workspace);
        let mut writer = history(&fixture.app, &folder);
        let reader = history(&fixture.another_process(), &folder);
        let (sent, acknowledged, asked) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let recording = async {
            for round in 1..=40 {
                sent.set(sent.get() + round % 7);
                record(&fixture, (0..round % 7).map(|_| 1)).await;
                acknowledged.set(sent.get());
                // Not all is recorded before anybody asks.
                while asked.get() < round / 4 {
                    tokio::task::yield_now().await;
                }
            }
        };
        let writing = async {
            while acknowledged.get() < ALL {
                writer.catch_up(workspace).await.expect("caught up");
                tokio::task::yield_now().await;
            }
        };
        let reading = async {
            while acknowledged.get() < ALL {
                let before = acknowledged.get();
                let answer = sums(&reader, actor).await;
                let after = sent.get();
                let numbers: Vec<i64> = answer
                    .lines()
                    .nth(1)
                    .expect("a row")
                    .split(',')
                    .map(|cell| cell.parse().unwrap_or(0))
                    .collect();
                let [n, ids, sum] = numbers[..] else {
                    panic!("{answer}");
                };
                assert_eq!((n, n), (ids, sum), "each counts once");
                assert!((before..=after).contains(&n), "{before} <= {n} <= {after}");
                asked.set(asked.get() + 1);
            }
        };
        // The table is there before it is asked for.
        record(&fixture, [1]).await;
        sent.set(1);
        tokio::join!(recording, writing, reading);
        assert_eq!(
            sums(&reader, actor).await,
            format!("n,ids,sum\n{ALL},{ALL},{ALL}\n")
        );
    }
}

/// All files of the lake.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let (mut open, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(path) = open.pop() {
        match std::fs::read_dir(&path) {
            Ok(entries) => open.extend(entries.map(|entry| entry.expect("an entry").path())),
            Err(_) => found.push(path),
        }
    }
    found
}

#[tokio::test]
async fn what_is_left_out_or_erased_is_gone_from_the_lake() {
    for fixture in on_every_engine().await {
        fixture.survey().await;
        let folder = tempfile::tempdir().expect("a folder");
        let (actor, workspace, app) = (&fixture.console, fixture.console.workspace, &fixture.app);
        let customer = CustomerDraft {
            external_id: "C-1".into(),
            name: "Mavra".into(),
            ..CustomerDraft::default()
        };
        let customer = app.save_customer(actor, None, &customer).await;
        let customer = customer.expect("saved").id;
        let said = |score: i64| NewResponse {
            customer: Some("C-1".into()),
            answers: [
                ("nps".to_owned(), score.into()),
                ("improve".to_owned(), "a secret of Mavra".into()),
            ]
            .into(),
            submitted_at: Some(AT.parse().expect("a time")),
            ..NewResponse::default()
        };
        fixture.record(vec![said(7), said(8)]).await;
        record(&fixture, [1, 2, 3]).await;
        let mut writer = history(app, &folder);
        writer.catch_up(workspace).await.expect("caught up");
        record(&fixture, [10]).await;
        let id = r#"SELECT response_id FROM "post-visit" WHERE nps = 3"#;
        let id = ask(&writer, actor, id).await;
        let id = id.lines().nth(1).expect("a row").parse().expect("an id");
        let correct = async |excluded, weight| {
            let correction = Correction {
                excluded: Some(excluded),
                weight: Some(weight),
                ..Correction::default()
            };
            let corrected = app
                .correct_response(actor, ResponseId(id), &correction)
                .await;
            corrected.expect("corrected");
        };
        let sql = r#"SELECT count(*) AS n, sum(nps) AS sum, sum(weight) AS weight, count(customer_id) AS known,
                     count(improve) AS said FROM "post-visit""#;
        // The number is right before the lake is written and after.
        let expect = async |writer: &mut History, expected: &str| {
            for written in [false, true] {
                if written {
                    writer.catch_up(workspace).await.expect("caught up");
                }
                let found = ask(writer, actor, sql).await;
                assert_eq!(found.lines().nth(1), Some(expected), "written: {written}");
            }
        };
        expect(&mut writer, "6,31,6.0,2,2").await;
        correct(true, 1.0).await;
        expect(&mut writer, "5,28,5.0,2,2").await;
        correct(false, 2.5).await;
        correct(false, 4.0).await;
        expect(&mut writer, "6,31,9.0,2,2").await;
        app.erase_customer(actor, customer).await.expect("erased");
        expect(&mut writer, "6,31,9.0,0,0").await;

        // Only the files of the current version are left, and no log remembers what was in the others.
        let lake = folder.path().join("lake");
        let (tables, others): (Vec<_>, Vec<_>) = files(&lake).into_iter().partition(|path| {
            let in_log = path
                .components()
                .any(|part| part.as_os_str() == "_delta_log");
            !in_log && path.extension() == Some("parquet".as_ref())
        });
        let status = writer.status(actor).await.expect("a status");
        assert_eq!(tables.len() as u64, status.tables[0].files);
        for path in others {
            let bytes = std::fs::read(&path).expect("a file");
            let text = String::from_utf8_lossy(&bytes);
            let customer = customer.to_string();
            assert!(
                !text.contains("secret") && !text.contains(&customer),
                "{}",
                path.display()
            );
        }
        // Made again, it is the same.
        writer.rebuild(actor, |_, _| ()).await.expect("made again");
        expect(&mut writer, "6,31,9.0,0,0").await;
    }
}

#[tokio::test]
async fn a_response_corrected_while_the_lake_is_made_again_is_there_once() {
    for fixture in on_every_engine().await {
        fixture.survey().await;
        let folder = tempfile::tempdir().expect("a folder");
        let (actor, workspace, app) = (&fixture.console, fixture.console.workspace, &fixture.app);
        record(&fixture, (0..40).map(|_| 2)).await;
        let mut writer = history(app, &folder);
        writer.catch_up(workspace).await.expect("caught up");
        let ids = ask(&writer, actor, r#"SELECT response_id FROM "post-visit""#).await;
        let ids: Vec<_> = ids
            .lines()
            .skip(1)
            .take(8)
            .map(|id| ResponseId(id.parse().expect("an id")))
            .collect();
        let again = history(&fixture.another_process(), &folder);
        let (rebuilt, ()) = tokio::join!(again.rebuild(actor, |_, _| ()), async {
            for id in ids {
                let correction = Correction {
                    excluded: Some(true),
                    ..Correction::default()
                };
                let corrected = app.correct_response(actor, id, &correction).await;
                corrected.expect("corrected");
                writer.catch_up(workspace).await.expect("caught up");
            }
        });
        rebuilt.expect("made again");
        writer.catch_up(workspace).await.expect("caught up");
        assert_eq!(sums(&again, actor).await, "n,ids,sum\n32,32,64\n");
    }
}

#[tokio::test]
async fn a_lake_is_made_again_from_what_responses_are_now_and_not_from_what_was_read_before() {
    for fixture in on_every_engine().await {
        fixture.survey().await;
        let folder = tempfile::tempdir().expect("a folder");
        let (actor, app) = (&fixture.console, &fixture.app);
        record(&fixture, [1, 2, 3, 4]).await;
        let writer = history(app, &folder);
        let read = ask(
            &writer,
            actor,
            r#"SELECT response_id FROM "post-visit" WHERE nps = 3"#,
        )
        .await;
        let id = read.lines().nth(1).expect("an id").parse();
        let correction = Correction {
            excluded: Some(true),
            ..Correction::default()
        };
        app.correct_response(actor, ResponseId(id.expect("an id")), &correction)
            .await
            .expect("corrected");
        writer.rebuild(actor, |_, _| ()).await.expect("made again");
        assert_eq!(sums(&writer, actor).await, "n,ids,sum\n3,3,7\n");
    }
}

#[tokio::test]
async fn those_who_see_some_places_do_not_read_the_whole_table() {
    for fixture in on_every_engine().await {
        fixture.survey().await;
        let folder = tempfile::tempdir().expect("a folder");
        record(&fixture, [5]).await;
        let mut writer = history(&fixture.app, &folder);
        let workspace = fixture.console.workspace;
        writer.catch_up(workspace).await.expect("caught up");
        let place = fixture.place("north", "Europe/Kyiv").await;
        let person = |role, places| {
            Actor::user(workspace, UserId(new_id()), "Somebody".into(), role, places)
        };
        let manager = person(Role::Manager, Places::Only(BTreeSet::from([place])));
        let analyst = person(Role::Analyst, Places::All);
        let agent = person(Role::Agent, Places::All);
        let sql = r#"SELECT * FROM "post-visit""#;
        for refused in [&manager, &agent] {
            let forbidden = |error| matches!(error, HistoryError::App(AppError::Forbidden(_)));
            assert!(forbidden(
                writer.sql(refused, sql).await.expect_err("refused")
            ));
            assert!(forbidden(
                writer.status(refused).await.expect_err("refused")
            ));
            assert!(forbidden(
                writer.compact(refused).await.expect_err("refused")
            ));
            let rebuilt = writer.rebuild(refused, |_, _| ()).await;
            assert!(forbidden(rebuilt.expect_err("refused")));
        }
        assert_eq!(sums(&writer, &analyst).await, "n,ids,sum\n1,1,5\n");
        let error = writer.compact(&analyst).await.expect_err("refused");
        assert!(matches!(error, HistoryError::App(AppError::Forbidden(_))));
        let error = writer
            .sql(&analyst, "DROP TABLE t")
            .await
            .expect_err("refused");
        assert!(matches!(error, HistoryError::Lake(LakeError::ReadOnly(_))));
    }
}
