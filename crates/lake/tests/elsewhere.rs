//! The same tables in other programs and in an object store. Both need Python packages, which `scripts/test.sh` installs:
//! `RADOST_TEST_PYTHON` names the interpreter that has them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says why")]

mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use radost_lake::{Format, Lake, LakeError};
use serde_json::{Value, json};
use support::{name, news, second_row, second_shape, shape};

/// The interpreter, or a word that the test was skipped.
fn python() -> Option<String> {
    let python = std::env::var("RADOST_TEST_PYTHON").ok();
    if python.is_none() {
        println!(
            "skipped: RADOST_TEST_PYTHON names no Python with deltalake, duckdb, pandas and moto"
        );
    }
    python
}

#[tokio::test]
async fn pandas_and_duckdb_read_the_same_sums() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(&folder.path().display().to_string(), []).unwrap();
    for end in [10, 20, 30] {
        let batch = news(end - 9..=end);
        lake.append(&name(), &shape(), &batch, end).await.unwrap();
    }
    let second: Vec<_> = (31..=40).map(second_row).collect();
    let second = second.into();
    lake.append(&name(), &second_shape(), &second, 40)
        .await
        .unwrap();
    // 1 … 40 modulo 11 is 3·55 + (0 + 1 + … + 7); thirty times 12.50; the odd ones of thirty; two choices each.
    let sums = json!([40, 193, 375.0, 15, 60, "2026-03-01"]);
    for compacted in [false, true] {
        if compacted {
            lake.compact(&name(), 0).await.unwrap();
        }
        let read = Command::new(&python)
            .arg("tests/support/read.py")
            .arg(folder.path().join("main/post-visit"))
            .output()
            .unwrap();
        assert!(
            read.status.success(),
            "{}",
            String::from_utf8_lossy(&read.stderr)
        );
        let found: Value = serde_json::from_slice(&read.stdout).unwrap();
        assert_eq!(
            found,
            json!({
                "pandas": sums, "duckdb": sums, "duckdb_files": sums, "words": "Смачно, №1",
                "submitted_at": "2026-03-01T22:30:00.500000+00:00", "day": "2026-03-02",
            }),
            "compacted: {compacted}"
        );
    }
}

/// An S3 server with an empty bucket `lake`, for the life of this value.
struct S3 {
    server: Child,
    port: u16,
}

impl S3 {
    fn start(python: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let server = Command::new(python)
            .args([
                "-m",
                "moto.server",
                "-H",
                "127.0.0.1",
                "-p",
                &port.to_string(),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let s3 = S3 { server, port };
        let patience = Instant::now() + Duration::from_secs(120);
        while !s3.make_bucket() {
            assert!(Instant::now() < patience, "the S3 server does not answer");
            std::thread::sleep(Duration::from_millis(200));
        }
        s3
    }

    fn make_bucket(&self) -> bool {
        let Ok(mut line) = TcpStream::connect(("127.0.0.1", self.port)) else {
            return false;
        };
        let request = "PUT /lake HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        let mut answer = String::new();
        line.write_all(request.as_bytes()).is_ok()
            && line.read_to_string(&mut answer).is_ok()
            && answer.starts_with("HTTP/1.1 200")
    }

    fn lake(&self) -> Lake {
        let options = [
            ("aws_endpoint", format!("http://127.0.0.1:{}", self.port)),
            ("aws_allow_http", "true".to_owned()),
            ("aws_access_key_id", "test".to_owned()),
            ("aws_secret_access_key", "test".to_owned()),
            ("aws_region", "us-east-1".to_owned()),
        ];
        Lake::open(
            "s3://lake/deep/down",
            options.map(|(k, v)| (k.to_owned(), v)),
        )
        .unwrap()
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

async fn count(lake: &Lake) -> String {
    let sql = r#"SELECT count(*) AS n, count(DISTINCT response_id) AS ids FROM "post-visit""#;
    let mut out = Vec::new();
    let answer = lake.sql(&name().workspace, sql, &[]).await.unwrap();
    answer.write(&mut out, Format::Csv).await.unwrap();
    String::from_utf8(out).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_store_holds_the_same_tables() {
    let Some(python) = python() else { return };
    let s3 = S3::start(&python);
    let lake = s3.lake();
    let workspace = name().workspace;
    assert_eq!(lake.bookmark(&workspace).await.unwrap(), 0);
    assert_eq!(
        lake.append(&name(), &shape(), &news(1..=10), 10)
            .await
            .unwrap(),
        10
    );
    assert_eq!(
        lake.append(&name(), &shape(), &news(1..=12), 12)
            .await
            .unwrap(),
        2
    );
    lake.set_bookmark(&workspace, 12).await.unwrap();
    // Two writers of the same batch: the conditional put lets one win.
    let batch = news(13..=20);
    let (name, shape) = (name(), shape());
    let (one, two) = tokio::join!(
        lake.append(&name, &shape, &batch, 20),
        lake.append(&name, &shape, &batch, 20)
    );
    let written = [one, two].map(|result| match result {
        Ok(rows) => rows,
        Err(LakeError::Conflict(_)) => 0,
        Err(error) => panic!("{error:?}"),
    });
    assert_eq!(written.iter().sum::<usize>(), 8);
    assert_eq!(count(&lake).await, "n,ids\n20,20\n");
    let done = lake.compact(&name, 0).await.unwrap();
    assert_eq!((done.files_before, done.files_after), (3, 1));
    // Another process on the same storage.
    let again = s3.lake();
    assert_eq!(count(&again).await, "n,ids\n20,20\n");
    assert_eq!(again.bookmark(&workspace).await.unwrap(), 12);
    let tables = again.tables(&workspace).await.unwrap();
    assert_eq!(tables, std::slice::from_ref(&name));
    assert_eq!(again.last_sequence(&name).await.unwrap(), 20);
}

#[tokio::test]
async fn storage_that_does_not_answer_is_said_to_be_away() {
    // Nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let options = [
        ("aws_endpoint", format!("http://127.0.0.1:{port}")),
        ("aws_allow_http", "true".to_owned()),
        ("aws_access_key_id", "test".to_owned()),
        ("aws_secret_access_key", "test".to_owned()),
        ("aws_region", "us-east-1".to_owned()),
    ];
    let lake = Lake::open("s3://lake", options.map(|(k, v)| (k.to_owned(), v))).unwrap();
    let error = lake.bookmark(&name().workspace).await.unwrap_err();
    assert_eq!(error.to_string(), "the storage of the lake cannot be used");
}
