//! Writing tables: appending each response once, making a table anew, and putting small files together.

use std::collections::HashSet;
use std::num::NonZeroU64;

use deltalake::arrow::datatypes::SchemaRef;
use deltalake::arrow::record_batch::RecordBatch;
use deltalake::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake::kernel::{Action, Add, MetadataExt, Remove, StructType, Transaction};
use deltalake::operations::vacuum::VacuumMode;
use deltalake::parquet::basic::{Compression, ZstdLevel};
use deltalake::parquet::file::properties::WriterProperties;
use deltalake::protocol::{DeltaOperation, SaveMode};
use deltalake::writer::{DeltaWriter, RecordBatchWriter, WriteMode};
use deltalake::{DeltaResult, DeltaTable};
use futures_util::TryStreamExt;
use radost_domain::name::ResponseId;

use crate::place::APPLICATION;
use crate::read::is_of;
use crate::{Lake, LakeError, News, Row, Shape, TableName};

/// How large files become when small ones are put together.
pub(crate) const FILE_SIZE: NonZeroU64 = match NonZeroU64::new(128 << 20) {
    Some(size) => size,
    None => NonZeroU64::MAX,
};
/// A file below this size is a small one.
pub(crate) const SMALL: i64 = 32 << 20;

/// What putting files together has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// Files that were put together.
    pub files_before: u64,
    /// Files that they became.
    pub files_after: u64,
    /// Files that nobody needs any more and that were deleted.
    pub files_deleted: u64,
}

/// How far the event log is in a table.
pub(crate) async fn last_sequence(table: &DeltaTable) -> DeltaResult<i64> {
    let version = table
        .snapshot()?
        .transaction_version(table.log_store().as_ref(), APPLICATION)
        .await?;
    Ok(version.unwrap_or(0))
}

pub(crate) fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .build()
}

impl Lake {
    /// Brings a table up to a place in the event log: `news` is everything that happened to its responses up to `up_to`, and
    /// may begin earlier than the table ends. What the table knows already is passed over, so that a stretch that is written
    /// again after a crash changes nothing: the rows and the place up to which they reach are one commit. Returns how many
    /// responses were added or changed.
    ///
    /// The table is made when there is none, and gets the columns of `shape` that it lacks. Files that hold a changed response
    /// are written again without it; [`Lake::forget`] deletes the old ones.
    ///
    /// # Errors
    /// [`LakeError::Conflict`] when another process wrote at the same moment and nothing was changed; [`LakeError::Table`].
    pub async fn append(
        &self,
        name: &TableName,
        shape: &Shape,
        news: &News,
        up_to: i64,
    ) -> Result<usize, LakeError> {
        let table = self.table_or_new(name, shape).await?;
        let failed = |error| LakeError::of(name, error);
        let known = last_sequence(&table).await.map_err(failed)?;
        let (rows, changed) = news.after(known);
        if rows.is_empty() && changed.is_empty() {
            return Ok(0);
        }
        let mut writer = writer(&table).map_err(failed)?;
        let removed = match changed.is_empty() {
            true => Vec::new(),
            false => {
                self.write_without(&mut writer, name, &table, &changed)
                    .await?
            }
        };
        if !rows.is_empty() {
            let batch = shape.batch(&rows).map_err(|error| failed(error.into()))?;
            let written = writer.write_with_mode(batch, WriteMode::MergeSchema).await;
            written.map_err(failed)?;
        }
        let gone = changed.len()
            - rows
                .iter()
                .filter(|row| changed.contains(&row.response.id))
                .count();
        let added = writer.flush().await.map_err(failed)?;
        commit(&table, writer.arrow_schema(), removed, added, up_to)
            .await
            .map_err(failed)?;
        Ok(rows.len() + gone)
    }

    /// Writes the files that hold any of these responses again without them, and returns those files as removed.
    async fn write_without(
        &self,
        writer: &mut RecordBatchWriter,
        name: &TableName,
        table: &DeltaTable,
        responses: &HashSet<ResponseId>,
    ) -> Result<Vec<Remove>, LakeError> {
        let failed = |error| LakeError::of(name, error);
        let session = self.session_here()?;
        let mut removed = Vec::new();
        let snapshot = table.snapshot().map_err(failed)?;
        for file in snapshot.log_data().iter() {
            let rows = session.read_table(self.provider(name, table, &[file.path()])?)?;
            if rows.clone().filter(is_of(responses, true))?.count().await? == 0 {
                continue;
            }
            let others = rows.filter(is_of(responses, false))?;
            let mut others = others.execute_stream().await?;
            while let Some(batch) = others.try_next().await? {
                let written = writer.write_with_mode(batch, WriteMode::MergeSchema).await;
                written.map_err(failed)?;
            }
            removed.push(file.remove_action(true));
        }
        Ok(removed)
    }

    /// Deletes every file that the current version of a table does not need, so that nothing is left of what was removed from
    /// it. A query that began before may miss them and has to be asked again.
    ///
    /// # Errors
    /// [`LakeError::Conflict`], [`LakeError::Table`].
    pub async fn forget(&self, name: &TableName) -> Result<(), LakeError> {
        if let Some(table) = self.table(name).await? {
            // Only what a version of this table has named: a file that nobody names yet is being written by another process.
            self.forget_tallies(name, &table).await?;
            vacuum(table, VacuumMode::Lite, 0)
                .await
                .map_err(|error| LakeError::of(name, error))?;
        }
        Ok(())
    }

    /// How far the event log is in a table; 0 when there is none.
    ///
    /// # Errors
    /// [`LakeError::Table`].
    pub async fn last_sequence(&self, name: &TableName) -> Result<i64, LakeError> {
        match self.table(name).await? {
            Some(table) => last_sequence(&table)
                .await
                .map_err(|error| LakeError::of(name, error)),
            None => Ok(0),
        }
    }

    /// Begins to make a table anew. Readers go on with the old one until [`Rebuild::commit`] puts the new rows in its place
    /// at once.
    ///
    /// A table to which that cannot be done is taken away first: one that cannot be read, one whose columns have other types,
    /// and `afresh` one that knows events which the records do not (they are older than the lake: they come from a backup).
    ///
    /// # Errors
    /// [`LakeError::Table`], [`LakeError::Storage`].
    pub async fn rebuild(
        &self,
        name: &TableName,
        shape: Shape,
        afresh: bool,
    ) -> Result<Rebuild, LakeError> {
        let table = match self.table_or_new(name, &shape).await {
            Ok(table) if !afresh && has_columns(&table, &shape) => table,
            Ok(_) | Err(LakeError::Table { .. }) => {
                // A storage that does not answer says nothing about the table.
                self.tables(&name.workspace).await?;
                self.remove(name).await?;
                self.table_or_new(name, &shape).await?
            }
            Err(error) => return Err(error),
        };
        let writer = writer(&table).map_err(|error| LakeError::of(name, error))?;
        Ok(Rebuild {
            lake: self.clone(),
            name: name.clone(),
            shape,
            writer,
            added: Vec::new(),
        })
    }

    /// Puts small files of a table together and deletes files that no reader has needed for `keep_hours`.
    ///
    /// # Errors
    /// [`LakeError::Conflict`], [`LakeError::Table`].
    pub async fn compact(&self, name: &TableName, keep_hours: u32) -> Result<Compacted, LakeError> {
        let Some(table) = self.table(name).await? else {
            return Ok(Compacted {
                files_before: 0,
                files_after: 0,
                files_deleted: 0,
            });
        };
        compact(table, keep_hours)
            .await
            .map_err(|error| LakeError::of(name, error))
    }
}

fn writer(table: &DeltaTable) -> DeltaResult<RecordBatchWriter> {
    let writer = RecordBatchWriter::for_table(table)?;
    Ok(writer
        .with_writer_properties(properties())
        .with_target_file_size(FILE_SIZE.get()))
}

/// A new version of a table: without the files removed, with those added, with these columns, up to this event.
async fn commit(
    table: &DeltaTable,
    columns: SchemaRef,
    removed: Vec<Remove>,
    added: Vec<Add>,
    sequence: i64,
) -> DeltaResult<()> {
    let snapshot = table.snapshot()?;
    let schema: StructType = columns.try_into_kernel()?;
    let mode = match removed.is_empty() {
        true => SaveMode::Append,
        false => SaveMode::Overwrite,
    };
    let mut actions = Vec::new();
    if schema != *snapshot.schema() {
        let metadata = snapshot.metadata().clone();
        actions.push(Action::Metadata(metadata.with_schema(&schema)?));
    }
    actions.extend(removed.into_iter().map(Action::Remove));
    actions.extend(added.into_iter().map(Action::Add));
    let operation = DeltaOperation::Write {
        mode,
        partition_by: None,
        predicate: None,
    };
    let upto = Transaction::new(APPLICATION, sequence);
    CommitBuilder::from(CommitProperties::default().with_application_transaction(upto))
        .with_actions(actions)
        .build(Some(snapshot), table.log_store(), operation)
        .await?;
    Ok(())
}

async fn vacuum(table: DeltaTable, mode: VacuumMode, keep_hours: u32) -> DeltaResult<u64> {
    let (_, deleted) = table
        .vacuum()
        .with_mode(mode)
        .with_enforce_retention_duration(false)
        .with_retention_period(chrono::Duration::hours(i64::from(keep_hours)))
        .await?;
    Ok(deleted.files_deleted.len() as u64)
}

async fn compact(table: DeltaTable, keep_hours: u32) -> DeltaResult<Compacted> {
    let (table, done) = table
        .optimize()
        .with_target_size(FILE_SIZE)
        .with_writer_properties(properties())
        .await?;
    let files_deleted = vacuum(table, VacuumMode::Full, keep_hours).await?;
    Ok(Compacted {
        files_before: done.num_files_removed,
        files_after: done.num_files_added,
        files_deleted,
    })
}

/// Whether no column of a table has another type than the shape gives it.
fn has_columns(table: &DeltaTable, shape: &Shape) -> bool {
    let (Ok(snapshot), Ok(wanted)) = (table.snapshot(), shape.delta_columns()) else {
        return false;
    };
    let schema = snapshot.schema();
    wanted.iter().all(|column| {
        schema
            .field(column.name())
            .is_none_or(|there| there.data_type() == column.data_type())
    })
}

/// A table that is being made anew.
#[derive(Debug)]
pub struct Rebuild {
    lake: Lake,
    name: TableName,
    shape: Shape,
    writer: RecordBatchWriter,
    /// Files that were written and belong to no version of the table yet.
    added: Vec<Add>,
}

impl Rebuild {
    /// Writes the next rows, in the order of their sequence.
    ///
    /// # Errors
    /// [`LakeError::Table`].
    pub async fn write(&mut self, rows: &[Row]) -> Result<(), LakeError> {
        if rows.is_empty() {
            return Ok(());
        }
        let rows: Vec<&Row> = rows.iter().collect();
        let batch = self.shape.batch(&rows);
        let batch = batch.map_err(|error| LakeError::of(&self.name, error.into()))?;
        self.write_columns(batch).await
    }

    /// Writes rows that are columns already, those of [`Shape::schema`].
    ///
    /// # Errors
    /// [`LakeError::Table`].
    pub async fn write_columns(&mut self, batch: RecordBatch) -> Result<(), LakeError> {
        self.writer
            .write_with_mode(batch, WriteMode::MergeSchema)
            .await
            .map_err(|error| LakeError::of(&self.name, error))
    }

    /// Puts the rows written so far in the place of the old ones, when they reach as far as the table does now: `sequence`
    /// is where they end. Otherwise says how far the table has come meanwhile, and the rows up to there must be written first.
    ///
    /// # Errors
    /// [`LakeError::Conflict`] when another process wrote at the same moment: try again; [`LakeError::Table`].
    pub async fn commit(&mut self, sequence: i64) -> Result<Progress, LakeError> {
        let Some(table) = self.lake.table(&self.name).await? else {
            return Err(LakeError::Conflict(self.name.clone()));
        };
        self.commit_to(table, sequence)
            .await
            .map_err(|error| LakeError::of(&self.name, error))
    }

    async fn commit_to(&mut self, table: DeltaTable, sequence: i64) -> DeltaResult<Progress> {
        let reached = last_sequence(&table).await?;
        if reached > sequence {
            return Ok(Progress::Behind(reached));
        }
        self.added.extend(self.writer.flush().await?);
        let old = table.snapshot()?.log_data();
        let removed = old.iter().map(|file| file.remove_action(true)).collect();
        commit(
            &table,
            self.writer.arrow_schema(),
            removed,
            self.added.clone(),
            sequence,
        )
        .await?;
        Ok(Progress::Done)
    }
}

/// How a commit of a [`Rebuild`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The table holds the new rows and no others.
    Done,
    /// The table has come further meanwhile, up to this sequence.
    Behind(i64),
}
