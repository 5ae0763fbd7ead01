//! A small set of line icons, drawn in the colour of the text around them, and the mark of the product.
//!
//! Icons are decoration (`aria-hidden`): the words beside them carry the meaning.

use maud::{Markup, PreEscaped, html};

/// The file of the favicon is the same drawing.
const MARK: &str = include_str!("../../assets/favicon.svg");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
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
    Key,
    Audit,
    Workspace,
    Menu,
    Up,
    Down,
    Same,
    Hourglass,
    Info,
    Good,
    Warning,
    Bad,
    Download,
    Next,
    First,
    Copy,
    SignOut,
    Language,
    Theme,
    Person,
    Search,
    Plus,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Overview => "M3 12a9 9 0 0 1 18 0M12 12l4-4M7 19h10M12 12v.01",
            Self::Surveys => "M8 4h8v3H8zM16 5h3v16H5V5h3M9 12h6M9 16h4",
            Self::Collect => "M4 12v7h16v-7M12 3v11M8 7l4-4 4 4",
            Self::Responses => "M4 5h16v11H10l-4 4v-4H4zM8 9h8M8 12h5",
            Self::Import => "M4 12v7h16v-7M12 3v11M8 10l4 4 4-4",
            Self::Breakdown => "M4 5h10M4 12h16M4 19h6",
            Self::Trend => "M3 17l5-6 4 3 8-9M3 21h18",
            Self::Drivers => "M4 6h9M17 6h3M4 12h3M11 12h9M4 18h11M19 18h1M15 4v4M9 10v4M17 16v4",
            Self::Kano => "M4 20V4M4 12h16M5 19C12 18 16 12 17 5M5 5c1 4 6 6 15 6",
            Self::Index => {
                "M6 6a2 2 0 1 0 0-.01M6 18a2 2 0 1 0 0-.01M18 12a2 2 0 1 0 0-.01M8 6.8l8 4.4M8 17.2l8-4.4"
            }
            Self::Segments => "M12 4v5M12 9H6v4M12 9h6v4M4 13h4v6H4zM16 13h4v6h-4z",
            Self::Tuning => "M6 4v6M6 14v6M12 4v2M12 10v10M18 4v9M18 17v3M4 12h4M10 8h4M16 15h4",
            Self::ValueMap => "M4 4v16h16M7 16l10-9M9 9v.01M15 15v.01",
            Self::Benchmarks => "M4 20h16M6 20v-6M11 20V8M16 20v-9M3 11h3M18 5h3M3 11l18-6",
            Self::Kpis => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 12v.01"
            }
            Self::Customers => {
                "M12 20s-8-4.6-8-10a4.5 4.5 0 0 1 8-2.8A4.5 4.5 0 0 1 20 10c0 5.4-8 10-8 10z"
            }
            Self::Locations => {
                "M12 21s7-6.2 7-11a7 7 0 0 0-14 0c0 4.8 7 11 7 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z"
            }
            Self::Employees => {
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.4a3.5 3.5 0 0 1 0 6.2M18 14.5c2.1.8 3.5 2.8 3.5 5.5"
            }
            Self::Users => {
                "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 21c0-4.1 3.4-7 7.5-7s7.5 2.9 7.5 7"
            }
            Self::Person => {
                "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 21c0-4.1 3.4-7 7.5-7s7.5 2.9 7.5 7"
            }
            Self::Key => "M8 19a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM11.5 10.5 20 2M16 6l3 3",
            Self::Audit => "M12 8v4l3 2M3.5 12a8.5 8.5 0 1 1 2.5 6M3.5 20v-4h4",
            Self::Workspace => {
                "M4 21V5l8-2v18M12 8h8v13M2 21h20M8 8v.01M8 12v.01M8 16v.01M16 12v.01M16 16v.01"
            }
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
            Self::Up => "M12 20V5M6 11l6-6 6 6",
            Self::Down => "M12 4v15M6 13l6 6 6-6",
            Self::Same => "M5 9.5h14M5 14.5h14",
            Self::Hourglass => "M7 3h10M7 21h10M8 3c0 5 8 6 8 9s-8 4-8 9M16 3c0 5-8 6-8 9s8 4 8 9",
            Self::Info => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8v.01",
            Self::Good => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 12.5l3 3 5-6",
            Self::Warning => "M12 4 2.5 20h19zM12 10v4M12 17v.01",
            Self::Bad => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 9l6 6M15 9l-6 6",
            Self::Download => "M4 17v3h16v-3M12 4v11M8 11l4 4 4-4",
            Self::Next => "m9 5 7 7-7 7",
            Self::First => "m17 5-7 7 7 7M7 5v14",
            Self::Copy => "M9 9h11v12H9zM5 15H4V3h11v2",
            Self::SignOut => "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9",
            Self::Language => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18"
            }
            Self::Theme => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 3v18M12 7l6-1.5M12 12h9M12 17l6 1.5"
            }
            Self::Search => "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5",
            Self::Plus => "M12 5v14M5 12h14",
        }
    }

    /// The drawing, one line of text high.
    #[must_use]
    pub fn draw(self) -> Markup {
        html! {
            svg.icon viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.8"
                stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false" {
                path d=(self.path()) {}
            }
        }
    }
}

/// The mark: someone with raised arms, or a sun over a smile.
#[must_use]
pub fn mark() -> Markup {
    html! { span.mark aria-hidden="true" { (PreEscaped(MARK.trim_end())) } }
}

/// Mark and name side by side.
#[must_use]
pub fn wordmark() -> Markup {
    html! { span.wordmark { (mark()) span.wordmark-name { "Radost" } } }
}
