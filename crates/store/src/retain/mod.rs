use std::collections::BTreeMap;

use radost_domain::name::{CustomerId, WorkspaceId};
use radost_domain::retain::Customer;
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

/// Which customers, and where to go on.
#[derive(Debug, Clone, Default)]
pub struct CustomerFilter {
    /// Begins the name, the address or the external id.
    pub search: Option<String>,
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
        let (after_name, after_id) = filter
            .after
            .clone()
            .map_or((String::new(), Uuid::nil()), |(n, id)| (n, id.0));
        let escaped = |text: &str| {
            text.replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_")
        };
        let prefix = format!(
            "{}%",
            filter.search.as_deref().map(escaped).unwrap_or_default()
        );
        sql!(
            self, fetch_all as Row,
            "SELECT id, external_id, name, email, phone, language, time_zone, segments FROM customer
             WHERE workspace_id = $1 AND (name > $2 OR (name = $2 AND id > $3))
               AND ($4 = '%' OR name LIKE $4 ESCAPE '\\' OR email LIKE $4 ESCAPE '\\' OR external_id LIKE $4 ESCAPE '\\')
             ORDER BY name, id LIMIT $5",
            workspace.0, after_name.as_str(), after_id, prefix.as_str(), filter.limit
        )?
        .into_iter()
        .map(customer)
        .collect()
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
