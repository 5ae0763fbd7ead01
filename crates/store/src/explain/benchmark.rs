//! Numbers of others.

use radost_domain::explain::Benchmark;
use radost_domain::name::{BenchmarkId, WorkspaceId};
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

type Row = (
    Uuid,
    String,
    String,
    f64,
    Option<f64>,
    Option<f64>,
    Option<i64>,
    String,
    String,
    String,
    String,
    i64,
    String,
);

fn benchmark(row: Row) -> Result<Benchmark, StoreError> {
    let (id, name, metric, value, low, high, n, industry, country, source, url, year, note) = row;
    Ok(Benchmark {
        id: BenchmarkId(id),
        name,
        metric: sql_types::parsed("benchmark", &metric)?,
        value,
        interval: low.zip(high),
        n: n.and_then(|n| u64::try_from(n).ok()),
        industry,
        country,
        source,
        source_url: url,
        year: i16::try_from(year).map_err(|error| StoreError::corrupt("year")(error.into()))?,
        note,
    })
}

impl Tx {
    /// Every benchmark of a workspace: by metric, the newest first, then by name.
    pub async fn benchmarks(
        &mut self,
        workspace: WorkspaceId,
    ) -> Result<Vec<Benchmark>, StoreError> {
        sql!(
            self, fetch_all as Row,
            "SELECT id, name, metric, value, low, high, n, industry, country, source, source_url, year, note
             FROM benchmark WHERE workspace_id = $1 ORDER BY metric, year DESC, name, id",
            workspace.0
        )?
        .into_iter()
        .map(benchmark)
        .collect()
    }

    /// Adds a benchmark or changes the one with its id; false when another one is about the same thing.
    pub async fn save_benchmark(
        &mut self,
        workspace: WorkspaceId,
        benchmark: &Benchmark,
    ) -> Result<bool, StoreError> {
        let metric = benchmark.metric.to_string();
        let year = i64::from(benchmark.year);
        let taken = sql!(
            self,
            fetch_optional as (Uuid,),
            "SELECT id FROM benchmark WHERE workspace_id = $1 AND metric = $2 AND name = $3 AND industry = $4
             AND country = $5 AND source = $6 AND year = $7 AND id <> $8",
            workspace.0,
            metric.as_str(),
            benchmark.name.as_str(),
            benchmark.industry.as_str(),
            benchmark.country.as_str(),
            benchmark.source.as_str(),
            year,
            benchmark.id.0
        )?;
        if taken.is_some() {
            return Ok(false);
        }
        let saved = sql!(
            self,
            execute,
            "INSERT INTO benchmark (id, workspace_id, name, metric, value, low, high, n, industry, country, source,
                                    source_url, year, note)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT (id) DO UPDATE SET name = $3, metric = $4, value = $5, low = $6, high = $7, n = $8,
                 industry = $9, country = $10, source = $11, source_url = $12, year = $13, note = $14
             WHERE benchmark.workspace_id = $2",
            benchmark.id.0,
            workspace.0,
            benchmark.name.as_str(),
            metric.as_str(),
            benchmark.value,
            benchmark.interval.map(|(low, _)| low),
            benchmark.interval.map(|(_, high)| high),
            benchmark.n.and_then(|n| i64::try_from(n).ok()),
            benchmark.industry.as_str(),
            benchmark.country.as_str(),
            benchmark.source.as_str(),
            benchmark.source_url.as_str(),
            year,
            benchmark.note.as_str()
        )?;
        Ok(saved == 1)
    }

    /// Removes a benchmark; false when there is none.
    pub async fn delete_benchmark(
        &mut self,
        workspace: WorkspaceId,
        id: BenchmarkId,
    ) -> Result<bool, StoreError> {
        let deleted = sql!(
            self,
            execute,
            "DELETE FROM benchmark WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0
        )?;
        Ok(deleted == 1)
    }
}
