//! End pages: what respondents see after the last answer, by what they answered.

use serde::{Deserialize, Serialize};

use super::answer::Answers;
use super::survey::PublishedSurvey;
use crate::{Code, Text};

/// Longest link of an end page, in characters.
pub const MAX_LINK: usize = 2_000;

/// An end page that stands in the place of the usual words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// Its stable code.
    pub code: Code,
    /// Shown when this holds over all answers, unless an earlier ending is; without a condition only to those whom a
    /// [`Quota`](super::Quota) sends there.
    #[serde(default)]
    pub show_if: Option<String>,
    /// A heading, or nothing.
    #[serde(default)]
    pub title: Text,
    /// The words.
    pub text: Text,
    /// Where one can go on from there: an address with `https://`, as it is; answers are not put into it.
    #[serde(default)]
    pub link: Option<String>,
}

impl PublishedSurvey {
    /// The end page for these answers: the first whose condition holds; `None` stands for
    /// [`thank_you`](super::Survey::thank_you).
    ///
    /// ```
    /// use radost_domain::listen::{Survey, answer::Answers, Answer};
    /// let survey = Survey::from_json(&serde_json::json!({
    ///     "code": "visit", "title": { "en": "Visit" }, "languages": ["en"],
    ///     "blocks": [{ "code": "main", "questions": [{ "code": "nps", "kind": "nps", "text": { "en": "Recommend?" } }] }],
    ///     "endings": [{ "code": "review", "show_if": "nps >= 9", "text": { "en": "Tell others!" }, "link": "https://example.com/review" }],
    /// })).unwrap().publish(1, &[]).unwrap();
    /// let after = |nps| survey.ending(&Answers::from([("nps".parse().unwrap(), Answer::Scale(nps))]));
    /// assert_eq!(after(10).unwrap().code.as_str(), "review");
    /// assert_eq!(after(6), None);
    /// ```
    pub fn ending(&self, answers: &Answers) -> Option<&Ending> {
        let conditions = self.ending_conditions.iter();
        self.survey()
            .endings
            .iter()
            .zip(conditions)
            .find(|(_, condition)| condition.as_ref().is_some_and(|c| c.holds(answers)))
            .map(|(ending, _)| ending)
    }

    /// The end page with this code.
    pub fn ending_of(&self, code: &Code) -> Option<&Ending> {
        let mut endings = self.survey().endings.iter();
        endings.find(|ending| ending.code == *code)
    }
}

/// Whether a link leads to a web site, encrypted, and to nobody's account on it.
pub(super) fn is_link(link: &str) -> bool {
    let Some(rest) = link.strip_prefix("https://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let strange = |c: char| c.is_whitespace() || c.is_control() || "\"'<>\\`{}|^@".contains(c);
    link.chars().count() <= MAX_LINK
        && host.starts_with(char::is_alphanumeric)
        && !host.contains(strange)
        && !rest.contains(|c: char| c != '@' && c != '\'' && strange(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_web_site() {
        let check = |link: &str, expected| assert_eq!(is_link(link), expected, "{link}");
        check("https://example.com", true);
        check("https://example.com:8443/a/b?c=d&e=%20#f", true);
        check("https://маркет.рф/@radost", true);
        check(&format!("https://e.com/{}", "a".repeat(1_986)), true);
        check(&format!("https://e.com/{}", "a".repeat(1_987)), false);
        for refused in [
            "",
            "example.com",
            "http://example.com",
            "javascript:alert(1)",
            "HTTPS://example.com",
            "https://",
            "https:///path",
            "https://example.com@evil.example",
            "https://example.com/a b",
            "https://example.com/\"onclick=",
            "https://example.com/{nps}",
            " https://example.com",
        ] {
            check(refused, false);
        }
    }
}
