//! What records promise, on both engines.

#[macro_use]
mod support;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use radost_domain::access::{ApiKey, AuditEntry, Permission, Role, User};
use radost_domain::event::Event;
use radost_domain::explain::{
    Annotation, AnnotationKind, Benchmark, Dimension, Direction, Filters, Kpi, Metric, Period,
    SavedView,
};
use radost_domain::listen::{Answer, Channel, Response};
use radost_domain::name::{
    AnnotationId, ApiKeyId, AuditId, BenchmarkId, CustomerId, EmployeeId, InvitationId, KpiId,
    LocationId, ResponseId, UserId, ViewId,
};
use radost_domain::retain::Customer;
use radost_domain::team::{Employee, Location, LocationKind};
use radost_domain::{Code, Language};
use radost_store::{
    AuditFilter, CustomerFilter, IdempotentReply, ImportRun, Invitation, NewUser, PartialResponse,
    QuotaCount, QuotaCounts, ResponseCursor, ResponseFilter, Session, Store,
};
use support::{LOCATION, MAY, Tenant, at, id, insert, record, response, rows, tenant};

const YEAR: Period = Period {
    from: date(2026, 1, 1),
    to: date(2026, 12, 31),
};

fn code(text: &str) -> Code {
    text.parse().expect("a code")
}

fn list(tenant: &Tenant) -> ResponseFilter {
    ResponseFilter {
        survey: tenant.survey,
        period: YEAR,
        filters: Filters::default(),
        scores: None,
        answered: Vec::new(),
        after: None,
        limit: 100,
    }
}

/// NPS of the responses that count, with their group as text: what the metric engine adds up.
async fn scores(
    store: &Store,
    tenant: &Tenant,
    filters: &Filters,
    by: &[Dimension],
) -> Vec<(String, i64)> {
    let mut tx = store.read().await.expect("a transaction");
    let days = tx
        .scored_days(tenant.workspace, tenant.survey, YEAR, filters, by)
        .await
        .expect("a scan");
    let mut rows: Vec<(String, i64)> = Vec::new();
    for row in days.iter().flat_map(radost_store::ScoredDay::rows) {
        let groups = radost_store::read_groups(by, row.groups).expect("groups");
        let group = groups
            .location
            .map(|id| id.to_string())
            .or_else(|| groups.channel.map(|channel| channel.to_string()))
            .or_else(|| groups.touchpoint.as_ref().map(ToString::to_string))
            .or_else(|| groups.segments.get("size").cloned())
            .unwrap_or_default();
        let score = row
            .scores
            .chars()
            .next()
            .and_then(radost_domain::listen::response::char_score);
        rows.extend(score.map(|score| (group, score)));
    }
    rows.sort();
    rows
}

fn user(number: u128, email: &str) -> User {
    User {
        id: UserId(id(number)),
        email: email.parse().expect("an address"),
        name: "Olena".into(),
        role: Role::Manager,
        locations: BTreeSet::from([LOCATION]),
        language: Language::Uk,
        active: true,
        must_change_password: false,
    }
}

fn location(number: u128, parent: Option<LocationId>, code: &str) -> Location {
    Location {
        id: LocationId(id(number)),
        parent,
        kind: if parent.is_some() {
            LocationKind::Location
        } else {
            LocationKind::Region
        },
        code: code.parse().expect("a slug"),
        name: code.to_uppercase(),
        time_zone: "Europe/Sofia".into(),
        active: true,
    }
}

fn customer(number: u128, external_id: &str, name: &str) -> Customer {
    Customer {
        id: CustomerId(id(number)),
        external_id: external_id.into(),
        name: name.into(),
        email: Some("a@example.com".parse().expect("an address")),
        phone: None,
        language: Some(Language::Bg),
        time_zone: None,
        segments: BTreeMap::from([(code("size"), "large".to_owned())]),
    }
}

fn benchmark(number: u128, name: &str) -> Benchmark {
    Benchmark {
        id: BenchmarkId(id(number)),
        name: name.into(),
        metric: "mean 1-5".parse().expect("a yardstick"),
        value: 4.25,
        interval: Some((4.125, 4.5)),
        n: Some(1200),
        industry: "Кав’ярні".into(),
        country: String::new(),
        source: "Example \"Research\"".into(),
        source_url: "https://example.com/?a=1&b=2".into(),
        year: 2025,
        note: "two\nlines".into(),
    }
}

fn kpi(number: u128, tenant: &Tenant) -> Kpi {
    Kpi {
        id: KpiId(id(number)),
        name: "Happier".into(),
        survey: tenant.survey,
        metric: Metric::Nps {
            question: code("nps"),
        },
        location: None,
        filters: BTreeMap::from([("segment".to_owned(), "size:\"L\"; small".to_owned())]),
        direction: Direction::AtLeast,
        target: 62.5,
        days: 90,
        owner: None,
        since: date(2026, 1, 1),
        due: date(2026, 12, 31),
        note: String::new(),
        actions: "ask\nact".into(),
    }
}

fn annotation(number: u128, day: jiff::civil::Date, location: Option<LocationId>) -> Annotation {
    Annotation {
        id: AnnotationId(id(number)),
        day,
        kind: AnnotationKind::Action,
        text: "Нове меню, 20 % дешевше".into(),
        location,
    }
}

contract! {
    /// What is written is read back the same, also by another process.
    async fn a_response_comes_back_as_it_was(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let mut given = response(&tenant, 1, MAY, 9);
        given.location = Some(LOCATION);
        given.customer = Some(CustomerId(id(5)));
        given.touchpoint = Some(code("visit"));
        given.segments = BTreeMap::from([(code("size"), "Größe \"L\" 'x'; — малый".to_owned())]);
        given.started_at = Some(at("2026-05-01T09:58:00.123456Z"));
        assert_eq!(insert(&fresh.store, &tenant, std::slice::from_ref(&given)).await, [given.id]);
        let again = Store::open(&fresh.address).await.expect("opened twice");
        let mut tx = again.read().await.expect("a transaction");
        let read = tx.response(tenant.workspace, given.id).await.expect("read").expect("there");
        given.scores = String::new();
        assert_eq!(read, given);
        let story = tx.responses_of_customer(tenant.workspace, CustomerId(id(5)), 10).await.expect("read");
        assert_eq!(story, [given]);
    }

    /// The first result of a client id is the result for ever, within a batch and between batches.
    async fn a_repeated_client_id_adds_nothing(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let first = response(&tenant, 1, MAY, 9);
        let mut second = response(&tenant, 2, MAY, 0);
        second.client_id = first.client_id;
        let third = response(&tenant, 3, MAY, 5);
        let ids = insert(&fresh.store, &tenant, &[first.clone(), second.clone(), third.clone()]).await;
        assert_eq!(ids, [first.id, first.id, third.id]);
        second.id = ResponseId(id(999));
        assert_eq!(insert(&fresh.store, &tenant, &[second]).await, [first.id]);
        assert_eq!(
            scores(&fresh.store, &tenant, &Filters::default(), &[]).await,
            [(String::new(), 5), (String::new(), 9)]
        );
        let mut tx = fresh.store.read().await.expect("a transaction");
        assert_eq!(tx.events_after(tenant.workspace, 0, 10).await.expect("events").len(), 2);
    }

    /// Responses of several workspaces go in together, each under its own numbers, also where some were there before.
    async fn a_recorder_serves_every_workspace(fresh) {
        let (one, other) = (tenant(&fresh.store, 1).await, tenant(&fresh.store, 2).await);
        let mut recorder = fresh.store.recorder();
        let now = at("2026-11-01T12:00:00Z");
        let first = rows(&[response(&one, 1, MAY, 9), response(&one, 2, MAY, 8)]);
        recorder.record(&[(one.workspace, first.iter().collect())], now).await.expect("recorded");

        let mut repeated = response(&one, 2, MAY, 0);
        repeated.id = ResponseId(id(998));
        let ours = rows(&[repeated, response(&one, 3, MAY, 7)]);
        // The same client ids in another workspace are other responses.
        let theirs = rows(&[response(&other, 1, MAY, 1), response(&other, 2, MAY, 2)]);
        let groups = [(one.workspace, ours.iter().collect()), (other.workspace, theirs.iter().collect())];
        let ids = recorder.record(&groups, now).await.expect("recorded");
        assert_eq!(ids, [[first[1].id(), ours[1].id()], [theirs[0].id(), theirs[1].id()]]);

        let mut tx = fresh.store.read().await.expect("a transaction");
        for (workspace, expected) in [
            (one.workspace, vec![first[0].id(), first[1].id(), ours[1].id()]),
            (other.workspace, vec![theirs[0].id(), theirs[1].id()]),
        ] {
            let events = tx.events_after(workspace, 0, 10).await.expect("events");
            let recorded: Vec<_> = events
                .iter()
                .map(|event| event.event.response())
                .collect();
            assert_eq!(recorded, expected, "in the order given");
            let numbers: Vec<i64> = events.iter().map(|event| event.sequence).collect();
            assert_eq!(numbers, (1..=expected.len() as i64).collect::<Vec<_>>());
        }
    }

    /// Two who send the same answers at the same moment, each in another order, both hear of the same responses.
    async fn the_same_answers_at_once_are_recorded_once(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let now = at("2026-11-01T12:00:00Z");
        let workspace = tenant.workspace;
        for round in 0..20u128 {
            let numbers = round * 200..round * 200 + 100;
            let one: Vec<_> = numbers.clone().map(|n| response(&tenant, n, MAY, 9)).collect();
            let mut other = one.clone();
            other.reverse();
            other.iter_mut().for_each(|response| response.id = ResponseId(id(9_000_000 + response.id.0.as_u128())));
            let writers = [one, other].map(|responses| {
                let mut recorder = fresh.store.recorder();
                tokio::spawn(async move {
                    let rows = rows(&responses);
                    recorder.record(&[(workspace, rows.iter().collect())], now).await.expect("recorded").concat()
                })
            });
            let [one, other] = writers;
            let (one, mut other) = (one.await.expect("a writer"), other.await.expect("a writer"));
            other.reverse();
            assert_eq!(one, other);
        }
        let mut tx = fresh.store.read().await.expect("a transaction");
        assert_eq!(tx.events_after(workspace, 0, 5_000).await.expect("events").len(), 2_000);
    }

    /// A stretch of the event log comes with the responses that it recorded, in its order, and with those of no other workspace.
    async fn a_stretch_of_events_comes_with_its_responses(fresh) {
        let (one, other) = (tenant(&fresh.store, 1).await, tenant(&fresh.store, 2).await);
        let responses: Vec<_> = (1..=5).map(|n| response(&one, n, MAY, 9)).collect();
        insert(&fresh.store, &one, &responses).await;
        insert(&fresh.store, &other, &[response(&other, 1, MAY, 1)]).await;
        let mut tx = fresh.store.read().await.expect("a transaction");
        assert_eq!(tx.last_event(one.workspace).await.expect("a number"), 5);
        assert_eq!(tx.last_event(other.workspace).await.expect("a number"), 1);
        let told = tx.told_responses(one.workspace, 1, 4).await.expect("responses");
        let found: Vec<_> = told.iter().map(|(sequence, event, response)| (*sequence, event.name(), response.id)).collect();
        let recorded = |place: usize| (place as i64 + 1, "response.recorded", responses[place].id);
        assert_eq!(found, [recorded(1), recorded(2), recorded(3)]);
        assert_eq!(told[0].2.answers, responses[1].answers);
        drop(tx);
        // A correction tells of the response as it is now, and so does the event that recorded it.
        let mut tx = fresh.store.begin().await.expect("a transaction");
        let corrected = Response { weight: 2.0, ..responses[2].clone() };
        tx.correct_response(one.workspace, &corrected, at("2026-11-01T12:00:00Z")).await.expect("corrected");
        tx.commit().await.expect("committed");
        let mut tx = fresh.store.read().await.expect("a transaction");
        let told = tx.told_responses(one.workspace, 2, 6).await.expect("responses");
        let found: Vec<_> = told.iter().map(|(sequence, event, response)| (*sequence, event.name(), response.weight)).collect();
        assert_eq!(
            found,
            [(3, "response.recorded", 2.0), (4, "response.recorded", 1.0), (5, "response.recorded", 1.0), (6, "response.corrected", 2.0)]
        );
        assert!(tx.told_responses(one.workspace, 6, 9).await.expect("responses").is_empty());
    }

    /// Events are numbered 1, 2, 3 … in the order of commits, with writers side by side.
    async fn events_have_no_gaps(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..8u128 {
            let store = fresh.store.clone();
            let responses: Vec<_> =
                (0..10).map(|n| response(&tenant, writer * 100 + n, MAY, 7)).collect();
            let workspace = tenant.workspace;
            writers.spawn(async move {
                for one in &responses {
                    let mut tx = store.begin().await.expect("a transaction");
                    record(&mut tx, workspace, std::slice::from_ref(one), one.received_at).await.expect("inserted");
                    tx.commit().await.expect("committed");
                }
                // One that is given up must leave no hole.
                let mut tx = store.begin().await.expect("a transaction");
                let lost = response(&Tenant { workspace, survey: responses[0].survey }, writer + 5_000, MAY, 1);
                record(&mut tx, workspace, std::slice::from_ref(&lost), lost.received_at).await.expect("inserted");
            });
        }
        while let Some(writer) = writers.join_next().await {
            writer.expect("a writer");
        }
        let mut tx = fresh.store.read().await.expect("a transaction");
        let events = tx.events_after(tenant.workspace, 0, 1_000).await.expect("events");
        let numbers: Vec<i64> = events.iter().map(|event| event.sequence).collect();
        assert_eq!(numbers, (1..=80).collect::<Vec<i64>>());
        let distinct: BTreeSet<_> = events
            .iter()
            .map(|event| event.event.response())
            .collect();
        assert_eq!(distinct.len(), 80);
    }

    /// Of two processes of one consumer only one moves the cursor.
    async fn a_cursor_moves_once(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let mut tx = fresh.store.begin().await.expect("a transaction");
        assert!(tx.advance_consumer(tenant.workspace, "live", 0, 5).await.expect("moved"));
        tx.count_responses(tenant.workspace, 20_000, 5).await.expect("counted");
        tx.commit().await.expect("committed");
        let mut tx = fresh.store.begin().await.expect("a transaction");
        assert!(!tx.advance_consumer(tenant.workspace, "live", 0, 9).await.expect("not moved"));
        drop(tx);
        let mut tx = fresh.store.begin().await.expect("a transaction");
        assert!(tx.advance_consumer(tenant.workspace, "live", 5, 7).await.expect("moved"));
        tx.count_responses(tenant.workspace, 20_001, 2).await.expect("counted");
        tx.commit().await.expect("committed");
        let mut tx = fresh.store.read().await.expect("a transaction");
        assert_eq!(tx.consumer_cursor(tenant.workspace, "live").await.expect("cursor"), 7);
        let noon = at("2026-11-01T12:00:00Z");
        assert_eq!(tx.response_counts(tenant.workspace, "live", 20_001, noon).await.expect("counts"), (7, 2));
    }

    /// What quotas have counted moves forward in one step, and is counted anew for other conditions.
    async fn quotas_are_counted_once(fresh) {
        let (one, other) = (tenant(&fresh.store, 1).await, tenant(&fresh.store, 2).await);
        let counts = |sequence, definition: &str, counted| QuotaCounts {
            survey: one.survey,
            definition: definition.into(),
            sequence,
            counts: BTreeMap::from([(code("guests"), QuotaCount { counted, left_out: 1 })]),
        };
        let save = async |from, counts: &QuotaCounts| {
            let mut tx = fresh.store.begin().await.expect("a transaction");
            let saved = tx.save_quota_counts(one.workspace, from, counts).await.expect("asked");
            if saved {
                tx.commit().await.expect("committed");
            }
            saved
        };
        assert!(save(0, &counts(5, "a", 3)).await);
        assert!(!save(0, &counts(7, "a", 4)).await, "another process was there before");
        assert!(save(5, &counts(7, "a", 4)).await);
        assert!(save(0, &counts(2, "b", 1)).await, "from the beginning");
        let mut tx = fresh.store.read().await.expect("a transaction");
        assert_eq!(tx.quota_counts(one.workspace).await.expect("counts"), [counts(2, "b", 1)]);
        assert_eq!(tx.quota_counts(other.workspace).await.expect("counts"), []);
    }

    /// What happened to the responses of a survey is told with the responses, for a stretch of the log.
    async fn what_happened_to_a_survey_is_told(fresh) {
        let (one, other) = (tenant(&fresh.store, 1).await, tenant(&fresh.store, 2).await);
        let three: Vec<Response> = (1..=3).map(|n| response(&one, n, MAY, 7)).collect();
        insert(&fresh.store, &one, &three).await;
        insert(&fresh.store, &other, &[response(&other, 50, MAY, 1), response(&other, 51, MAY, 2)]).await;
        let mut tx = fresh.store.read().await.expect("a transaction");
        let told = async |tx: &mut radost_store::Tx, tenant: &Tenant, after, to| {
            let told = tx.told_of_survey(tenant.workspace, tenant.survey, after, to).await.expect("events");
            told.into_iter().map(|(event, response)| (event.response(), response.id)).collect::<Vec<_>>()
        };
        let ids: Vec<_> = three.iter().map(|one| (one.id, one.id)).collect();
        assert_eq!(told(&mut tx, &one, 0, 3).await, ids);
        assert_eq!(told(&mut tx, &one, 1, 2).await, ids[1..2]);
        assert_eq!(told(&mut tx, &one, 3, 9).await, []);
        assert_eq!(told(&mut tx, &other, 0, 9).await.len(), 2);
        assert_eq!(tx.excluded_responses(one.workspace, one.survey).await.expect("none"), []);
        drop(tx);
        let left_out = Response { excluded: true, ..three[1].clone() };
        let mut tx = fresh.store.begin().await.expect("a transaction");
        tx.correct_response(one.workspace, &left_out, at("2026-11-02T12:00:00Z")).await.expect("left out");
        tx.commit().await.expect("committed");
        let mut tx = fresh.store.read().await.expect("a transaction");
        let excluded = tx.excluded_responses(one.workspace, one.survey).await.expect("one");
        assert_eq!(excluded.iter().map(|one| one.id).collect::<Vec<_>>(), [three[1].id]);
        let corrected = tx.told_of_survey(one.workspace, one.survey, 3, 4).await.expect("events");
        assert!(matches!(&corrected[..], [(Event::ResponseCorrected { .. }, one)] if one.excluded));
    }

    /// The live counter has what was recorded a moment ago, and what its consumer has counted once.
    async fn what_is_not_counted_yet_is_in_the_counter(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        for (n, received) in ["2026-10-31T12:00:00Z", "2026-11-01T12:00:00Z", "2026-11-01T12:00:01Z"].iter().enumerate() {
            let one = response(&tenant, n as u128, MAY, 7);
            let mut tx = fresh.store.begin().await.expect("a transaction");
            record(&mut tx, tenant.workspace, &[one], at(received)).await.expect("recorded");
            tx.commit().await.expect("committed");
        }
        let counts = async || {
            let mut tx = fresh.store.read().await.expect("a transaction");
            let midnight = at("2026-11-01T00:00:00Z");
            tx.response_counts(tenant.workspace, "live", 20_758, midnight).await.expect("counts")
        };
        assert_eq!(counts().await, (3, 2));
        let mut tx = fresh.store.begin().await.expect("a transaction");
        assert!(tx.advance_consumer(tenant.workspace, "live", 0, 2).await.expect("moved"));
        tx.count_responses(tenant.workspace, 20_757, 1).await.expect("counted");
        tx.count_responses(tenant.workspace, 20_758, 1).await.expect("counted");
        tx.commit().await.expect("committed");
        assert_eq!(counts().await, (3, 2));
    }

    /// A correction is read back and takes a response out of the numbers and into them again; lists keep it.
    async fn what_is_left_out_counts_in_no_number(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let given = [response(&tenant, 1, MAY, 9), response(&tenant, 2, date(2026, 5, 2), 3)];
        insert(&fresh.store, &tenant, &given).await;
        let now = at("2026-11-02T00:00:00Z");
        let correct = async |excluded: bool, exclusion_reason: &str| {
            let corrected = Response { weight: 2.5, excluded, exclusion_reason: exclusion_reason.into(), ..given[1].clone() };
            let mut tx = fresh.store.begin().await.expect("a transaction");
            tx.correct_response(tenant.workspace, &corrected, now).await.expect("corrected");
            tx.commit().await.expect("committed");
            let mut tx = fresh.store.read().await.expect("a transaction");
            let read = tx.response(tenant.workspace, corrected.id).await.expect("read");
            assert_eq!(read, Some(Response { scores: String::new(), ..corrected }));
            let listed = tx.responses(tenant.workspace, &list(&tenant)).await.expect("read");
            assert_eq!(listed.iter().map(|response| response.excluded).collect::<Vec<_>>(), [excluded, false]);
            let counts = tx.count_responses_of(tenant.workspace, &list(&tenant)).await.expect("counted");
            assert_eq!(counts, if excluded { (1, 1) } else { (2, 0) });
            let last = tx.last_response_day(tenant.workspace, tenant.survey).await.expect("a day");
            let counted = scores(&fresh.store, &tenant, &Filters::default(), &[]).await;
            (last, counted.into_iter().map(|(_, score)| score).collect::<Vec<_>>())
        };
        assert_eq!(correct(true, "a test").await, (Some(MAY), vec![9]));
        assert_eq!(correct(false, "").await, (Some(date(2026, 5, 2)), vec![3, 9]));
        let mut tx = fresh.store.read().await.expect("a transaction");
        let events = tx.events_after(tenant.workspace, 2, 10).await.expect("events");
        let corrected = Event::ResponseCorrected { response: given[1].id, survey: tenant.survey };
        assert_eq!(
            events.iter().map(|event| (event.sequence, event.at, event.event)).collect::<Vec<_>>(),
            [(3, now, corrected), (4, now, corrected)]
        );
    }

    /// Whoever is erased leaves no row behind, and on SQLite no bytes either; others of the same name stay.
    async fn a_customer_who_is_erased_leaves_no_trace(fresh) {
        const SECRETS: [&str; 4] = ["Мавра Незабудь", "mavra@example.com", "+380441112233", "скажу по секрету"];
        let now = at("2026-11-02T00:00:00Z");
        let mut tenants = Vec::new();
        for number in [1, 2] {
            let tenant = tenant(&fresh.store, number).await;
            let them = Customer {
                email: Some(SECRETS[1].parse().expect("an address")),
                phone: Some(SECRETS[2].into()),
                ..customer(40 + number, "K-1", SECRETS[0])
            };
            // More than go into one statement.
            let responses: Vec<_> = (0..300)
                .map(|n| {
                    let mut said = response(&tenant, n, MAY, 9);
                    said.customer = Some(them.id);
                    said.answers.insert(code("why"), Answer::Text(SECRETS[3].into()));
                    said
                })
                .collect();
            insert(&fresh.store, &tenant, &responses).await;
            let mut tx = fresh.store.begin().await.expect("a transaction");
            let w = tenant.workspace;
            tx.save_customers(w, std::slice::from_ref(&them)).await.expect("saved");
            let token = [7, number as u8];
            let invitation = Invitation {
                id: InvitationId(id(50 + number)), survey: tenant.survey, customer: Some(them.id), location: None, employee: None,
                touchpoint: None, channel: Channel::Email, created_at: now, response: None,
            };
            tx.insert_invitation(w, &invitation, &token).await.expect("added");
            let partial = PartialResponse { client_id: invitation.id.0, state: format!("{{\"why\":\"{}\"}}", SECRETS[3]), updated_at: now };
            tx.save_partial_response(w, tenant.survey, &token, &partial).await.expect("saved");
            for (n, entity, entity_id) in [(1, "customer", them.id.to_string()), (2, "response", responses[299].id.to_string())] {
                let entry = AuditEntry {
                    id: AuditId(id(number * 10 + n)), at: now, actor_id: None, actor: "Olena".into(), action: format!("{entity}.changed"),
                    entity: entity.into(), entity_id, before: Some(serde_json::json!({ "name": SECRETS[0] })),
                    after: Some(serde_json::json!({ "email": SECRETS[1] })),
                };
                tx.insert_audit(w, &entry).await.expect("written");
            }
            assert!(tx.claim_idempotency_key(w, "k", b"k", now, now).await.expect("claimed"));
            let reply = IdempotentReply {
                request_hash: b"k".to_vec(), created_at: now, status: Some(201), content_type: None, location: None,
                body: serde_json::json!({ "name": SECRETS[0] }).to_string(),
            };
            tx.keep_idempotent_reply(w, "k", &reply).await.expect("kept");
            tx.commit().await.expect("committed");
            tenants.push((tenant, them));
        }
        let found = async |tenant: &Tenant| {
            let rows = fresh.store.rows_as_text(tenant.workspace).await.expect("rows");
            assert!(rows.len() > 600, "{}", rows.len());
            let tables: BTreeSet<String> = rows
                .into_iter()
                .filter(|(_, row)| SECRETS.iter().any(|secret| row.contains(secret)))
                .map(|(table, _)| table)
                .collect();
            tables.into_iter().collect::<Vec<_>>().join(" ")
        };
        const EVERYWHERE: &str = "audit customer idempotency partial_response response";
        let (tenant, them) = &tenants[0];
        assert_eq!(found(tenant).await, EVERYWHERE);

        let w = tenant.workspace;
        let mut tx = fresh.store.begin().await.expect("a transaction");
        assert!(tx.delete_customer(w, them.id).await.expect("erased"));
        assert!(!tx.delete_customer(w, them.id).await.expect("nobody"));
        let responses = tx.responses_of_customer(w, them.id, i64::MAX).await.expect("read");
        let ids: Vec<String> = responses.iter().map(|response| response.id.to_string()).collect();
        tx.forget_audited(w, "customer", &[them.id.to_string()]).await.expect("forgotten");
        tx.forget_audited(w, "response", &ids).await.expect("forgotten");
        tx.empty_idempotent_replies(w, &[SECRETS[0].to_owned(), String::new()]).await.expect("emptied");
        let document = support::document();
        let anonymous: Vec<_> = responses.iter().map(|response| response.anonymous(Some(&document))).collect();
        tx.rewrite_responses(w, &anonymous, now).await.expect("rewritten");
        tx.commit().await.expect("committed");

        assert_eq!(found(tenant).await, "");
        assert_eq!(found(&tenants[1].0).await, EVERYWHERE, "another workspace keeps its own");
        let mut tx = fresh.store.read().await.expect("a transaction");
        let read = tx.response(w, responses[0].id).await.expect("read");
        assert_eq!(read.as_ref(), Some(&anonymous[0]));
        let events = tx.events_after(w, 0, 1_000).await.expect("events");
        assert!(events.iter().map(|event| event.sequence).eq(1..=600));
        let corrected: BTreeSet<_> = events[300..]
            .iter()
            .filter(|event| matches!(event.event, Event::ResponseCorrected { .. }))
            .map(|event| event.event.response())
            .collect();
        assert_eq!(corrected.len(), 300);
        assert_eq!(scores(&fresh.store, tenant, &Filters::default(), &[]).await.len(), 300, "no number changes");
    }

    /// Every filter and dimension counts what it says, and nothing twice.
    async fn scans_count_what_they_say(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let mut responses: Vec<_> = (0..6u128).map(|n| response(&tenant, n, MAY, 10 - i64::try_from(n).unwrap_or(0))).collect();
        responses[0].location = Some(LOCATION);
        responses[1].location = Some(LOCATION);
        responses[1].channel = Channel::Phone;
        responses[2].language = Language::Bg;
        responses[3].touchpoint = Some(code("delivery"));
        responses[4].segments = BTreeMap::from([(code("size"), "large \t\n'\"".to_owned())]);
        responses[5].day = date(2026, 5, 2);
        responses[5].scores = "--".to_owned();
        insert(&fresh.store, &tenant, &responses).await;
        let all = Filters::default();
        let only = async |filters: Filters| -> Vec<i64> {
            scores(&fresh.store, &tenant, &filters, &[]).await.into_iter().map(|(_, score)| score).collect()
        };
        assert_eq!(only(all.clone()).await, [6, 7, 8, 9, 10]);
        let here = Filters { locations: Some(BTreeSet::from([LOCATION])), ..all.clone() };
        assert_eq!(only(here.clone()).await, [9, 10]);
        assert_eq!(only(Filters { channel: Some(Channel::Phone), ..here }).await, [9]);
        assert_eq!(only(Filters { locations: Some(BTreeSet::new()), ..all.clone() }).await, Vec::<i64>::new());
        assert_eq!(only(Filters { language: Some(Language::Bg), ..all.clone() }).await, [8]);
        assert_eq!(only(Filters { touchpoint: Some(code("delivery")), ..all.clone() }).await, [7]);
        let large = Some((code("size"), "large \t\n'\"".to_owned()));
        assert_eq!(only(Filters { segment: large, ..all.clone() }).await, [6]);
        let by = async |dimension| scores(&fresh.store, &tenant, &Filters::default(), &[dimension]).await;
        let here = by(Dimension::Location).await;
        assert_eq!(here.iter().filter(|(group, _)| *group == LOCATION.to_string()).count(), 2);
        assert!(by(Dimension::Channel).await.contains(&("phone".to_owned(), 9)));
        assert!(by(Dimension::Touchpoint).await.contains(&("delivery".to_owned(), 7)));
        assert!(by(Dimension::Segment { code: code("size") }).await.contains(&("large \t\n'\"".to_owned(), 6)));
        let mut tx = fresh.store.read().await.expect("a transaction");
        let days = tx.scored_days(tenant.workspace, tenant.survey, YEAR, &all, &[]).await.expect("a scan");
        let counts: Vec<_> = days.iter().map(|day| (day.day, day.rows().count())).collect();
        assert_eq!(counts, [(MAY, 5), (date(2026, 5, 2), 1)]);
        assert_eq!(tx.last_response_day(tenant.workspace, tenant.survey).await.expect("a day"), Some(date(2026, 5, 2)));
    }

    /// A list goes on exactly where the page before ended, and a score opens the answers behind it.
    async fn lists_go_on_where_they_ended(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let responses: Vec<_> = (0..5u128)
            .map(|n| response(&tenant, n, date(2026, 5, 1 + i8::try_from(n / 2).unwrap_or(0)), i64::try_from(n).unwrap_or(0)))
            .collect();
        insert(&fresh.store, &tenant, &responses).await;
        let mut tx = fresh.store.read().await.expect("a transaction");
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let filter = ResponseFilter { after, limit: 2, ..list(&tenant) };
            let page = tx.responses(tenant.workspace, &filter).await.expect("a page");
            let Some(last) = page.last() else { break };
            after = Some(ResponseCursor { day: last.day, id: last.id });
            seen.extend(page.iter().map(|response| response.id));
        }
        let newest_first: Vec<_> = responses.iter().rev().map(|response| response.id).collect();
        assert_eq!(seen, newest_first);
        let filter = ResponseFilter { scores: Some((0, vec![1, 3])), ..list(&tenant) };
        assert_eq!(tx.responses(tenant.workspace, &filter).await.expect("a page").len(), 2);
        let filter = ResponseFilter { scores: Some((0, vec![])), ..list(&tenant) };
        assert_eq!(tx.responses(tenant.workspace, &filter).await.expect("a page").len(), 0);
    }

    /// Batches of any size are written whole: the cutting into statements does not show.
    async fn a_large_batch_is_written_whole(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let responses: Vec<_> = (0..777u128).map(|n| response(&tenant, n, MAY, 9)).collect();
        let ids = insert(&fresh.store, &tenant, &responses).await;
        assert_eq!(ids, responses.iter().map(|response| response.id).collect::<Vec<_>>());
        assert_eq!(scores(&fresh.store, &tenant, &Filters::default(), &[]).await.len(), 777);
    }

    /// Two who edit the same draft cannot overwrite each other unseen, and a version is written once.
    async fn a_draft_is_saved_over_what_was_read(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let mut draft = support::document();
        draft.title = support::text("Changed");
        let mut tx = fresh.store.begin().await.expect("a transaction");
        assert!(tx.save_draft(tenant.workspace, tenant.survey, &draft, 1).await.expect("saved"));
        assert!(!tx.save_draft(tenant.workspace, tenant.survey, &draft, 1).await.expect("refused"));
        tx.commit().await.expect("committed");
        let mut tx = fresh.store.begin().await.expect("a transaction");
        let stored = tx.survey_by_code(tenant.workspace, "visit").await.expect("read").expect("there");
        assert_eq!((stored.draft_revision, stored.newest_version, stored.accepting), (2, Some(1), true));
        assert_eq!(stored.slots, [code("nps"), code("food")]);
        let first = tx.survey_version(tenant.workspace, tenant.survey, 1).await.expect("read").expect("there");
        assert_eq!(first.document, support::document(), "a published version never changes");
        assert!(!tx.insert_survey_version(tenant.workspace, tenant.survey, &first, &stored.slots).await.expect("refused"));
    }

    /// Sessions run out, keys are taken back, failures are counted and forgotten.
    async fn access_is_kept_and_ends(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let (now, later) = (at("2026-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z"));
        let person = user(10, "olena@example.com");
        let mut tx = fresh.store.begin().await.expect("a transaction");
        let new = NewUser { user: &person, password_hash: "hash", created_at: now };
        assert!(tx.insert_user(tenant.workspace, new).await.expect("added"));
        let twin = user(11, "olena@example.com");
        let new = NewUser { user: &twin, password_hash: "hash", created_at: now };
        assert!(!tx.insert_user(tenant.workspace, new).await.expect("refused"), "the address is taken");
        let known = tx.credentials(&person.email).await.expect("read").expect("there");
        assert_eq!((known.user, known.password_hash.as_str()), (person.clone(), "hash"));
        let session = Session {
            workspace: tenant.workspace,
            user: person.id,
            csrf: "token".into(),
            expires_at: at("2026-01-15T00:00:00Z"),
        };
        tx.insert_session(b"a", &session, now).await.expect("added");
        assert_eq!(tx.session(b"a", now).await.expect("read"), Some(session));
        assert_eq!(tx.session(b"a", later).await.expect("read"), None);
        tx.delete_sessions_of(person.id, now).await.expect("ended");
        assert_eq!(tx.session(b"a", now).await.expect("read"), None);
        for _ in 0..3 {
            tx.insert_login_failure("x", now).await.expect("noted");
        }
        assert_eq!(tx.login_failures("x", at("2025-12-31T00:00:00Z")).await.expect("counted"), 3);
        tx.forget_login_failures("x").await.expect("forgotten");
        assert_eq!(tx.login_failures("x", at("2025-12-31T00:00:00Z")).await.expect("counted"), 0);
        let key = ApiKey {
            id: ApiKeyId(id(20)),
            name: "till".into(),
            prefix: "radost_abc".into(),
            scopes: BTreeSet::from([Permission::RecordResponses, Permission::SeeResults]),
            created_at: now,
            revoked_at: None,
        };
        tx.insert_api_key(tenant.workspace, &key, b"hash").await.expect("added");
        assert_eq!(tx.api_key_by_hash(b"hash").await.expect("read"), Some((tenant.workspace, key.clone())));
        assert!(tx.revoke_api_key(tenant.workspace, key.id, later).await.expect("revoked"));
        assert_eq!(tx.api_key_by_hash(b"hash").await.expect("read"), None);
        assert!(!tx.revoke_api_key(tenant.workspace, key.id, later).await.expect("only once"));
    }

    /// Customers are known by the business's own id; saving again changes them and keeps their id.
    async fn customers_are_saved_by_their_external_id(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let mut tx = fresh.store.begin().await.expect("a transaction");
        let many: Vec<_> = (0..300u128).map(|n| customer(n + 1, &format!("c{n}"), &format!("Name {n:03}"))).collect();
        tx.save_customers(tenant.workspace, &many).await.expect("saved");
        tx.save_customers(tenant.workspace, &[customer(9_999, "c7", "Renamed 100%")]).await.expect("saved");
        assert_eq!(tx.customer_count(tenant.workspace).await.expect("counted"), 300);
        let ids: Vec<String> = ["c7", "c8", "none"].map(str::to_owned).to_vec();
        let found = tx.customers_by_external_id(tenant.workspace, &ids).await.expect("found");
        assert_eq!(found.len(), 2);
        assert_eq!((found["c7"].id, found["c7"].name.as_str()), (CustomerId(id(8)), "Renamed 100%"));
        let search = |text: &str| CustomerFilter { search: Some(text.into()), limit: 10, ..CustomerFilter::default() };
        let names = async |filter: &CustomerFilter, tx: &mut radost_store::Tx| -> Vec<String> {
            tx.customers(tenant.workspace, filter).await.expect("found").into_iter().map(|c| c.name).collect()
        };
        assert_eq!(names(&search("Name 00"), &mut tx).await.len(), 9);
        assert_eq!(names(&search("%"), &mut tx).await, Vec::<String>::new(), "a wildcard is a letter like any other");
        let first = tx.customers(tenant.workspace, &CustomerFilter { limit: 2, ..CustomerFilter::default() }).await.expect("found");
        let after = first.last().map(|last| (last.name.clone(), last.id));
        let next = names(&CustomerFilter { after, limit: 1, ..CustomerFilter::default() }, &mut tx).await;
        assert_eq!(next, ["Name 002"]);
    }

    /// Who sees some places sees the customers who answered there, and what they answered there.
    async fn customers_are_seen_where_they_answered(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let elsewhere = LocationId(id(78));
        let (here, there) = (BTreeSet::from([LOCATION]), BTreeSet::from([elsewhere]));
        let mut tx = fresh.store.begin().await.expect("a transaction");
        let mut anna = customer(1, "a", "Anna");
        tx.save_customers(tenant.workspace, &[anna.clone(), customer(2, "b", "Boris")]).await.expect("saved");
        tx.commit().await.expect("committed");
        let answered = |number, customer, location| {
            let mut response = response(&tenant, number, MAY, 9);
            response.customer = Some(CustomerId(id(customer)));
            response.location = Some(location);
            response
        };
        insert(&fresh.store, &tenant, &[answered(1, 1, LOCATION), answered(2, 1, elsewhere), answered(3, 2, elsewhere)]).await;
        let mut tx = fresh.store.begin().await.expect("a transaction");
        let seen = CustomerFilter { seen_at: Some(here.clone()), limit: 10, ..CustomerFilter::default() };
        assert_eq!(tx.customers(tenant.workspace, &seen).await.expect("read"), [anna.clone()]);
        assert!(tx.customer_seen_at(tenant.workspace, anna.id, &there).await.expect("read"));
        assert!(!tx.customer_seen_at(tenant.workspace, CustomerId(id(2)), &here).await.expect("read"));
        let answers = tx.responses_of_customer_at(tenant.workspace, anna.id, &here, 10).await.expect("read");
        assert_eq!(answers.iter().map(|response| response.location).collect::<Vec<_>>(), [Some(LOCATION)]);
        anna.name = "Ганна".into();
        assert!(tx.change_customer(tenant.workspace, &anna).await.expect("changed"));
        assert!(!tx.change_customer(tenant.workspace, &customer(3, "c", "Nobody")).await.expect("refused"), "no such customer");
        assert!(!tx.change_customer(tenant.workspace, &customer(2, "a", "Boris")).await.expect("refused"), "the id is Anna's");
    }

    /// A response knows its neighbours in a list, and the list its length wherever it goes on.
    async fn a_response_has_neighbours(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let all: Vec<_> = (0..5u128).map(|n| response(&tenant, n, MAY, i64::try_from(n).unwrap_or(0))).collect();
        insert(&fresh.store, &tenant, &all).await;
        let mut tx = fresh.store.read().await.expect("a transaction");
        let place = |n: usize| ResponseCursor { day: all[n].day, id: all[n].id };
        let filter = ResponseFilter { after: Some(place(1)), limit: 1, ..list(&tenant) };
        assert_eq!(tx.count_responses_of(tenant.workspace, &filter).await.expect("counted"), (5, 0));
        let next_to = tx.response_neighbours(tenant.workspace, &list(&tenant), place(4)).await.expect("read");
        assert_eq!(next_to, (None, Some(all[3].id)));
        let odd = ResponseFilter { scores: Some((0, vec![1, 3])), ..list(&tenant) };
        let next_to = tx.response_neighbours(tenant.workspace, &odd, place(2)).await.expect("read");
        assert_eq!(next_to, (Some(all[3].id), Some(all[1].id)));
    }

    /// What was left lying goes; what is fresh stays, up to a number.
    async fn left_overs_are_swept(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let day = |day: u8| at(&format!("2026-03-{day:02}T00:00:00Z"));
        let mut tx = fresh.store.begin().await.expect("a transaction");
        for n in 1..=6u8 {
            let partial = PartialResponse { client_id: id(n.into()), state: "{}".into(), updated_at: day(n) };
            tx.save_partial_response(tenant.workspace, tenant.survey, &[n], &partial).await.expect("saved");
        }
        assert_eq!(tx.trim_partial_responses(tenant.workspace, tenant.survey, day(3), 2).await.expect("swept"), 4);
        for n in 1..=6u8 {
            let left = tx.partial_response(tenant.workspace, tenant.survey, &[n]).await.expect("read");
            assert_eq!(left.is_some(), n > 4, "day {n}");
        }
        let session = |n: u8| Session { workspace: tenant.workspace, user: UserId(id(10)), csrf: "t".into(), expires_at: day(n) };
        let person = user(10, "olena@example.com");
        tx.insert_user(tenant.workspace, NewUser { user: &person, password_hash: "h", created_at: day(1) }).await.expect("added");
        for n in [2, 9, 10] {
            tx.insert_session(&[n], &session(n), day(1)).await.expect("added");
        }
        tx.delete_expired_sessions(day(5)).await.expect("swept");
        tx.delete_session(&[9]).await.expect("ended");
        for (n, there) in [(2, false), (9, false), (10, true)] {
            assert_eq!(tx.session(&[n], day(1)).await.expect("read").is_some(), there, "session {n}");
        }
        for n in [1, 2, 3] {
            tx.insert_login_failure("x", day(n)).await.expect("noted");
        }
        tx.forget_login_failures_before(day(1)).await.expect("swept");
        tx.forget_login_failure("x", day(3)).await.expect("forgotten");
        assert_eq!(tx.login_failures("x", day(1)).await.expect("counted"), 1);
        for (key, n) in [("old", 1), ("new", 9), ("given back", 9)] {
            assert!(tx.claim_idempotency_key(tenant.workspace, key, &[1], day(n), day(1)).await.expect("claimed"));
        }
        tx.forget_idempotent_replies(tenant.workspace, day(5)).await.expect("swept");
        tx.release_idempotency_key(tenant.workspace, "given back").await.expect("released");
        for (key, there) in [("old", false), ("new", true), ("given back", false)] {
            assert_eq!(tx.idempotent_reply(tenant.workspace, key).await.expect("read").is_some(), there, "{key}");
        }
    }

    /// The settings of a workspace change, its name in addresses stays.
    async fn a_workspace_is_changed(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let mut tx = fresh.store.begin().await.expect("a transaction");
        tx.hold_workspace(tenant.workspace).await.expect("held");
        let mut workspace = tx.workspace(tenant.workspace).await.expect("read").expect("there");
        workspace.name = "Нова назва".into();
        workspace.minimum_group = 7;
        tx.update_workspace(&workspace).await.expect("changed");
        let found = tx.workspace_by_slug(&workspace.slug).await.expect("read");
        assert_eq!(found, Some(workspace));
        assert_eq!(tx.workspace_ids().await.expect("read"), [tenant.workspace]);
    }

    /// Invitations are answered once, half-filled surveys wait, imports and replies are kept.
    async fn small_records_are_kept(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let now = at("2026-03-01T00:00:00Z");
        let mut tx = fresh.store.begin().await.expect("a transaction");
        let mut invitation = Invitation {
            id: InvitationId(id(30)),
            survey: tenant.survey,
            customer: None,
            location: Some(LOCATION),
            employee: None,
            touchpoint: Some(code("delivery")),
            channel: Channel::Email,
            created_at: now,
            response: None,
        };
        tx.insert_invitation(tenant.workspace, &invitation, b"t").await.expect("added");
        tx.answer_invitation(tenant.workspace, invitation.id, ResponseId(id(1))).await.expect("answered");
        invitation.response = Some(ResponseId(id(1)));
        assert_eq!(tx.invitation(tenant.workspace, b"t").await.expect("read"), Some(invitation));
        let mut partial = PartialResponse { client_id: id(40), state: "{}".into(), updated_at: now };
        tx.save_partial_response(tenant.workspace, tenant.survey, b"p", &partial).await.expect("saved");
        partial.state = "{\"block\":1}".into();
        tx.save_partial_response(tenant.workspace, tenant.survey, b"p", &partial).await.expect("saved");
        let read = tx.partial_response(tenant.workspace, tenant.survey, b"p").await.expect("read");
        assert_eq!(read, Some(partial));
        tx.delete_partial_response(tenant.workspace, tenant.survey, b"p").await.expect("deleted");
        assert_eq!(tx.partial_response(tenant.workspace, tenant.survey, b"p").await.expect("read"), None);
        let mut run = ImportRun {
            id: id(50),
            survey: tenant.survey,
            created_by: None,
            file_name: "a.csv".into(),
            mapping: String::new(),
            status: "running".into(),
            rows_read: 0,
            accepted: 0,
            duplicates: 0,
            rejected: 0,
            message: None,
            created_at: now,
            finished_at: None,
        };
        tx.save_import_run(tenant.workspace, &run).await.expect("saved");
        run.status = "done".into();
        run.accepted = 12;
        run.finished_at = Some(now);
        tx.save_import_run(tenant.workspace, &run).await.expect("saved");
        assert_eq!(tx.import_runs(tenant.workspace, 10).await.expect("read"), [run]);
        let reply = IdempotentReply {
            request_hash: vec![1, 2],
            created_at: now,
            status: Some(201),
            content_type: Some("application/json".into()),
            location: None,
            body: "{}".into(),
        };
        assert!(tx.claim_idempotency_key(tenant.workspace, "k", &[1, 2], now, now).await.expect("claimed"));
        assert!(!tx.claim_idempotency_key(tenant.workspace, "k", &[1, 2], now, at("2026-02-01T00:00:00Z")).await.expect("taken"));
        tx.keep_idempotent_reply(tenant.workspace, "k", &reply).await.expect("kept");
        assert_eq!(tx.idempotent_reply(tenant.workspace, "k").await.expect("read"), Some(reply));
    }

    /// Benchmarks are about one thing each; targets keep everything that was said about them.
    async fn benchmarks_and_targets_are_kept(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let w = tenant.workspace;
        let mut tx = fresh.store.begin().await.expect("a transaction");
        let mut first = benchmark(80, "Coffee");
        assert!(tx.save_benchmark(w, &first).await.expect("saved"));
        assert!(!tx.save_benchmark(w, &benchmark(81, "Coffee")).await.expect("taken"), "about the same thing");
        let mut older = benchmark(81, "Coffee");
        (older.year, older.interval, older.n) = (2024, None, None);
        assert!(tx.save_benchmark(w, &older).await.expect("saved"));
        first.value = -4.5;
        assert!(tx.save_benchmark(w, &first).await.expect("changed"));
        assert_eq!(tx.benchmarks(w).await.expect("read"), [first.clone(), older.clone()], "the newest first");
        assert!(tx.delete_benchmark(w, first.id).await.expect("deleted"));
        assert!(!tx.delete_benchmark(w, first.id).await.expect("gone"));
        assert_eq!(tx.benchmarks(w).await.expect("read"), [older]);

        tx.insert_user(w, NewUser { user: &user(10, "a@example.com"), password_hash: "h", created_at: at("2026-03-01T00:00:00Z") })
            .await.expect("added");
        assert!(tx.save_location(w, &location(70, None, "west")).await.expect("saved"));
        let mut late = kpi(90, &tenant);
        assert!(tx.save_kpi(w, &late).await.expect("saved"));
        (late.location, late.owner, late.direction, late.target) = (Some(LocationId(id(70))), Some(UserId(id(10))), Direction::AtMost, -3.0);
        assert!(tx.save_kpi(w, &late).await.expect("changed"));
        let mut soon = kpi(91, &tenant);
        soon.due = date(2026, 6, 30);
        assert!(tx.save_kpi(w, &soon).await.expect("saved"));
        assert_eq!(tx.kpis(w).await.expect("read"), [soon, late.clone()], "what is due first");
        assert!(tx.delete_kpi(w, late.id).await.expect("deleted"));
        assert!(!tx.delete_kpi(w, late.id).await.expect("gone"));
    }

    /// Annotations come in the order of days, those of the period alone, and go when they are deleted.
    async fn annotations_are_kept(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let w = tenant.workspace;
        let mut tx = fresh.store.begin().await.expect("a transaction");
        tx.save_location(w, &location(70, None, "west")).await.expect("saved");
        let mut later = annotation(81, date(2026, 12, 31), None);
        let first = annotation(82, date(2026, 1, 1), Some(LocationId(id(70))));
        for annotation in [&later, &first, &annotation(83, date(2025, 12, 31), None)] {
            assert!(tx.save_annotation(w, annotation).await.expect("saved"));
        }
        later.kind = AnnotationKind::Event;
        later.text = "Roadworks".into();
        assert!(tx.save_annotation(w, &later).await.expect("changed"));
        assert_eq!(tx.annotations(w, YEAR).await.expect("read"), [first.clone(), later.clone()]);
        assert_eq!(tx.annotation(w, later.id).await.expect("read"), Some(later.clone()));
        assert!(tx.delete_annotation(w, later.id).await.expect("deleted"));
        assert!(!tx.delete_annotation(w, later.id).await.expect("gone already"));
        assert_eq!(tx.annotations(w, YEAR).await.expect("read"), [first]);
    }

    /// The audit log is read newest first and goes on where the page before ended.
    async fn the_audit_log_is_kept_in_order(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let mut tx = fresh.store.begin().await.expect("a transaction");
        for number in 1..=3u128 {
            let entry = AuditEntry {
                id: AuditId(id(number)),
                at: at("2026-03-01T00:00:00Z"),
                actor_id: Some(id(7)),
                actor: "Olena".into(),
                action: "survey.published".into(),
                entity: "survey".into(),
                entity_id: "visit".into(),
                before: None,
                after: Some(serde_json::json!({ "version": number as u64 })),
            };
            tx.insert_audit(tenant.workspace, &entry).await.expect("written");
        }
        let ids = |entries: Vec<AuditEntry>| entries.iter().map(|entry| entry.id.0.as_u128()).collect::<Vec<_>>();
        assert_eq!(ids(tx.audit_entries(tenant.workspace, &AuditFilter::default(), None, 2).await.expect("read")), [3, 2]);
        assert_eq!(ids(tx.audit_entries(tenant.workspace, &AuditFilter::default(), Some(AuditId(id(2))), 2).await.expect("read")), [1]);
    }

    /// Two workspaces with the same codes: no method of one returns or changes a row of the other.
    async fn no_row_crosses_a_workspace(fresh) {
        let (own, other) = (tenant(&fresh.store, 1).await, tenant(&fresh.store, 2).await);
        let now = at("2026-03-01T00:00:00Z");
        let mut theirs = response(&other, 1, MAY, 9);
        theirs.customer = Some(CustomerId(id(60)));
        theirs.location = Some(LOCATION);
        insert(&fresh.store, &other, std::slice::from_ref(&theirs)).await;
        let mut tx = fresh.store.begin().await.expect("a transaction");
        let person = user(10, "theirs@example.com");
        tx.insert_user(other.workspace, NewUser { user: &person, password_hash: "h", created_at: now }).await.expect("added");
        let kept = SavedView {
            id: ViewId(id(90)),
            page: "/explain/breakdown".into(),
            name: "theirs".into(),
            query: "by=channel".into(),
            author: Some(person.id),
            created_at: now,
        };
        assert!(tx.insert_saved_view(other.workspace, &kept).await.expect("kept"));
        assert!(!tx.insert_saved_view(other.workspace, &kept).await.expect("known"));
        tx.remove_saved_view(own.workspace, kept.id).await.expect("nothing of theirs");
        assert_eq!(tx.saved_view(other.workspace, kept.id).await.expect("read"), Some(kept.clone()));
        let place = location(70, None, "west");
        let employee = Employee {
            id: EmployeeId(id(71)), code: "olena".parse().expect("a slug"), name: "Olena".into(), job: String::new(),
            location: None, active: true,
        };
        tx.save_location(other.workspace, &place).await.expect("saved");
        tx.save_employee(other.workspace, &employee).await.expect("saved");
        tx.save_customers(other.workspace, &[customer(60, "c1", "Theirs")]).await.expect("saved");
        let key = ApiKey { id: ApiKeyId(id(72)), name: "k".into(), prefix: "p".into(), scopes: BTreeSet::new(), created_at: now, revoked_at: None };
        tx.insert_api_key(other.workspace, &key, b"key").await.expect("added");
        let invitation = Invitation {
            id: InvitationId(id(73)), survey: other.survey, customer: None, location: None, employee: None, touchpoint: None,
            channel: Channel::Web, created_at: now, response: None,
        };
        tx.insert_invitation(other.workspace, &invitation, b"inv").await.expect("added");
        let partial = PartialResponse { client_id: id(74), state: "{}".into(), updated_at: now };
        tx.save_partial_response(other.workspace, other.survey, b"p", &partial).await.expect("saved");
        let run = ImportRun {
            id: id(75), survey: other.survey, created_by: None, file_name: "a.csv".into(), mapping: String::new(), status: "done".into(), rows_read: 1,
            accepted: 1, duplicates: 0, rejected: 0, message: None, created_at: now, finished_at: None,
        };
        tx.save_import_run(other.workspace, &run).await.expect("saved");
        assert!(tx.claim_idempotency_key(other.workspace, "k", &[1], now, now).await.expect("claimed"));
        let (others, goal) = (benchmark(80, "Theirs"), kpi(90, &other));
        assert!(tx.save_benchmark(other.workspace, &others).await.expect("saved"));
        assert!(tx.save_kpi(other.workspace, &goal).await.expect("saved"));
        let noted = annotation(76, MAY, Some(place.id));
        assert!(tx.save_annotation(other.workspace, &noted).await.expect("saved"));
        tx.commit().await.expect("committed");

        let mut tx = fresh.store.begin().await.expect("a transaction");
        let w = own.workspace;
        // Reading with the other's ids and codes.
        assert_eq!(tx.response(w, theirs.id).await.expect("read"), None);
        assert_eq!(tx.responses_of_customer(w, CustomerId(id(60)), 9).await.expect("read"), []);
        assert!(tx.response_ids(w, &[theirs.client_id]).await.expect("read").is_empty());
        assert_eq!(tx.responses(w, &list(&other)).await.expect("read"), []);
        assert_eq!(tx.last_response_day(w, other.survey).await.expect("read"), None);
        assert!(tx.scored_days(w, other.survey, YEAR, &Filters::default(), &[]).await.expect("read").is_empty());
        assert!(tx.groups_seen(w, other.survey, YEAR, &Filters::default()).await.expect("read").is_empty());
        assert_eq!(tx.events_after(w, 0, 9).await.expect("read"), []);
        assert_eq!(tx.response_counts(w, "response-counter", 0, at("2026-11-01T12:00:00Z")).await.expect("read"), (0, 0));
        assert_eq!(tx.saved_views(w, "/explain/breakdown").await.expect("read"), []);
        assert_eq!(tx.saved_view(w, kept.id).await.expect("read"), None);
        assert_eq!(tx.users(w).await.expect("read"), []);
        assert_eq!(tx.user(w, person.id).await.expect("read"), None);
        assert_eq!(tx.locations(w).await.expect("read"), []);
        assert_eq!(tx.employees(w).await.expect("read"), []);
        assert_eq!(tx.customer(w, CustomerId(id(60))).await.expect("read"), None);
        assert_eq!(tx.customers(w, &CustomerFilter { limit: 9, ..CustomerFilter::default() }).await.expect("read"), []);
        assert!(tx.customers_by_external_id(w, &["c1".into()]).await.expect("read").is_empty());
        assert!(tx.customer_names(w, &[CustomerId(id(60))]).await.expect("read").is_empty());
        assert_eq!(tx.customer_count(w).await.expect("read"), 0);
        assert!(!tx.customer_seen_at(w, CustomerId(id(60)), &BTreeSet::from([LOCATION])).await.expect("read"));
        assert_eq!(tx.survey_versions(w, other.survey).await.expect("read"), []);
        assert_eq!(tx.surveys(w).await.expect("read").len(), 1, "their own");
        assert_eq!(tx.survey(w, other.survey).await.expect("read"), None);
        assert_eq!(tx.survey_version(w, other.survey, 1).await.expect("read"), None);
        assert_eq!(tx.api_keys(w).await.expect("read"), []);
        assert_eq!(tx.invitation(w, b"inv").await.expect("read"), None);
        assert_eq!(tx.partial_response(w, other.survey, b"p").await.expect("read"), None);
        assert_eq!(tx.import_runs(w, 9).await.expect("read"), []);
        assert_eq!(tx.import_run(w, run.id).await.expect("read"), None);
        assert_eq!(tx.idempotent_reply(w, "k").await.expect("read"), None);
        assert_eq!(tx.audit_entries(w, &AuditFilter::default(), None, 9).await.expect("read"), []);
        assert_eq!(tx.benchmarks(w).await.expect("read"), []);
        assert_eq!(tx.kpis(w).await.expect("read"), []);
        assert_eq!(tx.annotations(w, YEAR).await.expect("read"), []);
        assert_eq!(tx.annotation(w, noted.id).await.expect("read"), None);
        // Changing with the other's ids.
        assert!(!tx.save_benchmark(w, &Benchmark { name: "Taken".into(), ..others.clone() }).await.expect("refused"));
        assert!(!tx.delete_benchmark(w, others.id).await.expect("refused"));
        assert!(!tx.save_kpi(w, &Kpi { name: "Taken".into(), ..goal.clone() }).await.expect("refused"));
        assert!(!tx.delete_kpi(w, goal.id).await.expect("refused"));
        assert!(!tx.update_user(w, &person).await.expect("refused"));
        assert!(!tx.set_password(w, person.id, "x", false).await.expect("refused"));
        assert!(!tx.revoke_api_key(w, key.id, now).await.expect("refused"));
        assert!(!tx.save_draft(w, other.survey, &support::document(), 1).await.expect("refused"));
        assert!(!tx.save_location(w, &Location { name: "Taken".into(), ..place.clone() }).await.expect("refused"));
        assert!(!tx.save_employee(w, &Employee { name: "Taken".into(), ..employee.clone() }).await.expect("refused"));
        assert!(!tx.save_annotation(w, &Annotation { text: "Taken".into(), ..noted.clone() }).await.expect("refused"));
        assert!(!tx.delete_annotation(w, noted.id).await.expect("refused"));
        assert!(!tx.delete_customer(w, CustomerId(id(60))).await.expect("refused"));
        let taken = Response { excluded: true, customer: None, ..theirs.clone() };
        tx.correct_response(w, &taken, now).await.expect("no row");
        tx.rewrite_responses(w, std::slice::from_ref(&taken), now).await.expect("no row");
        tx.set_accepting(w, other.survey, false).await.expect("no row");
        tx.answer_invitation(w, invitation.id, theirs.id).await.expect("no row");
        tx.delete_partial_response(w, other.survey, b"p").await.expect("no row");
        tx.save_import_run(w, &ImportRun { status: "taken".into(), ..run.clone() }).await.expect("no row");
        tx.commit().await.expect("committed");

        let mut tx = fresh.store.read().await.expect("a transaction");
        let w = other.workspace;
        assert_eq!(tx.locations(w).await.expect("read"), [place]);
        assert_eq!(tx.employees(w).await.expect("read"), [employee]);
        assert!(tx.survey(w, other.survey).await.expect("read").expect("there").accepting);
        assert_eq!(tx.invitation(w, b"inv").await.expect("read"), Some(invitation));
        assert!(tx.partial_response(w, other.survey, b"p").await.expect("read").is_some());
        assert_eq!(tx.import_run(w, run.id).await.expect("read"), Some(run));
        assert_eq!(tx.api_keys(w).await.expect("read"), [key]);
        assert_eq!(tx.benchmarks(w).await.expect("read"), [others]);
        assert_eq!(tx.kpis(w).await.expect("read"), [goal]);
        assert_eq!(tx.annotation(w, noted.id).await.expect("read"), Some(noted));
        assert_eq!(tx.response(w, theirs.id).await.expect("read"), Some(Response { scores: String::new(), ..theirs }));
        assert_eq!(scores(&fresh.store, &other, &Filters::default(), &[]).await.len(), 1);
    }

    /// A transaction that is not committed leaves nothing behind.
    async fn what_is_not_committed_never_happened(fresh) {
        let tenant = tenant(&fresh.store, 1).await;
        let given = response(&tenant, 1, MAY, 9);
        let mut tx = fresh.store.begin().await.expect("a transaction");
        record(&mut tx, tenant.workspace, std::slice::from_ref(&given), given.received_at).await.expect("inserted");
        drop(tx);
        let mut tx = fresh.store.begin().await.expect("a transaction");
        assert_eq!(tx.response(tenant.workspace, given.id).await.expect("read"), None);
    }

    /// Opening twice is harmless: the schema is brought up to date once.
    async fn the_schema_is_made_once(fresh) {
        let again = Store::open(&fresh.address).await.expect("opened again");
        tenant(&again, 1).await;
        let mut tx = fresh.store.read().await.expect("a transaction");
        assert_eq!(tx.workspaces().await.expect("read").len(), 1);
    }
}

/// Every statement names the workspace, but for those that find it or belong to the machine.
#[test]
fn every_statement_is_scoped_to_its_workspace() {
    const UNSCOPED: [&str; 14] = [
        "SELECT id FROM workspace ORDER BY id",
        "FROM workspace ORDER BY slug",
        "FROM workspace WHERE slug = $1",
        "FROM workspace WHERE id = $1",
        "INSERT INTO workspace ",
        "UPDATE workspace SET",
        "FROM app_user WHERE email = $1",
        "FROM session WHERE",
        "DELETE FROM session",
        "login_failure",
        "FROM api_key\n             WHERE key_hash = $1",
        "schema_version",
        "pg_advisory_xact_lock",
        "PRAGMA",
    ];
    let mut open = vec![std::path::PathBuf::from("src")];
    let mut statements = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(&path)
                    .expect("a folder")
                    .map(|entry| entry.expect("an entry").path()),
            );
            continue;
        }
        if path.ends_with("sql.rs") {
            continue; // the macros, with an example in their words
        }
        let source = std::fs::read_to_string(&path).expect("a file");
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        // Texts between quotes; escaped quotes do not occur in our SQL.
        for text in source.split('"').skip(1).step_by(2) {
            let verb = text.trim_start().split(' ').next().unwrap_or_default();
            if !["SELECT", "INSERT", "UPDATE", "DELETE"].contains(&verb) {
                continue;
            }
            statements += 1;
            let scoped = text.contains("workspace_id") || text.contains("WHERE {}");
            let known = UNSCOPED.iter().any(|known| text.contains(known));
            assert!(
                scoped || known,
                "{}: this statement names no workspace: {text}",
                path.display()
            );
        }
    }
    assert!(statements > 60, "the statements were found: {statements}");
}
