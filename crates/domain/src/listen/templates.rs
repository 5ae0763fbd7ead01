//! Surveys that are ready to use, in every language.
//!
//! | code | for | asks |
//! |---|---|---|
//! | `post-visit` | a shop or coffee house | NPS, overall satisfaction, five attributes with their importance (CSI), words |
//! | `supplier-relationship` | companies that buy from you | impression of working with you; expectations of a supplier in general |
//! | `support-effort` | after a contact with support | CES, solved or not, satisfaction, what it was about, words |
//! | `kiosk-pulse` | a touch screen at the place | one touch on a face, what influenced it, NPS |
//! | `new-features` | planning what to offer | five features by Kano's pairs of questions |
//!
//! They are documents like any other: people copy and change them. Codes of questions stay as they are from release to
//! release, so that results of an older copy remain comparable.

use super::survey::{Defect, DefectKind, Survey};

/// A survey that comes with Radost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadySurvey {
    code: &'static str,
    document: &'static str,
}

impl ReadySurvey {
    /// Its name, also that of the survey.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The document as JSON, for people who write their own.
    pub fn document(&self) -> &'static str {
        self.document
    }

    /// The survey, a draft to be published.
    ///
    /// # Errors
    /// None for the surveys of [`ready`]; reading a document is fallible all the same.
    pub fn survey(&self) -> Result<Survey, Vec<Defect>> {
        let document = serde_json::from_str(self.document).map_err(|error| {
            let kind = DefectKind::Malformed(error.to_string());
            vec![Defect::new(self.code, None, kind)]
        })?;
        Survey::from_json(&document)
    }
}

macro_rules! ready {
    ($($code:literal),+) => {
        &[$(ReadySurvey { code: $code, document: include_str!(concat!("templates/", $code, ".json")) }),+]
    };
}

/// Every ready survey.
///
/// ```
/// use radost_domain::listen::templates::ready;
/// let codes: Vec<&str> = ready().iter().map(|survey| survey.code()).collect();
/// assert_eq!(codes, ["post-visit", "supplier-relationship", "support-effort", "kiosk-pulse", "new-features"]);
/// ```
pub fn ready() -> &'static [ReadySurvey] {
    ready!(
        "post-visit",
        "supplier-relationship",
        "support-effort",
        "kiosk-pulse",
        "new-features"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listen::QuestionKind;
    use crate::listen::duration::estimate;
    use crate::{Language, Text};

    fn surveys() -> impl Iterator<Item = Survey> {
        ready().iter().map(|ready| {
            let survey = ready
                .survey()
                .unwrap_or_else(|defects| panic!("{}: {defects:?}", ready.code()));
            assert_eq!(survey.code.as_str(), ready.code());
            survey
        })
    }

    #[test]
    fn each_publishes_in_every_language() {
        for survey in surveys() {
            assert_eq!(survey.languages, Language::ALL, "{}", survey.code);
            if let Err(defects) = survey.publish(1, &[]) {
                panic!("{}: {defects:#?}", survey.code);
            }
        }
    }

    /// Publication lets optional texts be absent; here each scale has words at its ends and each segment a label.
    #[test]
    fn no_scale_is_without_words_at_its_ends() {
        let complete = |text: &Text| {
            Language::ALL
                .into_iter()
                .all(|language| text.in_language(language).is_some())
        };
        for survey in surveys() {
            assert!(complete(&survey.thank_you), "{}", survey.code);
            assert!(
                survey
                    .segments
                    .iter()
                    .all(|segment| complete(&segment.label)),
                "{}",
                survey.code
            );
            for (_, _, question) in survey.questions() {
                if let Some((low, high)) = question.kind.end_labels() {
                    assert!(
                        complete(low) && complete(high),
                        "{}: {}",
                        survey.code,
                        question.code
                    );
                }
            }
        }
    }

    #[test]
    fn each_text_is_written_in_its_language() {
        for ready in ready() {
            let document: serde_json::Value = serde_json::from_str(ready.document()).unwrap();
            each_text(&document, &mut |language, text| {
                let cyrillic = text
                    .chars()
                    .any(|c| ('а'..='я').contains(&c.to_lowercase().next().unwrap_or(c)));
                assert_eq!(cyrillic, language != "en", "{language}: {text}");
                // Letters that one of the languages does not have are the usual slip in copied text.
                let foreign = match language {
                    "ru" => "іїєґ",
                    "uk" => "ыэёъ",
                    "bg" => "ыэёіїєґ",
                    _ => "",
                };
                assert!(
                    !text.to_lowercase().contains(|c| foreign.contains(c)),
                    "{language}: {text}"
                );
                assert_eq!(text.trim(), text);
            });
        }
    }

    fn each_text(value: &serde_json::Value, check: &mut dyn FnMut(&str, &str)) {
        match value {
            serde_json::Value::Object(fields) => {
                for (key, value) in fields {
                    match value.as_str().filter(|_| key.parse::<Language>().is_ok()) {
                        Some(text) => check(key, text),
                        None => each_text(value, check),
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| each_text(item, check)),
            _ => {}
        }
    }

    #[test]
    fn nobody_is_kept_longer_than_the_intro_says() {
        let promised = |code: &str| match code {
            "post-visit" => 2.0,
            "supplier-relationship" => 3.0,
            "new-features" => 2.0,
            "support-effort" => 1.0,
            _ => 0.5,
        };
        for survey in surveys() {
            for language in Language::ALL {
                let minutes = estimate(&survey, language).minutes();
                assert!(
                    minutes < promised(survey.code.as_str()) + 0.25,
                    "{} in {language}: {minutes}",
                    survey.code
                );
            }
        }
    }

    #[test]
    fn csi_can_be_computed_where_importance_is_asked() {
        for survey in surveys() {
            let published = survey.publish(1, &[]).unwrap();
            let importances = survey
                .questions()
                .filter(|(_, _, q)| matches!(q.kind, QuestionKind::Importance { .. }))
                .count();
            assert_eq!(published.csi_pairs().len(), importances, "{}", survey.code);
        }
    }

    /// Results of a copy that somebody took from an earlier release stay comparable.
    #[test]
    fn codes_do_not_change() {
        let codes = |survey: &Survey| {
            survey
                .questions()
                .map(|(_, _, q)| q.code.to_string())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let codes: Vec<String> = surveys()
            .map(|survey| format!("{}: {}", survey.code, codes(&survey)))
            .collect();
        insta::assert_snapshot!(codes.join("\n"), @r"
        post-visit: nps improve liked csat friendliness speed quality cleanliness value friendliness_importance speed_importance quality_importance cleanliness_importance value_importance contact
        supplier-relationship: csat nps deadlines quality competence problems value appreciated improve deadlines_importance quality_importance competence_importance problems_importance value_importance expect_more
        support-effort: ces solved csat reason comment
        kiosk-pulse: csat influenced nps
        new-features: card_payment_functional card_payment_dysfunctional seating_functional seating_dysfunctional wifi_functional wifi_dysfunctional order_ahead_functional order_ahead_dysfunctional live_music_functional live_music_dysfunctional
        ");
        let segments: Vec<String> = surveys()
            .flat_map(|survey| survey.segments)
            .map(|segment| segment.code.to_string())
            .collect();
        assert_eq!(
            segments,
            ["customer_type", "size", "contacted_by", "guest_type"]
        );
    }
}
