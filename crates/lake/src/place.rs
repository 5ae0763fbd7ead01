//! Where a lake is, and which tables are in it.

use std::fmt;
use std::sync::Arc;

use deltalake::datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use deltalake::logstore::{LogStoreRef, StorageConfig, default_logstore};
use deltalake::operations::create::CreateBuilder;
use deltalake::{DeltaTable, TableProperty};
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt, ObjectStoreScheme, PutPayload};
use radost_domain::Slug;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::cluster::Remote;
use crate::{LakeError, Shape};

/// The name under which the tables remember how far the event log is in them.
pub(crate) const APPLICATION: &str = "radost";
/// Where a workspace remembers how far its whole event log has been read.
const BOOKMARK: &str = "_bookmark.json";

/// Columns of which the log keeps the least and the greatest value. Not those of answers: what somebody wrote must be gone with
/// the file that held it, and the log stays.
const STATISTICS: &str = "response_id,submitted_at,day";

/// After how many versions the log is summed up: whoever opens a table reads fewer objects than that.
const CHECKPOINT: &str = "10";

/// A table of the lake: all responses to one survey.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName {
    /// The workspace.
    pub workspace: Slug,
    /// The survey.
    pub survey: Slug,
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.workspace, self.survey)
    }
}

/// The columnar history: Delta tables in a folder or an object store, one a survey, under `<workspace>/<survey>`.
#[derive(Debug, Clone)]
pub struct Lake {
    /// The whole storage: the file system, the bucket.
    pub(crate) root: Arc<dyn ObjectStore>,
    /// The lake within it.
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    url: Url,
    /// What queries in this process share: above all the footers of files, of which a page asks for the same ones many times.
    pub(crate) runtime: Arc<RuntimeEnv>,
    /// Where queries are answered, if not in this process.
    pub(crate) remote: Option<Remote>,
}

/// How far the event log of a workspace has been read.
#[derive(Debug, Serialize, Deserialize)]
struct Bookmark {
    sequence: i64,
}

impl Lake {
    /// Opens a lake at a folder, `file://…` or `s3://bucket/path`. Nothing is read or written yet, so a storage that is away
    /// is found out by whoever uses it.
    ///
    /// `options` configure the object store, under the names of the usual environment variables in small letters:
    /// `aws_access_key_id`, `aws_secret_access_key`, `aws_region`, `aws_endpoint`, `aws_allow_http`. Names that the store
    /// does not know are passed over.
    ///
    /// # Errors
    /// [`LakeError::Place`] when no lake can be there.
    pub fn open(
        place: &str,
        options: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, LakeError> {
        let unfit = |reason: String| LakeError::Place {
            url: place.to_owned(),
            reason,
        };
        let url = if place.contains("://") {
            Url::parse(place).map_err(|error| unfit(error.to_string()))?
        } else {
            let folder = std::path::absolute(place).map_err(|error| unfit(error.to_string()))?;
            Url::from_directory_path(folder)
                .map_err(|()| unfit("the folder has no absolute path".into()))?
        };
        let (scheme, _) =
            ObjectStoreScheme::parse(&url).map_err(|error| unfit(error.to_string()))?;
        let allowed = matches!(
            (&scheme, url.scheme()),
            (ObjectStoreScheme::Local, "file") | (ObjectStoreScheme::AmazonS3, "s3")
        );
        if !allowed {
            return Err(unfit(
                "give a folder, `file:///folder` or `s3://bucket/path`".into(),
            ));
        }
        let (root, prefix) = object_store::parse_url_opts(&url, options)
            .map_err(|error| unfit(error.to_string()))?;
        let root: Arc<dyn ObjectStore> = Arc::from(root);
        // Which files there are is asked anew by every query: one that has gone away is then said to be away. What was read of a
        // file is kept, because a file is never written twice; its size and time are looked at all the same.
        let runtime = RuntimeEnvBuilder::new()
            .with_object_list_cache_limit(0)
            .build_arc()
            .map_err(|error| unfit(error.to_string()))?;
        Ok(Lake {
            store: Arc::new(PrefixStore::new(root.clone(), prefix.clone())),
            root,
            prefix,
            url,
            runtime,
            remote: None,
        })
    }

    /// Where it is.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The log of a table, whether it exists or not.
    fn log_store(&self, table: &TableName) -> LogStoreRef {
        let (workspace, survey) = (table.workspace.as_str(), table.survey.as_str());
        let path = self.prefix.clone().join(workspace).join(survey);
        let mut url = self.url.clone();
        // Every `file:` and `s3:` address has segments.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend([workspace, survey, ""]);
        }
        default_logstore(
            Arc::new(PrefixStore::new(self.root.clone(), path)),
            self.root.clone(),
            &url,
            &StorageConfig::default(),
        )
    }

    /// Where an object of a table is in the whole storage.
    pub(crate) fn object(&self, name: &TableName, path: &str) -> Path {
        let table = self.prefix.clone();
        let table = table
            .join(name.workspace.as_str())
            .join(name.survey.as_str());
        path.split('/').fold(table, |path, part| path.join(part))
    }

    /// Loads a table as it is now; `None` when there is none.
    pub(crate) async fn table(&self, name: &TableName) -> Result<Option<DeltaTable>, LakeError> {
        let mut table = DeltaTable::new(self.log_store(name));
        let failed = |error| LakeError::of(name, error);
        if !table.verify_deltatable_existence().await.map_err(failed)? {
            return Ok(None);
        }
        table.load().await.map_err(failed)?;
        Ok(Some(table))
    }

    /// Loads a table, after making it when there is none.
    pub(crate) async fn table_or_new(
        &self,
        name: &TableName,
        shape: &Shape,
    ) -> Result<DeltaTable, LakeError> {
        if let Some(table) = self.table(name).await? {
            return Ok(table);
        }
        let failed = |error| LakeError::of(name, error);
        let columns = shape
            .delta_columns()
            .map_err(|error| failed(error.into()))?;
        let made = CreateBuilder::new()
            .with_log_store(self.log_store(name))
            .with_table_name(name.survey.as_str())
            .with_columns(columns)
            .with_configuration_property(TableProperty::DataSkippingStatsColumns, Some(STATISTICS))
            .with_configuration_property(TableProperty::CheckpointInterval, Some(CHECKPOINT))
            .await;
        match made {
            Ok(table) => Ok(table),
            // Another process may have made it at this moment.
            Err(error) => self.table(name).await?.ok_or_else(|| failed(error)),
        }
    }

    /// The tables of a workspace, by name.
    ///
    /// # Errors
    /// [`LakeError::Storage`].
    pub async fn tables(&self, workspace: &Slug) -> Result<Vec<TableName>, LakeError> {
        let listed = self
            .store
            .list_with_delimiter(Some(&Path::from(workspace.as_str())))
            .await?;
        let mut names: Vec<TableName> = listed
            .common_prefixes
            .iter()
            .filter_map(|path| path.filename()?.parse().ok())
            .map(|survey| TableName {
                workspace: workspace.clone(),
                survey,
            })
            .collect();
        names.sort();
        Ok(names)
    }

    /// How far the event log of a workspace is in the lake: every event up to there is in its table. 0 in a new lake.
    ///
    /// The mark lies in the lake itself, beside the tables: whoever takes the lake away takes it along, and a new lake is
    /// filled from the beginning.
    ///
    /// # Errors
    /// [`LakeError::Storage`], or [`LakeError::Damaged`] when the mark cannot be read.
    pub async fn bookmark(&self, workspace: &Slug) -> Result<i64, LakeError> {
        let path = bookmark_of(workspace);
        let bytes = match self.store.get(&path).await {
            Ok(found) => found.bytes().await?,
            Err(object_store::Error::NotFound { .. }) => return Ok(0),
            Err(error) => return Err(error.into()),
        };
        let bookmark: Bookmark =
            serde_json::from_slice(&bytes).map_err(|error| LakeError::Damaged {
                place: path.to_string(),
                reason: error.to_string(),
            })?;
        Ok(bookmark.sequence)
    }

    /// Moves the mark. It may fall behind the tables, which pass over what they have; it must never be ahead of them.
    ///
    /// # Errors
    /// [`LakeError::Storage`].
    pub async fn set_bookmark(&self, workspace: &Slug, sequence: i64) -> Result<(), LakeError> {
        let json = serde_json::json!({ "sequence": sequence }).to_string();
        self.store
            .put(&bookmark_of(workspace), PutPayload::from(json.into_bytes()))
            .await?;
        Ok(())
    }

    /// Takes a table away with everything in it.
    pub(crate) async fn remove(&self, name: &TableName) -> Result<(), LakeError> {
        let path = Path::from_iter([name.workspace.as_str(), name.survey.as_str()]);
        let found = self
            .store
            .list(Some(&path))
            .map_ok(|object| object.location);
        self.store
            .delete_stream(Box::pin(found))
            .try_for_each(|_| async { Ok(()) })
            .await?;
        Ok(())
    }
}

fn bookmark_of(workspace: &Slug) -> Path {
    Path::from_iter([workspace.as_str(), BOOKMARK])
}
