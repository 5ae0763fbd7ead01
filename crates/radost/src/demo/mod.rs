//! `radost demo`: an invented business with two years of answers that end now, and new ones while it runs.
//!
//! The history comes from a fixed seed and the day on which it is told. Every answer goes through the same door as a real
//! one, under a clock that walks through the two years.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use radost_app::access::NewPerson;
use radost_app::domain::Language;
use radost_app::domain::access::{Actor, Role};
use radost_app::explain::{AnnotationDraft, AnnotationKind};
use radost_app::listen::{NewResponse, NewSurvey};
use radost_app::{App, Store};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::{Door, Place, answer, clock, listen, new_id, open_store, start};
use business::{Business, FELL, IMPROVED, MANAGED_REGION, NAME, Size};
use history::{Answered, FELL_DAYS_AGO, History, IMPROVED_DAYS_AGO, SURVEYS};

mod business;
mod comments;
mod goals;
mod history;
mod names;

/// The workspace of the demo.
const WORKSPACE: &str = "demo";
const SEED: u64 = 20_261_101;
/// Known to everybody who reads this: the demo is for looking, not for keeping anything.
const PASSWORD: &str = "radost-demo";

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Folder for the demo; a second start goes on with what is there.
    #[arg(long, env = "RADOST_DEMO_DATA", default_value = "demo-data")]
    data: PathBuf,
    #[command(flatten)]
    lake: crate::lake::Written,
    #[command(flatten)]
    door: Door,
    /// No new answers while it runs.
    #[arg(long)]
    still: bool,
    /// Size of the history.
    #[arg(long, hide = true, default_value_t = Size::default().responses)]
    responses: usize,
    /// Number of customers.
    #[arg(long, hide = true, default_value_t = Size::default().customers)]
    customers: usize,
}

struct Person {
    email: &'static str,
    name: &'static str,
    role: Role,
    language: Language,
    what: &'static str,
}

const PEOPLE: [Person; 4] = [
    Person {
        email: "admin@lypa.example",
        name: "Iryna Melnyk",
        role: Role::Admin,
        language: Language::En,
        what: "administrator",
    },
    Person {
        email: "analyst@lypa.example",
        name: "Martin Kolev",
        role: Role::Analyst,
        language: Language::En,
        what: "analyst",
    },
    Person {
        email: "manager@lypa.example",
        name: "Тарас Шевчук",
        role: Role::Manager,
        language: Language::Uk,
        what: "manager of Western Ukraine, in Ukrainian",
    },
    Person {
        email: "agent@lypa.example",
        name: "Динара Ахметова",
        role: Role::Agent,
        language: Language::Ru,
        what: "agent, in Russian",
    },
];

pub(crate) async fn run(demo: Demo) -> anyhow::Result<()> {
    let listener = listen(demo.door.listen).await?;
    let now = clock();
    let place = Place {
        data: demo.data.clone(),
        database: None,
    };
    let size = Size {
        customers: demo.customers,
        responses: demo.responses,
        ..Size::default()
    };
    let (store, history) = prepare(&place, size, now).await?;
    let lake = demo.lake.open(&demo.data)?;
    let app = start(
        store.clone(),
        Some(lake.clone()),
        &demo.data,
        Arc::new(clock),
        Arc::new(new_id),
    );
    greet(&demo, listener.local_addr()?);
    let life = (!demo.still).then(|| tokio::spawn(live(app.clone(), history)));
    let lake = demo.lake.history(&app, lake);
    let answered = answer(listener, app, lake, &demo.door, store).await;
    if let Some(life) = life {
        life.abort();
    }
    answered
}

#[expect(clippy::print_stdout, reason = "for whoever starts it")]
fn greet(demo: &Demo, address: std::net::SocketAddr) {
    println!("\nRadost listens on http://{address}\n");
    println!("Sign in with the password {PASSWORD} as");
    for person in &PEOPLE {
        println!("  {:<22} {}", person.email, person.what);
    }
    println!("\nAnswer as a guest:  http://{address}/s/{WORKSPACE}/post-visit");
    if demo.still {
        println!("No new answers arrive (--still).");
    } else {
        println!("New answers arrive while this runs.");
    }
    println!(
        "Everything is kept in {}; stop with Ctrl+C.\n",
        demo.data.display()
    );
    if !address.ip().is_loopback() {
        println!(
            "Others can reach this address, and the password is known: keep nothing real here.\n"
        );
    }
}

/// What is noted beside the records of a demo.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    seed: u64,
    customers: usize,
    responses: usize,
    days: i32,
    /// The day on which the story was told for the first time.
    told_on: Date,
    founded: Timestamp,
    /// Up to when there are answers; `None` while the history is being written.
    until: Option<Timestamp>,
}

impl Note {
    fn path(data: &Path) -> PathBuf {
        data.join("demo.json")
    }

    fn read(data: &Path) -> anyhow::Result<Option<Note>> {
        let path = Note::path(data);
        if !path.exists() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&path);
        let text = text.with_context(|| format!("{} cannot be read", path.display()))?;
        let note = serde_json::from_str(&text);
        note.map(Some)
            .with_context(|| format!("{} was not written by the demo", path.display()))
    }

    fn write(&self, data: &Path) -> anyhow::Result<()> {
        let path = Note::path(data);
        std::fs::write(&path, serde_json::to_string_pretty(self)?)
            .with_context(|| format!("{} cannot be written", path.display()))
    }

    fn size(&self) -> Size {
        Size {
            customers: self.customers,
            responses: self.responses,
            days: self.days,
        }
    }

    fn history(&self) -> anyhow::Result<History> {
        let business = Business::new(self.seed, self.size(), self.founded)?;
        Ok(History::new(business, self.seed, self.size(), self.told_on))
    }
}

/// A demo up to now: made, or found and continued.
async fn prepare(place: &Place, size: Size, now: Timestamp) -> anyhow::Result<(Store, History)> {
    let today = TimeZone::get("Europe/Kyiv")?.to_datetime(now).date();
    let database = PathBuf::from(place.database());
    let found = Note::read(&place.data)?;
    match found {
        Some(Note {
            until: Some(until), ..
        }) if database.exists() => {
            let Some(mut note) = found else {
                bail!("the demo was not found")
            };
            let history = Arc::new(note.history()?);
            let store = open_store(place).await?;
            // What would have been answered while nobody looked.
            if now.duration_since(until) > SignedDuration::from_mins(30) {
                let scene = Scene::new(store.clone(), &place.data, until);
                let actor = scene.app.console(WORKSPACE).await?;
                scene.tell(&actor, &history, until, now, today).await?;
                note.until = Some(now);
                note.write(&place.data)?;
            }
            let history = Arc::try_unwrap(history)
                .ok()
                .context("the history is still being told")?;
            return Ok((store, history));
        }
        // A demo that was stopped while its history was written begins again.
        Some(_) => {
            for ending in ["", "-wal", "-shm"] {
                let file = place.data.join(format!("radost.db{ending}"));
                if file.exists() {
                    std::fs::remove_file(&file)
                        .with_context(|| format!("{} cannot be removed", file.display()))?;
                }
            }
        }
        None if database.exists() => bail!(
            "{} holds records that are not the demo's; choose another folder with --data",
            place.data.display()
        ),
        None => {}
    }
    std::fs::create_dir_all(&place.data)
        .with_context(|| format!("the folder {} cannot be made", place.data.display()))?;
    let founded = today
        .saturating_sub(size.days.days())
        .to_zoned(TimeZone::UTC)?
        .timestamp()
        - SignedDuration::from_hours(24);
    let mut note = Note {
        seed: SEED,
        customers: size.customers,
        responses: size.responses,
        days: size.days,
        told_on: today,
        founded,
        until: None,
    };
    note.write(&place.data)?;
    let history = Arc::new(note.history()?);
    let store = open_store(place).await?;
    let scene = Scene::new(store.clone(), &place.data, founded);
    let actor = scene.found(&history.business).await?;
    goals::set(&scene.app, &actor, today).await?;
    scene.annotate(&actor, today).await?;
    scene.tell(&actor, &history, founded, now, today).await?;
    note.until = Some(now);
    note.write(&place.data)?;
    let history = Arc::try_unwrap(history)
        .ok()
        .context("the history is still being told")?;
    Ok((store, history))
}

/// The application under a clock that is set by hand: what happened two years ago is recorded as of then.
struct Scene {
    app: Arc<App>,
    clock: Arc<AtomicI64>,
}

impl Scene {
    fn new(store: Store, data: &Path, now: Timestamp) -> Scene {
        let micros = Arc::new(AtomicI64::new(now.as_microsecond()));
        let time = micros.clone();
        let clock =
            move || Timestamp::from_microsecond(time.load(Ordering::SeqCst)).unwrap_or_default();
        let time = micros.clone();
        let number = AtomicU32::new(0);
        let rng = Mutex::new(ChaCha8Rng::seed_from_u64(
            now.as_microsecond().unsigned_abs(),
        ));
        let ids = move || {
            let mut random = [0; 3];
            rng.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .fill_bytes(&mut random);
            let millis = time.load(Ordering::SeqCst).unsigned_abs() / 1000;
            business::numbered_id(millis, number.fetch_add(1, Ordering::SeqCst), random)
        };
        Scene {
            app: start(store, None, data, Arc::new(clock), Arc::new(ids)),
            clock: micros,
        }
    }

    /// Founds the business: workspace, surveys, places, people.
    async fn found(&self, business: &Business) -> anyhow::Result<Actor> {
        let app = &self.app;
        let workspace = app
            .create_workspace(WORKSPACE.parse()?, NAME, "Europe/Kyiv", Language::En)
            .await?;
        let actor = Actor::console(workspace.id);
        for code in SURVEYS {
            app.create_survey(
                &actor,
                NewSurvey::Ready {
                    template: code.into(),
                    code: code.parse()?,
                },
            )
            .await?;
            app.publish_survey(&actor, code).await?;
        }
        app.seed_places(
            &actor,
            &business.locations,
            &business.employees,
            &business.customers,
        )
        .await?;
        let region = business
            .locations
            .iter()
            .find(|location| location.code.as_str() == MANAGED_REGION);
        for person in &PEOPLE {
            let locations = region
                .filter(|_| person.role == Role::Manager)
                .map(|region| region.id);
            let new = NewPerson {
                email: person.email.parse()?,
                name: person.name.to_owned(),
                role: person.role,
                locations: locations.into_iter().collect(),
                language: person.language,
                password: Some(PASSWORD.to_owned()),
            };
            app.add_user(&actor, new).await?;
        }
        Ok(actor)
    }

    /// What was done and what happened meanwhile, as somebody would have written it down.
    async fn annotate(&self, actor: &Actor, today: Date) -> anyhow::Result<()> {
        use AnnotationKind::{Action, Event};
        for (days_ago, kind, location, text) in [
            (
                IMPROVED_DAYS_AGO,
                Action,
                IMPROVED,
                "A second machine, and a helper in the mornings",
            ),
            (FELL_DAYS_AGO, Event, FELL, "A new team, not trained yet"),
            (60, Action, "", "Autumn menu"),
        ] {
            let draft = AnnotationDraft {
                day: Some(today.saturating_sub(days_ago.days())),
                kind,
                text: text.to_owned(),
                location: location.to_owned(),
            };
            self.app.save_annotation(actor, None, &draft).await?;
        }
        Ok(())
    }

    /// Records what was answered after `from` and until `now`.
    async fn tell(
        &self,
        actor: &Actor,
        history: &Arc<History>,
        from: Timestamp,
        now: Timestamp,
        today: Date,
    ) -> anyhow::Result<()> {
        let first = TimeZone::UTC
            .to_datetime(from)
            .date()
            .max(history.first_day());
        // East of Kyiv the day is older, west of it younger.
        let days: Vec<Date> = first
            .saturating_sub(1.days())
            .series(1.day())
            .take_while(|day| *day <= today.saturating_add(1.days()))
            .collect();
        let bar = ProgressBar::new(days.len() as u64);
        bar.set_style(ProgressStyle::with_template(
            "{msg} {wide_bar} {percent}% {elapsed}",
        )?);
        bar.set_message("Writing two years of answers");
        bar.enable_steady_tick(Duration::from_millis(200));
        // The next batch is thought out while the one before is being written.
        let (batches, mut written) = tokio::sync::mpsc::channel(2);
        let teller = history.clone();
        let thinking = tokio::task::spawn_blocking(move || {
            for days in in_batches(&days) {
                let answered: Vec<Answered> = days
                    .iter()
                    .flat_map(|day| teller.day(*day))
                    .filter(|answered| answered.at > from && answered.at <= now)
                    .collect();
                if batches.blocking_send((days.len(), answered)).is_err() {
                    break;
                }
            }
        });
        while let Some((days, answered)) = written.recv().await {
            if let Some(end) = answered.iter().map(|answered| answered.at).max() {
                self.clock.store(end.as_microsecond(), Ordering::SeqCst);
                self.record(actor, answered).await?;
            }
            bar.inc(days as u64);
        }
        thinking.await.context("the history could not be told")?;
        bar.finish_and_clear();
        Ok(())
    }

    async fn record(&self, actor: &Actor, mut answered: Vec<Answered>) -> anyhow::Result<()> {
        answered.sort_by_key(|answered| answered.at);
        let mut by_survey: [Vec<NewResponse>; SURVEYS.len()] = Default::default();
        for answered in answered {
            by_survey[answered.survey].push(answered.response);
        }
        for (survey, responses) in SURVEYS.into_iter().zip(by_survey) {
            for result in self.app.record_responses(actor, survey, responses).await? {
                result.with_context(|| format!("an invented answer does not fit {survey}"))?;
            }
        }
        Ok(())
    }
}

/// Weeks, and at the end days: what came in lately is looked at day by day.
fn in_batches(days: &[Date]) -> Vec<Vec<Date>> {
    let (long_ago, lately) = days.split_at(days.len().saturating_sub(30));
    long_ago
        .chunks(14)
        .chain(lately.chunks(1))
        .map(<[Date]>::to_vec)
        .collect()
}

/// Somebody answers every few seconds.
async fn live(app: Arc<App>, history: History) {
    let mut rng = ChaCha8Rng::seed_from_u64(app.now().as_microsecond().unsigned_abs());
    let actor = match app.console(WORKSPACE).await {
        Ok(actor) => actor,
        Err(error) => {
            tracing::warn!(%error, "no new answers: the workspace of the demo was not found");
            return;
        }
    };
    loop {
        let pause = rng.random_range(1.0..9.0);
        tokio::time::sleep(Duration::from_secs_f64(pause)).await;
        let Some(answered) = history.live(&mut rng, app.now()) else {
            continue;
        };
        let recorded = app
            .record_response(&actor, SURVEYS[answered.survey], answered.response)
            .await;
        if let Err(error) = recorded {
            // Somebody may have closed the survey or changed it; the next answer may fit again.
            tracing::debug!(%error, "an invented answer was not taken");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use radost_app::explain::Period;

    #[tokio::test]
    async fn a_demo_is_made_once_and_continued() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place {
            data: folder.path().to_owned(),
            database: None,
        };
        let size = Size {
            customers: 400,
            responses: 1_500,
            days: 60,
        };
        let now: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
        let (store, history) = prepare(&place, size, now).await.unwrap();
        let app = start(
            store.clone(),
            None,
            &place.data,
            Arc::new(move || now),
            Arc::new(new_id),
        );
        let actor = app.console(WORKSPACE).await.unwrap();
        assert_eq!(app.benchmarks(&actor).await.unwrap().len(), 6);
        let kpis = app.kpis(&actor).await.unwrap();
        assert!(kpis.len() == 3 && kpis.iter().all(|kpi| kpi.owner.is_some()));
        let year = Period::ending(now.to_zoned(TimeZone::UTC).date(), 365);
        assert_eq!(app.annotations(&actor, year).await.unwrap().len(), 3);
        let directory = app.directory(actor.workspace).await.unwrap();
        assert_eq!(directory.surveys.len(), SURVEYS.len());
        assert_eq!(
            directory.locations.iter().count(),
            history.business.locations.len()
        );
        assert_eq!(
            store
                .read()
                .await
                .unwrap()
                .customer_count(actor.workspace)
                .await
                .unwrap(),
            400
        );
        let recorded = count(&store, &actor).await;
        assert!((1_300..1_700).contains(&recorded), "{recorded}");
        let first = history
            .live(&mut ChaCha8Rng::seed_from_u64(1), now)
            .unwrap();
        app.record_response(&actor, SURVEYS[first.survey], first.response)
            .await
            .unwrap();
        drop(app);
        store.close().await;

        let later = now + SignedDuration::from_hours(72);
        let (store, _) = prepare(&place, size, later).await.unwrap();
        let continued = count(&store, &actor).await - recorded;
        assert!((30..200).contains(&continued), "{continued} in three days");
        store.close().await;
    }

    async fn count(store: &Store, actor: &Actor) -> usize {
        let mut tx = store.read().await.unwrap();
        tx.events_after(actor.workspace, 0, 100_000)
            .await
            .unwrap()
            .len()
    }

    #[tokio::test]
    async fn records_that_are_not_the_demos_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("radost.db");
        std::fs::write(&file, "precious").unwrap();
        let place = Place {
            data: folder.path().to_owned(),
            database: None,
        };
        let now: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
        let error = prepare(&place, Size::default(), now).await.unwrap_err();
        assert!(error.to_string().contains("not the demo's"), "{error}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious");
    }
}
