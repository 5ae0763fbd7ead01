//! Access where the clock and the tables must be looked at.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use radost_app::access::{Claim, NewPerson, PersonChange, Reply, SignIn};
use radost_app::domain::Language;
use radost_app::domain::access::{Actor, Places, Role};
use radost_app::domain::name::UserId;
use radost_app::listen::intake::IntakeOptions;
use radost_app::{App, AppError, AppOptions, Store};

const PASSWORD: &str = "correct horse battery";
const OLENA: &str = "olena@example.com";

struct Bench {
    app: Arc<App>,
    store: Store,
    clock: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

impl Bench {
    /// Without any workspace.
    async fn empty() -> Bench {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("radost.db").display().to_string();
        let store = Store::open(&file).await.expect("a store");
        let clock = Arc::new(AtomicI64::new(1_793_534_400));
        let (told, next) = (clock.clone(), AtomicU64::new(1));
        let app = App::new(AppOptions {
            store: store.clone(),
            lake: None,
            clock: Arc::new(move || {
                Timestamp::from_second(told.load(Ordering::Relaxed)).expect("a time")
            }),
            ids: Arc::new(move || {
                uuid::Uuid::from_u128(u128::from(next.fetch_add(1, Ordering::Relaxed)))
            }),
            intake: IntakeOptions::default(),
            files: folder.path().join("files"),
        });
        Bench {
            app,
            store,
            clock,
            _folder: folder,
        }
    }

    /// With a workspace; returns its console.
    async fn new() -> (Bench, Actor) {
        let bench = Bench::empty().await;
        let slug = "cafe".parse().expect("a slug");
        let made = bench
            .app
            .create_workspace(slug, "Café", "UTC", Language::En)
            .await;
        let console = Actor::console(made.expect("a workspace").id);
        (bench, console)
    }

    fn wait(&self, time: SignedDuration) {
        self.clock.fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    async fn person(&self, console: &Actor, email: &str, role: Role) -> UserId {
        let person = NewPerson {
            email: email.parse().expect("an address"),
            name: "Olena".into(),
            role,
            locations: Default::default(),
            language: Language::En,
            password: Some(PASSWORD.into()),
        };
        let added = self.app.add_user(console, person).await;
        added.expect("a user").0.id
    }

    async fn sign_in(&self, email: &str, password: &str, from: &str) -> Result<String, AppError> {
        let given = SignIn {
            email: email.into(),
            password: password.into(),
            from: from.into(),
            replaces: None,
        };
        self.app.sign_in(given).await.map(|(token, _)| token)
    }

    async fn failures(&self, subject: &str) -> i64 {
        let mut tx = self.store.read().await.expect("a transaction");
        let count = tx.login_failures(subject, Timestamp::UNIX_EPOCH).await;
        count.expect("a count")
    }
}

#[tokio::test]
async fn old_failures_and_sessions_are_swept() {
    let (bench, console) = Bench::new().await;
    bench.person(&console, OLENA, Role::Admin).await;
    for _ in 0..5 {
        let wrong = bench.sign_in(OLENA, "wrong", "10.0.0.1").await;
        assert!(matches!(wrong, Err(AppError::Invalid { .. })));
    }
    let shut = bench.sign_in(OLENA, PASSWORD, "10.0.0.1").await;
    assert!(matches!(shut, Err(AppError::TooMany { minutes: 15 })));
    let elsewhere = bench.sign_in(OLENA, PASSWORD, "10.0.0.2").await;
    assert!(
        elsewhere.is_ok(),
        "another machine's failures do not shut a person out"
    );
    assert_eq!(bench.failures("machine:10.0.0.1").await, 5);
    assert_eq!(
        bench.failures("machine:10.0.0.2").await,
        0,
        "a success is no failure"
    );
    bench.wait(SignedDuration::from_mins(16));
    let first = bench.sign_in(OLENA, PASSWORD, "10.0.0.1").await;
    let first = first.expect("the door is open again");
    assert_eq!(bench.failures("machine:10.0.0.1").await, 0);
    assert!(bench.app.signed_in(&first).await.expect("asked").is_some());
    bench.wait(SignedDuration::from_hours(24 * 14));
    assert!(bench.app.signed_in(&first).await.expect("asked").is_none());
    let second = bench.sign_in(OLENA, PASSWORD, "10.0.0.1").await;
    assert!(second.is_ok());
    let hash = radost_app::secret::token_hash(&first);
    let mut tx = bench.store.read().await.expect("a transaction");
    let left = tx.session(&hash, Timestamp::UNIX_EPOCH).await;
    assert_eq!(
        left.expect("asked"),
        None,
        "the row is gone, not only out of date"
    );
}

#[tokio::test]
async fn a_good_account_does_not_pay_for_guessing_at_others() {
    let (bench, console) = Bench::new().await;
    let mallory = "mallory@example.com";
    bench.person(&console, mallory, Role::Agent).await;
    for n in 0..19 {
        let victim = format!("victim{n}@example.com");
        assert!(bench.sign_in(&victim, "guess", "10.0.0.9").await.is_err());
        bench.wait(SignedDuration::from_secs(1));
        assert!(bench.sign_in(mallory, PASSWORD, "10.0.0.9").await.is_ok());
        bench.wait(SignedDuration::from_secs(1));
    }
    let last = bench
        .sign_in("victim@example.com", "guess", "10.0.0.9")
        .await;
    assert!(matches!(last, Err(AppError::Invalid { .. })));
    let shut = bench.sign_in(mallory, PASSWORD, "10.0.0.9").await;
    assert!(matches!(shut, Err(AppError::TooMany { .. })));
}

#[tokio::test]
async fn guesses_at_the_same_moment_are_all_counted() {
    let (bench, console) = Bench::new().await;
    bench.person(&console, OLENA, Role::Admin).await;
    let guess = async || {
        let result = bench.sign_in(OLENA, "wrong", "10.0.0.1").await;
        u32::from(matches!(result, Err(AppError::Invalid { .. })))
    };
    let (a, b, c, d, e, f, g, h) = tokio::join!(
        guess(),
        guess(),
        guess(),
        guess(),
        guess(),
        guess(),
        guess(),
        guess()
    );
    assert_eq!(
        a + b + c + d + e + f + g + h,
        5,
        "the passwords of five are looked at"
    );
}

#[tokio::test]
async fn a_session_left_open_does_not_tell_the_password() {
    let (bench, console) = Bench::new().await;
    bench.person(&console, OLENA, Role::Admin).await;
    let token = bench.sign_in(OLENA, PASSWORD, "10.0.0.1").await;
    let token = token.expect("signed in");
    let me = bench.app.signed_in(&token).await.expect("asked");
    let me = me.expect("me");
    let guess = async |current: &str| {
        let new = "a new password".to_owned();
        let app = &bench.app;
        app.change_password(&me, current.to_owned(), new, &token)
            .await
    };
    for _ in 0..5 {
        let wrong = guess("wrong").await;
        assert!(matches!(
            wrong,
            Err(AppError::Invalid {
                field: "current",
                ..
            })
        ));
    }
    let shut = guess(PASSWORD).await;
    assert!(matches!(shut, Err(AppError::TooMany { .. })));
    bench.wait(SignedDuration::from_mins(16));
    guess(PASSWORD).await.expect("changed");
}

#[tokio::test]
async fn a_first_start_that_was_cut_off_is_completed() {
    let bench = Bench::empty().await;
    let app = &bench.app;
    let wrong = app.first_run("nobody").await;
    assert!(matches!(
        wrong,
        Err(AppError::Invalid { field: "email", .. })
    ));
    assert_eq!(app.workspaces().await.expect("asked").len(), 0);
    // Cut off after the workspace was made.
    let slug = "main".parse().expect("a slug");
    app.create_workspace(slug, "Radost", "UTC", Language::En)
        .await
        .expect("a workspace");
    let first = app.first_run("admin@localhost").await;
    assert!(first.expect("a first run").is_some());
    let second = app.first_run("admin@localhost").await;
    assert!(second.expect("a second run").is_none());
}

#[tokio::test]
async fn somebody_who_manages_access_always_stays() {
    let (bench, console) = Bench::new().await;
    let app = &bench.app;
    let first = bench
        .person(&console, "first@example.com", Role::Admin)
        .await;
    let demote = || PersonChange {
        role: Some(Role::Agent),
        ..PersonChange::default()
    };
    let shut_out = || PersonChange {
        active: Some(false),
        ..PersonChange::default()
    };
    let refused = async |actor: &Actor, id, change| match app.update_user(actor, id, change).await {
        Err(AppError::Invalid { field, .. }) => field,
        _ => "not refused",
    };
    assert_eq!(refused(&console, first, demote()).await, "role");
    assert_eq!(refused(&console, first, shut_out()).await, "active");
    let second = bench
        .person(&console, "second@example.com", Role::Admin)
        .await;
    let (workspace, name) = (console.workspace, "Second".to_owned());
    let me = Actor::user(workspace, second, name, Role::Admin, Places::All);
    assert_eq!(refused(&me, second, demote()).await, "role");
    assert_eq!(refused(&me, second, shut_out()).await, "active");
    app.update_user(&me, first, shut_out())
        .await
        .expect("there is a second one");
    assert_eq!(refused(&console, second, demote()).await, "role");
}

#[tokio::test]
async fn a_request_is_claimed_once_until_it_is_lost() {
    let (bench, actor) = Bench::new().await;
    let app = &bench.app;
    let claim = async |hash: &[u8]| {
        let claim = app.claim_request(&actor, "k", hash).await;
        claim.expect("a claim")
    };
    assert_eq!(claim(b"a").await, Claim::Ours);
    assert_eq!(claim(b"a").await, Claim::Running);
    assert_eq!(claim(b"b").await, Claim::Reused);
    bench.wait(SignedDuration::from_mins(11));
    assert_eq!(claim(b"b").await, Claim::Reused, "another request never");
    assert_eq!(claim(b"a").await, Claim::Ours, "its process is gone");
    app.release_request(&actor, "k").await.expect("released");
    assert_eq!(claim(b"b").await, Claim::Ours);
    let reply = Reply {
        request_hash: b"b".to_vec(),
        created_at: app.now(),
        status: Some(201),
        content_type: Some("application/json".into()),
        location: None,
        body: "{}".into(),
    };
    app.keep_reply(&actor, "k", &reply).await.expect("kept");
    assert_eq!(claim(b"b").await, Claim::Done(reply));
    app.release_request(&actor, "k").await.expect("no effect");
    assert!(matches!(claim(b"b").await, Claim::Done(_)));
    bench.wait(SignedDuration::from_hours(25));
    assert_eq!(claim(b"c").await, Claim::Ours, "kept for a day");
}
