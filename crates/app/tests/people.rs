//! What imports and changes of places, employees and customers leave in the records.

use std::io::{Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use radost_app::domain::Language;
use radost_app::domain::access::{Actor, AuditEntry};
use radost_app::listen::intake::IntakeOptions;
use radost_app::retain::CustomerDraft;
use radost_app::team::LocationDraft;
use radost_app::{App, AppOptions, Store};

struct Test {
    app: Arc<App>,
    store: Store,
    console: Actor,
    _folder: tempfile::TempDir,
}

impl Test {
    async fn new() -> Test {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("radost.db").display().to_string();
        let store = Store::open(&path).await.expect("a store");
        let next = AtomicU64::new(1);
        let app = App::new(AppOptions {
            store: store.clone(),
            lake: None,
            clock: Arc::new(|| "2026-11-01T12:00:00Z".parse().expect("a time")),
            ids: Arc::new(move || {
                uuid::Uuid::from_u128(u128::from(next.fetch_add(1, Ordering::Relaxed)))
            }),
            intake: IntakeOptions::default(),
            files: folder.path().join("files"),
        });
        let slug = "cafe".parse().expect("a slug");
        let workspace = app
            .create_workspace(slug, "Cafe", "UTC", Language::En)
            .await
            .expect("a workspace");
        Test {
            app,
            store,
            console: Actor::console(workspace.id),
            _folder: folder,
        }
    }

    /// The newest entries of the audit log, newest first.
    async fn audit(&self, limit: i64) -> Vec<AuditEntry> {
        let mut tx = self.store.read().await.expect("records");
        tx.audit_entries(
            self.console.workspace,
            &radost_store::AuditFilter::default(),
            None,
            limit,
        )
        .await
        .expect("entries")
    }
}

/// A file that is made while it is read.
struct Customers {
    left: std::ops::Range<u32>,
    text: Cursor<Vec<u8>>,
}

fn customers(rows: u32) -> Customers {
    Customers {
        left: 0..rows,
        text: Cursor::new(b"external_id,name,segment_size\n".to_vec()),
    }
}

impl Read for Customers {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let read = self.text.read(out)?;
            if read > 0 {
                return Ok(read);
            }
            let Some(n) = self.left.next() else {
                return Ok(0);
            };
            self.text = Cursor::new(format!("K-{n},Customer {n},small\n").into_bytes());
        }
    }
}

#[tokio::test]
async fn a_long_file_is_taken_in_parts_and_again_changes_nothing() {
    let test = Test::new().await;
    let rows = 12_000;
    let dry = test
        .app
        .import_customers(&test.console, customers(rows), true)
        .await
        .expect("checked");
    assert_eq!((dry.added, dry.rows), (12_000, 12_000));
    assert_eq!(
        test.app
            .customer_count(&test.console)
            .await
            .expect("a count"),
        Some(0)
    );
    let first = test
        .app
        .import_customers(&test.console, customers(rows), false)
        .await
        .expect("imported");
    assert_eq!((first.added, first.refused), (12_000, 0));
    assert_eq!(
        test.app
            .customer_count(&test.console)
            .await
            .expect("a count"),
        Some(12_000)
    );
    let parts: Vec<String> = test
        .audit(10)
        .await
        .into_iter()
        .filter(|entry| entry.action == "customer.imported")
        .map(|entry| format!("{} {}", entry.entity_id, entry.after.unwrap_or_default()))
        .collect();
    assert_eq!(
        parts,
        [
            r#"rows 10002-12001 {"added":2000,"changed":0}"#,
            r#"rows 5002-10001 {"added":5000,"changed":0}"#,
            r#"rows 2-5001 {"added":5000,"changed":0}"#,
        ]
    );
    let before = test.audit(1).await;
    let again = test
        .app
        .import_customers(&test.console, customers(rows), false)
        .await
        .expect("imported");
    assert_eq!(
        (again.added, again.changed, again.unchanged),
        (0, 0, 12_000)
    );
    assert_eq!(
        test.audit(1).await,
        before,
        "nothing changed, nothing to tell"
    );
}

#[tokio::test]
async fn rows_of_one_customer_work_in_their_order() {
    let test = Test::new().await;
    let file = "external_id,name,email\nK-1,First,a@example.com\nK-1,Second,\nK-1,Second,\n";
    let report = test
        .app
        .import_customers(&test.console, file.as_bytes(), false)
        .await
        .expect("imported");
    assert_eq!((report.added, report.changed, report.unchanged), (1, 1, 1));
    let found = test
        .app
        .customers(&test.console, None, None, 10)
        .await
        .expect("customers");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].name.as_str(), &found[0].email), ("Second", &None));
}

#[tokio::test]
async fn every_change_is_in_the_log_with_before_and_after() {
    let test = Test::new().await;
    let draft = |name: &str| LocationDraft {
        code: "lviv".into(),
        name: name.into(),
        kind: "location".into(),
        active: true,
        ..LocationDraft::default()
    };
    let place = test
        .app
        .save_location(&test.console, None, &draft("Lviv"))
        .await
        .expect("saved");
    test.app
        .save_location(&test.console, Some(place.id), &draft("Львів"))
        .await
        .expect("saved");
    // Saving what is so already is no change.
    test.app
        .save_location(&test.console, Some(place.id), &draft("Львів"))
        .await
        .expect("saved");
    let file = "external_id,name\nK-1,Maria\n";
    test.app
        .import_customers(&test.console, file.as_bytes(), false)
        .await
        .expect("imported");
    let file = "external_id,name\nK-1,Марія\n";
    test.app
        .import_customers(&test.console, file.as_bytes(), false)
        .await
        .expect("imported");
    let draft = CustomerDraft {
        external_id: "K-1".into(),
        name: "M".into(),
        ..CustomerDraft::default()
    };
    test.app
        .save_customers(&test.console, &[draft])
        .await
        .expect("saved");
    let name = |value: &Option<serde_json::Value>| {
        let name = value
            .as_ref()
            .and_then(|v| v.get("name"))
            .and_then(|n| n.as_str());
        name.unwrap_or("-").to_owned()
    };
    let log: Vec<String> = test
        .audit(7)
        .await
        .iter()
        .rev()
        .map(|entry| {
            format!(
                "{}: {} → {}",
                entry.action,
                name(&entry.before),
                name(&entry.after)
            )
        })
        .collect();
    assert_eq!(
        log,
        [
            "workspace.created: - → Cafe",
            "location.created: - → Lviv",
            "location.changed: Lviv → Львів",
            "customer.imported: - → -",
            "customer.changed: Maria → Марія",
            "customer.imported: - → -",
            "customer.changed: Марія → M",
        ]
    );
}
