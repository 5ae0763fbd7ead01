//! The built program and a real browser, each for as long as its value lives.
#![allow(dead_code, reason = "each user takes its part")]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, bail};
use thirtyfour::prelude::*;

/// How long something may take to start before it counts as failed; a demo writes two years of answers first.
const START: Duration = Duration::from_secs(600);

/// The program under test: built beside the tests, or named by `RADOST_BIN`.
pub fn radost() -> Command {
    let built = option_env!("CARGO_BIN_EXE_radost").map(PathBuf::from);
    let program = std::env::var_os("RADOST_BIN").map(PathBuf::from).or(built);
    let mut command = Command::new(program.expect("RADOST_BIN names the program"));
    // What the developer has set for themselves is none of the tests' business.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("RADOST_") {
            command.env_remove(name);
        }
    }
    command
}

/// A process that ends with this value, and at once: it is not asked to stop.
pub struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a process and waits for the line of its standard output on which `found` sees what it looks for. Returns
/// that, and every line before.
pub fn start<T: Send + 'static>(
    mut command: Command,
    found: impl Fn(&str) -> Option<T> + Send + 'static,
) -> anyhow::Result<(Process, T, String)> {
    let name = command.get_program().to_string_lossy().into_owned();
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .stdin(Stdio::null())
        .spawn();
    let mut process = Process(child.with_context(|| format!("{name} cannot be started"))?);
    let output = process.0.stdout.take().context("a pipe")?;
    let (send, receive) = mpsc::channel();
    // Goes on reading after that, so that the process never waits for a full pipe.
    std::thread::spawn(move || {
        let mut before = String::new();
        let mut send = Some(send);
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(sender) = &send {
                before.push_str(&line);
                before.push('\n');
                if let Some(value) = found(&line) {
                    let _ = sender.send((value, std::mem::take(&mut before)));
                    send = None;
                }
            }
        }
    });
    match receive.recv_timeout(START) {
        Ok((value, before)) => Ok((process, value, before)),
        Err(_) => bail!("{name} did not start"),
    }
}

/// A running server with records of its own.
pub struct Server {
    pub address: String,
    /// What it printed before it listened.
    pub greeting: String,
    pub data: PathBuf,
    _folder: tempfile::TempDir,
    process: Process,
}

impl Server {
    /// `radost serve` or `radost demo` with these further arguments, on a free port and in a folder of its own.
    pub fn start(command: &str, arguments: &[&str]) -> anyhow::Result<Server> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        let mut program = radost();
        program
            .arg(command)
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .args(arguments);
        let (process, address, greeting) = start(program, |line| {
            line.strip_prefix("Radost listens on ").map(str::to_owned)
        })?;
        Ok(Server {
            address,
            greeting,
            data,
            _folder: folder,
            process,
        })
    }

    /// The one-time password of the first administrator.
    pub fn one_time_password(&self) -> anyhow::Result<&str> {
        let words = self.greeting.split("one-time password ").nth(1);
        words
            .and_then(|rest| rest.split_whitespace().next())
            .context("a first start prints a password")
    }

    /// Another command of the same program on the same records.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut program = radost();
        program.args(arguments).arg("--data").arg(&self.data);
        program
    }

    /// Asks the process to stop, and says how it ended.
    pub fn terminate(mut self) -> anyhow::Result<std::process::ExitStatus> {
        let asked = Command::new("kill")
            .arg(self.process.0.id().to_string())
            .status()?;
        anyhow::ensure!(asked.success(), "the process is gone already");
        Ok(self.process.0.wait()?)
    }
}

/// A browser window.
#[derive(Clone)]
pub struct Window {
    pub driver: WebDriver,
    /// Where the server is.
    pub address: String,
}

fn program(variable: &str, usual: &str) -> anyhow::Result<PathBuf> {
    let path = std::env::var_os(variable).map_or_else(|| PathBuf::from(usual), PathBuf::from);
    if !path.exists() {
        bail!(
            "{} is not there; install it, or name it in {variable} (scripts/test.sh does both)",
            path.display()
        );
    }
    Ok(path)
}

/// Opens a browser, lets `journey` drive it, and closes it whatever happens. A journey that fails leaves the address and
/// the text of its last page in the message.
pub async fn browse<F, Fut>(server: &Server, journey: F) -> anyhow::Result<()>
where
    F: FnOnce(Window) -> Fut,
    Fut: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let chromium = program("RADOST_TEST_CHROMIUM", "/usr/bin/chromium")?;
    let mut command = Command::new(program(
        "RADOST_TEST_CHROMEDRIVER",
        "/usr/bin/chromedriver",
    )?);
    command.arg("--port=0");
    let (_driver_process, port, _) = start(command, |line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse::<u16>().ok()
    })?;
    let profile = tempfile::tempdir()?;
    let mut wanted = DesiredCapabilities::chrome();
    wanted.set_binary(&chromium.display().to_string())?;
    for argument in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--window-size=1360,1000",
        &format!("--user-data-dir={}", profile.path().display()),
    ] {
        wanted.add_arg(argument)?;
    }
    let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await?;
    let window = Window {
        driver: driver.clone(),
        address: server.address.clone(),
    };
    // A task of its own, so that a failed assertion does not leave the browser open.
    let result = tokio::spawn(journey(window.clone())).await;
    let mut last = String::new();
    if !matches!(result, Ok(Ok(()))) {
        let address = driver
            .current_url()
            .await
            .map(|url| url.to_string())
            .unwrap_or_default();
        last = format!(
            "the last page was {address}:\n{}",
            window.text().await.unwrap_or_default()
        );
    }
    driver.quit().await?;
    match result {
        Ok(result) => result.context(last),
        Err(failed) => {
            let _ = writeln!(std::io::stderr(), "{last}");
            std::panic::resume_unwind(failed.into_panic())
        }
    }
}

impl Window {
    /// Opens a page of the server.
    pub async fn open(&self, path: &str) -> anyhow::Result<()> {
        self.driver.goto(format!("{}{path}", self.address)).await?;
        Ok(())
    }

    /// Path and query of the page that is open.
    pub async fn path(&self) -> anyhow::Result<String> {
        let url = self.driver.current_url().await?;
        Ok(match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        })
    }

    /// What can be read on the page.
    pub async fn text(&self) -> anyhow::Result<String> {
        Ok(self.driver.find(By::Tag("body")).await?.text().await?)
    }

    /// The first thing that this CSS selector finds.
    pub async fn find(&self, selector: &str) -> anyhow::Result<WebElement> {
        let found = self.driver.query(By::Css(selector)).first().await;
        found.with_context(|| format!("nothing is `{selector}`"))
    }

    /// Types into the field of this name.
    pub async fn fill(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let field = self.find(&format!("[name='{name}']")).await?;
        field.clear().await?;
        field.send_keys(text).await?;
        Ok(())
    }

    /// Clicks; where the thing is covered by its own label or hidden beneath it, the click goes to it all the same.
    pub async fn click(&self, selector: &str) -> anyhow::Result<()> {
        let found = self.find(selector).await?;
        found.scroll_into_view().await?;
        let leaves = found.tag_name().await? == "button";
        let page = self.driver.find(By::Tag("html")).await?;
        if found.click().await.is_err() {
            self.driver
                .execute("arguments[0].click()", vec![found.to_json()?])
                .await?;
        }
        // Every button sends a form: what follows means the page that answers it, not the one that was left.
        if leaves {
            for _ in 0..400 {
                if page.tag_name().await.is_err() {
                    return Ok(());
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            anyhow::bail!("`{selector}` leads nowhere");
        }
        Ok(())
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> anyhow::Result<()> {
        self.open("/login").await?;
        self.fill("email", email).await?;
        self.fill("password", password).await?;
        self.click("form[action^='/login'] button").await
    }

    /// Makes the window as large as a phone or a desk, whatever size of window the system allows.
    pub async fn resize(&self, width: u32, height: u32) -> anyhow::Result<()> {
        let size = serde_json::json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600
        });
        self.driver
            .cdp()
            .send_raw("Emulation.setDeviceMetricsOverride", size)
            .await?;
        Ok(())
    }

    /// Saves a picture of the page: as much as the window shows, or all of it.
    pub async fn picture(&self, path: &Path, whole: bool) -> anyhow::Result<()> {
        use base64::Engine;
        let size = "return [innerWidth, innerHeight, document.documentElement.scrollHeight]";
        let size = self.driver.execute(size, Vec::new()).await?;
        let [width, height, all]: [u32; 3] = serde_json::from_value(size.json().clone())?;
        let whole = serde_json::json!({
            "format": "png",
            "captureBeyondViewport": whole,
            "clip": {
                "x": 0, "y": 0, "scale": 1, "width": width,
                "height": if whole { all.max(height) } else { height }
            }
        });
        let shot = self
            .driver
            .cdp()
            .send_raw("Page.captureScreenshot", whole)
            .await?;
        let data = shot["data"].as_str().context("a picture")?;
        std::fs::write(path, base64::prelude::BASE64_STANDARD.decode(data)?)?;
        Ok(())
    }
}
