//! The command line, run as people run it.

use std::path::Path;
use std::process::Output;

mod support;

fn run(data: &Path, arguments: &[&str]) -> Output {
    let output = support::radost()
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output();
    output.expect("the program starts")
}

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", err(output));
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

/// The one line on which a command says why it failed.
fn failure(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", err(output));
    let text = err(output);
    let last = text
        .trim_end()
        .lines()
        .last()
        .unwrap_or_default()
        .to_owned();
    assert!(last.starts_with("radost: "), "{text}");
    last
}

/// A folder with the workspace `main`.
fn with_main() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let added = run(
        folder.path(),
        &[
            "workspace",
            "add",
            "main",
            "--name",
            "Кав’ярні",
            "--time-zone",
            "Europe/Kyiv",
            "--language",
            "uk",
        ],
    );
    assert_eq!(out(&added), "added main\n");
    folder
}

#[test]
fn workspaces_are_added_once_and_listed() {
    let folder = with_main();
    let listed = out(&run(folder.path(), &["workspace", "list"]));
    let row = listed.lines().nth(1).unwrap_or_default();
    assert_eq!(
        row.split_whitespace().collect::<Vec<_>>(),
        ["main", "Кав’ярні", "Europe/Kyiv", "uk"]
    );
    let again = run(
        folder.path(),
        &["workspace", "add", "main", "--name", "Again"],
    );
    assert!(failure(&again).contains("there is already a workspace `main`"));
    let nowhere = run(
        folder.path(),
        &[
            "workspace",
            "add",
            "west",
            "--name",
            "West",
            "--time-zone",
            "Europe/Atlantis",
        ],
    );
    assert!(failure(&nowhere).contains("Europe/Atlantis"));
}

#[test]
fn a_user_gets_a_one_time_password_once() {
    let folder = with_main();
    let add = [
        "user",
        "add",
        "olena@example.com",
        "--name",
        "Олена Коваль",
        "--role",
        "analyst",
    ];
    let added = out(&run(folder.path(), &add));
    let password = added.trim_end().rsplit(' ').next().unwrap_or_default();
    assert!(
        added.starts_with("olena@example.com signs in") && password.len() >= 16,
        "{added}"
    );
    assert!(failure(&run(folder.path(), &add)).contains("olena@example.com"));
    let listed = out(&run(folder.path(), &["user", "list"]));
    assert!(
        listed.contains("olena@example.com") && listed.contains("analyst"),
        "{listed}"
    );
    assert!(!listed.contains(password));
    let reset = out(&run(
        folder.path(),
        &["user", "reset-password", "olena@example.com"],
    ));
    assert!(
        !reset.contains(password) && reset.contains("one-time password"),
        "{reset}"
    );
    let nobody = run(
        folder.path(),
        &["user", "reset-password", "nobody@example.com"],
    );
    assert!(failure(&nobody).contains("nobody@example.com"));
}

#[test]
fn a_manager_answers_for_places_that_exist() {
    let folder = with_main();
    let add = |more: &[&str]| {
        let mut arguments = vec![
            "user",
            "add",
            "m@example.com",
            "--name",
            "M",
            "--role",
            "manager",
        ];
        arguments.extend_from_slice(more);
        run(folder.path(), &arguments)
    };
    assert!(
        failure(&add(&["--locations", "atlantis"])).contains("there is no location `atlantis`")
    );
    assert!(failure(&add(&[])).contains("--locations"));
}

#[test]
fn an_unknown_workspace_is_named_with_those_that_exist() {
    let folder = with_main();
    let output = run(folder.path(), &["user", "list", "--workspace", "west"]);
    assert_eq!(
        failure(&output),
        "radost: there is no workspace `west`; there are: main"
    );
}

const SURVEY: &str = r#"{
    "code": "short", "title": { "uk": "Коротко" }, "languages": ["uk"],
    "blocks": [{ "code": "one", "questions": [
        { "code": "nps", "kind": "nps", "text": { "uk": "Чи порадите нас?" }, "required": true }
    ]}]
}"#;

#[test]
fn a_survey_goes_in_and_out_again() {
    let folder = with_main();
    let file = folder.path().join("short.json");
    std::fs::write(&file, SURVEY).expect("written");
    let file = file.display().to_string();
    assert_eq!(
        out(&run(
            folder.path(),
            &["survey", "import", &file, "--publish"]
        )),
        "short: added\nshort: version 1 published\n"
    );
    assert_eq!(
        out(&run(folder.path(), &["survey", "import", &file])),
        "short: new draft\n"
    );
    let listed = out(&run(folder.path(), &["survey", "list"]));
    let row: Vec<&str> = listed
        .lines()
        .nth(1)
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    assert_eq!(row, ["short", "1", "yes", "no", "Коротко"]);
    let exported: serde_json::Value =
        serde_json::from_str(&out(&run(folder.path(), &["survey", "export", "short"])))
            .expect("JSON");
    assert_eq!(exported["blocks"][0]["questions"][0]["kind"], "nps");
}

#[test]
fn faults_of_a_survey_are_named_with_their_place() {
    let folder = with_main();
    let file = folder.path().join("bad.json");
    let check = |text: &str, arguments: &[&str], expected: &[&str]| {
        std::fs::write(&file, text).expect("written");
        let path = file.display().to_string();
        let mut all = vec!["survey", "import", &path];
        all.extend_from_slice(arguments);
        let output = run(folder.path(), &all);
        failure(&output);
        for part in expected {
            assert!(
                err(&output).contains(part),
                "{part} is not in {}",
                err(&output)
            );
        }
    };
    check("{", &[], &["is not JSON", "line 1"]);
    check(
        &SURVEY.replace("\"required\"", "\"requierd\""),
        &[],
        &["blocks[0].questions[0]", "requierd"],
    );
    let twice = SURVEY.replace(
        "\"required\": true }",
        "\"required\": true }, { \"code\": \"nps\", \"kind\": \"text\", \"text\": { \"uk\": \"Чому?\" }, \"show_if\": \"npss <= 8\" }",
    );
    check(
        &twice,
        &["--publish"],
        &[
            "blocks[0].questions[1]",
            "npss",
            "faults; nothing was changed",
        ],
    );
    let listed = out(&run(folder.path(), &["survey", "list"]));
    assert_eq!(listed.lines().count(), 1, "nothing was added: {listed}");
}

#[test]
fn a_key_is_shown_once() {
    let folder = with_main();
    let add = [
        "key",
        "add",
        "till",
        "--scope",
        "responses:write,results:read",
    ];
    let secret = out(&run(folder.path(), &add)).trim_end().to_owned();
    assert!(
        secret.starts_with("radost_") && secret.len() > 40,
        "{secret}"
    );
    let listed = out(&run(folder.path(), &["key", "list"]));
    assert!(
        listed.contains("till") && !listed.contains(&secret),
        "{listed}"
    );
    let wrong = run(
        folder.path(),
        &["key", "add", "till", "--scope", "everything"],
    );
    assert!(err(&wrong).contains("everything"), "{}", err(&wrong));
    assert!(!wrong.status.success());
}

#[test]
fn the_openapi_document_is_one() {
    let output = support::radost()
        .arg("openapi")
        .output()
        .expect("the program starts");
    let document: serde_json::Value = serde_json::from_str(&out(&output)).expect("JSON");
    assert!(
        document["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1"))
    );
    assert!(
        document["paths"]
            .as_object()
            .is_some_and(|paths| paths.keys().all(|path| path.starts_with("/api/v1/")))
    );
}

#[test]
fn the_doctor_says_what_is_there_and_what_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("new");
    let before = out(&run(&data, &["doctor"]));
    assert!(
        before.contains("will be made at the first start"),
        "{before}"
    );
    assert!(!data.exists(), "looking changes nothing");
    let folder = with_main();
    let after = out(&run(folder.path(), &["doctor"]));
    assert!(
        after.contains("ok     database: SQLite 3.") && after.contains("schema version"),
        "{after}"
    );
    assert_eq!(
        after.lines().filter(|line| line.starts_with("ok ")).count(),
        4,
        "{after}"
    );
    let away = run(
        folder.path(),
        &[
            "doctor",
            "--database",
            "postgres://nobody@127.0.0.1:1/nothing",
        ],
    );
    assert_eq!(failure(&away), "radost: 1 fault");
    let found = String::from_utf8_lossy(&away.stdout).into_owned();
    assert!(found.contains("FAULT  database: "), "{found}");
}

#[test]
fn the_configuration_reference_is_up_to_date() {
    let output = support::radost()
        .arg("config-reference")
        .output()
        .expect("the program starts");
    let committed = std::fs::read_to_string("../../docs/CONFIG.md").expect("docs/CONFIG.md");
    let written = out(&output);
    let lines = written.lines().zip(committed.lines()).enumerate();
    let mut differing = lines.filter(|(_, (written, committed))| written != committed);
    assert_eq!(
        differing.next(),
        None,
        "write it anew: radost config-reference > docs/CONFIG.md"
    );
    assert_eq!(written.lines().count(), committed.lines().count());
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "not a folder").expect("written");
    let output = run(&file.join("data"), &["workspace", "list"]);
    let line = failure(&output);
    assert!(
        line.contains("cannot be made") && line.contains("file/data"),
        "{line}"
    );
}

#[test]
fn the_server_stops_when_asked_and_its_records_stay() {
    let server =
        support::Server::start("serve", &["--admin-email", "first@example.com"]).expect("a server");
    assert!(
        server.greeting.contains("first@example.com"),
        "{}",
        server.greeting
    );
    assert!(
        server
            .one_time_password()
            .is_ok_and(|password| password.len() >= 16)
    );
    // A second process on the same file, while the first is running.
    let listed = server
        .command(&["user", "list"])
        .output()
        .expect("the program starts");
    assert!(out(&listed).contains("first@example.com"));
    let ended = server.terminate().expect("ended");
    assert_eq!(ended.code(), Some(0), "{ended}");
}

#[test]
fn a_taken_address_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let output = run(folder.path(), &["serve", "--listen", &address]);
    assert!(failure(&output).contains(&address));
}

#[test]
fn the_demo_prints_where_it_is_and_who_may_sign_in() {
    let small = ["--still", "--responses", "300", "--customers", "200"];
    let server = support::Server::start("demo", &small).expect("a demo");
    let listed = server
        .command(&["user", "list", "--workspace", "demo"])
        .output();
    let listed = out(&listed.expect("the program starts"));
    for role in ["admin", "analyst", "manager", "agent"] {
        assert!(listed.contains(&format!("{role}@lypa.example")), "{listed}");
    }
    assert!(
        listed.contains("ua-west"),
        "the manager answers for a region: {listed}"
    );
    let surveys = server
        .command(&["survey", "list", "--workspace", "demo"])
        .output();
    let surveys = out(&surveys.expect("the program starts"));
    for code in [
        "post-visit",
        "kiosk-pulse",
        "support-effort",
        "supplier-relationship",
    ] {
        assert!(surveys.contains(code), "{surveys}");
    }
}

#[test]
fn benchmarks_are_imported_with_their_source() {
    let folder = with_main();
    let file = folder.path().join("others.csv");
    std::fs::write(
        &file,
        "name;metric;value;source;year\nCoffee houses;nps;48;Example;2025\nHotels;nps;high;Example;2025\nBars;nps;30;;2025\n",
    )
    .expect("written");
    let name = file.display().to_string();
    let import = |arguments: &[&str]| {
        let all = [&["import", "benchmarks", &name], arguments].concat();
        run(folder.path(), &all)
    };
    let dry = import(&["--dry-run"]);
    assert_eq!(dry.status.code(), Some(2), "{}", err(&dry));
    let said = String::from_utf8(import(&[]).stdout).expect("text");
    assert_eq!(
        said,
        "row 3, value: `high` is not a number\nrow 4, source: this is needed\n\
         3 rows: 1 added, 0 changed, 0 unchanged, 2 left out\n"
    );
    let said = String::from_utf8(import(&[]).stdout).expect("text");
    assert!(said.contains("0 added, 0 changed, 1 unchanged"), "{said}");
}

#[test]
fn the_lake_is_looked_after() {
    let folder = with_main();
    let lake = |arguments: &[&str]| {
        let mut all = vec!["lake"];
        all.extend(arguments);
        run(folder.path(), &all)
    };
    let survey = run(
        folder.path(),
        &[
            "survey",
            "import",
            "../../examples/airline/survey.json",
            "--publish",
        ],
    );
    out(&survey);
    let status = lake(&["status"]);
    assert!(out(&status).ends_with("Everything recorded is in the lake.\n"));
    let rebuilt = lake(&["rebuild"]);
    assert_eq!(out(&rebuilt), "0 responses are in the lake.\n");
    // What the libraries have to say is nobody's business.
    assert_eq!(err(&rebuilt), "");
    let asked = lake(&[
        "sql",
        "SELECT count(*) AS n FROM \"airline\"",
        "--format",
        "csv",
    ]);
    assert_eq!(out(&asked), "n\n0\n");
    let refused = failure(&lake(&["sql", "DELETE FROM \"airline\""]));
    assert!(
        refused.starts_with("radost: only queries are answered here: "),
        "{refused}"
    );
    let nowhere_yet = failure(&lake(&["score", "csat.satisfaction", "--by", "colour"]));
    assert!(
        nowhere_yet
            .starts_with("radost: by: `colour` is not known here; known are survey, location,"),
        "{nowhere_yet}"
    );
    // Twenty in each class: 10 and 18 satisfied of two points.
    let mut rows = String::from("satisfaction,class,food,submitted_at\n");
    for (class, satisfied) in [("eco", 10), ("business", 18)] {
        for row in 0..20 {
            let point = if row < satisfied { 2 } else { 1 };
            rows.push_str(&format!(
                "{point},{class},{},2026-10-0{}T09:00:00Z\n",
                row % 5 + 1,
                row % 9 + 1
            ));
        }
    }
    let file = folder.path().join("answers.csv");
    std::fs::write(&file, rows).expect("a file");
    let file = file.display().to_string();
    let mapping = folder.path().join("mapping.toml");
    std::fs::write(
        &mapping,
"survey = \"airline\"\n[columns]\nsatisfaction = { to = \"answer\", code = \"satisfaction\" }\nclass = { to = \"segment\", code = \"class\" }\nfood = { to = \"answer\", code = \"food\" }\nsubmitted_at = { to = \"submitted_at\" }\n",
    )
    .expect("a file");
    let mapping = mapping.display().to_string();
    let imported = run(
        folder.path(),
        &[
            "import",
            "responses",
            &file,
            "--survey",
            "airline",
            "--map",
            &mapping,
        ],
    );
    out(&imported);
    let asked = lake(&[
        "score",
        "csat.satisfaction",
        "--by",
        "segment.class",
        "--against",
        "rest",
        "--from",
        "2026-10-01",
        "--to",
        "2026-10-31",
    ]);
    // Wilson at 95 %: 18 of 20 and 10 of 20.
    assert_eq!(
        out(&asked),
        "SEGMENT.CLASS  VALUE  LOW    HIGH   N   DIFFERENCE  VERDICT\n\
         business       90.0   69.90  97.21  20  40.0        higher\n\
         eco            50.0   29.93  70.07  20  -40.0       lower\n\
         all            70.0   54.57  81.93  40  –           –\n"
    );
    let nowhere = failure(&lake(&["status", "--lake", "ftp://elsewhere/lake"]));
    assert!(
        nowhere.contains("`ftp://elsewhere/lake` is no place for a lake"),
        "{nowhere}"
    );
}
