//! The cluster: the same queries on many machines, by Apache DataFusion Ballista.
//!
//! A *scheduler* cuts a query into stages and their tasks, *executors* ask it for tasks, read the files of the lake themselves
//! and keep what they found until the next stage, or whoever asked, has fetched it. All of them know the lake under the
//! address that every session of this crate uses, and the same aggregates. Nothing but queries runs there: what is written to
//! the lake is written by the process that has the records.
//!
//! Nobody is asked who they are. Whoever reaches a scheduler or an executor can read the lake, so they belong in a network of
//! their own.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::error::BallistaError;
use ballista_core::extension::{SessionConfigExt, SessionStateExt};
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_core::serde::BallistaLogicalExtensionCodec;
use ballista_core::utils::default_session_builder;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_executor::health::ExecutorHealth;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use deltalake::arrow::datatypes::SchemaRef;
use deltalake::arrow::ipc::reader::StreamReader;
use deltalake::arrow::ipc::writer::StreamWriter;
use deltalake::datafusion::catalog::TableProvider;
use deltalake::datafusion::common::{DataFusionError, TableReference, plan_datafusion_err};
use deltalake::datafusion::datasource::MemTable;
use deltalake::datafusion::datasource::file_format::FileFormatFactory;
use deltalake::datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use deltalake::datafusion::execution::{SessionState, SessionStateBuilder, TaskContext};
use deltalake::datafusion::logical_expr::{Extension, LogicalPlan};
use deltalake::datafusion::prelude::{SessionConfig, SessionContext};
use url::Url;

use crate::{Lake, LakeError};

/// Where a scheduler is when nobody says otherwise.
const PORT: u16 = 50050;
/// The largest message between processes, which holds a query and with it what is not in the tables yet.
const MESSAGE: u32 = 256 << 20;
/// For how long what executors found is kept after the query: rows of a large answer are fetched as they are read.
const KEPT_SECONDS: u64 = 15 * 60;
/// How long an executor waits for a scheduler that is being started beside it.
const START_SECONDS: u16 = 30;

/// Where the scheduler of a cluster is: `df://host:port`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    host: String,
    port: u16,
}

impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "df://{}:{}", self.host, self.port)
    }
}

impl FromStr for Cluster {
    type Err = LakeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).ok();
        let scheduler = url.as_ref().and_then(|url| match url.host_str() {
            Some(host) if url.scheme() == "df" && matches!(url.path(), "" | "/") => Some(Cluster {
                host: host.to_owned(),
                port: url.port().unwrap_or(PORT),
            }),
            _ => None,
        });
        scheduler.ok_or_else(|| LakeError::Cluster {
            cluster: text.to_owned(),
            reason: "it is written `df://host:port`".into(),
        })
    }
}

impl From<SocketAddr> for Cluster {
    fn from(at: SocketAddr) -> Self {
        Cluster {
            host: host(at),
            port: at.port(),
        }
    }
}

impl Cluster {
    fn failed(&self, reason: impl fmt::Display) -> LakeError {
        LakeError::Cluster {
            cluster: self.to_string(),
            reason: reason.to_string(),
        }
    }

    fn http(&self) -> String {
        format!("http://{}:{}", self.host, self.port)
    }
}

/// A cluster, and a connection to ask how it is.
#[derive(Debug, Clone)]
pub(crate) struct Remote {
    cluster: Cluster,
    client: reqwest::Client,
}

impl Remote {
    /// Whether there is somebody to answer. Without executors a scheduler lets queries wait for ever.
    async fn ready(&self) -> Result<(), LakeError> {
        let address = format!("{}/readyz", self.cluster.http());
        match self.client.get(address).send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) if answer.status() == reqwest::StatusCode::SERVICE_UNAVAILABLE => {
                Err(self.cluster.failed("its scheduler has no executors"))
            }
            Ok(_) => Err(self.cluster.failed("what answers there is no scheduler")),
            Err(_) => Err(self.cluster.failed("no scheduler answers there")),
        }
    }
}

/// What an error of a query means: on a cluster it says which one failed.
pub(crate) fn unanswered(remote: Option<&Remote>, error: DataFusionError) -> LakeError {
    match remote {
        Some(remote) => remote.cluster.failed(error.strip_backtrace().trim()),
        None => error.into(),
    }
}

impl Lake {
    /// The same lake with queries answered on a cluster, whose scheduler and executors are given the same place.
    ///
    /// # Errors
    /// [`LakeError::Cluster`] when no connection can be prepared.
    pub fn with_cluster(mut self, cluster: Cluster) -> Result<Self, LakeError> {
        // Its scheduler is in the same network, however the rest of the world is reached.
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .build()
            .map_err(|error| cluster.failed(error))?;
        self.remote = Some(Remote { cluster, client });
        Ok(self)
    }

    /// A session that answers in this process, can read files of the lake and knows no table yet.
    pub(crate) fn session_here(&self) -> Result<SessionContext, LakeError> {
        let config = SessionConfig::new().with_information_schema(true);
        let state = SessionStateBuilder::new_with_default_features()
            .with_config(config)
            .with_runtime_env(self.runtime.clone());
        self.equipped(SessionContext::new_with_state(state.build()))
    }

    /// The same on the cluster when there is one.
    pub(crate) async fn empty_session(&self) -> Result<SessionContext, LakeError> {
        let Some(remote) = &self.remote else {
            return self.session_here();
        };
        remote.ready().await?;
        let state = SessionStateBuilder::new_with_default_features()
            .with_config(session_config())
            .build()
            .upgrade_for_ballista(remote.cluster.http())?;
        self.equipped(SessionContext::new_with_state(state))
    }

    /// Serves as the scheduler of a cluster, `here` where it listens, until the future is dropped. An executor that has not been heard of for `patience`
    /// is lost, and what it did is done again by others; when none is left for as long, queries fail.
    ///
    /// # Errors
    /// [`LakeError::Cluster`].
    pub async fn schedule(
        &self,
        here: &Cluster,
        listener: tokio::net::TcpListener,
        patience: Duration,
    ) -> Result<(), LakeError> {
        let lake = self.clone();
        let sessions = move |config| -> Coded<SessionState> {
            let session = SessionContext::new_with_state(default_session_builder(config)?);
            let session = lake.equipped(session);
            Ok(session.map_err(external)?.state())
        };
        let config = SchedulerConfig {
            external_host: here.host.clone(),
            bind_host: here.host.clone(),
            bind_port: here.port,
            // Executors come for tasks, so that each needs one port and nobody needs to reach it but for results.
            scheduling_policy: TaskSchedulingPolicy::PullStaged,
            executor_timeout_seconds: patience.as_secs(),
            expire_dead_executor_interval_seconds: 1,
            no_executors_grace_period_seconds: patience.as_secs(),
            finished_job_data_clean_up_interval_seconds: KEPT_SECONDS,
            finished_job_state_clean_up_interval_seconds: KEPT_SECONDS,
            grpc_server_max_decoding_message_size: MESSAGE,
            grpc_server_max_encoding_message_size: MESSAGE,
            grpc_client_max_message_size: MESSAGE,
            override_config_producer: Some(Arc::new(session_config)),
            override_session_builder: Some(Arc::new(sessions)),
            override_logical_codec: Some(Arc::new(WithRows::default())),
            ..SchedulerConfig::default()
        };
        let failed = |error: BallistaError| here.failed(error);
        let state = BallistaCluster::new_from_config(&config)
            .await
            .map_err(failed)?;
        let scheduler =
            create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(state, Arc::new(config));
        start_grpc_service_with_listener(listener, scheduler.await.map_err(failed)?)
            .await
            .map_err(failed)
    }

    /// Serves as an executor until the process is asked to stop by a signal, or cannot go on. `ready` is called once the
    /// scheduler knows of it.
    ///
    /// # Errors
    /// [`LakeError::Cluster`].
    pub async fn execute(&self, executor: Executor, ready: impl FnOnce()) -> Result<(), LakeError> {
        let functions = self.equipped(SessionContext::new_with_state(default_session_builder(
            session_config(),
        )?))?;
        let (address, root) = (self.address("")?, self.root.clone());
        let work_dir = executor.work.display().to_string();
        let runtime = move |_: &SessionConfig| -> Coded<Arc<RuntimeEnv>> {
            let runtime = RuntimeEnvBuilder::new()
                .with_temp_file_path(&executor.work)
                .build_arc()?;
            runtime.register_object_store(&address, root.clone());
            Ok(runtime)
        };
        let health = ExecutorHealth::new();
        let config = ExecutorProcessConfig {
            bind_host: host(executor.listen),
            port: executor.listen.port(),
            // Nothing listens for orders: whoever tries to give one is turned away at once.
            grpc_port: executor.listen.port(),
            scheduler_host: executor.scheduler.host.clone(),
            scheduler_port: executor.scheduler.port,
            scheduler_connect_timeout_seconds: START_SECONDS,
            vcores: executor.tasks,
            task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
            work_dir: Some(work_dir),
            job_data_ttl_seconds: KEPT_SECONDS,
            job_data_clean_up_interval_seconds: 60,
            grpc_max_decoding_message_size: MESSAGE,
            grpc_max_encoding_message_size: MESSAGE,
            override_function_registry: Some(Arc::new(BallistaFunctionRegistry::from(
                &functions.state(),
            ))),
            override_runtime_producer: Some(Arc::new(runtime)),
            override_config_producer: Some(Arc::new(session_config)),
            health: health.clone(),
            ..ExecutorProcessConfig::default()
        };
        let known = async {
            while !health.is_ready() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            ready();
            std::future::pending().await
        };
        tokio::select! {
            done = start_executor_process(Arc::new(config)) => {
                done.map_err(|error| executor.scheduler.failed(error))
            }
            never = known => never,
        }
    }

    /// Teaches a session where the files of the lake are, and its functions.
    fn equipped(&self, session: SessionContext) -> Result<SessionContext, LakeError> {
        session.register_object_store(&self.address("")?, self.root.clone());
        for function in crate::aggregates() {
            session.register_udaf(Arc::unwrap_or_clone(function));
        }
        session.register_udf(Arc::unwrap_or_clone(crate::step_function()));
        Ok(session)
    }
}

/// How an executor works.
#[derive(Debug, Clone)]
pub struct Executor {
    /// Whom it asks for tasks.
    pub scheduler: Cluster,
    /// Where its results are fetched.
    pub listen: SocketAddr,
    /// How many tasks it does at once; 0 for as many as there are processors.
    pub tasks: usize,
    /// The folder for intermediate results, which is emptied at the end.
    pub work: PathBuf,
}

/// As it stands in an address.
fn host(at: SocketAddr) -> String {
    match at {
        SocketAddr::V4(at) => at.ip().to_string(),
        SocketAddr::V6(at) => format!("[{}]", at.ip()),
    }
}

/// What client, scheduler and executors agree about.
fn session_config() -> SessionConfig {
    SessionConfig::new_with_ballista()
        // Within one process whoever has nothing to do may read what was another's. Tasks do not see what others have read
        // already, and would count it twice.
        .set_bool(
            "datafusion.execution.enable_file_stream_work_stealing",
            false,
        )
        // Sorts of the parts of a union are not restricted to the parts of a task: what has one part only (rows that are not in
        // the table yet, a table of one file) went along with every task, in the place of another's rows.
        .set_bool("datafusion.optimizer.repartition_sorts", false)
        .with_ballista_grpc_client_max_message_size(MESSAGE as usize)
        .with_ballista_logical_extension_codec(Arc::new(WithRows::default()))
}

fn external(error: LakeError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// Sends rows in memory along with the query that reads them: what is not in the tables yet. Everything else travels as
/// Ballista lets it.
#[derive(Debug, Default)]
struct WithRows(BallistaLogicalExtensionCodec);

type Coded<T> = Result<T, DataFusionError>;

impl LogicalExtensionCodec for WithRows {
    fn try_decode_table_provider(
        &self,
        buffer: &[u8],
        _table: &TableReference,
        schema: SchemaRef,
        _context: &TaskContext,
    ) -> Coded<Arc<dyn TableProvider>> {
        let batches = StreamReader::try_new(buffer, None)?.collect::<Result<_, _>>()?;
        Ok(Arc::new(MemTable::try_new(schema, vec![batches])?))
    }

    fn try_encode_table_provider(
        &self,
        table: &TableReference,
        provider: Arc<dyn TableProvider>,
        buffer: &mut Vec<u8>,
    ) -> Coded<()> {
        let unsent = || plan_datafusion_err!("the table {table} cannot be sent to a cluster");
        let rows = provider.downcast_ref::<MemTable>().ok_or_else(unsent)?;
        let mut writer = StreamWriter::try_new(buffer, &rows.schema())?;
        for part in &rows.batches {
            // Nobody writes to it.
            for batch in part.try_read().map_err(|_| unsent())?.iter() {
                writer.write(batch)?;
            }
        }
        Ok(writer.finish()?)
    }

    fn try_decode(
        &self,
        buffer: &[u8],
        inputs: &[LogicalPlan],
        context: &TaskContext,
    ) -> Coded<Extension> {
        self.0.try_decode(buffer, inputs, context)
    }

    fn try_encode(&self, node: &Extension, buffer: &mut Vec<u8>) -> Coded<()> {
        self.0.try_encode(node, buffer)
    }

    fn try_decode_file_format(
        &self,
        buffer: &[u8],
        context: &TaskContext,
    ) -> Coded<Arc<dyn FileFormatFactory>> {
        self.0.try_decode_file_format(buffer, context)
    }

    fn try_encode_file_format(
        &self,
        buffer: &mut Vec<u8>,
        format: Arc<dyn FileFormatFactory>,
    ) -> Coded<()> {
        self.0.try_encode_file_format(buffer, format)
    }
}
