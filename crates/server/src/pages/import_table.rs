//! The page that takes a table as a CSV file: the form, what its columns mean, and what became of the file.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use radost_app::AppError;
use radost_app::domain::access::Permission;
use radost_app::table::{ImportReport, write_line};

use super::refused;
use crate::export::{CSV_BEGIN, csv_file};
use crate::look::layout::NavItem;
use crate::look::parts::{
    self, Column, Control, Crumb, Field, Flash, PageHeader, StatCard, Table, Tone, Weight,
};
use crate::request::{OrPage, PageError, PageResult, Staff};
use crate::upload::StaffUpload;

/// A kind of table.
#[derive(Debug)]
pub(crate) struct TableKind {
    /// The id of the page's title.
    pub(crate) title: &'static str,
    /// The list it fills; the page's own address is `/import` under it.
    pub(crate) list: NavItem,
    /// Whoever may import it.
    pub(crate) needs: Permission,
    /// Its columns with the ids of their meaning; the first must be there.
    pub(crate) columns: &'static [(&'static str, &'static str)],
    /// Rows of the template.
    pub(crate) examples: &'static [&'static [&'static str]],
}

/// What became of the file.
#[derive(Debug)]
enum Outcome {
    Waiting,
    Refused(String),
    Report(Box<ImportReport>, String),
}

impl TableKind {
    /// The page before a file was sent.
    pub(crate) fn form(&self, staff: &Staff) -> PageResult {
        self.allow(staff)?;
        Ok(self.page(staff, &Outcome::Waiting, StatusCode::OK))
    }

    /// The page after a file was sent; `import` reads it, `true` only to check it.
    pub(crate) async fn take<F>(
        &self,
        upload: StaffUpload,
        import: impl FnOnce(std::fs::File, bool) -> F,
    ) -> PageResult
    where
        F: Future<Output = Result<ImportReport, AppError>>,
    {
        let StaffUpload {
            staff,
            fields,
            file,
        } = upload;
        self.allow(&staff)?;
        let tr = staff.tr();
        let opened = file.and_then(|file| file.open().map(|source| (file, source)));
        let outcome = match opened {
            Err(refusal) => Outcome::Refused(tr.t(refusal.message())),
            Ok((file, source)) => match import(source, fields.ticked("dry_run")).await {
                Ok(report) => Outcome::Report(Box::new(report), file.name.clone()),
                Err(AppError::Refused(refusals)) => {
                    let said = |refusal: &radost_app::refusal::Refusal| {
                        let words = refused::words(tr, &refusal.reason);
                        match refusal.field.as_str() {
                            "file" => words,
                            column => tr.ta(
                                "upload-in-column",
                                &[
                                    ("column", column.to_owned().into()),
                                    ("problem", words.into()),
                                ],
                            ),
                        }
                    };
                    let said: Vec<String> = refusals.iter().map(said).collect();
                    Outcome::Refused(said.join(" "))
                }
                Err(error) => return Err(error).or_page(&staff.reader),
            },
        };
        let status = match &outcome {
            Outcome::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::OK,
        };
        Ok(self.page(&staff, &outcome, status))
    }

    /// A file with the columns and an example or two.
    pub(crate) fn template(&self, staff: &Staff) -> PageResult {
        self.allow(staff)?;
        let mut text = CSV_BEGIN.to_vec();
        write_line(&mut text, self.columns.iter().map(|(name, _)| *name));
        for row in self.examples {
            write_line(&mut text, row.iter().copied());
        }
        let (_, list) = self.list.href().rsplit_once('/').unwrap_or_default();
        let name = format!("{list}-template.csv");
        Ok(csv_file(&name, text))
    }

    fn allow(&self, staff: &Staff) -> Result<(), PageError> {
        if staff.actor().may_everywhere(self.needs) {
            Ok(())
        } else {
            let error = AppError::Forbidden(self.needs);
            Err(PageError::new(error, staff.reader.clone()))
        }
    }

    fn page(&self, staff: &Staff, outcome: &Outcome, status: StatusCode) -> Response {
        let tr = staff.tr();
        let title = tr.t(self.title);
        let base = self.list.href();
        let error = match outcome {
            Outcome::Refused(text) => Some(text.as_str()),
            _ => None,
        };
        // After a check that found nothing wrong the next step is the import itself.
        let check_only = match outcome {
            Outcome::Report(report, _) => report.dry_run && report.refused > 0,
            _ => true,
        };
        let crumbs = parts::breadcrumbs(
            tr,
            &[
                Crumb {
                    label: &tr.t(self.list.message()),
                    href: Some(base),
                },
                Crumb {
                    label: &title,
                    href: None,
                },
            ],
        );
        let template = format!("{base}/template.csv");
        let names = ["upload-column", "upload-meaning"].map(|id| tr.t(id));
        let columns = names.each_ref().map(|name| Column::text(name));
        let columns = Table {
            caption: &tr.t("upload-columns"),
            columns: &columns,
            rows: self
                .columns
                .iter()
                .map(|(name, meaning)| vec![html! { code { (name) } }, html! { (tr.t(meaning)) }])
                .collect(),
            ..Table::default()
        };
        let body = html! {
            (parts::page_header(&PageHeader { title: &title, lead: Some(&tr.t("upload-lead")), crumbs,
                actions: parts::link_button_of(Weight::Secondary, &template, &tr.t("upload-template")) }))
            @if let Outcome::Report(report, name) = outcome { (self.report(staff, report, name)) }
            form.card.form method="post" enctype="multipart/form-data" action={ (base) "/import" } {
                (parts::csrf_field(staff.csrf()))
                (parts::field(tr, &Field { name: "file", label: &tr.t("upload-file"), hint: Some(&tr.t("upload-file-hint")),
                    error, required: true, control: Control::File { accept: ".csv,.tsv,.txt,.xlsx,text/csv,text/plain" },
                    ..Field::default() }))
                (parts::field(tr, &Field { name: "dry_run", label: &tr.t("upload-check-only"),
                    hint: Some(&tr.t("upload-check-only-hint")), control: Control::Check { checked: check_only },
                    ..Field::default() }))
                div.button-row { (parts::button(Weight::Primary, &tr.t("upload-send"))) }
            }
            (parts::section(&tr.t("upload-columns"), &html! {}, &parts::data_table(tr, &columns)))
        };
        staff.page_with(&title, self.list, None, body, status)
    }

    fn report(&self, staff: &Staff, report: &ImportReport, name: &str) -> Markup {
        let tr = staff.tr();
        let (tone, said, next) = match (report.dry_run, report.refused) {
            (true, 0) => (Tone::Info, "upload-checked", "upload-checked-next"),
            (true, _) => (Tone::Warning, "upload-checked", "upload-checked-mend"),
            (false, 0) => (Tone::Good, "upload-done", "upload-done-next"),
            (false, _) => (Tone::Warning, "upload-done", "upload-done-mend"),
        };
        let said = tr.ta(said, &[("file", name.to_owned().into())]);
        let count = |label: &str, n: u64| {
            let (label, value) = (tr.t(label), tr.count(n));
            parts::stat_card(
                tr,
                &StatCard {
                    label: &label,
                    value: Some(&value),
                    ..StatCard::default()
                },
            )
        };
        let names = ["upload-row", "upload-column", "upload-problem"].map(|id| tr.t(id));
        let columns = names.each_ref().map(|name| Column::text(name));
        let problems = Table {
            caption: &tr.t("upload-problems"),
            columns: &columns,
            rows: report
                .problems
                .iter()
                .map(|problem| {
                    vec![
                        html! { span.row-word { (tr.t("upload-row")) " " } (tr.count(problem.row)) },
                        html! {
                            @if problem.column.is_empty() { span.muted { (tr.t("upload-whole-row")) } }
                            @else { code { (problem.column) } }
                        },
                        html! { (refused::words(tr, &problem.reason)) },
                    ]
                })
                .collect(),
            ..Table::default()
        };
        html! {
            (parts::flash(&Flash { tone, title: &said, text: Some(&tr.t(next)) }))
            (parts::stat_row(&[
                count("upload-added", report.added), count("upload-changed", report.changed),
                count("upload-unchanged", report.unchanged), count("upload-refused", report.refused),
            ]))
            @if !report.not_used.is_empty() {
                p { (tr.t("upload-not-used")) " " @for name in &report.not_used { code { (name) } " " } }
            }
            @if !report.problems.is_empty() {
                (parts::section(&tr.t("upload-problems"), &html! {}, &html! {
                    (parts::data_table(tr, &problems))
                    @if report.problems.len() >= radost_app::table::MOST_PROBLEMS {
                        p.muted { (tr.ta("upload-more-problems", &[("n", report.problems.len().into())])) }
                    }
                }))
            }
        }
    }
}
