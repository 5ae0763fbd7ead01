//! A full disk and a database that is gone: a clear "later", nothing half done, and recovery without a restart.

#[macro_use]
#[allow(unused_macros, dead_code, reason = "the contract suite uses the rest")]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use radost_domain::listen::Response;
use radost_store::{Store, StoreError, Tx};
use support::{MAY, insert, postgres_url, response, tenant};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

async fn write(
    store: &Store,
    workspace: radost_domain::name::WorkspaceId,
    responses: &[Response],
) -> Result<(), StoreError> {
    let mut tx: Tx = store.begin().await?;
    support::record(&mut tx, workspace, responses, responses[0].received_at).await?;
    tx.commit().await
}

#[tokio::test]
async fn a_full_disk_takes_nothing_and_recovers() {
    let fresh = support::sqlite().await;
    let tenant = tenant(&fresh.store, 1).await;
    insert(&fresh.store, &tenant, &[response(&tenant, 0, MAY, 9)]).await;
    fresh.store.limit_pages(Some(1)).await.expect("limited");
    let many: Vec<_> = (1..2_000u128)
        .map(|n| response(&tenant, n, MAY, 9))
        .collect();
    let error = write(&fresh.store, tenant.workspace, &many)
        .await
        .expect_err("no room");
    assert!(error.is_temporary(), "{error:?}");
    let mut tx = fresh.store.read().await.expect("readers go on");
    assert_eq!(
        tx.events_after(tenant.workspace, 0, 5_000)
            .await
            .expect("events")
            .len(),
        1,
        "all or nothing"
    );
    drop(tx);
    fresh.store.limit_pages(None).await.expect("lifted");
    write(&fresh.store, tenant.workspace, &many)
        .await
        .expect("room again");
    let mut tx = fresh.store.read().await.expect("a transaction");
    assert_eq!(
        tx.events_after(tenant.workspace, 0, 5_000)
            .await
            .expect("events")
            .len(),
        2_000
    );
}

/// A way to the database that can be cut.
struct Line {
    port: u16,
    state: watch::Sender<bool>,
    open: Arc<AtomicUsize>,
}

impl Line {
    /// Ends every connection and refuses new ones. Returns when nothing can pass any more.
    async fn cut(&self) {
        self.state.send_replace(true);
        while self.open.load(Ordering::SeqCst) > 0 {
            tokio::task::yield_now().await;
        }
    }

    fn mend(&self) {
        self.state.send_replace(false);
    }
}

async fn severable(target: String) -> Line {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let line = Line {
        port: listener.local_addr().expect("an address").port(),
        state: watch::Sender::new(false),
        open: Arc::default(),
    };
    let (state, open) = (line.state.subscribe(), line.open.clone());
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            if *state.borrow() {
                continue;
            }
            let (target, mut state, open) = (target.clone(), state.clone(), open.clone());
            open.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                if let Ok(mut far) = TcpStream::connect(target).await {
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        _ = state.wait_for(|&cut| cut) => {}
                    }
                }
                drop(near);
                open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    line
}

#[tokio::test]
async fn a_database_that_is_gone_comes_back_without_a_restart() {
    let address = support::fresh_postgres(&postgres_url()).await;
    let (_, after) = address.split_once('@').expect("user@host");
    let (host, _) = after.split_once('/').expect("host/database");
    let line = severable(host.to_owned()).await;
    let store = Store::open(&address.replace(host, &format!("127.0.0.1:{}", line.port)))
        .await
        .expect("a store");
    let tenant = tenant(&store, 1).await;
    write(&store, tenant.workspace, &[response(&tenant, 1, MAY, 9)])
        .await
        .expect("written");
    let mut recorder = store.recorder();
    let rows = support::rows(&[response(&tenant, 11, MAY, 9)]);
    let groups = [(tenant.workspace, rows.iter().collect())];
    let now = support::at("2026-11-01T12:00:00Z");
    recorder.record(&groups, now).await.expect("recorded");
    line.cut().await;
    let error = write(&store, tenant.workspace, &[response(&tenant, 2, MAY, 9)])
        .await
        .expect_err("gone");
    assert!(error.is_temporary(), "{error:?}");
    let error = recorder.record(&groups, now).await.expect_err("gone");
    assert!(error.is_temporary(), "{error:?}");
    line.mend();
    recorder.record(&groups, now).await.expect("a new line");
    line.cut().await;
    line.mend();
    let ids = recorder.record(&groups, now).await;
    assert_eq!(ids.expect("the cut was not noticed"), [[rows[0].id()]]);
    let mut back = write(&store, tenant.workspace, &[response(&tenant, 3, MAY, 9)]).await;
    // A connection that died in the pool may cost one more attempt.
    for _ in 0..20 {
        if back.is_ok() {
            break;
        }
        back = write(&store, tenant.workspace, &[response(&tenant, 3, MAY, 9)]).await;
    }
    back.expect("the database is back");
    let mut tx = store.read().await.expect("a transaction");
    assert_eq!(
        tx.events_after(tenant.workspace, 0, 10)
            .await
            .expect("events")
            .len(),
        3
    );
}
