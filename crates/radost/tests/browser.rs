//! The main journeys, in a real browser against the real program.

use anyhow::{Context, ensure};
use support::{Server, Window, browse};

mod support;

const EMAIL: &str = "first@example.com";
const PASSWORD: &str = "a password of my own";

/// A first start.
fn serve() -> anyhow::Result<Server> {
    Server::start("serve", &["--admin-email", EMAIL])
}

/// Signs in with the one-time password and replaces it.
async fn first_sign_in(window: &Window, one_time: &str) -> anyhow::Result<()> {
    window.sign_in(EMAIL, one_time).await?;
    window.open("/password").await?;
    window.fill("current", one_time).await?;
    window.fill("new", PASSWORD).await?;
    window.click("form[action='/password'] button").await?;
    ensure!(
        window.path().await? == "/?done=password-changed",
        "{}",
        window.path().await?
    );
    Ok(())
}

/// The number of responses of all time on the overview.
async fn counted(window: &Window) -> anyhow::Result<String> {
    window.open("/").await?;
    Ok(window.find("[data-live-total]").await?.text().await?)
}

#[tokio::test]
async fn the_one_time_password_is_replaced_and_used_up() -> anyhow::Result<()> {
    let server = serve()?;
    let one_time = server.one_time_password()?.to_owned();
    browse(&server, async move |window: Window| {
        window.open("/password").await?;
        ensure!(
            window.path().await?.starts_with("/login"),
            "strangers sign in first"
        );
        window.sign_in(EMAIL, "not the password").await?;
        ensure!(
            window.path().await?.starts_with("/login"),
            "a wrong password opens nothing"
        );
        first_sign_in(&window, &one_time).await?;
        window.driver.delete_all_cookies().await?;
        window.sign_in(EMAIL, &one_time).await?;
        ensure!(
            window.path().await?.starts_with("/login"),
            "the one-time password is used up"
        );
        window.sign_in(EMAIL, PASSWORD).await?;
        ensure!(window.path().await? == "/", "{}", window.path().await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_survey_is_made_answered_on_a_phone_and_counted() -> anyhow::Result<()> {
    let server = serve()?;
    let one_time = server.one_time_password()?.to_owned();
    browse(&server, async move |window: Window| {
        window.sign_in(EMAIL, &one_time).await?;
        window.open("/surveys").await?;
        let path = window.path().await?;
        ensure!(
            path.starts_with("/password"),
            "the one-time password opens nothing else: {path}"
        );
        first_sign_in(&window, &one_time).await?;
        window.open("/surveys").await?;
        window.click("a[href='/surveys/new']").await?;
        window
            .click("input[name='template'][value='kiosk-pulse']")
            .await?;
        window.fill("code", "today").await?;
        window.click("form[action='/surveys/new'] button").await?;
        ensure!(
            window.path().await?.starts_with("/surveys/today"),
            "{}",
            window.path().await?
        );
        window.open("/surveys/today/publish").await?;
        window
            .click("form[action='/surveys/today/publish'] button")
            .await?;
        let before = counted(&window).await?;
        ensure!(before == "0", "{before}");

        // A guest, on a phone.
        window.resize(390, 844).await?;
        window.open("/s/main/today?lang=uk").await?;
        ensure!(
            window.text().await?.contains("Як вам у нас сьогодні?"),
            "{}",
            window.text().await?
        );
        window.click("input[name='q-csat'][value='5']").await?;
        window.click("input[name='q-nps'][value='10']").await?;
        window.click("button.next").await?;
        ensure!(
            window.text().await?.contains("Дякуємо!"),
            "{}",
            window.text().await?
        );

        window.resize(1360, 1000).await?;
        let after = counted(&window).await?;
        ensure!(after == "1", "{after}");
        window.open("/responses").await?;
        let list = window.text().await?;
        ensure!(
            list.contains("1 response") && list.contains("Українська"),
            "{list}"
        );
        Ok(())
    })
    .await
}

/// The columns carry the names of questions, so what they become is guessed right.
const ROWS: &str = "\
submitted_at,nps,csat
2026-01-05 12:00,9,5
2026-01-06 12:00,twelve,4
2026-01-07 12:00,3,2
2026-01-08 12:00,77,3
2026-01-09 12:00,10,5
";

#[tokio::test]
async fn an_import_takes_what_is_good_and_gives_back_what_is_not() -> anyhow::Result<()> {
    let server = serve()?;
    let one_time = server.one_time_password()?.to_owned();
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("visits.csv");
    std::fs::write(&file, ROWS)?;
    let file = file.display().to_string();
    browse(&server, async move |window: Window| {
        first_sign_in(&window, &one_time).await?;
        window.open("/surveys/new?template=post-visit").await?;
        window.click("form[action='/surveys/new'] button").await?;
        window.open("/surveys/post-visit/publish").await?;
        window
            .click("form[action='/surveys/post-visit/publish'] button")
            .await?;

        window.open("/import").await?;
        // The path goes to the field as if it had been chosen in the dialogue.
        window
            .find("input[type='file']")
            .await?
            .send_keys(&file)
            .await?;
        window.click("form[action='/import'] button").await?;
        window.click("button[name='action'][value='start']").await?;
        // The page loads itself anew while the import runs.
        let rejects = window.find("a[href$='rejects.csv']").await?;
        let address = rejects.prop("href").await?.context("a link")?;
        let cookie = window.driver.get_named_cookie("radost_session").await?;
        let request = reqwest::Client::new()
            .get(address)
            .header("cookie", format!("radost_session={}", cookie.value));
        let text = request.send().await?.error_for_status()?.text().await?;
        ensure!(text.contains("twelve") && text.contains("77"), "{text}");
        ensure!(!text.contains("2026-01-09"), "{text}");
        let counted = counted(&window).await?;
        ensure!(counted == "3", "{counted}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_manager_sees_their_own_region_alone() -> anyhow::Result<()> {
    let server = Server::start(
        "demo",
        &["--still", "--responses", "900", "--customers", "300"],
    )?;
    browse(&server, async |window: Window| {
        window
            .sign_in("manager@lypa.example", "radost-demo")
            .await?;
        for path in ["/locations", "/", "/responses", "/employees"] {
            window.open(path).await?;
            let html = window.driver.source().await?;
            ensure!(html.contains("Lviv"), "{path} shows their own region");
            ensure!(!html.contains("Sofia"), "{path} shows another region");
        }
        window.driver.delete_all_cookies().await?;
        window
            .sign_in("analyst@lypa.example", "radost-demo")
            .await?;
        window.open("/locations").await?;
        let html = window.driver.source().await?;
        ensure!(
            html.contains("Lviv") && html.contains("Sofia"),
            "an analyst sees both"
        );
        Ok(())
    })
    .await
}
