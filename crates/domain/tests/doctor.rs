//! What the survey doctor says, and what it leaves alone.

use radost_domain::listen::doctor::{Remark, RemarkKind, examine};
use radost_domain::listen::{Survey, templates};
use serde_json::{Value, json};

fn survey(languages: &[&str], questions: Value) -> Survey {
    let title: serde_json::Map<String, Value> = languages
        .iter()
        .map(|language| ((*language).to_owned(), json!("T")))
        .collect();
    let document = json!({
        "code": "draft", "title": title, "languages": languages, "blocks": [{ "code": "main", "questions": questions }]
    });
    Survey::from_json(&document).expect("a document")
}

fn kinds(survey: &Survey) -> Vec<RemarkKind> {
    examine(survey).iter().map(|remark| remark.kind).collect()
}

/// What is said about the wording of one rating.
fn said(language: &str, sentence: &str) -> Option<(RemarkKind, String)> {
    let question =
        json!({ "code": "q", "kind": "rating", "style": "stars", "text": { language: sentence } });
    let remarks = examine(&survey(&[language], json!([question])));
    let mut said = remarks
        .into_iter()
        .filter_map(|Remark { kind, words, .. }| Some((kind, words?)));
    let first = said.next();
    assert_eq!(said.next(), None, "{sentence}");
    first
}

#[test]
fn wording_is_judged_in_every_language() {
    use RemarkKind::{DoubleBarrelled, Leading, Negation};
    let check = |language: &str, sentence: &str, kind, words: &str| {
        assert_eq!(
            said(language, sentence),
            Some((kind, words.to_owned())),
            "{sentence}"
        );
    };
    check(
        "en",
        "How much did you love our new menu?",
        Leading,
        "How much did you love",
    );
    check(
        "en",
        "Don’t you agree that we are quick?",
        Leading,
        "Don’t you",
    );
    check(
        "en",
        "As you know, we bake every day. How fresh was the bread?",
        Leading,
        "As you know",
    );
    check(
        "en",
        "How would you rate our award-winning service?",
        Leading,
        "our award-winning",
    );
    check(
        "en",
        "How was our excellent coffee?",
        Leading,
        "our excellent",
    );
    check(
        "en",
        "How satisfied are you with the price and quality?",
        DoubleBarrelled,
        "price and quality",
    );
    check(
        "en",
        "Was the waiter friendly or helpful?",
        DoubleBarrelled,
        "friendly or helpful",
    );
    check(
        "en",
        "Rate the room and the breakfast",
        DoubleBarrelled,
        "room and the",
    );
    check("en", "The delivery was not late", Negation, "not");
    check("en", "Our staff never kept me waiting", Negation, "never");
    check("en", "The form wasn't hard to fill in", Negation, "wasn't");

    check(
        "ru",
        "Согласитесь, что у нас вкусно?",
        Leading,
        "Согласитесь",
    );
    check(
        "ru",
        "Насколько вам понравился наш десерт?",
        Leading,
        "Насколько вам понравился",
    );
    check(
        "ru",
        "Как вам наши замечательные официанты?",
        Leading,
        "наши замечательные",
    );
    check("ru", "Конечно, вы заметили ремонт?", Leading, "Конечно");
    check(
        "ru",
        "Оцените вкус и подачу блюд",
        DoubleBarrelled,
        "вкус и подачу",
    );
    check(
        "ru",
        "Официант был вежлив или внимателен?",
        DoubleBarrelled,
        "вежлив или внимателен",
    );
    check(
        "ru",
        "Как вам цены и качество?",
        DoubleBarrelled,
        "цены и качество",
    );
    check("ru", "Вам не пришлось долго ждать?", Negation, "не");
    check("ru", "Нас никогда не подводила доставка", Negation, "не");

    check("uk", "Погодьтеся, що в нас затишно?", Leading, "Погодьтеся");
    check(
        "uk",
        "Наскільки вам сподобалася кава?",
        Leading,
        "Наскільки вам сподобалася",
    );
    check("uk", "Як вам наша чудова тераса?", Leading, "наша чудова");
    check(
        "uk",
        "Оцініть ціну та якість",
        DoubleBarrelled,
        "ціну та якість",
    );
    check(
        "uk",
        "Чи був майстер уважним і вчасним?",
        DoubleBarrelled,
        "уважним і вчасним",
    );
    check(
        "uk",
        "Як вам прання або прасування?",
        DoubleBarrelled,
        "прання або прасування",
    );
    check("uk", "Доставка не запізнилася?", Negation, "не");
    check("uk", "Вам ніколи тут холодно", Negation, "ніколи");

    check("bg", "Съгласете се, че е вкусно?", Leading, "Съгласете се");
    check(
        "bg",
        "Колко много ви хареса кафето?",
        Leading,
        "Колко много ви хареса",
    );
    check(
        "bg",
        "Как намирате нашето чудесно меню?",
        Leading,
        "нашето чудесно",
    );
    check("bg", "Чисто е, нали?", Leading, "нали");
    check(
        "bg",
        "Оценете цената и качеството",
        DoubleBarrelled,
        "цената и качеството",
    );
    check(
        "bg",
        "Беше ли стаята чиста или тиха?",
        DoubleBarrelled,
        "чиста или тиха",
    );
    check("bg", "Не чакахте дълго", Negation, "Не");
    check("bg", "Няма шум в стаята", Negation, "Няма");
}

#[test]
fn what_is_well_put_is_left_alone() {
    let check =
        |language: &str, sentence: &str| assert_eq!(said(language, sentence), None, "{sentence}");
    for sentence in [
        "How satisfied are you with the price?",
        "How clear were the terms and conditions?",
        "How do you rate the food and drinks menu?",
        "Would you bring friends and family?",
        "How easy was it to find a parking place?",
        "How likely are you to come again, if not this month?",
        "Understanding of your needs",
        "How was the band on stage?",
        "Was your order complete, yes or no?",
        "And how was the dessert?",
        "Was it your first visit or not?",
        "Notable improvements since last year",
        "How tidy was the hand luggage area?",
    ] {
        check("en", sentence);
    }
    for sentence in [
        "Насколько вы довольны ценой?",
        "Посоветуете нас друзьям и знакомым?",
        "Насколько легко было нас найти?",
        "И как вам десерт?",
        "Как вам меню еды и напитков?",
        "Насколько понятны условия доставки?",
        "Оцените интерьер",
        "Вы пришли впервые или нет?",
        "Насколько известна вам наша программа?",
        "Как вам новый сайт?",
        "Общее впечатление от визита",
    ] {
        check("ru", sentence);
    }
    for sentence in [
        "Наскільки ви задоволені ціною?",
        "Чи порадите нас друзям і колегам?",
        "Наскільки легко було нас знайти?",
        "Як вам меню їжі та напоїв?",
        "Оцініть інтер’єр",
        "Ви прийшли вперше або ні?",
        "Наскільки зрозумілі умови доставки?",
        "Загальне враження від візиту",
        "Чи був майстер уважним?",
        "Наскільки ймовірно, що ви прийдете знову?",
    ] {
        check("uk", sentence);
    }
    for sentence in [
        "Доколко сте доволни от цената?",
        "Бихте ли ни препоръчали на приятели и колеги?",
        "Колко лесно ни намерихте?",
        "Как намирате менюто с храни и напитки?",
        "Оценете интериора",
        "За пръв път ли идвате или не?",
        "Колко ясни са условията за доставка?",
        "Общо впечатление от посещението",
        "Нивото на шума",
        "И как беше десертът?",
    ] {
        check("bg", sentence);
    }
}

#[test]
fn scales_say_which_end_is_the_best() {
    let rating = |low: &str, high: &str| {
        survey(
            &["en"],
            json!([{ "code": "q", "kind": "rating", "text": { "en": "Taste?" }, "low_label": { "en": low }, "high_label": { "en": high } }]),
        )
    };
    let check = |low: &str, high: &str, expected: &[RemarkKind]| {
        assert_eq!(kinds(&rating(low, high)), expected, "{low} … {high}")
    };
    check("very poor", "excellent", &[]);
    check("not at all satisfied", "very satisfied", &[]);
    check("cold", "hot", &[]);
    check("", "excellent", &[RemarkKind::NoEndLabels]);
    check("", "", &[RemarkKind::NoEndLabels]);
    check("Excellent", "Very poor", &[RemarkKind::Reversed]);
    check(
        "completely satisfied",
        "completely dissatisfied",
        &[RemarkKind::Reversed],
    );
    for (language, good, bad) in [
        ("ru", "Отлично", "Очень плохо"),
        ("uk", "Дуже добре", "Жахливо"),
        ("bg", "Отлично", "Много лошо"),
    ] {
        let question = json!([{ "code": "q", "kind": "csat", "text": { language: "?" }, "low_label": { language: good }, "high_label": { language: bad } }]);
        assert_eq!(
            kinds(&survey(&[language], question)),
            [RemarkKind::Reversed],
            "{language}"
        );
    }
    let stars =
        json!([{ "code": "q", "kind": "rating", "style": "stars", "text": { "en": "Taste?" } }]);
    assert_eq!(kinds(&survey(&["en"], stars)), []);
    let mixed = json!([
        { "code": "a", "kind": "rating", "style": "stars", "drives": "c", "text": { "en": "A?" } },
        { "code": "b", "kind": "rating", "style": "stars", "points": 7, "text": { "en": "B?" } },
        { "code": "c", "kind": "csat", "style": "stars", "points": 7, "text": { "en": "C?" } },
    ]);
    let remarks = examine(&survey(&["en"], mixed));
    assert_eq!(remarks.len(), 1, "{remarks:?}");
    assert_eq!(
        (remarks[0].kind, remarks[0].place.as_str()),
        (RemarkKind::MixedScales, "blocks[0].questions[1].points")
    );
}

#[test]
fn a_survey_measures_what_can_be_explained() {
    let rating = |code: &str| json!({ "code": code, "kind": "rating", "style": "stars", "text": { "en": "?" } });
    let weight = |of: &str| {
        json!({ "code": format!("{of}_weight"), "kind": "importance", "of": of, "text": { "en": "?" },
            "low_label": { "en": "unimportant" }, "high_label": { "en": "important" } })
    };
    let nps = json!({ "code": "nps", "kind": "nps", "text": { "en": "?" }, "low_label": { "en": "no" }, "high_label": { "en": "yes" } });
    let why = json!({ "code": "why", "kind": "text", "text": { "en": "?" } });
    let check = |questions: Vec<Value>, expected: &[RemarkKind]| {
        assert_eq!(kinds(&survey(&["en"], questions.into())), expected);
    };
    check(vec![rating("a"), rating("b")], &[RemarkKind::NoOutcome]);
    check(vec![rating("a")], &[]);
    check(vec![rating("a"), rating("b"), nps.clone()], &[]);
    check(
        vec![rating("a"), rating("b"), rating("c"), nps.clone()],
        &[RemarkKind::NoOpenQuestion],
    );
    check(
        vec![
            rating("a"),
            rating("b"),
            rating("c"),
            nps.clone(),
            why.clone(),
        ],
        &[],
    );
    check(
        vec![rating("a"), weight("a"), rating("b"), nps, why],
        &[RemarkKind::ImportanceMissing],
    );
}

#[test]
fn a_text_lacks_in_one_language() {
    let question = json!([{ "code": "q", "kind": "single", "text": { "en": "Which?", "uk": "Який?" }, "hint": { "uk": "Один." }, "options": [
        { "code": "a", "text": { "en": "A", "uk": "А" } }, { "code": "b", "text": { "en": "B" } }] }]);
    let remarks = examine(&survey(&["en", "uk", "bg"], question));
    let told: Vec<(String, String)> = remarks
        .iter()
        .map(|remark| {
            let languages: Vec<_> = remark.languages.iter().map(ToString::to_string).collect();
            (remark.place.clone(), languages.join(" "))
        })
        .collect();
    let place = |rest: &str| format!("blocks[0].questions[0].{rest}");
    assert_eq!(
        told,
        [
            (place("text"), "bg".into()),
            (place("hint"), "en bg".into()),
            (place("options[0].text"), "bg".into()),
            (place("options[1].text"), "uk bg".into()),
        ]
    );
}

#[test]
fn nobody_reaches_what_contradicts_itself() {
    let check = |condition: &str, reached: bool| {
        let questions = json!([
            { "code": "nps", "kind": "nps", "text": { "en": "?" }, "low_label": { "en": "no" }, "high_label": { "en": "yes" } },
            { "code": "reason", "kind": "single", "text": { "en": "?" }, "options": [
                { "code": "late", "text": { "en": "Late" } }, { "code": "rude", "text": { "en": "Rude" } }] },
            { "code": "liked", "kind": "multi", "text": { "en": "?" }, "options": [
                { "code": "tea", "text": { "en": "Tea" } }, { "code": "cake", "text": { "en": "Cake" } }] },
            { "code": "age", "kind": "number", "min": 0, "max": 120, "text": { "en": "?" } },
            { "code": "day", "kind": "date", "text": { "en": "?" } },
            { "code": "agree", "kind": "consent", "text": { "en": "?" } },
            { "code": "why", "kind": "text", "show_if": "nps <= 6", "text": { "en": "?" } },
            { "code": "last", "kind": "text", "show_if": condition, "text": { "en": "?" } },
        ]);
        let remarks = examine(&survey(&["en"], questions));
        let unreachable = remarks
            .iter()
            .any(|remark| remark.kind == RemarkKind::Unreachable);
        assert_eq!(!unreachable, reached, "{condition}");
    };
    for condition in [
        "nps <= 6",
        "nps != 7",
        "not (nps <= 6)",
        "nps <= 6 and reason = late",
        "reason = late or reason = rude",
        "liked has tea and liked has cake",
        "liked has tea and not liked has cake",
        "age > 17 and age < 18",
        "age >= 120",
        "day > '2026-01-01' and day < '2026-01-03'",
        "agree",
        "agree = false",
        "not agree",
        "answered(why)",
        "answered(why) and nps = 6",
        "answered(nps) and not (nps >= 0)",
        // Not understood: publishing says so, and nothing is said here.
        "nps <= eleven",
    ] {
        check(condition, true);
    }
    for condition in [
        "nps >= 9 and nps <= 6",
        "reason = late and reason = rude",
        "reason = late and reason != late",
        "reason in (late, rude) and not answered(reason)",
        "agree and agree = false",
        "age > 120",
        "age > 18 and age < 18",
        "day >= '2026-02-01' and day < '2026-01-01'",
        "liked has tea and not answered(liked)",
        "answered(why) and nps = 9",
        "answered(why) and not answered(nps)",
    ] {
        check(condition, false);
    }
}

#[test]
fn what_follows_from_the_unreachable_is_unreachable() {
    let document = json!({
        "code": "draft", "title": { "en": "T" }, "languages": ["en"], "blocks": [
            { "code": "one", "questions": [{ "code": "who", "kind": "single", "text": { "en": "?" }, "options": [
                { "code": "guest", "text": { "en": "A guest" } }, { "code": "staff", "text": { "en": "Staff" } }] }] },
            { "code": "two", "show_if": "who = guest", "questions": [
                { "code": "shift", "kind": "text", "show_if": "who = staff", "text": { "en": "?" } },
                { "code": "more", "kind": "text", "show_if": "answered(shift)", "text": { "en": "?" } },
                { "code": "fine", "kind": "text", "text": { "en": "?" } }] },
            { "code": "three", "show_if": "answered(shift) or answered(more)", "questions": [
                { "code": "end", "kind": "text", "text": { "en": "?" } }] }]
    });
    let remarks = examine(&Survey::from_json(&document).expect("a document"));
    let places: Vec<&str> = remarks.iter().map(|remark| remark.place.as_str()).collect();
    assert_eq!(
        places,
        [
            "blocks[1].questions[0].show_if",
            "blocks[1].questions[1].show_if",
            "blocks[2].show_if"
        ]
    );
}

#[test]
fn who_somebody_is_is_asked_after_they_agree() {
    let check = |questions: Value, expected: &[&str]| {
        let remarks = examine(&survey(&["en", "uk"], questions));
        let places: Vec<&str> = remarks
            .iter()
            .filter(|remark| remark.kind == RemarkKind::PersonalData)
            .map(|remark| remark.place.as_str())
            .collect();
        assert_eq!(places, expected);
    };
    let both = |en: &str, uk: &str| json!({ "en": en, "uk": uk });
    let email = json!({ "code": "mail", "kind": "email", "text": both("E-mail?", "Пошта?") });
    let name =
        json!({ "code": "name", "kind": "text", "text": both("What is your name?", "Ваше ім’я?") });
    let agree = json!({ "code": "agree", "kind": "consent", "text": both("I agree.", "Згода.") });
    let words = json!({ "code": "words", "kind": "text", "text": both("What name would you give the dish?", "Як би ви назвали страву?") });
    check(
        json!([email, name]),
        &["blocks[0].questions[0]", "blocks[0].questions[1].text"],
    );
    check(json!([agree, email, name]), &[]);
    check(json!([email, agree]), &[]);
    check(json!([words]), &[]);
}

#[test]
fn a_long_survey_is_said_to_be_long() {
    let questions: Vec<Value> = (0..12)
        .map(|i| json!({ "code": format!("q{i}"), "kind": "text", "long": true, "required": true, "text": { "en": "Tell us everything.", "ru": "Расскажите." } }))
        .collect();
    let remarks = examine(&survey(&["en", "ru"], questions.into()));
    assert_eq!(remarks.len(), 1);
    assert_eq!(
        (
            remarks[0].kind,
            remarks[0].place.as_str(),
            remarks[0].languages.len()
        ),
        (RemarkKind::TooLong, "", 2)
    );
}

#[test]
fn ready_surveys_are_in_good_health() {
    for ready in templates::ready() {
        let remarks = examine(&ready.survey().expect("a document"));
        assert_eq!(remarks, [], "{}", ready.code());
    }
}
