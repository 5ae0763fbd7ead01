//! The building blocks of pages. Each is a plain function from small typed values to markup; texts come in already
//! translated, the blocks' own words come from [`Tr`].

use maud::{Markup, html};
use maud_ui::primitives::{badge as mui_badge, native_select};

use super::i18n::Tr;
use super::icon::Icon;

/// What a thing means for the reader. Always told by an icon or words as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Neutral,
    Info,
    Good,
    Warning,
    Bad,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Info => "tone-info",
            Self::Good => "tone-good",
            Self::Warning => "tone-warning",
            Self::Bad => "tone-bad",
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Neutral | Self::Info => Icon::Info,
            Self::Good => Icon::Good,
            Self::Warning => Icon::Warning,
            Self::Bad => Icon::Bad,
        }
    }
}

// ── The top of a page ──────────────────────────────────────────────────────────────────────────────────────────────

/// One step of the way from the rail to this page; the last has no address.
#[derive(Debug, Clone, Copy)]
pub struct Crumb<'a> {
    pub label: &'a str,
    pub href: Option<&'a str>,
}

/// The heading of a page.
#[derive(Debug, Default)]
pub struct PageHeader<'a> {
    /// The only `h1` of the page.
    pub title: &'a str,
    /// One sentence below it: on an analytic page, the one a manager could read aloud.
    pub lead: Option<&'a str>,
    pub crumbs: Markup,
    /// Buttons at the right, the main one last.
    pub actions: Markup,
}

#[must_use]
pub fn page_header(header: &PageHeader) -> Markup {
    html! {
        header.page-header {
            (header.crumbs)
            div.page-header-row {
                h1 { (header.title) }
                @if !header.actions.0.is_empty() { div.button-row { (header.actions) } }
            }
            @if let Some(lead) = header.lead { p.lead { (lead) } }
        }
    }
}

#[must_use]
pub fn breadcrumbs(tr: Tr, crumbs: &[Crumb]) -> Markup {
    html! {
        nav.breadcrumbs aria-label=(tr.t("breadcrumbs")) {
            ol {
                @for crumb in crumbs {
                    li {
                        @match crumb.href {
                            Some(href) => a href=(href) { (crumb.label) },
                            None => span aria-current="page" { (crumb.label) },
                        }
                    }
                }
            }
        }
    }
}

/// A section with its own heading (`h2`) on a card.
#[must_use]
pub fn section(title: &str, actions: &Markup, body: &Markup) -> Markup {
    html! {
        section.card {
            div.card-header {
                h2 { (title) }
                @if !actions.0.is_empty() { div.button-row { (actions) } }
            }
            (body)
        }
    }
}

// ── Buttons ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// How much a button wants to be pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weight {
    /// The one main action of a page or form.
    Primary,
    #[default]
    Secondary,
    /// In rows of tables and beside other buttons.
    Quiet,
    /// Deletes or cannot be undone; put it into a [`post_form`] with a question.
    Danger,
}

impl Weight {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "mui-btn mui-btn--md mui-btn--primary",
            Self::Secondary => "mui-btn mui-btn--md mui-btn--outline",
            Self::Quiet => "mui-btn mui-btn--md mui-btn--ghost",
            Self::Danger => "mui-btn mui-btn--md mui-btn--danger",
        }
    }
}

/// A submit button.
#[must_use]
pub fn button(weight: Weight, label: &str) -> Markup {
    html! { button type="submit" class=(weight.class()) { (label) } }
}

/// A submit button that sends `name=value`, for forms with several.
#[must_use]
pub fn button_named(weight: Weight, label: &str, name: &str, value: &str) -> Markup {
    html! { button type="submit" class=(weight.class()) name=(name) value=(value) { (label) } }
}

/// A link that looks like the main button.
#[must_use]
pub fn link_button(href: &str, label: &str) -> Markup {
    link_button_of(Weight::Primary, href, label)
}

#[must_use]
pub fn link_button_of(weight: Weight, href: &str, label: &str) -> Markup {
    html! { a href=(href) class=(weight.class()) { (label) } }
}

/// A form of one button that changes something: `POST`, with its CSRF token, and a question first when given.
/// Without JavaScript the question is not asked: offer an undo, or a page between, for what truly hurts.
#[must_use]
pub fn post_form(action: &str, csrf: &str, question: Option<&str>, content: &Markup) -> Markup {
    html! {
        form.post-form method="post" action=(action) data-confirm=[question] { (csrf_field(csrf)) (content) }
    }
}

/// The hidden field of every form that posts.
#[must_use]
pub fn csrf_field(token: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(token); }
}

/// A value to be copied: a key, an address. The button shows itself only where copying works.
#[must_use]
pub fn copy_text(tr: Tr, value: &str) -> Markup {
    html! {
        span.copy {
            code { (value) }
            button.copy-button type="button" hidden data-copy=(value) data-copied=(tr.t("copied")) {
                (Icon::Copy.draw()) span { (tr.t("copy")) }
            }
        }
    }
}

// ── Numbers ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// What a comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Higher,
    Lower,
    NoClearDifference,
    TooFew,
}

impl Verdict {
    /// The id of its words: "higher", "lower", "no clear difference", "not enough responses yet".
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Higher => "verdict-higher",
            Self::Lower => "verdict-lower",
            Self::NoClearDifference => "verdict-no-clear-difference",
            Self::TooFew => "verdict-too-few",
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Higher => Icon::Up,
            Self::Lower => Icon::Down,
            Self::NoClearDifference => Icon::Same,
            Self::TooFew => Icon::Hourglass,
        }
    }
}

/// A change with its verdict.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    pub verdict: Verdict,
    /// Whether higher is better here: satisfaction yes, effort no. `None` leaves it uncoloured.
    pub higher_is_better: Option<bool>,
    /// The size, already written: `+3`, `−0.4`.
    pub difference: Option<&'a str>,
    /// Compared with what, in words: `tr.t("compared-with-previous")`.
    pub compared_with: Option<&'a str>,
}

impl Change<'_> {
    const fn tone(&self) -> Tone {
        match (self.verdict, self.higher_is_better) {
            (Verdict::Higher, Some(true)) | (Verdict::Lower, Some(false)) => Tone::Good,
            (Verdict::Lower, Some(true)) | (Verdict::Higher, Some(false)) => Tone::Bad,
            _ => Tone::Neutral,
        }
    }
}

/// The verdict of a comparison: an icon, the words, the size, and with what it was compared.
#[must_use]
pub fn change(tr: Tr, change: &Change) -> Markup {
    html! {
        span.change {
            span class={ "verdict " (change.tone().class()) } {
                (change.verdict.icon().draw())
                @if let Some(difference) = change.difference { span.verdict-size { (difference) } }
                span { (tr.t(change.verdict.message())) }
            }
            @if let Some(words) = change.compared_with { span.muted { (words) } }
        }
    }
}

/// One number on a card.
#[derive(Debug, Clone, Copy, Default)]
pub struct StatCard<'a> {
    pub label: &'a str,
    /// Already written (`62`, `4.3`); `None` when there are too few responses to show it.
    pub value: Option<&'a str>,
    /// The ends of the interval, already written by [`Tr::range`]: `60–64`.
    pub interval: Option<&'a str>,
    pub n: Option<u64>,
    pub change: Option<Change<'a>>,
    /// Leads to the responses behind the number.
    pub href: Option<&'a str>,
    /// A line of small print: how it is defined.
    pub note: Option<&'a str>,
}

#[must_use]
pub fn stat_card(tr: Tr, card: &StatCard) -> Markup {
    html! {
        article.stat.card {
            h2.stat-label {
                @match card.href {
                    Some(href) => a href=(href) { (card.label) },
                    None => (card.label),
                }
            }
            @match card.value {
                Some(value) => {
                    p.stat-value {
                        span.stat-number { (value) }
                        @if let Some(interval) = card.interval { " " span.stat-interval { "[" (interval) "]" } }
                    }
                }
                None => p.stat-withheld { (Icon::Hourglass.draw()) (tr.t("withheld")) },
            }
            // A number that is withheld has nothing to compare.
            @if let Some(found) = card.change.as_ref().filter(|_| card.value.is_some()) { p.stat-change { (change(tr, found)) } }
            @if card.n.is_some() || card.note.is_some() {
                p.stat-note {
                    @if let Some(n) = card.n { span.nowrap { (tr.ta("stat-n", &[("n", n.into())])) } }
                    @if card.n.is_some() && card.note.is_some() { " · " }
                    @if let Some(note) = card.note { (note) }
                }
            }
        }
    }
}

/// Stat cards side by side, as many in a row as fit.
#[must_use]
pub fn stat_row(cards: &[Markup]) -> Markup {
    html! { div.stat-row { @for card in cards { (card) } } }
}

// ── Filters ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// The bar of filters above a list or chart: a `GET` form, so that a filtered page has an address.
/// `reset` is the address without filters, given when some are set.
#[must_use]
pub fn filter_bar(tr: Tr, action: &str, reset: Option<&str>, controls: &Markup) -> Markup {
    html! {
        form.filter-bar method="get" action=(action) aria-label=(tr.t("filter-label")) data-auto-submit {
            (controls)
            div.filter-actions {
                button type="submit" class=(Weight::Secondary.class()) { (tr.t("filter-apply")) }
                @if let Some(reset) = reset { a.filter-reset href=(reset) { (tr.t("filter-reset")) } }
            }
        }
    }
}

// ── Tables ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ColumnKind {
    Text,
    Number,
    Actions,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    label: &'a str,
    kind: ColumnKind,
}

impl<'a> Column<'a> {
    #[must_use]
    pub const fn text(label: &'a str) -> Self {
        Self {
            label,
            kind: ColumnKind::Text,
        }
    }

    /// Right-aligned, digits of one width.
    #[must_use]
    pub const fn number(label: &'a str) -> Self {
        Self {
            label,
            kind: ColumnKind::Number,
        }
    }

    /// Buttons at the end of a row; the label is for screen readers.
    #[must_use]
    pub const fn actions(label: &'a str) -> Self {
        Self {
            label,
            kind: ColumnKind::Actions,
        }
    }
}

/// Where the pages of a long table are: opaque cursors, so there is a next page and a first, but no page seven.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pages<'a> {
    /// The address of the first page, on every page but the first.
    pub first: Option<&'a str>,
    pub next: Option<&'a str>,
}

/// A table to look through.
#[derive(Debug, Default)]
pub struct Table<'a> {
    /// What it lists; read aloud, and the name of the area that scrolls.
    pub caption: &'a str,
    pub columns: &'a [Column<'a>],
    /// As many cells as columns. The first cell names its row: make it the link to it.
    pub rows: Vec<Vec<Markup>>,
    /// How many there are in all, when that is known.
    pub total: Option<u64>,
    pub pages: Pages<'a>,
    /// The same list as CSV.
    pub csv: Option<&'a str>,
    /// The same list as XLSX.
    pub xlsx: Option<&'a str>,
    /// The same list in other forms, each by its name.
    pub others: &'a [(&'a str, &'a str)],
    /// Shown instead of a table without rows; see [`empty_state`].
    pub empty: Option<Markup>,
}

/// On a phone every row becomes a small card, each cell with the name of its column.
#[must_use]
pub fn data_table(tr: Tr, table: &Table) -> Markup {
    if table.rows.is_empty() {
        return match &table.empty {
            Some(empty) => empty.clone(),
            None => empty_state(Icon::Search, &tr.t("table-empty"), None, None),
        };
    }
    html! {
        div.table-block {
            @if table.total.is_some() || table.csv.is_some() || table.xlsx.is_some() {
                div.table-head {
                    @if let Some(n) = table.total { span.muted { (tr.ta("rows-count", &[("n", n.into())])) } }
                    (export_links(tr, table))
                }
            }
            div.table-scroll tabindex="0" role="region" aria-label=(table.caption) {
                table.data-table {
                    caption.visually-hidden { (table.caption) }
                    thead {
                        tr {
                            @for column in table.columns {
                                @match column.kind {
                                    ColumnKind::Text => th scope="col" { (column.label) },
                                    ColumnKind::Number => th.number scope="col" { (column.label) },
                                    ColumnKind::Actions => th.actions scope="col" { span.visually-hidden { (column.label) } },
                                }
                            }
                        }
                    }
                    tbody {
                        @for row in &table.rows {
                            tr {
                                @for (i, (cell, column)) in row.iter().zip(table.columns).enumerate() {
                                    @match (i, column.kind) {
                                        (0, _) => th scope="row" { (cell) },
                                        (_, ColumnKind::Text) => td data-label=(column.label) { (cell) },
                                        (_, ColumnKind::Number) => td.number data-label=(column.label) { (cell) },
                                        (_, ColumnKind::Actions) => td.actions { (cell) },
                                    }
                                }
                            }
                        }
                    }
                }
            }
            @if table.pages.first.is_some() || table.pages.next.is_some() {
                nav.pages aria-label=(tr.t("table-pages")) {
                    @if let Some(first) = table.pages.first { a href=(first) rel="first" { (Icon::First.draw()) (tr.t("table-first")) } }
                    @if let Some(next) = table.pages.next { a.pages-next href=(next) rel="next" { (tr.t("table-next")) (Icon::Next.draw()) } }
                }
            }
        }
    }
}

fn export_links(tr: Tr, table: &Table) -> Markup {
    html! {
        @if table.csv.is_some() || table.xlsx.is_some() {
            span.exports {
                (Icon::Download.draw()) span { (tr.t("table-export")) }
                @if let Some(csv) = table.csv { a href=(csv) download { (tr.t("export-csv")) } }
                @if let Some(xlsx) = table.xlsx { a href=(xlsx) download { (tr.t("export-xlsx")) } }
                @for (name, href) in table.others { a href=(href) download { (name) } }
            }
        }
    }
}

// ── Forms ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// What one may type into a field; phones show the keyboard that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InputKind {
    #[default]
    Text,
    Email,
    Password,
    Number,
    Date,
    Time,
    Phone,
    Url,
    Search,
}

impl InputKind {
    const fn html(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Password => "password",
            Self::Number => "number",
            Self::Date => "date",
            Self::Time => "time",
            Self::Phone => "tel",
            Self::Url => "url",
            Self::Search => "search",
        }
    }
}

/// A field of one line.
#[derive(Debug, Clone, Copy, Default)]
pub struct Input<'a> {
    pub kind: InputKind,
    pub value: &'a str,
    /// An example, never the label.
    pub placeholder: Option<&'a str>,
    /// `username`, `current-password`, `off`, …
    pub autocomplete: Option<&'a str>,
    pub min: Option<&'a str>,
    pub max: Option<&'a str>,
    pub step: Option<&'a str>,
    pub max_length: Option<u32>,
    /// Digits of one width: codes, keys.
    pub code: bool,
    /// The id of a `datalist` with what is often typed here.
    pub list: Option<&'a str>,
}

/// One of several.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    pub value: &'a str,
    pub label: &'a str,
}

/// What a field is filled in with.
#[derive(Debug, Clone, Copy)]
pub enum Control<'a> {
    Input(Input<'a>),
    TextArea {
        value: &'a str,
        rows: u32,
    },
    Select {
        choices: &'a [Choice<'a>],
        selected: &'a str,
    },
    Radio {
        choices: &'a [Choice<'a>],
        selected: &'a str,
    },
    /// Several of several: the same name once for each that is ticked.
    Checks {
        choices: &'a [Choice<'a>],
        selected: &'a [&'a str],
    },
    /// Sends `name=on` when ticked; the label stands beside it.
    Check {
        checked: bool,
    },
    File {
        accept: &'a str,
    },
}

impl Default for Control<'_> {
    fn default() -> Self {
        Self::Input(Input::default())
    }
}

impl<'a> Control<'a> {
    /// A plain line of text.
    #[must_use]
    pub fn text(value: &'a str) -> Self {
        Self::of(InputKind::Text, value)
    }

    #[must_use]
    pub fn of(kind: InputKind, value: &'a str) -> Self {
        Self::Input(Input {
            kind,
            value,
            ..Input::default()
        })
    }
}

/// A labelled field with its hint and its error.
#[derive(Debug, Clone, Copy, Default)]
pub struct Field<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub hint: Option<&'a str>,
    /// What is wrong and what would be right.
    pub error: Option<&'a str>,
    pub required: bool,
    pub control: Control<'a>,
    /// Tells apart fields of one name on one page; the id is `f-NAME` or `f-PREFIX-NAME`.
    pub id_prefix: Option<&'a str>,
}

impl Field<'_> {
    /// The id of its control, for links from the list of errors.
    #[must_use]
    pub fn id(&self) -> String {
        match self.id_prefix {
            Some(prefix) => format!("f-{prefix}-{}", self.name),
            None => format!("f-{}", self.name),
        }
    }
}

#[must_use]
pub fn field(tr: Tr, field: &Field) -> Markup {
    let id = field.id();
    let hint_id = field.hint.map(|_| format!("{id}-hint"));
    let error_id = field.error.map(|_| format!("{id}-error"));
    let described = [error_id.as_deref(), hint_id.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let described = (!described.is_empty()).then_some(described.as_str());
    let invalid = field.error.map(|_| "true");
    let class = if field.error.is_some() {
        "field field-invalid"
    } else {
        "field"
    };
    let marks = html! {
        @if let (Some(hint), Some(hint_id)) = (field.hint, &hint_id) { p.field-hint id=(hint_id) { (hint) } }
    };
    let error = html! {
        @if let (Some(error), Some(error_id)) = (field.error, &error_id) {
            p.field-error id=(error_id) { (Icon::Warning.draw()) (error) }
        }
    };
    let label = html! {
        (field.label)
        @if field.required { " " span.field-required { "(" (tr.t("required")) ")" } }
    };
    match field.control {
        Control::Radio { choices, selected } => html! {
            fieldset class=(class) id=(id) aria-describedby=[described] {
                legend { (label) }
                (marks)
                (choice_list("radio", &id, field.name, choices, &[selected], field.required))
                (error)
            }
        },
        Control::Checks { choices, selected } => html! {
            fieldset class=(class) id=(id) aria-describedby=[described] {
                legend { (label) }
                (marks)
                (choice_list("checkbox", &id, field.name, choices, selected, false))
                (error)
            }
        },
        Control::Check { checked } => html! {
            div class=(class) {
                div.check {
                    input type="checkbox" id=(id) name=(field.name) checked[checked] required[field.required]
                        aria-describedby=[described] aria-invalid=[invalid];
                    label for=(id) { (label) }
                }
                (marks)
                (error)
            }
        },
        Control::Input(input) => html! {
            div class=(class) {
                label for=(id) { (label) }
                (marks)
                input class=(if input.code { "mui-input code" } else { "mui-input" }) type=(input.kind.html()) id=(id)
                    name=(field.name) value=(input.value) placeholder=[input.placeholder]
                    autocomplete=[input.autocomplete] min=[input.min] max=[input.max] step=[input.step]
                    maxlength=[input.max_length] list=[input.list] required[field.required] aria-describedby=[described]
                    aria-invalid=[invalid];
                (error)
            }
        },
        Control::TextArea { value, rows } => html! {
            div class=(class) {
                label for=(id) { (label) }
                (marks)
                // HTML drops one line break at the start of a textarea: this is the one it drops.
                textarea.mui-textarea id=(id) name=(field.name) rows=(rows) required[field.required]
                    aria-describedby=[described] aria-invalid=[invalid] { "\n" (value) }
                (error)
            }
        },
        Control::File { accept } => html! {
            div class=(class) {
                label for=(id) { (label) }
                (marks)
                input class="mui-input mui-input--file" type="file" id=(id) name=(field.name) accept=(accept)
                    required[field.required] aria-describedby=[described] aria-invalid=[invalid];
                (error)
            }
        },
        Control::Select { choices, selected } => html! {
            div class=(class) {
                label for=(id) { (label) }
                (marks)
                (native_select::render(native_select::NativeSelectProps {
                    name: field.name.to_owned(),
                    id: id.clone(),
                    options: choices
                        .iter()
                        .map(|c| native_select::NativeOption { value: c.value.to_owned(), label: c.label.to_owned(), disabled: false })
                        .collect(),
                    selected: Some(selected.to_owned()),
                    required: field.required,
                    invalid: field.error.is_some(),
                    aria_describedby: described.map(str::to_owned),
                    ..Default::default()
                }))
                (error)
            }
        },
    }
}

fn choice_list(
    kind: &str,
    id: &str,
    name: &str,
    choices: &[Choice],
    selected: &[&str],
    required: bool,
) -> Markup {
    html! {
        div.check-list {
            @for (i, choice) in choices.iter().enumerate() {
                @let choice_id = format!("{id}-{i}");
                div.check {
                    input type=(kind) id=(choice_id) name=(name) value=(choice.value)
                        checked[selected.contains(&choice.value)] required[required];
                    label for=(choice_id) { (choice.label) }
                }
            }
        }
    }
}

/// Above a form that came back with errors: how many, and a link to each.
/// The pairs are the ids ([`Field::id`]) and the errors of the fields.
#[must_use]
pub fn form_errors(tr: Tr, errors: &[(String, String)]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div class="flash tone-bad" role="alert" {
                (Tone::Bad.icon().draw())
                div {
                    p.flash-title { (tr.ta("form-has-errors", &[("n", errors.len().into())])) }
                    ul { @for (id, error) in errors { li { a href={ "#" (id) } { (error) } } } }
                }
            }
        }
    }
}

// ── Small things ───────────────────────────────────────────────────────────────────────────────────────────────────

/// One message to the reader.
#[derive(Debug, Clone, Copy)]
pub struct Flash<'a> {
    pub tone: Tone,
    pub title: &'a str,
    pub text: Option<&'a str>,
}

/// A message: after saving, before something dangerous, about the data.
#[must_use]
pub fn flash(flash: &Flash) -> Markup {
    // Trouble interrupts a screen reader, good news waits for a pause.
    let role = if matches!(flash.tone, Tone::Bad | Tone::Warning) {
        "alert"
    } else {
        "status"
    };
    html! {
        div class={ "flash " (flash.tone.class()) } role=(role) {
            (flash.tone.icon().draw())
            div {
                p.flash-title { (flash.title) }
                @if let Some(text) = flash.text { p { (text) } }
            }
        }
    }
}

/// A word in a small frame: a status, a channel, a language.
#[must_use]
pub fn badge(tone: Tone, label: &str) -> Markup {
    mui_badge::render(mui_badge::Props {
        label: label.to_owned(),
        variant: mui_badge::Variant::Outline,
        class: Some(tone.class().to_owned()),
        ..Default::default()
    })
}

/// Pairs of a term and what it is here.
#[must_use]
pub fn facts(pairs: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts { @for (term, value) in pairs { div { dt { (term) } dd { (value) } } } }
    }
}

/// A tab is a link: every tab has an address.
#[derive(Debug, Clone, Copy)]
pub struct Tab<'a> {
    pub label: &'a str,
    pub href: &'a str,
    pub current: bool,
}

/// `label` names the set of tabs for screen readers.
#[must_use]
pub fn tabs(label: &str, tabs: &[Tab]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            ul {
                @for tab in tabs {
                    @let current = tab.current.then_some("page");
                    li { a href=(tab.href) aria-current=[current] { (tab.label) } }
                }
            }
        }
    }
}

/// How far long work is; without `total` it only says that it goes on.
#[must_use]
pub fn progress(tr: Tr, label: &str, done: u64, total: Option<u64>) -> Markup {
    html! {
        div.progress {
            div.progress-words {
                span { (label) }
                @if let Some(total) = total { span.number { (tr.count(done)) " / " (tr.count(total)) } }
            }
            @match total {
                Some(total) => progress aria-label=(label) value=(done.min(total)) max=(total.max(1)) {},
                None => progress aria-label=(label) {},
            }
        }
    }
}

/// Nothing here yet: what this place is for, and what to do next.
#[must_use]
pub fn empty_state(icon: Icon, title: &str, text: Option<&str>, action: Option<&Markup>) -> Markup {
    html! {
        div.empty-state {
            span.empty-state-icon { (icon.draw()) }
            p.empty-state-title { (title) }
            @if let Some(text) = text { p { (text) } }
            @if let Some(action) = action { div.button-row { (action) } }
        }
    }
}
