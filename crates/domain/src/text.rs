//! Languages, and texts written in several of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A language of the interface and of survey texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Russian.
    Ru,
    /// Ukrainian.
    Uk,
    /// Bulgarian.
    Bg,
}

impl Language {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Language; 4] = [Language::En, Language::Ru, Language::Uk, Language::Bg];

    /// The BCP 47 code: `en`, `ru`, `uk`, `bg`.
    pub fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Ru => "ru",
            Language::Uk => "uk",
            Language::Bg => "bg",
        }
    }

    /// The language's name for itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Language::En => "English",
            Language::Ru => "Русский",
            Language::Uk => "Українська",
            Language::Bg => "Български",
        }
    }

    /// The best of `offered` for an `Accept-Language` header, or `None` when it names none of them.
    ///
    /// Only the primary subtag counts (`uk-UA` is Ukrainian); of equal weights the first named wins.
    ///
    /// ```
    /// use radost_domain::Language;
    /// let header = "fr;q=0.9, uk-UA;q=0.8, en;q=0.7";
    /// assert_eq!(Language::negotiate(header, &Language::ALL), Some(Language::Uk));
    /// ```
    pub fn negotiate(header: &str, offered: &[Language]) -> Option<Language> {
        let mut best: Option<(f32, Language)> = None;
        for part in header.split(',') {
            let mut fields = part.split(';');
            let tag = fields.next().unwrap_or_default().trim();
            let primary = tag
                .split('-')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            let Ok(language) = primary.parse::<Language>() else {
                continue;
            };
            let weight = fields
                .find_map(|field| field.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.parse().unwrap_or(0.0));
            if weight > 0.0 && offered.contains(&language) && best.is_none_or(|(w, _)| weight > w) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

/// A text that names no language of Radost.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a language Radost speaks; it speaks en, ru, uk and bg")]
pub struct UnknownLanguage(String);

impl std::str::FromStr for Language {
    type Err = UnknownLanguage;
    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        Language::ALL
            .into_iter()
            .find(|language| language.code() == text)
            .ok_or_else(|| UnknownLanguage(text.chars().take(40).collect()))
    }
}

impl std::fmt::Display for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// A text in some of the languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(pub BTreeMap<Language, String>);

impl Text {
    /// A text in one language.
    pub fn of(language: Language, text: impl Into<String>) -> Self {
        Text(BTreeMap::from([(language, text.into())]))
    }

    /// The text in `language`, if it was written.
    pub fn in_language(&self, language: Language) -> Option<&str> {
        self.0
            .get(&language)
            .map(String::as_str)
            .filter(|text| !text.trim().is_empty())
    }

    /// The text in `language`, else in the first language that has one, else empty.
    pub fn best(&self, language: Language) -> &str {
        self.in_language(language)
            .or_else(|| {
                Language::ALL
                    .into_iter()
                    .find_map(|other| self.in_language(other))
            })
            .unwrap_or_default()
    }

    /// Whether nothing was written in any language.
    pub fn is_empty(&self) -> bool {
        Language::ALL
            .into_iter()
            .all(|language| self.in_language(language).is_none())
    }

    /// Sets the text in `language`; a blank text removes it.
    pub fn set(&mut self, language: Language, text: &str) {
        if text.trim().is_empty() {
            self.0.remove(&language);
        } else {
            self.0.insert(language, text.trim().to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_the_language_it_asks_for() {
        let check = |header, expected| {
            assert_eq!(
                Language::negotiate(header, &Language::ALL),
                expected,
                "{header}"
            );
        };
        check("ru", Some(Language::Ru));
        check("bg-BG,en;q=0.5", Some(Language::Bg));
        check("de-DE, fr", None);
        check("en;q=0.2, uk;q=0.9", Some(Language::Uk));
        check("uk;q=0, en;q=0.1", Some(Language::En));
        check("en;q=junk, bg", Some(Language::Bg));
        check("", None);
        assert_eq!(
            Language::negotiate("ru,en", &[Language::En]),
            Some(Language::En)
        );
    }

    #[test]
    fn a_missing_translation_falls_back() {
        let mut text = Text::of(Language::Ru, "Привет");
        assert_eq!(text.best(Language::Bg), "Привет");
        text.set(Language::Bg, " Здравей ");
        assert_eq!(text.best(Language::Bg), "Здравей");
        text.set(Language::Bg, " ");
        assert_eq!(text.in_language(Language::Bg), None);
    }
}
