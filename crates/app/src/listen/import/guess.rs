//! Guessing what the columns of a file are, from their names, some of their cells, and the survey.

use std::collections::{BTreeSet, HashMap};

use radost_domain::listen::{PublishedSurvey, QuestionKind};
use radost_domain::{Code, Text};
use radost_table::answers::{Head, Heading, Program};

use super::cell;
use super::mapping::{MappedColumn, Mapping, Target};

/// A guessed mapping, and how sure each part of it is.
#[derive(Debug, Clone)]
pub struct Guess {
    /// The mapping; columns that were not recognised are in it as ignored.
    pub mapping: Mapping,
    /// Every column of the file, in its order.
    pub columns: Vec<GuessedColumn>,
}

/// What a column was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuessedColumn {
    /// Its name.
    pub name: String,
    /// The question, where the file says it apart from the name.
    pub question: String,
    /// Its first cells that say something.
    pub samples: Vec<String>,
    /// What it was taken for.
    pub target: Target,
    /// How sure that is.
    pub confidence: Confidence,
    /// Cells that were given another meaning: `0` → `n/a`.
    pub values: Vec<(String, String)>,
    /// How its times are written, where that has to be said.
    pub format: Option<String>,
}

/// How sure a guess is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Nothing fits; the column is left out.
    None,
    /// The words are alike.
    Likely,
    /// The name is a code or text of the survey, or one that everybody uses for this.
    Sure,
}

impl Confidence {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::None => "not recognised",
            Confidence::Likely => "likely",
            Confidence::Sure => "sure",
        }
    }
}

/// Names that columns commonly have, whatever the survey: in English, German, Russian, Ukrainian and Bulgarian.
const COMMON: &[(Target, &[&str])] = &[
    (
        Target::ClientId,
        &[
            "id",
            "uuid",
            "guid",
            "client id",
            "response id",
            "responseid",
            "respondent id",
            "respondentid",
            "record id",
            "recordid",
            "submission id",
            "network id",
            "token",
            "no",
            "nr",
            "lfd nr",
            "fragebogen nr",
            "antwort id",
            "ид",
            "номер",
            "номер анкеты",
            "номер ответа",
            "id ответа",
            "номер анкети",
            "номер відповіді",
            "id відповіді",
            "номер на анкета",
            "номер на отговор",
        ],
    ),
    (
        Target::SubmittedAt,
        &[
            "submitted at",
            "submitted",
            "submit date",
            "date submitted",
            "submission date",
            "completed at",
            "date completed",
            "submitdate",
            "response date",
            "survey date",
            "date",
            "datetime",
            "date time",
            "date and time",
            "timestamp",
            "time",
            "end date",
            "enddate",
            "recorded date",
            "recordeddate",
            "submit date utc",
            "datum",
            "zeitstempel",
            "zeitpunkt",
            "datum und uhrzeit",
            "abgabedatum",
            "enddatum",
            "дата",
            "дата и время",
            "отметка времени",
            "дата ответа",
            "дата заполнения",
            "время",
            "дата і час",
            "позначка часу",
            "дата відповіді",
            "дата заповнення",
            "дата и час",
            "дата на отговора",
            "клеймо за време",
        ],
    ),
    (
        Target::StartedAt,
        &[
            "started at",
            "started",
            "start date",
            "startdate",
            "start time",
            "start date utc",
            "begin",
            "startdatum",
            "beginn",
            "начало",
            "дата начала",
            "начато",
            "початок",
            "дата початку",
        ],
    ),
    (
        Target::Location,
        &[
            "location",
            "location code",
            "store",
            "store code",
            "shop",
            "branch",
            "site",
            "outlet",
            "restaurant",
            "office",
            "filiale",
            "standort",
            "geschäft",
            "laden",
            "магазин",
            "филиал",
            "точка",
            "заведение",
            "ресторан",
            "отделение",
            "адрес точки",
            "філія",
            "заклад",
            "відділення",
            "обект",
            "клон",
            "локация",
            "локація",
        ],
    ),
    (
        Target::Employee,
        &[
            "employee",
            "employee code",
            "employee id",
            "staff",
            "agent",
            "waiter",
            "seller",
            "mitarbeiter",
            "verkäufer",
            "сотрудник",
            "продавец",
            "официант",
            "код сотрудника",
            "співробітник",
            "працівник",
            "продавець",
            "офіціант",
            "служител",
            "продавач",
            "сервитьор",
        ],
    ),
    (
        Target::Customer,
        &[
            "customer",
            "customer id",
            "customerid",
            "customer no",
            "customer number",
            "client",
            "external id",
            "kunde",
            "kundennummer",
            "kunden id",
            "клиент",
            "номер клиента",
            "код клиента",
            "id клиента",
            "клієнт",
            "номер клієнта",
            "код клієнта",
            "id клієнта",
            "номер на клиент",
            "клиентски номер",
        ],
    ),
    (
        Target::Channel,
        &[
            "channel",
            "collector",
            "source",
            "kanal",
            "канал",
            "источник",
            "джерело",
            "източник",
        ],
    ),
    (
        Target::Language,
        &[
            "language",
            "lang",
            "userlanguage",
            "startlanguage",
            "user language",
            "locale",
            "sprache",
            "язык",
            "мова",
            "език",
        ],
    ),
    (
        Target::Touchpoint,
        &[
            "touchpoint",
            "touch point",
            "kontaktpunkt",
            "точка контакта",
            "точка контакту",
        ],
    ),
];

/// Names for the only question of its kind.
const KINDS: &[(&str, &[&str])] = &[
    (
        "nps",
        &[
            "nps",
            "nps score",
            "likelihood to recommend",
            "recommend",
            "recommendation",
            "weiterempfehlung",
            "weiterempfehlungsbereitschaft",
            "рекомендация",
            "готовность рекомендовать",
            "порекомендуете",
            "рекомендація",
            "готовність рекомендувати",
            "препоръка",
        ],
    ),
    (
        "csat",
        &[
            "csat",
            "satisfaction",
            "overall satisfaction",
            "zufriedenheit",
            "gesamtzufriedenheit",
            "удовлетворенность",
            "удовлетворённость",
            "общая удовлетворенность",
            "задоволеність",
            "загальна задоволеність",
            "удовлетвореност",
        ],
    ),
    (
        "ces",
        &[
            "ces",
            "effort",
            "customer effort",
            "aufwand",
            "усилие",
            "усилия",
            "зусилля",
        ],
    ),
    (
        "text",
        &[
            "comment",
            "comments",
            "feedback",
            "kommentar",
            "anmerkung",
            "anmerkungen",
            "bemerkung",
            "комментарий",
            "комментарии",
            "отзыв",
            "коментар",
            "коментарі",
            "відгук",
            "коментари",
            "отзиви",
        ],
    ),
];

/// Least likeness at which a column is taken for a question.
const ALIKE: f64 = 0.6;
/// Cells shown of a column.
const SAMPLES: usize = 3;

/// A text without case, punctuation and double spaces: `Wi-Fi` is `wifi`, `Type of  Travel?` is `type of travel`.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        // What joins the halves of a word is left out, what parts words becomes a space.
        if matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\'' | '’' | 'ʼ' | '`') {
            continue;
        }
        if c.is_alphanumeric() {
            plain.extend(c.to_lowercase().map(|c| if c == 'ё' { 'е' } else { c }));
        } else if !plain.ends_with(' ') && !plain.is_empty() {
            plain.push(' ');
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// What a column is called, and what of it is asked.
struct Called {
    name: String,
    /// What may be the text of a question here: a line of a table is often one of its own.
    asked: Vec<String>,
    question: Vec<String>,
    part: String,
}

impl Called {
    fn of(heading: &Heading) -> Self {
        let Heading {
            name,
            question,
            part,
        } = heading;
        let own = name.split_once('[').map_or(name.as_str(), |(own, _)| own);
        let both = format!("{question} {part}");
        let plain_of = |texts: &[&str]| {
            let texts = texts.iter().map(|text| plain(text));
            texts.filter(|text| !text.is_empty()).collect()
        };
        Called {
            name: plain(name),
            asked: plain_of(&[name, question, part, &both]),
            question: plain_of(&[own, question]),
            part: plain(part),
        }
    }
}

/// Guesses from the head of a file and its first rows.
pub fn guess(survey: &PublishedSurvey, head: &Head, rows: &[Vec<String>]) -> Guess {
    let called: Vec<Called> = head.columns.iter().map(Called::of).collect();
    // Every pair that fits, the best first; equals are told apart by the order of columns, then of questions.
    let mut pairs: Vec<(i64, usize, Target)> = Vec::new();
    let candidates = candidates(survey);
    let best = |phrases: &[Phrase], names: &[String]| {
        let scores = names
            .iter()
            .flat_map(|name| phrases.iter().map(move |phrase| phrase.score(name)));
        scores.fold(0.0, f64::max)
    };
    for (index, called) in called.iter().enumerate() {
        for Candidate {
            target,
            phrases,
            option,
        } in &candidates
        {
            let score = match option {
                None if matches!(target, Target::Answer(_)) => best(phrases, &called.asked),
                None => best(phrases, std::slice::from_ref(&called.name)),
                // A column of one option: both the question and the option have to fit.
                Some(_) if called.part.is_empty() => 0.0,
                Some(option) => {
                    let part = best(option, std::slice::from_ref(&called.part));
                    let question = best(phrases, &called.question);
                    if part < ALIKE {
                        0.0
                    } else {
                        part.min(question)
                    }
                }
            };
            if score >= ALIKE {
                pairs.push(((score * 1000.0) as i64, index, target.clone()));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut chosen: HashMap<usize, (Target, Confidence)> = HashMap::new();
    let mut taken: BTreeSet<Target> = BTreeSet::new();
    for at in 0..pairs.len() {
        let (score, index, target) = &pairs[at];
        if chosen.contains_key(index) || taken.contains(target) {
            continue;
        }
        // Two questions that fit a column equally well: nobody knows which is meant.
        let rival = pairs[at + 1..].iter().any(|(other, column, rival)| {
            other == score && column == index && rival != target && !taken.contains(rival)
        });
        if rival && *score < 1000 {
            continue;
        }
        let confidence = if *score >= 1000 {
            Confidence::Sure
        } else {
            Confidence::Likely
        };
        taken.insert(target.clone());
        chosen.insert(*index, (target.clone(), confidence));
    }
    let mut columns = Vec::with_capacity(head.columns.len());
    let mut mapping = Mapping {
        survey: Some(survey.survey().code.to_string()),
        ..Mapping::default()
    };
    for (
        index,
        Heading {
            name,
            question,
            part,
        },
    ) in head.columns.iter().enumerate()
    {
        let (target, confidence) = chosen
            .remove(&index)
            .unwrap_or((Target::Ignore, Confidence::None));
        let cells = || {
            rows.iter()
                .filter_map(|row| row.get(index))
                .map(|cell| cell.trim())
                .filter(|cell| !cell.is_empty())
        };
        let mut samples: Vec<String> = Vec::new();
        for cell in cells() {
            let cell: String = cell.chars().take(60).collect();
            if !samples.contains(&cell) {
                samples.push(cell);
            }
            if samples.len() == SAMPLES {
                break;
            }
        }
        let mut column = MappedColumn::new(name.as_str(), target.clone());
        if let Target::Answer(code) = &target {
            let kind = survey.question(code.as_str()).map(|q| &q.question.kind);
            let optional = matches!(
                kind,
                Some(QuestionKind::Rating {
                    not_applicable: true,
                    ..
                })
            );
            let off = kind
                .and_then(QuestionKind::scale)
                .is_some_and(|(low, _)| low > 0);
            // Where a scale begins at 1 and "does not apply" is offered, a 0 is how most files write it.
            if optional && off && cells().any(|cell| cell == "0" || cell == "0.0") {
                let zero = if cells().any(|cell| cell == "0") {
                    "0"
                } else {
                    "0.0"
                };
                column.values.insert(zero.into(), "n/a".into());
            }
        }
        if matches!(target, Target::SubmittedAt | Target::StartedAt) {
            let american = matches!(
                head.program,
                Some(Program::SurveyMonkey | Program::Qualtrics | Program::GoogleForms)
            );
            let format = cell::time_format(cells(), american.then_some(true));
            column.format = format.map(str::to_owned);
        }
        let question = match part.as_str() {
            _ if question == name => "",
            "" => question,
            part => &format!("{question} [{part}]"),
        };
        columns.push(GuessedColumn {
            name: name.clone(),
            question: match question.starts_with(name.as_str()) {
                true => String::new(),
                false => question.to_owned(),
            },
            samples,
            target,
            confidence,
            values: column.values.clone().into_iter().collect(),
            format: column.format.clone(),
        });
        mapping.columns.push(column);
    }
    Guess { mapping, columns }
}

/// A text by which something may be called.
struct Phrase {
    text: String,
    words: Vec<String>,
    /// Whether a header may be merely like it.
    loose: bool,
    /// A code: a header that contains all its words means it.
    code: bool,
}

impl Phrase {
    fn exact(text: &str) -> Self {
        Phrase {
            text: plain(text),
            words: Vec::new(),
            loose: false,
            code: false,
        }
    }

    fn loose(text: &str, code: bool) -> Self {
        let text = plain(text);
        Phrase {
            words: text.split(' ').map(str::to_owned).collect(),
            text,
            loose: true,
            code,
        }
    }

    /// 1 for the same, less for what is alike.
    fn score(&self, name: &str) -> f64 {
        if name.is_empty() || self.text.is_empty() {
            return 0.0;
        }
        // Words written together or apart are the same words.
        if name == self.text || name.replace(' ', "") == self.text.replace(' ', "") {
            return 1.0;
        }
        if !self.loose {
            return 0.0;
        }
        let words: Vec<&str> = name.split(' ').collect();
        let common = self
            .words
            .iter()
            .filter(|word| words.iter().any(|other| alike(word, other)))
            .count();
        let dice = 2.0 * common as f64 / (words.len() + self.words.len()) as f64;
        let contained = self.code && common == self.words.len();
        let contained = if contained {
            0.7 + 0.1 * self.words.len().min(2) as f64
        } else {
            0.0
        };
        dice.min(0.95).max(contained)
    }
}

/// Whether two words are forms of one: `times` and `time`, `удобство` and `удобства`.
fn alike(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let common = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let longest = a.chars().count().max(b.chars().count());
    common >= 4 && common * 4 >= longest * 3
}

/// What a column may be.
struct Candidate {
    target: Target,
    /// How it may be called.
    phrases: Vec<Phrase>,
    /// How the option may be called, for a column of one option.
    option: Option<Vec<Phrase>>,
}

fn candidates(survey: &PublishedSurvey) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    let whole = |target, phrases| Candidate {
        target,
        phrases,
        option: None,
    };
    let words = |code: &str| code.replace('_', " ");
    for published in survey.questions() {
        let question = &published.question;
        if !question.kind.takes_answer() {
            continue;
        }
        let called = |code: &Code, text: &Text| {
            let texts = text.0.values().map(|text| Phrase::loose(text, false));
            let code = Phrase::loose(&words(code.as_str()), true);
            std::iter::once(code).chain(texts).collect::<Vec<Phrase>>()
        };
        if let QuestionKind::Multi { options, .. } = &question.kind {
            candidates.extend(options.iter().map(|option| Candidate {
                target: Target::Option(question.code.clone(), option.code.clone()),
                phrases: called(&question.code, &question.text),
                option: Some(called(&option.code, &option.text)),
            }));
        }
        let mut phrases = called(&question.code, &question.text);
        let kind = question.kind.name();
        let only = survey
            .questions()
            .iter()
            .filter(|other| other.question.kind.name() == kind)
            .count()
            == 1;
        if let Some((_, names)) = KINDS.iter().find(|(name, _)| *name == kind && only) {
            phrases.extend(names.iter().map(|name| Phrase::exact(name)));
        }
        candidates.push(whole(Target::Answer(question.code.clone()), phrases));
    }
    for segment in &survey.survey().segments {
        let mut phrases = vec![Phrase::loose(&words(segment.code.as_str()), true)];
        phrases.extend(
            segment
                .label
                .0
                .values()
                .map(|text| Phrase::loose(text, false)),
        );
        candidates.push(whole(Target::Segment(segment.code.clone()), phrases));
    }
    for (target, names) in COMMON {
        let phrases = names.iter().map(|name| Phrase::exact(name)).collect();
        candidates.push(whole(target.clone(), phrases));
    }
    candidates
}

#[cfg(test)]
mod tests {
    use radost_domain::listen::{Survey, templates};

    use super::*;

    fn airline() -> PublishedSurvey {
        let text = include_str!("../../../../../examples/airline/survey.json");
        let document = serde_json::from_str(text).expect("JSON");
        let survey = Survey::from_json(&document).expect("a survey");
        survey.publish(1, &[]).expect("no defects")
    }

    fn head(names: &str) -> Head {
        let names: Vec<String> = names.split(',').map(str::to_owned).collect();
        Head::of(&names, &[])
    }

    #[test]
    fn the_airline_header_is_recognised_as_its_mapping_says() {
        let text = include_str!("../../../../../examples/airline/mapping.toml");
        let written = Mapping::from_toml(text).expect("a mapping");
        let names = head(
            "id,Gender,Customer Type,Age,Type of Travel,Class,Flight Distance,Inflight wifi service,\
             Departure/Arrival time convenient,Ease of Online booking,Gate location,Food and drink,Online boarding,\
             Seat comfort,Inflight entertainment,On-board service,Leg room service,Baggage handling,Checkin service,\
             Inflight service,Cleanliness,Departure Delay in Minutes,Arrival Delay in Minutes,satisfaction",
        );
        let mut row = vec![String::from("1"); names.columns.len()];
        row[7] = "0".into();
        let guess = guess(&airline(), &names, &[row]);
        for column in &guess.columns {
            let expected = written
                .columns
                .iter()
                .find(|written| written.name == column.name)
                .expect("mapped");
            assert_eq!(column.target, expected.target, "{}", column.name);
            assert_ne!(column.confidence, Confidence::None, "{}", column.name);
        }
        assert_eq!(
            guess.columns[7].values,
            [("0".to_owned(), "n/a".to_owned())]
        );
        assert_eq!(guess.columns[8].values, []);
        let again = Mapping::from_toml(&guess.mapping.to_toml()).expect("what we wrote");
        let names: Vec<String> = names.columns.into_iter().map(|c| c.name).collect();
        again.check(&airline(), &names).expect("fits");
    }

    #[test]
    fn headers_in_other_languages_are_recognised() {
        let check = |names: &str, expected: &str| {
            let survey = templates::ready()
                .iter()
                .find(|ready| ready.code() == "post-visit")
                .expect("a template")
                .survey()
                .expect("a document");
            let survey = survey.publish(1, &[]).expect("no defects");
            let guess = guess(&survey, &head(names), &[]);
            let found: Vec<String> = guess.columns.iter().map(|c| c.target.to_string()).collect();
            assert_eq!(found.join(", "), expected, "{names}");
        };
        check(
            "Datum,Filiale,Weiterempfehlung,Sprache,Kundennummer,Wetter",
            "submitted_at, location, answer nps, language, customer, ignore",
        );
        check(
            "Отметка времени,Магазин,Готовность рекомендовать,Клиент,Погода",
            "submitted_at, location, answer nps, customer, ignore",
        );
    }

    #[test]
    fn a_line_of_a_table_is_no_fact_about_the_response() {
        let names = ["RespondentID", "How were we?", "column 3", "column 4"].map(str::to_owned);
        let below = ["", "Location", "Speed", "Date"]
            .map(str::to_owned)
            .to_vec();
        let survey = templates::ready()
            .iter()
            .find(|ready| ready.code() == "post-visit")
            .expect("a template");
        let survey = survey.survey().expect("a document");
        let survey = survey.publish(1, &[]).expect("no defects");
        let guess = guess(&survey, &Head::of(&names, &[below]), &[]);
        let found: Vec<String> = guess.columns.iter().map(|c| c.target.to_string()).collect();
        assert_eq!(found, ["client_id", "ignore", "answer speed", "ignore"]);
    }

    #[test]
    fn words_are_compared_without_their_dress() {
        assert_eq!(plain("  Inflight Wi-Fi? "), "inflight wifi");
        assert_eq!(plain("Ещё раз: да/нет"), "еще раз да нет");
        assert_eq!(plain("customer_type"), "customer type");
        assert_eq!(plain("…"), "");
    }
}
