//! A closed-loop load generator: each connection sends the next request when the last one was answered.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::stats::Run;

/// One kept-alive HTTP/1.1 connection that does no more than it must.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    head: String,
}

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header, by its small name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }
}

impl Connection {
    /// A connection that sends these header lines with every request, each ended by `\r\n`.
    pub async fn open(address: SocketAddr, headers: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection {
            stream,
            buffer: Vec::with_capacity(4096),
            head: format!("host: bench\r\n{headers}"),
        })
    }

    /// A connection of a program with a key.
    pub async fn with_key(address: SocketAddr, key: &str) -> anyhow::Result<Self> {
        let headers = format!("authorization: Bearer {key}\r\ncontent-type: application/json\r\n");
        Connection::open(address, &headers).await
    }

    /// Sends answers and returns the status and the body of the answer.
    pub async fn post(&mut self, body: &str) -> anyhow::Result<(u16, Vec<u8>)> {
        let answer = self.send("POST", "/api/v1/responses", body).await?;
        Ok((answer.status, answer.body))
    }

    /// Sends one request and reads its answer to the end.
    pub async fn send(&mut self, method: &str, path: &str, body: &str) -> anyhow::Result<Answer> {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\n{}content-length: {length}\r\n\r\n{body}",
            self.head
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the connection was closed");
            }
            let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let head = std::str::from_utf8(&self.buffer[..end])?.to_owned();
            let status = head.get(9..12).context("no status")?.parse()?;
            let length: usize = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .context("no content-length")?
                .parse()?;
            let from = end + 4;
            while self.buffer.len() < from + length {
                if self.stream.read_buf(&mut self.buffer).await? == 0 {
                    bail!("the connection was closed");
                }
            }
            return Ok(Answer {
                status,
                head,
                body: self.buffer[from..from + length].to_vec(),
            });
        }
    }
}

/// A post-visit answer set as a till or tablet sends it: 13 answers, a comment in Cyrillic.
pub fn answer_set(number: u64) -> String {
    let nps = number % 11;
    let rating = 1 + number % 5;
    let comment = if nps >= 9 { "liked" } else { "improve" };
    format!(
        r#"{{"client_id":"bench-{number}","channel":"kiosk","language":"uk","answers":{{"nps":{nps},"csat":{rating},"friendliness":{rating},"speed":{rating},"quality":{rating},"cleanliness":{rating},"value":{rating},"friendliness_importance":5,"speed_importance":{rating},"quality_importance":4,"cleanliness_importance":4,"value_importance":3,"{comment}":"Чекали довго, але кава смачна і дівчина за касою привітна"}}}}"#
    )
}

/// A batch of answer sets, the first of them with this number.
pub fn batch(first: u64, many: u64) -> String {
    let sets: Vec<String> = (first..first + many).map(answer_set).collect();
    format!(
        r#"{{"survey":"post-visit","responses":[{}]}}"#,
        sets.join(",")
    )
}

/// Runs `connections` connections for `duration`; `per_request` answer sets in each request.
pub async fn run(
    address: SocketAddr,
    key: &str,
    connections: u64,
    duration: Duration,
    per_request: u64,
    first: u64,
) -> anyhow::Result<Run> {
    let begin = Instant::now();
    let mut workers = tokio::task::JoinSet::new();
    for worker in 0..connections {
        let mut connection = Connection::with_key(address, key).await?;
        workers.spawn(async move {
            let (mut acknowledged, mut refused, mut latencies) =
                (0, 0, Vec::with_capacity(100_000));
            let mut number = first + worker * 10_000_000;
            while begin.elapsed() < duration {
                let body = if per_request == 1 {
                    format!(
                        r#"{{"survey":"post-visit","response":{}}}"#,
                        answer_set(number)
                    )
                } else {
                    batch(number, per_request)
                };
                number += per_request;
                let sent = Instant::now();
                let (status, answer) = connection.post(&body).await?;
                latencies.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
                match status {
                    201 => acknowledged += 1,
                    200 if per_request > 1 => {
                        let answer: serde_json::Value = serde_json::from_slice(&answer)?;
                        let recorded = answer["recorded"].as_u64().context("no count")?;
                        anyhow::ensure!(
                            recorded == per_request,
                            "a batch was not taken whole: {answer}"
                        );
                        acknowledged += recorded;
                    }
                    503 => refused += 1,
                    other => bail!("answered {other}: {}", String::from_utf8_lossy(&answer)),
                }
            }
            Ok::<_, anyhow::Error>((acknowledged, refused, latencies))
        });
    }
    let mut run = Run {
        acknowledged: 0,
        refused: 0,
        elapsed: Duration::ZERO,
        latencies: Vec::new(),
    };
    while let Some(worker) = workers.join_next().await {
        let (acknowledged, refused, latencies) = worker??;
        run.acknowledged += acknowledged;
        run.refused += refused;
        run.latencies.extend(latencies);
    }
    run.elapsed = begin.elapsed();
    run.latencies.sort_unstable();
    Ok(run)
}
