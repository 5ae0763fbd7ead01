//! Sample pages of the whole kit: checked in every language and theme, and written to a folder for looking at them when
//! `RADOST_SAMPLES` names one: `RADOST_SAMPLES=/tmp/samples cargo test -p radost-server samples`.

use std::path::Path;

use maud::{Markup, html};

use super::assets;
use super::chart::{
    Arrow, BarsChart, ControlChart, ControlPoint, Estimate, MapChart, Mark, Node, PathChart, Point,
    Range, Reference, Spot, TrendChart, bars, control, map, paths, trend,
};
use super::check::strict;
use super::i18n::{Lang, Tr};
use super::icon::Icon;
use super::layout::{BarePage, ErrorKind, NavItem, Page, Theme, UserBadge, error_page};
use super::parts::{self, *};

fn months(tr: Tr) -> Vec<Point> {
    let values = [
        54.2, 55.0, 53.1, 57.4, 58.0, 56.3, 60.1, 61.2, 58.8, 62.0, 64.1, 62.6,
    ];
    (1..=12)
        .zip(values)
        .map(|(month, value)| Point {
            label: tr.month_short(jiff::civil::date(2026, month, 1)),
            estimate: (month != 6).then_some(Estimate {
                value,
                low: value - 4.1,
                high: value + 3.4,
            }),
            n: if month == 6 {
                3
            } else {
                180 + 117 * u64::from(month.unsigned_abs())
            },
        })
        .collect()
}

/// The months on a control chart, with two to come.
fn steps(tr: Tr) -> Vec<ControlPoint> {
    let around = |value: f64, half: f64| Estimate {
        value,
        low: value - half,
        high: value + half,
    };
    let months = months(tr).into_iter().enumerate();
    let months = months.map(|(at, month)| ControlPoint {
        words: month.label.clone(),
        label: month.label,
        value: month.estimate.map(|e| e.value),
        partial: at == 11,
        signal: at == 10,
        expected: month.estimate.map(|_| around(58.6, 5.4)),
        earlier: (at > 2).then_some(52.0 + at as f64 / 4.0),
        ahead: (at == 11).then_some(around(62.6, 0.0)),
    });
    let coming = (1..=2).map(|month| ControlPoint {
        label: tr.month_short(jiff::civil::date(2027, month, 1)),
        ahead: Some(around(63.0, f64::from(month) * 3.0)),
        ..ControlPoint::default()
    });
    months.chain(coming).collect()
}

fn locations() -> Vec<Point> {
    let estimate = |value: f64, half: f64| {
        Some(Estimate {
            value,
            low: value - half,
            high: value + half,
        })
    };
    [
        ("София, бул. Витоша", estimate(74.0, 3.0), 902),
        ("Київ, Хрещатик", estimate(66.0, 4.0), 611),
        (
            "Санкт-Петербург, Невский проспект",
            estimate(58.0, 8.0),
            118,
        ),
        ("Варна", estimate(41.0, 11.0), 64),
        ("Львів, площа Ринок", None, 3),
    ]
    .map(|(label, estimate, n)| Point {
        label: label.to_owned(),
        estimate,
        n,
    })
    .into()
}

/// Spots with a region, with intervals, at the edge, and two that cover each other.
fn plane<'a>(title: &'a str, names: [&'a str; 4]) -> MapChart<'a> {
    let whole = Range {
        low: 0.0,
        high: 100.0,
    };
    let at = [[20.0, 70.0], [64.0, 81.0], [100.0, 0.0], [65.0, 80.0]];
    let spots = names.iter().zip(at).enumerate().map(|(i, (name, at))| {
        let rim = |turn: f64| [at[0] + 9.0 * turn.cos(), at[1] + 5.0 * turn.sin()];
        Spot {
            label: (*name).to_owned(),
            at,
            around: (0..12)
                .filter(|_| i % 2 == 0)
                .map(|step| rim(f64::from(step) / 12.0 * std::f64::consts::TAU))
                .collect(),
            reach: (i % 2 == 1).then_some([[at[0] - 6.0, at[0] + 8.0], [at[1] - 4.0, at[1] + 4.0]]),
            words: (*name).to_owned(),
        }
    });
    MapChart {
        id: "plane",
        title,
        description: title,
        x: (title, Some(whole)),
        y: (title, Some(whole)),
        cross: [50.0, 50.0],
        corners: names,
        diagonal: true,
        spots: spots.collect(),
    }
}

/// Places that crowd, as they do.
fn spots() -> Vec<Spot> {
    [
        ("Швидкість обслуговування", 61.0, 31.0),
        ("Якість кави та випічки", 74.0, 27.0),
        ("Приветливость персонала", 76.0, 22.0),
        ("Чистота", 82.0, 11.0),
        ("Съотношение цена – качество", 58.0, 9.0),
    ]
    .map(|(label, x, y)| Spot {
        label: label.to_owned(),
        at: [x, y],
        around: Vec::new(),
        reach: Some([[x - 2.0, x + 2.0], [y - 3.0, y + 3.0]]),
        words: label.to_owned(),
    })
    .into()
}

fn diagram() -> PathChart<'static> {
    let node = |label: &str, x: f64, y: f64| Node {
        label: label.to_owned(),
        lines: vec!["73 [71–75]".into(), "R²\u{a0}0.68".into()],
        wide: (x, y),
        narrow: (x, y),
        words: format!("{label}: 73 [71–75]"),
    };
    let arrow = |from, to, strength: f64| Arrow {
        from,
        to,
        label: format!("{strength:.2}"),
        strength,
        clear: strength > 0.2,
        words: "→".into(),
    };
    PathChart {
        id: "paths",
        title: "ECSI",
        description: "Якість → Задоволеність",
        nodes: vec![
            node("Якість", 0.2, 0.2),
            node("Ценность", 0.2, 0.8),
            node("Удовлетвореност", 0.8, 0.5),
        ],
        arrows: vec![arrow(0, 1, 0.56), arrow(0, 2, 0.51), arrow(1, 2, 0.12)],
    }
}

fn overview(tr: Tr, theme: Theme) -> Markup {
    let title = tr.t("nav-overview");
    let since = tr.t("compared-with-previous");
    let (up, down) = (tr.signed(3.2, 1), tr.signed(-0.3, 1));
    let (nps, nps_range) = (tr.number(62.0, 0), tr.range(60.0, 64.0, 0));
    let (csat, csat_range) = (tr.percent(0.874, 0), tr.range(85.0, 90.0, 0));
    let (ces, ces_range) = (tr.number(5.43, 1), tr.range(5.2, 5.6, 1));
    let verdict = |verdict, size| Change {
        verdict,
        higher_is_better: Some(true),
        difference: size,
        compared_with: Some(&since),
    };
    let survey = tr.t("filter-survey");
    let period = tr.t("filter-period");
    let location = tr.t("filter-location");
    let (all, days, year) = (
        tr.t("filter-all"),
        tr.t("period-30-days"),
        tr.t("period-12-months"),
    );
    let everywhere = [
        Choice {
            value: "",
            label: &all,
        },
        Choice {
            value: "1",
            label: "Хрещатик",
        },
    ];
    let periods = [
        Choice {
            value: "30d",
            label: &days,
        },
        Choice {
            value: "12m",
            label: &year,
        },
    ];
    let (trend_title, description) = (tr.t("nav-responses"), tr.t("verdict-higher"));
    let corners = [
        "quadrant-low-priority",
        "quadrant-overkill",
        "quadrant-concentrate",
        "quadrant-keep-up",
    ]
    .map(|id| tr.t(id));
    let (name, interval, n) = (tr.t("name"), tr.t("interval"), "n");
    let body = html! {
        (page_header(&PageHeader {
            title: &title,
            lead: Some(match tr.lang {
                Lang::En => "Satisfaction is 62 [60–64], no clear change since October; waiting in two locations costs most.",
                Lang::Ru => "Удовлетворённость — 62 [60–64], явных изменений с октября нет; дороже всего обходится ожидание в двух филиалах.",
                Lang::Uk => "Задоволеність — 62 [60–64], помітних змін із жовтня немає; найдорожче обходиться очікування у двох філіях.",
                Lang::Bg => "Удовлетвореността е 62 [60–64], без ясна промяна от октомври; най-скъпо струва чакането в два обекта.",
            }),
            actions: html! {
                (link_button_of(Weight::Secondary, "/responses", &tr.t("nav-responses")))
                (link_button("/surveys/new", &tr.t("create")))
            },
            ..PageHeader::default()
        }))
        (filter_bar(tr, "/", Some("/"), &html! {
            (field(tr, &Field { name: "survey", label: &survey, control: Control::Select { choices: &everywhere, selected: "" }, ..Field::default() }))
            (field(tr, &Field { name: "location", label: &location, control: Control::Select { choices: &everywhere, selected: "1" }, ..Field::default() }))
            (field(tr, &Field { name: "period", label: &period, control: Control::Select { choices: &periods, selected: "12m" }, ..Field::default() }))
        }))
        (stat_row(&[
            stat_card(tr, &StatCard { label: "NPS", value: Some(&nps), interval: Some(&nps_range), n: Some(1204), change: Some(verdict(Verdict::Higher, Some(&up))), href: Some("/responses?metric=nps"), note: None }),
            stat_card(tr, &StatCard { label: "CSAT", value: Some(&csat), interval: Some(&csat_range), n: Some(1190), change: Some(verdict(Verdict::NoClearDifference, Some(&down))), ..StatCard::default() }),
            stat_card(tr, &StatCard { label: "CES", value: Some(&ces), interval: Some(&ces_range), n: Some(412), change: Some(verdict(Verdict::Lower, None)), ..StatCard::default() }),
            stat_card(tr, &StatCard { label: "CSI", n: Some(3), change: Some(verdict(Verdict::TooFew, None)), ..StatCard::default() }),
        ]))
        (section(&tr.t("period-12-months"), &Markup::default(), &trend(tr, &TrendChart {
            id: "nps-trend",
            title: &trend_title,
            description: &description,
            points: months(tr),
            range: None,
            references: vec![Reference { label: tr.t("total"), value: 60.0 }],
            decimals: 0,
        })))
        (section(&tr.t("nav-trend"), &Markup::default(), &control(tr, &ControlChart {
            id: "nps-control",
            title: &trend_title,
            description: &description,
            points: steps(tr),
            marks: vec![Mark { at: 4.5, number: 1, words: tr.t("trend-kind-action") }],
        })))
        (section(&tr.t("nav-locations"), &Markup::default(), &html! {
            (bars(tr, &BarsChart {
                id: "nps-locations",
                title: &trend_title,
                description: &description,
                rows: locations(),
                range: Some(Range { low: 0.0, high: 100.0 }),
                reference: Some(Reference { label: tr.t("total"), value: 62.0 }),
                decimals: 0,
            }))
        }))
        (section(&tr.t("nav-kano"), &Markup::default(), &map(tr, &plane(&trend_title, ["Чистота", "Швидкість обслуговування", "Ціна", "Привітність персоналу"]))))
        (section(&tr.t("nav-drivers"), &Markup::default(), &map(tr, &MapChart {
            id: "map",
            title: &trend_title,
            description: &description,
            x: (&tr.t("drivers-map-x"), None),
            y: (&tr.t("drivers-map-y"), None),
            cross: [70.0, 20.0],
            corners: corners.each_ref().map(String::as_str),
            diagonal: false,
            spots: spots(),
        })))
        (section(&tr.t("nav-index"), &Markup::default(), &paths(&diagram())))
        (data_table(tr, &Table {
            caption: &location,
            columns: &[Column::text(&name), Column::number(n), Column::number(&interval), Column::text(&tr.t("status")), Column::actions(&tr.t("more-actions"))],
            rows: locations()
                .into_iter()
                .map(|p| vec![
                    html! { a href="/locations/1" { (p.label) } },
                    html! { (tr.count(p.n)) },
                    html! { @match p.estimate { Some(e) => (tr.interval(e.value, e.low, e.high, 0)), None => span.muted { (tr.t("withheld")) } } },
                    match p.estimate {
                        Some(e) if e.low > 62.0 => badge(Tone::Good, &tr.t("verdict-higher")),
                        Some(e) if e.high < 62.0 => badge(Tone::Bad, &tr.t("verdict-lower")),
                        Some(_) => badge(Tone::Neutral, &tr.t("verdict-no-clear-difference")),
                        None => badge(Tone::Warning, &tr.t("verdict-too-few")),
                    },
                    link_button_of(Weight::Quiet, "/locations/1/edit", &tr.t("edit")),
                ])
                .collect(),
            total: Some(1204),
            pages: Pages { first: Some("/?"), next: Some("/?after=eyJ") },
            csv: Some("/locations.csv"),
            xlsx: Some("/locations.xlsx"),
            others: &[("SPSS", "/customers.sav")],
            empty: None,
        }))
    };
    page(tr, theme, &title, NavItem::Overview, None, body)
}

fn form(tr: Tr, theme: Theme) -> Markup {
    let title = tr.t("nav-workspace");
    let (name, email, language, status, note) = (
        tr.t("name"),
        tr.t("login-email"),
        tr.t("language"),
        tr.t("status"),
        tr.t("theme-auto"),
    );
    let error = tr.t("login-failed");
    let languages: Vec<Choice> = Lang::ALL
        .iter()
        .map(|l| Choice {
            value: l.code(),
            label: l.native_name(),
        })
        .collect();
    let (overview, settings) = (tr.t("nav-overview"), tr.t("nav-settings"));
    let broken = Field {
        name: "email",
        label: &email,
        hint: Some("anna@example.com"),
        error: Some(&error),
        required: true,
        control: Control::of(InputKind::Email, "anna@"),
        id_prefix: None,
    };
    let saved = tr.t("saved");
    let body = html! {
        (page_header(&PageHeader {
            title: &title,
            crumbs: breadcrumbs(tr, &[Crumb { label: &settings, href: Some("/settings") }, Crumb { label: &title, href: None }]),
            ..PageHeader::default()
        }))
        (tabs(&settings, &[
            Tab { label: &overview, href: "/a", current: true },
            Tab { label: &tr.t("nav-users"), href: "/b", current: false },
            Tab { label: &tr.t("nav-api-keys"), href: "/c", current: false },
        ]))
        (form_errors(tr, &[(broken.id(), error.clone())]))
        (section(&settings, &Markup::default(), &html! {
            form.form method="post" action="/settings" {
                (csrf_field("token"))
                (field(tr, &Field { name: "name", label: &name, required: true, control: Control::text("Кав’ярні \"Радість\""), ..Field::default() }))
                (field(tr, &broken))
                (field(tr, &Field { name: "language", label: &language, control: Control::Select { choices: &languages, selected: "uk" }, ..Field::default() }))
                (field(tr, &Field { name: "languages", label: &language, control: Control::Checks { choices: &languages, selected: &["uk", "en"] }, ..Field::default() }))
                (field(tr, &Field { name: "status", label: &status, control: Control::Radio { choices: &languages[..2], selected: "ru" }, ..Field::default() }))
                (field(tr, &Field { name: "text", label: &tr.t("value"), hint: Some(&tr.ta("withheld-why", &[("n", 5.into())])), control: Control::TextArea { value: "а\nб", rows: 3 }, ..Field::default() }))
                (field(tr, &Field { name: "agree", label: &note, control: Control::Check { checked: true }, ..Field::default() }))
                (field(tr, &Field { name: "file", label: &tr.t("upload"), control: Control::File { accept: ".csv,.xlsx" }, ..Field::default() }))
                div.button-row { (button(Weight::Primary, &tr.t("save"))) (link_button_of(Weight::Quiet, "/settings", &tr.t("cancel"))) }
            }
        }))
        (section(&tr.t("nav-api-keys"), &post_form("/keys/1/delete", "token", Some(&tr.t("confirm-title")), &button(Weight::Danger, &tr.t("delete"))), &html! {
            (facts(&[
                (&tr.t("code"), copy_text(tr, "rk_live_7f3a9c1e5b")),
                (&tr.t("created-at"), html! { (tr.date(jiff::civil::date(2026, 11, 5))) }),
                (&tr.t("status"), html! { (badge(Tone::Good, &tr.t("yes"))) " " (badge(Tone::Info, "API")) " " (badge(Tone::Warning, &tr.t("unknown"))) }),
            ]))
            (progress(tr, &tr.t("nav-import"), 12_400, Some(40_000)))
        }))
        (empty_state(Icon::Surveys, &tr.t("table-empty"), Some(&tr.t("table-nothing-found")), Some(&link_button("/surveys/new", &tr.t("create")))))
    };
    let flash = Flash {
        tone: Tone::Good,
        title: &saved,
        text: None,
    };
    page(tr, theme, &title, NavItem::Workspace, Some(flash), body)
}

fn page(
    tr: Tr,
    theme: Theme,
    title: &str,
    active: NavItem,
    flash: Option<Flash>,
    body: Markup,
) -> Markup {
    let role = tr.t("nav-workspace");
    Page {
        title,
        tr,
        theme,
        user: Some(UserBadge {
            name: "Олена Коваль",
            role: &role,
            workspace: "Кав’ярні «Радість»",
        }),
        nav: &NavItem::ALL,
        active: Some(active),
        csrf: "token",
        path: "/?period=12m&lang=en",
        flash,
        body,
    }
    .render()
}

fn login(tr: Tr, theme: Theme) -> Markup {
    let title = tr.t("login-title");
    let (email, password, failed) = (
        tr.t("login-email"),
        tr.t("login-password"),
        tr.t("login-failed"),
    );
    let body = html! {
        h1 { (title) }
        p.lead { (tr.t("login-lead")) }
        (parts::flash(&Flash { tone: Tone::Bad, title: &failed, text: None }))
        form.form method="post" action="/login" {
            (csrf_field("token"))
            (field(tr, &Field { name: "email", label: &email, required: false, control: Control::Input(Input { kind: InputKind::Email, autocomplete: Some("username"), ..Input::default() }), ..Field::default() }))
            (field(tr, &Field { name: "password", label: &password, control: Control::Input(Input { kind: InputKind::Password, autocomplete: Some("current-password"), ..Input::default() }), ..Field::default() }))
            (button(Weight::Primary, &tr.t("login-submit")))
        }
    };
    BarePage {
        title: &title,
        tr,
        theme,
        path: "/login",
        body,
    }
    .render()
}

fn samples(tr: Tr, theme: Theme) -> Vec<(String, String)> {
    let mut pages = vec![
        ("overview".to_owned(), overview(tr, theme).into_string()),
        ("form".to_owned(), form(tr, theme).into_string()),
        ("login".to_owned(), login(tr, theme).into_string()),
    ];
    for kind in ErrorKind::ALL {
        let code = (kind == ErrorKind::Internal).then_some("018f-77aa");
        pages.push((
            format!("error-{kind:?}"),
            error_page(kind, tr, theme, "/lost?x=1", code).into_string(),
        ));
    }
    pages
}

#[test]
fn samples_keep_every_rule_in_all_languages_and_themes() {
    let folder = std::env::var_os("RADOST_SAMPLES");
    for lang in Lang::ALL {
        for theme in Theme::ALL {
            for (name, html) in samples(Tr::new(lang), theme) {
                assert_eq!(
                    strict(&html),
                    Vec::<String>::new(),
                    "{name} in {lang}, {theme:?}"
                );
                assert!(html.contains(&format!(
                    "<html lang=\"{lang}\" data-theme=\"{}\">",
                    theme.code()
                )));
                if let Some(folder) = &folder {
                    write(
                        Path::new(folder),
                        &format!("{name}-{lang}-{}.html", theme.code()),
                        &html,
                    );
                }
            }
        }
    }
}

/// A page beside its assets, so that a browser opens it from the disk.
fn write(folder: &Path, file: &str, html: &str) {
    std::fs::create_dir_all(folder.join("assets")).expect("the folder can be made");
    let mut local = html.to_owned();
    for name in ["maud-ui.css", "radost.css", "radost.js", "favicon.svg"] {
        let url = assets::url(name);
        local = local.replace(&url, &format!("assets/{name}"));
        let bytes = assets::asset(&url).expect("served").bytes;
        std::fs::write(folder.join("assets").join(name), bytes).expect("the asset can be written");
    }
    std::fs::write(folder.join(file), local).expect("the page can be written");
}

#[test]
fn only_the_given_entries_are_in_the_rail() {
    let page = Page {
        title: "t",
        tr: Tr::new(Lang::En),
        theme: Theme::Auto,
        user: None,
        nav: &[NavItem::Overview, NavItem::Locations],
        active: None,
        csrf: "",
        path: "/",
        flash: None,
        body: html! { h1 { "t" } },
    };
    let html = page.render().into_string();
    assert!(html.contains("href=\"/locations\"") && html.contains(">Team<"));
    assert!(!html.contains("href=\"/customers\"") && !html.contains(">Retain<"));
    assert!(!html.contains("/logout"), "nobody is signed in");
}

#[test]
fn texts_are_escaped() {
    let tr = Tr::new(Lang::En);
    let nasty = "<img src=x onerror=alert(1)>\"'";
    let points = vec![Point {
        label: nasty.to_owned(),
        estimate: None,
        n: 1,
    }];
    let body = html! {
        (page_header(&PageHeader { title: nasty, lead: Some(nasty), ..PageHeader::default() }))
        (field(tr, &Field { name: "a", label: nasty, error: Some(nasty), hint: Some(nasty), control: Control::text(nasty), ..Field::default() }))
        (field(tr, &Field { name: "b", label: nasty, control: Control::Select { choices: &[Choice { value: nasty, label: nasty }], selected: nasty }, ..Field::default() }))
        (badge(Tone::Good, nasty))
        (trend(tr, &TrendChart { id: "c", title: nasty, description: nasty, points: points.clone(), range: None, references: vec![Reference { label: nasty.to_owned(), value: 1.0 }], decimals: 0 }))
        (map(tr, &plane(nasty, [nasty; 4])))
        (bars(tr, &BarsChart { id: "d", title: nasty, description: nasty, rows: points, range: None, reference: None, decimals: 0 }))
        (control(tr, &ControlChart { id: "e", title: nasty, description: nasty, points: vec![ControlPoint { label: nasty.to_owned(), words: nasty.to_owned(), value: Some(1.0), ..ControlPoint::default() }], marks: vec![Mark { at: 0.5, number: 1, words: nasty.to_owned() }] }))
    };
    let html = BarePage {
        title: nasty,
        tr,
        theme: Theme::Auto,
        path: nasty,
        body,
    }
    .render()
    .into_string();
    assert!(!html.contains("<img"), "{html}");
    assert_eq!(strict(&html), Vec::<String>::new());
}
