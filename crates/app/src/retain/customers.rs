//! Customers.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use radost_domain::access::{Actor, Change, EmailAddress, Permission, Places};
use radost_domain::listen::Response;
use radost_domain::listen::response::MAX_SEGMENT_VALUE;
use radost_domain::name::CustomerId;
use radost_domain::retain::{Customer, phone_number};
use radost_domain::{Code, Language};
use radost_store::{CustomerFilter, Tx};
use serde_json::json;

use crate::refusal::{Reason, Refusal, Refusals, line, optional_line, quoted, time_zone};
use crate::table::{ImportReport, Row, Table};
use crate::{App, AppError, Directory};

/// Most customers of one batch.
pub const MOST_OF_BATCH: usize = 10_000;
/// Rows of a file that are decided and saved together: few enough that memory stays small and answers of customers need
/// not wait long for the database, many enough that the disk is not asked for every row.
const ROWS_AT_ONCE: usize = 5_000;
/// Most segments of one customer.
const MOST_SEGMENTS: usize = 50;
/// Most responses of a customer's story.
const STORY: i64 = 500;
/// Columns of a segment are called so, unless a published survey declares the segment.
const SEGMENT_COLUMN: &str = "segment_";

/// A customer as somebody writes them: in a form, a body or a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerDraft {
    /// Their id in the business's own systems.
    pub external_id: String,
    /// Their name; the external id when empty.
    pub name: String,
    /// Their e-mail address; may be empty, like everything below.
    pub email: String,
    /// Their phone number.
    pub phone: String,
    /// `en`, `ru`, `uk`, `bg`.
    pub language: String,
    /// IANA name of their time zone.
    pub time_zone: String,
    /// Segment values by code; an empty value is none.
    pub segments: BTreeMap<String, String>,
}

impl CustomerDraft {
    /// A customer as they are now.
    pub fn of(customer: &Customer) -> Self {
        CustomerDraft {
            external_id: customer.external_id.clone(),
            name: customer.name.clone(),
            email: customer
                .email
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            phone: customer.phone.clone().unwrap_or_default(),
            language: customer
                .language
                .map(|language| language.to_string())
                .unwrap_or_default(),
            time_zone: customer.time_zone.clone().unwrap_or_default(),
            segments: customer
                .segments
                .iter()
                .map(|(code, value)| (code.to_string(), value.clone()))
                .collect(),
        }
    }

    fn check(&self, id: CustomerId) -> Result<Customer, Vec<Refusal>> {
        fn optional<T>(
            text: &str,
            parse: impl FnOnce(&str) -> Result<T, Reason>,
        ) -> Result<Option<T>, Reason> {
            match text.trim() {
                "" => Ok(None),
                text => parse(text).map(Some),
            }
        }
        let mut refusals = Refusals::default();
        let external_id = refusals.take("external_id", line(&self.external_id, 100));
        let name = refusals.take("name", optional_line(&self.name, 200));
        let email = optional(&self.email, |text| {
            text.parse::<EmailAddress>()
                .map_err(|_| Reason::NotEmail(quoted(text)))
        });
        let email = refusals.take("email", email);
        let phone = optional(&self.phone, |text| {
            phone_number(text).map_err(|_| Reason::NotPhone(quoted(text)))
        });
        let phone = refusals.take("phone", phone);
        let language = optional(&self.language, |text| {
            text.to_lowercase()
                .parse::<Language>()
                .map_err(|_| Reason::UnknownLanguage(quoted(text)))
        });
        let language = refusals.take("language", language);
        let time_zone = refusals.take("time_zone", optional(&self.time_zone, time_zone));
        let mut segments = BTreeMap::new();
        for (code, value) in &self.segments {
            let field = format!("{SEGMENT_COLUMN}{code}");
            let Ok(value) = optional_line(value, MAX_SEGMENT_VALUE) else {
                let most = MAX_SEGMENT_VALUE;
                refusals
                    .0
                    .push(Refusal::new(field, Reason::TooLong { most }));
                continue;
            };
            match code.parse::<Code>() {
                Ok(_) if value.is_empty() => {}
                Ok(code) => {
                    segments.insert(code, value);
                }
                Err(_) => refusals
                    .0
                    .push(Refusal::new(field, Reason::NotSegment(quoted(code)))),
            }
        }
        if segments.len() > MOST_SEGMENTS {
            let most = MOST_SEGMENTS;
            refusals
                .0
                .push(Refusal::new("segments", Reason::TooManyRows { most }));
        }
        match (external_id, name, email, phone, language, time_zone) {
            (
                Some(external_id),
                Some(name),
                Some(email),
                Some(phone),
                Some(language),
                Some(time_zone),
            ) if refusals.0.is_empty() => Ok(Customer {
                id,
                name: if name.is_empty() {
                    external_id.clone()
                } else {
                    name
                },
                external_id,
                email,
                phone,
                language,
                time_zone,
                segments,
            }),
            _ => Err(refusals.0),
        }
    }
}

/// A customer with what they have answered so far.
#[derive(Debug, Clone)]
pub struct CustomerStory {
    /// The customer.
    pub customer: Customer,
    /// Their responses, newest first, at the places that the actor sees; `None` when the actor may not read responses.
    pub responses: Option<Vec<Response>>,
}

/// What saving did to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is new.
    Added,
    /// It was different before.
    Changed,
    /// It was so already.
    Unchanged,
}

/// One customer of a batch that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upsert {
    /// The customer.
    pub id: CustomerId,
    /// What it did.
    pub saved: Saved,
}

/// Customers by external id: as they were, and as they are to be.
#[derive(Debug, Default)]
struct Ledger {
    before: BTreeMap<String, Customer>,
    after: BTreeMap<String, Customer>,
}

impl Ledger {
    async fn load(
        tx: &mut Tx,
        actor: &Actor,
        external_ids: impl Iterator<Item = &str>,
    ) -> Result<Ledger, AppError> {
        // One statement asks for each once, however often a file names it.
        let ids: BTreeSet<&str> = external_ids.collect();
        let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
        Ok(Ledger {
            before: tx.customers_by_external_id(actor.workspace, &ids).await?,
            after: BTreeMap::new(),
        })
    }

    fn known(&self, external_id: &str) -> Option<&Customer> {
        self.after
            .get(external_id)
            .or_else(|| self.before.get(external_id))
    }

    fn put(&mut self, customer: Customer) {
        self.after.insert(customer.external_id.clone(), customer);
    }

    /// Those to be written, with how they were.
    fn changes(self) -> Vec<(Option<Customer>, Customer)> {
        let Ledger { mut before, after } = self;
        after
            .into_iter()
            .filter_map(|(external_id, customer)| {
                let known = before.remove(&external_id);
                (known.as_ref() != Some(&customer)).then_some((known, customer))
            })
            .collect()
    }
}

impl App {
    /// Adding customers is for those who see all of them: somebody limited to places sees only customers who have
    /// answered there, and would not see the one just added.
    fn allow_all_customers(actor: &Actor) -> Result<(), AppError> {
        if actor.may_everywhere(Permission::EditCustomers) {
            Ok(())
        } else {
            Err(AppError::Forbidden(Permission::EditCustomers))
        }
    }

    /// Customers by name, after the name and id given, at most `limit`. `search` begins the name, the external id, the
    /// e-mail address or the phone number. Somebody limited to places sees those with a response at one of them.
    pub async fn customers(
        &self,
        actor: &Actor,
        search: Option<&str>,
        after: Option<(String, CustomerId)>,
        limit: i64,
    ) -> Result<Vec<Customer>, AppError> {
        Self::allow(actor, Permission::SeeCustomers)?;
        let filter = CustomerFilter {
            search: search
                .map(|search| search.trim().to_owned())
                .filter(|search| !search.is_empty()),
            seen_at: match &actor.places {
                Places::All => None,
                Places::Only(own) => Some(own.clone()),
            },
            after,
            limit,
        };
        let mut tx = self.store.read().await?;
        Ok(tx.customers(actor.workspace, &filter).await?)
    }

    /// The codes of the segments that the customers seen have: the columns of a table of all of them.
    pub async fn customer_segments(&self, actor: &Actor) -> Result<BTreeSet<Code>, AppError> {
        let mut codes = BTreeSet::new();
        let mut after = None;
        loop {
            let found = self.customers(actor, None, after, 1_000).await?;
            let Some(last) = found.last() else {
                return Ok(codes);
            };
            after = Some((last.name.clone(), last.id));
            codes.extend(
                found
                    .into_iter()
                    .flat_map(|customer| customer.segments.into_keys()),
            );
        }
    }

    /// How many customers there are; nothing for somebody limited to places.
    pub async fn customer_count(&self, actor: &Actor) -> Result<Option<u64>, AppError> {
        Self::allow(actor, Permission::SeeCustomers)?;
        match actor.places {
            Places::Only(_) => Ok(None),
            Places::All => {
                let mut tx = self.store.read().await?;
                let count = tx.customer_count(actor.workspace).await?;
                Ok(u64::try_from(count).ok())
            }
        }
    }

    /// One customer.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none, or none of their responses is at a place that the actor sees.
    pub async fn customer(&self, actor: &Actor, id: CustomerId) -> Result<Customer, AppError> {
        Self::allow(actor, Permission::SeeCustomers)?;
        let mut tx = self.store.read().await?;
        visible(&mut tx, actor, id).await
    }

    /// One customer with everything they have answered.
    ///
    /// # Errors
    /// As [`App::customer`].
    pub async fn customer_story(
        &self,
        actor: &Actor,
        id: CustomerId,
    ) -> Result<CustomerStory, AppError> {
        Self::allow(actor, Permission::SeeCustomers)?;
        let mut tx = self.store.read().await?;
        let customer = visible(&mut tx, actor, id).await?;
        let workspace = actor.workspace;
        let responses = match (&actor.places, actor.may(Permission::SeeResponses)) {
            (_, false) => None,
            (Places::All, true) => Some(tx.responses_of_customer(workspace, id, STORY).await?),
            (Places::Only(own), true) => Some(
                tx.responses_of_customer_at(workspace, id, own, STORY)
                    .await?,
            ),
        };
        Ok(CustomerStory {
            customer,
            responses,
        })
    }

    /// Adds a customer, or changes the one with this id.
    ///
    /// # Errors
    /// [`AppError::Refused`] names every field that cannot be so.
    pub async fn save_customer(
        &self,
        actor: &Actor,
        id: Option<CustomerId>,
        draft: &CustomerDraft,
    ) -> Result<Customer, AppError> {
        match id {
            None => Self::allow_all_customers(actor)?,
            Some(_) => Self::allow(actor, Permission::EditCustomers)?,
        }
        let mut tx = self.store.begin().await?;
        let before = match id {
            None => None,
            Some(id) => Some(visible(&mut tx, actor, id).await?),
        };
        let id = id.unwrap_or_else(|| CustomerId(self.new_id()));
        let customer = draft.check(id).map_err(AppError::Refused)?;
        if before.as_ref() == Some(&customer) {
            return Ok(customer);
        }
        let taken = || {
            let taken = Reason::Taken(customer.external_id.clone());
            AppError::Refused(vec![Refusal::new("external_id", taken)])
        };
        if before.is_some() {
            if !tx.change_customer(actor.workspace, &customer).await? {
                return Err(taken());
            }
        } else {
            let asked = [customer.external_id.clone()];
            let known = tx.customers_by_external_id(actor.workspace, &asked).await?;
            if !known.is_empty() {
                return Err(taken());
            }
            let new = std::slice::from_ref(&customer);
            tx.save_customers(actor.workspace, new).await?;
        }
        self.audit(&mut tx, actor, change(before.as_ref(), &customer))
            .await?;
        tx.commit().await?;
        Ok(customer)
    }

    /// Adds customers and changes those whose external id is known, each accepted or refused by itself, in the order given.
    /// Each is the whole record: what a draft leaves empty is empty afterwards.
    ///
    /// # Errors
    /// Those that concern all of them; a refused customer is its own entry of the result.
    pub async fn save_customers(
        &self,
        actor: &Actor,
        drafts: &[CustomerDraft],
    ) -> Result<Vec<Result<Upsert, Vec<Refusal>>>, AppError> {
        Self::allow_all_customers(actor)?;
        if drafts.len() > MOST_OF_BATCH {
            let most = MOST_OF_BATCH;
            let refusal = Refusal::new("customers", Reason::TooManyRows { most });
            return Err(AppError::Refused(vec![refusal]));
        }
        let mut tx = self.store.begin().await?;
        let ids = drafts.iter().map(|draft| draft.external_id.trim());
        let mut ledger = Ledger::load(&mut tx, actor, ids).await?;
        let mut results = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let known = ledger.known(draft.external_id.trim());
            let id = known.map_or_else(|| CustomerId(self.new_id()), |known| known.id);
            let decided = draft.check(id).map(|customer| {
                let saved = match known {
                    None => Saved::Added,
                    Some(known) if *known == customer => Saved::Unchanged,
                    Some(_) => Saved::Changed,
                };
                (customer, Upsert { id, saved })
            });
            results.push(decided.map(|(customer, upsert)| {
                ledger.put(customer);
                upsert
            }));
        }
        let changes = ledger.changes();
        let customers: Vec<Customer> = changes.iter().map(|(_, after)| after.clone()).collect();
        tx.save_customers(actor.workspace, &customers).await?;
        for (before, after) in &changes {
            self.audit(&mut tx, actor, change(before.as_ref(), after))
                .await?;
        }
        tx.commit().await?;
        Ok(results)
    }

    /// Adds and changes customers from a CSV file of any length with the columns `external_id`, `name`, `email`, `phone`,
    /// `language`, `time_zone` and one per segment (`segment_size`, or `size` where a published survey declares that
    /// segment); only `external_id` must be there. A column that is not there leaves things as they are, an empty cell empties.
    /// Rows work in their order. Good rows are kept as the file is read, the others are in the report; running a file again
    /// changes nothing. The audit log has one entry per part of the file, and one with before and after for everybody changed.
    ///
    /// # Errors
    /// [`AppError::Refused`] when the file as a whole cannot be used.
    pub async fn import_customers(
        &self,
        actor: &Actor,
        source: impl Read + Send + 'static,
        dry_run: bool,
    ) -> Result<ImportReport, AppError> {
        Self::allow_all_customers(actor)?;
        let directory = self.directory(actor.workspace).await?;
        let mut table = Table::open(source).await?;
        let columns = Columns::of(&table, &directory)?;
        let mut report = ImportReport {
            dry_run,
            not_used: columns.not_used(&table),
            ..ImportReport::default()
        };
        loop {
            let rows;
            (table, report, rows) = table.rows(ROWS_AT_ONCE, report).await?;
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
                break;
            };
            let part = format!("rows {}-{}", first.number, last.number);
            let so_far = (report.added, report.changed);
            let mut tx = if dry_run {
                self.store.read().await?
            } else {
                self.store.begin().await?
            };
            let changes = self
                .decide_rows(&mut tx, actor, &columns, &rows, &mut report)
                .await?;
            if dry_run || changes.is_empty() {
                continue;
            }
            let customers: Vec<Customer> = changes.iter().map(|(_, after)| after.clone()).collect();
            tx.save_customers(actor.workspace, &customers).await?;
            for (before, after) in &changes {
                if before.is_some() {
                    self.audit(&mut tx, actor, change(before.as_ref(), after))
                        .await?;
                }
            }
            let counts =
                json!({ "added": report.added - so_far.0, "changed": report.changed - so_far.1 });
            let entry = Change::created("customer.imported", "customer", part, counts);
            self.audit(&mut tx, actor, entry).await?;
            tx.commit().await?;
        }
        report.problems.sort_by_key(|problem| problem.row);
        Ok(report)
    }

    /// Erases a customer for good. Their record, their invitations and what they wrote go; how they scored stays without
    /// them, so that no number changes. The audit log keeps that it was done, and forgets how the customer was.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such customer, or none any more.
    pub async fn erase_customer(&self, actor: &Actor, id: CustomerId) -> Result<(), AppError> {
        if !actor.may_everywhere(Permission::EraseCustomers) {
            return Err(AppError::Forbidden(Permission::EraseCustomers));
        }
        let workspace = actor.workspace;
        let mut tx = self.store.begin().await?;
        let customer = visible(&mut tx, actor, id).await?;
        if !tx.delete_customer(workspace, id).await? {
            return Err(AppError::NotFound("customer"));
        }
        let mut responses = tx.responses_of_customer(workspace, id, i64::MAX).await?;
        let mut versions = BTreeMap::new();
        for response in &responses {
            let asked = (response.survey, response.version);
            if let Entry::Vacant(unread) = versions.entry(asked) {
                unread.insert(tx.survey_version(workspace, asked.0, asked.1).await?);
            }
        }
        for response in &mut responses {
            let version = versions[&(response.survey, response.version)].as_ref();
            *response = response.anonymous(version.map(|version| &version.document));
        }
        let response_ids: Vec<String> = responses.iter().map(|r| r.id.to_string()).collect();
        tx.forget_audited(workspace, "response", &response_ids)
            .await?;
        tx.forget_audited(workspace, "customer", &[id.to_string()])
            .await?;
        let CustomerDraft {
            external_id,
            name,
            email,
            phone,
            ..
        } = CustomerDraft::of(&customer);
        let known_by = [id.to_string(), external_id, name, email, phone];
        tx.empty_idempotent_replies(workspace, &known_by).await?;
        let done = json!({ "responses": responses.len() });
        self.audit(
            &mut tx,
            actor,
            Change::created("customer.erased", "customer", id, done),
        )
        .await?;
        tx.rewrite_responses(workspace, &responses, self.now())
            .await?;
        tx.commit().await?;
        Ok(())
    }

    async fn decide_rows(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        columns: &Columns,
        rows: &[Row],
        report: &mut ImportReport,
    ) -> Result<Vec<(Option<Customer>, Customer)>, AppError> {
        let ids = rows.iter().filter_map(|row| row.cell(columns.external_id));
        let mut ledger = Ledger::load(tx, actor, ids).await?;
        for row in rows {
            let known = row
                .cell(columns.external_id)
                .and_then(|external_id| ledger.known(external_id));
            let id = known.map_or_else(|| CustomerId(self.new_id()), |known| known.id);
            match columns.draft(row, known).check(id) {
                Ok(customer) => {
                    report.count(known, &customer);
                    ledger.put(customer);
                }
                Err(refusals) => report.refuse(row.number, refusals),
            }
        }
        Ok(ledger.changes())
    }
}

/// A customer whom the actor sees.
async fn visible(tx: &mut Tx, actor: &Actor, id: CustomerId) -> Result<Customer, AppError> {
    let seen = match &actor.places {
        Places::All => true,
        Places::Only(own) => tx.customer_seen_at(actor.workspace, id, own).await?,
    };
    let customer = tx.customer(actor.workspace, id).await?;
    customer
        .filter(|_| seen)
        .ok_or(AppError::NotFound("customer"))
}

fn change(before: Option<&Customer>, after: &Customer) -> Change {
    match before {
        None => Change::created("customer.created", "customer", after.id, after),
        Some(before) => Change::updated("customer.changed", "customer", after.id, before, after),
    }
}

/// Where the columns of the file stand.
struct Columns {
    external_id: Option<usize>,
    name: Option<usize>,
    email: Option<usize>,
    phone: Option<usize>,
    language: Option<usize>,
    time_zone: Option<usize>,
    segments: Vec<(String, Option<usize>)>,
}

const KNOWN: [&str; 6] = [
    "external_id",
    "name",
    "email",
    "phone",
    "language",
    "time_zone",
];

impl Columns {
    fn of(table: &Table, directory: &Directory) -> Result<Columns, AppError> {
        let declared: BTreeSet<&str> = directory
            .surveys
            .values()
            .flat_map(|survey| &survey.published.survey().segments)
            .map(|segment| segment.code.as_str())
            .collect();
        let mut segments = Vec::new();
        for (at, name) in table.header().iter().enumerate() {
            let code = match name.strip_prefix(SEGMENT_COLUMN) {
                Some(code) => code,
                None if declared.contains(name.as_str()) && !KNOWN.contains(&name.as_str()) => name,
                None => continue,
            };
            let refused = |reason| AppError::Refused(vec![Refusal::new(name.as_str(), reason)]);
            if code.parse::<Code>().is_err() {
                return Err(refused(Reason::NotSegment(quoted(code))));
            }
            if segments.iter().any(|(known, _)| known == code) {
                return Err(refused(Reason::ColumnTwice));
            }
            segments.push((code.to_owned(), Some(at)));
        }
        Ok(Columns {
            external_id: table.needed("external_id")?,
            name: table.column("name"),
            email: table.column("email"),
            phone: table.column("phone"),
            language: table.column("language"),
            time_zone: table.column("time_zone"),
            segments,
        })
    }

    fn not_used(&self, table: &Table) -> Vec<String> {
        let mut unused = table.not_among(&KNOWN);
        let segments: BTreeSet<&str> = self
            .segments
            .iter()
            .filter_map(|(_, at)| table.header().get((*at)?))
            .map(String::as_str)
            .collect();
        unused.retain(|name| !segments.contains(name.as_str()));
        unused
    }

    /// The customer of a row, on top of what is known of them.
    fn draft(&self, row: &Row, known: Option<&Customer>) -> CustomerDraft {
        let mut draft = known.map(CustomerDraft::of).unwrap_or_default();
        let put = |column, field: &mut String| {
            if let Some(cell) = row.cell(column) {
                cell.clone_into(field);
            }
        };
        put(self.external_id, &mut draft.external_id);
        put(self.name, &mut draft.name);
        put(self.email, &mut draft.email);
        put(self.phone, &mut draft.phone);
        put(self.language, &mut draft.language);
        put(self.time_zone, &mut draft.time_zone);
        for (code, column) in &self.segments {
            put(*column, draft.segments.entry(code.clone()).or_default());
        }
        draft
    }
}
