//! Importing files: what is accepted, what is refused and why, and that doing it again adds nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::civil::date;
use radost_app::domain::access::{Actor, Places};
use radost_app::domain::explain::{Filters, Period};
use radost_app::domain::listen::Survey;
use radost_app::domain::listen::response::char_score;
use radost_app::domain::name::LocationId;
use radost_app::domain::team::{Location, LocationKind};
use radost_app::explain::{DriversAnswer, DriversQuery, Selection};
use radost_app::listen::NewSurvey;
use radost_app::listen::import::{
    Counts, Format, ImportError, ImportTask, Mapping, Progress, State, Summary,
};
use radost_app::{App, AppOptions, Store};
use serde_json::json;

const NOW: &str = "2026-11-01T12:00:00Z";
const AIRLINE: &str = include_str!("../../../examples/airline/mapping.toml");

struct Bench {
    app: Arc<App>,
    actor: Actor,
    folder: tempfile::TempDir,
}

impl Bench {
    async fn new(survey: &serde_json::Value) -> Bench {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("radost.db").display().to_string();
        let store = Store::open(&database).await.expect("a store");
        let now: jiff::Timestamp = NOW.parse().expect("a time");
        let next = AtomicU64::new(1);
        let app = App::new(AppOptions {
            store,
            lake: None,
            clock: Arc::new(move || now),
            ids: Arc::new(move || {
                let millis = u128::from(now.as_millisecond().unsigned_abs());
                let number = u128::from(next.fetch_add(1, Ordering::Relaxed));
                uuid::Uuid::from_u128((millis << 80) | (0x7 << 76) | (0x2 << 62) | number)
            }),
            intake: Default::default(),
            files: folder.path().join("files"),
        });
        let slug = "main".parse().expect("a slug");
        let language = radost_app::domain::Language::En;
        let workspace = app
            .create_workspace(slug, "Main", "Europe/Kyiv", language)
            .await
            .expect("a workspace");
        let actor = Actor::console(workspace.id);
        let survey = Survey::from_json(survey).expect("a survey");
        let code = survey.code.to_string();
        app.create_survey(&actor, NewSurvey::Document(Box::new(survey)))
            .await
            .expect("a draft");
        app.publish_survey(&actor, &code).await.expect("published");
        Bench { app, actor, folder }
    }

    async fn airline() -> Bench {
        let text = include_str!("../../../examples/airline/survey.json");
        Bench::new(&serde_json::from_str(text).expect("JSON")).await
    }

    /// A small survey with one question of most kinds.
    async fn small() -> Bench {
        Bench::new(&json!({
            "code": "small", "title": { "en": "Small" }, "languages": ["en"],
            "blocks": [{ "code": "b", "questions": [
                { "code": "nps", "kind": "nps", "text": { "en": "Would you recommend us?" } },
                { "code": "comment", "kind": "text", "text": { "en": "Why?" } },
            ] }],
            "segments": [{ "code": "size", "label": { "en": "Size" } }],
        }))
        .await
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("a file");
        path
    }

    fn task(&self, file: &Path, survey: &str, mapping: &str) -> ImportTask {
        ImportTask {
            file: file.to_owned(),
            survey: survey.into(),
            mapping: Mapping::from_toml(mapping).expect("a mapping"),
            rejects: Some(file.with_extension("rejects.csv")),
            dry_run: false,
            limit: None,
        }
    }

    async fn run(&self, task: ImportTask) -> Result<Summary, ImportError> {
        self.app
            .import_file(&self.actor, task, Arc::default())
            .await
    }

    /// Answers to the scale question of this code, by score.
    async fn scores(&self, survey: &str, code: &str, filters: &Filters) -> Vec<(i64, i64)> {
        let directory = self
            .app
            .directory(self.actor.workspace)
            .await
            .expect("there");
        let survey = directory.survey(survey).expect("a survey");
        let slots = survey.published.slots();
        let slot = slots
            .iter()
            .position(|slot| slot.as_str() == code)
            .expect("a scale");
        let period = Period {
            from: date(2020, 1, 1),
            to: date(2030, 1, 1),
        };
        let mut tx = self.app.store().read().await.expect("a transaction");
        let days = tx
            .scored_days(self.actor.workspace, survey.id, period, filters, &[])
            .await
            .expect("a scan");
        let mut scores: BTreeMap<i64, i64> = BTreeMap::new();
        for row in days.iter().flat_map(|day| day.rows()) {
            let score = row.scores.chars().nth(slot).and_then(char_score);
            if let Some(score) = score {
                *scores.entry(score).or_default() += 1;
            }
        }
        scores.into_iter().collect()
    }

    async fn recorded(&self, survey: &str, code: &str) -> i64 {
        let scores = self.scores(survey, code, &Filters::default()).await;
        scores.into_iter().map(|(_, count)| count).sum()
    }

    /// Events of recorded responses: one each, no more.
    async fn events(&self) -> usize {
        let mut tx = self.app.store().read().await.expect("a transaction");
        let events = tx.events_after(self.actor.workspace, 0, 1_000_000).await;
        events.expect("events").len()
    }
}

fn counted(counts: Counts) -> (u64, u64, u64, u64) {
    (
        counts.rows,
        counts.accepted,
        counts.duplicates,
        counts.rejected,
    )
}

const SMALL: &str = "channel = \"phone\"\n[columns]\n\"id\" = { to = \"client_id\" }\n\"score\" = { to = \"answer\", code = \"nps\" }\n\
                     \"why\" = { to = \"answer\", code = \"comment\" }\n\"when\" = { to = \"submitted_at\" }\n";

#[tokio::test]
async fn what_cannot_be_accepted_is_written_down_with_its_reason() {
    let bench = Bench::small().await;
    let long = "x".repeat(2 * 1024 * 1024);
    let mut content = b"id,score,why,when\n".to_vec();
    for row in [
        &b"1,9,good,2026-10-01 09:30\n"[..],
        b"2,6.5,,\n",
        b"3,11,,01.10.2026\n",
        b"4,8,\"two\nlines, one cell\",01.10.2026 23:30\n",
        b"5,7\n",
        b"6,7,,,more\n",
        b"7,7,,yesterday\n",
        b"8,7,,2027-01-01\n",
        b"9,7,\xd0\x0a",
        b"10,7,a\0b,\n",
        b",,,\n",
        b"\n",
        b"11,,,2026-10-01\n",
    ] {
        content.extend(row);
    }
    content.extend(format!("12,7,{long},\n13,10,fine,\n").bytes());
    let file = bench.file("answers.csv", content);
    let mut task = bench.task(&file, "small", SMALL);
    // Named, so that a row that is no UTF-8 is a row at fault and not a file at fault.
    task.mapping.encoding =
        Some(radost_app::listen::import::Encoding::for_label(b"utf-8").expect("known"));
    let summary = bench.run(task).await.expect("an import");
    assert_eq!(counted(summary.counts), (13, 3, 0, 10));
    let rejects = std::fs::read_to_string(file.with_extension("rejects.csv")).expect("rejects");
    let rejects: Vec<String> = rejects
        .lines()
        .map(|line| line.chars().take(150).collect())
        .collect();
    let expected = [
        "row,column,reason,id,score,why,when",
        "3,score,\"`nps` takes whole numbers from 0 to 10, not 6.5\",2,6.5,,",
        "4,score,\"`nps` takes whole numbers from 0 to 10, not 11\",3,11,,01.10.2026",
        "6,,\"the row has 2 cells, the header 4; a delimiter or a quotation mark too many or too few?\",5,7",
        "7,,\"the row has 5 cells, the header 4; a delimiter or a quotation mark too many or too few?\",6,7,,,more",
        "8,when,\"`yesterday` is not a moment; known forms are 2026-03-31T14:05:00Z, 2026-03-31 14:05, 2026-03-31, 31.03.2026 14:05 or 31.03.2026\",7,7,,yesterda",
        "9,when,submitted_at: lies in the future,8,7,,2027-01-01",
        "10,,\"the row is not UTF-8; if the file is in another encoding, say so in the mapping: encoding = \"\"windows-1251\"\" or \"\"windows-1252\"\"\",9,7,\u{fffd}",
        "11,why,the cell contains a NUL character,10,7,a\0b,",
        "14,,no question was answered,11,,,2026-10-01",
    ];
    assert_eq!(rejects[..expected.len()], expected);
    assert!(
        rejects[10].starts_with(
            "15,,the row is longer than 1048576 bytes; is a quotation mark not closed?,127xxx"
        ),
        "{}",
        rejects[10]
    );
    assert_eq!(rejects.len(), 11);
    assert_eq!(summary.reasons.len(), 8);
    assert_eq!(
        (summary.reasons[0].count, summary.reasons[0].kind),
        (2, "ragged-row")
    );
    assert_eq!(
        bench.scores("small", "nps", &Filters::default()).await,
        [(8, 1), (9, 1), (10, 1)]
    );
    assert_eq!(bench.events().await, 3);
}

#[tokio::test]
async fn a_file_in_another_encoding_is_refused_until_it_is_named() {
    let bench = Bench::small().await;
    let (bytes, _, _) =
        encoding_rs::WINDOWS_1251.encode("id;score;why;when\n1;9;Дуже добре;\n2;3;Холодно;\n");
    let file = bench.file("cyrillic.csv", &bytes);
    let refused = bench.run(bench.task(&file, "small", SMALL)).await;
    assert_eq!(
        refused.expect_err("no UTF-8").to_string(),
        "row 2 is not UTF-8; if the file is in another encoding, name it: windows-1251 (Cyrillic) or windows-1252 \
         (Western European), as `--encoding` or as `encoding` in a mapping"
    );
    let named = format!("encoding = \"windows-1251\"\n{SMALL}");
    let summary = bench
        .run(bench.task(&file, "small", &named))
        .await
        .expect("an import");
    assert_eq!(counted(summary.counts), (2, 2, 0, 0));
}

#[tokio::test]
async fn a_mapping_that_does_not_fit_is_refused_with_its_place() {
    let bench = Bench::small().await;
    let file = bench.file("a.csv", "id,score,why,when\n1,9,,\n");
    let check = async |mapping: &str, expected: &str| {
        let error = bench
            .run(bench.task(&file, "small", mapping))
            .await
            .expect_err("a fault");
        assert_eq!(error.to_string(), expected);
    };
    check(
        "[columns]\n\"score\" = { to = \"answer\", code = \"npss\" }",
        "the mapping, line 2, column 35, columns.\"score\".code: the survey has no question `npss`; did you mean `nps`?",
    )
    .await;
    check(
        "[columns]\n\"scor\" = { to = \"answer\", code = \"nps\" }",
        "the mapping, line 2, column 34, columns.\"scor\": the file has no column of this name; did you mean `score`?",
    )
    .await;
    check(
        "[columns]\n\"score\" = { to = \"answer\", code = \"nps\" }\n\"why\" = { to = \"answer\", code = \"nps\" }",
        "the mapping, line 3, column 33, columns.\"why\": becomes `answer nps`, and so does the column \"score\"",
    )
    .await;
    check(
        "[columns]\n\"why\" = { to = \"segment\", code = \"colour\" }",
        "the mapping, line 2, column 34, columns.\"why\".code: the survey has no segment `colour`",
    )
    .await;
    assert_eq!(bench.recorded("small", "nps").await, 0);
}

#[tokio::test]
async fn rows_without_ids_count_once_each_however_often_they_are_imported() {
    let bench = Bench::small().await;
    let mapping = "[columns]\n\"score\" = { to = \"answer\", code = \"nps\" }\n";
    let file = bench.file("a.csv", "score,why\n9,x\n9,x\n9,y\n3,x\n");
    let once = bench
        .run(bench.task(&file, "small", mapping))
        .await
        .expect("an import");
    assert_eq!(
        counted(once.counts),
        (4, 4, 0, 0),
        "two equal rows are two responses"
    );
    let again = bench
        .run(bench.task(&file, "small", mapping))
        .await
        .expect("an import");
    assert_eq!(counted(again.counts), (4, 0, 4, 0));
    let longer = bench.file("b.csv", "score,why\n3,x\n9,x\n9,y\n9,x\n9,x\n");
    let longer = bench
        .run(bench.task(&longer, "small", mapping))
        .await
        .expect("an import");
    assert_eq!(
        counted(longer.counts),
        (5, 1, 4, 0),
        "in another order, and one more"
    );
    assert_eq!(
        bench.scores("small", "nps", &Filters::default()).await,
        [(3, 1), (9, 4)]
    );
}

#[tokio::test]
async fn times_are_read_in_the_zone_of_the_place_and_names_as_codes() {
    let bench = Bench::small().await;
    let lisbon = location(&bench, "lisboa", "Lisboa Chiado", "Europe/Lisbon").await;
    let mapping = format!("{SMALL}\"where\" = {{ to = \"location\" }}\n");
    let file = bench.file(
        "a.csv",
        "id,score,why,when,where\n1,9,,31.03.2026 00:30,lisboa chiado\n2,8,,31.03.2026 00:30,\n3,8,,,Porto\n",
    );
    let summary = bench
        .run(bench.task(&file, "small", &mapping))
        .await
        .expect("an import");
    assert_eq!(counted(summary.counts), (3, 2, 0, 1));
    assert_eq!(summary.rejected[0].column.as_deref(), Some("where"));
    assert_eq!(
        summary.rejected[0].reason.to_string(),
        "location: there is no location `Porto`"
    );
    // Whoever answers for Lisbon alone imports rows of Lisbon alone.
    let mut manager = bench.actor.clone();
    manager.places = Places::Only([lisbon].into());
    let file = bench.file(
        "b.csv",
        "id,score,why,when,where\n4,9,,,lisboa\n5,8,,,\n6,8,,,kyiv\n",
    );
    location(&bench, "kyiv", "Kyiv", "Europe/Kyiv").await;
    let task = bench.task(&file, "small", &mapping);
    let summary = bench
        .app
        .import_file(&manager, task, Arc::default())
        .await
        .expect("an import");
    let reasons: Vec<String> = summary
        .rejected
        .iter()
        .map(|r| r.reason.to_string())
        .collect();
    assert_eq!(
        reasons,
        [
            "the row names none of your locations",
            "location: there is no location `kyiv`"
        ]
    );
    let filters = Filters {
        locations: Some([lisbon].into()),
        ..Filters::default()
    };
    assert_eq!(bench.scores("small", "nps", &filters).await, [(9, 2)]);
}

async fn location(bench: &Bench, code: &str, name: &str, zone: &str) -> LocationId {
    let id = LocationId(bench.app.new_id());
    let location = Location {
        id,
        parent: None,
        kind: LocationKind::Location,
        code: code.parse().expect("a code"),
        name: name.into(),
        time_zone: zone.into(),
        active: true,
    };
    let mut tx = bench.app.store().begin().await.expect("a transaction");
    tx.save_location(bench.actor.workspace, &location)
        .await
        .expect("saved");
    tx.commit().await.expect("committed");
    // The directory may be two seconds old, and the clock of the tests stands still: a change makes it read anew.
    let survey = bench.app.create_survey(
        &bench.actor,
        NewSurvey::Ready {
            template: "kiosk-pulse".into(),
            code: code.parse().expect("a code"),
        },
    );
    survey.await.expect("a survey");
    id
}

// ── The airline ────────────────────────────────────────────────────────────────────────────────────────────────────

/// A file of the shape of the public one, with how many are satisfied and how many had no Wi-Fi.
fn airline_like(rows: u64) -> (String, i64, i64) {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: u64| {
        // xorshift64*: the same file on every machine.
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % below
    };
    let mut text = String::from(
        "id,Gender,Customer Type,Age,Type of Travel,Class,Flight Distance,Inflight wifi service,\
         Departure/Arrival time convenient,Ease of Online booking,Gate location,Food and drink,Online boarding,Seat comfort,\
         Inflight entertainment,On-board service,Leg room service,Baggage handling,Checkin service,Inflight service,\
         Cleanliness,Departure Delay in Minutes,Arrival Delay in Minutes,satisfaction\n",
    );
    let (mut satisfied, mut without) = (0, 0);
    for id in 1..=rows {
        let pick = |from: &'static [&'static str], n: u64| from[n as usize];
        let mut cells = vec![
            id.to_string(),
            pick(&["Male", "Female"], random(2)).into(),
            pick(&["Loyal Customer", "disloyal Customer"], random(2)).into(),
            (7 + random(79)).to_string(),
            pick(&["Personal Travel", "Business travel"], random(2)).into(),
            pick(&["Eco", "Eco Plus", "Business"], random(3)).into(),
            (31 + random(4952)).to_string(),
        ];
        let ratings: Vec<u64> = (0..14).map(|_| random(6)).collect();
        without += i64::from(ratings[0] == 0);
        cells.extend(ratings.iter().map(u64::to_string));
        cells.push(random(300).to_string());
        cells.push(match random(300) {
            0 => String::new(),
            minutes => format!("{minutes}.0"),
        });
        let happy = random(100) < 43;
        satisfied += i64::from(happy);
        cells.push(
            if happy {
                "satisfied"
            } else {
                "neutral or dissatisfied"
            }
            .into(),
        );
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    (text, satisfied, without)
}

#[tokio::test]
async fn a_file_like_the_airline_s_is_imported_whole() {
    let bench = Bench::airline().await;
    let (text, satisfied, without) = airline_like(5000);
    let file = bench.file("airline.csv", text);
    let task = bench.task(&file, "airline", AIRLINE);
    let dry = ImportTask {
        dry_run: true,
        ..task.clone()
    };
    let tried = bench.run(dry).await.expect("a dry run");
    assert_eq!(counted(tried.counts), (5000, 5000, 0, 0));
    assert_eq!(
        (
            bench.recorded("airline", "satisfaction").await,
            bench.events().await
        ),
        (0, 0)
    );

    let summary = bench.run(task.clone()).await.expect("an import");
    assert_eq!(counted(summary.counts), (5000, 5000, 0, 0));
    assert_eq!(summary.counts.bytes, summary.counts.total_bytes);
    assert!(!file.with_extension("rejects.csv").exists());
    let all = Filters::default();
    assert_eq!(
        bench.scores("airline", "satisfaction", &all).await,
        [(1, 5000 - satisfied), (2, satisfied)]
    );
    assert_eq!(bench.recorded("airline", "wifi").await, 5000 - without);
    assert_eq!(bench.events().await, 5000);

    let again = bench.run(task).await.expect("an import");
    assert_eq!(counted(again.counts), (5000, 0, 5000, 0));
    assert_eq!(
        (
            bench.recorded("airline", "satisfaction").await,
            bench.events().await
        ),
        (5000, 5000)
    );
}

#[tokio::test]
async fn an_import_that_was_broken_off_is_begun_again() {
    let bench = Bench::airline().await;
    let (text, satisfied, _) = airline_like(12_000);
    let file = bench.file("airline.csv", text);
    let task = bench.task(&file, "airline", AIRLINE);
    // Half of it, as if the machine had gone down there.
    let half = ImportTask {
        limit: Some(5000),
        ..task.clone()
    };
    bench.run(half).await.expect("half an import");
    assert_eq!(bench.recorded("airline", "satisfaction").await, 5000);
    // Stopped before it began: nothing more.
    let progress = Arc::new(Progress::default());
    progress.stop();
    let stopped = bench
        .app
        .import_file(&bench.actor, task.clone(), progress)
        .await
        .expect("stopped");
    assert!(stopped.stopped);
    assert_eq!(stopped.counts.rows, 0);
    let rest = bench.run(task).await.expect("the rest");
    assert_eq!(counted(rest.counts), (12_000, 7000, 5000, 0));
    let scores = bench
        .scores("airline", "satisfaction", &Filters::default())
        .await;
    assert_eq!(scores, [(1, 12_000 - satisfied), (2, satisfied)]);
    assert_eq!(bench.events().await, 12_000);
}

#[tokio::test]
async fn an_uploaded_file_runs_in_the_background_and_is_kept_until_it_is_done() {
    let bench = Bench::small().await;
    let (app, actor) = (&bench.app, &bench.actor);
    let upload = app.begin_upload(actor).await.expect("an upload");
    std::fs::write(&upload.path, "id,nps\n1,9\n2,99\n").expect("written");
    app.add_import(actor, &upload, "small", "a.csv", None, Format::default())
        .await
        .expect("an import");
    let waiting = app.import(actor, upload.id).await.expect("there");
    assert_eq!((waiting.state, waiting.has_file), (State::Waiting, true));
    app.start_import(actor, upload.id).await.expect("started");
    let done = loop {
        let import = app.import(actor, upload.id).await.expect("there");
        if import.state != State::Running {
            break import;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    assert_eq!(done.state, State::Done);
    assert_eq!(counted(done.counts), (2, 1, 0, 1));
    assert_eq!((done.has_file, done.has_rejects), (false, true));
    assert!(matches!(
        app.start_import(actor, upload.id).await,
        Err(ImportError::App(radost_app::AppError::Conflict(_)))
    ));
    // Another manager does not see it: its rows may be of any place.
    let mut manager = actor.clone();
    manager.places = Places::Only(Default::default());
    assert!(app.import(&manager, upload.id).await.is_err());
    assert_eq!(app.imports(&manager).await.expect("a list").len(), 0);
    assert_eq!(app.imports(actor).await.expect("a list").len(), 1);
}

#[tokio::test]
async fn the_real_airline_file_is_imported_whole() {
    let shared = Path::new("../../../shared/data");
    let file = shared.join("airline/airline_satisfaction.csv");
    if !file.exists() {
        println!("skipped: ../shared/data is not here");
        return;
    }
    let bench = Bench::airline().await;
    let mut task = bench.task(&file, "airline", AIRLINE);
    task.rejects = None;
    // The usual train part: its first 103,904 rows.
    let part = ImportTask {
        limit: Some(103_904),
        ..task.clone()
    };
    let part = bench.run(part).await.expect("an import");
    assert_eq!(counted(part.counts), (103_904, 103_904, 0, 0));
    let all = Filters::default();
    assert_eq!(
        bench.scores("airline", "satisfaction", &all).await[1],
        (2, 45_025)
    );
    assert_eq!(103_904 - bench.recorded("airline", "wifi").await, 3_103);
    drivers_of_the_airline(&bench).await;
    let whole = bench.run(task).await.expect("an import");
    assert_eq!(counted(whole.counts), (129_880, 25_976, 103_904, 0));
    assert_eq!(
        bench.scores("airline", "satisfaction", &all).await,
        [(1, 129_880 - 56_428), (2, 56_428)]
    );
}

/// Against relaimpo 2.2-7 on the same rows (`kda_airline` of `REFERENCE_VALUES.csv`): n, R² and the three largest shares.
async fn drivers_of_the_airline(bench: &Bench) {
    let (selection, query) = (Selection::default(), DriversQuery::default());
    let report = bench
        .app
        .drivers(&bench.actor, &selection, &query)
        .await
        .expect("an analysis")
        .expect("a survey");
    let DriversAnswer::Found(found) = &*report.answer else {
        panic!("{:?}", report.answer);
    };
    assert_eq!((found.n, found.drivers.len()), (95_704, 14));
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-5, "{found}");
    near(found.r_squared.value, 0.487_813_29);
    let top = [
        ("online_boarding", 0.310_45),
        ("wifi", 0.105_67),
        ("entertainment", 0.095_67),
    ];
    for (driver, (code, share)) in found.drivers.iter().zip(top) {
        assert_eq!(driver.code.as_str(), code);
        near(driver.importance.value, share);
        assert!(driver.importance.low < share && share < driver.importance.high);
    }
    let again = bench.app.drivers(&bench.actor, &selection, &query);
    let again = again.await.expect("an analysis").expect("a survey");
    assert!(
        Arc::ptr_eq(&report.answer, &again.answer),
        "a reload computes nothing"
    );
}

/// What a file is taken for by itself: targets by column, without those that become nothing.
async fn taken_for(bench: &Bench, file: &Path, survey: &str) -> (Mapping, Vec<String>) {
    let format = Format::default();
    let inspected = bench
        .app
        .inspect_file(&bench.actor, file, survey, format)
        .await;
    let inspected = inspected.expect("a table");
    let columns = inspected.guess.columns.iter();
    let told = columns
        .filter(|column| column.target.to_string() != "ignore")
        .map(|column| format!("{} → {}", column.name, column.target))
        .collect();
    (inspected.guess.mapping, told)
}

fn with_mapping(bench: &Bench, file: &Path, survey: &str, mapping: &Mapping) -> ImportTask {
    bench.task(file, survey, &mapping.to_toml())
}

#[tokio::test]
async fn a_multiple_choice_spread_over_columns_becomes_one_answer() {
    let option = |code: &str, text: &str| json!({ "code": code, "text": { "en": text } });
    let bench = Bench::new(&json!({
        "code": "films", "title": { "en": "Films" }, "languages": ["en"],
        "blocks": [{ "code": "b", "questions": [
            { "code": "seen", "kind": "multi", "text": { "en": "Which of these films have you seen?" }, "options": [
                option("phantom", "The Phantom Menace"), option("clones", "Attack of the Clones"),
            ] },
            { "code": "nps", "kind": "nps", "text": { "en": "How likely are you to recommend them?" } },
        ] }],
    }))
    .await;
    let text = "RespondentID,Start Date,Which of these films have you seen?,,How likely are you to recommend them?\n\
                ,,The Phantom Menace,Attack of the Clones,Response\n\
                1,10/12/2026 2:05:59 PM,The Phantom Menace,Attack of the Clones,9\n\
                2,10/13/2026 9:15:00 AM,,Attack of the Clones,10 - Very likely\n\
                3,10/14/2026 9:15:00 AM,,,7\n";
    let file = bench.file("films.csv", text);
    let (mapping, told) = taken_for(&bench, &file, "films").await;
    assert_eq!(
        told,
        [
            "RespondentID → client_id",
            "Start Date → started_at",
            "Which of these films have you seen? [The Phantom Menace] → answer seen phantom",
            "Which of these films have you seen? [Attack of the Clones] → answer seen clones",
            "How likely are you to recommend them? → answer nps",
        ]
    );
    let task = with_mapping(&bench, &file, "films", &mapping);
    let summary = bench.run(task).await.expect("an import");
    assert_eq!(counted(summary.counts), (3, 3, 0, 0), "{summary:?}");
    let selection = Selection::of([("survey", "films")]);
    let listed = bench
        .app
        .responses(&bench.actor, &selection, None, 10)
        .await;
    let listed = listed.expect("responses").expect("a survey");
    let mut seen: Vec<String> = Vec::new();
    for response in &listed.responses {
        let answer = response.answers.get("seen");
        seen.push(serde_json::to_string(&answer).expect("JSON"));
        assert!(response.started_at.is_some());
    }
    seen.sort();
    assert_eq!(seen, ["[\"clones\",\"phantom\"]", "[\"clones\"]", "null"]);
}

/// The files of survey programs, where they are at hand: understood without a word, and every row taken.
#[tokio::test]
async fn real_files_are_imported_as_they_are() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/importers");
    if !folder.is_dir() {
        println!("skipped: no {}", folder.display());
        return;
    }
    let option = |code: &str, text: &str| json!({ "code": code, "text": { "en": text } });
    let number = |code: &str| json!({ "code": code, "kind": "number", "text": { "en": code } });
    let qualtrics = json!({
        "code": "climate", "title": { "en": "Climate" }, "languages": ["en"],
        "segments": [{ "code": "condition" }],
        "blocks": [{ "code": "b", "questions": [
            number("competence_1"), number("honesty_1"),
            { "code": "impressiveness", "kind": "single", "text": { "en": "How impressive?" }, "options": [
                option("not", "Not very impressive"), option("a_bit", "A bit impressive"),
                option("quite", "Quite impressive"), option("very", "Very impressive"),
                option("extremely", "Extremely impressive"),
            ] },
        ] }],
    });
    let limesurvey = json!({
        "code": "engineers", "title": { "en": "Engineers" }, "languages": ["en"],
        "blocks": [{ "code": "b", "questions": [
            { "code": "position", "kind": "rating", "points": 11, "text": { "en": "How satisfied are you with your current position?" } },
            { "code": "gender", "kind": "single", "text": { "en": "Please select your gender" }, "options": [
                option("male", "Male"), option("female", "Female"), option("other", "Other"),
            ] },
        ] }],
    });
    let spss = json!({
        "code": "students", "title": { "en": "Students" }, "languages": ["en"],
        "blocks": [{ "code": "b", "questions": [
            { "code": "age", "kind": "number", "decimals": 3, "text": { "en": "Age" } },
            { "code": "height", "kind": "number", "decimals": 3, "text": { "en": "Height" } },
        ] }],
    });
    for (survey, file, (rows, accepted), expected) in [
        (
            qualtrics,
            "qualtrics_climate_pilot.csv",
            (452, 452),
            &[
                "EndDate → submitted_at",
                "ResponseId → client_id",
                "UserLanguage → language",
                "Competence_1 → answer competence_1",
                "Impressiveness → answer impressiveness",
                "condition → segment condition",
            ][..],
        ),
        (
            limesurvey,
            "limesurvey_rse2017_uk.csv",
            // The others answered neither of the two.
            (253, 224),
            &[
                "satisGen1[SQ001] → answer position",
                "socio2 → answer gender",
            ],
        ),
        (
            spss,
            "spss_student_survey_237.sav",
            (237, 237),
            &["age → answer age"],
        ),
    ] {
        let code = survey["code"].as_str().expect("a code").to_owned();
        let bench = Bench::new(&survey).await;
        let file = folder.join(file);
        let (mapping, told) = taken_for(&bench, &file, &code).await;
        for expected in expected {
            assert!(
                told.iter().any(|told| told.eq_ignore_ascii_case(expected)),
                "{expected}: {told:#?}"
            );
        }
        let task = ImportTask {
            rejects: None,
            ..with_mapping(&bench, &file, &code, &mapping)
        };
        let summary = bench.run(task).await.expect("an import");
        assert_eq!(
            counted(summary.counts),
            (rows, accepted, 0, rows - accepted),
            "{:#?}",
            summary.reasons
        );
    }
}
