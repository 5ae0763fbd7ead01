//! Style sheets, the script and the favicon, served from memory.
//!
//! Every file is reached under a name with its own hash in it (`/assets/radost-5f2c….css`), so a browser may keep it
//! for ever and a new release is seen at once.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// For every staff page. SVG charts use presentation attributes only, so nothing inline is ever needed.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'";

/// The hash in the name changes with the content, so what was fetched once stays right for ever.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A file as it is served.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    pub bytes: &'static [u8],
    pub content_type: &'static str,
    /// Strong, quotes included.
    pub etag: &'static str,
}

struct Entry {
    name: &'static str,
    hashed: String,
    etag: String,
    content_type: &'static str,
    bytes: Vec<u8>,
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    // In a cascade layer the library loses to every rule of ours, whatever its specificity.
    let library = format!("@layer maud-ui{{{}}}", maud_ui::assets::CSS_MIN);
    vec![
        entry(
            "maud-ui.css",
            "text/css; charset=utf-8",
            library.into_bytes(),
        ),
        entry(
            "radost.css",
            "text/css; charset=utf-8",
            concat!(
                include_str!("../../assets/radost.css"),
                include_str!("../../assets/pages/people.css"),
                include_str!("../../assets/pages/surveys.css"),
                include_str!("../../assets/pages/import.css"),
                include_str!("../../assets/pages/overview.css"),
                include_str!("../../assets/pages/trend.css"),
                include_str!("../../assets/pages/drivers.css"),
                include_str!("../../assets/pages/settings.css"),
            )
            .as_bytes()
            .to_vec(),
        ),
        entry(
            "radost.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/radost.js").to_vec(),
        ),
        entry(
            "respond.css",
            "text/css; charset=utf-8",
            compact(include_str!("../../assets/respond.css")).into_bytes(),
        ),
        entry(
            "respond-table.css",
            "text/css; charset=utf-8",
            compact(include_str!("../../assets/respond-table.css")).into_bytes(),
        ),
        entry(
            "respond.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/respond.js").to_vec(),
        ),
        entry(
            "favicon.svg",
            "image/svg+xml",
            include_bytes!("../../assets/favicon.svg").to_vec(),
        ),
    ]
});

/// A style sheet without comments and needless blanks: phones on a slow line load it.
fn compact(css: &str) -> String {
    let mut parts = css.split("/*");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once("*/").map_or("", |(_, after)| after));
    }
    let text: Vec<&str> = text.split_whitespace().collect();
    ["{", "}", ";", ","]
        .iter()
        .fold(text.join(" "), |text, mark| {
            text.replace(&format!(" {mark}"), mark)
                .replace(&format!("{mark} "), mark)
        })
        .replace(": ", ":")
        .replace(";}", "}")
}

fn entry(name: &'static str, content_type: &'static str, bytes: Vec<u8>) -> Entry {
    let hash: String = Sha256::digest(&bytes)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    Entry {
        name,
        hashed: format!("{stem}-{hash}.{extension}"),
        etag: format!("\"{hash}\""),
        content_type,
        bytes,
    }
}

/// The address of a file: `url("radost.css")` is `/assets/radost-5f2c….css`. A name that is none leads to a 404.
#[must_use]
pub fn url(name: &str) -> String {
    match ENTRIES.iter().find(|e| e.name == name) {
        Some(entry) => format!("/assets/{}", entry.hashed),
        None => format!("/assets/{name}"),
    }
}

/// The file behind a path made by [`url`], with or without its `/assets/`.
#[must_use]
pub fn asset(path: &str) -> Option<Asset> {
    let file = path.strip_prefix("/assets/").unwrap_or(path);
    let entry = ENTRIES.iter().find(|e| e.hashed == file)?;
    Some(Asset {
        bytes: &entry.bytes,
        content_type: entry.content_type,
        etag: &entry.etag,
    })
}

/// The handler of `GET /assets/{file}`.
pub async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = asset(&file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let caching = [
        (header::CACHE_CONTROL, HeaderValue::from_static(FOR_EVER)),
        (header::ETAG, HeaderValue::from_static(asset.etag)),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|etag| etag.as_bytes() == asset.etag.as_bytes());
    if known {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    (
        caching,
        [(
            header::CONTENT_TYPE,
            HeaderValue::from_static(asset.content_type),
        )],
        asset.bytes,
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_its_file() {
        for name in ["maud-ui.css", "radost.css", "radost.js", "favicon.svg"] {
            let found = asset(&url(name)).unwrap_or_else(|| panic!("{name} is not served"));
            assert!(!found.bytes.is_empty());
            assert!(url(name).contains(found.etag.trim_matches('"')));
        }
        assert!(
            asset("radost.css").is_none(),
            "without its hash a file must not be cached for ever"
        );
    }

    #[test]
    fn a_style_sheet_is_sent_without_its_comments() {
        let css = "/* a: b */\na > b,\n.c :hover {\n  margin: 0 auto; /* x */ color: red;\n}\n";
        assert_eq!(compact(css), "a > b,.c :hover{margin:0 auto;color:red}");
    }

    #[test]
    fn nothing_needs_what_the_policy_forbids() {
        let css = String::from_utf8_lossy(asset(&url("radost.css")).expect("served").bytes);
        assert!(!css.contains("@import") && !css.contains("http:") && !css.contains("https:"));
        let js = String::from_utf8_lossy(asset(&url("radost.js")).expect("served").bytes);
        for forbidden in [
            "eval(",
            "new Function",
            "innerHTML",
            "setAttribute('style'",
            "setAttribute(\"style\"",
        ] {
            assert!(!js.contains(forbidden), "{forbidden}");
        }
    }

    /// Every text on every ground it stands on, both themes: WCAG 2.2 AA asks 4.5 of text, 3 of frames and marks.
    #[test]
    fn colours_can_be_told_apart() {
        let css = include_str!("../../assets/radost.css");
        let check = |front: &str, back: &str, least: f64| {
            for theme in 0..2 {
                let ratio = contrast(colour(css, front, theme), colour(css, back, theme));
                assert!(
                    ratio >= least,
                    "{front} on {back}, theme {theme}: {ratio:.2} < {least}"
                );
            }
        };
        for ground in ["--mui-bg", "--mui-bg-card", "--mui-bg-raised"] {
            for text in [
                "--mui-text",
                "--mui-text-secondary",
                "--mui-text-muted",
                "--mui-accent-text",
            ] {
                check(text, ground, 4.5);
            }
        }
        for tone in ["good", "warning", "bad", "info"] {
            check(&format!("--{tone}"), &format!("--{tone}-soft"), 4.5);
            check(&format!("--{tone}"), "--mui-bg-card", 4.5);
        }
        check("--mui-accent-fg", "--mui-accent", 4.5);
        check("--mui-accent-fg", "--mui-accent-hover", 4.5);
        check("--mui-danger-fg", "--mui-danger", 4.5);
        check("--mui-accent-text", "--mui-accent-soft", 4.5);
        for ground in ["--rail", "--rail-hover", "--rail-current"] {
            check("--rail-text", ground, 4.5);
        }
        check("--rail-muted", "--rail", 4.5);
        check("--sun", "--rail-current", 3.0);
        for mark in [
            "--mui-border-control",
            "--mui-border-focus",
            "--chart-line",
            "--chart-interval",
            "--chart-reference",
        ] {
            check(mark, "--mui-bg-card", 3.0);
        }
        check("--chart-line", "--chart-band", 3.0);
        check("--chart-interval", "--chart-bar", 3.0);
    }

    /// A token of the style sheet: `#rrggbb` or `light-dark(#rrggbb, #rrggbb)`.
    fn colour(css: &str, name: &str, theme: usize) -> [f64; 3] {
        let (_, rest) = css
            .split_once(&format!("{name}: "))
            .unwrap_or_else(|| panic!("{name} is not defined"));
        let value = rest.split(';').next().unwrap_or_default();
        let colours: Vec<&str> = value.split('#').skip(1).map(|hex| &hex[..6]).collect();
        rgb(colours[theme.min(colours.len() - 1)])
    }

    fn rgb(hex: &str) -> [f64; 3] {
        [0, 2, 4].map(|at| {
            f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("a hexadecimal colour"))
                / 255.0
        })
    }

    /// The same for what respondents see; older phones do not know `light-dark()`, so each theme has its block.
    #[test]
    fn respondents_can_tell_colours_apart() {
        let css = include_str!("../../assets/respond.css");
        let (light, rest) = css
            .split_once("@media (prefers-color-scheme: dark)")
            .expect("two themes");
        let (dark, _) = rest.split_once("\n}").expect("a block");
        let find = |block: &str, name: &str| {
            let (_, after) = block.split_once(&format!("{name}: #"))?;
            Some(rgb(after.split(';').next()?))
        };
        let check = |front: &str, back: &str, least: f64| {
            for dark in ["", dark] {
                let colour = |name| {
                    find(dark, name)
                        .or_else(|| find(light, name))
                        .expect("a colour")
                };
                let ratio = contrast(colour(front), colour(back));
                assert!(ratio >= least, "{front} on {back}: {ratio:.2} < {least}");
            }
        };
        for ground in ["--ground", "--card"] {
            for text in ["--text", "--soft", "--bad", "--link"] {
                check(text, ground, 4.5);
            }
            for mark in ["--frame", "--accent", "--sun-line", "--bar"] {
                check(mark, ground, 3.0);
            }
        }
        check("--text", "--tint", 4.5);
        check("--link", "--tint", 4.5);
        check("--bad", "--bad-tint", 4.5);
        check("--on-accent", "--accent", 4.5);
        check("--top-text", "--top", 4.5);
        check("--sun", "--top", 3.0);
        check("--mark", "--accent", 3.0);
    }

    /// The ratio of WCAG 2.
    fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
        let luminance = |rgb: [f64; 3]| {
            let [r, g, b] = rgb.map(|c| {
                if c <= 0.04045 {
                    c / 12.92
                } else {
                    ((c + 0.055) / 1.055).powf(2.4)
                }
            });
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[tokio::test]
    async fn a_known_file_is_not_sent_again() {
        let file = url("radost.css").trim_start_matches("/assets/").to_owned();
        let first = serve(Path(file.clone()), HeaderMap::new()).await;
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers()[header::CACHE_CONTROL], FOR_EVER);
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone());
        assert_eq!(
            serve(Path(file), headers).await.status(),
            StatusCode::NOT_MODIFIED
        );
        assert_eq!(
            serve(Path("radost.css".to_owned()), HeaderMap::new())
                .await
                .status(),
            StatusCode::NOT_FOUND
        );
    }
}
