use std::collections::{BTreeMap, BTreeSet};

use radost_domain::name::{CustomerId, LocationId, WorkspaceId};
use radost_domain::retain::Customer;
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

/// Which customers, and where to go on.
#[derive(Debug, Clone, Default)]
pub struct CustomerFilter {
    /// Begins the name, the address, the number or the external id; large and small letters are the same.
    pub search: Option<String>,
    /// Only those with a response at one of these places; everybody when not given.
    pub seen_at: Option<BTreeSet<LocationId>>,
    /// After this name and id.
    pub after: Option<(String, CustomerId)>,
    /// Most to return.
    pub limit: i64,
}

type Row = (
    Uuid,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
);

const COLUMNS: &str = "id, external_id, name, email, phone, language, time_zone, segments";

fn customer(
    (id, external_id, name, email, phone, language, time_zone, segments): Row,
) -> Result<Customer, StoreError> {
    Ok(Customer {
        id: CustomerId(id),
        external_id,
        name,
        email: sql_types::optional("customer", email)?,
        phone,
        language: sql_types::optional("customer", language)?,
        time_zone,
        segments: sql_types::json("customer", &segments)?,
    })
}

/// What to look for in which columns. The engines' `LIKE` disagrees about letters (SQLite folds Latin ones, PostgreSQL
/// none, and neither Cyrillic ones in both), so the usual ways of writing are looked for.
fn prefixes(search: &str) -> Vec<(&'static str, String)> {
    let search = search.trim();
    let lower = search.to_lowercase();
    let capitals = |text: &str| {
        let mut begins = true;
        let mut words = String::with_capacity(text.len());
        for c in text.chars() {
            if begins {
                words.extend(c.to_uppercase());
            } else {
                words.push(c);
            }
            begins = c.is_whitespace() || c == '-';
        }
        words
    };
    let ways = BTreeSet::from([
        search.to_owned(),
        lower.clone(),
        search.to_uppercase(),
        capitals(&lower),
    ]);
    let mut found = Vec::new();
    for way in &ways {
        found.push(("name", way.clone()));
        found.push(("external_id", way.clone()));
    }
    found.push(("email", lower));
    let digits: String = search.chars().filter(char::is_ascii_digit).collect();
    let number = search
        .chars()
        .all(|c| c.is_ascii_digit() || " +-().".contains(c));
    if number && digits.len() >= 3 {
        found.push(("phone", format!("+{digits}")));
        found.push(("phone", digits));
    }
    for (_, text) in &mut found {
        *text = text
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_")
            + "%";
    }
    found
}

/// Rows of one multi-row statement: a power of two, so that few statement texts are ever prepared.
const CHUNK: usize = 256;

impl Tx {
    /// One customer.
    pub async fn customer(
        &mut self,
        workspace: WorkspaceId,
        id: CustomerId,
    ) -> Result<Option<Customer>, StoreError> {
        sql!(
            self, fetch_optional as Row,
            "SELECT id, external_id, name, email, phone, language, time_zone, segments FROM customer
             WHERE workspace_id = $1 AND id = $2",
            workspace.0, id.0
        )?
        .map(customer)
        .transpose()
    }

    /// Customers by name.
    pub async fn customers(
        &mut self,
        workspace: WorkspaceId,
        filter: &CustomerFilter,
    ) -> Result<Vec<Customer>, StoreError> {
        if filter.seen_at.as_ref().is_some_and(BTreeSet::is_empty) {
            return Ok(Vec::new());
        }
        let (after_name, after_id) = filter
            .after
            .clone()
            .map_or((String::new(), Uuid::nil()), |(n, id)| (n, id.0));
        let mut text = format!(
            "SELECT {COLUMNS} FROM customer WHERE workspace_id = $1 AND (name > $2 OR (name = $2 AND id > $3))"
        );
        let mut binds = 4;
        let mut mark = || {
            binds += 1;
            format!("${binds}")
        };
        let mut patterns = Vec::new();
        if let Some(search) = filter.search.as_deref() {
            let mut either = Vec::new();
            for (column, prefix) in prefixes(search) {
                either.push(format!("{column} LIKE {} ESCAPE '\\'", mark()));
                patterns.push(prefix);
            }
            text.push_str(&format!(" AND ({})", either.join(" OR ")));
        }
        let places: Vec<Uuid> = filter.seen_at.iter().flatten().map(|id| id.0).collect();
        if !places.is_empty() {
            let marks: Vec<String> = places.iter().map(|_| mark()).collect();
            text.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM response r WHERE r.workspace_id = customer.workspace_id
                     AND r.customer_id = customer.id AND r.location_id IN ({}))",
                marks.join(", ")
            ));
        }
        text.push_str(" ORDER BY name, id LIMIT $4");
        sql_with!(self, fetch_all as Row, text.clone(), |query| {
            query = query
                .bind(workspace.0)
                .bind(after_name.as_str())
                .bind(after_id)
                .bind(filter.limit);
            for pattern in &patterns {
                query = query.bind(pattern.as_str());
            }
            for place in &places {
                query = query.bind(*place);
            }
        })?
        .into_iter()
        .map(customer)
        .collect()
    }

    /// Whether a customer has a response at one of these places.
    pub async fn customer_seen_at(
        &mut self,
        workspace: WorkspaceId,
        customer: CustomerId,
        places: &BTreeSet<LocationId>,
    ) -> Result<bool, StoreError> {
        if places.is_empty() {
            return Ok(false);
        }
        let marks: Vec<String> = (0..places.len()).map(|i| format!("${}", i + 3)).collect();
        let text = format!(
            "SELECT id FROM response WHERE workspace_id = $1 AND customer_id = $2 AND location_id IN ({}) LIMIT 1",
            marks.join(", ")
        );
        let found = sql_with!(self, fetch_optional as (Uuid,), text.clone(), |query| {
            query = query.bind(workspace.0).bind(customer.0);
            for place in places {
                query = query.bind(place.0);
            }
        })?;
        Ok(found.is_some())
    }

    /// Changes the customer with this id; false when there is none, or the external id belongs to another.
    pub async fn change_customer(
        &mut self,
        workspace: WorkspaceId,
        customer: &Customer,
    ) -> Result<bool, StoreError> {
        let segments = sql_types::to_json("customer", &customer.segments)?;
        let changed = sql!(
            self, execute,
            "UPDATE customer SET external_id = $3, name = $4, email = $5, phone = $6, language = $7, time_zone = $8, segments = $9
             WHERE workspace_id = $1 AND id = $2
               AND NOT EXISTS (SELECT 1 FROM customer o WHERE o.workspace_id = $1 AND o.external_id = $3 AND o.id <> $2)",
            workspace.0, customer.id.0, customer.external_id.as_str(), customer.name.as_str(),
            customer.email.as_ref().map(|email| email.as_str()), customer.phone.as_deref(),
            customer.language.map(|language| language.code()), customer.time_zone.as_deref(), segments.as_str()
        )?;
        Ok(changed == 1)
    }

    /// The ids and segments of customers by their external ids; those that do not exist are left out.
    pub async fn customers_by_external_id(
        &mut self,
        workspace: WorkspaceId,
        external_ids: &[String],
    ) -> Result<BTreeMap<String, Customer>, StoreError> {
        let mut found = BTreeMap::new();
        for chunk in external_ids.chunks(CHUNK) {
            let marks: Vec<String> = (0..chunk.len()).map(|i| format!("${}", i + 2)).collect();
            let text = format!(
                "SELECT {COLUMNS} FROM customer WHERE workspace_id = $1 AND external_id IN ({})",
                marks.join(", ")
            );
            let rows = sql_with!(self, fetch_all as Row, text.clone(), |query| {
                query = query.bind(workspace.0);
                for external_id in chunk {
                    query = query.bind(external_id.as_str());
                }
            })?;
            for row in rows {
                let customer = customer(row)?;
                found.insert(customer.external_id.clone(), customer);
            }
        }
        Ok(found)
    }

    /// Names of customers by their ids.
    pub async fn customer_names(
        &mut self,
        workspace: WorkspaceId,
        ids: &[CustomerId],
    ) -> Result<BTreeMap<CustomerId, String>, StoreError> {
        let mut found = BTreeMap::new();
        for chunk in ids.chunks(CHUNK) {
            let marks: Vec<String> = (0..chunk.len()).map(|i| format!("${}", i + 2)).collect();
            let text = format!(
                "SELECT id, name FROM customer WHERE workspace_id = $1 AND id IN ({})",
                marks.join(", ")
            );
            let rows = sql_with!(self, fetch_all as (Uuid, String), text.clone(), |query| {
                query = query.bind(workspace.0);
                for id in chunk {
                    query = query.bind(id.0);
                }
            })?;
            found.extend(rows.into_iter().map(|(id, name)| (CustomerId(id), name)));
        }
        Ok(found)
    }

    /// Adds customers, or changes those whose external id is known (their id stays).
    pub async fn save_customers(
        &mut self,
        workspace: WorkspaceId,
        customers: &[Customer],
    ) -> Result<(), StoreError> {
        for chunk in customers.chunks(CHUNK) {
            let rows: Vec<String> = (0..chunk.len())
                .map(|i| {
                    let marks: Vec<String> = (0..8)
                        .map(|column| format!("${}", 2 + i * 8 + column))
                        .collect();
                    format!("($1, {})", marks.join(", "))
                })
                .collect();
            let text = format!(
                "INSERT INTO customer (workspace_id, {COLUMNS}) VALUES {}
                 ON CONFLICT (workspace_id, external_id) DO UPDATE SET name = excluded.name, email = excluded.email,
                     phone = excluded.phone, language = excluded.language, time_zone = excluded.time_zone,
                     segments = excluded.segments",
                rows.join(", ")
            );
            let mut segments = Vec::with_capacity(chunk.len());
            for customer in chunk {
                segments.push(sql_types::to_json("customer", &customer.segments)?);
            }
            sql_with!(self, execute, text.clone(), |query| {
                query = query.bind(workspace.0);
                for (customer, segments) in chunk.iter().zip(&segments) {
                    query = query
                        .bind(customer.id.0)
                        .bind(customer.external_id.as_str())
                        .bind(customer.name.as_str())
                        .bind(customer.email.as_ref().map(|email| email.as_str()))
                        .bind(customer.phone.as_deref())
                        .bind(customer.language.map(|language| language.code()))
                        .bind(customer.time_zone.as_deref())
                        .bind(segments.as_str());
                }
            })?;
        }
        Ok(())
    }

    /// Removes a customer, their invitations, and what was begun under those; false when there is no such customer. Their
    /// responses stay as they are: see [`Tx::rewrite_responses`].
    pub async fn delete_customer(
        &mut self,
        workspace: WorkspaceId,
        id: CustomerId,
    ) -> Result<bool, StoreError> {
        sql!(
            self,
            execute,
            "DELETE FROM partial_response WHERE workspace_id = $1 AND (survey_id, token_hash) IN
                 (SELECT survey_id, token_hash FROM invitation WHERE workspace_id = $1 AND customer_id = $2)",
            workspace.0,
            id.0
        )?;
        sql!(
            self,
            execute,
            "DELETE FROM invitation WHERE workspace_id = $1 AND customer_id = $2",
            workspace.0,
            id.0
        )?;
        let gone = sql!(
            self,
            execute,
            "DELETE FROM customer WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0
        )?;
        Ok(gone == 1)
    }

    /// How many customers a workspace has.
    pub async fn customer_count(&mut self, workspace: WorkspaceId) -> Result<i64, StoreError> {
        let (count,) = sql!(
            self,
            fetch_one as (i64,),
            "SELECT COUNT(*) FROM customer WHERE workspace_id = $1",
            workspace.0
        )?;
        Ok(count)
    }
}
