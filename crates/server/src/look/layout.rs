//! The frame around every staff page: head, rail, account, language and theme; a bare frame for signing in and errors.
//!
//! Language and theme are chosen by links that add `?lang=uk` or `?theme=dark` to the page one is on; the server keeps
//! the choice in the cookies [`LANG_COOKIE`] and [`THEME_COOKIE`] and renders `<html lang data-theme>` from them, so a
//! dark page never flashes white.

use maud::{DOCTYPE, Markup, html};

use super::assets;
use super::i18n::{Lang, Tr};
use super::icon::{self, Icon};
use super::parts;

pub const LANG_COOKIE: &str = "radost_lang";
/// The script sets this one too, to change the theme without a round trip.
pub const THEME_COOKIE: &str = "radost_theme";

/// Light, dark, or what the device says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// From a cookie or `?theme=`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.code() == text)
    }

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::Auto => "theme-auto",
            Self::Light => "theme-light",
            Self::Dark => "theme-dark",
        }
    }
}

/// An entry of the rail. The server passes those that work and that the person may see, in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NavItem {
    Overview,
    Surveys,
    Collect,
    Responses,
    Import,
    Breakdown,
    Trend,
    Drivers,
    Kano,
    Index,
    Segments,
    Tuning,
    ValueMap,
    Benchmarks,
    Kpis,
    Customers,
    Locations,
    Employees,
    Users,
    ApiKeys,
    Audit,
    Workspace,
}

/// Heading (none for the first) and entries, in the order of the loop.
const RAIL: [(Option<&str>, &[NavItem]); 6] = [
    (None, &[NavItem::Overview]),
    (
        Some("nav-listen"),
        &[
            NavItem::Surveys,
            NavItem::Collect,
            NavItem::Responses,
            NavItem::Import,
        ],
    ),
    (
        Some("nav-explain"),
        &[
            NavItem::Breakdown,
            NavItem::Trend,
            NavItem::Drivers,
            NavItem::Kano,
            NavItem::Index,
            NavItem::Segments,
            NavItem::Tuning,
            NavItem::ValueMap,
            NavItem::Benchmarks,
            NavItem::Kpis,
        ],
    ),
    (Some("nav-retain"), &[NavItem::Customers]),
    (Some("nav-team"), &[NavItem::Locations, NavItem::Employees]),
    (
        Some("nav-settings"),
        &[
            NavItem::Users,
            NavItem::ApiKeys,
            NavItem::Audit,
            NavItem::Workspace,
        ],
    ),
];

/// What a thumb reaches first; the rest is behind "Menu".
const BOTTOM_BAR: [NavItem; 3] = [NavItem::Overview, NavItem::Responses, NavItem::Customers];

impl NavItem {
    pub const ALL: [Self; 22] = [
        Self::Overview,
        Self::Surveys,
        Self::Collect,
        Self::Responses,
        Self::Import,
        Self::Breakdown,
        Self::Trend,
        Self::Drivers,
        Self::Kano,
        Self::Index,
        Self::Segments,
        Self::Tuning,
        Self::ValueMap,
        Self::Benchmarks,
        Self::Kpis,
        Self::Customers,
        Self::Locations,
        Self::Employees,
        Self::Users,
        Self::ApiKeys,
        Self::Audit,
        Self::Workspace,
    ];

    #[must_use]
    pub const fn href(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Surveys => "/surveys",
            Self::Collect => "/collect",
            Self::Responses => "/responses",
            Self::Import => "/import",
            Self::Breakdown => "/explain/breakdown",
            Self::Trend => "/explain/trend",
            Self::Drivers => "/explain/drivers",
            Self::Kano => "/explain/kano",
            Self::Index => "/explain/index",
            Self::Segments => "/explain/segments",
            Self::Tuning => "/explain/tuning",
            Self::ValueMap => "/explain/value",
            Self::Benchmarks => "/explain/benchmarks",
            Self::Kpis => "/explain/kpis",
            Self::Customers => "/customers",
            Self::Locations => "/locations",
            Self::Employees => "/employees",
            Self::Users => "/settings/users",
            Self::ApiKeys => "/settings/api-keys",
            Self::Audit => "/settings/audit",
            Self::Workspace => "/settings/workspace",
        }
    }

    /// The id of its name: `tr.t(NavItem::Surveys.message())`.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Overview => "nav-overview",
            Self::Surveys => "nav-surveys",
            Self::Collect => "nav-collect",
            Self::Responses => "nav-responses",
            Self::Import => "nav-import",
            Self::Breakdown => "nav-breakdown",
            Self::Trend => "nav-trend",
            Self::Drivers => "nav-drivers",
            Self::Kano => "nav-kano",
            Self::Index => "nav-index",
            Self::Segments => "nav-segments",
            Self::Tuning => "nav-tuning",
            Self::ValueMap => "nav-value",
            Self::Benchmarks => "nav-benchmarks",
            Self::Kpis => "nav-kpis",
            Self::Customers => "nav-customers",
            Self::Locations => "nav-locations",
            Self::Employees => "nav-employees",
            Self::Users => "nav-users",
            Self::ApiKeys => "nav-api-keys",
            Self::Audit => "nav-audit",
            Self::Workspace => "nav-workspace",
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Overview => Icon::Overview,
            Self::Surveys => Icon::Surveys,
            Self::Collect => Icon::Collect,
            Self::Responses => Icon::Responses,
            Self::Import => Icon::Import,
            Self::Breakdown => Icon::Breakdown,
            Self::Trend => Icon::Trend,
            Self::Drivers => Icon::Drivers,
            Self::Kano => Icon::Kano,
            Self::Index => Icon::Index,
            Self::Segments => Icon::Segments,
            Self::Tuning => Icon::Tuning,
            Self::ValueMap => Icon::ValueMap,
            Self::Benchmarks => Icon::Benchmarks,
            Self::Kpis => Icon::Kpis,
            Self::Customers => Icon::Customers,
            Self::Locations => Icon::Locations,
            Self::Employees => Icon::Employees,
            Self::Users => Icon::Users,
            Self::ApiKeys => Icon::Key,
            Self::Audit => Icon::Audit,
            Self::Workspace => Icon::Workspace,
        }
    }
}

/// Who is signed in, and where.
#[derive(Debug, Clone, Copy)]
pub struct UserBadge<'a> {
    pub name: &'a str,
    /// In words of the reader's language.
    pub role: &'a str,
    pub workspace: &'a str,
}

/// A page of the staff side.
#[derive(Debug)]
pub struct Page<'a> {
    /// For the browser's tab; the heading is in the body ([`parts::page_header`]).
    pub title: &'a str,
    pub tr: Tr,
    pub theme: Theme,
    pub user: Option<UserBadge<'a>>,
    pub nav: &'a [NavItem],
    pub active: Option<NavItem>,
    /// For the sign-out form; forms in the body carry their own [`parts::csrf_field`].
    pub csrf: &'a str,
    /// Path and query of this request: language and theme links come back here.
    pub path: &'a str,
    /// One message above the page, after a redirect.
    pub flash: Option<parts::Flash<'a>>,
    pub body: Markup,
}

impl Page<'_> {
    /// The whole document.
    #[must_use]
    pub fn render(&self) -> Markup {
        let tr = self.tr;
        let content = html! {
            a.skip-link href="#content" { (tr.t("skip-to-content")) }
            div.shell {
                aside.rail {
                    a.rail-brand href="/" { (icon::wordmark()) }
                    @if let Some(user) = self.user { p.rail-workspace { (user.workspace) } }
                    (self.rail_nav())
                    div.rail-account {
                        @if let Some(user) = self.user {
                            details.account {
                                summary {
                                    span.avatar aria-hidden="true" { (initials(user.name)) }
                                    span.account-who {
                                        span.account-name { (user.name) }
                                        span.account-role { (user.role) }
                                    }
                                    span.visually-hidden { (tr.t("account-menu")) }
                                }
                                div.account-panel { (profile_link(tr)) (preferences(tr, self.theme, self.path)) (self.sign_out()) }
                            }
                        } @else {
                            (preferences(tr, self.theme, self.path))
                        }
                    }
                }
                header.topbar {
                    a.rail-brand href="/" { (icon::wordmark()) }
                    @if let Some(user) = self.user { span.topbar-workspace { (user.workspace) } }
                }
                main.content id="content" tabindex="-1" {
                    @if let Some(flash) = &self.flash { (parts::flash(flash)) }
                    (self.body)
                }
                (self.bottom_bar())
            }
            dialog.confirm data-confirm-dialog aria-label=(tr.t("confirm-title")) {
                form method="dialog" {
                    p.confirm-title { (tr.t("confirm-title")) }
                    p data-confirm-question {}
                    div.button-row {
                        button class="mui-btn mui-btn--md mui-btn--outline" value="no" { (tr.t("cancel")) }
                        button class="mui-btn mui-btn--md mui-btn--danger" value="yes" { (tr.t("confirm")) }
                    }
                }
            }
        };
        document(tr, self.theme, self.title, content)
    }

    fn rail_nav(&self) -> Markup {
        html! {
            nav.rail-nav aria-label=(self.tr.t("nav-label")) {
                @for (heading, items) in RAIL {
                    @let shown: Vec<NavItem> = items.iter().copied().filter(|item| self.nav.contains(item)).collect();
                    @if !shown.is_empty() {
                        @if let Some(heading) = heading { p.rail-heading { (self.tr.t(heading)) } }
                        ul { @for item in shown { li { (self.nav_link(item)) } } }
                    }
                }
            }
        }
    }

    fn nav_link(&self, item: NavItem) -> Markup {
        let current = (self.active == Some(item)).then_some("page");
        html! {
            a href=(item.href()) aria-current=[current] { (item.icon().draw()) span { (self.tr.t(item.message())) } }
        }
    }

    fn bottom_bar(&self) -> Markup {
        let tr = self.tr;
        html! {
            div.bottombar {
                nav.bottombar-links aria-label=(tr.t("nav-label")) {
                    @for item in BOTTOM_BAR.into_iter().filter(|item| self.nav.contains(item)) { (self.nav_link(item)) }
                }
                details.bottombar-menu {
                    summary { (Icon::Menu.draw()) span { (tr.t("nav-menu")) } }
                    div.bottombar-sheet {
                        (self.rail_nav())
                        @if self.user.is_some() { (profile_link(tr)) }
                        (preferences(tr, self.theme, self.path))
                        @if self.user.is_some() { (self.sign_out()) }
                    }
                }
            }
        }
    }

    fn sign_out(&self) -> Markup {
        html! {
            form.sign-out method="post" action="/logout" {
                (parts::csrf_field(self.csrf))
                button type="submit" { (Icon::SignOut.draw()) (self.tr.t("sign-out")) }
            }
        }
    }
}

/// A page without rail: signing in, errors. The body brings the `h1`.
#[derive(Debug)]
pub struct BarePage<'a> {
    pub title: &'a str,
    pub tr: Tr,
    pub theme: Theme,
    /// Path and query of this request.
    pub path: &'a str,
    pub body: Markup,
}

impl BarePage<'_> {
    #[must_use]
    pub fn render(&self) -> Markup {
        let content = html! {
            div.bare {
                header.bare-header { a.rail-brand href="/" { (icon::wordmark()) } }
                main.bare-card id="content" { (self.body) }
                footer.bare-footer { (preferences(self.tr, self.theme, self.path)) }
            }
        };
        document(self.tr, self.theme, self.title, content)
    }
}

/// What went wrong, for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    NotFound,
    Forbidden,
    Internal,
    Busy,
    /// A form whose CSRF token is too old.
    FormExpired,
}

impl ErrorKind {
    pub const ALL: [Self; 5] = [
        Self::NotFound,
        Self::Forbidden,
        Self::Internal,
        Self::Busy,
        Self::FormExpired,
    ];

    /// The HTTP status it is sent with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Forbidden | Self::FormExpired => 403,
            Self::Internal => 500,
            Self::Busy => 503,
        }
    }

    const fn messages(self) -> (&'static str, &'static str) {
        match self {
            Self::NotFound => ("error-404-title", "error-404-body"),
            Self::Forbidden => ("error-403-title", "error-403-body"),
            Self::Internal => ("error-500-title", "error-500-body"),
            Self::Busy => ("error-503-title", "error-503-body"),
            Self::FormExpired => ("error-form-expired-title", "error-form-expired-body"),
        }
    }
}

/// An error as a page. `code` is what the log knows it by (shown for [`ErrorKind::Internal`] and its like).
#[must_use]
pub fn error_page(kind: ErrorKind, tr: Tr, theme: Theme, path: &str, code: Option<&str>) -> Markup {
    let (title, body) = kind.messages();
    let title = tr.t(title);
    let body = html! {
        p.error-status aria-hidden="true" { (kind.status()) }
        h1 { (title) }
        p.lead { (tr.t(body)) }
        @if let Some(code) = code { p.muted { (tr.ta("error-code", &[("code", code.into())])) } }
        div.button-row { (parts::link_button("/", &tr.t("error-to-start"))) }
    };
    BarePage {
        title: &title,
        tr,
        theme,
        path,
        body,
    }
    .render()
}

/// The same address with one query parameter set: `with_query("/a?lang=en&x=1", "lang", "uk")` is `/a?x=1&lang=uk`.
/// For language and theme links, for the cursor of the next page, for tabs that keep the filters.
#[must_use]
pub fn with_query(path: &str, name: &str, value: &str) -> String {
    let (base, query) = path.split_once('?').unwrap_or((path, ""));
    let mut text = String::with_capacity(path.len() + name.len() + value.len() + 2);
    text.push_str(base);
    let mut separator = '?';
    let kept = query
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name));
    for pair in kept {
        text.push(separator);
        text.push_str(pair);
        separator = '&';
    }
    text.push(separator);
    text.push_str(name);
    text.push('=');
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

fn document(tr: Tr, theme: Theme, title: &str, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(tr.lang.code()) data-theme=(theme.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (tr.ta("page-title", &[("title", title.into())])) }
                link rel="icon" type="image/svg+xml" href=(assets::url("favicon.svg"));
                link rel="stylesheet" href=(assets::url("maud-ui.css"));
                link rel="stylesheet" href=(assets::url("radost.css"));
                script defer src=(assets::url("radost.js")) {}
            }
            body { (content) }
        }
    }
}

fn profile_link(tr: Tr) -> Markup {
    html! { a.profile-link href="/profile" { (Icon::Person.draw()) (tr.t("profile-title")) } }
}

fn preferences(tr: Tr, theme: Theme, path: &str) -> Markup {
    // Links of a query alone stay on this page, and a request for `//elsewhere` cannot lead away from us.
    let path = path.find('?').map_or("", |at| &path[at..]);
    html! {
        div.preferences {
            div.choice {
                span.choice-label { (Icon::Language.draw()) (tr.t("language")) }
                ul {
                    @for lang in Lang::ALL {
                        @let current = (lang == tr.lang).then_some("true");
                        li {
                            a href=(with_query(path, "lang", lang.code())) lang=(lang.code()) hreflang=(lang.code())
                                aria-current=[current] aria-label=(lang.native_name()) title=(lang.native_name()) { (lang.code()) }
                        }
                    }
                }
            }
            div.choice {
                span.choice-label { (Icon::Theme.draw()) (tr.t("theme")) }
                ul {
                    @for choice in Theme::ALL {
                        @let current = (choice == theme).then_some("true");
                        li {
                            a href=(with_query(path, "theme", choice.code())) data-theme-choice=(choice.code())
                                aria-current=[current] { (tr.t(choice.message())) }
                        }
                    }
                }
            }
        }
    }
}

/// One or two letters for the round badge.
fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_parameter_is_set_once() {
        let check =
            |path: &str, expected: &str| assert_eq!(with_query(path, "lang", "uk"), expected);
        check("/surveys", "/surveys?lang=uk");
        check("/surveys?lang=en", "/surveys?lang=uk");
        check("/surveys?a=1&lang=en&b=2", "/surveys?a=1&b=2&lang=uk");
        check("/surveys?language=en", "/surveys?language=en&lang=uk");
        check("/surveys?", "/surveys?lang=uk");
        assert_eq!(with_query("/r", "q", "а b&c"), "/r?q=%D0%B0%20b%26c");
    }

    #[test]
    fn every_theme_and_entry_is_known_by_its_code() {
        for theme in Theme::ALL {
            assert_eq!(Theme::parse(theme.code()), Some(theme));
        }
        assert_eq!(Theme::parse("neon"), None);
        let in_rail: Vec<NavItem> = RAIL
            .iter()
            .flat_map(|(_, items)| items.iter().copied())
            .collect();
        assert_eq!(in_rail, NavItem::ALL);
    }

    #[test]
    fn initials_of_names() {
        assert_eq!(initials("олена Коваль-Стус"), "ОК");
        assert_eq!(initials("Ivan"), "I");
        assert_eq!(initials(""), "");
    }
}
