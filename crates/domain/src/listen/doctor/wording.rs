//! Wording that spoils answers, by the rules of each language.
//!
//! A rule is a run of words: `*` at the end of a word stands for any ending, `*` alone in front for any beginning. Words are
//! compared in small letters, with one sort of apostrophe and without the dots of ё. The rules are short on purpose: a remark
//! that is wrong once is not read a second time.

use crate::Language;

/// What spoils answers in one language.
pub(super) struct Rules {
    /// Says what to answer, or takes it for granted.
    pub leading: &'static [&'static str],
    /// Joins two things into one question.
    pub joins: &'static [&'static str],
    /// Where a join makes one thing of two words.
    pub joined: &'static [&'static str],
    /// Turns a question round.
    pub negations: &'static [&'static str],
    /// Where a negation turns nothing round.
    pub harmless: &'static [&'static str],
    /// Asks who somebody is.
    pub personal: &'static [&'static str],
    /// Ends of scales that are bad, and that are good.
    pub bad: &'static [&'static str],
    pub good: &'static [&'static str],
}

pub(super) fn rules(language: Language) -> &'static Rules {
    match language {
        Language::En => &EN,
        Language::Ru => &RU,
        Language::Uk => &UK,
        Language::Bg => &BG,
    }
}

static EN: Rules = Rules {
    leading: &[
        "don't you",
        "doesn't it",
        "wouldn't you",
        "isn't it",
        "do you agree that",
        "would you agree",
        "as you know",
        "everyone knows",
        "everybody knows",
        "how much did you love",
        "how much did you enjoy",
        "how much do you love",
        "how great",
        "how wonderful",
        "how excellent",
        "our excellent",
        "our great",
        "our wonderful",
        "our amazing",
        "our friendly",
        "our best",
        "our award winning",
        "of course",
        "surely",
        "obviously",
    ],
    joins: &["and", "or"],
    joined: &[
        "terms and conditions",
        "food and drink*",
        "bed and breakfast",
        "friends and family",
        "family and friends",
        "friend* and colleague*",
        "friend* or colleague*",
        "friend* or family",
        "research and development",
        "health and safety",
        "yes or no",
        "or not",
        "and or",
        "wait and see",
        "more or less",
        "one or more",
        "once or twice",
        "overall and",
    ],
    negations: &["not", "never", "*n't", "cannot"],
    harmless: &[
        "if not",
        "or not",
        "not only",
        "not applicable",
        "not at all",
    ],
    personal: &[
        "your name",
        "full name",
        "first name",
        "last name",
        "your email",
        "your e mail",
        "email address",
        "e mail address",
        "your phone",
        "phone number",
        "telephone number",
        "your address",
        "home address",
        "date of birth",
        "passport",
    ],
    bad: &[
        "dissatisfied",
        "unsatisfied",
        "poor",
        "bad",
        "terrible",
        "awful",
        "unlikely",
        "disagree",
        "difficult",
        "hard",
        "worst",
        "unhappy",
        "unimportant",
        "not",
        "never",
    ],
    good: &[
        "satisfied",
        "excellent",
        "good",
        "great",
        "likely",
        "agree",
        "easy",
        "best",
        "happy",
        "important",
        "perfect",
        "outstanding",
    ],
};

static RU: Rules = Rules {
    leading: &[
        "согласитесь",
        "не правда ли",
        "не так ли",
        "как вы знаете",
        "как известно",
        "все знают",
        "конечно",
        "очевидно",
        "разве",
        "насколько вам понравил*",
        "как сильно вам понравил*",
        "наш* замечательн*",
        "наш* прекрасн*",
        "наш* отличн*",
        "наш* лучш*",
        "наш* вежлив*",
        "наш* превосходн*",
        "наш* великолепн*",
    ],
    joins: &["и", "или"],
    joined: &[
        "друзьям и *",
        "друзьям или *",
        "другу или коллеге",
        "родным и близким",
        "родственникам и друзьям",
        "да или нет",
        "или нет",
        "соотношени* цен* и качеств*",
        "соответстви* цен* и качеств*",
        "более или менее",
        "один или",
        "раз или два",
        "и так далее",
        "и т",
        "ед* и напит*",
        "блюд* и напит*",
    ],
    negations: &["не", "ни", "никогда", "нельзя"],
    harmless: &[
        "или не",
        "не только",
        "не менее",
        "не более",
        "не относится",
        "насколько бы ни",
    ],
    personal: &[
        "ваше имя",
        "как вас зовут",
        "ваш* фамили*",
        "ваш* телефон*",
        "номер* телефон*",
        "электронн* почт*",
        "ваш* email",
        "ваш* e mail",
        "домашн* адрес*",
        "ваш адрес",
        "дат* рождения",
        "паспорт*",
    ],
    bad: &[
        "не",
        "недовол*",
        "неудовлетвор*",
        "плох*",
        "ужасн*",
        "сложно",
        "трудно",
        "тяжело",
        "маловероятно",
        "никогда",
        "худш*",
        "неважно",
    ],
    good: &[
        "довол*",
        "отличн*",
        "хорош*",
        "прекрасн*",
        "легко",
        "просто",
        "обязательно",
        "согласен",
        "согласна",
        "лучш*",
        "важно",
        "удовлетвор*",
        "вероятно",
    ],
};

static UK: Rules = Rules {
    leading: &[
        "погодьтеся",
        "чи не правда",
        "чи не так",
        "хіба",
        "як ви знаєте",
        "як відомо",
        "всі знають",
        "усі знають",
        "звичайно",
        "звісно",
        "очевидно",
        "наскільки вам сподобал*",
        "як сильно вам сподобал*",
        "наш* чудов*",
        "наш* прекрасн*",
        "наш* відмінн*",
        "наш* найкращ*",
        "наш* ввічлив*",
    ],
    joins: &["та", "і", "й", "або"],
    joined: &[
        "друзям і *",
        "друзям та *",
        "друзям або *",
        "другові або *",
        "рідним і *",
        "рідним та *",
        "так або ні",
        "або ні",
        "співвідношення ціни * якості",
        "відповідність ціни * якості",
        "більш або менш",
        "один або",
        "раз або два",
        "і так далі",
        "і т",
        "та ін",
        "їж* та нап*",
        "їж* і нап*",
        "страв* та нап*",
        "страв* і нап*",
    ],
    negations: &["не", "ні", "ніколи", "неможливо"],
    harmless: &[
        "або не",
        "або ні",
        "так або ні",
        "чи не",
        "чи ні",
        "не тільки",
        "не лише",
        "не менше",
        "не більше",
        "не стосується",
    ],
    personal: &[
        "ваше ім'я",
        "як вас звати",
        "ваш* прізвищ*",
        "ваш* телефон*",
        "номер* телефон*",
        "електронн* пошт*",
        "ваш* email",
        "ваш* e mail",
        "домашн* адрес*",
        "ваш* адрес*",
        "дат* народження",
        "паспорт*",
    ],
    bad: &[
        "не",
        "незадовол*",
        "поган*",
        "жахлив*",
        "важко",
        "складно",
        "малоймовірно",
        "ніколи",
        "найгірш*",
        "неважливо",
    ],
    good: &[
        "задовол*",
        "відмінн*",
        "добре",
        "чудов*",
        "легко",
        "просто",
        "згоден",
        "згодна",
        "погоджу*",
        "найкращ*",
        "важливо",
        "ймовірно",
    ],
};

static BG: Rules = Rules {
    leading: &[
        "съгласете се",
        "нали",
        "не е ли",
        "както знаете",
        "както е известно",
        "всички знаят",
        "разбира се",
        "очевидно",
        "колко много ви хареса*",
        "наш* прекрас*",
        "наш* чудес*",
        "наш* отлич*",
        "наш* страхот*",
        "наш* любез*",
        "най добр* ни",
    ],
    joins: &["и", "или"],
    joined: &[
        "приятел* и *",
        "приятел* или *",
        "роднини и *",
        "близки и *",
        "да или не",
        "или не",
        "съотношение* * и качество*",
        "повече или по малко",
        "един или",
        "веднъж или два пъти",
        "и така нататък",
        "и т",
        "хран* и напит*",
    ],
    negations: &["не", "нито", "никога", "няма"],
    harmless: &[
        "или не",
        "не само",
        "не по малко",
        "не повече",
        "не се отнася",
    ],
    personal: &[
        "вашето име",
        "как се казвате",
        "фамили*",
        "ваш* телефон*",
        "телефонен номер",
        "телефонния* номер",
        "имейл*",
        "ваш* e mail",
        "домашн* адрес*",
        "вашия* адрес*",
        "дат* на раждане",
        "рожден* дат*",
        "егн",
    ],
    bad: &[
        "не",
        "недовол*",
        "лошо",
        "лош",
        "лоша",
        "ужасно",
        "трудно",
        "малко вероятно",
        "никога",
        "най лош*",
        "маловажно",
    ],
    good: &[
        "довол*",
        "отличн*",
        "добре",
        "добър",
        "лесно",
        "съглас*",
        "най добр*",
        "важно",
        "вероятно",
    ],
};

/// A word of a text: how it is compared, and where it stands.
struct Word {
    folded: String,
    start: usize,
    end: usize,
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '`')
}

fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for (start, c) in text.char_indices() {
        if !(c.is_alphanumeric() || open && is_apostrophe(c)) {
            open = false;
            continue;
        }
        if !open {
            words.push(Word {
                folded: String::new(),
                start,
                end: start,
            });
            open = true;
        }
        if let Some(word) = words.last_mut() {
            word.end = start + c.len_utf8();
            match c {
                c if is_apostrophe(c) => word.folded.push('\''),
                'ё' | 'Ё' => word.folded.push('е'),
                c => word.folded.extend(c.to_lowercase()),
            }
        }
    }
    words
}

fn fits(word: &str, rule: &str) -> bool {
    match (rule.strip_suffix('*'), rule.strip_prefix('*')) {
        (Some(start), _) => word.starts_with(start),
        (_, Some(end)) => word.ends_with(end),
        _ => word == rule,
    }
}

/// Where the rule begins and ends in the words, both by index.
fn runs<'w>(words: &'w [Word], rule: &'static str) -> impl Iterator<Item = (usize, usize)> + 'w {
    let rule: Vec<&str> = rule.split(' ').collect();
    let length = rule.len();
    words
        .windows(length)
        .enumerate()
        .filter(move |(_, run)| {
            run.iter()
                .zip(&rule)
                .all(|(word, rule)| fits(&word.folded, rule))
        })
        .map(move |(start, _)| (start, start + length - 1))
}

/// The first words of the text that one of the rules fits.
pub(super) fn find<'t>(text: &'t str, rules: &[&'static str]) -> Option<&'t str> {
    let words = words(text);
    let found = rules.iter().find_map(|rule| runs(&words, rule).next());
    found.map(|(first, last)| &text[words[first].start..words[last].end])
}

/// The same, but for words that stand in one of the `exceptions`; together with the words on both sides when `around`.
pub(super) fn find_except<'t>(
    text: &'t str,
    rules: &[&'static str],
    exceptions: &[&'static str],
    around: bool,
) -> Option<&'t str> {
    let words = words(text);
    let excepted: Vec<(usize, usize)> = exceptions
        .iter()
        .flat_map(|rule| runs(&words, rule))
        .collect();
    let found = rules.iter().flat_map(|rule| runs(&words, rule));
    // What joins has something on both sides: a first word is a particle.
    let mut found = found.filter(|(first, last)| {
        (!around || (*first > 0 && *last + 1 < words.len()))
            && !excepted
                .iter()
                .any(|(from, to)| from <= first && last <= to)
    });
    let (first, last) = found.next()?;
    let (first, last) = match around {
        true => (first - 1, last + 1),
        false => (first, last),
    };
    Some(&text[words[first].start..words[last].end])
}
