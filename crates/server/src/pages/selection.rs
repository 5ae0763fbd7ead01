//! What a page is about, kept in its address: reading it, changing it by links, and the bar of filters.

use axum::http::StatusCode;
use maud::{Markup, html};
use radost_app::AppError;
use radost_app::domain::Code;
use radost_app::domain::access::Places;
use radost_app::domain::explain::{Dimension, GroupBy, Metric, Step};
use radost_app::domain::listen::{Channel, PublishedSurvey, QuestionKind};
use radost_app::explain::{Choices, Key, Scope, Selection};

use crate::look::i18n::{Lang, Tr};
use crate::look::layout::with_query;
use crate::look::parts::{self, Choice, Control, Field, InputKind};
use crate::request::{Fields, Staff};
use crate::words;

/// The fields of a request's address.
pub(crate) fn fields_of_request(staff: &Staff) -> Fields {
    let query = staff.reader.path.split_once('?').map_or("", |(_, q)| q);
    Fields::parse(query.as_bytes())
}

/// The selection of a request.
pub(crate) fn of_request(staff: &Staff) -> Selection {
    let fields = fields_of_request(staff);
    let pairs = fields.pairs().iter();
    let selection = Selection::of(
        pairs
            .clone()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    // A form sends each of the groups by itself.
    let is_group = |name: &str| matches!(name, "by" | "by2" | "by3");
    let by = pairs.filter(|(name, value)| is_group(name) && !value.is_empty());
    let by: Vec<&str> = by.map(|(_, value)| value.as_str()).collect();
    selection.with("by", &by.join(","))
}

/// The address of a page with a selection.
pub(crate) fn address(path: &str, selection: &Selection) -> String {
    selection
        .pairs()
        .fold(path.to_owned(), |path, (name, value)| {
            with_query(&path, name, value)
        })
}

/// Narrowed to what a row stands for.
pub(crate) fn narrowed(
    selection: &Selection,
    scope: &Scope,
    dimension: &Dimension,
    key: &Key,
) -> Selection {
    let place = |id| {
        scope
            .directory
            .locations
            .get(id)
            .map(|place| place.code.to_string())
            .unwrap_or_default()
    };
    let selection = selection.clone();
    match (dimension, key) {
        (_, Key::Location(id)) => selection.with("location", &place(*id)).with("exact", ""),
        (_, Key::LocationItself(id)) => selection.with("location", &place(*id)).with("exact", "1"),
        (_, Key::Employee(id)) => {
            let employee = scope.directory.employees.get(id);
            selection.with("employee", employee.map_or("", |e| e.code.as_str()))
        }
        (_, Key::Lacking) => {
            let name = match dimension {
                Dimension::Location => "location".to_owned(),
                Dimension::Employee => "employee".to_owned(),
                Dimension::Touchpoint => "touchpoint".to_owned(),
                Dimension::Segment { code } => format!("segment.{code}"),
                Dimension::Channel | Dimension::Language => return selection,
            };
            let before = selection
                .get("lacking")
                .map(|before| format!("{before},{name}"));
            selection.with("lacking", &before.unwrap_or(name))
        }
        (_, Key::Survey(id)) => {
            let survey = scope.directory.survey_by_id(*id);
            selection.with(
                "survey",
                survey.map_or("", |s| s.published.survey().code.as_str()),
            )
        }
        (Dimension::Channel, Key::Value(value)) => selection.with("channel", value),
        (Dimension::Language, Key::Value(value)) => selection.with("language", value),
        (Dimension::Touchpoint, Key::Value(value)) => selection.with("touchpoint", value),
        (Dimension::Segment { code }, Key::Value(value)) => {
            selection.with("segment", &format!("{code}:{value}"))
        }
        (Dimension::Location | Dimension::Employee, Key::Value(_)) => selection,
    }
}

/// What a question is called: its words, or its code where it has none.
pub(crate) fn question_name(tr: Tr, survey: &PublishedSurvey, code: &Code) -> String {
    let words = survey
        .question(code.as_str())
        .map(|asked| asked.question.text.best(words::language(tr.lang)))
        .unwrap_or_default();
    match words.is_empty() {
        true => code.to_string(),
        false => words.to_owned(),
    }
}

/// What an answer to a closed question is called.
pub(crate) fn answer_name(tr: Tr, survey: &PublishedSurvey, code: &Code, value: &str) -> String {
    let kind = survey
        .question(code.as_str())
        .map(|asked| &asked.question.kind);
    match kind {
        Some(QuestionKind::Consent) => tr.t(if value == "true" { "yes" } else { "no" }),
        Some(QuestionKind::Single { options, .. } | QuestionKind::Multi { options, .. }) => {
            let option = options.iter().find(|option| option.code.as_str() == value);
            option.map_or_else(
                || value.to_owned(),
                |option| option.text.best(words::language(tr.lang)).to_owned(),
            )
        }
        _ => value.to_owned(),
    }
}

/// What a way of splitting is called.
pub(crate) fn group_name(tr: Tr, survey: &PublishedSurvey, group: &GroupBy) -> String {
    match group {
        GroupBy::Survey => tr.t("filter-survey"),
        GroupBy::Level { .. } => tr.t("filter-location"),
        GroupBy::Dimension(Dimension::Location) => tr.t("breakdown-each-place"),
        GroupBy::Dimension(dimension) => capitalised(&dimension_name(tr, survey, dimension)),
        GroupBy::Question(code) => question_name(tr, survey, code),
    }
}

/// Dimensions are called as in the middle of a sentence; at the head of a column they stand alone.
fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// What a row of a split is called.
pub(crate) fn row_name(tr: Tr, scope: &Scope, group: &GroupBy, key: &Key) -> String {
    let survey = &scope.survey.published;
    match (group, key) {
        (GroupBy::Question(code), Key::Value(value)) => answer_name(tr, survey, code, value),
        (GroupBy::Dimension(dimension), key) => key_name(tr, scope, dimension, key),
        (_, key) => key_name(tr, scope, &Dimension::Location, key),
    }
}

/// Narrowed to what a row of a split stands for.
pub(crate) fn narrowed_to(
    selection: Selection,
    scope: &Scope,
    group: &GroupBy,
    key: &Key,
) -> Selection {
    match (group, key) {
        (GroupBy::Question(code), Key::Value(value)) => {
            selection.with("answer", &format!("{code}:{value}"))
        }
        (GroupBy::Question(_), _) => selection,
        (GroupBy::Dimension(dimension), key) => narrowed(&selection, scope, dimension, key),
        (_, key) => narrowed(&selection, scope, &Dimension::Location, key),
    }
}

/// What the step is called that begins with this day.
pub(crate) fn step_name(tr: Tr, step: Step, from: jiff::civil::Date) -> String {
    match step {
        Step::Day | Step::Week => tr.date_short(from),
        Step::Year if from.month() == 1 => from.year().to_string(),
        Step::Month | Step::Quarter | Step::Year => tr.month_short(from),
    }
}

/// What a row is called.
pub(crate) fn key_name(tr: Tr, scope: &Scope, dimension: &Dimension, key: &Key) -> String {
    let place = |id| {
        let place = scope.directory.locations.get(id);
        place.map_or_else(|| tr.t("unknown"), |place| place.name.clone())
    };
    match key {
        Key::Location(id) => place(*id),
        // What has nothing under it is itself in any case.
        Key::LocationItself(id)
            if scope
                .directory
                .locations
                .children(Some(*id))
                .next()
                .is_none() =>
        {
            place(*id)
        }
        Key::LocationItself(id) => tr.ta("overview-directly", &[("place", place(*id).into())]),
        Key::Employee(id) => {
            let employee = scope.directory.employees.get(id);
            employee.map_or_else(|| tr.t("unknown"), |employee| employee.name.clone())
        }
        Key::Lacking => tr.t("overview-lacking-row"),
        Key::Survey(id) => {
            let survey = scope.directory.survey_by_id(*id);
            survey.map_or_else(
                || tr.t("unknown"),
                |survey| {
                    survey
                        .published
                        .survey()
                        .title
                        .best(words::language(tr.lang))
                        .to_owned()
                },
            )
        }
        Key::Value(value) => match dimension {
            Dimension::Channel => channel_name(tr, value),
            Dimension::Language => language_name(value),
            _ => value.clone(),
        },
    }
}

/// The word for a channel.
pub(crate) fn channel_name(tr: Tr, code: &str) -> String {
    tr.t(&format!("overview-channel-{code}"))
}

/// What a language calls itself.
pub(crate) fn language_name(code: &str) -> String {
    let language = Lang::parse(code);
    language.map_or_else(
        || code.to_owned(),
        |language| language.native_name().to_owned(),
    )
}

/// What a dimension is called: "by channel", or the label of a segment.
pub(crate) fn dimension_name(tr: Tr, survey: &PublishedSurvey, dimension: &Dimension) -> String {
    match dimension {
        Dimension::Location => tr.t("dimension-location"),
        Dimension::Channel => tr.t("dimension-channel"),
        Dimension::Language => tr.t("dimension-language"),
        Dimension::Touchpoint => tr.t("dimension-touchpoint"),
        Dimension::Employee => tr.t("dimension-employee"),
        Dimension::Segment { code } => {
            let segments = &survey.survey().segments;
            let label = segments
                .iter()
                .find(|segment| segment.code == *code)
                .map(|segment| segment.label.best(words::language(tr.lang)))
                .filter(|label| !label.is_empty());
            label.map_or_else(|| code.to_string(), str::to_owned)
        }
    }
}

/// An error that lies in the address, in words, with the status to send; `None` for any other.
pub(crate) fn fault(tr: Tr, error: &AppError) -> Option<(StatusCode, String)> {
    match error {
        AppError::NotFound(what) => {
            let id = match *what {
                "survey" => "overview-unknown-survey",
                "location" => "overview-unknown-location",
                "employee" => "overview-unknown-employee",
                "segment of this survey" => "overview-unknown-segment",
                "question of this survey" => "groups-unknown-question",
                "metric of this survey" => "overview-unknown-metric",
                _ => return None,
            };
            Some((StatusCode::NOT_FOUND, tr.t(id)))
        }
        AppError::Invalid { field, .. } => {
            let name = match *field {
                "channel" => tr.t("filter-channel"),
                "language" => tr.t("filter-language"),
                "touchpoint" => tr.t("overview-filter-touchpoint"),
                "segment" => tr.t("overview-filter-segment"),
                "metric" => tr.t("overview-filter-metric"),
                "step" => tr.t("overview-filter-step"),
                "score" => tr.t("overview-filter-score"),
                "level" => tr.t("overview-filter-level"),
                "by" => tr.t("groups-by"),
                "last" | "from" | "to" => tr.t("filter-period"),
                "missing" => tr.t("drivers-how-missing"),
                "move" => tr.t("drivers-simulator"),
                other => other.to_owned(),
            };
            let text = tr.ta("overview-unknown-value", &[("field", name.into())]);
            Some((StatusCode::UNPROCESSABLE_ENTITY, text))
        }
        _ => None,
    }
}

/// The body of a page whose address cannot be read: what is wrong, and the way out.
pub(crate) fn fault_body(tr: Tr, title: &str, path: &str, text: &str) -> Markup {
    html! {
        (parts::page_header(&parts::PageHeader { title, ..Default::default() }))
        (parts::flash(&parts::Flash {
            tone: parts::Tone::Warning,
            title: &tr.t("overview-bad-filter"),
            text: Some(text),
        }))
        div.button-row { (parts::link_button(path, &tr.t("filter-reset"))) }
    }
}

/// A list of choices with "all" in front.
pub(crate) struct Choosing {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    pub(crate) choices: Vec<(String, String)>,
    pub(crate) selected: String,
}

impl Choosing {
    pub(crate) fn draw(&self, tr: Tr) -> Markup {
        let choices: Vec<Choice> = self
            .choices
            .iter()
            .map(|(value, label)| Choice { value, label })
            .collect();
        parts::field(
            tr,
            &Field {
                name: self.name,
                label: &self.label,
                control: Control::Select {
                    choices: &choices,
                    selected: &self.selected,
                },
                ..Field::default()
            },
        )
    }
}

/// Which metric a page is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum About<'a> {
    /// None: there is nothing to choose.
    NoMetric,
    /// Any: one may be chosen.
    AnyMetric,
    /// This one.
    Metric(&'a Metric),
    /// This one, over time.
    Trend(&'a Metric),
}

/// The bar of filters of the overview and of the list of responses.
pub(crate) fn bar(
    staff: &Staff,
    path: &str,
    selection: &Selection,
    scope: &Scope,
    choices: &Choices,
    metric: Option<&Metric>,
) -> Markup {
    let about = metric.map_or(About::AnyMetric, About::Trend);
    bar_about(staff, path, selection, scope, choices, about)
}

/// The bar of filters of a page.
pub(crate) fn bar_about(
    staff: &Staff,
    path: &str,
    selection: &Selection,
    scope: &Scope,
    choices: &Choices,
    about: About,
) -> Markup {
    let metric = match about {
        About::Metric(metric) | About::Trend(metric) => Some(metric),
        About::NoMetric | About::AnyMetric => None,
    };
    let tr = staff.tr();
    let offer = Offer {
        label: tr.t("overview-filter-metric"),
        metrics: match about {
            About::NoMetric => Vec::new(),
            _ => Metric::of_survey(&scope.survey.published),
        },
        chosen: metric.map_or_else(
            || selection.get("metric").unwrap_or_default().to_owned(),
            ToString::to_string,
        ),
        all: metric.is_none(),
        // A trend has steps; a list has none.
        step: matches!(about, About::Trend(_)),
        more: Markup::default(),
    };
    bar_with(staff, path, selection, scope, choices, &offer)
}

/// What a page's bar of filters has of its own.
#[derive(Debug, Default)]
pub(crate) struct Offer {
    /// What the choice of a metric is called.
    pub(crate) label: String,
    /// The metrics to choose from; without any there is no choice.
    pub(crate) metrics: Vec<Metric>,
    /// Which is chosen.
    pub(crate) chosen: String,
    /// Whether "all" is a choice.
    pub(crate) all: bool,
    /// Whether there are steps of time.
    pub(crate) step: bool,
    /// Further controls.
    pub(crate) more: Markup,
}

/// The bar of filters with what a page has of its own.
pub(crate) fn bar_with(
    staff: &Staff,
    path: &str,
    selection: &Selection,
    scope: &Scope,
    choices: &Choices,
    offer: &Offer,
) -> Markup {
    let tr = staff.tr();
    let survey = &scope.survey.published;
    let language = words::language(tr.lang);
    let given = |name: &str| selection.get(name).unwrap_or_default().to_owned();
    let all = || (String::new(), tr.t("filter-all"));
    let mut main = Vec::new();
    if scope.directory.surveys.len() > 1 {
        main.push(Choosing {
            name: "survey",
            label: tr.t("filter-survey"),
            choices: scope
                .directory
                .surveys
                .values()
                .map(|survey| {
                    let document = survey.published.survey();
                    (
                        document.code.to_string(),
                        document.title.best(language).to_owned(),
                    )
                })
                .collect(),
            selected: survey.survey().code.to_string(),
        });
    }
    let custom = selection.get("last") == Some("custom")
        || (selection.get("last").is_none()
            && (selection.get("from").is_some() || selection.get("to").is_some()));
    main.push(Choosing {
        name: "last",
        label: tr.t("filter-period"),
        choices: [
            ("7d", "period-7-days"),
            ("30d", "period-30-days"),
            ("90d", "period-90-days"),
            ("12m", "period-12-months"),
            ("custom", "period-custom"),
        ]
        .map(|(value, id)| (value.to_owned(), tr.t(id)))
        .to_vec(),
        selected: if custom {
            "custom".into()
        } else {
            selection.get("last").unwrap_or("90d").into()
        },
    });
    let mut places: Vec<(String, String)> = Vec::new();
    if staff.actor().places == Places::All {
        places.push(all());
    } else {
        places.push((String::new(), tr.t("overview-own-places")));
    }
    for (depth, place) in scope.directory.locations.in_order() {
        if staff.actor().places.include(Some(place.id)) {
            let indent = "\u{a0}\u{a0}".repeat(depth);
            places.push((place.code.to_string(), format!("{indent}{}", place.name)));
        }
    }
    if places.len() > 1 {
        main.push(Choosing {
            name: "location",
            label: tr.t("filter-location"),
            choices: places,
            selected: given("location"),
        });
    }
    let mut metrics: Vec<(String, String)> = offer
        .metrics
        .iter()
        .map(|metric| (metric.to_string(), words::metric_name(tr, metric, survey)))
        .collect();
    if !metrics.is_empty() {
        if offer.all {
            metrics.insert(0, all());
        }
        main.push(Choosing {
            name: "metric",
            label: offer.label.clone(),
            choices: metrics,
            selected: offer.chosen.clone(),
        });
    }
    let mut more =
        vec![
            Choosing {
                name: "channel",
                label: tr.t("filter-channel"),
                choices: std::iter::once(all())
                    .chain(Channel::ALL.iter().map(|channel| {
                        (channel.code().to_owned(), channel_name(tr, channel.code()))
                    }))
                    .collect(),
                selected: given("channel"),
            },
            Choosing {
                name: "language",
                label: tr.t("filter-language"),
                choices: std::iter::once(all())
                    .chain(survey.survey().languages.iter().map(|language| {
                        (language.code().to_owned(), language_name(language.code()))
                    }))
                    .collect(),
                selected: given("language"),
            },
        ];
    if !choices.touchpoints.is_empty() || selection.get("touchpoint").is_some() {
        let mut touchpoints: Vec<_> = choices
            .touchpoints
            .iter()
            .map(ToString::to_string)
            .collect();
        touchpoints.extend(selection.get("touchpoint").map(str::to_owned));
        touchpoints.sort();
        touchpoints.dedup();
        more.push(Choosing {
            name: "touchpoint",
            label: tr.t("overview-filter-touchpoint"),
            choices: std::iter::once(all())
                .chain(touchpoints.into_iter().map(|code| (code.clone(), code)))
                .collect(),
            selected: given("touchpoint"),
        });
    }
    let mut segments: Vec<(String, String)> = choices
        .segments
        .iter()
        .flat_map(|(code, values)| {
            let dimension = Dimension::Segment { code: code.clone() };
            let label = dimension_name(tr, survey, &dimension);
            values
                .iter()
                .map(move |value| (format!("{code}:{value}"), format!("{label}: {value}")))
        })
        .collect();
    if let Some(segment) = selection.get("segment")
        && !segments.iter().any(|(value, _)| value == segment)
    {
        segments.push((segment.to_owned(), segment.to_owned()));
    }
    if !segments.is_empty() {
        segments.insert(0, all());
        more.push(Choosing {
            name: "segment",
            label: tr.t("overview-filter-segment"),
            choices: segments,
            selected: given("segment"),
        });
    }
    if offer.step {
        let mut choices = vec![(String::new(), tr.t("overview-step-auto"))];
        choices.extend(Step::ALL.map(|step| {
            let name = tr.t(&format!("overview-step-{}", step.code()));
            (step.code().to_owned(), name)
        }));
        more.push(Choosing {
            name: "step",
            label: tr.t("overview-filter-step"),
            choices,
            selected: given("step"),
        });
    }
    let open = ["channel", "language", "touchpoint", "segment", "step"]
        .iter()
        .any(|name| selection.get(name).is_some());
    let day = |name: &'static str, label: &str, value: jiff::civil::Date| {
        parts::field(
            tr,
            &Field {
                name,
                label: &tr.t(label),
                control: Control::of(InputKind::Date, &value.to_string()),
                ..Field::default()
            },
        )
    };
    let controls = html! {
        @for choosing in &main {
            (choosing.draw(tr))
            @if choosing.name == "last" && custom {
                (day("from", "filter-from", scope.period.from))
                (day("to", "filter-to", scope.period.to))
            }
        }
        // What has no field of its own stays as it is.
        @for name in [
            "exact", "places", "lacking", "employee", "score", "level", "by", "answer", "against",
            "weighted", "sort", "year", "with", "quality", "price",
        ] {
            @if let Some(value) = selection.get(name) { input type="hidden" name=(name) value=(value); }
        }
        (offer.more)
        details.filter-more open[open] {
            summary { (tr.t("overview-filter-more")) }
            div.filter-more-fields { @for choosing in &more { (choosing.draw(tr)) } }
        }
    };
    let set = selection.pairs().next().is_some();
    html! {
        (parts::filter_bar(tr, path, set.then_some(path), &controls))
        (chips(tr, path, selection, scope))
    }
}

/// Filters without a field, each with the link that removes it.
fn chips(tr: Tr, path: &str, selection: &Selection, scope: &Scope) -> Markup {
    let mut found: Vec<(&str, String)> = Vec::new();
    if selection.get("exact").is_some()
        && let Some(place) = scope
            .location
            .and_then(|id| scope.directory.locations.get(id))
    {
        let text = tr.ta("overview-exact", &[("place", place.name.as_str().into())]);
        found.push(("exact", text));
    }
    if !scope.filters.lacking.is_empty() {
        let names: Vec<String> = scope
            .filters
            .lacking
            .iter()
            .map(|dimension| match dimension {
                Dimension::Location => tr.t("filter-location"),
                Dimension::Employee => tr.t("overview-filter-employee"),
                Dimension::Touchpoint => tr.t("overview-filter-touchpoint"),
                Dimension::Channel => tr.t("filter-channel"),
                Dimension::Language => tr.t("filter-language"),
                Dimension::Segment { .. } => dimension_name(tr, &scope.survey.published, dimension),
            })
            .collect();
        let what = names.join(", ");
        found.push((
            "lacking",
            tr.ta("overview-lacking", &[("what", what.into())]),
        ));
    }
    if let Some(employee) = scope
        .filters
        .employee
        .and_then(|id| scope.directory.employees.get(&id))
    {
        let label = tr.t("overview-filter-employee");
        found.push(("employee", format!("{label}: {}", employee.name)));
    }
    for (code, value) in &scope.answers {
        let survey = &scope.survey.published;
        found.push((
            "answer",
            format!(
                "{}: {}",
                question_name(tr, survey, code),
                answer_name(tr, survey, code, value)
            ),
        ));
    }
    if let Some(score) = selection.get("score") {
        let label = tr.t("overview-filter-score");
        found.push(("score", format!("{label}: {}", score.replace('-', "–"))));
    }
    html! {
        @if !found.is_empty() {
            p.filter-chips {
                span.muted { (tr.t("overview-active")) ":" }
                @for (name, text) in &found {
                    " "
                    a.filter-chip href=(address(path, &selection.clone().without(&[*name])))
                        aria-label=(tr.ta("overview-remove-filter", &[("what", text.as_str().into())])) {
                        (text) span aria-hidden="true" { " ×" }
                    }
                }
            }
        }
    }
}
