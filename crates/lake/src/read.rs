//! Reading: SQL over the tables of a workspace.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::io::Write;
use std::sync::Arc;

use deltalake::DeltaTable;
use deltalake::arrow::array::{Array, ArrayRef, StringArray};
use deltalake::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use deltalake::arrow::error::ArrowError;
use deltalake::arrow::json::writer::LineDelimited;
use deltalake::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use deltalake::arrow::util::display::{ArrayFormatter, FormatOptions};
use deltalake::arrow::util::pretty::pretty_format_batches_with_schema;
use deltalake::arrow::{csv, json};
use deltalake::datafusion::catalog::TableProvider;
use deltalake::datafusion::common::TableReference;
use deltalake::datafusion::datasource::empty::EmptyTable;
use deltalake::datafusion::datasource::file_format::parquet::ParquetFormat;
use deltalake::datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use deltalake::datafusion::error::DataFusionError;
use deltalake::datafusion::execution::SendableRecordBatchStream;
use deltalake::datafusion::execution::context::SQLOptions;
use deltalake::datafusion::prelude::{Expr, SessionContext, col, in_list, lit};
use deltalake::kernel::engine::arrow_conversion::TryIntoArrow;
use futures_util::TryStreamExt;
use radost_domain::Slug;
use radost_domain::name::ResponseId;
use url::Url;

use crate::cluster::{Remote, unanswered};
use crate::write::{SMALL, last_sequence};
use crate::{Lake, LakeError, News, Shape, TableName};

/// Under which address the sessions know the storage of the lake, wherever that is.
const HERE: &str = "lake://here/";

/// How a table stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableStatus {
    /// Which.
    pub name: TableName,
    /// Its version: how often it was written.
    pub version: u64,
    /// Responses in it.
    pub rows: u64,
    /// Files that make up this version.
    pub files: u64,
    /// Those that are small enough to be put together.
    pub small_files: u64,
    /// Bytes in those files.
    pub bytes: u64,
    /// How far the event log is in it.
    pub last_sequence: i64,
}

impl Lake {
    /// How a table stands; `None` when there is none.
    ///
    /// # Errors
    /// [`LakeError::Table`].
    pub async fn status(&self, name: &TableName) -> Result<Option<TableStatus>, LakeError> {
        let Some(table) = self.table(name).await? else {
            return Ok(None);
        };
        let failed = |error| LakeError::of(name, error);
        let snapshot = table.snapshot().map_err(failed)?;
        let mut status = TableStatus {
            name: name.clone(),
            version: snapshot.version(),
            rows: 0,
            files: 0,
            small_files: 0,
            bytes: 0,
            last_sequence: last_sequence(&table).await.map_err(failed)?,
        };
        for file in snapshot.log_data().iter() {
            status.rows += file.num_records().unwrap_or(0) as u64;
            status.files += 1;
            status.small_files += u64::from(file.size() < SMALL);
            status.bytes += file.size().unsigned_abs();
        }
        Ok(Some(status))
    }

    /// Answers a query over the tables of a workspace, each under the code of its survey: `SELECT avg(nps) FROM "post-visit"`.
    /// Every table is read as it is when the query begins, together with what `tails` hold beyond it: what a table knows
    /// already counts once.
    ///
    /// # Errors
    /// [`LakeError::ReadOnly`] for a statement that is no query, [`LakeError::Query`] for one that cannot be answered,
    /// [`LakeError::Cluster`], [`LakeError::Table`] and [`LakeError::Storage`].
    pub async fn sql(
        &self,
        workspace: &Slug,
        sql: &str,
        tails: &[Tail],
    ) -> Result<Answer, LakeError> {
        let session = self.session(workspace, tails).await?;
        let plan = session.state().create_logical_plan(sql).await;
        let plan = match plan {
            Ok(plan) => plan,
            Err(error) => return Err(no_table(&session, sql).unwrap_or_else(|| error.into())),
        };
        let only_queries = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        only_queries
            .verify_plan(&plan)
            .map_err(|error| LakeError::ReadOnly(error.strip_backtrace()))?;
        let frame = session.execute_logical_plan(plan).await?;
        let failed = |error| unanswered(self.remote.as_ref(), error);
        Ok(Answer {
            schema: Arc::clone(frame.schema().inner()),
            rows: frame.execute_stream().await.map_err(failed)?,
            remote: self.remote.clone(),
        })
    }

    /// A session that knows the tables of a workspace, with what is not in them yet.
    async fn session(&self, workspace: &Slug, tails: &[Tail]) -> Result<SessionContext, LakeError> {
        let session = self.empty_session().await?;
        let mut names: BTreeSet<TableName> = self.tables(workspace).await?.into_iter().collect();
        names.extend(tails.iter().map(|tail| tail.name.clone()));
        for name in names {
            let table = self.table(&name).await?;
            let mut rows = match &table {
                Some(table) => Some(session.read_table(self.current(&name, table)?)?),
                None => None,
            };
            for tail in tails.iter().filter(|tail| tail.name == name) {
                let known = match &table {
                    Some(table) => last_sequence(table).await,
                    None => Ok(0),
                };
                let failed = |error| LakeError::of(&name, error);
                let (fresh, changed) = tail.news.after(known.map_err(failed)?);
                let batch = tail
                    .shape
                    .batch(&fresh)
                    .map_err(|error| failed(error.into()))?;
                let fresh = session.read_batch(batch)?;
                rows = Some(match rows {
                    Some(rows) if changed.is_empty() => rows.union_by_name(fresh)?,
                    Some(rows) => rows.filter(is_of(&changed, false))?.union_by_name(fresh)?,
                    None => fresh,
                });
            }
            if let Some(rows) = rows {
                session
                    .register_table(TableReference::bare(name.survey.as_str()), rows.into_view())?;
            }
        }
        Ok(session)
    }
}

/// The columns of a table.
pub(crate) fn columns_of(name: &TableName, table: &DeltaTable) -> Result<Schema, LakeError> {
    let failed = |error| LakeError::of(name, error);
    let schema = table.snapshot().map_err(failed)?.schema();
    let schema = schema.as_ref().try_into_arrow();
    schema.map_err(|error: ArrowError| failed(error.into()))
}

/// What keeps a statement from being planned, if it is a table that nobody knows.
fn no_table(session: &SessionContext, sql: &str) -> Option<LakeError> {
    let state = session.state();
    let options = state.config_options();
    let statement = state
        .sql_to_statement(sql, &options.sql_parser.dialect)
        .ok()?;
    let mut named = state.resolve_table_references(&statement).ok()?.into_iter();
    let table = named.find(|table| matches!(session.table_exist(table.clone()), Ok(false)))?;
    let catalog = session.catalog(&options.catalog.default_catalog)?;
    let mut known = catalog
        .schema(&options.catalog.default_schema)?
        .table_names();
    known.sort_unstable();
    Some(LakeError::NoTable {
        table: table.to_quoted_string(),
        known: match known.is_empty() {
            true => "none".into(),
            false => known
                .iter()
                .map(|name| TableReference::bare(name.as_str()).to_quoted_string())
                .collect::<Vec<_>>()
                .join(", "),
        },
    })
}

/// Whether a row is that of one of these responses, or of none.
pub(crate) fn is_of(responses: &HashSet<ResponseId>, one: bool) -> Expr {
    let ids = responses.iter().map(|id| lit(id.to_string()));
    in_list(col("response_id"), ids.collect(), !one)
}

/// What the records hold of one survey beyond its table, as far as anybody knows: it may begin before the table ends.
#[derive(Debug, Clone)]
pub struct Tail {
    /// The table.
    pub name: TableName,
    /// Its columns.
    pub shape: Shape,
    /// What happened to its responses.
    pub news: News,
}

impl Lake {
    /// The address by which sessions know an object of the lake. They see the whole storage: a store that knows the lake alone
    /// names its objects in two ways (`PrefixStore` says the whole path of what it is asked for).
    pub(crate) fn address(&self, path: &str) -> Result<Url, LakeError> {
        let lake = self.url().path().trim_matches('/');
        Url::parse(&format!("{HERE}{lake}/{path}")).map_err(|error| LakeError::Damaged {
            place: path.to_owned(),
            reason: error.to_string(),
        })
    }

    /// A table as its snapshot is.
    fn current(
        &self,
        name: &TableName,
        table: &DeltaTable,
    ) -> Result<Arc<dyn TableProvider>, LakeError> {
        let snapshot = table
            .snapshot()
            .map_err(|error| LakeError::of(name, error))?;
        let files = snapshot.log_data();
        let files: Vec<_> = files.iter().map(|file| file.path().to_string()).collect();
        self.provider(name, table, &files)
    }

    /// Files of a table as one table of DataFusion's own, which in-process sessions and a cluster read alike.
    pub(crate) fn provider(
        &self,
        name: &TableName,
        table: &DeltaTable,
        files: &[impl AsRef<str>],
    ) -> Result<Arc<dyn TableProvider>, LakeError> {
        let schema = columns_of(name, table)?;
        self.listing(name, Arc::new(schema), files)
    }

    /// Parquet files of a table with these columns.
    pub(crate) fn listing(
        &self,
        name: &TableName,
        schema: SchemaRef,
        files: &[impl AsRef<str>],
    ) -> Result<Arc<dyn TableProvider>, LakeError> {
        if files.is_empty() {
            return Ok(Arc::new(EmptyTable::new(schema)));
        }
        let files = files.iter().map(|file| {
            let place = self.address(&format!("{name}/{}", file.as_ref()))?;
            Ok(ListingTableUrl::try_new(place, None)?)
        });
        let files = files.collect::<Result<Vec<_>, LakeError>>()?;
        let options = ListingOptions::new(Arc::new(ParquetFormat::default()));
        let config = ListingTableConfig::new_with_multi_paths(files)
            .with_listing_options(options)
            .with_schema(schema);
        Ok(Arc::new(ListingTable::try_new(config)?))
    }
}

/// How an answer is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table for people.
    Table,
    /// One JSON object a line.
    Json,
    /// CSV with a line of names.
    Csv,
}

/// The rows that answer a query, made as they are read.
pub struct Answer {
    schema: SchemaRef,
    rows: SendableRecordBatchStream,
    remote: Option<Remote>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

impl Answer {
    /// All rows at once.
    ///
    /// # Errors
    /// [`LakeError::Query`], [`LakeError::Cluster`].
    pub async fn collect(self) -> Result<Vec<RecordBatch>, LakeError> {
        let rows = self.rows.try_collect().await;
        rows.map_err(|error| unanswered(self.remote.as_ref(), error))
    }

    /// Writes the rows down. CSV and JSON go out as they come; a table for people needs all of them first.
    ///
    /// # Errors
    /// [`LakeError::Query`], [`LakeError::Cluster`], [`LakeError::Output`].
    pub async fn write(mut self, out: &mut impl Write, format: Format) -> Result<(), LakeError> {
        if format == Format::Table {
            let schema = self.schema.clone();
            let batches = self.collect().await?;
            let table = pretty_format_batches_with_schema(schema, &batches);
            writeln!(out, "{}", table.map_err(DataFusionError::from)?)?;
            return Ok(());
        }
        // An answer without rows has names all the same.
        if format == Format::Csv {
            let none = RecordBatch::new_empty(self.schema.clone());
            out.write_all(&csv_lines(&none, true).map_err(DataFusionError::from)?)?;
        }
        let failed = |error| unanswered(self.remote.as_ref(), error);
        while let Some(batch) = self.rows.try_next().await.map_err(failed)? {
            let lines = match format {
                Format::Csv => csv_lines(&batch, false),
                Format::Table | Format::Json => json_lines(&batch),
            };
            out.write_all(&lines.map_err(DataFusionError::from)?)?;
        }
        Ok(())
    }
}

fn json_lines(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut writer = json::WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, LineDelimited>(Vec::new());
    writer.write(batch)?;
    writer.finish()?;
    Ok(writer.into_inner())
}

fn csv_lines(batch: &RecordBatch, header: bool) -> Result<Vec<u8>, ArrowError> {
    let mut lines = Vec::new();
    let mut writer = csv::WriterBuilder::new()
        .with_header(header)
        .build(&mut lines);
    writer.write(&flat(batch)?)?;
    drop(writer);
    Ok(lines)
}

/// The same rows with lists as text, `[a, b]`: CSV has no lists.
fn flat(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let mut fields = Vec::with_capacity(batch.num_columns());
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(batch.num_columns());
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        if !field.data_type().is_nested() {
            fields.push(field.clone());
            columns.push(column.clone());
            continue;
        }
        let shown = ArrayFormatter::try_new(column, &FormatOptions::default())?;
        let texts: StringArray = (0..column.len())
            .map(|row| column.is_valid(row).then(|| shown.value(row).to_string()))
            .collect();
        fields.push(Arc::new(Field::new(field.name(), DataType::Utf8, true)));
        columns.push(Arc::new(texts));
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)
}
