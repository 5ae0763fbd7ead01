//! A cluster of processes on loopback: the same answers as in process, and none that is wrong when processes are lost.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use radost_app::domain::explain::{Dimension, Filters, Period, Step, YearStart};
use radost_app::domain::listen::{Answer, Channel, Response, Survey};
use radost_app::domain::name::{ResponseId, SurveyId};
use radost_app::domain::{Code, Language};
use radost_app::lake::{
    By, CountQuery, Counted, CountedRow, Format, Lake, LakeError, News, Row, Shape, TableName,
    Tail, What, Worth,
};
use serde_json::{Value, json};
use support::{Process, radost, start};
use uuid::Uuid;

mod support;

/// Responses in one file of the lake, and how many files there are: each is a task of its own.
const ROWS: i64 = 1_000;
const FILES: i64 = 6;

fn name() -> TableName {
    TableName {
        workspace: "main".parse().expect("a slug"),
        survey: "post-visit".parse().expect("a slug"),
    }
}

fn shape() -> anyhow::Result<Shape> {
    let text = json!({ "en": "?" });
    let document = json!({
        "code": "post-visit", "title": text, "languages": ["en"],
        "blocks": [{ "code": "main", "questions": [
            { "code": "nps", "kind": "nps", "text": text },
            { "code": "csat", "kind": "csat", "text": text },
            { "code": "paid", "kind": "number", "decimals": 2, "text": text },
            { "code": "words", "kind": "text", "text": text },
            { "code": "liked", "kind": "multi", "text": text, "options": [
                { "code": "speed", "text": text }, { "code": "taste", "text": text },
            ] },
        ] }],
    });
    let survey = Survey::from_json(&document).expect("a survey");
    Ok(Shape::of([(1, &survey)]))
}

fn row(sequence: i64) -> anyhow::Result<Row> {
    let id = Uuid::from_u128(sequence.unsigned_abs().into());
    let liked = [&["speed"][..], &["taste"], &["taste", "speed"]][(sequence % 3) as usize];
    let liked: Result<Vec<Code>, _> = liked.iter().map(|option| option.parse()).collect();
    let answers = [
        ("liked", Answer::Choices(liked?)),
        ("nps", Answer::Scale(sequence * 7 % 11)),
        ("csat", Answer::Scale(1 + sequence * sequence % 5)),
        ("paid", Answer::Number((sequence % 97) as f64 / 4.0)),
        ("words", Answer::Text(format!("Дуже смачно, №{sequence}"))),
    ];
    let at: jiff::Timestamp = "2026-03-01T22:30:00Z".parse()?;
    Ok(Row {
        sequence,
        response: Arc::new(Response {
            id: ResponseId(id),
            client_id: id,
            survey: SurveyId(Uuid::from_u128(1)),
            version: 1,
            customer: None,
            location: None,
            employee: None,
            touchpoint: None,
            channel: [Channel::Qr, Channel::Email, Channel::Web][(sequence % 3) as usize],
            language: Language::Uk,
            segments: Default::default(),
            started_at: None,
            submitted_at: at,
            received_at: at,
            day: "2026-03-02".parse()?,
            answers: answers
                .into_iter()
                .filter(|(question, _)| *question != "csat" || sequence % 10 != 0)
                .map(|(question, answer)| Ok((question.parse::<Code>()?, answer)))
                .collect::<anyhow::Result<_>>()?,
            seconds: Default::default(),
            scores: String::new(),
            weight: 1.0 + (sequence % 4) as f64 / 2.0,
            excluded: false,
            exclusion_reason: String::new(),
        }),
    })
}

fn rows(sequences: impl IntoIterator<Item = i64>) -> anyhow::Result<Vec<Row>> {
    sequences.into_iter().map(row).collect()
}

/// A lake of several files.
async fn filled(folder: &Path) -> anyhow::Result<Lake> {
    let lake = Lake::open(&folder.display().to_string(), [])?;
    for file in 0..FILES {
        let (from, to) = (file * ROWS + 1, (file + 1) * ROWS);
        let news = rows(from..=to)?.into();
        lake.append(&name(), &shape()?, &news, to).await?;
    }
    Ok(lake)
}

async fn ask(lake: &Lake, sql: &str, tails: &[Tail]) -> Result<Vec<Value>, LakeError> {
    let answer = lake.sql(&name().workspace, sql, tails).await?;
    let mut out = Vec::new();
    answer.write(&mut out, Format::Json).await?;
    let lines = String::from_utf8(out).expect("text");
    let parsed = lines.lines().map(serde_json::from_str);
    Ok(parsed.collect::<Result<_, _>>().expect("JSON"))
}

/// The same up to the order in which sums of fractions were added up.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            let (one, other) = (one.as_f64().expect("f64"), other.as_f64().expect("f64"));
            (one - other).abs() <= 1e-12 * one.abs().max(other.abs())
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, one)| other.get(name).is_some_and(|other| same(one, other)))
        }
        _ => one == other,
    }
}

async fn check(here: &Lake, there: &Lake, sql: &str, tails: &[Tail]) -> anyhow::Result<()> {
    let expected = ask(here, sql, tails).await?;
    let found = ask(there, sql, tails)
        .await
        .with_context(|| sql.to_owned())?;
    let equal = found.len() == expected.len()
        && found
            .iter()
            .zip(&expected)
            .all(|(one, other)| same(one, other));
    anyhow::ensure!(equal, "{sql}:\n{found:#?}\ninstead of\n{expected:#?}");
    Ok(())
}

/// Every kind of sum of which metrics are made: how often each value of NPS and CSAT, and for the index what two questions have
/// in common; by groups and steps, of some, and by weight. The answers, in the order of their groups.
async fn counts(lake: &Lake, tail: Tail, tallies: bool) -> anyhow::Result<Vec<Counted>> {
    let view = lake.view(tail).await?;
    let view = if tallies {
        view
    } else {
        view.without_tallies()
    };
    let period = Period {
        from: "2026-01-01".parse()?,
        to: "2026-12-31".parse()?,
    };
    let code = |text: &str| text.parse::<Code>();
    let everybody = Filters::default();
    let by_mail = Filters {
        channel: Some(Channel::Email),
        ..Filters::default()
    };
    let (channel, csat) = (
        By::Dimension(Dimension::Channel),
        By::Question(code("csat")?),
    );
    let liked = [By::Question(code("liked")?)];
    let of_speed = [(code("liked")?, "speed".to_owned())];
    let both = [What::Values(code("nps")?), What::Values(code("csat")?)];
    let pairs = [What::Pairs(vec![
        (code("nps")?, 0, 10),
        (code("csat")?, 1, 5),
    ])];
    let whole = CountQuery {
        period,
        step: None,
        filters: &everybody,
        answers: &[],
        by: &[],
        what: &both,
        weighted: false,
    };
    let mut counted = Vec::new();
    for query in [
        whole.clone(),
        CountQuery {
            step: Some((Step::Quarter, YearStart::JANUARY)),
            by: std::slice::from_ref(&channel),
            ..whole.clone()
        },
        CountQuery {
            filters: &by_mail,
            by: std::slice::from_ref(&csat),
            ..whole.clone()
        },
        CountQuery {
            weighted: true,
            by: std::slice::from_ref(&channel),
            ..whole.clone()
        },
        CountQuery {
            what: &pairs,
            by: std::slice::from_ref(&channel),
            ..whole.clone()
        },
        CountQuery {
            by: &liked,
            ..whole.clone()
        },
        CountQuery {
            answers: &of_speed,
            ..whole
        },
    ] {
        let mut found = view.count(&query).await?;
        let group = |row: &CountedRow| (row.step, row.groups.clone());
        found.rows.sort_by_key(group);
        anyhow::ensure!(!found.rows.is_empty(), "{query:?} found nobody");
        counted.push(found);
    }
    Ok(counted)
}

fn scheduler(lake: &Path) -> anyhow::Result<(Process, String)> {
    let mut command = radost();
    command.args(["scheduler", "--listen", "127.0.0.1:0", "--lake"]);
    command.arg(lake).args(["--patience-seconds", "6"]);
    let (process, address, _) = start(command, |line| {
        line.strip_prefix("The scheduler listens on ")
            .map(str::to_owned)
    })?;
    Ok((process, address))
}

fn executor(scheduler: &str, lake: &Path) -> anyhow::Result<Process> {
    let mut command = radost();
    command.args(["executor", "--listen", "127.0.0.1:0"]);
    command.args(["--concurrent-tasks", "1", "--scheduler", scheduler]);
    command.arg("--lake").arg(lake);
    let works = |line: &str| line.contains(" works for ").then_some(());
    Ok(start(command, works)?.0)
}

/// What a query that cannot be answered says.
async fn refusal(lake: &Lake, sql: &str) -> anyhow::Result<String> {
    match ask(lake, sql, &[]).await {
        Err(error @ LakeError::Cluster { .. }) => Ok(error.to_string()),
        Err(error) => bail!("another error: {error:?}"),
        Ok(rows) => bail!("an answer: {rows:?}"),
    }
}

/// Queries that read, group, join and put together in every way that pages do.
const QUERIES: [&str; 10] = [
    r#"SELECT count(*) AS n, avg(nps) AS mean FROM "post-visit""#,
    r#"SELECT channel, nps_tally(nps) AS t FROM "post-visit" GROUP BY channel ORDER BY channel"#,
    r#"SELECT nps_tally(nps, weight) AS t FROM "post-visit" WHERE csat >= 4"#,
    r#"SELECT channel, moments(csat) AS t FROM "post-visit" GROUP BY channel ORDER BY channel"#,
    r#"SELECT moments(paid, weight) AS t FROM "post-visit""#,
    r#"SELECT channel, gram(weight, nps, csat, paid) AS t FROM "post-visit" GROUP BY channel ORDER BY channel"#,
    r#"SELECT csat, count(*) AS n FROM "post-visit" GROUP BY csat ORDER BY n DESC, csat LIMIT 3"#,
    r#"SELECT a.channel, count(*) AS n FROM "post-visit" a JOIN "post-visit" b USING (response_id) WHERE b.nps > 8 GROUP BY a.channel ORDER BY a.channel"#,
    r#"SELECT response_id FROM "post-visit" WHERE words LIKE '%7' ORDER BY response_id"#,
    r#"SELECT response_id, words FROM "post-visit" WHERE words LIKE '%№77%' ORDER BY response_id"#,
];

/// Counts in which every row matters, and which take their time.
fn slow(repeated: u32) -> String {
    format!(
        r#"SELECT channel, nps_tally(nps) AS t, count(DISTINCT sha512(repeat(words, {repeated}))) AS texts
           FROM "post-visit" GROUP BY channel ORDER BY channel"#
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_answers_as_one_process_does() -> anyhow::Result<()> {
    // An address writes such a name in another way.
    let folder = tempfile::Builder::new().prefix("our lake ").tempdir()?;
    let here = filled(folder.path()).await?;
    let (_scheduler, address) = scheduler(folder.path())?;
    let there = here.clone().with_cluster(address.parse()?)?;
    let alone = refusal(&there, QUERIES[0]).await?;
    assert_eq!(
        alone,
        format!("the cluster at {address} cannot answer: its scheduler has no executors")
    );
    let _executors = [
        executor(&address, folder.path())?,
        executor(&address, folder.path())?,
    ];
    for sql in QUERIES {
        check(&here, &there, sql, &[]).await?;
    }
    // Which executor gets which file is up to chance; none may be read by two.
    for _ in 0..10 {
        check(&here, &there, QUERIES[QUERIES.len() - 1], &[]).await?;
    }

    // What is not in the table yet goes along, and what it knows already counts once.
    let last = FILES * ROWS;
    let tails = [Tail {
        name: name(),
        shape: shape()?,
        news: rows(last - 10..=last + 500)?.into(),
    }];
    for sql in QUERIES {
        check(&here, &there, sql, &tails).await?;
    }
    // What numbers on pages are made of, from files that are counted beforehand and from rows; sums of these weights are exact.
    let metrics = async |lake, tallies| counts(lake, tails[0].clone(), tallies).await;
    assert_eq!(metrics(&there, false).await?, metrics(&here, false).await?);
    anyhow::ensure!(
        here.tally(&name(), &shape()?, Worth::Rows(1)).await? > 0,
        "no tallies"
    );
    let tallied = metrics(&there, true).await?;
    assert!(tallied[0].tallied_files > 0, "{:?}", tallied[0]);
    assert_eq!(tallied, metrics(&here, true).await?);

    // A table of which nothing is in the lake, and one of which nothing is left.
    let all = r#"SELECT count(*) AS n, moments(csat) AS t FROM "other""#;
    let other = |rows| -> anyhow::Result<Vec<Tail>> {
        let name = TableName {
            survey: "other".parse()?,
            ..name()
        };
        Ok(vec![Tail {
            name,
            shape: shape()?,
            news: rows,
        }])
    };
    check(&here, &there, all, &other(rows(1..=20)?.into())?).await?;
    check(&here, &there, all, &other(News::default())?).await?;

    let wrong = r#"SELECT nps_tally(nps + 1) FROM "post-visit""#;
    let wrong = refusal(&there, wrong).await?;
    assert!(wrong.contains("11 is not on the scale"), "{wrong}");
    let missing = ask(&there, "SELECT nothing FROM \"post-visit\"", &[]).await;
    assert!(matches!(missing, Err(LakeError::Query(_))), "{missing:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_process_makes_no_number_wrong() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let here = filled(folder.path()).await?;
    let (scheduler, address) = scheduler(folder.path())?;
    let there = here.clone().with_cluster(address.parse()?)?;
    let lost = executor(&address, folder.path())?;
    let _left = executor(&address, folder.path())?;

    // As long as two processors need for a while, on whatever machine this is.
    let began = Instant::now();
    ask(&here, &slow(100), &[]).await?;
    let tenth = began.elapsed().as_secs_f64();
    let sql = slow((100.0 * 2.5 / tenth).clamp(100.0, 100_000.0) as u32);
    let began = Instant::now();
    let expected = ask(&here, &sql, &[]).await?;
    let whole = began.elapsed();

    let asked = |sql: String| {
        let there = there.clone();
        tokio::spawn(async move { ask(&there, &sql, &[]).await })
    };
    let answer = asked(sql.clone());
    tokio::time::sleep(whole / 3).await;
    assert!(!answer.is_finished(), "the query is under way");
    drop(lost);
    match tokio::time::timeout(Duration::from_secs(60), answer).await?? {
        Ok(found) => assert_eq!(found, expected),
        Err(LakeError::Cluster { reason, .. }) => println!("an error: {reason}"),
        Err(error) => return Err(error.into()),
    }
    // Whoever is left goes on.
    check(&here, &there, QUERIES[1], &[]).await?;

    let answer = asked(sql);
    tokio::time::sleep(whole / 3).await;
    assert!(!answer.is_finished(), "the query is under way");
    drop(scheduler);
    let failed = tokio::time::timeout(Duration::from_secs(60), answer).await??;
    assert!(
        matches!(failed, Err(LakeError::Cluster { .. })),
        "{failed:?}"
    );
    assert_eq!(
        refusal(&there, QUERIES[0]).await?,
        format!("the cluster at {address} cannot answer: no scheduler answers there")
    );
    Ok(())
}

#[test]
fn addresses_and_absent_schedulers_are_said_plainly() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = |arguments: &[&str]| {
        let mut command = radost();
        command.args(arguments).stdin(Stdio::null());
        let output = command.output().expect("the program starts");
        assert!(!output.status.success());
        String::from_utf8(output.stderr).expect("text")
    };
    let data = folder.path().display().to_string();
    let http = ["lake", "sql", "SELECT 1", "--cluster", "http://127.0.0.1"];
    assert!(said(&http).contains("it is written `df://host:port`"));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = listener.local_addr().expect("an address").to_string();
    let scheduler = ["scheduler", "--lake", &data, "--listen", &taken];
    assert!(said(&scheduler).contains(&format!("{taken} cannot be listened on")));
    let executor = ["executor", "--lake", &data, "--listen", &taken];
    let executor = said(&[&executor[..], &["--scheduler", "df://127.0.0.1:9"]].concat());
    assert!(executor.contains(&format!("{taken} cannot be listened on")));
}
