//! The look of the staff side: words, numbers, layout, building blocks, charts, assets.
//!
//! A page is a function from a result to `maud::Markup`. It takes a [`i18n::Tr`] (the reader's language), builds its
//! body from [`parts`] and [`chart`], and hands the body to [`layout::Page`]:
//!
//! ```
//! use maud::html;
//! use radost_server::look::i18n::{Lang, Tr};
//! use radost_server::look::layout::{NavItem, Page, Theme, UserBadge};
//! use radost_server::look::parts::{self, Column, PageHeader, Table};
//!
//! let tr = Tr::new(Lang::Uk);
//! let title = tr.t("nav-locations");
//! let body = html! {
//!     (parts::page_header(&PageHeader { title: &title, actions: parts::link_button("/locations/new", &tr.t("create")), ..PageHeader::default() }))
//!     (parts::data_table(tr, &Table {
//!         caption: &title,
//!         columns: &[Column::text(&tr.t("name")), Column::number(&tr.t("value"))],
//!         rows: vec![vec![html! { a href="/locations/1" { "Хрещатик" } }, html! { (tr.interval(62.0, 60.0, 64.0, 0)) }]],
//!         ..Table::default()
//!     }))
//! };
//! let page = Page {
//!     title: &title,
//!     tr,
//!     theme: Theme::Auto,
//!     user: Some(UserBadge { name: "Олена", role: "Аналітик", workspace: "Кав’ярні" }),
//!     nav: &[NavItem::Overview, NavItem::Locations],
//!     active: Some(NavItem::Locations),
//!     csrf: "token",
//!     path: "/locations?after=abc",
//!     flash: None,
//!     body,
//! };
//! let html = page.render().into_string();
//! assert_eq!(radost_server::look::check::strict(&html), Vec::<String>::new());
//! ```
//!
//! Rules that hold everywhere, and [`check::strict`] checks in every page test:
//! - The body has exactly one `h1`, made by [`parts::page_header`].
//! - No `style=` and no inline script: the content security policy is [`assets::CONTENT_SECURITY_POLICY`].
//! - Every visible text comes from [`i18n`], every number and date is written by [`i18n::Tr`].
//! - Colour never speaks alone: a verdict has an icon and words, an error has a text.
//! - Everything works without JavaScript; `radost.js` adds comfort by `data-` attributes:
//!   `data-auto-submit` on a form (send when a select or date changes), `data-confirm="question"` on a form (ask first),
//!   `data-copy="text"` on a button.
//!
//! Components come from the `maud-ui` crate where they need neither inline styles nor English words of their own
//! (badges, native selects); elsewhere [`parts`] writes the markup and uses the classes of its style sheet. Its
//! JavaScript is not loaded: menus are `<details>`, tabs are links.

pub mod assets;
pub mod chart;
pub mod check;
pub mod i18n;
pub mod icon;
pub mod layout;
pub mod parts;
pub mod qr;

#[cfg(test)]
mod samples;
